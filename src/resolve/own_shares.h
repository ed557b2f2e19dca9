/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_shares.h - how common values are in the receiver's own list (spec/resolution.md section 4).
 *
 *     table of frequencies   "mohammad": 1 person in 90 of the population that the accord names
 *     own list               "mohammad": 1 record in 8, in any of its names
 *
 * Two lists that are worth matching are of one kind, and their kind is seldom a whole population:
 * names of one people crowd in them, and their records have aliases, each a further chance to agree
 * by accident. So a value's share is estimated from both, and is never less than the table says.
 * Tokens know nothing of this: they must be alike on both sides.
 */
#ifndef PLM_RESOLVE_OWN_SHARES_H
#define PLM_RESOLVE_OWN_SHARES_H

#include "ident/feature.h"

enum {
    PLM_OWN_SHARES_SAMPLE = 65536 /* records that are counted at most */
};

typedef struct plm_own_shares plm_own_shares;

/* n_records: of the list, from which those to be counted are spaced evenly. PLM_E_NOMEM. */
plm_status plm_own_shares_create(plm_own_shares **out, uint64_t n_records) PLM_MUST_CHECK;
void plm_own_shares_destroy(plm_own_shares *shares);

/* Whether record 0 <= i < n_records is one to be counted. */
bool plm_own_shares_wants(const plm_own_shares *shares, uint64_t i);
/* Counts record i, which it wants, and no other way than once. PLM_E_NOMEM. */
plm_status plm_own_shares_add(plm_own_shares *shares, uint64_t i,
                              const plm_features *features) PLM_MUST_CHECK;

/*
 * Lowers the information of record i's features to what the table and all other counted records say
 * together: c of n have the value, the table says a share f, which is taken for 1,000 records more:
 * share = (c + 1000 f) / (n + 1000), where that is more than f.
 */
void plm_own_shares_lower(const plm_own_shares *shares, uint64_t i, plm_features *features);

#endif
