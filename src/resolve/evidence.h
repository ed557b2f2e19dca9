/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence.h - what a receiver knows of one candidate pair: which features of its own record the
 * peer's record shares (spec/resolution.md section 2).
 */
#ifndef PLM_RESOLVE_EVIDENCE_H
#define PLM_RESOLVE_EVIDENCE_H

#include "ident/person_gate.h"

typedef enum plm_agreement {
    PLM_AGREEMENT_UNKNOWN,
    PLM_AGREEMENT_AGREES,
    PLM_AGREEMENT_DIFFERS
} plm_agreement;

/*
 * From tokens alone. has_agreed[i]: whether combination i is a token of the peer's record too.
 * Features of an agreed combination agree; where all features of another combination but one agree,
 * that one differs; of the rest nothing is known. states: features->n of them.
 */
void plm_evidence_of_tokens(uint8_t *states, const plm_features *features,
                            const plm_combinations *combinations, const bool *has_agreed);

#endif
