/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry_select.c - which records take part in a carried run is settled when it begins, whatever
 * becomes of the registers until its last file.
 *
 *   features u64 | counts, u64 each | n numbers u64 | number u64 each | n entries u64 |
 *   each: token 16, record u32, rule u16, pattern u16
 */
#include "node/select.h"

#include <stdlib.h>
#include <string.h>

enum {
    N_COUNTS = sizeof(plm_selection) / sizeof(uint64_t),
    ENTRY_BYTES = PLM_TOKEN_BYTES + 8
};

_Static_assert(sizeof(plm_selection) == N_COUNTS * sizeof(uint64_t), "counts and nothing else");

static plm_status write_entries(plm_buf *out, const plm_token_set *set)
{
    plm_status status = plm_buf_append_u64(out, set->n_entries);
    for (size_t i = 0; status == PLM_OK && i < set->n_entries; i++) {
        const plm_token_entry *entry = &set->entries[i];
        uint8_t bytes[ENTRY_BYTES];
        memcpy(bytes, entry->token.b, PLM_TOKEN_BYTES);
        plm_store_u32(bytes + PLM_TOKEN_BYTES, entry->record);
        plm_store_u16(bytes + PLM_TOKEN_BYTES + 4, entry->rule);
        plm_store_u16(bytes + PLM_TOKEN_BYTES + 6, entry->pattern);
        status = plm_buf_append(out, bytes, sizeof bytes);
    }
    return status;
}

plm_status plm_select_note(plm_carry *carry, const plm_selected *selected)
{
    uint64_t counts[N_COUNTS];
    plm_buf note;
    plm_buf_init(&note, PLM_CARRY_STREAM_MAX);
    memcpy(counts, &selected->counts, sizeof counts);
    plm_status status = plm_buf_append_u64(&note, selected->n_features);
    for (size_t i = 0; status == PLM_OK && i < N_COUNTS; i++) {
        status = plm_buf_append_u64(&note, counts[i]);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&note, selected->n_numbers);
    }
    for (size_t i = 0; status == PLM_OK && i < selected->n_numbers; i++) {
        status = plm_buf_append_u64(&note, (uint64_t)selected->numbers[i]);
    }
    if (status == PLM_OK) {
        status = write_entries(&note, &selected->set);
    }
    if (status == PLM_OK) {
        status = plm_carry_note(carry, "selected", plm_buf_span(&note));
    }
    plm_buf_wipe(&note);
    return status;
}

static plm_status read_numbers(plm_reader *r, plm_selected *out)
{
    uint64_t n;
    if (plm_rd_u64(r, &n) < 0 || n > r->n / 8) {
        return PLM_E_STORE;
    }
    out->numbers = (int64_t *)calloc((size_t)n + 1, sizeof *out->numbers);
    if (out->numbers == NULL) {
        return PLM_E_NOMEM;
    }
    out->capacity = (size_t)n + 1;
    for (out->n_numbers = 0; out->n_numbers < n; out->n_numbers++) {
        uint64_t number;
        if (plm_rd_u64(r, &number) < 0) {
            return PLM_E_STORE;
        }
        out->numbers[out->n_numbers] = (int64_t)number;
    }
    return PLM_OK;
}

/* The entries stand sorted: distinct tokens follow from them. */
static plm_status read_entries(plm_reader *r, plm_token_set *set, size_t n_numbers)
{
    uint64_t n;
    if (plm_rd_u64(r, &n) < 0 || n != r->n / ENTRY_BYTES || n >= UINT32_MAX) {
        return PLM_E_STORE;
    }
    set->entries = (plm_token_entry *)calloc((size_t)n + 1, sizeof *set->entries);
    set->tokens = (plm_token *)calloc((size_t)n + 1, sizeof *set->tokens);
    set->first = (uint32_t *)calloc((size_t)n + 1, sizeof *set->first);
    if (set->entries == NULL || set->tokens == NULL || set->first == NULL) {
        return PLM_E_NOMEM;
    }
    set->capacity = (size_t)n + 1;
    for (size_t i = 0; i < n; i++) {
        plm_token_entry *entry = &set->entries[i];
        if (plm_rd_copy(r, entry->token.b, PLM_TOKEN_BYTES) < 0 ||
            plm_rd_u32(r, &entry->record) < 0 || plm_rd_u16(r, &entry->rule) < 0 ||
            plm_rd_u16(r, &entry->pattern) < 0 || entry->record >= n_numbers) {
            return PLM_E_STORE;
        }
        if (i == 0 || memcmp(entry->token.b, entry[-1].token.b, PLM_TOKEN_BYTES) != 0) {
            set->first[set->n_tokens] = (uint32_t)i;
            set->tokens[set->n_tokens++] = entry->token;
        }
        set->n_entries = i + 1;
    }
    set->first[set->n_tokens] = (uint32_t)n;
    return PLM_OK;
}

plm_status plm_select_recall(const plm_carry *carry, plm_selected *out)
{
    uint64_t counts[N_COUNTS] = {0};
    plm_buf note;
    plm_buf_init(&note, PLM_CARRY_STREAM_MAX);
    plm_status status = plm_carry_recall(carry, "selected", &note);
    plm_reader r = plm_buf_span(&note);
    if (status == PLM_OK && plm_rd_u64(&r, &out->n_features) < 0) {
        status = PLM_E_STORE;
    }
    for (size_t i = 0; status == PLM_OK && i < N_COUNTS; i++) {
        status = plm_rd_u64(&r, &counts[i]) < 0 ? PLM_E_STORE : PLM_OK;
    }
    if (status == PLM_OK) {
        memcpy(&out->counts, counts, sizeof counts);
        out->set.report = out->counts.tokens;
        status = read_numbers(&r, out);
    }
    if (status == PLM_OK) {
        status = read_entries(&r, &out->set, out->n_numbers);
    }
    plm_buf_wipe(&note);
    return status;
}
