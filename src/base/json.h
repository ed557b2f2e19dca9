/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - strict reading of JSON documents (RFC 8259) over jansson.
 *
 * Strict: duplicate keys, invalid UTF-8, NUL in strings, trailing bytes and depth over 32 are
 * refused, and an object's members must all have been asked for ("unknown member"), so that a
 * misspelt member is an error and never a silent default. A getter that fails reports one
 * diagnostic whose field is the JSON pointer (RFC 6901) of the value.
 */
#ifndef PLM_BASE_JSON_H
#define PLM_BASE_JSON_H

#include "base/bytes.h"
#include "base/diag.h"

#include <jansson.h>

/*
 * Parses one document. The diagnostics of this and all getters go to `sink` under `file`.
 * *out is a new reference (json_decref). PLM_E_SYNTAX, PLM_E_NOMEM.
 */
plm_status plm_json_parse(json_t **out, plm_span text, const plm_diag_sink *sink, const char *file,
                          uint64_t first_line) PLM_MUST_CHECK;

/* Where a value stands in its document: for pointers and diagnostics. Lives on the stack. */
typedef struct plm_json_at {
    const struct plm_json_at *parent;
    const char *key; /* member name, or NULL for an array element */
    size_t index;
    json_t *value; /* borrowed */
    const plm_diag_sink *sink;
    const char *file;
    uint64_t line; /* of the document's start, 0 if unknown */
} plm_json_at;

/* The document itself. */
plm_json_at plm_json_root(json_t *value, const plm_diag_sink *sink, const char *file,
                          uint64_t line);
/* Reports an error at this place and returns PLM_E_INVALID, so that callers can return it. */
plm_status plm_json_error(const plm_json_at *at, const char *format, ...) PLM_PRINTF(2, 3);
#ifdef __clang_analyzer__ /* which does not look into variadic functions: what that one returns */
#    define plm_json_error(...) ((void)(plm_json_error)(__VA_ARGS__), PLM_E_INVALID)
#endif
/* Must be an object with no members but those named (NULL-terminated list). PLM_E_INVALID. */
plm_status plm_json_object(const plm_json_at *at, const char *const *members) PLM_MUST_CHECK;
/* The member's place; value NULL if there is none (no diagnostic). */
plm_json_at plm_json_member(const plm_json_at *object, const char *key);
/* The i-th element's place (at must be an array longer than i). */
plm_json_at plm_json_element(const plm_json_at *array, size_t i);
/* An array of min to max elements; its length in *n. PLM_E_INVALID. */
plm_status plm_json_array(const plm_json_at *at, size_t min, size_t max, size_t *n) PLM_MUST_CHECK;
/* A string of min to max bytes without control characters, borrowed from the document. */
plm_status plm_json_string(const plm_json_at *at, size_t min, size_t max,
                           const char **out) PLM_MUST_CHECK;
/* An integer in [min, max]. */
plm_status plm_json_integer(const plm_json_at *at, int64_t min, int64_t max,
                            int64_t *out) PLM_MUST_CHECK;
plm_status plm_json_boolean(const plm_json_at *at, bool *out) PLM_MUST_CHECK;
/* Exactly n bytes as 2n lower-case hexadecimal digits. */
plm_status plm_json_hex(const plm_json_at *at, uint8_t *out, size_t n) PLM_MUST_CHECK;
/* One of the names (NULL-terminated); its index in *out. */
plm_status plm_json_choice(const plm_json_at *at, const char *const *names,
                           size_t *out) PLM_MUST_CHECK;

/*
 * From now on the library remembers when it ran out of memory, so that plm_json_dump lets nothing
 * out that lacks a member which could not be added (decision 0086). Called once, before any value
 * is made.
 */
void plm_json_watch_memory(void);

/*
 * Serialises with sorted keys, two-space indentation and a final newline (`pretty`), or compact
 * without one. Appends to out. PLM_E_NOMEM, also where this thread ran out of memory while it made
 * values since the last dump; PLM_E_LIMIT.
 */
plm_status plm_json_dump(const json_t *value, bool pretty, plm_buf *out) PLM_MUST_CHECK;

#endif
