/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/pattern_token.h"

#include <sodium.h>
#include <string.h>

void plm_pattern_key(uint8_t out[static 32], const uint8_t accord_hash[static 32],
                     const plm_pattern *pattern)
{
    static const char domain[] = "palermo pattern 1";
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, accord_hash, 32, 32);
    (void)crypto_generichash_update(&state, (const uint8_t *)domain, sizeof domain - 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)pattern->name, strlen(pattern->name));
    (void)crypto_generichash_final(&state, out, 32);
}

static int compare(const plm_feature *a, const plm_feature *b)
{
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    if (a->type != b->type) {
        return a->type < b->type ? -1 : 1;
    }
    const size_t n = a->text.n < b->text.n ? a->text.n : b->text.n;
    const int order = memcmp(a->text.p, b->text.p, n);
    return order != 0 ? order : (a->text.n > b->text.n) - (a->text.n < b->text.n);
}

static void hash_feature(crypto_generichash_state *state, const plm_feature *f)
{
    const plm_span kind = plm_span_str(plm_feature_kind_name((plm_feature_kind)f->kind));
    const plm_span type = plm_span_str(plm_ident_type_name((plm_ident_type)f->type));
    const uint8_t lengths[4] = {(uint8_t)kind.n, (uint8_t)type.n, (uint8_t)(f->text.n >> 8),
                                (uint8_t)f->text.n};
    (void)crypto_generichash_update(state, lengths, sizeof lengths);
    (void)crypto_generichash_update(state, kind.p, kind.n);
    (void)crypto_generichash_update(state, type.p, type.n);
    (void)crypto_generichash_update(state, f->text.p, f->text.n);
}

void plm_pattern_token(plm_token *out, const uint8_t key[static 32], const plm_pattern *pattern,
                       const plm_feature *const *features)
{
    const plm_feature *sorted[PLM_PATTERN_SLOTS_MAX];
    crypto_generichash_state state;
    for (size_t i = 0; i < pattern->n; i++) {
        size_t at = i;
        for (; at > 0 && pattern->slots[at - 1] == pattern->slots[i] &&
               compare(sorted[at - 1], features[i]) > 0;
             at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = features[i];
    }
    (void)crypto_generichash_init(&state, NULL, 0, PLM_TOKEN_BYTES);
    (void)crypto_generichash_update(&state, key, 32);
    for (size_t i = 0; i < pattern->n; i++) {
        hash_feature(&state, sorted[i]);
    }
    (void)crypto_generichash_final(&state, out->b, PLM_TOKEN_BYTES);
}
