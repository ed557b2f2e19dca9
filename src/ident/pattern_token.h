/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern_token.h - from a combination's values to its token (spec/tokens.md section 7).
 */
#ifndef PLM_IDENT_PATTERN_TOKEN_H
#define PLM_IDENT_PATTERN_TOKEN_H

#include "ident/person_gate.h"

/* K_pattern: of an accord and a pattern. */
void plm_pattern_key(uint8_t out[static 32], const uint8_t accord_hash[static 32],
                     const plm_pattern *pattern);
/* features: one for each slot. Those of equal slots may stand in any order. */
void plm_pattern_token(plm_token *out, const uint8_t key[static 32], const plm_pattern *pattern,
                       const plm_feature *const *features);

#endif
