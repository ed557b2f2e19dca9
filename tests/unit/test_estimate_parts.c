/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/bca.h"
#include "estimate/classes.h"
#include "estimate/errors.h"
#include "estimate/graphs.h"
#include "estimate/random.h"
#include "mse.h"

static void test_model_names(void)
{
    static const char *const good[] = {"[1,2,3,4]", "[12,3,4]", "[123,14,24,34]", "[124,234,13]"};
    static const char *const bad[] = {"[12,5]", "[12",   "12]",   "[11]", "[]",
                                      "",       "[1 2]", "[12,]", "[12]x"};
    const plm_diag_sink nowhere = {NULL, NULL};
    plm_model model;
    char name[PLM_MODEL_NAME_BYTES];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK_STATUS(plm_model_parse(&model, 4, good[i], &nowhere, "m"), PLM_OK);
        plm_model_name(&model, name);
        CHECK_EQ_STR(name, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(plm_model_parse(&model, 4, bad[i], &nowhere, "m"), PLM_E_SYNTAX);
    }
    CHECK_STATUS(plm_model_parse(&model, 4, "34,12", &nowhere, "m"), PLM_OK);
    plm_model_name(&model, name);
    CHECK_EQ_STR(name, "[12,34]");
}

/* Counts of Dedekind's kind: simplicial complexes on all vertices, but for the full simplex. */
static void test_model_counts(void)
{
    static const size_t hierarchical[] = {0, 0, 1, 8, 113, 6893};
    for (unsigned t = 2; t <= 6; t++) {
        uint64_t *sets = NULL;
        size_t n = 0;
        if (t <= 5) {
            CHECK_STATUS(plm_model_all(&sets, &n, t, false), PLM_OK);
            CHECK_EQ_INT(n, hierarchical[t]);
            free(sets);
        }
        CHECK_STATUS(plm_model_all(&sets, &n, t, true), PLM_OK);
        CHECK_EQ_INT(n, t == 2 ? 1 : 1 << (t * (t - 1) / 2));
        free(sets);
    }
    uint64_t *sets = NULL;
    size_t n = 0;
    CHECK_STATUS(plm_model_all(&sets, &n, 6, false), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_model_all(&sets, &n, 7, true), PLM_E_ARGUMENT);
}

static void test_graph_counts(void)
{
    static const size_t decomposable[] = {0, 0, 2, 8, 61, 822, 18154};
    for (unsigned t = 2; t <= 6; t++) {
        plm_graph *graphs = NULL;
        size_t n = 0;
        CHECK_STATUS(plm_graphs_all(&graphs, &n, t), PLM_OK);
        CHECK_EQ_INT(n, decomposable[t]);
        for (size_t i = 0; i < n; i++) {
            /* Cliques less separators cover every list once. */
            int covered = 0;
            for (unsigned c = 0; c < graphs[i].n_cliques; c++) {
                covered += __builtin_popcount(graphs[i].clique[c]);
                covered -= c > 0 ? __builtin_popcount(graphs[i].separator[c - 1]) : 0;
            }
            if (covered != (int)t) {
                CHECK_EQ_INT(covered, t);
            }
        }
        free(graphs);
    }
}

/* Random123's known answers for philox4x32-10 (kat_vectors). */
static void test_philox(void)
{
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        plm_random_philox(out, known[i].counter, known[i].key);
        CHECK_EQ_MEM(out, known[i].out, sizeof out);
    }
}

