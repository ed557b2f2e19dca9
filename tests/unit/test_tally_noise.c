/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What leaves a tally: noise against its exact distribution, and its privacy loss as seen from
 * outside; suppression.
 */
#include "match/tally_noise.h"
#include "tap.h"

#include "crypto/sign.h"

#include <math.h>
#include <stdlib.h>

/* Frequencies against (1 - q) / (1 + q) * q^|z|, q = exp(-s / t). */
static void check_laplace(uint32_t s, uint32_t t)
{
    enum {
        N = 50000,
        SPAN = 400
    };
    static unsigned counts[2 * SPAN + 1];
    plm_draw draw = {0};
    const double q = exp(-(double)s / t);
    double chi = 0;
    double degrees = 0;
    memset(counts, 0, sizeof counts);
    for (int i = 0; i < N; i++) {
        const int64_t z = plm_tally_laplace(&draw, s, t);
        if (z >= -SPAN && z <= SPAN) {
            counts[z + SPAN]++;
        }
    }
    for (int z = -SPAN; z <= SPAN; z++) {
        const double wanted = N * (1 - q) / (1 + q) * pow(q, abs(z));
        if (wanted > 20) {
            const double off = counts[z + SPAN] - wanted;
            chi += off * off / wanted;
            degrees += 1;
        }
    }
    CHECK(degrees >= 3);
    /* Wilson and Hilferty: 7 standard deviations of the normal. */
    const double h = 2.0 / (9 * degrees);
    CHECK(cbrt(chi / degrees) < 1 - h + 7 * sqrt(h));
}

static void test_laplace(void)
{
    check_laplace(1, 1);
    check_laplace(1, 2);
    check_laplace(3, 2);
    check_laplace(2, 7);
    check_laplace(1, 20);
    check_laplace(1000, 3001);
}

/* The same two lists' table many times over, as strata, so that one call makes noise for all. */
enum {
    STRATA = 1000
};

static void repeat(uint64_t *cells, const uint64_t table[static 4])
{
    for (size_t i = 0; i < 4 * (size_t)STRATA; i++) {
        cells[i] = table[i % 4];
    }
}

/*
 * Two tables that differ by a person, many times noised: no outcome is more than exp(epsilon) times
 * as likely with one as with the other, and some are nearly that, so that no more noise than needed
 * is in it.
 */
static void check_privacy_loss(plm_tally_privacy privacy, uint64_t step)
{
    enum {
        ROUNDS = 60,
        SPAN = 64
    };
    static unsigned counts[2][2 * SPAN + 1];
    static uint64_t cells[4 * STRATA];
    static int64_t out[4 * STRATA];
    const double epsilon = (double)privacy.numerator / privacy.denominator;
    double largest = 0;
    memset(counts, 0, sizeof counts);
    for (unsigned which = 0; which < 2; which++) {
        repeat(cells, (uint64_t[4]){0, SPAN + which * step, 5, SPAN + which * step});
        for (int round = 0; round < ROUNDS; round++) {
            CHECK_STATUS(plm_tally_noise(out, cells, 4 * STRATA, 2, &privacy), PLM_OK);
            for (size_t i = 0; i < 4 * STRATA; i++) {
                if (i % 4 == 0) {
                    CHECK_EQ_INT(out[i], 0);
                } else if (i % 2 == 1 && out[i] >= 0 && out[i] <= (int64_t)2 * SPAN) {
                    counts[which][out[i]]++;
                }
            }
        }
    }
    for (int z = 0; z <= 2 * SPAN; z++) {
        const double a = counts[0][z];
        const double b = counts[1][z];
        if (a > 600 && b > 600) {
            const double loss = fabs(log(a / b));
            CHECK(loss <= epsilon + 6 * sqrt(1 / a + 1 / b));
            largest = loss > largest ? loss : largest;
        }
    }
    CHECK(largest > 0.9 * epsilon);
}

static void test_privacy_loss(void)
{
    check_privacy_loss((plm_tally_privacy){1, 1, 1}, 1);
    check_privacy_loss((plm_tally_privacy){1, 2, 1}, 1);
    check_privacy_loss((plm_tally_privacy){1, 1, 2}, 2); /* a change of two in one cell */
}

