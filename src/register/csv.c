/* SPDX-License-Identifier: Apache-2.0 */
#include "register/csv.h"

#include "base/ct.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    RAW_BYTES = PLM_CSV_ROW_MAX + PLM_SOURCE_STEP_BYTES,
    NO_BYTE = -1
};

plm_status plm_csv_init(plm_csv *csv, plm_source *source, char separator)
{
    memset(csv, 0, sizeof *csv);
    csv->source = source;
    csv->separator = (uint8_t)separator;
    csv->next_line = 1;
    csv->raw = (uint8_t *)malloc(RAW_BYTES);
    csv->text = (uint8_t *)malloc(RAW_BYTES);
    return csv->raw == NULL || csv->text == NULL ? PLM_E_NOMEM : PLM_OK;
}

void plm_csv_wipe(plm_csv *csv)
{
    if (csv->raw != NULL) {
        plm_wipe(csv->raw, RAW_BYTES);
    }
    if (csv->text != NULL) {
        plm_wipe(csv->text, RAW_BYTES);
    }
    free(csv->raw);
    free(csv->text);
    memset(csv, 0, sizeof *csv);
}

plm_span plm_csv_field(const plm_csv *csv, size_t i)
{
    return plm_span_of(csv->text + csv->field[i], csv->field[i + 1] - csv->field[i]);
}

/* Reads on behind `end`, dropping what lies before `start`. There must be room. */
static plm_status fill(plm_csv *csv)
{
    if (csv->start > 0) {
        memmove(csv->raw, csv->raw + csv->start, csv->end - csv->start);
        csv->at -= csv->start;
        csv->end -= csv->start;
        csv->start = 0;
    }
    size_t got = 0;
    size_t room = RAW_BYTES - csv->end;
    size_t step = room < PLM_SOURCE_STEP_BYTES ? room : PLM_SOURCE_STEP_BYTES;
    plm_status status = plm_source_read(csv->source, csv->raw + csv->end, step, &got);
    if (status == PLM_OK) {
        csv->end += got;
        csv->is_eof = got == 0;
    }
    return status;
}

/* The byte at `at` without moving, NO_BYTE at the end of the input. */
static plm_status peek(plm_csv *csv, int *c)
{
    if (csv->at == csv->end && !csv->is_eof) {
        plm_status status = fill(csv);
        if (status != PLM_OK) {
            return status;
        }
    }
    *c = csv->at < csv->end ? csv->raw[csv->at] : NO_BYTE;
    return PLM_OK;
}

static void PLM_PRINTF(4, 5)
    fault(plm_csv *csv, uint64_t line, size_t column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(csv->reason, sizeof csv->reason, format, args);
    va_end(args);
    csv->line = line;
    csv->column = column;
}

/* Where the reader stands inside a row. */
typedef enum state {
    FIELD_START,
    PLAIN,
    QUOTED,
    QUOTE_IN_QUOTED, /* behind a quote that ends the field or is the first of two */
    ROW_END,
    ROW_BROKEN
} state;

/* Behind a CR outside of quotes: a LF must follow. */
static plm_status after_cr(plm_csv *csv, state *s)
{
    int c;
    csv->at++;
    plm_status status = peek(csv, &c);
    if (status != PLM_OK) {
        return status;
    }
    if (c == '\n') {
        csv->at++;
        csv->next_line++;
        *s = ROW_END;
    } else if (c == NO_BYTE) {
        *s = ROW_END;
    } else {
        fault(csv, csv->next_line, csv->n_fields + 1, "a carriage return without its line feed");
        *s = ROW_BROKEN;
    }
    return PLM_OK;
}

static void end_field(plm_csv *csv, state *s)
{
    csv->n_fields++;
    if (csv->n_fields == PLM_CSV_COLUMNS_MAX) {
        fault(csv, csv->next_line, csv->n_fields, "more than %d columns", PLM_CSV_COLUMNS_MAX);
        *s = ROW_BROKEN;
        return;
    }
    csv->field[csv->n_fields] = csv->n_text;
    *s = FIELD_START;
}

