/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.c - what the results say about themselves.
 */
#include "estimate/estimate.h"

#include "estimate/number.h"
#include "estimate/page.h"

#include <gsl/gsl_cdf.h>
#include <stdio.h>

/* Two answers apart by more than that factor are told as disagreement. */
static const double far_apart = 1.5;
/* An estimate of that many times the persons known is hardly data any more. */
static const double implausible = 50;

/* A number for people, within the enclosing block. */
#define N(x) plm_page_number((char[PLM_PAGE_NUMBER]){0}, (x))

#define WARN(e, ...) plm_findings_add(&(e)->findings, PLM_FINDING_WARNING, __VA_ARGS__)
#define NOTE(e, ...) plm_findings_add(&(e)->findings, PLM_FINDING_NOTE, __VA_ARGS__)

static const char *trouble_text(unsigned trouble)
{
    switch (trouble) {
    case PLM_LOGLIN_NO_MAXIMUM:
        return "no estimate exists: the likelihood grows without end";
    case PLM_LOGLIN_UNIDENTIFIED:
        return "the data can't tell its parameters apart";
    case PLM_LOGLIN_NO_MAXIMUM | PLM_LOGLIN_UNIDENTIFIED:
        return "no estimate exists, and the data can't tell its parameters apart";
    default:
        return "its fit did not converge";
    }
}

static void judge_selection(plm_estimate *e)
{
    const plm_stepwise *s = &e->stepwise;
    if (s->fit.trouble != 0) {
        WARN(e, "main-none", "Even with independent lists there is no estimate: %s.",
             trouble_text(s->fit.trouble));
        return;
    }
    if (s->n_refused > 0) {
        WARN(e, "stepwise-refused",
             "%u pair%s of lists depend on each other by the data, but no estimate exists with "
             "them; the stepwise model leaves them out%s.",
             s->n_refused, s->n_refused == 1 ? "" : "s",
             s->n_steps == 0 ? " and is that of independent lists for want of another" : "");
    }
    if (s->fit.n_infinite > 0) {
        NOTE(e, "stepwise-infinite",
             "%u term%s of the stepwise model %s at minus infinity: nobody is on those lists "
             "together, and the model takes it that nobody can be.",
             s->fit.n_infinite, s->fit.n_infinite == 1 ? "" : "s",
             s->fit.n_infinite == 1 ? "is" : "are");
    }
    const plm_bca *b = &e->stepwise_bca;
    if (b->n_infinite > 0) {
        WARN(e, "bootstrap-infinite",
             "%u of %u resampled tables have no finite estimate; they count as infinitely large.",
             b->n_infinite, b->n);
    }
    if (fabs(b->z0) > 0.5) {
        NOTE(
            e, "bootstrap-bias",
            "The bootstrap's median lies far from the estimate (z0 = %.2f): resampled tables often "
            "choose another model.",
            b->z0);
    }
}

static void judge_models(plm_estimate *e)
{
    double low;
    double high;
    if (e->table.n_lists > PLM_MODEL_PAIRS_LISTS_MAX) {
        NOTE(e, "models-not-searched", "With more than %d lists not all models are fitted.",
             PLM_MODEL_PAIRS_LISTS_MAX);
        return;
    }
    if (!e->has_search) {
        WARN(e, "models-none", "None of %zu models has an estimate.", e->search.n);
        return;
    }
    if (e->search.is_pairs_only) {
        NOTE(e, "models-pairs", "With 6 lists, all models of pairs are fitted, no richer ones.");
    }
    if (e->search.n_good < e->search.n) {
        NOTE(e, "models-excluded", "%s of %s models have no estimate or can't be identified.",
             N((double)(e->search.n - e->search.n_good)), N((double)e->search.n));
    }
    size_t n = plm_search_span(&e->search, 2, &low, &high);
    if (high > far_apart * low) {
        WARN(e, "models-span",
             "%zu models fit about equally well (BIC within 2 of the best) and say anything from "
             "%s to %s.",
             n, N(low), N(high));
    }
    if (e->search.model[0].fit.estimate > implausible * e->n) {
        WARN(e, "estimate-implausible",
             "The best model by BIC says %s, more than %.0f times the persons known.",
             N(e->search.model[0].fit.estimate), implausible);
    }
    if (e->best_bca.n_infinite > 0) {
        WARN(e, "bootstrap-infinite",
             "%u of %u resampled tables have no finite estimate by the best model; they count as "
             "infinitely large.",
             e->best_bca.n_infinite, e->best_bca.n);
    }
}

