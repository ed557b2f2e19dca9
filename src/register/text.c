/* SPDX-License-Identifier: Apache-2.0 */
#include "register/text.h"

#include <string.h>

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

plm_span plm_text_trim(plm_span s)
{
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_blank(s.p[s.n - 1])) {
        s.n--;
    }
    return s;
}

plm_span plm_text_slice(plm_span s, size_t from, size_t to)
{
    size_t end = to < s.n ? to : s.n;
    size_t start = from < end ? from : end;
    return start < end ? plm_span_of(s.p + start, end - start) : plm_span_of(NULL, 0);
}

static bool equal_at(plm_span s, size_t at, const char *literal, size_t n)
{
    if (n > s.n - at) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (lower(s.p[at + i]) != lower((uint8_t)literal[i])) {
            return false;
        }
    }
    return true;
}

bool plm_text_is(plm_span s, const char *literal)
{
    size_t n = strlen(literal);
    return n == s.n && equal_at(s, 0, literal, n);
}

size_t plm_text_find(plm_span s, const char *literal)
{
    size_t n = strlen(literal);
    for (size_t at = 0; at + n <= s.n; at++) {
        if (equal_at(s, at, literal, n)) {
            return at;
        }
    }
    return s.n;
}

bool plm_text_skip(plm_span *s, const char *literal)
{
    size_t n = strlen(literal);
    if (!equal_at(*s, 0, literal, n)) {
        return false;
    }
    *s = plm_text_trim(plm_text_slice(*s, n, s->n));
    return true;
}

bool plm_text_next(plm_span *rest, char separator, plm_span *piece)
{
    if (rest->n == 0) {
        return false;
    }
    const uint8_t *stop = (const uint8_t *)memchr(rest->p, separator, rest->n);
    size_t n = stop == NULL ? rest->n : (size_t)(stop - rest->p);
    *piece = plm_text_trim(plm_span_of(rest->p, n));
    size_t used = stop == NULL ? n : n + 1;
    *rest = plm_span_of(rest->p + used, rest->n - used);
    return true;
}

plm_status plm_text_collapse(plm_arena *arena, plm_span s, plm_span *out)
{
    s = plm_text_trim(s);
    uint8_t *copy = (uint8_t *)plm_arena_alloc(arena, s.n + 1);
    if (copy == NULL) {
        return PLM_E_NOMEM;
    }
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool blank = is_blank(s.p[i]);
        if (!blank || (n > 0 && copy[n - 1] != ' ')) {
            copy[n++] = blank ? ' ' : s.p[i];
        }
    }
    *out = plm_span_of(copy, n);
    return PLM_OK;
}

plm_status plm_text_uninvert(plm_arena *arena, plm_span s, plm_span *out)
{
    size_t comma = 0;
    while (comma < s.n && s.p[comma] != ',') {
        comma++;
    }
    plm_span surname = plm_text_slice(s, 0, comma);
    plm_span given = plm_text_slice(s, comma + 1, s.n);
    uint8_t *copy = (uint8_t *)plm_arena_alloc(arena, s.n + 2);
    if (copy == NULL) {
        return PLM_E_NOMEM;
    }
    size_t n = 0;
    for (size_t i = 0; i < given.n; i++) {
        copy[n++] = given.p[i] == ',' ? ' ' : given.p[i];
    }
    copy[n++] = ' ';
    if (surname.n > 0) {
        memcpy(copy + n, surname.p, surname.n);
        n += surname.n;
    }
    return plm_text_collapse(arena, plm_span_of(copy, n), out);
}
