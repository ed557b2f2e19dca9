/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/coverage.h"

#include "estimate/average.h"
#include "estimate/chao.h"
#include "estimate/number.h"
#include "estimate/random.h"
#include "estimate/search.h"
#include "estimate/stepwise.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const double z95 = 1.959963984540054;

/* One simulation's estimate and interval by one method; NAN where there is none. */
typedef struct outcome {
    double estimate, low, high;
} outcome;

typedef struct simulations {
    const plm_coverage_config *config;
    outcome (*outcome)[PLM_COVERAGE_METHODS];
    atomic_int failure; /* the first plm_status that was none of a simulation's own */
} simulations;

static outcome wald(const plm_loglin_fit *fit, double n)
{
    outcome o = {PLM_NAN, PLM_NAN, PLM_NAN};
    if (fit->trouble == 0) {
        o.estimate = fit->estimate;
        o.low = plm_loglin_wald(fit, n, -z95);
        o.high = plm_loglin_wald(fit, n, z95);
    }
    return o;
}

static plm_status bootstrap(const plm_table *table, const plm_estimator *estimator,
                            const plm_coverage_config *config, uint64_t seed, outcome *out)
{
    const plm_work alone = {NULL, NULL, NULL};
    plm_bca bca;
    plm_status status =
        plm_bca_run(&bca, table, estimator, config->n_resamples, seed, &alone, NULL);
    if (status == PLM_OK) {
        out->estimate = bca.estimate;
        out->low = plm_bca_limit(&bca, 0.025);
        out->high = plm_bca_limit(&bca, 0.975);
    }
    plm_bca_wipe(&bca);
    return status;
}

static plm_status bootstrap_bic(const plm_table *table, const plm_coverage_config *config,
                                uint64_t seed, outcome *out)
{
    const plm_work alone = {NULL, NULL, NULL};
    plm_search search;
    plm_search_choice *choice = (plm_search_choice *)calloc(1, sizeof *choice);
    plm_status status = plm_search_run(&search, table, &alone);
    if (choice == NULL && status == PLM_OK) {
        status = PLM_E_NOMEM;
    }
    if (status == PLM_OK) {
        plm_search_choose(choice, &search);
        const plm_estimator estimator = plm_search_estimator(choice);
        status = bootstrap(table, &estimator, config, seed, out);
    }
    plm_search_wipe(&search);
    free(choice);
    return status;
}

static plm_status average(const plm_table *table, outcome *out)
{
    const plm_work alone = {NULL, NULL, NULL};
    const plm_average_config usual = {0, 1, 0};
    plm_average graphs;
    plm_status status = plm_average_run(&graphs, table, &usual, &alone);
    if (status == PLM_OK) {
        out->estimate = graphs.median;
        out->low = plm_average_quantile(&graphs, 0.025);
        out->high = plm_average_quantile(&graphs, 0.975);
    }
    plm_average_wipe(&graphs);
    return status;
}

static plm_status simulate(const plm_coverage_config *config, plm_loglin *work, uint64_t number,
                           outcome *out)
{
    plm_table table;
    plm_random random;
    plm_model main;
    plm_loglin_fit fit;
    plm_stepwise selected;
    plm_chao chao;
    plm_status status = plm_table_init(&table, config->n_lists);
    if (status != PLM_OK) {
        return status;
    }
    plm_random_init(&random, config->seed, PLM_RANDOM_SIMULATION, number);
    uint64_t seed = (uint64_t)plm_random_u32(&random) << 32 | plm_random_u32(&random);
    plm_random_multinomial(&random, table.count, config->truth, config->probability,
                           plm_table_cells(&table));
    table.count[0] = 0;
    double n = plm_table_total(&table);
    if (n < 1) {
        return PLM_OK;
    }
    plm_model_main(&main, config->n_lists);
    plm_loglin_run(work, table.count, &main, NULL, &fit);
    out[PLM_COVERAGE_MAIN] = wald(&fit, n);
    plm_stepwise_run(work, table.count, config->n_lists, PLM_STEPWISE_THRESHOLD, &selected);
    out[PLM_COVERAGE_STEPWISE_WALD] = wald(&selected.fit, n);
    plm_chao_run(&table, &chao);
    const outcome bound = {chao.corrected, chao.corrected, PLM_INFINITY};
    out[PLM_COVERAGE_CHAO] = bound;
    status = bootstrap(&table, &plm_estimator_stepwise, config, seed, &out[PLM_COVERAGE_STEPWISE]);
    if (status == PLM_OK && config->with_bic) {
        status = bootstrap_bic(&table, config, seed, &out[PLM_COVERAGE_BIC]);
    }
    if (status == PLM_OK && config->with_graphs) {
        status = average(&table, &out[PLM_COVERAGE_GRAPHS]);
    }
    return status;
}

