/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token_keep.c - a part of a finished set.
 */
#include "base/ct.h"
#include "ident/recipe.h"

void plm_token_set_keep(plm_token_set *set, const bool *is_kept)
{
    const size_t n_entries = set->n_entries;
    const size_t n_tokens = set->n_tokens;
    size_t entries = 0;
    size_t tokens = 0;
    for (size_t i = 0; i < n_tokens; i++) {
        const uint32_t begin = set->first[i];
        const uint32_t end = set->first[i + 1];
        if (!is_kept[i]) {
            continue;
        }
        set->tokens[tokens] = set->tokens[i];
        set->first[tokens++] = (uint32_t)entries;
        for (uint32_t e = begin; e < end; e++) {
            set->entries[entries++] = set->entries[e];
        }
    }
    set->first[tokens] = (uint32_t)entries;
    if (n_tokens > tokens) {
        plm_wipe(set->tokens + tokens, (n_tokens - tokens) * sizeof *set->tokens);
    }
    if (n_entries > entries) {
        plm_wipe(set->entries + entries, (n_entries - entries) * sizeof *set->entries);
    }
    set->n_tokens = tokens;
    set->n_entries = entries;
}
