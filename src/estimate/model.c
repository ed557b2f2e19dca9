/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALL_MODELS_MAX = 1 << 15
};

static void add_term(plm_model *model, unsigned term)
{
    model->term[model->n++] = (uint8_t)term;
    model->set[term / 64] |= UINT64_C(1) << term % 64;
}

void plm_model_main(plm_model *model, unsigned n_lists)
{
    memset(model, 0, sizeof *model);
    model->n_lists = n_lists;
    add_term(model, 0);
    for (unsigned i = 0; i < n_lists; i++) {
        add_term(model, 1U << i);
    }
}

bool plm_model_has(const plm_model *model, unsigned term)
{
    return (model->set[term / 64] >> term % 64 & 1U) != 0;
}

void plm_model_add(plm_model *model, unsigned term)
{
    for (unsigned subset = 0; subset <= term; subset++) {
        if ((subset & term) == subset && !plm_model_has(model, subset)) {
            add_term(model, subset);
        }
    }
}

void plm_model_of_set(plm_model *model, unsigned n_lists, uint64_t set)
{
    plm_model_main(model, n_lists);
    for (unsigned term = 3; term < 1U << n_lists; term++) {
        if ((set >> term & 1U) != 0 && !plm_model_has(model, term)) {
            add_term(model, term);
        }
    }
}

plm_status plm_model_parse(plm_model *model, unsigned n_lists, const char *text,
                           const plm_diag_sink *sink, const char *field)
{
    plm_model read;
    unsigned term = 0;
    bool is_bracketed = *text == '[';
    plm_model_main(&read, n_lists);
    for (const char *p = text + is_bracketed;; p++) {
        if (*p >= '1' && (unsigned)(*p - '0') <= n_lists) {
            unsigned bit = 1U << (unsigned)(*p - '1');
            if ((term & bit) != 0) {
                plm_diag_error(sink, NULL, 0, field, "list %c stands twice in one term", *p);
                return PLM_E_SYNTAX;
            }
            term |= bit;
        } else if (term != 0 && (*p == ',' || *p == (is_bracketed ? ']' : '\0'))) {
            plm_model_add(&read, term);
            term = 0;
            if (*p != ',') {
                if (is_bracketed && p[1] != '\0') {
                    plm_diag_error(sink, NULL, 0, field, "something follows the bracket");
                    return PLM_E_SYNTAX;
                }
                break;
            }
        } else {
            plm_diag_error(sink, NULL, 0, field,
                           "a model is written as [12,34]: list numbers from 1 to %u", n_lists);
            return PLM_E_SYNTAX;
        }
    }
    *model = read;
    return PLM_OK;
}

/* Whether no other term of the model contains this one. */
static bool is_maximal(const plm_model *model, unsigned term)
{
    for (unsigned i = 0; i < model->n_lists; i++) {
        if ((term >> i & 1U) == 0 && plm_model_has(model, term | 1U << i)) {
            return false;
        }
    }
    return term != 0;
}

/* The term as list numbers; longer ones first, then in the order of numbers. */
typedef struct term_name {
    char digits[PLM_TABLE_LISTS_MAX + 1];
} term_name;

static int compare_names(const void *a, const void *b)
{
    const term_name *x = (const term_name *)a;
    const term_name *y = (const term_name *)b;
    size_t nx = strlen(x->digits);
    size_t ny = strlen(y->digits);
    return nx != ny ? (nx > ny ? -1 : 1) : strcmp(x->digits, y->digits);
}

void plm_model_name(const plm_model *model, char out[PLM_MODEL_NAME_BYTES])
{
    term_name names[PLM_TABLE_CELLS_MAX];
    size_t n = 0;
    for (unsigned t = 0; t < model->n; t++) {
        unsigned term = model->term[t];
        if (!is_maximal(model, term)) {
            continue;
        }
        size_t length = 0;
        for (unsigned i = 0; i < model->n_lists; i++) {
            if ((term >> i & 1U) != 0) {
                names[n].digits[length++] = (char)('1' + i);
            }
        }
        names[n++].digits[length] = '\0';
    }
    qsort(names, n, sizeof *names, compare_names);
    size_t at = 0;
    for (size_t i = 0; i < n && at + PLM_TABLE_LISTS_MAX + 3 < PLM_MODEL_NAME_BYTES; i++) {
        at += (size_t)snprintf(out + at, PLM_MODEL_NAME_BYTES - at, "%c%s", i == 0 ? '[' : ',',
                               names[i].digits);
    }
    (void)snprintf(out + at, PLM_MODEL_NAME_BYTES - at, "]");
}

/* Whether the term can be added to the closed set: all of it but one list stands there. */
static bool has_boundary(uint64_t set, unsigned term)
{
    for (unsigned rest = term; rest != 0; rest &= rest - 1) {
        if ((set >> (term & ~(rest & -rest)) & 1U) == 0) {
            return false;
        }
    }
    return true;
}

plm_status plm_model_all(uint64_t **sets, size_t *n, unsigned n_lists, bool pairs_only)
{
    unsigned most = pairs_only ? PLM_MODEL_PAIRS_LISTS_MAX : PLM_MODEL_ALL_LISTS_MAX;
    if (n_lists < PLM_TABLE_LISTS_MIN || n_lists > most) {
        return PLM_E_ARGUMENT;
    }
    uint64_t *all = (uint64_t *)calloc(ALL_MODELS_MAX, sizeof *all);
    if (all == NULL) {
        return PLM_E_NOMEM;
    }
    size_t n_all = 1;
    all[0] = 1;
    for (unsigned i = 0; i < n_lists; i++) {
        all[0] |= UINT64_C(1) << (1U << i);
    }
    unsigned order_max = pairs_only && n_lists > 2 ? 2 : n_lists - 1;
    for (unsigned order = 2; order <= order_max; order++) {
        for (unsigned term = 1; term < 1U << n_lists; term++) {
            size_t n_before = (unsigned)__builtin_popcount(term) == order ? n_all : 0;
            for (size_t i = 0; i < n_before; i++) {
                if (has_boundary(all[i], term)) {
                    all[n_all++] = all[i] | UINT64_C(1) << term;
                }
            }
        }
    }
    *sets = all;
    *n = n_all;
    return PLM_OK;
}
