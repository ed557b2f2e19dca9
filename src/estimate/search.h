/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search.h - every model of a table fitted and ranked, and the best by BIC as an estimator
 * (Silverman, Chan, Vincent, "Bootstrapping multiple systems estimates to account for model
 * selection", Statistics and Computing 2024; spec/estimate.md, section 6).
 */
#ifndef PLM_ESTIMATE_SEARCH_H
#define PLM_ESTIMATE_SEARCH_H

#include "estimate/bca.h"

typedef struct plm_search_model {
    uint64_t set; /* its terms (plm_model_of_set) */
    plm_loglin_fit fit;
} plm_search_model;

typedef struct plm_search {
    unsigned n_lists;
    bool is_pairs_only;
    size_t n;
    size_t n_good;           /* models with an estimate: the first, by ascending BIC */
    plm_search_model *model; /* n; owned (plm_search_wipe) */
} plm_search;

/*
 * All hierarchical models up to 5 lists, all models of pairs for 6. out is to be wiped in any case.
 * PLM_E_ARGUMENT: more lists. PLM_E_CANCELLED, PLM_E_NOMEM.
 */
plm_status plm_search_run(plm_search *out, const plm_table *table,
                          const plm_work *work) PLM_MUST_CHECK;
void plm_search_wipe(plm_search *search);

/* The models that the bootstrap chooses from: the best of the data, 20 up to 4 lists, else 100. */
typedef struct plm_search_choice {
    unsigned n_lists;
    size_t n;
    plm_model model[100];
} plm_search_choice;

void plm_search_choose(plm_search_choice *out, const plm_search *search);
/* The estimate of the lowest BIC among the choice. choice: borrowed. */
plm_estimator plm_search_estimator(const plm_search_choice *choice);

/* Number of models within `distance` of the best BIC, and the span of their estimates. */
size_t plm_search_span(const plm_search *search, double distance, double *low, double *high);

#endif