/* Mean and variance of draws against those of the law, within five standard errors. */
static void check_moments(const double *x, size_t n, double mean, double variance)
{
    double m = 0;
    double v = 0;
    for (size_t i = 0; i < n; i++) {
        m += x[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        v += (x[i] - m) * (x[i] - m) / (double)n;
    }
    CHECK(fabs(m - mean) < 5 * sqrt(variance / (double)n));
    CHECK_NEAR(v, variance, 0.1);
}

static void test_laws(void)
{
    enum {
        DRAWS = 40000
    };
    static double x[8][DRAWS];
    plm_random random;
    plm_random_init(&random, 5, PLM_RANDOM_TEST, 1);
    for (size_t i = 0; i < DRAWS; i++) {
        const double weights[3] = {1, 0, 3};
        double cells[3];
        x[0][i] = plm_random_uniform(&random);
        x[1][i] = plm_random_gamma(&random, 2.5);
        x[2][i] = plm_random_beta(&random, 2, 3);
        x[3][i] = (double)plm_random_laplace(&random, 0.7);
        x[4][i] = (double)plm_random_gaussian(&random, 4);
        x[7][i] = (double)plm_random_gaussian(&random, 0.5);
        x[5][i] = plm_random_log_gamma(&random, 0.01);
        plm_random_multinomial(&random, cells, 20, weights, 3);
        x[6][i] = cells[0];
        CHECK(cells[1] == 0 && cells[0] + cells[2] == 20);
    }
    double q = exp(-0.7);
    check_moments(x[0], DRAWS, 0.5, 1.0 / 12);
    check_moments(x[1], DRAWS, 2.5, 2.5);
    check_moments(x[2], DRAWS, 0.4, 0.04);
    check_moments(x[3], DRAWS, 0, 2 * q / ((1 - q) * (1 - q)));
    check_moments(x[4], DRAWS, 0, 16);
    check_moments(x[7], DRAWS, 0, 0.2150126751); /* sum k^2 w / sum w, w = exp(-2 k^2) */
    check_moments(x[5], DRAWS, -100.5608854579, 10001.6212135284); /* psi, psi' of 0.01 */
    check_moments(x[6], DRAWS, 5, 3.75);
}

/* Values of R 4: quantile(c(1, 2, 4, 8, 16), p, type = 8). */
static void test_quantile(void)
{
    static const double x[] = {1, 2, 4, 8, 16};
    CHECK_NEAR(plm_quantile8(x, 5, 0.5), 4, 1e-12);
    CHECK_NEAR(plm_quantile8(x, 5, 0.25), 1.6666666667, 1e-9);
    CHECK_NEAR(plm_quantile8(x, 5, 0.9), 16, 1e-12);
    CHECK_NEAR(plm_quantile8(x, 5, 0.8), 12.8, 1e-9);
    CHECK_NEAR(plm_quantile8(x, 5, 0), 1, 0);
    CHECK_NEAR(plm_quantile8(x, 5, 1), 16, 0);
    const double with_end[] = {1, 2, (double)INFINITY};
    CHECK(isinf(plm_quantile8(with_end, 3, 0.975)));
    CHECK_NEAR(plm_quantile8(with_end, 3, 0.3), 1.3333333333, 1e-9);
}

static void test_chains(void)
{
    enum {
        N = 1000
    };
    static double draws[4 * N];
    double rhat = 0;
    double ess = 0;
    plm_random random;
    plm_random_init(&random, 9, PLM_RANDOM_TEST, 2);
    for (size_t i = 0; i < 4 * N; i++) {
        draws[i] = plm_random_uniform(&random);
    }
    CHECK_STATUS(plm_chains_diagnose(draws, 4, N, &rhat, &ess), PLM_OK);
    CHECK(rhat < 1.01 && ess > 3000 && ess < 5500);
    /* Each draw five times over: a fifth of the draws is what there is. */
    for (size_t i = 0; i < 4 * N; i++) {
        draws[i] = i % 5 == 0 ? draws[i] : draws[i - 1];
    }
    CHECK_STATUS(plm_chains_diagnose(draws, 4, N, &rhat, &ess), PLM_OK);
    CHECK(ess > 550 && ess < 1100);
    /* One chain elsewhere; then a trend that all chains share. */
    for (size_t i = 0; i < N; i++) {
        draws[i] += 1;
    }
    CHECK_STATUS(plm_chains_diagnose(draws, 4, N, &rhat, &ess), PLM_OK);
    CHECK(rhat > 1.3 && ess < 50);
    for (size_t i = 0; i < 4 * N; i++) {
        draws[i] = plm_random_uniform(&random) + (double)(i % N) / N * 2;
    }
    CHECK_STATUS(plm_chains_diagnose(draws, 4, N, &rhat, &ess), PLM_OK);
    CHECK(rhat > 1.2);
}

/* One person on two lists, one on three: what is counted of them, by hand. */
static void test_linkage_by_hand(void)
{
    double counted[8];
    plm_table truth = mse_make(3, (const double[]){0, 0, 0, 100, 0, 0, 0, 0});
    plm_linkage_expect(&truth, 0.1, 0, counted);
    CHECK_NEAR(counted[3], 90, 1e-12);
    CHECK_NEAR(counted[1], 10, 1e-12);
    CHECK_NEAR(counted[2], 10, 1e-12);
    truth = mse_make(3, (const double[]){0, 0, 0, 0, 0, 0, 0, 100});
    plm_linkage_expect(&truth, 0.1, 0, counted);
    CHECK_NEAR(counted[7], 81, 1e-12);
    /* Two stay, one is away: 2 * 0.1 * 0.9 = 0.18, spread over the three pairs. */
    CHECK_NEAR(counted[3] + counted[5] + counted[6], 18, 1e-12);
    CHECK_NEAR(counted[3], 6, 1e-12);
    CHECK_NEAR(counted[1] + counted[2] + counted[4], 18 + 3 * 1, 1e-12);
    truth = mse_make(3, (const double[]){0, 100, 50, 0, 50, 0, 0, 0});
    plm_linkage_expect(&truth, 0, 0.1, counted);
    double total = 0;
    for (unsigned h = 1; h < 8; h++) {
        total += counted[h];
    }
    CHECK_NEAR(total, 180, 1e-9);
    CHECK_NEAR(counted[3], 5 + 5 * 100.0 / 150, 1e-9);
}

static void test_linkage_inverse(void)
{
    double counted[PLM_TABLE_CELLS_MAX] = {0};
    plm_table truth = mse_table("Kosovo");
    plm_table noisy = truth;
    plm_table back;
    plm_linkage_expect(&truth, 0.08, 0.02, counted);
    for (unsigned h = 1; h < plm_table_cells(&truth); h++) {
        noisy.count[h] = counted[h];
    }
    plm_linkage_correct(&noisy, 0.08, 0.02, &back);
    for (unsigned h = 1; h < plm_table_cells(&truth); h++) {
        CHECK(fabs(back.count[h] - truth.count[h]) < 1e-3);
    }
}

int main(void)
{
    TAP_RUN(test_model_names);
    TAP_RUN(test_model_counts);
    TAP_RUN(test_graph_counts);
    TAP_RUN(test_philox);
    TAP_RUN(test_laws);
    TAP_RUN(test_quantile);
    TAP_RUN(test_chains);
    TAP_RUN(test_linkage_by_hand);
    TAP_RUN(test_linkage_inverse);
    return tap_done();
}
