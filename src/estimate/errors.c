/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/errors.h"

#include "estimate/bca.h"
#include "estimate/number.h"
#include "estimate/random.h"
#include "estimate/stepwise.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    CORRECTIONS = 400,
    IMPUTATIONS = 16 /* rounds of drawing parameters and true counts, for each draw */
};

/* Expected persons by history after missed links alone. */
static void miss(const double *truth, unsigned n_cells, double p, double *out)
{
    memset(out, 0, n_cells * sizeof *out);
    for (unsigned h = 1; h < n_cells; h++) {
        int k = __builtin_popcount(h);
        for (unsigned anchors = h; anchors != 0 && truth[h] > 0; anchors &= anchors - 1) {
            unsigned anchor = anchors & -anchors;
            unsigned others = h & ~anchor;
            double share = truth[h] / k;
            for (unsigned with = others;; with = (with - 1) & others) {
                unsigned away = others & ~with;
                int n_away = __builtin_popcount(away);
                double probable = share * pow(p, n_away) * pow(1 - p, k - 1 - n_away);
                out[anchor | with] += probable;
                for (; away != 0; away &= away - 1) {
                    out[away & -away] += probable;
                }
                if (with == 0) {
                    break;
                }
            }
        }
    }
}

/* Moves a share q of each list's own persons onto others, all lists at once. */
static void join(const double *before, unsigned n_lists, double q, double *out)
{
    unsigned n_cells = 1U << n_lists;
    memcpy(out, before, n_cells * sizeof *out);
    for (unsigned i = 0; i < n_lists; i++) {
        unsigned alone = 1U << i;
        double others = 0;
        for (unsigned h = 1; h < n_cells; h++) {
            others += (h & alone) == 0 ? before[h] : 0;
        }
        double moved = others > 0 ? q * before[alone] : 0;
        out[alone] -= moved;
        for (unsigned h = 1; h < n_cells && moved > 0; h++) {
            if ((h & alone) == 0) {
                double share = moved * before[h] / others;
                out[h] -= share;
                out[h | alone] += share;
            }
        }
    }
}

void plm_linkage_expect(const plm_table *truth, double missed, double false_links, double *counted)
{
    double between[PLM_TABLE_CELLS_MAX];
    miss(truth->count, plm_table_cells(truth), missed, between);
    join(between, truth->n_lists, false_links, counted);
}

void plm_linkage_correct(const plm_table *counted, double missed, double false_links,
                         plm_table *truth)
{
    double expected[PLM_TABLE_CELLS_MAX];
    unsigned n_cells = plm_table_cells(counted);
    *truth = *counted;
    for (unsigned i = 0; i < CORRECTIONS && (missed > 0 || false_links > 0); i++) {
        double change = 0;
        plm_linkage_expect(truth, missed, false_links, expected);
        for (unsigned h = 1; h < n_cells; h++) {
            double next = truth->count[h] + counted->count[h] - expected[h];
            next = next > 0 ? next : 0;
            change += fabs(next - truth->count[h]);
            truth->count[h] = next;
        }
        if (change < 1e-9) {
            break;
        }
    }
}

/* A true count given what is known of a history's and its mean under the model. */
static double draw_true(plm_random *random, const plm_error_rates *rates, unsigned history,
                        double given, double mean)
{
    return rates->noise == PLM_NOISE_HIDDEN
               ? given + plm_hidden_draw(&rates->hidden, random, history, mean)
               : plm_noise_draw_true(random, rates, given, mean);
}

typedef struct drawing {
    const plm_table *table; /* as given */
    const plm_table *start; /* the same, or with what is expected of the counts left out */
    const plm_error_rates *rates;
    uint64_t seed;
    double *result;
    atomic_bool is_out_of_memory;
} drawing;

/*
 * Means that no cell's law is certain to be 0 under: those of the selected model, and a tenth of
 * those of independent lists at the least.
 */
static void prior_means(plm_loglin *work, const plm_table *table, double *mean)
{
    plm_stepwise selected;
    plm_model main;
    plm_loglin_fit fit;
    unsigned n_cells = plm_table_cells(table);
    plm_model_main(&main, table->n_lists);
    plm_loglin_run(work, table->count, &main, NULL, &fit);
    for (unsigned h = 0; h < n_cells; h++) {
        mean[h] = 0.1 * (fit.trouble == 0 ? plm_loglin_means(work)[h] : 1);
        mean[h] = mean[h] > 1e-6 ? mean[h] : 1e-6;
    }
    plm_stepwise_run(work, table->count, table->n_lists, PLM_STEPWISE_THRESHOLD, &selected);
    plm_loglin_run(work, table->count, &selected.model, NULL, &fit);
    for (unsigned h = 0; h < n_cells && fit.trouble == 0; h++) {
        double own = plm_loglin_means(work)[h];
        mean[h] = own > mean[h] ? own : mean[h];
    }
}