/* Frequencies against exp(-z^2 d / (2 n)), made to add up to 1. */
static void check_gaussian(uint32_t n, uint32_t d)
{
    enum {
        N = 50000,
        SPAN = 1200
    };
    static unsigned counts[2 * SPAN + 1];
    static double wanted[2 * SPAN + 1];
    const double variance = (double)n / d;
    plm_draw draw = {0};
    double sum = 0;
    double chi = 0;
    double degrees = -1;
    memset(counts, 0, sizeof counts);
    for (int i = 0; i < N; i++) {
        const int64_t z = plm_tally_gaussian(&draw, n, d);
        if (CHECK(z >= -SPAN && z <= SPAN)) {
            counts[z + SPAN]++;
        }
    }
    for (int z = -SPAN; z <= SPAN; z++) {
        wanted[z + SPAN] = exp(-z * (double)z / (2 * variance));
        sum += wanted[z + SPAN];
    }
    for (int z = 0; z <= 2 * SPAN; z++) {
        const double expected = N * wanted[z] / sum;
        if (expected > 20) {
            chi += (counts[z] - expected) * (counts[z] - expected) / expected;
            degrees += 1;
        }
    }
    CHECK(degrees >= 2);
    const double h = 2.0 / (9 * degrees);
    CHECK(cbrt(chi / degrees) < 1 - h + 7 * sqrt(h));
}

static void test_gaussian(void)
{
    check_gaussian(1, 1);
    check_gaussian(4, 1);
    check_gaussian(1, 4);
    check_gaussian(1000, 333);
    check_gaussian(16383, 16384);
    check_gaussian(PLM_TALLY_VARIANCE_MAX, 1);
    plm_draw draw = {0};
    for (int i = 0; i < 1000; i++) {
        CHECK_EQ_INT(plm_tally_gaussian(&draw, 1, PLM_TALLY_VARIANCE_MAX), 0);
    }
}

/* How often the difference of two cells, from -SPAN to SPAN, came out of so many tables. */
enum {
    GAUSSIAN_ROUNDS = 100,
    GAUSSIAN_TABLES = GAUSSIAN_ROUNDS * STRATA,
    GAUSSIAN_SPAN = 40
};

static void count_differences(const plm_tally_concentrated *privacy, const uint64_t table[static 4],
                              double *counts)
{
    static uint64_t cells[4 * STRATA];
    static int64_t out[4 * STRATA];
    for (int z = 0; z <= 2 * GAUSSIAN_SPAN; z++) {
        counts[z] = 0;
    }
    repeat(cells, table);
    for (int round = 0; round < GAUSSIAN_ROUNDS; round++) {
        CHECK_STATUS(plm_tally_noise_gaussian(out, cells, 4 * STRATA, 2, privacy), PLM_OK);
        for (const int64_t *t = out; t < out + 4 * STRATA; t += 4) {
            const int64_t z = t[1] - t[3] + GAUSSIAN_SPAN;
            CHECK_EQ_INT(t[0], 0);
            if (CHECK(z >= 0 && z <= 2 * GAUSSIAN_SPAN)) {
                counts[z]++;
            }
        }
    }
}

/*
 * A person in one list more moves from one cell to another. The probability of a pair of noised
 * cells with that table over that without depends on their difference alone. rho-zCDP says that the
 * Renyi divergence of order 2 is at most 2 rho, and that it is nearly that shows that there is no
 * more noise in it than needed. Outcomes seen less than 50 times, too few to divide by, are taken
 * together on either side.
 */
