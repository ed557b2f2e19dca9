/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/frequency_text.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

typedef struct reading {
    plm_span rest;
    uint64_t line;
    const plm_diag_sink *sink;
    const char *file;
} reading;

static plm_status bad(const reading *r, const char *what)
{
    plm_diag_error(r->sink, r->file, r->line, NULL, "%s", what);
    return PLM_E_SYNTAX;
}

/* The next line without its end; false after the last. */
static bool next_line(reading *r, plm_span *line)
{
    if (r->rest.n == 0) {
        return false;
    }
    const uint8_t *end = (const uint8_t *)memchr(r->rest.p, '\n', r->rest.n);
    const size_t n = end == NULL ? r->rest.n : (size_t)(end - r->rest.p);
    *line = plm_span_of(r->rest.p, n);
    const size_t taken = end == NULL ? n : n + 1;
    r->rest = plm_span_of(r->rest.p + taken, r->rest.n - taken);
    r->line++;
    return true;
}

/* A number of 1 to 15 digits. */
static bool read_number(plm_span text, uint64_t *out)
{
    uint64_t v = 0;
    if (text.n == 0 || text.n > 15) {
        return false;
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return false;
        }
        v = 10 * v + (uint64_t)(text.p[i] - '0');
    }
    *out = v;
    return true;
}

static plm_status read_header_line(plm_frequency_header_lines *h, const reading *r, plm_span line)
{
    const uint8_t *colon = (const uint8_t *)memchr(line.p, ':', line.n);
    if (colon == NULL || colon == line.p || (size_t)(colon - line.p) >= PLM_FREQUENCY_NAME_MAX ||
        !plm_utf8_is_text(line)) {
        return bad(r, "a line of the header is 'key: text'");
    }
    const size_t n_key = (size_t)(colon - line.p);
    size_t at = n_key + 1;
    at += at < line.n && line.p[at] == ' ';
    if (h->n == PLM_FREQUENCY_LINES_MAX || line.n - at >= PLM_FREQUENCY_TEXT_MAX) {
        return bad(r, "the header is too long");
    }
    memcpy(h->keys[h->n], line.p, n_key);
    h->keys[h->n][n_key] = '\0';
    memcpy(h->texts[h->n], line.p + at, line.n - at);
    h->texts[h->n][line.n - at] = '\0';
    if (plm_frequency_header_get(h, h->keys[h->n])[0] != '\0') {
        return bad(r, "a key of the header stands there twice");
    }
    h->n++;
    return PLM_OK;
}

static plm_status read_header(plm_frequency_header_lines *h, reading *r)
{
    static const char first[] = "palermo-frequencies/1";
    static const char *const needed[] = {"name", "population", "date", "persons", "made"};
    plm_span line;
    if (!next_line(r, &line) || !plm_span_equal(line, plm_span_str(first))) {
        return bad(r, "a table of frequencies begins with 'palermo-frequencies/1'");
    }
    while (next_line(r, &line) && line.n > 0) {
        plm_status status = read_header_line(h, r, line);
        if (status != PLM_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (plm_frequency_header_get(h, needed[i])[0] == '\0') {
            plm_diag_error(r->sink, r->file, r->line, needed[i], "the header lacks it");
            return PLM_E_SYNTAX;
        }
    }
    const char *persons = plm_frequency_header_get(h, "persons");
    if (!read_number(plm_span_str(persons), &h->n_persons) || h->n_persons == 0) {
        return bad(r, "persons is a number from 1");
    }
    return PLM_OK;
}

static plm_status read_row(const plm_frequency_header_lines *h, const reading *r, plm_span line,
                           plm_frequency_row_fn *row, void *context)
{
    char type_name[32];
    plm_ident_type type;
    uint64_t persons = 0;
    const uint8_t *first = (const uint8_t *)memchr(line.p, '\t', line.n);
    const size_t n_type = first == NULL ? sizeof type_name : (size_t)(first - line.p);
    if (n_type >= sizeof type_name) {
        return bad(r, "a row is type, value and count with tabs between");
    }
    const plm_span rest = plm_span_of(first + 1, line.n - n_type - 1);
    const uint8_t *second = (const uint8_t *)memchr(rest.p, '\t', rest.n);
    if (second == NULL || second == rest.p ||
        !plm_utf8_is_text(plm_span_of(rest.p, (size_t)(second - rest.p)))) {
        return bad(r, "a row is type, value and count with tabs between");
    }
    memcpy(type_name, line.p, n_type);
    type_name[n_type] = '\0';
    const size_t n_value = (size_t)(second - rest.p);
    if (plm_ident_type_find(&type, type_name) != PLM_OK) {
        return bad(r, "the first cell is no type of identifier");
    }
    if (!read_number(plm_span_of(second + 1, rest.n - n_value - 1), &persons) || persons == 0 ||
        persons > h->n_persons) {
        return bad(r, "the count is a number from 1 to the persons of the header");
    }
    return row(context, type, plm_span_of(rest.p, n_value), persons);
}

plm_status plm_frequency_read(plm_frequency_header_lines *header, plm_span text,
                              plm_frequency_row_fn *row, void *context, const plm_diag_sink *sink,
                              const char *file)
{
    reading r = {text, 0, sink, file};
    plm_span line;
    size_t n_rows = 0;
    memset(header, 0, sizeof *header);
    if (text.n > PLM_FREQUENCY_BYTES_MAX) {
        plm_diag_error(sink, file, 0, NULL, "more than %d bytes", PLM_FREQUENCY_BYTES_MAX);
        return PLM_E_LIMIT;
    }
    plm_status status = read_header(header, &r);
    while (status == PLM_OK && next_line(&r, &line)) {
        if (++n_rows > PLM_FREQUENCY_ROWS_MAX) {
            plm_diag_error(sink, file, r.line, NULL, "more than %d rows", PLM_FREQUENCY_ROWS_MAX);
            return PLM_E_LIMIT;
        }
        status = read_row(header, &r, line, row, context);
    }
    return status;
}

const char *plm_frequency_header_get(const plm_frequency_header_lines *header, const char *key)
{
    for (size_t i = 0; i < header->n; i++) {
        if (strcmp(header->keys[i], key) == 0) {
            return header->texts[i];
        }
    }
    return "";
}
