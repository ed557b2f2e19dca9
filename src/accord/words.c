/* SPDX-License-Identifier: Apache-2.0 */
#include "accord/words.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

plm_words plm_words_begin(plm_buf *out)
{
    const plm_words w = {out, out->n, PLM_OK};
    return w;
}

static void put(plm_words *w, const void *p, size_t n)
{
    if (w->status == PLM_OK) {
        w->status = plm_buf_append(w->out, p, n);
    }
}

static void put_blanks(plm_words *w, size_t n)
{
    for (; n > 0; n--) {
        put(w, " ", 1);
    }
}

/* Columns of n bytes of UTF-8: everything but continuation bytes. */
static size_t columns(const char *text, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return count;
}

/* Bytes of the longest piece of n bytes that takes at most `max` columns. */
static size_t cut(const char *text, size_t n, size_t max)
{
    size_t i = 0;
    for (size_t count = 0; i < n; i++) {
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
        if (count > max) {
            break;
        }
    }
    return i;
}

static void put_text(plm_words *w, const char *text, size_t indent, size_t column)
{
    bool is_first = true;
    while (*text != '\0') {
        size_t n = strcspn(text, " ");
        size_t wide = columns(text, n);
        if (!is_first && column + 1 + wide > PLM_WORDS_COLUMNS) {
            put(w, "\n", 1);
            put_blanks(w, indent);
            column = indent;
        } else if (!is_first) {
            put(w, " ", 1);
            column++;
        }
        /* A word longer than a line is broken where the line ends. */
        size_t take = cut(text, n, PLM_WORDS_COLUMNS - column);
        put(w, text, take);
        column += columns(text, take);
        is_first = false;
        while (take < n && w->status == PLM_OK) {
            put(w, "\n", 1);
            put_blanks(w, indent);
            size_t more = cut(text + take, n - take, PLM_WORDS_COLUMNS - indent);
            put(w, text + take, more);
            column = indent + columns(text + take, more);
            take += more;
        }
        text += n;
        text += strspn(text, " ");
    }
    put(w, "\n", 1);
}

void plm_words_line(plm_words *w, const char *label, size_t indent, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(text, sizeof text, format, args);
    va_end(args);
    size_t column = columns(label, strlen(label));
    put(w, label, strlen(label));
    if (column >= indent && column > 0) {
        put(w, "\n", 1);
        column = 0;
    }
    put_blanks(w, indent - column);
    put_text(w, text, indent, indent);
}

void plm_words_gap(plm_words *w)
{
    put(w, "\n", 1);
}

plm_status plm_words_end(plm_words *w)
{
    if (w->status != PLM_OK) {
        w->out->n = w->start;
    }
    return w->status;
}

const char *plm_words_number(char out[static PLM_WORDS_NUMBER], uint64_t n)
{
    char digits[PLM_WORDS_NUMBER];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, n);
    size_t used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            out[used++] = ',';
        }
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}
