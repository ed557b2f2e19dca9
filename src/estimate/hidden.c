/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/hidden.h"

#include <math.h>
#include <string.h>

enum {
    SHARE_ROUNDS = 60,
    FILL_ROUNDS = 500
};

static bool is_hidden(const plm_hidden *hidden, unsigned history, unsigned stratum)
{
    return (hidden->is_hidden[history][stratum / 8] >> stratum % 8 & 1) != 0;
}

/*
 * Weights of 0 to t - 1 for a Poisson number of this mean, the greatest being 1: from the mode down
 * and up by the ratio of neighbours. Their sum.
 */
static double law_below(double mean, unsigned t, double weight[static PLM_HIDDEN_THRESHOLD_MAX])
{
    const unsigned mode = mean < t - 1 ? (unsigned)mean : t - 1;
    double sum = 1;
    weight[mode] = 1;
    for (unsigned k = mode; k > 0; k--) {
        weight[k - 1] = weight[k] * k / mean;
        sum += weight[k - 1];
    }
    for (unsigned k = mode + 1; k < t; k++) {
        weight[k] = weight[k - 1] * mean / k;
        sum += weight[k];
    }
    return sum;
}

static double expect_below(double mean, unsigned t)
{
    double weight[PLM_HIDDEN_THRESHOLD_MAX];
    const double sum = law_below(mean, t, weight);
    double expected = 0;
    for (unsigned k = 1; k < t; k++) {
        expected += k * weight[k] / sum;
    }
    return expected;
}

static unsigned draw_below(plm_random *random, double mean, unsigned t)
{
    double weight[PLM_HIDDEN_THRESHOLD_MAX];
    double u = plm_random_uniform(random) * law_below(mean, t, weight);
    unsigned k = 0;
    for (; k + 1 < t && u >= weight[k]; k++) {
        u -= weight[k];
    }
    return k;
}

unsigned plm_hidden_strata(const plm_hidden *hidden, unsigned history)
{
    unsigned n = 0;
    for (unsigned s = 0; s < hidden->n_strata; s++) {
        n += is_hidden(hidden, history, s);
    }
    return n;
}

double plm_hidden_expect(const plm_hidden *hidden, unsigned history, double mean)
{
    double sum = 0;
    for (unsigned s = 0; s < hidden->n_strata; s++) {
        if (is_hidden(hidden, history, s)) {
            sum += expect_below(mean * hidden->share[s], hidden->threshold);
        }
    }
    return sum;
}

double plm_hidden_draw(const plm_hidden *hidden, plm_random *random, unsigned history, double mean)
{
    double sum = 0;
    for (unsigned s = 0; s < hidden->n_strata; s++) {
        if (is_hidden(hidden, history, s)) {
            sum += draw_below(random, mean * hidden->share[s], hidden->threshold);
        }
    }
    return sum;
}

/* Strata and histories independent: shares and histories' means in turn with what was left out. */
static void find_shares(plm_hidden *hidden, unsigned n_cells, const double *seen,
                        const double *seen_in)
{
    double mean[PLM_TABLE_CELLS_MAX] = {0};
    double in[PLM_HIDDEN_STRATA_MAX];
    for (unsigned s = 0; s < hidden->n_strata; s++) {
        hidden->share[s] = 1.0 / hidden->n_strata;
    }
    for (unsigned h = 1; h < n_cells; h++) {
        mean[h] = seen[h] + plm_hidden_strata(hidden, h) * (hidden->threshold - 1) / 2.0;
    }
    for (unsigned round = 0; round < SHARE_ROUNDS && hidden->n_strata > 1; round++) {
        double next[PLM_TABLE_CELLS_MAX];
        double total = 0;
        memcpy(next, seen, n_cells * sizeof *next);
        for (unsigned s = 0; s < hidden->n_strata; s++) {
            in[s] = seen_in[s];
            for (unsigned h = 1; h < n_cells; h++) {
                const double more =
                    is_hidden(hidden, h, s)
                        ? expect_below(mean[h] * hidden->share[s], hidden->threshold)
                        : 0;
                in[s] += more;
                next[h] += more;
            }
            total += in[s];
        }
        for (unsigned s = 0; s < hidden->n_strata && total > 0; s++) {
            hidden->share[s] = in[s] / total;
        }
        memcpy(mean, next, n_cells * sizeof *mean);
    }
}

plm_status plm_hidden_init(plm_hidden *out, unsigned n_lists, unsigned n_strata, unsigned threshold,
                           const double *cells, double *seen)
{
    const unsigned n_cells = 1U << n_lists;
    double seen_in[PLM_HIDDEN_STRATA_MAX] = {0};
    if (n_lists < PLM_TABLE_LISTS_MIN || n_lists > PLM_TABLE_LISTS_MAX || n_strata < 1 ||
        n_strata > PLM_HIDDEN_STRATA_MAX || threshold < 2 || threshold > PLM_HIDDEN_THRESHOLD_MAX) {
        return PLM_E_ARGUMENT;
    }
    memset(out, 0, sizeof *out);
    memset(seen, 0, n_cells * sizeof *seen);
    out->n_strata = n_strata;
    out->threshold = threshold;
    for (unsigned s = 0; s < n_strata; s++) {
        for (unsigned h = 1; h < n_cells; h++) {
            const double count = cells[(size_t)s * n_cells + h];
            if (count < 0) {
                out->is_hidden[h][s / 8] |= (uint8_t)(1U << s % 8);
            } else {
                seen[h] += count;
                seen_in[s] += count;
            }
        }
    }
    find_shares(out, n_cells, seen, seen_in);
    return PLM_OK;
}

/* EM for one model from the counts in *table on. False: it has no estimate. */
static bool fit_model(const plm_hidden *hidden, plm_loglin *work, const plm_table *seen,
                      const plm_model *model, plm_table *table)
{
    for (unsigned round = 0; round < FILL_ROUNDS; round++) {
        plm_loglin_fit fit;
        double change = 0;
        plm_loglin_run(work, table->count, model, NULL, &fit);
        if (fit.trouble != 0) {
            return false;
        }
        for (unsigned h = 1; h < plm_table_cells(seen); h++) {
            const double next =
                seen->count[h] + plm_hidden_expect(hidden, h, plm_loglin_means(work)[h]);
            change += fabs(next - table->count[h]);
            table->count[h] = next;
        }
        if (change < 1e-9 * plm_table_total(table)) {
            break;
        }
    }
    return true;
}

void plm_hidden_fill(const plm_hidden *hidden, plm_loglin *work, const plm_table *seen,
                     plm_table *out)
{
    plm_table half = *seen;
    plm_model main;
    plm_stepwise selected;
    for (unsigned h = 1; h < plm_table_cells(seen); h++) {
        half.count[h] += plm_hidden_strata(hidden, h) * (hidden->threshold - 1) / 2.0;
    }
    *out = half;
    plm_model_main(&main, seen->n_lists);
    if (!fit_model(hidden, work, seen, &main, out)) {
        *out = half;
        return;
    }
    plm_table next = *out;
    plm_stepwise_run(work, out->count, seen->n_lists, PLM_STEPWISE_THRESHOLD, &selected);
    if (selected.fit.trouble == 0 && fit_model(hidden, work, seen, &selected.model, &next)) {
        *out = next;
    }
}
