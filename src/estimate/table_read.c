/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/table_read.h"

#include "base/utf8.h"
#include "estimate/table_csv.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    ROWS_MAX = 1 << 14
};

typedef enum column_kind {
    COLUMN_LIST,
    COLUMN_STRATUM,
    COLUMN_COUNT
} column_kind;

/* A row as far as it must be unlike all others: its history and its strata. */
typedef struct row_key {
    uint64_t line;
    unsigned history;
    uint8_t stratum[PLM_TABLE_COLUMNS_MAX]; /* place in strata[], by stratum column */
} row_key;

typedef struct reader {
    plm_table_csv csv;
    plm_table_file *out;
    const char *file;
    const plm_table_format *format;
    const plm_diag_sink *sink;
    size_t n_columns;
    column_kind kind[PLM_TABLE_COLUMNS_MAX];
    char name[PLM_TABLE_COLUMNS_MAX][PLM_TABLE_NAME_BYTES];
    row_key *rows;
    size_t n_rows;
} reader;

/* Cuts blanks off both ends. */
static plm_span trimmed(plm_span s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s = plm_span_of(s.p + 1, s.n - 1);
    }
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) {
        s.n--;
    }
    return s;
}

static bool copy_name(char out[PLM_TABLE_NAME_BYTES], plm_span s)
{
    if (s.n == 0 || s.n >= PLM_TABLE_NAME_BYTES || !plm_utf8_is_text(s)) {
        return false;
    }
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return true;
}

static bool is_stratum(const reader *r, const char *name)
{
    const char *const *strata = r->format->strata;
    while (strata != NULL && *strata != NULL && strcmp(*strata, name) != 0) {
        strata++;
    }
    return strata != NULL && *strata != NULL;
}

static plm_status classify_columns(reader *r, unsigned *n_lists)
{
    bool has_count = false;
    *n_lists = 0;
    r->n_columns = r->csv.n_fields;
    for (size_t i = 0; i < r->n_columns; i++) {
        if (!copy_name(r->name[i], trimmed(r->csv.field[i]))) {
            plm_diag_error(r->sink, r->file, r->csv.line, NULL,
                           "column %zu has no name, or one that is not text of up to %d bytes",
                           i + 1, PLM_TABLE_NAME_BYTES - 1);
            return PLM_E_INVALID;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(r->name[i], r->name[j]) == 0) {
                plm_diag_error(r->sink, r->file, r->csv.line, r->name[i],
                               "two columns have this name");
                return PLM_E_INVALID;
            }
        }
        if (!has_count && strcasecmp(r->name[i], "count") == 0) {
            r->kind[i] = COLUMN_COUNT;
            has_count = true;
        } else if (is_stratum(r, r->name[i])) {
            r->kind[i] = COLUMN_STRATUM;
        } else {
            r->kind[i] = COLUMN_LIST;
            ++*n_lists;
        }
    }
    if (!has_count) {
        plm_diag_error(r->sink, r->file, r->csv.line, NULL, "there is no column \"count\"");
        return PLM_E_INVALID;
    }
    return PLM_OK;
}

static plm_status read_header(reader *r)
{
    unsigned n_lists = 0;
    plm_status status = classify_columns(r, &n_lists);
    if (status != PLM_OK) {
        return status;
    }
    for (const char *const *s = r->format->strata; s != NULL && *s != NULL; s++) {
        size_t i = 0;
        while (i < r->n_columns && strcmp(r->name[i], *s) != 0) {
            i++;
        }
        if (i == r->n_columns || r->kind[i] != COLUMN_STRATUM) {
            plm_diag_error(r->sink, r->file, r->csv.line, *s, "there is no such stratum column");
            return PLM_E_INVALID;
        }
    }
    if (plm_table_init(&r->out->table, n_lists) != PLM_OK) {
        plm_diag_error(r->sink, r->file, r->csv.line, NULL,
                       "there are %u list columns; a table has %d to %d", n_lists,
                       PLM_TABLE_LISTS_MIN, PLM_TABLE_LISTS_MAX);
        return PLM_E_INVALID;
    }
    unsigned list = 0;
    for (size_t i = 0; i < r->n_columns; i++) {
        if (r->kind[i] == COLUMN_LIST) {
            plm_table_set_name(&r->out->table, list++, r->name[i], strlen(r->name[i]));
        }
    }
    return PLM_OK;
}

/* A whole number; negative ones only where noise was added. */
static plm_status read_count(reader *r, size_t column, double *count)
{
    plm_span s = trimmed(r->csv.field[column]);
    bool is_negative = s.n > 1 && s.p[0] == '-';
    double value = 0;
    bool is_number = s.n > 0;
    for (size_t i = is_negative; i < s.n; i++) {
        is_number = is_number && isdigit(s.p[i]);
        value = 10 * value + (s.p[i] - '0');
    }
    if (!is_number || value > PLM_TABLE_COUNT_MAX) {
        plm_diag_error(r->sink, r->file, r->csv.line, r->name[column],
                       "this is not a whole number up to a thousand million");
        return PLM_E_INVALID;
    }
    if (is_negative && value > 0 && !r->format->is_noised) {
        plm_diag_error(r->sink, r->file, r->csv.line, r->name[column],
                       "a count is negative; if noise was added to it, say so with --noise");
        return PLM_E_INVALID;
    }
    *count = is_negative ? 0 : value;
    return PLM_OK;
}

