/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_DEPTH = 32
};

/*
 * Jansson bounds its own depth at 2048; a flat scan bounds it at ours before any recursion.
 * Returns the line (counted from first_line) where the limit is passed, or 0.
 */
static uint64_t too_deep(plm_span text, uint64_t first_line)
{
    unsigned depth = 0;
    bool in_string = false;
    uint64_t line = first_line;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (c == '\n') {
            line++;
        }
        if (in_string) {
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > MAX_DEPTH) {
                return line;
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return 0;
}

static _Thread_local bool has_run_out;

static void *allocate(size_t n)
{
    void *p = malloc(n);
    has_run_out = has_run_out || p == NULL;
    return p;
}

void plm_json_watch_memory(void)
{
    json_set_alloc_funcs(allocate, free);
}

plm_status plm_json_parse(json_t **out, plm_span text, const plm_diag_sink *sink, const char *file,
                          uint64_t first_line)
{
    uint64_t deep = too_deep(text, first_line);
    if (deep > 0) {
        plm_diag_error(sink, file, deep, NULL, "nested deeper than %d levels", MAX_DEPTH);
        return PLM_E_SYNTAX;
    }
    json_error_t error;
    const bool had_run_out = has_run_out;
    has_run_out = false;
    json_t *value =
        json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    const bool runs_out = has_run_out; /* the library's error says so in some places only */
    has_run_out = had_run_out;
    if (value == NULL) {
        if (runs_out || json_error_code(&error) == json_error_out_of_memory) {
            return PLM_E_NOMEM;
        }
        uint64_t line = error.line > 0 ? first_line + (uint64_t)error.line - 1 : first_line;
        /* The library's words for this one name a flag of its own. */
        const bool is_nul = json_error_code(&error) == json_error_null_character ||
                            json_error_code(&error) == json_error_null_byte_in_key;
        plm_diag_error(sink, file, line, NULL, "not valid JSON: %s",
                       is_nul ? "a text has the character U+0000 in it" : error.text);
        return PLM_E_SYNTAX;
    }
    *out = value;
    return PLM_OK;
}

plm_json_at plm_json_root(json_t *value, const plm_diag_sink *sink, const char *file, uint64_t line)
{
    const plm_json_at at = {NULL, NULL, 0, value, sink, file, line};
    return at;
}

/* Writes the JSON pointer of `at` (RFC 6901) into out, cut at its size. */
static void pointer_of(const plm_json_at *at, char *out, size_t size)
{
    const plm_json_at *path[MAX_DEPTH + 2];
    size_t n = 0;
    for (const plm_json_at *p = at; p->parent != NULL && n < sizeof path / sizeof *path;
         p = p->parent) {
        path[n++] = p;
    }
    plm_buf text;
    plm_buf_init(&text, size - 1);
    plm_status status = PLM_OK;
    while (n-- > 0 && status == PLM_OK) {
        if (path[n]->key == NULL) {
            status = plm_buf_printf(&text, "/%zu", path[n]->index);
            continue;
        }
        status = plm_buf_append_u8(&text, '/');
        for (const char *c = path[n]->key; status == PLM_OK && *c != '\0'; c++) {
            status = *c == '~' || *c == '/' ? plm_buf_printf(&text, "~%d", *c == '/')
                                            : plm_buf_append_u8(&text, (uint8_t)*c);
        }
    }
    /* The document itself is the empty pointer, which a diagnostic shows as "/". */
    plm_utf8_print(out, size, "%.*s", text.n > 0 ? (int)text.n : 1,
                   text.n > 0 ? (const char *)text.data : "/");
    plm_buf_wipe(&text);
}

plm_status(plm_json_error)(const plm_json_at *at, const char *format, ...)
{
    char reason[400];
    char pointer[200];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(reason, sizeof reason, format, args);
    va_end(args);
    pointer_of(at, pointer, sizeof pointer);
    plm_diag_error(at->sink, at->file, at->line, pointer, "%s", reason);
    return PLM_E_INVALID;
}

plm_status plm_json_object(const plm_json_at *at, const char *const *members)
{
    if (!json_is_object(at->value)) {
        return plm_json_error(at, at->value == NULL ? "is missing" : "must be an object");
    }
    const char *key;
    json_t *value;
    json_object_foreach(at->value, key, value)
    {
        size_t i = 0;
        while (members[i] != NULL && strcmp(members[i], key) != 0) {
            i++;
        }
        if (members[i] == NULL) {
            return plm_json_error(at, "has an unknown member \"%.60s\"", key);
        }
    }
    return PLM_OK;
}

plm_json_at plm_json_member(const plm_json_at *object, const char *key)
{
    plm_json_at at = *object;
    at.parent = object;
    at.key = key;
    at.value = json_object_get(object->value, key);
    return at;
}

plm_json_at plm_json_element(const plm_json_at *array, size_t i)
{
    plm_json_at at = *array;
    at.parent = array;
    at.key = NULL;
    at.index = i;
    at.value = json_array_get(array->value, i);
    return at;
}

plm_status plm_json_array(const plm_json_at *at, size_t min, size_t max, size_t *n)
{
    if (!json_is_array(at->value)) {
        return plm_json_error(at, at->value == NULL ? "is missing" : "must be an array");
    }
    size_t size = json_array_size(at->value);
    if (size < min || size > max) {
        return plm_json_error(at, "must have %zu to %zu elements, not %zu", min, max, size);
    }
    *n = size;
    return PLM_OK;
}

plm_status plm_json_string(const plm_json_at *at, size_t min, size_t max, const char **out)
{
    if (!json_is_string(at->value)) {
        return plm_json_error(at, at->value == NULL ? "is missing" : "must be a string");
    }
    size_t n = json_string_length(at->value);
    if (n < min || n > max) {
        return plm_json_error(at, "must be %zu to %zu bytes long, not %zu", min, max, n);
    }
    const char *text = json_string_value(at->value);
    if (!plm_utf8_is_text(plm_span_of(text, n))) {
        return plm_json_error(at, "holds a control character");
    }
    *out = text;
    return PLM_OK;
}

plm_status plm_json_integer(const plm_json_at *at, int64_t min, int64_t max, int64_t *out)
{
    if (!json_is_integer(at->value)) {
        return plm_json_error(at, at->value == NULL ? "is missing" : "must be an integer");
    }
    int64_t v = json_integer_value(at->value);
    if (v < min || v > max) {
        return plm_json_error(at, "must be from %" PRId64 " to %" PRId64 ", not %" PRId64, min, max,
                              v);
    }
    *out = v;
    return PLM_OK;
}

plm_status plm_json_boolean(const plm_json_at *at, bool *out)
{
    if (!json_is_boolean(at->value)) {
        return plm_json_error(at, at->value == NULL ? "is missing" : "must be true or false");
    }
    *out = json_is_true(at->value);
    return PLM_OK;
}

plm_status plm_json_hex(const plm_json_at *at, uint8_t *out, size_t n)
{
    const char *text;
    plm_status status = plm_json_string(at, 2 * n, 2 * n, &text);
    if (status != PLM_OK) {
        return status;
    }
    if (strspn(text, "0123456789abcdef") != 2 * n || plm_hex_decode(out, n, text) < 0) {
        return plm_json_error(at, "must be %zu lower-case hexadecimal digits", 2 * n);
    }
    return PLM_OK;
}

plm_status plm_json_choice(const plm_json_at *at, const char *const *names, size_t *out)
{
    const char *text;
    plm_status status = plm_json_string(at, 1, 200, &text);
    if (status != PLM_OK) {
        return status;
    }
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = i;
            return PLM_OK;
        }
    }
    char list[256];
    size_t used = 0;
    for (size_t i = 0; names[i] != NULL && used < sizeof list; i++) {
        int wrote = snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", names[i]);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    return plm_json_error(at, "\"%.60s\" is not one of: %s", text, list);
}

typedef struct dumping {
    plm_buf *out;
    plm_status status;
} dumping;

static int append_chunk(const char *chunk, size_t size, void *context)
{
    dumping *d = (dumping *)context;
    if (d->status == PLM_OK) { /* after a member's name the library goes on in any case */
        d->status = plm_buf_append(d->out, chunk, size);
    }
    return d->status == PLM_OK ? 0 : -1;
}

plm_status plm_json_dump(const json_t *value, bool pretty, plm_buf *out)
{
    size_t before = out->n;
    size_t flags = JSON_SORT_KEYS | JSON_ENCODE_ANY | (pretty ? JSON_INDENT(2) : JSON_COMPACT);
    dumping d = {out, PLM_OK};
    const int result = json_dump_callback(value, append_chunk, &d, flags);
    const bool lacks_something = has_run_out;
    has_run_out = false; /* said once */
    if (result != 0 || d.status != PLM_OK || lacks_something) {
        out->n = before;
        return d.status != PLM_OK ? d.status : PLM_E_NOMEM;
    }
    if (!pretty) {
        return PLM_OK;
    }
    plm_status status = plm_buf_append_u8(out, '\n');
    if (status != PLM_OK) {
        out->n = before;
    }
    return status;
}
