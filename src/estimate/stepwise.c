/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/stepwise.h"

#include "estimate/zeta.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* min(P(X <= k), P(X >= k)) of X ~ Poisson(mean). */
static double poisson_tail(double k, double mean)
{
    if (mean <= 0) {
        return k > 0 ? 0 : 1;
    }
    /* P(X <= k) = Q(k + 1, mean), P(X >= k) = P(k, mean): the incomplete gamma functions. */
    double low = gsl_cdf_gamma_Q(mean, k + 1, 1);
    double high = k > 0 ? gsl_cdf_gamma_P(mean, k, 1) : 1;
    return low < high ? low : high;
}

typedef struct selection {
    plm_loglin *work;
    const double *count;
    const double *overlap; /* N*_theta */
    double threshold;
    plm_stepwise *out;
} selection;

/*
 * The pair that is to join, with its probability; 0 if none. The next model's existence is looked
 * at only for the least likely pair, then for the next: that gives what giving all pairs without
 * existence the probability 1 gives.
 */
static unsigned next_pair(const selection *s, double *p_least)
{
    double expected[PLM_TABLE_CELLS_MAX];
    double p[PLM_TABLE_CELLS_MAX] = {0};
    const plm_model *model = &s->out->model;
    unsigned n_lists = model->n_lists;
    memcpy(expected, plm_loglin_means(s->work), sizeof *expected << n_lists);
    plm_zeta_supersets(expected, n_lists);
    s->out->n_refused = 0;
    for (unsigned h = 0; h < 1U << n_lists; h++) {
        p[h] = 1;
    }
    for (unsigned a = 0; a < n_lists; a++) {
        for (unsigned b = a + 1; b < n_lists; b++) {
            unsigned pair = 1U << a | 1U << b;
            p[pair] =
                plm_model_has(model, pair) ? 1 : poisson_tail(s->overlap[pair], expected[pair]);
        }
    }
    for (;;) {
        unsigned best = 0;
        for (unsigned a = 0; a < n_lists; a++) {
            for (unsigned b = a + 1; b < n_lists; b++) {
                unsigned pair = 1U << a | 1U << b;
                best = best == 0 || p[pair] < p[best] ? pair : best;
            }
        }
        if (!(p[best] < s->threshold)) {
            return 0;
        }
        plm_model larger = *model;
        plm_model_add(&larger, best);
        if (plm_loglin_check(s->work, s->count, &larger) == 0) {
            *p_least = p[best];
            return best;
        }
        s->out->refused[s->out->n_refused++] = (uint8_t)best;
        p[best] = 1;
    }
}

void plm_stepwise_run(plm_loglin *work, const double *count, unsigned n_lists, double threshold,
                      plm_stepwise *out)
{
    double overlap[PLM_TABLE_CELLS_MAX];
    memset(out, 0, sizeof *out);
    memcpy(overlap, count, sizeof *overlap << n_lists);
    overlap[0] = 0;
    plm_zeta_supersets(overlap, n_lists);
    const selection s = {work, count, overlap, threshold, out};
    plm_model_main(&out->model, n_lists);
    plm_loglin_run(work, count, &out->model, NULL, &out->fit);
    out->main_estimate = out->fit.estimate;
    while (out->fit.trouble == 0 && out->n_steps < PLM_STEPWISE_PAIRS_MAX) {
        double p = 1;
        plm_model larger = out->model;
        unsigned pair = next_pair(&s, &p);
        if (pair == 0) {
            break;
        }
        plm_model_add(&larger, pair);
        plm_loglin_fit fit;
        plm_loglin_run(work, count, &larger, NULL, &fit);
        if (fit.trouble != 0) {
            out->refused[out->n_refused++] = (uint8_t)pair;
            break;
        }
        out->model = larger;
        out->fit = fit;
        const plm_stepwise_step step = {(uint8_t)pair, p, fit.estimate};
        out->step[out->n_steps++] = step;
    }
}
