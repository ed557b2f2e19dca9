/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/search.h"

#include "estimate/number.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    GRAIN = 32,
    CHOICE_SMALL = 20,
    CHOICE_LARGE = 100
};

typedef struct fitting {
    plm_search *search;
    const plm_table *table;
    atomic_bool is_out_of_memory;
} fitting;

static void fit_models(void *context, size_t first, size_t last)
{
    fitting *f = (fitting *)context;
    plm_loglin *work = NULL;
    if (plm_loglin_create(&work, f->table->n_lists) != PLM_OK) {
        atomic_store(&f->is_out_of_memory, true);
        return;
    }
    for (size_t i = first; i < last; i++) {
        plm_model model;
        plm_model_of_set(&model, f->table->n_lists, f->search->model[i].set);
        plm_loglin_run(work, f->table->count, &model, NULL, &f->search->model[i].fit);
    }
    plm_loglin_destroy(work);
}

/* Models with an estimate first, by BIC; equal ones and the others by their terms. */
static int compare_models(const void *a, const void *b)
{
    const plm_search_model *x = (const plm_search_model *)a;
    const plm_search_model *y = (const plm_search_model *)b;
    bool x_good = x->fit.trouble == 0;
    bool y_good = y->fit.trouble == 0;
    if (x_good != y_good) {
        return x_good ? -1 : 1;
    }
    if (x_good && x->fit.bic != y->fit.bic) {
        return x->fit.bic < y->fit.bic ? -1 : 1;
    }
    return (x->set > y->set) - (x->set < y->set);
}

plm_status plm_search_run(plm_search *out, const plm_table *table, const plm_work *work)
{
    uint64_t *sets = NULL;
    memset(out, 0, sizeof *out);
    out->n_lists = table->n_lists;
    out->is_pairs_only = table->n_lists > PLM_MODEL_ALL_LISTS_MAX;
    plm_status status = plm_model_all(&sets, &out->n, table->n_lists, out->is_pairs_only);
    if (status != PLM_OK) {
        return status;
    }
    out->model = (plm_search_model *)calloc(out->n, sizeof *out->model);
    if (out->model == NULL) {
        free(sets);
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < out->n; i++) {
        out->model[i].set = sets[i];
    }
    free(sets);
    fitting f = {out, table, false};
    status = plm_work_run(work, "models", out->n, GRAIN, fit_models, &f);
    if (status == PLM_OK && atomic_load(&f.is_out_of_memory)) {
        status = PLM_E_NOMEM;
    }
    if (status != PLM_OK) {
        return status;
    }
    qsort(out->model, out->n, sizeof *out->model, compare_models);
    while (out->n_good < out->n && out->model[out->n_good].fit.trouble == 0) {
        out->n_good++;
    }
    return PLM_OK;
}

void plm_search_wipe(plm_search *search)
{
    free(search->model);
    memset(search, 0, sizeof *search);
}

void plm_search_choose(plm_search_choice *out, const plm_search *search)
{
    size_t most = search->n_lists <= 4 ? CHOICE_SMALL : CHOICE_LARGE;
    out->n_lists = search->n_lists;
    out->n = search->n_good < most ? search->n_good : most;
    for (size_t i = 0; i < out->n; i++) {
        plm_model_of_set(&out->model[i], search->n_lists, search->model[i].set);
    }
}

static double run_best(const void *config, plm_loglin *work, const double *count, unsigned n_lists)
{
    const plm_search_choice *choice = (const plm_search_choice *)config;
    double least = PLM_INFINITY;
    double estimate = PLM_INFINITY;
    (void)n_lists;
    for (size_t i = 0; i < choice->n; i++) {
        plm_loglin_fit fit;
        plm_loglin_run(work, count, &choice->model[i], NULL, &fit);
        if (fit.trouble == 0 && fit.bic < least) {
            least = fit.bic;
            estimate = fit.estimate;
        }
    }
    return estimate;
}

plm_estimator plm_search_estimator(const plm_search_choice *choice)
{
    const plm_estimator estimator = {run_best, choice};
    return estimator;
}

size_t plm_search_span(const plm_search *search, double distance, double *low, double *high)
{
    size_t n = 0;
    *low = PLM_INFINITY;
    *high = 0;
    while (n < search->n_good && search->model[n].fit.bic <= search->model[0].fit.bic + distance) {
        double estimate = search->model[n].fit.estimate;
        *low = estimate < *low ? estimate : *low;
        *high = estimate > *high ? estimate : *high;
        n++;
    }
    return n;
}
