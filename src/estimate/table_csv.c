/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/table_csv.h"

#include <string.h>

void plm_table_csv_init(plm_table_csv *csv, plm_span text)
{
    static const uint8_t mark[3] = {0xEF, 0xBB, 0xBF};
    memset(csv, 0, sizeof *csv);
    if (text.n >= sizeof mark && memcmp(text.p, mark, sizeof mark) == 0) {
        text = plm_span_of(text.p + sizeof mark, text.n - sizeof mark);
    }
    csv->text = text;
    csv->next_line = 1;
    csv->separator = ';';
    for (size_t i = 0; i < text.n && text.p[i] != '\n'; i++) {
        if (text.p[i] == ',') {
            csv->separator = ',';
        }
    }
}

static int peek(const plm_table_csv *csv)
{
    return csv->at < csv->text.n ? csv->text.p[csv->at] : -1;
}

/* At the end of a field: takes the line's end, if it is there. */
static bool take_line_end(plm_table_csv *csv)
{
    size_t at = csv->at;
    if (at < csv->text.n && csv->text.p[at] == '\r') {
        at++;
    }
    if (at < csv->text.n && csv->text.p[at] != '\n') {
        return false;
    }
    csv->at = at < csv->text.n ? at + 1 : at;
    csv->next_line++;
    return true;
}

/* The opening quote is the next byte. Text with doubled quotes is copied, other text borrowed. */
static plm_status read_quoted(plm_table_csv *csv, plm_span *out, const char **reason)
{
    size_t first = ++csv->at;
    bool has_doubled = false;
    for (;; csv->at++) {
        int c = peek(csv);
        if (c < 0) {
            *reason = "a quoted field does not end";
            return PLM_E_SYNTAX;
        }
        csv->next_line += c == '\n';
        if (c != '"') {
            continue;
        }
        if (csv->at + 1 < csv->text.n && csv->text.p[csv->at + 1] == '"') {
            has_doubled = true;
            csv->at++;
            continue;
        }
        break;
    }
    *out = plm_span_of(csv->text.p + first, csv->at - first);
    csv->at++;
    if (!has_doubled) {
        return PLM_OK;
    }
    if (out->n > sizeof csv->unquoted - csv->n_unquoted) {
        *reason = "a field with quotes is too long";
        return PLM_E_SYNTAX;
    }
    uint8_t *copy = csv->unquoted + csv->n_unquoted;
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++) {
        copy[n++] = out->p[i];
        i += out->p[i] == '"';
    }
    *out = plm_span_of(copy, n);
    csv->n_unquoted += n;
    return PLM_OK;
}

static plm_status read_field(plm_table_csv *csv, const char **reason)
{
    if (csv->n_fields == PLM_TABLE_COLUMNS_MAX) {
        *reason = "there are more than 32 columns";
        return PLM_E_SYNTAX;
    }
    plm_span *out = &csv->field[csv->n_fields++];
    if (peek(csv) == '"') {
        return read_quoted(csv, out, reason);
    }
    size_t first = csv->at;
    for (int c = peek(csv); c >= 0 && c != csv->separator && c != '\n' && c != '\r';
         c = peek(csv)) {
        if (c == '"') {
            *reason = "there is a quote inside an unquoted field";
            return PLM_E_SYNTAX;
        }
        csv->at++;
    }
    *out = plm_span_of(csv->text.p + first, csv->at - first);
    return PLM_OK;
}

plm_status plm_table_csv_next(plm_table_csv *csv, const char **reason)
{
    csv->line = csv->next_line;
    while (csv->at < csv->text.n && take_line_end(csv)) {
        csv->line = csv->next_line;
    }
    if (csv->at >= csv->text.n) {
        return PLM_E_NOT_FOUND;
    }
    csv->n_fields = 0;
    csv->n_unquoted = 0;
    for (;;) {
        plm_status status = read_field(csv, reason);
        if (status != PLM_OK) {
            return status;
        }
        if (peek(csv) == csv->separator) {
            csv->at++;
        } else if (take_line_end(csv)) {
            return PLM_OK;
        } else {
            *reason = "a field does not end at a separator";
            return PLM_E_SYNTAX;
        }
    }
}
