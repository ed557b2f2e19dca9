/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.h - hierarchical log-linear models of an overlap table.
 *
 * A model is a family of sets of lists, its *terms*, closed under subsets, and always with the
 * empty set (the intercept) and every single list (the main effects). It is named by its maximal
 * terms, list numbers from 1, longer ones first: "[123,34,5]".
 */
#ifndef PLM_ESTIMATE_MODEL_H
#define PLM_ESTIMATE_MODEL_H

#include "base/diag.h"
#include "estimate/table.h"

enum {
    PLM_MODEL_ALL_LISTS_MAX = 5,   /* every hierarchical model is enumerated up to here */
    PLM_MODEL_PAIRS_LISTS_MAX = 6, /* every model of pairs */
    PLM_MODEL_NAME_BYTES = 512
};

typedef struct plm_model {
    unsigned n_lists;
    unsigned n;                             /* terms, intercept included */
    uint8_t term[PLM_TABLE_CELLS_MAX];      /* as bit masks; term[0] is 0, then the main effects */
    uint64_t set[PLM_TABLE_CELLS_MAX / 64]; /* the same as a bit set */
} plm_model;

/* Intercept and main effects. n_lists: 2 to 8. */
void plm_model_main(plm_model *model, unsigned n_lists);
bool plm_model_has(const plm_model *model, unsigned term);
/* Adds a term and all its subsets. */
void plm_model_add(plm_model *model, unsigned term);
/* The model whose terms are the bits of `set`, which is closed; n_lists: 2 to 6. */
void plm_model_of_set(plm_model *model, unsigned n_lists, uint64_t set);

/*
 * Reads "[12,34]", with or without brackets; main effects are added. PLM_E_SYNTAX with what is
 * wrong under `field` for the sink.
 */
plm_status plm_model_parse(plm_model *model, unsigned n_lists, const char *text,
                           const plm_diag_sink *sink, const char *field) PLM_MUST_CHECK;
void plm_model_name(const plm_model *model, char out[PLM_MODEL_NAME_BYTES]);

/*
 * All hierarchical models with every main effect but without the term of all lists: 1, 8, 113 and
 * 6,893 for 2 to 5 lists; with pairs_only those without terms of three lists or more, 32,768 for 6.
 * *sets (owned by the caller, free) has n of them as bit sets, main effects alone first.
 * PLM_E_ARGUMENT: more lists than are enumerated. PLM_E_NOMEM.
 */
plm_status plm_model_all(uint64_t **sets, size_t *n, unsigned n_lists,
                         bool pairs_only) PLM_MUST_CHECK;

#endif
