/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/second_look.h"

#include <sodium.h>
#include <string.h>

_Static_assert(PLM_LINK_BYTES >= crypto_generichash_KEYBYTES_MIN, "a link is a key of BLAKE2b");

void plm_feature_token(plm_token *out, const plm_link *link, const plm_feature *feature)
{
    static const char domain[] = "palermo feature 1";
    const plm_span kind = plm_span_str(plm_feature_kind_name((plm_feature_kind)feature->kind));
    const plm_span type = plm_span_str(plm_ident_type_name((plm_ident_type)feature->type));
    const uint8_t lengths[4] = {(uint8_t)kind.n, (uint8_t)type.n, (uint8_t)(feature->text.n >> 8),
                                (uint8_t)feature->text.n};
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, link->b, PLM_LINK_BYTES, PLM_TOKEN_BYTES);
    (void)crypto_generichash_update(&state, (const uint8_t *)domain, sizeof domain - 1);
    (void)crypto_generichash_update(&state, lengths, sizeof lengths);
    (void)crypto_generichash_update(&state, kind.p, kind.n);
    (void)crypto_generichash_update(&state, type.p, type.n);
    (void)crypto_generichash_update(&state, feature->text.p, feature->text.n);
    (void)crypto_generichash_final(&state, out->b, PLM_TOKEN_BYTES);
}

void plm_feature_tokens(plm_token *out, const plm_link *link, const plm_features *features)
{
    for (size_t i = 0; i < features->n; i++) {
        plm_feature_token(&out[i], link, &features->items[i]);
    }
}

void plm_evidence_of_features(uint8_t *states, const plm_features *features, const bool *has_agreed)
{
    for (size_t i = 0; i < features->n; i++) {
        states[i] = has_agreed[i] ? PLM_AGREEMENT_AGREES : PLM_AGREEMENT_DIFFERS;
    }
}
