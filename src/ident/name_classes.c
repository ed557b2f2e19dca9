/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_classes.c - a parsed table:
 *
 *     pairs   [ word | name | order ] ...      by word, then by their order in the table
 *     arena   the bytes of words and names
 */
#include "ident/name_classes.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

typedef struct pair {
    plm_span word;
    plm_span name;
    size_t order;
} pair;

struct plm_name_classes {
    plm_arena arena;
    pair *pairs;
    size_t n;
    size_t capacity;
};

typedef struct parser {
    plm_name_classes *to;
    const char *file;
    const plm_diag_sink *sink;
    uint64_t line;
    plm_name_parts parts; /* of the name at hand */
} parser;

static int compare_words(plm_span a, plm_span b)
{
    const int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_pairs(const void *a, const void *b)
{
    const pair *x = (const pair *)a;
    const pair *y = (const pair *)b;
    const int order = compare_words(x->word, y->word);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static plm_status add_pair(plm_name_classes *to, plm_span word, plm_span name)
{
    if (to->n == to->capacity) {
        const size_t capacity = to->capacity == 0 ? 64 : 2 * to->capacity;
        size_t bytes;
        if (plm_size_mul(capacity, sizeof *to->pairs, &bytes) < 0) {
            return PLM_E_LIMIT;
        }
        pair *grown = (pair *)realloc(to->pairs, bytes);
        if (grown == NULL) {
            return PLM_E_NOMEM;
        }
        to->pairs = grown;
        to->capacity = capacity;
    }
    to->pairs[to->n] = (pair){word, name, to->n};
    to->n++;
    return PLM_OK;
}

/* The next run of bytes without blanks; empty at the end. */
static plm_span next_word(plm_span *line)
{
    while (line->n > 0 && (line->p[0] == ' ' || line->p[0] == '\t' || line->p[0] == '\r')) {
        line->p++;
        line->n--;
    }
    size_t n = 0;
    while (n < line->n && line->p[n] != ' ' && line->p[n] != '\t' && line->p[n] != '\r') {
        n++;
    }
    const plm_span word = plm_span_of(line->p, n);
    line->p += n;
    line->n -= n;
    return word;
}

/* The first folded form of a name that is one part, in the arena. */
static plm_status fold_name(parser *p, plm_span name, plm_span *folded)
{
    plm_status status = plm_name_parts_of(&p->parts, name);
    if (status == PLM_E_NOMEM) {
        return status;
    }
    if (status != PLM_OK || p->parts.n != 1 || p->parts.n_cut > 0 ||
        (p->parts.parts[0].flags & PLM_NAME_INITIAL) != 0) {
        plm_diag_error(p->sink, p->file, p->line, NULL,
                       "each name is one word that counts in names, of letters only");
        return PLM_E_SYNTAX;
    }
    const plm_span form = p->parts.parts[0].folded[0];
    const char *copy = plm_arena_string(&p->to->arena, form);
    *folded = plm_span_of(copy, form.n);
    return copy == NULL ? PLM_E_NOMEM : PLM_OK;
}

static plm_status parse_line(parser *p, plm_span line)
{
    plm_span name = {NULL, 0};
    size_t n = 0;
    for (plm_span word = next_word(&line); word.n > 0; word = next_word(&line)) {
        plm_span folded;
        plm_status status = fold_name(p, word, &folded);
        if (status != PLM_OK) {
            return status;
        }
        name = n == 0 ? folded : name;
        status = add_pair(p->to, folded, name);
        if (status != PLM_OK) {
            return status;
        }
        n++;
    }
    if (n == 1) {
        plm_diag_error(p->sink, p->file, p->line, NULL, "a class has two names or more");
        return PLM_E_SYNTAX;
    }
    return PLM_OK;
}

static plm_status parse_text(parser *p, plm_span text)
{
    while (text.n > 0) {
        const uint8_t *end = (const uint8_t *)memchr(text.p, '\n', text.n);
        const size_t n = end == NULL ? text.n : (size_t)(end - text.p);
        const plm_span line = plm_span_of(text.p, n);
        p->line++;
        if (n > 0 && text.p[0] != '#') {
            plm_status status = parse_line(p, line);
            if (status != PLM_OK) {
                return status;
            }
        }
        text = plm_span_of(text.p + n + (end != NULL), text.n - n - (end != NULL));
    }
    return PLM_OK;
}

plm_status plm_name_classes_parse(plm_name_classes **out, plm_span text, const char *file,
                                  const plm_diag_sink *sink)
{
    *out = NULL;
    if (text.n > PLM_NAME_CLASSES_TEXT_MAX) {
        plm_diag_error(sink, file, 0, NULL, "more than %d bytes", PLM_NAME_CLASSES_TEXT_MAX);
        return PLM_E_LIMIT;
    }
    plm_name_classes *classes = (plm_name_classes *)calloc(1, sizeof *classes);
    parser *p = (parser *)calloc(1, sizeof *p);
    plm_status status = classes == NULL || p == NULL ? PLM_E_NOMEM : PLM_OK;
    if (status == PLM_OK) {
        /* Three bytes make at most 18 letters (U+FDFA), of four bytes each. */
        plm_arena_init(&classes->arena, 64 * (size_t)PLM_NAME_CLASSES_TEXT_MAX);
        *p = (parser){.to = classes, .file = file, .sink = sink};
        status = parse_text(p, text);
    }
    free(p);
    if (status != PLM_OK) {
        plm_name_classes_destroy(classes);
        return status;
    }
    if (classes->n > 0) {
        qsort(classes->pairs, classes->n, sizeof *classes->pairs, compare_pairs);
    }
    *out = classes;
    return PLM_OK;
}

void plm_name_classes_destroy(plm_name_classes *classes)
{
    if (classes != NULL) {
        plm_arena_wipe(&classes->arena);
        free(classes->pairs);
        free(classes);
    }
}

static bool has_class(const plm_name_part *part, plm_span name)
{
    for (size_t i = 0; i < part->n_classes; i++) {
        if (plm_span_equal(part->classes[i], name)) {
            return true;
        }
    }
    return false;
}

/* The first pair whose word is not less. */
static size_t lower_bound(const plm_name_classes *classes, plm_span word)
{
    size_t low = 0;
    size_t high = classes->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_words(classes->pairs[middle].word, word) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void plm_name_classes_add(const plm_name_classes *classes, plm_name_part *part)
{
    if ((part->flags & PLM_NAME_INITIAL) != 0) {
        return;
    }
    for (size_t i = 0; i < part->n_folded; i++) {
        const plm_span form = part->folded[i];
        for (size_t at = lower_bound(classes, form);
             at < classes->n && plm_span_equal(classes->pairs[at].word, form) &&
             part->n_classes < PLM_NAME_CLASSES_MAX;
             at++) {
            if (!has_class(part, classes->pairs[at].name)) {
                part->classes[part->n_classes++] = classes->pairs[at].name;
            }
        }
    }
}