static void take(plm_csv *csv, int c)
{
    csv->text[csv->n_text++] = (uint8_t)c;
    csv->next_line += c == '\n';
    csv->at++;
}

/* One byte (or the end) inside a field in quotes; quote_line: where it was opened. */
static void step_quoted(plm_csv *csv, int c, uint64_t quote_line, state *s)
{
    if (c == NO_BYTE) {
        fault(csv, quote_line, csv->n_fields + 1, "a quote that is never closed");
        *s = ROW_BROKEN;
    } else if (c == '"') {
        csv->at++;
        *s = QUOTE_IN_QUOTED;
    } else {
        take(csv, c);
    }
}

/* One byte (or the end) outside of quotes. */
static plm_status step_plain(plm_csv *csv, int c, uint64_t *quote_line, state *s)
{
    if (c == csv->separator) {
        csv->at++;
        end_field(csv, s);
    } else if (c == '\n') {
        csv->at++;
        csv->next_line++;
        *s = ROW_END;
    } else if (c == '\r') {
        return after_cr(csv, s);
    } else if (c == NO_BYTE) {
        *s = ROW_END;
    } else if (*s == QUOTE_IN_QUOTED && c == '"') {
        take(csv, c);
        *s = QUOTED;
    } else if (*s == QUOTE_IN_QUOTED) {
        fault(csv, csv->next_line, csv->n_fields + 1, "text after the closing quote of a field");
        *s = ROW_BROKEN;
    } else if (c == '"' && *s == FIELD_START) {
        *quote_line = csv->next_line;
        csv->at++;
        *s = QUOTED;
    } else if (c == '"') {
        fault(csv, csv->next_line, csv->n_fields + 1,
              "a quote inside a field that does not begin with one");
        *s = ROW_BROKEN;
    } else if (c == 0) {
        fault(csv, csv->next_line, csv->n_fields + 1, "a zero byte; is this file UTF-8 text?");
        *s = ROW_BROKEN;
    } else {
        take(csv, c);
        *s = PLAIN;
    }
    return PLM_OK;
}

/* True, with the fault set, if the row has grown over a limit. */
static bool is_too_long(plm_csv *csv, uint64_t quote_line, state s)
{
    bool is_long_field = csv->n_text - csv->field[csv->n_fields] > PLM_CSV_FIELD_MAX;
    if (!is_long_field && csv->at - csv->start <= PLM_CSV_ROW_MAX) {
        return false;
    }
    if (s == QUOTED && quote_line != csv->next_line) {
        fault(csv, quote_line, csv->n_fields + 1, "a quote that is not closed within %d bytes",
              PLM_CSV_FIELD_MAX);
    } else if (is_long_field) {
        fault(csv, csv->next_line, csv->n_fields + 1, "a field of more than %d bytes",
              PLM_CSV_FIELD_MAX);
    } else {
        fault(csv, csv->start_line, 0, "a row of more than %d bytes", PLM_CSV_ROW_MAX);
    }
    return true;
}

/* Reads one row from `at`; false in *good: broken, with the fault set. */
static plm_status read_row(plm_csv *csv, bool *good)
{
    state s = FIELD_START;
    uint64_t quote_line = csv->next_line;
    csv->start = csv->at;
    csv->start_line = csv->next_line;
    csv->n_text = 0;
    csv->n_fields = 0;
    csv->field[0] = 0;
    while (s != ROW_END && s != ROW_BROKEN) {
        int c;
        plm_status status = peek(csv, &c);
        if (status != PLM_OK) {
            return status;
        }
        if (s == QUOTED) {
            step_quoted(csv, c, quote_line, &s);
        } else {
            status = step_plain(csv, c, &quote_line, &s);
        }
        if (status != PLM_OK) {
            return status;
        }
        if (s != ROW_BROKEN && is_too_long(csv, quote_line, s)) {
            s = ROW_BROKEN;
        }
    }
    *good = s == ROW_END;
    if (*good) {
        csv->field[++csv->n_fields] = csv->n_text; /* end_field has left room for it */
    }
    return PLM_OK;
}

