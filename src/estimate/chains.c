/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chains.c - whether Markov chains have reached the same law (Vehtari, Gelman, Simpson, Carpenter,
 * Bürkner, "Rank-normalization, folding, and localization: an improved R-hat for assessing
 * convergence of MCMC", Bayesian Analysis 2021).
 */
#include "estimate/classes.h"

#include "estimate/number.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>

/* Half a chain each: a trend within one counts as much as a distance between two. */
typedef struct halves {
    unsigned n; /* half chains */
    unsigned n_draws;
    double *z; /* n x n_draws */
    double mean[2 * PLM_CLASSES_CHAINS_MAX];
    double within;  /* mean of the half chains' variances */
    double between; /* variance of their means */
} halves;

typedef struct ranked {
    double value;
    size_t place;
} ranked;

static int compare_ranked(const void *a, const void *b)
{
    const ranked *x = (const ranked *)a;
    const ranked *y = (const ranked *)b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Values to normal scores of their ranks; ties share their mean rank. */
static plm_status normalise(double *z, size_t n)
{
    ranked *all = (ranked *)calloc(n, sizeof *all);
    if (all == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        all[i].value = z[i];
        all[i].place = i;
    }
    qsort(all, n, sizeof *all, compare_ranked);
    for (size_t i = 0; i < n;) {
        size_t j = i;
        while (j < n && all[j].value == all[i].value) {
            j++;
        }
        double rank = ((double)(i + 1) + (double)j) / 2;
        double score = gsl_cdf_ugaussian_Pinv((rank - 0.375) / ((double)n + 0.25));
        for (; i < j; i++) {
            z[all[i].place] = score;
        }
    }
    free(all);
    return PLM_OK;
}

static void moments(halves *h)
{
    double grand = 0;
    h->within = h->between = 0;
    for (unsigned c = 0; c < h->n; c++) {
        const double *z = h->z + (size_t)c * h->n_draws;
        double sum = 0;
        for (unsigned i = 0; i < h->n_draws; i++) {
            sum += z[i];
        }
        h->mean[c] = sum / h->n_draws;
        grand += h->mean[c] / h->n;
        for (unsigned i = 0; i < h->n_draws; i++) {
            h->within += (z[i] - h->mean[c]) * (z[i] - h->mean[c]) / (h->n_draws - 1) / h->n;
        }
    }
    for (unsigned c = 0; c < h->n; c++) {
        h->between += (h->mean[c] - grand) * (h->mean[c] - grand) / (h->n - 1);
    }
}

/* Mean autocovariance of the half chains at a lag. */
static double autocovariance(const halves *h, unsigned lag)
{
    double sum = 0;
    for (unsigned c = 0; c < h->n; c++) {
        const double *z = h->z + (size_t)c * h->n_draws;
        for (unsigned i = lag; i < h->n_draws; i++) {
            sum += (z[i] - h->mean[c]) * (z[i - lag] - h->mean[c]);
        }
    }
    return sum / ((double)h->n * h->n_draws);
}

/* Geyer's initial monotone sequence: pairs of correlations as long as their sum is positive. */
static double effective_size(const halves *h, double variance)
{
    double sum = 0;
    double least = PLM_INFINITY;
    for (unsigned lag = 0; lag + 1 < h->n_draws; lag += 2) {
        double pair = 0;
        for (unsigned i = lag; i < lag + 2; i++) {
            pair += i == 0 ? 1 : 1 - (h->within - autocovariance(h, i)) / variance;
        }
        if (pair < 0) {
            break;
        }
        least = pair < least ? pair : least;
        sum += least;
    }
    double draws = (double)h->n * h->n_draws;
    double tau = 2 * sum - 1;
    return tau > 1 / log10(draws) ? draws / tau : draws * log10(draws);
}

plm_status plm_chains_diagnose(const double *draws, unsigned n_chains, unsigned n, double *rhat,
                               double *ess)
{
    halves h = {2 * n_chains, n / 2, NULL, {0}, 0, 0};
    size_t n_all = (size_t)h.n * h.n_draws;
    h.z = (double *)calloc(n_all, sizeof *h.z);
    if (h.z == NULL) {
        return PLM_E_NOMEM;
    }
    for (unsigned c = 0; c < n_chains; c++) {
        for (unsigned half = 0; half < 2; half++) {
            memcpy(h.z + (size_t)(2 * c + half) * h.n_draws,
                   draws + (size_t)c * n + (half == 0 ? 0 : n - h.n_draws),
                   h.n_draws * sizeof *h.z);
        }
    }
    plm_status status = normalise(h.z, n_all);
    if (status == PLM_OK) {
        moments(&h);
        double variance = h.within * (h.n_draws - 1) / h.n_draws + h.between;
        *rhat = h.within > 0 ? sqrt(variance / h.within) : h.between > 0 ? PLM_INFINITY : 1;
        *ess = h.within > 0 ? effective_size(&h, variance) : h.between > 0 ? 0 : (double)n_all;
    }
    free(h.z);
    return status;
}
