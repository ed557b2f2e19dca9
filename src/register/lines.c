/* SPDX-License-Identifier: Apache-2.0 */
#include "register/lines.h"

#include "base/ct.h"

#include <stdlib.h>
#include <string.h>

enum {
    RAW_BYTES = PLM_LINE_MAX + 2 + PLM_SOURCE_STEP_BYTES
};

plm_status plm_lines_init(plm_lines *lines, plm_source *source)
{
    memset(lines, 0, sizeof *lines);
    lines->source = source;
    lines->raw = (uint8_t *)malloc(RAW_BYTES);
    return lines->raw == NULL ? PLM_E_NOMEM : PLM_OK;
}

void plm_lines_wipe(plm_lines *lines)
{
    if (lines->raw != NULL) {
        plm_wipe(lines->raw, RAW_BYTES);
    }
    free(lines->raw);
    memset(lines, 0, sizeof *lines);
}

/* Reads on behind `end`, dropping what lies before `at`. There must be room. */
static plm_status fill(plm_lines *lines)
{
    if (lines->at > 0) {
        memmove(lines->raw, lines->raw + lines->at, lines->end - lines->at);
        lines->end -= lines->at;
        lines->at = 0;
    }
    size_t got = 0;
    plm_status status =
        plm_source_read(lines->source, lines->raw + lines->end, PLM_SOURCE_STEP_BYTES, &got);
    if (status == PLM_OK) {
        lines->end += got;
        lines->is_eof = got == 0;
    }
    return status;
}

/* Drops everything up to the next line end. */
static plm_status skip_line(plm_lines *lines)
{
    for (;;) {
        const uint8_t *stop =
            (const uint8_t *)memchr(lines->raw + lines->at, '\n', lines->end - lines->at);
        if (stop != NULL) {
            lines->at = (size_t)(stop - lines->raw) + 1;
            return PLM_OK;
        }
        lines->at = lines->end;
        if (lines->is_eof) {
            return PLM_OK;
        }
        plm_status status = fill(lines);
        if (status != PLM_OK) {
            return status;
        }
    }
}

plm_status plm_lines_next(plm_lines *lines, plm_line_event *event, plm_span *line)
{
    size_t scanned = 0;
    for (;;) {
        uint8_t *first = lines->raw + lines->at;
        size_t n = lines->end - lines->at;
        const uint8_t *stop =
            n > scanned ? (const uint8_t *)memchr(first + scanned, '\n', n - scanned) : NULL;
        size_t length = stop != NULL ? (size_t)(stop - first) : n;
        if (stop == NULL && !lines->is_eof && length <= PLM_LINE_MAX + 1) {
            scanned = n;
            plm_status status = fill(lines);
            if (status != PLM_OK) {
                return status;
            }
            continue;
        }
        if (stop == NULL && lines->is_eof && length == 0) {
            *event = PLM_LINE_END;
            return PLM_OK;
        }
        lines->line++;
        if (length > 0 && first[length - 1] == '\r') {
            length--;
        }
        if (length > PLM_LINE_MAX) {
            *event = PLM_LINE_TOO_LONG;
            return skip_line(lines);
        }
        lines->at = stop != NULL ? (size_t)(stop - lines->raw) + 1 : lines->end;
        *event = PLM_LINE;
        *line = plm_span_of(first, length);
        if (lines->line == 1 && length >= 3 && memcmp(first, "\xEF\xBB\xBF", 3) == 0) {
            *line = plm_span_of(first + 3, length - 3);
        }
        return PLM_OK;
    }
}
