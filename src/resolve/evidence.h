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
 * What is known of a combination as a token of the peer's record. is_named: a label named the
 * record; n_named: records that the labels of this token named in all. A label that is full says
 * nothing of those it had no room for.
 */
plm_agreement plm_evidence_of_label(bool is_named, size_t n_named);

/*
 * From tokens alone. met[i]: the plm_agreement of combination i. Features of an agreed combination
 * agree; where all features but one of a combination that differs agree, that one differs; of the
 * rest nothing is known. states: features->n of them.
 */
void plm_evidence_of_tokens(uint8_t *states, const plm_features *features,
                            const plm_combinations *combinations, const uint8_t *met);

#endif