/* Moves behind the line in which the broken row began. */
static plm_status resynchronise(plm_csv *csv)
{
    csv->at = csv->start;
    for (;;) {
        uint8_t *stop = (uint8_t *)memchr(csv->raw + csv->at, '\n', csv->end - csv->at);
        if (stop != NULL) {
            csv->at = (size_t)(stop - csv->raw) + 1;
            csv->next_line = csv->start_line + 1;
            return PLM_OK;
        }
        csv->at = csv->end;
        csv->start = csv->end;
        if (csv->is_eof) {
            return PLM_OK;
        }
        plm_status status = fill(csv);
        if (status != PLM_OK) {
            return status;
        }
    }
}

/* False, with the fault set, if a field is not UTF-8. */
static bool is_utf8(plm_csv *csv)
{
    plm_span all = plm_span_of(csv->text, csv->n_text);
    size_t valid = plm_utf8_valid_prefix(all);
    size_t column = 0;
    if (valid == all.n) {
        /* Field borders must not cut a sequence: a border is then a lead or ASCII byte. */
        while (column < csv->n_fields &&
               (csv->field[column] == all.n || (all.p[csv->field[column]] & 0xC0) != 0x80)) {
            column++;
        }
        if (column == csv->n_fields) {
            return true;
        }
        valid = csv->field[column];
        column--; /* the field before it ends within the sequence */
    } else {
        while (csv->field[column + 1] <= valid) {
            column++;
        }
    }
    uint64_t line = csv->start_line;
    for (size_t i = 0; i < valid; i++) {
        line += all.p[i] == '\n';
    }
    fault(csv, line, column + 1, "not valid UTF-8");
    return false;
}

/* A BOM of UTF-8 at the very start is skipped; one of UTF-16 is no text for us. */
static plm_status skip_bom(plm_csv *csv)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK && csv->end < 3 && !csv->is_eof) {
        status = fill(csv);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (csv->end >= 3 && memcmp(csv->raw, "\xEF\xBB\xBF", 3) == 0) {
        csv->at = 3;
    } else if (csv->end >= 2 &&
               (memcmp(csv->raw, "\xFF\xFE", 2) == 0 || memcmp(csv->raw, "\xFE\xFF", 2) == 0)) {
        plm_diag_error(&csv->source->progress->import->sink, csv->source->name, 1, NULL,
                       "this file is UTF-16; save it as UTF-8");
        return PLM_E_SYNTAX;
    }
    return PLM_OK;
}

plm_status plm_csv_next(plm_csv *csv, plm_csv_event *event)
{
    plm_status status = PLM_OK;
    if (csv->end == 0 && !csv->is_eof) {
        status = skip_bom(csv);
    }
    while (status == PLM_OK) {
        int c;
        bool good = false;
        status = peek(csv, &c);
        if (status == PLM_OK && c == NO_BYTE) {
            *event = PLM_CSV_END;
            return PLM_OK;
        }
        if (status == PLM_OK) {
            status = read_row(csv, &good);
        }
        if (status != PLM_OK) {
            break;
        }
        if (good && csv->n_fields == 1 && csv->n_text == 0 && csv->raw[csv->start] != '"') {
            continue; /* an empty line */
        }
        if (csv->ends_at_sub && good && csv->n_fields == 1 && csv->n_text == 1 &&
            csv->text[0] == 0x1A) {
            status = peek(csv, &c);
            if (status == PLM_OK && c == NO_BYTE) {
                *event = PLM_CSV_END;
                return PLM_OK;
            }
        }
        if (good && is_utf8(csv)) {
            csv->line = csv->start_line;
            csv->column = 0;
            *event = PLM_CSV_ROW;
            return status;
        }
        csv->n_fields = 0;
        status = resynchronise(csv);
        if (status == PLM_OK) {
            *event = PLM_CSV_BROKEN;
            return PLM_OK;
        }
    }
    return status;
}
