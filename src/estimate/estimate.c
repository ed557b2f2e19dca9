/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/estimate.h"

#include "estimate/number.h"

#include <stdlib.h>
#include <string.h>

static const plm_profile no_profile = {(double)NAN, (double)NAN, (double)NAN};

void plm_estimate_default(plm_estimate_options *options)
{
    memset(options, 0, sizeof *options);
    options->seed = 1;
    options->n_resamples = 1000;
    options->n_simulations = 100;
    plm_classes_default(&options->classes);
}

static plm_status run_main(plm_estimate *e, plm_loglin *work)
{
    plm_model main;
    plm_model_main(&main, e->table.n_lists);
    plm_loglin_run(work, e->table.count, &main, NULL, &e->main);
    e->main_profile = no_profile;
    if (e->main.trouble != 0) {
        return PLM_OK;
    }
    const double *mean = plm_loglin_means(work);
    for (unsigned h = 1; h < plm_table_cells(&e->table); h++) {
        e->expected[__builtin_popcount(h)] += mean[h];
    }
    if (!plm_profile_run(work, e->table.count, &main, &e->main, 0.95, &e->main_profile)) {
        e->main_profile = no_profile;
    }
    return PLM_OK;
}

static plm_status run_stepwise(plm_estimate *e, plm_loglin *loglin, const plm_work *work)
{
    const double *count = e->table.count;
    plm_stepwise_run(loglin, count, e->table.n_lists, PLM_STEPWISE_THRESHOLD, &e->stepwise);
    e->stepwise_profile = no_profile;
    if (e->stepwise.fit.trouble != 0) {
        return PLM_OK;
    }
    if (!plm_profile_run(loglin, count, &e->stepwise.model, &e->stepwise.fit, 0.95,
                         &e->stepwise_profile)) {
        e->stepwise_profile = no_profile;
    }
    plm_odds_run(&e->odds, loglin, &e->table, &e->stepwise.model);
    e->has_odds = true;
    return plm_bca_run(&e->stepwise_bca, &e->table, &plm_estimator_stepwise, e->options.n_resamples,
                       e->options.seed, work, "bootstrap, stepwise");
}

/* For each number of terms the best model: the estimate's way from simple to rich models. */
static void trace_trajectory(plm_estimate *e)
{
    for (unsigned n_terms = 1; n_terms < PLM_TABLE_CELLS_MAX; n_terms++) {
        for (size_t i = 0; i < e->search.n_good; i++) {
            if (e->search.model[i].fit.n_terms == n_terms) {
                const plm_trajectory_point point = {n_terms, i};
                e->trajectory[e->n_trajectory++] = point;
                break;
            }
        }
    }
}

static plm_status run_search(plm_estimate *e, plm_loglin *loglin, const plm_work *work)
{
    if (e->table.n_lists > PLM_MODEL_PAIRS_LISTS_MAX) {
        return PLM_OK;
    }
    plm_status status = plm_search_run(&e->search, &e->table, work);
    if (status != PLM_OK || e->search.n_good == 0) {
        return status;
    }
    e->has_search = true;
    trace_trajectory(e);
    plm_model_of_set(&e->best, e->table.n_lists, e->search.model[0].set);
    if (!plm_profile_run(loglin, e->table.count, &e->best, &e->search.model[0].fit, 0.95,
                         &e->best_profile)) {
        e->best_profile = no_profile;
    }
    plm_search_choice *choice = (plm_search_choice *)calloc(1, sizeof *choice);
    if (choice == NULL) {
        return PLM_E_NOMEM;
    }
    plm_search_choose(choice, &e->search);
    const plm_estimator estimator = plm_search_estimator(choice);
    status = plm_bca_run(&e->best_bca, &e->table, &estimator, e->options.n_resamples,
                         e->options.seed, work, "bootstrap, best model");
    free(choice);
    return status;
}