static void check_concentrated_loss(plm_tally_concentrated privacy)
{
    static const uint64_t without[4] = {0, 10, 7, 9};
    static const uint64_t with[4] = {0, 9, 7, 10};
    static double p[2 * GAUSSIAN_SPAN + 1];
    static double q[2 * GAUSSIAN_SPAN + 1];
    const double rho = (double)privacy.numerator / privacy.denominator;
    double sum = 0;
    double variance = 0;
    double rest[2] = {0, 0};
    count_differences(&privacy, without, p);
    count_differences(&privacy, with, q);
    for (int z = 0; z <= 2 * GAUSSIAN_SPAN; z++) {
        if (q[z] >= 50) {
            const double ratio = p[z] / q[z];
            sum += p[z] * ratio / GAUSSIAN_TABLES;
            variance += ratio * ratio * (4 * p[z] + ratio * ratio * q[z]);
        } else {
            rest[0] += p[z];
            rest[1] += q[z];
        }
    }
    sum += rest[1] > 0 ? rest[0] * rest[0] / rest[1] / GAUSSIAN_TABLES : 0;
    const double error = sqrt(variance) / GAUSSIAN_TABLES / sum;
    const double divergence = log(sum);
    if (!CHECK(divergence <= 2 * rho + 6 * error) || !CHECK(divergence > 1.8 * rho - 6 * error)) {
        printf("# rho %g: divergence %g +- %g\n", rho, divergence, error);
    }
    CHECK(error < 0.06 * rho);
}

static void test_concentrated_loss(void)
{
    check_concentrated_loss((plm_tally_concentrated){1, 4, 2});
    check_concentrated_loss((plm_tally_concentrated){1, 2, 2});
}

static void test_noise_parameters(void)
{
    static const uint64_t cells[8] = {0, 1, 2, 3, 0, 5, 6, 7};
    static const plm_tally_privacy bad[] = {{0, 1, 1},
                                            {1, 0, 1},
                                            {1, 1, 0},
                                            {PLM_TALLY_NUMBER_MAX + 1, 1, 1},
                                            {1, PLM_TALLY_NUMBER_MAX + 1, 1},
                                            {1, 1, 1025}};
    const plm_tally_privacy good = {1, PLM_TALLY_NUMBER_MAX, 1024};
    int64_t out[8];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(plm_tally_noise(out, cells, 8, 2, &bad[i]), PLM_E_ARGUMENT);
    }
    CHECK_STATUS(plm_tally_noise(out, cells, 7, 2, &good), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_tally_noise(out, cells, 8, 2, &good), PLM_OK);
    CHECK(out[0] == 0 && out[4] == 0);
}

static void test_gaussian_parameters(void)
{
    static const uint64_t cells[4] = {0, 1, 2, 3};
    static const plm_tally_concentrated bad[] = {{0, 1, 1},
                                                 {1, 0, 1},
                                                 {1, 1, 0},
                                                 {PLM_TALLY_NUMBER_MAX + 1, 1, 1},
                                                 {1, PLM_TALLY_VARIANCE_MAX, 4},
                                                 {PLM_TALLY_VARIANCE_MAX, 3, 1}};
    const plm_tally_concentrated good[] = {{1, PLM_TALLY_VARIANCE_MAX, 2},
                                           {PLM_TALLY_NUMBER_MAX, PLM_TALLY_NUMBER_MAX, 2}};
    int64_t out[4];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(plm_tally_noise_gaussian(out, cells, 4, 2, &bad[i]), PLM_E_ARGUMENT);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK_STATUS(plm_tally_noise_gaussian(out, cells, 3, 2, &good[i]), PLM_E_ARGUMENT);
        CHECK_STATUS(plm_tally_noise_gaussian(out, cells, 4, 2, &good[i]), PLM_OK);
    }
}

static void test_suppress(void)
{
    static const uint64_t cells[8] = {0, 1, 4, 5, 0, 0, 100, 3};
    static const int64_t wanted[8] = {
        0,   PLM_TALLY_SUPPRESSED, PLM_TALLY_SUPPRESSED, 5, 0, PLM_TALLY_SUPPRESSED,
        100, PLM_TALLY_SUPPRESSED};
    int64_t out[8];
    plm_tally_suppress(out, cells, 8, 2, 5);
    CHECK_EQ_MEM(out, wanted, sizeof out);
    plm_tally_suppress(out, cells, 8, 2, 0);
    CHECK_EQ_INT(out[5], 0);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_laplace);
    TAP_RUN(test_privacy_loss);
    TAP_RUN(test_gaussian);
    TAP_RUN(test_concentrated_loss);
    TAP_RUN(test_noise_parameters);
    TAP_RUN(test_gaussian_parameters);
    TAP_RUN(test_suppress);
    return tap_done();
}