/* The place of a stratum's value, made if it is new. */
static plm_status find_stratum(reader *r, size_t column, uint8_t *place)
{
    char value[PLM_TABLE_NAME_BYTES];
    plm_table_file *out = r->out;
    if (!copy_name(value, trimmed(r->csv.field[column]))) {
        plm_diag_error(r->sink, r->file, r->csv.line, r->name[column],
                       "this is empty, or not text of up to %d bytes", PLM_TABLE_NAME_BYTES - 1);
        return PLM_E_INVALID;
    }
    for (size_t i = 0; i < out->n_strata; i++) {
        if (strcmp(out->strata[i].column, r->name[column]) == 0 &&
            strcmp(out->strata[i].value, value) == 0) {
            *place = (uint8_t)i;
            return PLM_OK;
        }
    }
    if (out->n_strata == PLM_TABLE_STRATA_MAX) {
        plm_diag_error(r->sink, r->file, r->csv.line, r->name[column],
                       "there are more than %d values of strata", PLM_TABLE_STRATA_MAX);
        return PLM_E_INVALID;
    }
    plm_stratum *added = &out->strata[out->n_strata];
    memcpy(added->column, r->name[column], sizeof added->column);
    memcpy(added->value, value, sizeof added->value);
    added->table = out->table;
    memset(added->table.count, 0, sizeof added->table.count);
    *place = (uint8_t)out->n_strata++;
    return PLM_OK;
}

static plm_status read_fields(reader *r, row_key *key, double *count)
{
    unsigned list = 0;
    size_t n_strata = 0;
    plm_status status = PLM_OK;
    for (size_t i = 0; i < r->n_columns && status == PLM_OK; i++) {
        plm_span s = trimmed(r->csv.field[i]);
        if (r->kind[i] == COLUMN_COUNT) {
            status = read_count(r, i, count);
        } else if (r->kind[i] == COLUMN_STRATUM) {
            status = find_stratum(r, i, &key->stratum[n_strata++]);
        } else if (s.n == 1 && (s.p[0] == '0' || s.p[0] == '1')) {
            key->history |= (unsigned)(s.p[0] - '0') << list++;
        } else {
            plm_diag_error(r->sink, r->file, r->csv.line, r->name[i], "this is neither 0 nor 1");
            status = PLM_E_INVALID;
        }
    }
    return status;
}

static plm_status read_row(reader *r)
{
    row_key key = {r->csv.line, 0, {0}};
    double count = 0;
    if (r->csv.n_fields != r->n_columns) {
        plm_diag_error(r->sink, r->file, r->csv.line, NULL, "there are %zu fields, not %zu",
                       r->csv.n_fields, r->n_columns);
        return PLM_E_SYNTAX;
    }
    plm_status status = read_fields(r, &key, &count);
    if (status != PLM_OK) {
        return status;
    }
    if (key.history == 0) {
        plm_diag_error(r->sink, r->file, r->csv.line, NULL,
                       "a row is on no list: how many those are is what is to be estimated");
        return PLM_E_INVALID;
    }
    for (size_t i = 0; i < r->n_rows; i++) {
        if (r->rows[i].history == key.history &&
            memcmp(r->rows[i].stratum, key.stratum, sizeof key.stratum) == 0) {
            plm_diag_error(r->sink, r->file, r->csv.line, NULL,
                           "these lists stand in line %" PRIu64 " already", r->rows[i].line);
            return PLM_E_INVALID;
        }
    }
    if (r->n_rows == ROWS_MAX) {
        plm_diag_error(r->sink, r->file, r->csv.line, NULL, "there are more than %d rows",
                       ROWS_MAX);
        return PLM_E_INVALID;
    }
    r->rows[r->n_rows++] = key;
    r->out->table.count[key.history] += count;
    size_t n_strata = 0;
    for (size_t i = 0; i < r->n_columns; i++) {
        if (r->kind[i] == COLUMN_STRATUM) {
            r->out->strata[key.stratum[n_strata++]].table.count[key.history] += count;
        }
    }
    return PLM_OK;
}

static plm_status read_all(reader *r)
{
    const char *reason = "";
    bool has_header = false;
    for (;;) {
        plm_status status = plm_table_csv_next(&r->csv, &reason);
        if (status == PLM_E_NOT_FOUND) {
            break;
        }
        if (status != PLM_OK) {
            plm_diag_error(r->sink, r->file, r->csv.line, NULL, "%s", reason);
            return status;
        }
        status = has_header ? read_row(r) : read_header(r);
        if (status != PLM_OK) {
            return status;
        }
        has_header = true;
    }
    if (!has_header || !(plm_table_total(&r->out->table) > 0)) {
        plm_diag_error(r->sink, r->file, has_header ? 0 : 1, NULL,
                       has_header ? "nobody is on any list" : "the file is empty");
        return PLM_E_INVALID;
    }
    return PLM_OK;
}

plm_status plm_table_read(plm_table_file *out, plm_span text, const char *file,
                          const plm_table_format *format, const plm_diag_sink *sink)
{
    memset(out, 0, sizeof *out);
    reader *r = (reader *)calloc(1, sizeof *r);
    plm_status status = PLM_E_NOMEM;
    if (r == NULL) {
        return status;
    }
    out->strata = (plm_stratum *)calloc(PLM_TABLE_STRATA_MAX, sizeof *out->strata);
    r->rows = (row_key *)calloc(ROWS_MAX, sizeof *r->rows);
    if (out->strata != NULL && r->rows != NULL) {
        r->out = out;
        r->file = file;
        r->format = format;
        r->sink = sink;
        plm_table_csv_init(&r->csv, text);
        status = read_all(r);
    }
    free(r->rows);
    free(r);
    return status;
}

void plm_table_file_wipe(plm_table_file *file)
{
    free(file->strata);
    memset(file, 0, sizeof *file);
}
