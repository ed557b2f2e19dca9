/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Length of the valid sequence at p (n > 0 bytes left), or 0. RFC 3629 section 4. */
static size_t sequence_length(const uint8_t *p, size_t n)
{
    uint8_t lead = p[0];
    if (lead < 0x80) {
        return 1;
    }
    size_t length = 0;
    uint8_t low = 0x80;
    uint8_t high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        low = lead == 0xE0 ? 0xA0 : 0x80;
        high = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        low = lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xF4 ? 0x8F : 0xBF;
    }
    if (length == 0 || n < length || p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

size_t plm_utf8_valid_prefix(plm_span s)
{
    size_t at = 0;
    while (at < s.n) {
        size_t length = sequence_length(s.p + at, s.n - at);
        if (length == 0) {
            break;
        }
        at += length;
    }
    return at;
}

bool plm_utf8_is_text(plm_span s)
{
    if (plm_utf8_valid_prefix(s) != s.n) {
        return false;
    }
    for (size_t at = 0; at < s.n;) {
        uint32_t c = plm_utf8_next(s, &at);
        if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) {
            return false;
        }
    }
    return true;
}

uint32_t plm_utf8_next(plm_span s, size_t *at)
{
    const uint8_t *p = s.p + *at;
    size_t length = sequence_length(p, s.n - *at);
    switch (length) {
    case 2:
        *at += 2;
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    case 3:
        *at += 3;
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    case 4:
        *at += 4;
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
               (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
    default:
        *at += 1;
        return p[0];
    }
}

size_t plm_utf8_encode(uint8_t out[4], uint32_t code_point)
{
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (uint8_t)(0xC0 | code_point >> 6);
        out[1] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code_point >> 12);
        out[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code_point >> 18);
    out[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code_point & 0x3F));
    return 4;
}

static void leave_out_fragments(char *text)
{
    const size_t n = strlen(text);
    size_t kept = 0;
    for (size_t at = 0; at < n; at++) { /* past the byte that is part of no character */
        const size_t whole = plm_utf8_valid_prefix(plm_span_of(text + at, n - at));
        memmove(text + kept, text + at, whole);
        kept += whole;
        at += whole;
    }
    text[kept] = '\0';
}

void plm_utf8_vprint(char *out, size_t size, const char *format, va_list args)
{
    out[0] = '\0';
    (void)vsnprintf(out, size, format, args);
    leave_out_fragments(out);
}

void plm_utf8_print(char *out, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(out, size, format, args);
    va_end(args);
}

void plm_utf8_disarm(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++) {
        if ((*c < ' ' && *c != '\n') || *c == 0x7F) {
            *c = '?';
        } else if (*c == 0xC2 && c[1] >= 0x80 && c[1] <= 0x9F) { /* U+0080 to U+009F */
            *c++ = '?';
            *c = '?';
        }
    }
}
