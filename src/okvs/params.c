/* SPDX-License-Identifier: Apache-2.0 */
/*
 * params.c - how large a store has to be: the fits of Raghuraman and Rindal, CCS 2022, section 4.1,
 * for weight w = 3.
 */
#include "okvs/okvs.h"

#include <math.h>

enum {
    WEIGHT = 3
};

static const double transition = 1.223; /* e*: where peeling begins to succeed, for w = 3 */
static const double offset = 9.2;

/* The exponent grows by this for each unit of the expansion e above the transition. */
static double slope(double n_rows)
{
    double w = log2(WEIGHT);
    double rows = n_rows < PLM_OKVS_ROWS_MIN ? PLM_OKVS_ROWS_MIN : n_rows;
    return exp2(0.55 * log2(rows) + 0.093 * w * w * w - 1.01 * w * w + 2.92 * w - 0.13);
}

double plm_okvs_security(double n_rows, double n_sparse)
{
    double rows = n_rows < PLM_OKVS_ROWS_MIN ? PLM_OKVS_ROWS_MIN : n_rows;
    return slope(n_rows) * (n_sparse / rows - transition) - offset;
}

uint32_t plm_okvs_sparse_columns(uint32_t n_rows, double lambda)
{
    double rows = n_rows < PLM_OKVS_ROWS_MIN ? PLM_OKVS_ROWS_MIN : n_rows;
    double e = transition + (lambda + offset) / slope(rows);
    return (uint32_t)ceil(rows * e);
}

uint32_t plm_okvs_dense_columns(uint32_t n_sparse, double lambda)
{
    double columns = floor(lambda / ((WEIGHT - 2) * log2(n_sparse)));
    return columns < 1 ? 1 : (uint32_t)columns;
}

/* n times the Kullback-Leibler divergence of load / n from p: -ln of Chernoff's bound. */
static double chernoff_exponent(double n, double load, double p)
{
    double a = load / n;
    double rest = a >= 1 ? 0 : (1 - a) * log((1 - a) / (1 - p));
    return n * (a * log(a / p) + rest);
}

uint32_t plm_okvs_bin_load(size_t n, uint32_t n_bins, double lambda)
{
    if (n_bins == 1 || n == 0) {
        return (uint32_t)n;
    }
    double wanted = (lambda + log2(n_bins)) * log(2);
    size_t low = n / n_bins; /* the bound holds for no load up to the mean */
    size_t high = n;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (chernoff_exponent((double)n, (double)middle, 1.0 / n_bins) >= wanted) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return (uint32_t)high;
}

plm_status plm_okvs_params_init(plm_okvs_params *out, size_t n)
{
    if (n > INT32_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_okvs_params p = {.n = n, .n_bins = (uint32_t)(n / PLM_OKVS_BIN_TOKENS)};
    p.n_bins += p.n_bins == 0;
    double lambda = PLM_OKVS_LAMBDA + log2(p.n_bins);
    p.bin_rows = plm_okvs_bin_load(n, p.n_bins, PLM_OKVS_LAMBDA);
    p.n_sparse = plm_okvs_sparse_columns(p.bin_rows, lambda);
    p.n_dense = plm_okvs_dense_columns(p.n_sparse, lambda);
    *out = p;
    return PLM_OK;
}