static plm_status run_graphs(plm_estimate *e, const plm_work *work)
{
    const plm_average_config usual = {0, 1, 0};
    if (e->table.n_lists > PLM_GRAPHS_LISTS_MAX) {
        return PLM_OK;
    }
    plm_status status = plm_average_run(&e->graphs, &e->table, &usual, work);
    e->has_graphs = status == PLM_OK;
    double delta = ldexp(1, -(int)e->table.n_lists);
    const plm_average_config priors[PLM_ESTIMATE_PRIORS] = {
        {delta / 4, 1, 0}, {4 * delta, 1, 0}, {0.5, 1, 0}, {delta, 2, 0}};
    bool are_wanted = e->table.n_lists <= PLM_VIEWS_GRAPHS_MAX;
    for (size_t i = 0; i < PLM_ESTIMATE_PRIORS && status == PLM_OK && are_wanted; i++) {
        plm_average average;
        status = plm_average_run(&average, &e->table, &priors[i], work);
        if (status == PLM_OK) {
            const plm_estimate_prior prior = {priors[i].delta, priors[i].prior, average.median,
                                              plm_average_quantile(&average, 0.025),
                                              plm_average_quantile(&average, 0.975)};
            e->prior[e->n_priors++] = prior;
        }
        plm_average_wipe(&average);
    }
    return status;
}

static plm_status run_classes(plm_estimate *e, const plm_work *work)
{
    if (e->options.classes.n_chains == 0) {
        return PLM_OK;
    }
    e->options.classes.seed = e->options.seed;
    plm_status status = plm_classes_run(&e->classes, &e->table, &e->options.classes, work);
    e->has_classes = status == PLM_OK;
    return status;
}

/* Simulates the population that the selected model describes. */
static plm_status run_coverage(plm_estimate *e, plm_loglin *loglin, const plm_work *work)
{
    plm_coverage_config config = {0};
    plm_loglin_fit fit;
    if (e->options.n_simulations == 0 || e->stepwise.fit.trouble != 0) {
        return PLM_OK;
    }
    plm_loglin_run(loglin, e->table.count, &e->stepwise.model, NULL, &fit);
    plm_coverage_of_fit(&config, loglin, e->table.n_lists, &fit);
    config.n_simulations = e->options.n_simulations;
    config.n_resamples = 200;
    config.seed = e->options.seed;
    plm_status status = plm_coverage_run(&e->coverage, &config, work);
    e->has_coverage = status == PLM_OK;
    return status;
}

static plm_status run_errors(plm_estimate *e, const plm_table *given, const plm_work *work)
{
    if (!plm_error_rates_any(&e->options.rates)) {
        return PLM_OK;
    }
    plm_status status = plm_errors_run(&e->errors, given, &e->options.rates, e->options.n_resamples,
                                       e->options.seed, work);
    e->has_errors = status == PLM_OK;
    return status;
}

static plm_status run_stratum(plm_stratum_estimate *out, const plm_stratum *stratum,
                              plm_loglin *loglin, const plm_estimate_options *options,
                              const plm_work *work)
{
    plm_bca bca;
    plm_chao chao;
    plm_stepwise selected;
    const plm_table *table = &stratum->table;
    out->stratum = stratum;
    out->n = plm_table_total(table);
    plm_table_judge(table, &out->findings);
    out->is_refused = plm_findings_have(&out->findings, PLM_FINDING_REFUSAL);
    if (out->is_refused) {
        return PLM_OK;
    }
    plm_chao_run(table, &chao);
    out->chao = chao.corrected;
    plm_stepwise_run(loglin, table->count, table->n_lists, PLM_STEPWISE_THRESHOLD, &selected);
    plm_model_name(&selected.model, out->model);
    out->main = selected.main_estimate;
    plm_status status = plm_bca_run(&bca, table, &plm_estimator_stepwise, options->n_resamples,
                                    options->seed, work, "strata");
    out->stepwise = selected.fit.estimate;
    if (status == PLM_OK) {
        out->low = plm_bca_limit(&bca, 0.025);
        out->high = plm_bca_limit(&bca, 0.975);
    }
    plm_bca_wipe(&bca);
    return status;
}

