/* SPDX-License-Identifier: Apache-2.0 */
#include "register/ofac_table.h"

#include "register/csv.h"
#include "register/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plm_ofac_table_init(plm_ofac_table *table)
{
    memset(table, 0, sizeof *table);
    plm_arena_init(&table->arena, PLM_OFAC_TABLE_BYTES);
}

void plm_ofac_table_wipe(plm_ofac_table *table)
{
    plm_arena_wipe(&table->arena);
    free(table->rows);
    memset(table, 0, sizeof *table);
}

bool plm_ofac_number(plm_span text, uint64_t *number)
{
    uint64_t v = 0;
    if (text.n == 0 || text.n > 18) {
        return false;
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return false;
        }
        v = v * 10 + (uint64_t)(text.p[i] - '0');
    }
    *number = v;
    return true;
}

plm_span plm_ofac_field(plm_span field)
{
    field = plm_text_trim(field);
    return plm_text_is(field, "-0-") ? plm_span_of(NULL, 0) : field;
}

static plm_status add_row(plm_ofac_table *table, uint64_t entity, uint64_t line, plm_span text)
{
    if (table->n_rows == table->capacity) {
        size_t capacity = table->capacity == 0 ? 4096 : table->capacity * 2;
        if (capacity > PLM_OFAC_ROWS_MAX) {
            return PLM_E_LIMIT;
        }
        plm_ofac_row *rows = (plm_ofac_row *)realloc(table->rows, capacity * sizeof *rows);
        if (rows == NULL) {
            return PLM_E_NOMEM;
        }
        table->rows = rows;
        table->capacity = capacity;
    }
    const char *copy = plm_arena_string(&table->arena, text);
    if (copy == NULL) {
        return PLM_E_NOMEM;
    }
    table->rows[table->n_rows++] = (plm_ofac_row){entity, line, copy, false};
    return PLM_OK;
}

static int compare_rows(const void *a, const void *b)
{
    const plm_ofac_row *x = (const plm_ofac_row *)a;
    const plm_ofac_row *y = (const plm_ofac_row *)b;
    if (x->entity != y->entity) {
        return x->entity < y->entity ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

static plm_status take_row(plm_ofac_table *table, plm_assembler *a, const plm_csv *csv,
                           size_t n_columns, size_t column)
{
    uint64_t entity = 0;
    if (csv->n_fields != n_columns) {
        plm_assemble_quarantine(a, table->file, csv->line, NULL, "%zu columns instead of %zu",
                                csv->n_fields, n_columns);
        return PLM_OK;
    }
    if (!plm_ofac_number(plm_text_trim(plm_csv_field(csv, 0)), &entity)) {
        plm_assemble_quarantine(a, table->file, csv->line, "ent_num", "not a number");
        return PLM_OK;
    }
    return add_row(table, entity, csv->line, plm_ofac_field(plm_csv_field(csv, column)));
}

plm_status plm_ofac_table_load(plm_ofac_table *table, plm_assembler *a, plm_source *source,
                               size_t n_columns, size_t column)
{
    plm_csv csv;
    plm_csv_event event = PLM_CSV_ROW;
    table->file = source->name;
    plm_status status = plm_csv_init(&csv, source, ',');
    csv.ends_at_sub = true;
    while (status == PLM_OK) {
        status = plm_csv_next(&csv, &event);
        if (status != PLM_OK || event == PLM_CSV_END) {
            break;
        }
        if (event == PLM_CSV_BROKEN) {
            char field[32];
            (void)snprintf(field, sizeof field, "column %zu", csv.column);
            plm_assemble_quarantine(a, table->file, csv.line, csv.column > 0 ? field : NULL, "%s",
                                    csv.reason);
        } else {
            status = take_row(table, a, &csv, n_columns, column);
        }
    }
    if (status == PLM_E_LIMIT && table->n_rows == table->capacity) {
        plm_diag_error(&a->import->sink, table->file, csv.line, NULL, "more than %d rows",
                       PLM_OFAC_ROWS_MAX);
    }
    plm_csv_wipe(&csv);
    if (status == PLM_OK && table->n_rows > 1) {
        qsort(table->rows, table->n_rows, sizeof *table->rows, compare_rows);
    }
    return status;
}

plm_ofac_row *plm_ofac_table_find(plm_ofac_table *table, uint64_t entity, size_t *n)
{
    size_t low = 0;
    size_t high = table->n_rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->rows[middle].entity < entity) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *n = 0;
    while (low + *n < table->n_rows && table->rows[low + *n].entity == entity) {
        table->rows[low + *n].is_used = true;
        ++*n;
    }
    return *n > 0 ? &table->rows[low] : NULL;
}

void plm_ofac_table_report(const plm_ofac_table *table, plm_assembler *a)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        if (!table->rows[i].is_used) {
            plm_assemble_quarantine(a, table->file, table->rows[i].line, "ent_num",
                                    "no entity %" PRIu64 " in the SDN file", table->rows[i].entity);
        }
    }
}
