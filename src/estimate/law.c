/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/law.h"

#include "estimate/number.h"

#include <stdio.h>

static double quantile(const plm_law *l, double p)
{
    double sum = 0;
    for (size_t i = 0; i < l->n; i++) {
        sum += l->mass == NULL ? 1.0 / (double)l->n : l->mass[i];
        if (sum >= p) {
            return l->value[i];
        }
    }
    return l->n > 0 ? l->value[l->n - 1] : PLM_NAN;
}

size_t plm_laws_of(const plm_estimate *e, plm_law *laws)
{
    size_t n = 0;
    if (e->stepwise_bca.sorted != NULL) {
        const plm_bca *b = &e->stepwise_bca;
        const plm_law l = {"stepwise", "stepwise",           "",         1, b->sorted,
                           NULL,       b->n - b->n_infinite, b->estimate};
        laws[n] = l;
        (void)snprintf(laws[n++].note, sizeof l.note, "%u resamples, %u infinite", b->n,
                       b->n_infinite);
    }
    if (e->best_bca.sorted != NULL) {
        const plm_bca *b = &e->best_bca;
        const plm_law l = {"bic", "best by BIC",        "",         2, b->sorted,
                           NULL,  b->n - b->n_infinite, b->estimate};
        laws[n] = l;
        (void)snprintf(laws[n++].note, sizeof l.note, "%u resamples, %u infinite", b->n,
                       b->n_infinite);
    }
    if (e->has_graphs) {
        const plm_average *g = &e->graphs;
        const plm_law l = {"graphs", "graphs", "", 3, g->total, g->mass, g->n_points, g->median};
        laws[n] = l;
        (void)snprintf(laws[n++].note, sizeof l.note, "posterior, %zu graphs", g->n_graphs);
    }
    if (e->has_classes) {
        const plm_classes *c = &e->classes;
        size_t n_all = (size_t)c->n_chains * c->n_kept;
        const plm_law l = {"classes", "latent classes", "", 4, c->sorted, NULL, n_all, c->median};
        laws[n] = l;
        (void)snprintf(laws[n++].note, sizeof l.note, "%s",
                       c->is_mixed ? "posterior" : "not mixed: no summary");
    }
    return n;
}

void plm_laws_range(const plm_law *laws, size_t n, double known, double *low, double *high)
{
    *low = known;
    *high = known * 1.2;
    for (size_t i = 0; i < n; i++) {
        double q = quantile(&laws[i], 0.98);
        *high = isfinite(q) && q > *high && q < 100 * known ? q : *high;
    }
}

void plm_law_bins(const plm_law *law, double low, double high, double bin[static PLM_LAW_BINS])
{
    for (size_t i = 0; i < PLM_LAW_BINS; i++) {
        bin[i] = 0;
    }
    for (size_t i = 0; i < law->n; i++) {
        double place = (law->value[i] - low) / (high - low) * PLM_LAW_BINS;
        if (place >= 0 && place < PLM_LAW_BINS) {
            bin[(size_t)place] += law->mass == NULL ? 1.0 / (double)law->n : law->mass[i];
        }
    }
}