static plm_status run_strata(plm_estimate *e, const plm_table_file *file, plm_loglin *loglin,
                             const plm_work *work)
{
    if (file->n_strata == 0) {
        return PLM_OK;
    }
    e->strata = (plm_stratum_estimate *)calloc(file->n_strata, sizeof *e->strata);
    if (e->strata == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = PLM_OK;
    for (size_t i = 0; i < file->n_strata && status == PLM_OK; i++) {
        status = run_stratum(&e->strata[i], &file->strata[i], loglin, &e->options, work);
        e->n_strata += status == PLM_OK;
    }
    return status;
}

static plm_status run_all(plm_estimate *e, const plm_table_file *file, plm_loglin *loglin,
                          const plm_work *work)
{
    plm_chao_run(&e->table, &e->chao);
    plm_status status = run_main(e, loglin);
    if (status == PLM_OK) {
        status = run_stepwise(e, loglin, work);
    }
    if (status == PLM_OK) {
        status = run_search(e, loglin, work);
    }
    if (status == PLM_OK) {
        status = run_graphs(e, work);
    }
    if (status == PLM_OK) {
        status = run_classes(e, work);
    }
    if (status == PLM_OK) {
        status = plm_views_run(&e->views, &e->table, work);
    }
    if (status == PLM_OK) {
        status = run_errors(e, &file->table, work);
    }
    if (status == PLM_OK) {
        status = run_coverage(e, loglin, work);
    }
    if (status == PLM_OK) {
        status = run_strata(e, file, loglin, work);
    }
    return status;
}

/* The counts as given; those that were left out at what is expected of them, rounded. */
static void take_table(plm_estimate *e, const plm_table_file *file, plm_loglin *loglin)
{
    e->table = file->table;
    if (e->options.rates.noise == PLM_NOISE_HIDDEN) {
        plm_hidden_fill(&e->options.rates.hidden, loglin, &file->table, &e->table);
        for (unsigned h = 1; h < plm_table_cells(&e->table); h++) {
            e->table.count[h] = round(e->table.count[h]);
            e->overlap_left_out +=
                (h & (h - 1)) != 0 ? e->table.count[h] - file->table.count[h] : 0;
        }
    }
    e->n = plm_table_total(&e->table);
    plm_table_judge(&e->table, &e->findings);
    e->is_refused = plm_findings_have(&e->findings, PLM_FINDING_REFUSAL);
}

plm_status plm_estimate_create(plm_estimate **out, const plm_table_file *file,
                               const plm_estimate_options *options, const plm_work *work)
{
    const plm_error_rates *rates = &options->rates;
    if (options->n_resamples < 100 || !(rates->missed >= 0 && rates->missed <= 0.5) ||
        !(rates->false_links >= 0 && rates->false_links <= 0.2) ||
        (rates->noise != PLM_NOISE_NONE && !(rates->scale > 0))) {
        return PLM_E_ARGUMENT;
    }
    plm_loglin *loglin = NULL;
    plm_estimate *e = (plm_estimate *)calloc(1, sizeof *e);
    if (e == NULL) {
        return PLM_E_NOMEM;
    }
    e->options = *options;
    plm_status status = plm_loglin_create(&loglin, file->table.n_lists);
    if (status == PLM_OK) {
        take_table(e, file, loglin);
    }
    if (status == PLM_OK && !e->is_refused) {
        status = run_all(e, file, loglin, work);
    }
    plm_loglin_destroy(loglin);
    if (status != PLM_OK) {
        plm_estimate_destroy(e);
        return status;
    }
    if (!e->is_refused) {
        plm_estimate_judge(e);
    }
    *out = e;
    return PLM_OK;
}

void plm_estimate_destroy(plm_estimate *estimate)
{
    if (estimate != NULL) {
        plm_bca_wipe(&estimate->stepwise_bca);
        plm_bca_wipe(&estimate->best_bca);
        plm_search_wipe(&estimate->search);
        plm_average_wipe(&estimate->graphs);
        plm_classes_wipe(&estimate->classes);
        plm_errors_wipe(&estimate->errors);
        free(estimate->strata);
        free(estimate);
    }
}
