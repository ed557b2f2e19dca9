/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sizes of stores: against the paper's formulae worked out elsewhere, and the load of bins
 * against the binomial distribution itself.
 */
#include "okvs/okvs.h"
#include "tap.h"

#include <math.h>

/*
 * By python3, decimal with 50 digits and log2 x = x.ln() / 2.ln(), n of at least 32, w = log2(3):
 *
 *     bins = max(1, n >> 18), lambda = 40 + log2(bins), p = 1 / bins
 *     rows = n for one bin; else the least L > n / bins, found by counting up, for which
 *            n (q ln(q / p) + (1 - q) ln((1 - q) / (1 - p))) / ln 2 - log2(bins) >= 40, q = L / n
 *     a    = 2^(0.55 log2(rows) + 0.093 w^3 - 1.01 w^2 + 2.92 w - 0.13)
 *     n_sparse = ceil(rows (1.223 + (lambda + 9.2) / a))
 *     n_dense  = max(1, floor(lambda / log2(n_sparse)))
 */
static void test_params(void)
{
    static const struct {
        size_t n;
        uint32_t n_bins, rows, n_sparse, n_dense;
    } expected[] = {
        {0, 1, 0, 86, 6},
        {1, 1, 1, 86, 6},
        {32, 1, 32, 86, 6},
        {33, 1, 33, 88, 6},
        {1000, 1, 1000, 1442, 3},
        {70000, 1, 70000, 87091, 2},
        {262144, 1, 262144, 323285, 2},
        {524287, 1, 524287, 644868, 2},
        {524288, 2, 264874, 326691, 2},
        {600000, 2, 302920, 373393, 2},
        {3000000, 11, 276601, 341225, 2},
        {16777216, 64, 266211, 328607, 2},
        {2147483647, 8191, 266577, 329441, 2},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        plm_okvs_params p;
        CHECK_STATUS(plm_okvs_params_init(&p, expected[i].n), PLM_OK);
        CHECK_EQ_INT(p.n, expected[i].n);
        CHECK_EQ_INT(p.n_bins, expected[i].n_bins);
        CHECK_EQ_INT(p.bin_rows, expected[i].rows);
        CHECK_EQ_INT(p.n_sparse, expected[i].n_sparse);
        CHECK_EQ_INT(p.n_dense, expected[i].n_dense);
        CHECK(p.n_dense <= PLM_OKVS_DENSE_MAX);
    }
    plm_okvs_params kept = {.n = 5};
    CHECK_STATUS(plm_okvs_params_init(&kept, (size_t)INT32_MAX + 1), PLM_E_ARGUMENT);
    CHECK_EQ_INT(kept.n, 5);
}

/* a (n_sparse / rows - 1.223) - 9.2, by the same script. */
static void test_security(void)
{
    static const struct {
        double rows, n_sparse, lambda;
    } expected[] = {{32, 86, 40.37564881119165},
                    {32, 51, 3.350475791566614},
                    {1024, 1346, 11.62620163588044},
                    {100, 150, 8.347946902582247}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        double got = plm_okvs_security(expected[i].rows, expected[i].n_sparse);
        CHECK(fabs(got - expected[i].lambda) < 1e-9);
    }
    CHECK(plm_okvs_security(3, 86) == plm_okvs_security(32, 86));
    for (uint32_t n = 0; n < 1000000; n = n * 3 / 2 + 1) {
        for (unsigned lambda = 3; lambda < 60; lambda += 7) {
            uint32_t columns = plm_okvs_sparse_columns(n, lambda);
            CHECK(plm_okvs_security(n, columns) > lambda - 1e-9);
            CHECK(plm_okvs_security(n, columns - 1) < lambda + 1e-9);
        }
    }
}

/* log2 of P[X >= load], X binomial (n, 1 / n_bins), summed term by term. */
static double tail(size_t n, uint32_t n_bins, size_t load)
{
    long double p = 1.0L / n_bins;
    long double odds = p / (1 - p);
    long double first = lgammal((long double)n + 1) - lgammal((long double)load + 1) -
                        lgammal((long double)(n - load) + 1) + (long double)load * logl(p) +
                        (long double)(n - load) * log1pl(-p);
    long double term = 1; /* as a part of the first */
    long double sum = 0;
    for (size_t k = load; k <= n && term > 1e-20L * sum; k++) {
        sum += term;
        term *= odds * (long double)(n - k) / (long double)(k + 1);
    }
    return (double)((first + logl(sum)) / logl(2));
}

/*
 * What the bound promises holds of the exact tail; and it is not much more than needed: two, and a
 * fifth of what the exact load has above the mean.
 */
static void test_load(void)
{
    static const struct {
        size_t n;
        uint32_t n_bins;
    } cases[] = {{100, 2},    {100, 10},     {1000, 7},      {5000, 100},
                 {524288, 2}, {3000000, 11}, {16777216, 64}, {100000000, 381}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = cases[i].n;
        uint32_t n_bins = cases[i].n_bins;
        for (unsigned lambda = 10; lambda <= 40; lambda += 15) {
            uint32_t load = plm_okvs_bin_load(n, n_bins, lambda);
            double wanted = -(double)lambda - log2(n_bins);
            double mean = (double)n / n_bins;
            size_t exact = (size_t)mean + 1;
            for (size_t step = (size_t)1 << 20; step > 0; step /= 2) {
                exact += exact + step <= n && tail(n, n_bins, exact + step) > wanted ? step : 0;
            }
            exact++; /* the least load whose exact tail is small enough */
            printf("# n %zu, bins %u, lambda %u: mean %.1f, load %u, exact %zu\n", n, n_bins,
                   lambda, mean, load, exact);
            CHECK(load > n || tail(n, n_bins, load) <= wanted);
            CHECK(load <= n && load >= exact);
            CHECK((double)load - (double)exact <= 2 + 0.2 * ((double)exact - mean));
        }
    }
    CHECK_EQ_INT(plm_okvs_bin_load(1234, 1, 40), 1234);
    CHECK_EQ_INT(plm_okvs_bin_load(0, 3, 40), 0);
    CHECK_EQ_INT(plm_okvs_bin_load(3, 2, 40), 3);
}

int main(void)
{
    TAP_RUN(test_params);
    TAP_RUN(test_security);
    TAP_RUN(test_load);
    return tap_done();
}
