/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern_token.h - from combinations of features to their tokens (spec/tokens.md section 5.1).
 */
#ifndef PLM_IDENT_PATTERN_TOKEN_H
#define PLM_IDENT_PATTERN_TOKEN_H

#include "ident/feature_hash.h"
#include "ident/person_gate.h"

/* K_pattern: of an accord and a pattern. */
void plm_pattern_key(plm_block *out, const uint8_t accord_hash[static 32],
                     const plm_pattern *pattern);
/*
 * Fills in the tokens of all combinations. arena: for the work; nothing of it is needed afterwards.
 * PLM_E_NOMEM.
 */
plm_status plm_pattern_tokens(plm_combinations *combinations, const plm_person_gate *gate,
                              const plm_features *features, plm_arena *arena) PLM_MUST_CHECK;

#endif