static void judge_bayesian(plm_estimate *e)
{
    if (e->has_graphs && e->graphs.n_modes > 1) {
        WARN(e, "graphs-modes",
             "The average over graphs has %u peaks: graphs that disagree stand side by side, and "
             "its median lies where hardly any of them is.",
             e->graphs.n_modes);
    }
    if (e->has_graphs && !(e->graphs.tail <= 1e-3)) {
        WARN(e, "graphs-tail",
             "The average over graphs has no end: %.2g of it lies beyond the largest total looked "
             "at.",
             e->graphs.tail);
    }
    double least = e->graphs.median;
    double most = e->graphs.median;
    for (size_t i = 0; i < e->n_priors; i++) {
        least = e->prior[i].median < least ? e->prior[i].median : least;
        most = e->prior[i].median > most ? e->prior[i].median : most;
    }
    if (most > far_apart * least) {
        WARN(e, "prior-matters",
             "The average over graphs rests on its prior: under others its median lies anywhere "
             "from "
             "%s to %s.",
             N(least), N(most));
    }
    if (!e->has_classes || e->classes.is_mixed) {
        return;
    }
    double low = PLM_INFINITY;
    double high = 0;
    for (unsigned c = 0; c < e->classes.n_chains; c++) {
        low = e->classes.chain_median[c] < low ? e->classes.chain_median[c] : low;
        high = e->classes.chain_median[c] > high ? e->classes.chain_median[c] : high;
    }
    WARN(e, "classes-not-mixed",
         "The latent-class chains have not reached the same law (R-hat %.2f, %.0f effective draws, "
         "medians of chains %s to %s): no summary is given. More draws may help.",
         e->classes.rhat, e->classes.ess, N(low), N(high));
}

/* Persons of one list alone: there the truth is known. */
static void judge_known(plm_estimate *e)
{
    double worst = 1;
    const plm_view *at = NULL;
    unsigned n = 0;
    unsigned n_below = 0;
    for (size_t i = 0; i < e->views.n; i++) {
        const plm_view *v = &e->views.item[i];
        if (v->kind != PLM_VIEW_CONDITION || !isfinite(v->stepwise)) {
            continue;
        }
        double ratio = v->stepwise / v->truth;
        n++;
        n_below += ratio < 1;
        double off = ratio < 1 ? 1 / ratio : ratio;
        if (off > worst) {
            worst = off;
            at = v;
        }
    }
    if (at != NULL && worst > far_apart) {
        WARN(e, "known-truth",
             "Where the truth is known the method misses it: list %s has %s persons, and from the "
             "other lists alone the stepwise estimate of them is %s.",
             at->what, N(at->truth), N(at->stepwise));
    }
    if (n >= 3 && (n_below == 0 || n_below == n)) {
        WARN(
            e, "known-direction",
            "For all %u lists whose size can be estimated from the others, the estimate is too %s: "
            "the estimate of the whole may be too.",
            n, n_below == n ? "low" : "high");
    }
}

static void judge_neighbours(plm_estimate *e)
{
    double full = e->stepwise.fit.estimate;
    const plm_view *at = NULL;
    double worst = far_apart;
    for (size_t i = 0; i < e->views.n && isfinite(full); i++) {
        const plm_view *v = &e->views.item[i];
        double ratio = v->stepwise / full;
        double off = ratio < 1 ? 1 / ratio : ratio;
        bool is_neighbour = v->kind == PLM_VIEW_OMIT || v->kind == PLM_VIEW_MERGE;
        if (is_neighbour && isfinite(v->stepwise) && off > worst) {
            worst = off;
            at = v;
        }
    }
    if (at != NULL) {
        WARN(e, "neighbours", "%s %s changes the stepwise estimate from %s to %s.",
             at->kind == PLM_VIEW_OMIT ? "Leaving out list" : "Making one list of", at->what,
             N(full), N(at->stepwise));
    }
}

