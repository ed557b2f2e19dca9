/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/lookup_table.h"

#include "register/csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a column holds. */
typedef enum column_kind {
    COLUMN_IGNORED,
    COLUMN_ID,
    COLUMN_MRZ,
    COLUMN_COUNTRY,
    COLUMN_IDENT
} column_kind;

typedef struct column {
    column_kind kind;
    plm_ident_type type;
} column;

struct plm_lookup_table {
    plm_import import; /* where diagnostics go */
    plm_progress progress;
    plm_source source;
    plm_csv csv;
    column columns[PLM_CSV_COLUMNS_MAX];
    size_t n_columns;
    uint64_t n_read;
    plm_date today;
};

static column column_of(plm_span field)
{
    char name[64];
    column c = {.kind = COLUMN_IDENT};
    (void)snprintf(name, sizeof name, "%.*s", (int)(field.n < 63 ? field.n : 63),
                   (const char *)field.p);
    if (plm_ident_type_find(&c.type, name) != PLM_OK) {
        c.kind = strcmp(name, "id") == 0        ? COLUMN_ID
                 : strcmp(name, "mrz") == 0     ? COLUMN_MRZ
                 : strcmp(name, "country") == 0 ? COLUMN_COUNTRY
                                                : COLUMN_IGNORED;
    }
    return c;
}

static plm_status read_head(plm_lookup_table *t, const char *path)
{
    plm_csv_event event;
    bool has_any = false;
    plm_status status = plm_csv_next(&t->csv, &event);
    if (status == PLM_OK && event == PLM_CSV_ROW) {
        t->n_columns = t->csv.n_fields;
    }
    for (size_t i = 0; i < t->n_columns; i++) {
        t->columns[i] = column_of(plm_csv_field(&t->csv, i));
        has_any = has_any || t->columns[i].kind == COLUMN_MRZ || t->columns[i].kind == COLUMN_IDENT;
    }
    if (status == PLM_OK && !has_any) {
        plm_diag_error(&t->import.sink, path, 1, NULL,
                       "no column is \"mrz\" or a type of identifiers");
        status = PLM_E_SYNTAX;
    }
    return status;
}

plm_status plm_lookup_table_open(plm_lookup_table **out, const char *path, plm_date today)
{
    plm_lookup_table *t = (plm_lookup_table *)calloc(1, sizeof *t);
    if (t == NULL) {
        return PLM_E_NOMEM;
    }
    t->today = today;
    t->import.sink = (plm_diag_sink){plm_diag_print, stderr};
    plm_progress_init(&t->progress, &t->import);
    plm_status status = plm_source_open(&t->source, &t->progress, path);
    if (status == PLM_OK) {
        status = plm_csv_init(&t->csv, &t->source, ',');
    }
    if (status == PLM_OK) {
        status = read_head(t, path);
    }
    if (status != PLM_OK) {
        plm_lookup_table_close(t);
        return status;
    }
    *out = t;
    return PLM_OK;
}

void plm_lookup_table_close(plm_lookup_table *table)
{
    plm_csv_wipe(&table->csv);
    plm_source_close(&table->source);
    free(table);
}

/* One cell into the row's subject; what is wrong with it is the row's error. */
static void take_cell(const plm_lookup_table *t, plm_lookup_row *row, const column *c,
                      plm_span cell, const char country[static 3])
{
    plm_ident ident = {.reason = PLM_REASON_NONE};
    plm_subject_part part = {.type = c->type, .value = cell};
    plm_mrz mrz;
    plm_status status = PLM_OK;
    const char *detail = NULL;
    if (c->kind == COLUMN_MRZ) {
        status = plm_subject_add_mrz(&row->subject, cell, t->today, &mrz);
        detail = status == PLM_E_REJECTED ? mrz.detail : NULL;
        if (status == PLM_OK) {
            status = plm_lookup_json_add_mrz(row->json, cell);
        }
    } else if (c->kind == COLUMN_IDENT) {
        memcpy(part.country, plm_ident_type_has_country(c->type) ? country : "\0\0",
               sizeof part.country);
        status = plm_subject_add(&row->subject, part.type, part.country, cell, &ident);
        detail = status == PLM_E_REJECTED ? plm_ident_reason_text(ident.reason) : NULL;
        if (status == PLM_OK) {
            status = plm_lookup_json_add(row->json, &part);
        }
    }
    if (status != PLM_OK && row->error[0] == '\0') {
        (void)snprintf(row->error, sizeof row->error, "%s: %s",
                       c->kind == COLUMN_MRZ ? "mrz" : plm_ident_type_name(c->type),
                       detail != NULL ? detail : plm_status_sentence(status));
    }
}

static plm_status take_row(const plm_lookup_table *t, plm_lookup_row *row)
{
    char country[3] = "";
    for (size_t i = 0; i < t->csv.n_fields && i < t->n_columns; i++) {
        const plm_span cell = plm_csv_field(&t->csv, i);
        const column *c = &t->columns[i];
        if (cell.n == 0) {
            continue;
        }
        if (c->kind == COLUMN_ID && row->id == NULL) {
            row->id = strndup((const char *)cell.p, cell.n);
            if (row->id == NULL) {
                return PLM_E_NOMEM;
            }
        } else if (c->kind == COLUMN_COUNTRY && cell.n == 2) {
            memcpy(country, cell.p, 2);
        } else {
            take_cell(t, row, c, cell, country);
        }
    }
    return PLM_OK;
}

plm_status plm_lookup_table_next(plm_lookup_table *t, plm_lookup_row *row)
{
    plm_csv_event event;
    plm_status status = plm_csv_next(&t->csv, &event);
    if (status != PLM_OK || event == PLM_CSV_END) {
        return status == PLM_OK ? PLM_E_NOT_FOUND : status;
    }
    *row = (plm_lookup_row){.number = ++t->n_read, .json = json_object()};
    plm_subject_init(&row->subject);
    if (event == PLM_CSV_BROKEN) {
        (void)snprintf(row->error, sizeof row->error, "line %" PRIu64 ": %s", t->csv.line,
                       t->csv.reason);
        return PLM_OK;
    }
    status = take_row(t, row);
    if (status != PLM_OK) {
        plm_lookup_row_wipe(row);
    }
    return status;
}

void plm_lookup_row_wipe(plm_lookup_row *row)
{
    plm_subject_wipe(&row->subject);
    free(row->id);
    json_decref(row->json);
    row->id = NULL;
    row->json = NULL;
}
