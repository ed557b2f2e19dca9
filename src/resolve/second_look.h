/* SPDX-License-Identifier: Apache-2.0 */
/*
 * second_look.h - comparing finer features of candidates, and of nothing else
 * (spec/resolution.md section 5).
 *
 * In the first round the sender gives each token the link of its record: 16 random bytes, fresh for
 * each run, which the receiver can open for a token it holds itself and for no other. In the second
 * round both enter
 *
 *     token = chain(link, feature)                                      (ident/feature_hash.h)
 *
 * the sender for every feature of all its records, the receiver for the features of its own records
 * under the links of their candidates. Whoever does not have a record's link learns nothing of its
 * features, guessed or not; the receiver learns of a candidate which of its own features it shares.
 */
#ifndef PLM_RESOLVE_SECOND_LOOK_H
#define PLM_RESOLVE_SECOND_LOOK_H

#include "ident/link.h"
#include "resolve/evidence.h"

/*
 * The tokens of all features, out[i] of features->items[i]: on the sender's side of its record
 * under its own link, on the receiver's of its record under the candidate's. link: SECRET of the
 * sender and whoever met its record. arena: for the work. PLM_E_NOMEM.
 */
plm_status plm_feature_tokens(plm_token *out, const plm_link *link, const plm_features *features,
                              plm_arena *arena) PLM_MUST_CHECK;

/* Order of tokens, by their bytes; of qsort and bsearch. */
int plm_token_compare(const void *a, const void *b);

/* What the second round said: has_agreed[i] of features->items[i]. Nothing stays unknown. */
void plm_evidence_of_features(uint8_t *states, const plm_features *features,
                              const bool *has_agreed);

#endif
