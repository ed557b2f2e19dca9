/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/report.h"

#include "estimate/law.h"

#include <math.h>
#include <string.h>

enum {
    MODELS_TOLD = 100,
    GRAPHS_TOLD = 20
};

/*
 * Without memory jansson gives NULL. A container that could not take a value becomes NULL itself,
 * and so does what would hold it: nothing is left out silently.
 */
static void append(json_t **array, json_t *value)
{
    if (*array == NULL || json_array_append_new(*array, value) != 0) {
        if (*array == NULL) {
            json_decref(value);
        }
        json_decref(*array);
        *array = NULL;
    }
}

static void set(json_t **object, const char *key, json_t *value)
{
    if (*object == NULL || json_object_set_new(*object, key, value) != 0) {
        if (*object == NULL) {
            json_decref(value);
        }
        json_decref(*object);
        *object = NULL;
    }
}

/* A number, or null where it is none. */
static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *interval(double estimate, double low, double high)
{
    return json_pack("{s:o, s:o, s:o}", "estimate", number(estimate), "low", number(low), "high",
                     number(high));
}

static json_t *table_json(const plm_table *table)
{
    json_t *lists = json_array();
    json_t *cells = json_array();
    for (unsigned i = 0; i < table->n_lists; i++) {
        append(&lists, json_string(table->names[i]));
    }
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        json_t *on = json_array();
        for (unsigned i = 0; i < table->n_lists; i++) {
            if ((h >> i & 1U) != 0) {
                append(&on, json_integer(i + 1));
            }
        }
        append(&cells, json_pack("{s:o, s:o}", "lists", on, "count", number(table->count[h])));
    }
    return json_pack("{s:o, s:o, s:o}", "lists", lists, "persons", number(plm_table_total(table)),
                     "cells", cells);
}

static json_t *findings_json(const plm_findings *findings)
{
    json_t *all = json_array();
    for (size_t i = 0; i < findings->n; i++) {
        const plm_finding *f = &findings->item[i];
        append(&all, json_pack("{s:s, s:s, s:s}", "level", plm_finding_level_name(f->level), "code",
                               f->code, "text", f->text));
    }
    return all;
}

static json_t *methods_json(const plm_estimate *e)
{
    plm_method methods[PLM_ESTIMATE_METHODS_MAX];
    size_t n = plm_estimate_methods(e, methods);
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++) {
        const plm_method *m = &methods[i];
        json_t *o = interval(m->estimate, m->low, m->high);
        set(&o, "method", json_string(m->code));
        set(&o, "interval", json_string(m->interval));
        set(&o, "bound", json_boolean(m->is_bound));
        set(&o, "covered", number(e->n / m->estimate));
        if (m->model[0] != '\0') {
            set(&o, "model", json_string(m->model));
        }
        if (m->why_none != NULL) {
            set(&o, "none", json_string(m->why_none));
        }
        append(&all, o);
    }
    return all;
}

static json_t *fit_json(const plm_loglin_fit *fit, double n)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:o, s:o}", "estimate", number(fit->estimate),
        "wald_low", number(plm_loglin_wald(fit, n, -1.959963984540054)), "wald_high",
        number(plm_loglin_wald(fit, n, 1.959963984540054)), "deviance", number(fit->deviance), "df",
        fit->df, "terms", (int)fit->n_terms, "minus_infinity", (int)fit->n_infinite, "aic",
        number(fit->aic), "bic", number(fit->bic));
}

static json_t *bca_json(const plm_bca *b)
{
    return json_pack("{s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "resamples", (int)b->n, "infinite",
                     (int)b->n_infinite, "z0", number(b->z0), "acceleration",
                     number(b->acceleration), "low", number(plm_bca_limit(b, 0.025)), "high",
                     number(plm_bca_limit(b, 0.975)), "median",
                     number(plm_quantile8(b->sorted, b->sorted == NULL ? 0 : b->n, 0.5)));
}

static json_t *stepwise_json(const plm_estimate *e)
{
    const plm_stepwise *s = &e->stepwise;
    char name[PLM_MODEL_NAME_BYTES];
    json_t *steps = json_array();
    for (unsigned i = 0; i < s->n_steps; i++) {
        unsigned a = (unsigned)__builtin_ctz(s->step[i].pair);
        unsigned b = 31U - (unsigned)__builtin_clz(s->step[i].pair);
        append(&steps,
               json_pack("{s:[ss], s:o, s:o}", "pair", e->table.names[a], e->table.names[b], "p",
                         number(s->step[i].p), "estimate", number(s->step[i].estimate)));
    }
    plm_model_name(&s->model, name);
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "model", name, "fit", fit_json(&s->fit, e->n),
                     "steps", steps, "profile",
                     interval(s->fit.estimate, e->stepwise_profile.low, e->stepwise_profile.high),
                     "bootstrap", bca_json(&e->stepwise_bca));
}

