/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/pattern_token.h"

#include <sodium.h>
#include <string.h>

void plm_pattern_key(plm_block *out, const uint8_t accord_hash[static 32],
                     const plm_pattern *pattern)
{
    static const char domain[] = "palermo pattern 2";
    uint8_t key[PLM_BLOCK_BYTES];
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, accord_hash, 32, sizeof key);
    (void)crypto_generichash_update(&state, (const uint8_t *)domain, sizeof domain - 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)pattern->name, strlen(pattern->name));
    (void)crypto_generichash_final(&state, key, sizeof key);
    *out = plm_block_load(key);
}

/* By their bytes. */
static bool is_less(plm_block a, plm_block b)
{
    uint8_t x[PLM_BLOCK_BYTES];
    uint8_t y[PLM_BLOCK_BYTES];
    plm_block_store(x, a);
    plm_block_store(y, b);
    return memcmp(x, y, sizeof x) < 0;
}

/* The hashes of a combination's features, by the slots' order; of equal slots the lesser first. */
static void sort_hashes(plm_block out[static PLM_PATTERN_SLOTS_MAX], const plm_combination *c,
                        const plm_block *hashes)
{
    const plm_pattern *pattern = plm_pattern_get(c->pattern);
    for (size_t i = 0; i < c->n; i++) {
        const plm_block hash = hashes[c->features[i]];
        size_t at = i;
        for (; at > 0 && pattern->slots[at - 1] == pattern->slots[i] && is_less(hash, out[at - 1]);
             at--) {
            out[at] = out[at - 1];
        }
        out[at] = hash;
    }
}

plm_status plm_pattern_tokens(plm_combinations *combinations, const plm_person_gate *gate,
                              const plm_features *features, plm_arena *arena)
{
    const size_t n = combinations->n;
    plm_block *hashes = (plm_block *)plm_arena_array(arena, features->n + 1, sizeof *hashes);
    plm_block *chains = (plm_block *)plm_arena_array(arena, n + 1, sizeof *chains);
    plm_block *work =
        (plm_block *)plm_arena_array(arena, (features->n > n ? features->n : n) + 1, sizeof *work);
    plm_block(*keys)[PLM_PATTERN_SLOTS_MAX] =
        (plm_block(*)[PLM_PATTERN_SLOTS_MAX])plm_arena_array(arena, n + 1, sizeof *keys);
    if (hashes == NULL || chains == NULL || work == NULL || keys == NULL) {
        return PLM_E_NOMEM;
    }
    plm_feature_hashes(hashes, work, features);
    for (size_t i = 0; i < n; i++) {
        chains[i] = gate->keys[combinations->items[i].pattern];
        sort_hashes(keys[i], &combinations->items[i], hashes);
    }
    for (size_t slot = 0; slot < PLM_PATTERN_SLOTS_MAX; slot++) {
        /* Patterns stand in an order of their own; the shorter ones are through. */
        for (size_t i = 0; i < n;) {
            size_t count = 0;
            for (; i + count < n && slot < combinations->items[i + count].n; count++) {
                work[count] = keys[i + count][slot];
            }
            plm_feature_chains(chains + i, work, count);
            i += count + 1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        plm_block_store(&combinations->items[i].token, chains[i]);
    }
    return PLM_OK;
}
