/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recipe.c - the digest that stands for everything two parties must do alike (spec/tokens.md
 * section 6).
 */
#include "ident/recipe.h"

#include "ident/date_levels.h"
#include "ident/frequency_builtin.h"
#include "ident/name_tables.h"
#include "ident/national.h"
#include "ident/rule.h"

#include <sodium.h>
#include <string.h>

static void hash_number(crypto_generichash_state *state, uint32_t v)
{
    uint8_t bytes[4];
    plm_store_u32(bytes, v);
    (void)crypto_generichash_update(state, bytes, sizeof bytes);
}

static void hash_text(crypto_generichash_state *state, const char *text)
{
    size_t n = strlen(text);
    hash_number(state, (uint32_t)n);
    (void)crypto_generichash_update(state, (const uint8_t *)text, n);
}

static void hash_patterns(crypto_generichash_state *state)
{
    hash_number(state, PLM_FILL_COUNT);
    for (unsigned i = 0; i < PLM_FILL_COUNT; i++) {
        hash_text(state, plm_pattern_slot_name((plm_pattern_slot)i));
        hash_number(state, (uint32_t)plm_pattern_slot_cap((plm_pattern_slot)i));
    }
    hash_number(state, (uint32_t)plm_pattern_count());
    for (size_t i = 0; i < plm_pattern_count(); i++) {
        const plm_pattern *pattern = plm_pattern_get(i);
        hash_text(state, pattern->name);
        hash_number(state, pattern->n);
        for (size_t j = 0; j < pattern->n; j++) {
            hash_text(state, plm_pattern_slot_name((plm_pattern_slot)pattern->slots[j]));
        }
    }
}

static void hash_features(crypto_generichash_state *state)
{
    hash_number(state, PLM_FEATURE_KIND_COUNT);
    for (unsigned i = 0; i < PLM_FEATURE_KIND_COUNT; i++) {
        hash_text(state, plm_feature_kind_name((plm_feature_kind)i));
        hash_number(state, (uint32_t)plm_date_level_bits((plm_feature_kind)i));
    }
    hash_number(state, PLM_IDENT_TYPE_COUNT);
    for (unsigned i = 0; i < PLM_IDENT_TYPE_COUNT; i++) {
        hash_text(state, plm_ident_type_name((plm_ident_type)i));
    }
    hash_number(state, PLM_WORDS_PER_NAME_MAX);
    hash_number(state, (uint32_t)plm_frequency_n_files);
    for (size_t i = 0; i < plm_frequency_n_files; i++) {
        hash_text(state, plm_frequency_files[i].name);
        (void)crypto_generichash_update(state, plm_frequency_files[i].hash,
                                        sizeof plm_frequency_files[i].hash);
    }
}

void plm_recipe_digest(uint8_t out[PLM_RECIPE_DIGEST_BYTES])
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, PLM_RECIPE_DIGEST_BYTES);
    hash_text(&state, "palermo recipe");
    hash_number(&state, PLM_RECIPE_VERSION);
    hash_number(&state, PLM_IDENT_VERSION);
    (void)crypto_generichash_update(&state, plm_name_tables_digest, sizeof plm_name_tables_digest);
    (void)crypto_generichash_update(&state, plm_schemes_digest, sizeof plm_schemes_digest);
    hash_number(&state, (uint32_t)plm_rule_count());
    for (size_t i = 0; i < plm_rule_count(); i++) {
        const plm_rule *rule = plm_rule_get(i);
        hash_text(&state, rule->name);
        hash_number(&state, rule->is_of_persons);
        hash_number(&state, rule->n_components);
        for (size_t j = 0; j < rule->n_components; j++) {
            hash_text(&state, plm_ident_type_name(rule->components[j].type));
            hash_text(&state, plm_level_name(rule->components[j].level));
        }
    }
    hash_patterns(&state);
    hash_features(&state);
    (void)crypto_generichash_final(&state, out, PLM_RECIPE_DIGEST_BYTES);
}