static json_t *model_json(const plm_estimate *e, size_t place)
{
    plm_model model;
    char name[PLM_MODEL_NAME_BYTES];
    plm_model_of_set(&model, e->table.n_lists, e->search.model[place].set);
    plm_model_name(&model, name);
    return json_pack("{s:s, s:o}", "model", name, "fit",
                     fit_json(&e->search.model[place].fit, e->n));
}

static json_t *search_json(const plm_estimate *e)
{
    json_t *best = json_array();
    json_t *spans = json_array();
    json_t *trajectory = json_array();
    for (size_t i = 0; i < e->search.n_good && i < MODELS_TOLD; i++) {
        append(&best, model_json(e, i));
    }
    for (int distance = 2; distance <= 10; distance += 4) {
        double low;
        double high;
        size_t n = plm_search_span(&e->search, distance, &low, &high);
        append(&spans, json_pack("{s:i, s:I, s:o, s:o}", "bic_distance", distance, "models",
                                 (json_int_t)n, "low", number(low), "high", number(high)));
    }
    for (size_t i = 0; i < e->n_trajectory; i++) {
        append(&trajectory, model_json(e, e->trajectory[i].place));
    }
    return json_pack("{s:I, s:I, s:b, s:o, s:o, s:o, s:o}", "models", (json_int_t)e->search.n,
                     "with_estimate", (json_int_t)e->search.n_good, "pairs_only",
                     (int)e->search.is_pairs_only, "best", best, "spans", spans, "trajectory",
                     trajectory, "bootstrap", bca_json(&e->best_bca));
}

static json_t *graphs_json(const plm_estimate *e)
{
    const plm_average *g = &e->graphs;
    json_t *top = json_array();
    json_t *priors = json_array();
    for (size_t i = 0; i < g->n_graphs && i < GRAPHS_TOLD; i++) {
        plm_model model;
        char name[PLM_MODEL_NAME_BYTES];
        plm_graph_model(&g->graph[i], e->table.n_lists, &model);
        plm_model_name(&model, name);
        append(&top, json_pack("{s:s, s:o}", "graph", name, "posterior", number(g->posterior[i])));
    }
    for (size_t i = 0; i < e->n_priors; i++) {
        const plm_estimate_prior *p = &e->prior[i];
        json_t *o = interval(p->median, p->low, p->high);
        set(&o, "delta", number(p->delta));
        set(&o, "power", number(p->prior));
        append(&priors, o);
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:i, s:o, s:I, s:o, s:o}", "median", number(g->median),
                     "low", number(plm_average_quantile(g, 0.025)), "high",
                     number(plm_average_quantile(g, 0.975)), "mode", number(g->mode), "peaks",
                     (int)g->n_modes, "tail", number(g->tail), "graphs", (json_int_t)g->n_graphs,
                     "top", top, "priors", priors);
}

static json_t *classes_json(const plm_classes *c)
{
    json_t *medians = json_array();
    for (unsigned i = 0; i < c->n_chains; i++) {
        append(&medians, number(c->chain_median[i]));
    }
    return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "mixed", (int)c->is_mixed, "rhat",
                     number(c->rhat), "effective_draws", number(c->ess), "chain_medians", medians,
                     "median", number(c->median), "low", number(c->low), "high", number(c->high),
                     "median_mcse", number(c->median_mcse));
}

static json_t *views_json(const plm_views *views)
{
    static const char *const kinds[] = {"full", "condition", "omit", "merge"};
    json_t *all = json_array();
    for (size_t i = 0; i < views->n; i++) {
        const plm_view *v = &views->item[i];
        append(&all, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "kind", kinds[v->kind],
                               "what", v->what, "truth", number(v->truth), "persons", number(v->n),
                               "main", number(v->main), "stepwise", number(v->stepwise), "chao",
                               number(v->chao), "graphs", number(v->graphs)));
    }
    return all;
}

static json_t *numbers_json(const double *x, size_t n)
{
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++) {
        append(&all, number(x[i]));
    }
    return all;
}

static json_t *odds_json(const plm_estimate *e)
{
    const plm_odds *o = &e->odds;
    json_t *pairs = json_array();
    for (size_t i = 0; i < o->n_pairs; i++) {
        unsigned pair = o->pair[i].pair;
        json_t *names = json_array();
        for (unsigned l = 0; l < e->table.n_lists; l++) {
            if ((pair >> l & 1U) != 0) {
                append(&names, json_string(e->table.names[l]));
            }
        }
        append(&pairs, json_pack("{s:o, s:o}", "lists", names, "estimates",
                                 numbers_json(o->pair[i].estimate, PLM_ODDS_POINTS)));
    }
    return json_pack("{s:o, s:o, s:o}", "ratios", numbers_json(o->ratio, PLM_ODDS_POINTS),
                     "highest_order", numbers_json(o->highest, PLM_ODDS_POINTS), "pairs", pairs);
}

