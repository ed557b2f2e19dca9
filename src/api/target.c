/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target.c - "/v1/cases/CASE%2F7?limit=20" into segments and parameters.
 *
 * Each piece is decoded after it was cut out, so that an encoded slash or ampersand is part of its
 * value and never a separator.
 */
#include "api/api.h"

#include "base/utf8.h"

#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Decodes n characters to the end of what `text` holds; NULL: malformed. */
static const char *decode(plm_api_target *t, size_t *used, const char *from, size_t n,
                          bool plus_is_blank)
{
    const size_t start = *used;
    size_t at = start;
    if (n >= sizeof t->text - start) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        char c = from[i];
        if (c == '%') {
            const int high = i + 1 < n ? hex_digit(from[i + 1]) : -1;
            const int low = i + 2 < n ? hex_digit(from[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return NULL;
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        t->text[at++] = c;
    }
    t->text[at] = '\0';
    if (!plm_utf8_is_text(plm_span_of(t->text + start, at - start))) {
        return NULL;
    }
    *used = at + 1;
    return t->text + start;
}

static plm_status read_path(plm_api_target *t, size_t *used, const char *path, size_t n)
{
    if (n == 0 || path[0] != '/' || (n > 1 && path[n - 1] == '/')) {
        return PLM_E_SYNTAX;
    }
    size_t at = 1;
    while (at < n) {
        const char *end = (const char *)memchr(path + at, '/', n - at);
        const size_t length = end != NULL ? (size_t)(end - path) - at : n - at;
        if (length == 0 || t->n_segments == sizeof t->segments / sizeof *t->segments) {
            return PLM_E_SYNTAX;
        }
        const char *segment = decode(t, used, path + at, length, false);
        if (segment == NULL || strlen(segment) >= PLM_API_ARGUMENT_MAX) {
            return PLM_E_SYNTAX;
        }
        t->segments[t->n_segments++] = segment;
        at += length + 1;
    }
    return PLM_OK;
}

static plm_status read_query(plm_api_target *t, size_t *used, const char *query)
{
    while (*query != '\0') {
        const size_t n = strcspn(query, "&");
        const char *equals = (const char *)memchr(query, '=', n);
        const size_t name_bytes = equals != NULL ? (size_t)(equals - query) : n;
        if (name_bytes == 0 || t->n_pairs == PLM_API_PAIRS_MAX) {
            return PLM_E_SYNTAX;
        }
        const char *name = decode(t, used, query, name_bytes, true);
        const char *value = equals == NULL ? decode(t, used, "", 0, true)
                                           : decode(t, used, equals + 1, n - name_bytes - 1, true);
        if (name == NULL || value == NULL) {
            return PLM_E_SYNTAX;
        }
        t->pairs[t->n_pairs++] = (plm_api_pair){name, value};
        query += n + (query[n] == '&');
    }
    return PLM_OK;
}

plm_status plm_api_target_read(plm_api_target *out, const char *text)
{
    size_t used = 0;
    out->n_segments = 0;
    out->n_pairs = 0;
    if (strlen(text) >= PLM_API_TARGET_MAX) {
        return PLM_E_SYNTAX;
    }
    const size_t n = strcspn(text, "?");
    plm_status status = read_path(out, &used, text, n);
    if (status == PLM_OK && text[n] == '?') {
        status = read_query(out, &used, text + n + 1);
    }
    return status;
}

const char *plm_api_parameter(const plm_api_call *call, const char *name)
{
    for (size_t i = 0; i < call->target->n_pairs; i++) {
        if (strcmp(call->target->pairs[i].name, name) == 0) {
            return call->target->pairs[i].value;
        }
    }
    return NULL;
}
