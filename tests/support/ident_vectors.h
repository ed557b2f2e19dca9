/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident_vectors.h - reads tests/vectors/data/ident*.tsv.
 */
#ifndef PLM_TESTS_IDENT_VECTORS_H
#define PLM_TESTS_IDENT_VECTORS_H

#include "base/file.h"
#include "ident/ident.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

typedef struct ident_vector {
    plm_ident_type type;
    char country[3];
    uint8_t raw[1024];
    size_t n_raw;
    char expected[1024]; /* "" for a rejection */
    plm_ident_reason reason;
    unsigned flags;
    const char *file;
    unsigned line;
} ident_vector;

static const char *const ident_vector_files[] = {"ident.tsv", "ident-national.tsv",
                                                 "ident-things.tsv", "ident-network.tsv",
                                                 "ident-places.tsv"};

static const char *const ident_reason_names[PLM_REASON_COUNT] = {
    "NONE",      "EMPTY",  "ENCODING", "PLACEHOLDER", "LENGTH",
    "CHARACTER", "FORMAT", "CHECK",    "COUNTRY",     "RANGE",
};

/* Replaces \xHH by the byte; returns the length. */
static inline size_t ident_unescape(uint8_t *out, size_t size, const char *text)
{
    size_t n = 0;
    while (*text != '\0' && n < size) {
        if (text[0] == '\\' && text[1] == 'x' && text[2] != '\0' && text[3] != '\0') {
            const char hex[3] = {text[2], text[3], '\0'};
            out[n++] = (uint8_t)strtoul(hex, NULL, 16);
            text += 4;
        } else {
            out[n++] = (uint8_t)*text++;
        }
    }
    return n;
}

/* False if the line is not six fields of the form the file's head says. */
static inline bool ident_vector_parse(ident_vector *v, char *line)
{
    char *field[6] = {line, NULL, NULL, NULL, NULL, NULL};
    for (size_t i = 1; i < 6; i++) {
        char *tab = strchr(field[i - 1], '\t');
        if (tab == NULL) {
            return false;
        }
        *tab = '\0';
        field[i] = tab + 1;
    }
    v->n_raw = ident_unescape(v->raw, sizeof v->raw, field[2]);
    v->expected[ident_unescape((uint8_t *)v->expected, sizeof v->expected - 1, field[3])] = '\0';
    v->reason = PLM_REASON_NONE;
    if (field[3][0] == '!') {
        while (v->reason < PLM_REASON_COUNT &&
               strcmp(ident_reason_names[v->reason], v->expected + 1) != 0) {
            v->reason++;
        }
        v->expected[0] = '\0';
    }
    bool is_failed = strcmp(field[4], "failed") == 0;
    bool is_unchecked = strcmp(field[4], "unchecked") == 0;
    bool is_test = strcmp(field[4], "test") == 0;
    v->flags = is_failed      ? PLM_IDENT_CHECK_FAILED
               : is_unchecked ? PLM_IDENT_UNCHECKED
               : is_test      ? PLM_IDENT_TEST
                              : 0;
    (void)snprintf(v->country, sizeof v->country, "%.2s", field[1][0] == '-' ? "" : field[1]);
    return plm_ident_type_find(&v->type, field[0]) == PLM_OK && v->reason < PLM_REASON_COUNT &&
           (is_failed || is_unchecked || is_test || strcmp(field[4], "-") == 0) &&
           field[5][0] != '\0';
}

/* Calls each(v) for every vector of one file; returns their number. */
static inline unsigned ident_vectors_of(const char *path, const char *file,
                                        void (*each)(const ident_vector *))
{
    static ident_vector v;
    plm_buf text;
    unsigned n = 0;
    unsigned line_number = 0;
    plm_buf_init(&text, 1 << 20);
    if (CHECK_STATUS(plm_file_read(path, &text), PLM_OK) &&
        CHECK_STATUS(plm_buf_append_u8(&text, 0), PLM_OK)) {
        char *next = NULL;
        for (char *line = (char *)text.data; line != NULL && *line != '\0'; line = next) {
            char *end = strchr(line, '\n');
            next = end == NULL ? NULL : end + 1;
            line_number++;
            if (end != NULL) {
                *end = '\0';
            }
            if (line[0] == '#') {
                continue;
            }
            v.line = line_number;
            v.file = file;
            if (!CHECK(ident_vector_parse(&v, line))) {
                printf("# %s:%u\n", file, line_number);
                continue;
            }
            each(&v);
            n++;
        }
    }
    plm_buf_wipe(&text);
    return n;
}

/* The same of all files; this_file: __FILE__ of tests/DIR/x.c. */
static inline unsigned ident_vectors_each(const char *this_file, void (*each)(const ident_vector *))
{
    char path[600];
    unsigned n = 0;
    const char *slash = strrchr(this_file, '/');
    for (size_t i = 0; i < sizeof ident_vector_files / sizeof *ident_vector_files; i++) {
        (void)snprintf(path, sizeof path, "%.*s/../vectors/data/%s",
                       slash == NULL ? 0 : (int)(slash - this_file), this_file,
                       ident_vector_files[i]);
        n += ident_vectors_of(path, ident_vector_files[i], each);
    }
    return n;
}

/* xorshift64: the same numbers in every run. */
static uint64_t ident_random_state = UINT64_C(0x9E3779B97F4A7C15);

static inline uint32_t below(uint32_t n)
{
    ident_random_state ^= ident_random_state << 13;
    ident_random_state ^= ident_random_state >> 7;
    ident_random_state ^= ident_random_state << 17;
    return (uint32_t)((ident_random_state >> 33) % n);
}

static inline void random_digits(char *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (char)('0' + below(10));
    }
    out[n] = '\0';
}

#endif