/*
 * Persons on three and more lists, against what independent lists would have. (Chao's bound can't
 * tell: it lies above the truth where lists are of different size.)
 */
static void judge_heterogeneity(plm_estimate *e)
{
    double counted = 0;
    double expected = 0;
    for (unsigned k = 3; k <= e->table.n_lists && e->main.trouble == 0; k++) {
        counted += plm_table_frequency(&e->table, k);
        expected += e->expected[k];
    }
    if (counted > expected && gsl_cdf_gamma_P(expected, counted, 1) < 0.01) {
        WARN(
            e, "heterogeneity",
            "%s persons are on three or more lists, where independent lists would have %s: persons "
            "differ in how easily they are found, or lists find the same ones. Low estimates are "
            "not to be trusted.",
            N(counted), N(expected));
    }
}

static void judge_errors(plm_estimate *e)
{
    if (e->options.rates.noise == PLM_NOISE_NONE && e->options.rates.missed <= 0) {
        NOTE(e, "linkage-unknown",
             "No rate of linkage errors is given. Each missed link makes two persons of one and "
             "raises the estimate; give the shares of missed and of wrong links to see by how "
             "much.");
    }
    if (e->options.rates.noise != PLM_NOISE_NONE) {
        NOTE(e, "counts-noised",
             "The counts are not those of the lists: %s. Only \"stepwise, errors and noise taken "
             "out\" knows of it; the other intervals are too narrow for that.",
             e->options.rates.noise == PLM_NOISE_HIDDEN
                 ? "small ones were left out, and stand in the table at what is expected of them"
                 : "noise was added to protect persons");
    }
    const double overlap = e->n - plm_table_frequency(&e->table, 1);
    if (e->overlap_left_out > 0.5 * overlap) {
        WARN(e, "overlap-left-out",
             "Of %s persons on more than one list %s are only expected, of numbers that were left "
             "out: what decides on the estimate was not told.",
             N(overlap), N(e->overlap_left_out));
    }
    if (e->has_errors && e->errors.n_infinite > 0) {
        WARN(e, "errors-infinite",
             "%u of %u draws of the true table have no finite estimate; they count as infinitely "
             "large.",
             e->errors.n_infinite, e->errors.n);
    }
    if (e->has_coverage) {
        const plm_coverage_result *r = &e->coverage.method[PLM_COVERAGE_STEPWISE];
        if (r->n > 0 && r->held < 0.9) {
            WARN(e, "coverage-low",
                 "On simulated tables like this one the 95 %% interval of the stepwise method held "
                 "the truth in %.0f %% of %u.",
                 100 * r->held, r->n);
        }
    }
}

static void judge_strata(plm_estimate *e)
{
    unsigned n_refused = 0;
    for (size_t i = 0; i < e->n_strata; i++) {
        n_refused += e->strata[i].is_refused;
    }
    if (n_refused > 0) {
        WARN(e, "strata-refused",
             "%u of %zu strata give no estimate; the sum over strata is not to be had.", n_refused,
             e->n_strata);
    }
}

void plm_estimate_judge(plm_estimate *e)
{
    double low;
    double high;
    if (plm_estimate_range(e, &low, &high) && high > far_apart * low) {
        WARN(e, "disagreement",
             "The methods disagree by a factor of %.1f: from %s to %s. None of these numbers "
             "should be used alone.",
             high / low, N(low), N(high));
    }
    judge_selection(e);
    judge_models(e);
    judge_bayesian(e);
    judge_known(e);
    judge_neighbours(e);
    judge_heterogeneity(e);
    judge_errors(e);
    judge_strata(e);
}