static json_t *coverage_json(const plm_coverage *coverage)
{
    json_t *all = json_array();
    for (unsigned m = 0; m < PLM_COVERAGE_METHODS; m++) {
        const plm_coverage_result *r = &coverage->method[m];
        if (r->n > 0) {
            append(&all,
                   json_pack("{s:s, s:i, s:i, s:o, s:o, s:o}", "method",
                             plm_coverage_method_name((plm_coverage_method)m), "simulations",
                             (int)r->n, "without", (int)r->n_none, "held", number(r->held),
                             "median_ratio", number(r->ratio), "median_width", number(r->width)));
        }
    }
    return all;
}

static json_t *strata_json(const plm_estimate *e)
{
    json_t *all = json_array();
    for (size_t i = 0; i < e->n_strata; i++) {
        const plm_stratum_estimate *s = &e->strata[i];
        json_t *o = json_pack("{s:s, s:s, s:o, s:b, s:o}", "column", s->stratum->column, "value",
                              s->stratum->value, "persons", number(s->n), "refused",
                              (int)s->is_refused, "findings", findings_json(&s->findings));
        if (!s->is_refused) {
            set(&o, "stepwise", interval(s->stepwise, s->low, s->high));
            set(&o, "model", json_string(s->model));
            set(&o, "main", number(s->main));
            set(&o, "chao", number(s->chao));
        }
        append(&all, o);
    }
    return all;
}

/* The laws of the total as steps of one width: the middle of each and its share. */
static json_t *densities_json(const plm_estimate *e)
{
    plm_law laws[PLM_LAWS_MAX];
    const size_t n = plm_laws_of(e, laws);
    double low;
    double high;
    plm_laws_range(laws, n, e->n, &low, &high);
    const double step = (high - low) / PLM_LAW_BINS;
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++) {
        if (strcmp(laws[i].method, "classes") == 0 && !e->classes.is_mixed) {
            continue;
        }
        double bin[PLM_LAW_BINS];
        plm_law_bins(&laws[i], low, high, bin);
        json_t *points = json_array();
        for (size_t k = 0; k < PLM_LAW_BINS; k++) {
            append(&points,
                   json_pack("[o, o]", number(low + ((double)k + 0.5) * step), number(bin[k])));
        }
        append(&all, json_pack("{s:s, s:o}", "method", laws[i].method, "points", points));
    }
    return all;
}

static void add_sections(const plm_estimate *e, json_t **root)
{
    set(root, "methods", methods_json(e));
    set(root, "stepwise", stepwise_json(e));
    set(root, "chao",
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "classical", number(e->chao.classical), "low",
                  number(e->chao.low), "high", number(e->chao.high), "corrected",
                  number(e->chao.corrected), "classical_of_lists",
                  number(e->chao.classical_of_lists), "corrected_of_lists",
                  number(e->chao.corrected_of_lists)));
    set(root, "densities", densities_json(e));
    set(root, "neighbours", views_json(&e->views));
    if (e->has_search) {
        set(root, "models", search_json(e));
    }
    if (e->has_graphs) {
        set(root, "graphs", graphs_json(e));
    }
    if (e->has_classes) {
        set(root, "classes", classes_json(&e->classes));
    }
    if (e->has_odds) {
        set(root, "odds", odds_json(e));
    }
    if (e->has_errors) {
        json_t *o = interval(e->errors.corrected, e->errors.low, e->errors.high);
        set(&o, "median", number(e->errors.median));
        set(&o, "inflation", number(e->errors.inflation));
        set(&o, "infinite", json_integer(e->errors.n_infinite));
        set(root, "errors", o);
    }
    if (e->has_coverage) {
        set(root, "coverage", coverage_json(&e->coverage));
    }
    if (e->n_strata > 0) {
        set(root, "strata", strata_json(e));
    }
}

plm_status plm_report_json(const plm_estimate *e, json_t **out)
{
    json_t *root = json_pack("{s:s, s:s, s:I, s:b, s:o, s:o}", "format", "palermo-estimate/1",
                             "version", PALERMO_VERSION, "seed", (json_int_t)e->options.seed,
                             "refused", (int)e->is_refused, "table", table_json(&e->table),
                             "findings", findings_json(&e->findings));
    if (root == NULL) {
        return PLM_E_NOMEM;
    }
    if (!e->is_refused) {
        add_sections(e, &root);
    }
    if (root == NULL) {
        return PLM_E_NOMEM;
    }
    *out = root;
    return PLM_OK;
}