static void run_simulations(void *context, size_t first, size_t last)
{
    simulations *s = (simulations *)context;
    plm_loglin *work = NULL;
    plm_status status = plm_loglin_create(&work, s->config->n_lists);
    for (size_t i = first; i < last && status == PLM_OK; i++) {
        for (unsigned m = 0; m < PLM_COVERAGE_METHODS; m++) {
            const outcome none = {PLM_NAN, PLM_NAN, PLM_NAN};
            s->outcome[i][m] = none;
        }
        status = simulate(s->config, work, i, s->outcome[i]);
    }
    if (status != PLM_OK) {
        atomic_store(&s->failure, (int)status);
    }
    plm_loglin_destroy(work);
}

static plm_status summarise(const simulations *s, plm_coverage *out)
{
    unsigned n = s->config->n_simulations;
    double truth = (double)s->config->truth;
    double *ratio = (double *)calloc(n, sizeof *ratio);
    double *width = (double *)calloc(n, sizeof *width);
    plm_status status = ratio == NULL || width == NULL ? PLM_E_NOMEM : PLM_OK;
    for (unsigned m = 0; m < PLM_COVERAGE_METHODS && status == PLM_OK; m++) {
        plm_coverage_result *r = &out->method[m];
        double held = 0;
        for (unsigned i = 0; i < n; i++) {
            const outcome *o = &s->outcome[i][m];
            if (!isfinite(o->estimate) || isnan(o->low) || isnan(o->high)) {
                r->n_none++;
                continue;
            }
            held += o->low <= truth && truth <= o->high;
            ratio[r->n] = o->estimate / truth;
            width[r->n] = o->high / o->low;
            r->n++;
        }
        plm_sort_doubles(ratio, r->n);
        plm_sort_doubles(width, r->n);
        r->held = r->n > 0 ? held / r->n : PLM_NAN;
        r->ratio = plm_quantile8(ratio, r->n, 0.5);
        r->width = plm_quantile8(width, r->n, 0.5);
    }
    free(ratio);
    free(width);
    return status;
}

plm_status plm_coverage_run(plm_coverage *out, const plm_coverage_config *config,
                            const plm_work *work)
{
    memset(out, 0, sizeof *out);
    simulations s = {config, NULL, PLM_OK};
    s.outcome = (outcome(*)[PLM_COVERAGE_METHODS])calloc(config->n_simulations, sizeof *s.outcome);
    if (s.outcome == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status =
        plm_work_run(work, "coverage", config->n_simulations, 1, run_simulations, &s);
    if (status == PLM_OK) {
        status = (plm_status)atomic_load(&s.failure);
    }
    if (status == PLM_OK) {
        status = summarise(&s, out);
    }
    free(s.outcome);
    return status;
}

const char *plm_coverage_method_name(plm_coverage_method method)
{
    static const char *const names[] = {"main", "stepwise-wald", "stepwise",
                                        "bic",  "graphs",        "chao"};
    return method < PLM_COVERAGE_METHODS ? names[method] : "unknown";
}

void plm_coverage_of_fit(plm_coverage_config *config, const plm_loglin *work, unsigned n_lists,
                         const plm_loglin_fit *fit)
{
    const double *mean = plm_loglin_means(work);
    config->n_lists = n_lists;
    config->truth = (uint64_t)llround(fit->estimate);
    memcpy(config->probability, mean, sizeof *mean << n_lists);
    config->probability[0] = exp(fit->log_dark);
}