static plm_method *add_method(plm_method *out, size_t *n, const char *code, const char *name,
                              const char *interval)
{
    plm_method *m = &out[(*n)++];
    const plm_method empty = {code, name, interval, "", PLM_NAN, PLM_NAN, PLM_NAN, false, NULL};
    *m = empty;
    return m;
}

static void set_numbers(plm_method *m, double estimate, double low, double high)
{
    m->estimate = estimate;
    m->low = low;
    m->high = high;
}

static void add_bayesian(const plm_estimate *e, plm_method *out, size_t *n)
{
    plm_method *m = add_method(out, n, "graphs", "average over graphs", "95 % credible");
    if (e->has_graphs) {
        set_numbers(m, e->graphs.median, plm_average_quantile(&e->graphs, 0.025),
                    plm_average_quantile(&e->graphs, 0.975));
    } else {
        m->why_none = "not with more than 6 lists";
    }
    if (e->has_classes) {
        m = add_method(out, n, "classes", "latent classes", "95 % credible");
        set_numbers(m, e->classes.median, e->classes.low, e->classes.high);
        m->why_none = e->classes.is_mixed ? NULL : "the chains have not mixed";
    }
}

size_t plm_estimate_methods(const plm_estimate *e, plm_method out[PLM_ESTIMATE_METHODS_MAX])
{
    size_t n = 0;
    plm_method *m = add_method(out, &n, "main", "independent lists", "95 % profile likelihood");
    plm_model main;
    plm_model_main(&main, e->table.n_lists);
    plm_model_name(&main, m->model);
    set_numbers(m, e->main.estimate, e->main_profile.low, e->main_profile.high);
    m->why_none = e->main.trouble == 0 ? NULL : trouble_text(e->main.trouble);
    m = add_method(out, &n, "stepwise", "sparse stepwise", "95 % BCa, model selected anew");
    plm_model_name(&e->stepwise.model, m->model);
    set_numbers(m, e->stepwise.fit.estimate, plm_bca_limit(&e->stepwise_bca, 0.025),
                plm_bca_limit(&e->stepwise_bca, 0.975));
    m->why_none = e->stepwise.fit.trouble == 0 ? NULL : trouble_text(e->stepwise.fit.trouble);
    m = add_method(out, &n, "bic", "best model by BIC", "95 % BCa, model selected anew");
    if (e->has_search) {
        plm_model_name(&e->best, m->model);
        set_numbers(m, e->search.model[0].fit.estimate, plm_bca_limit(&e->best_bca, 0.025),
                    plm_bca_limit(&e->best_bca, 0.975));
    } else {
        m->why_none = e->search.n > 0 ? "no model has an estimate" : "not with more than 6 lists";
    }
    add_bayesian(e, out, &n);
    if (e->has_errors) {
        m = add_method(out, &n, "errors", "stepwise, errors and noise taken out",
                       "95 % over noise, errors and resampling");
        double estimate = plm_errors_point(&e->errors, &e->options.rates);
        set_numbers(m, estimate, e->errors.low, e->errors.high);
        m->why_none = isfinite(estimate) ? NULL : "no estimate of the corrected table";
    }
    m = add_method(out, &n, "chao", "Chao's bound, for lists alike", "95 % of the bound");
    set_numbers(m, e->chao.corrected, e->chao.low, e->chao.high);
    m->is_bound = true;
    return n;
}

bool plm_estimate_range(const plm_estimate *e, double *low, double *high)
{
    plm_method methods[PLM_ESTIMATE_METHODS_MAX];
    size_t n = plm_estimate_methods(e, methods);
    *low = PLM_INFINITY;
    *high = 0;
    for (size_t i = 0; i < n; i++) {
        if (!methods[i].is_bound && methods[i].why_none == NULL && isfinite(methods[i].estimate)) {
            *low = methods[i].estimate < *low ? methods[i].estimate : *low;
            *high = methods[i].estimate > *high ? methods[i].estimate : *high;
        }
    }
    return *high > 0;
}
