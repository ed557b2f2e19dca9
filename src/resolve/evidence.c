/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/evidence.h"

#include "ident/recipe.h"

#include <string.h>

plm_agreement plm_evidence_of_label(bool is_named, size_t n_named)
{
    return is_named                         ? PLM_AGREEMENT_AGREES
           : n_named >= PLM_LINKS_PER_TOKEN ? PLM_AGREEMENT_UNKNOWN
                                            : PLM_AGREEMENT_DIFFERS;
}

void plm_evidence_of_tokens(uint8_t *states, const plm_features *features,
                            const plm_combinations *combinations, const uint8_t *met)
{
    memset(states, PLM_AGREEMENT_UNKNOWN, features->n);
    for (size_t i = 0; i < combinations->n; i++) {
        const plm_combination *c = &combinations->items[i];
        for (size_t j = 0; met[i] == PLM_AGREEMENT_AGREES && j < c->n; j++) {
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
        if (n_open == 1 && met[i] == PLM_AGREEMENT_DIFFERS) {
            states[open] = PLM_AGREEMENT_DIFFERS;
        }
    }
}
