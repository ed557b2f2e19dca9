/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/evidence.h"

#include <string.h>

void plm_evidence_of_tokens(uint8_t *states, const plm_features *features,
                            const plm_combinations *combinations, const bool *has_agreed)
{
    memset(states, PLM_AGREEMENT_UNKNOWN, features->n);
    for (size_t i = 0; i < combinations->n; i++) {
        const plm_combination *c = &combinations->items[i];
        for (size_t j = 0; has_agreed[i] && j < c->n; j++) {
            states[c->features[j]] = PLM_AGREEMENT_AGREES;
        }
    }
    for (size_t i = 0; i < combinations->n; i++) {
        const plm_combination *c = &combinations->items[i];
        size_t n_open = 0;
        size_t open = 0;
        for (size_t j = 0; j < c->n; j++) {
            if (states[c->features[j]] != PLM_AGREEMENT_AGREES) {
                open = c->features[j];
                n_open++;
            }
        }
        if (n_open == 1 && !has_agreed[i]) {
            states[open] = PLM_AGREEMENT_DIFFERS;
        }
    }
}
