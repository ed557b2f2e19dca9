/* SPDX-License-Identifier: Apache-2.0 */
/*
 * True counts drawn given noised ones, against Bayes' rule written out; and what noise makes of an
 * estimate.
 */
#include "estimate/errors.h"
#include "mse.h"

#include <math.h>

enum {
    SPAN = 400
};

/* The law of a sum of terms of noise, from -SPAN to SPAN, by convolution. */
static void noise_law(const plm_error_rates *rates, double law[static 2 * SPAN + 1])
{
    static double one[2 * SPAN + 1];
    double sum = 0;
    for (int k = -SPAN; k <= SPAN; k++) {
        one[k + SPAN] = rates->noise == PLM_NOISE_LAPLACE
                            ? exp(-rates->scale * abs(k))
                            : exp(-k * (double)k / (2 * rates->scale * rates->scale));
        sum += one[k + SPAN];
    }
    for (int k = 0; k <= 2 * SPAN; k++) {
        one[k] /= sum;
        law[k] = k == SPAN;
    }
    for (unsigned term = 0; term < (rates->n_terms > 1 ? rates->n_terms : 1); term++) {
        static double next[2 * SPAN + 1];
        for (int k = 0; k <= 2 * SPAN; k++) {
            next[k] = 0;
            for (int i = 0; i <= 2 * SPAN; i++) {
                const int j = k - i + SPAN;
                next[k] += j >= 0 && j <= 2 * SPAN ? law[i] * one[j] : 0;
            }
        }
        memcpy(law, next, sizeof next);
    }
}

/* Frequencies of draws against Poisson times noise; `apart`: total variation of the laws allowed.
 */
static void check_posterior(plm_error_rates *rates, double noised, double mean, double apart)
{
    enum {
        N = 15000
    };
    static double law[2 * SPAN + 1];
    static double posterior[SPAN];
    static unsigned counts[SPAN];
    plm_random random;
    double sum = 0;
    double distance = 0;
    noise_law(rates, law);
    memset(counts, 0, sizeof counts);
    for (int k = 0; k < SPAN; k++) {
        const int off = (int)noised - k + SPAN;
        posterior[k] = off >= 0 && off <= 2 * SPAN
                           ? exp(k * log(mean) - mean - lgamma(k + 1.0)) * law[off]
                           : 0;
        sum += posterior[k];
    }
    plm_random_init(&random, 9, PLM_RANDOM_TEST, 0);
    for (int i = 0; i < N; i++) {
        const double k = plm_noise_draw_true(&random, rates, noised, mean);
        if (CHECK(k >= 0 && k < SPAN)) {
            counts[(unsigned)k]++;
        }
    }
    for (int k = 0; k < SPAN; k++) {
        distance += fabs(counts[k] / (double)N - posterior[k] / sum) / 2;
    }
    /* 15,000 draws of some dozen values lie 0.015 from their own law by chance. */
    if (!CHECK(distance < 0.025 + apart)) {
        printf("# total variation %.4f\n", distance);
    }
}

static void test_posterior(void)
{
    static plm_error_rates rates;
    rates.noise = PLM_NOISE_LAPLACE;
    rates.scale = 0.5;
    check_posterior(&rates, 7, 4, 0);
    check_posterior(&rates, 0, 3, 0);
    check_posterior(&rates, 40, 55, 0);
    rates.noise = PLM_NOISE_GAUSSIAN;
    rates.scale = 7.5;
    check_posterior(&rates, 12, 5, 0);
    check_posterior(&rates, 0, 20, 0);
    rates.scale = 0.7;
    check_posterior(&rates, 4, 9, 0);
    rates.scale = 3;
    rates.n_terms = 4;
    check_posterior(&rates, 12, 5, 0);
    rates.noise = PLM_NOISE_LAPLACE;
    rates.scale = 0.5;
    check_posterior(&rates, 12, 5, 0.02); /* a sum of Laplace terms is not quite normal */
}

/* Four strata of Gaussian noise are one of twice the deviation. Little noise changes little. */
static void test_estimates(void)
{
    static plm_error_rates rates;
    const plm_work alone = {NULL, NULL, NULL};
    plm_table table = mse_table("UKdat_4");
    plm_errors none;
    plm_errors little;
    plm_errors strata;
    plm_errors much;
    CHECK_STATUS(plm_errors_run(&none, &table, &rates, 200, 1, &alone), PLM_OK);
    rates.noise = PLM_NOISE_GAUSSIAN;
    rates.scale = 0.2;
    CHECK_STATUS(plm_errors_run(&little, &table, &rates, 200, 1, &alone), PLM_OK);
    rates.scale = 20;
    CHECK_STATUS(plm_errors_run(&much, &table, &rates, 200, 1, &alone), PLM_OK);
    rates.scale = 10;
    rates.n_terms = 4;
    CHECK_STATUS(plm_errors_run(&strata, &table, &rates, 200, 1, &alone), PLM_OK);
    CHECK_NEAR(little.low, none.low, 0.1);
    CHECK_NEAR(little.high, none.high, 0.1);
    CHECK_NEAR(little.median, none.median, 0.05);
    printf("# [%.0f, %.0f] without, [%.0f, %.0f] with noise\n", none.low, none.high, much.low,
           much.high);
    CHECK(much.high / much.low > 1.2 * (none.high / none.low));
    CHECK(strata.low == much.low && strata.high == much.high && strata.median == much.median);
    plm_errors_wipe(&none);
    plm_errors_wipe(&little);
    plm_errors_wipe(&much);
    plm_errors_wipe(&strata);
}

int main(void)
{
    TAP_RUN(test_posterior);
    TAP_RUN(test_estimates);
    return tap_done();
}