/* A table like this one, by chance: its persons put anew into the cells. */
static void resample(plm_random *random, const plm_table *table, plm_table *out)
{
    *out = *table;
    plm_random_multinomial(random, out->count, (uint64_t)llround(plm_table_total(table)),
                           table->count, plm_table_cells(table));
}

/*
 * Draws the true table of the noised one by data augmentation (Tanner and Wong, JASA 1987):
 * parameters given true counts, by refitting a resample of them; then true counts given parameters
 * and noised counts. Without the resampling, the fit would vouch for itself.
 */
static void impute(plm_loglin *work, plm_random *random, const drawing *d, plm_table *table)
{
    double mean[PLM_TABLE_CELLS_MAX] = {0};
    for (unsigned round = 0; round < IMPUTATIONS && plm_table_total(table) >= 1; round++) {
        plm_table resampled;
        resample(random, table, &resampled);
        prior_means(work, &resampled, mean);
        for (unsigned h = 1; h < plm_table_cells(table); h++) {
            table->count[h] = draw_true(random, d->rates, h, d->table->count[h], mean[h]);
        }
    }
}

static void run_draws(void *context, size_t first, size_t last)
{
    drawing *d = (drawing *)context;
    plm_loglin *work = NULL;
    unsigned n_lists = d->table->n_lists;
    if (plm_loglin_create(&work, n_lists) != PLM_OK) {
        atomic_store(&d->is_out_of_memory, true);
        return;
    }
    for (size_t i = first; i < last; i++) {
        plm_table drawn = *d->start;
        plm_table resampled;
        plm_table corrected;
        plm_random random;
        plm_random_init(&random, d->seed, PLM_RANDOM_NOISE, i);
        if (d->rates->noise != PLM_NOISE_NONE) {
            impute(work, &random, d, &drawn);
        }
        if (plm_table_total(&drawn) < 1) {
            d->result[i] = PLM_INFINITY;
            continue;
        }
        resample(&random, &drawn, &resampled);
        plm_linkage_correct(&resampled, d->rates->missed, d->rates->false_links, &corrected);
        d->result[i] = plm_estimator_stepwise.run(NULL, work, corrected.count, n_lists);
    }
    plm_loglin_destroy(work);
}

/* The corrected table's own estimate, and the uncorrected one's over it. */
static plm_status correct_point(plm_errors *out, const plm_table *table,
                                const plm_error_rates *rates, plm_table *start)
{
    plm_loglin *work = NULL;
    plm_status status = plm_loglin_create(&work, table->n_lists);
    if (status != PLM_OK) {
        return status;
    }
    *start = *table;
    if (rates->noise == PLM_NOISE_HIDDEN) {
        plm_hidden_fill(&rates->hidden, work, table, start);
    }
    plm_linkage_correct(start, rates->missed, rates->false_links, &out->table);
    out->corrected = plm_estimator_stepwise.run(NULL, work, out->table.count, table->n_lists);
    out->inflation =
        plm_estimator_stepwise.run(NULL, work, start->count, table->n_lists) / out->corrected;
    plm_loglin_destroy(work);
    return PLM_OK;
}

plm_status plm_errors_run(plm_errors *out, const plm_table *table, const plm_error_rates *rates,
                          unsigned n_draws, uint64_t seed, const plm_work *work)
{
    memset(out, 0, sizeof *out);
    plm_table start;
    plm_status status = correct_point(out, table, rates, &start);
    if (status != PLM_OK) {
        return status;
    }
    out->sorted = (double *)calloc(n_draws, sizeof *out->sorted);
    if (out->sorted == NULL) {
        return PLM_E_NOMEM;
    }
    drawing d = {table, &start, rates, seed, out->sorted, false};
    status = plm_work_run(work, "errors and noise", n_draws, 8, run_draws, &d);
    if (status == PLM_OK && atomic_load(&d.is_out_of_memory)) {
        status = PLM_E_NOMEM;
    }
    if (status != PLM_OK) {
        return status;
    }
    out->n = n_draws;
    for (unsigned i = 0; i < n_draws; i++) {
        if (!isfinite(out->sorted[i])) {
            out->sorted[i] = PLM_INFINITY;
            out->n_infinite++;
        }
    }
    plm_sort_doubles(out->sorted, n_draws);
    out->median = plm_quantile8(out->sorted, n_draws, 0.5);
    out->low = plm_quantile8(out->sorted, n_draws, 0.025);
    out->high = plm_quantile8(out->sorted, n_draws, 0.975);
    return PLM_OK;
}

void plm_errors_wipe(plm_errors *errors)
{
    free(errors->sorted);
    memset(errors, 0, sizeof *errors);
}
