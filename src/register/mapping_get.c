/* SPDX-License-Identifier: Apache-2.0 */
#include "register/mapping.h"
#include "register/text.h"

#include <string.h>

bool plm_mapping_is_null(const plm_mapping *mapping, plm_span text)
{
    for (size_t i = 0; i < mapping->n_nulls; i++) {
        if (plm_span_equal(mapping->nulls[i], text)) {
            return true;
        }
    }
    return text.n == 0;
}

/* The column's text, empty if it is null. */
static plm_span column_text(const plm_mapping *mapping, const plm_csv *row, size_t column)
{
    plm_span text = plm_text_trim(plm_csv_field(row, column));
    return plm_mapping_is_null(mapping, text) ? plm_span_of(NULL, 0) : text;
}

/* Literal text stands only where at least one column does: " " alone is no name. */
static plm_status compose(const plm_mapping *mapping, const plm_mapping_cell *cell,
                          const plm_csv *row, plm_arena *arena, plm_span *text)
{
    size_t n = 0;
    size_t n_given = 0;
    size_t n_columns = 0;
    for (size_t i = 0; i < cell->n_parts; i++) {
        const plm_mapping_part *part = &cell->parts[i];
        plm_span piece = part->is_column ? column_text(mapping, row, part->column) : part->literal;
        n += piece.n;
        n_columns += part->is_column;
        n_given += part->is_column && piece.n > 0;
    }
    if (n_given == 0 || (cell->needs_all && n_given < n_columns)) {
        return PLM_OK;
    }
    uint8_t *joined = (uint8_t *)plm_arena_alloc(arena, n + 1);
    if (joined == NULL) {
        return PLM_E_NOMEM;
    }
    size_t at = 0;
    for (size_t i = 0; i < cell->n_parts; i++) {
        const plm_mapping_part *part = &cell->parts[i];
        plm_span piece = part->is_column ? column_text(mapping, row, part->column) : part->literal;
        if (piece.n > 0) {
            memcpy(joined + at, piece.p, piece.n);
            at += piece.n;
        }
    }
    return plm_text_collapse(arena, plm_span_of(joined, n), text);
}

plm_status plm_mapping_cell_get(const plm_mapping *mapping, const plm_mapping_cell *cell,
                                const plm_csv *row, plm_arena *arena, plm_span *text)
{
    *text = plm_span_of(NULL, 0);
    if (!cell->is_set) {
        return PLM_OK;
    }
    if (cell->constant != NULL) {
        *text = plm_span_str(cell->constant);
        return PLM_OK;
    }
    if (cell->n_parts == 1) {
        *text = column_text(mapping, row, cell->parts[0].column);
        return PLM_OK;
    }
    return compose(mapping, cell, row, arena, text);
}

bool plm_mapping_translate(const plm_mapping_cell *cell, plm_span text, plm_span *out)
{
    if (cell->values == NULL) {
        *out = text;
        return true;
    }
    char key[PLM_MAPPING_TEXT_MAX + 1];
    if (text.n == 0 || text.n >= sizeof key || memchr(text.p, 0, text.n) != NULL) {
        return false;
    }
    memcpy(key, text.p, text.n);
    key[text.n] = '\0';
    const char *target = json_string_value(json_object_get(cell->values, key));
    if (target == NULL) {
        return false;
    }
    *out = plm_span_str(target);
    return true;
}
