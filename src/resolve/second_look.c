/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/second_look.h"

#include "ident/feature_hash.h"

#include <string.h>

_Static_assert((int)PLM_LINK_BYTES == (int)PLM_BLOCK_BYTES, "a link begins a chain");

plm_status plm_feature_tokens(plm_token *out, const plm_link *link, const plm_features *features,
                              plm_arena *arena)
{
    const size_t n = features->n;
    plm_block *hashes = (plm_block *)plm_arena_array(arena, 2 * n + 1, sizeof *hashes);
    if (hashes == NULL) {
        return PLM_E_NOMEM;
    }
    plm_block *chains = hashes + n;
    plm_feature_hashes(hashes, chains, features);
    for (size_t i = 0; i < n; i++) {
        chains[i] = plm_block_load(link->b);
    }
    plm_feature_chains(chains, hashes, n);
    for (size_t i = 0; i < n; i++) {
        plm_block_store(&out[i], chains[i]);
    }
    return PLM_OK;
}

int plm_token_compare(const void *a, const void *b)
{
    return memcmp(a, b, PLM_TOKEN_BYTES);
}

void plm_evidence_of_features(uint8_t *states, const plm_features *features, const bool *has_agreed)
{
    for (size_t i = 0; i < features->n; i++) {
        states[i] = has_agreed[i] ? PLM_AGREEMENT_AGREES : PLM_AGREEMENT_DIFFERS;
    }
}
