/* SPDX-License-Identifier: Apache-2.0 */
/*
 * estimate_coverage.c - how often 95 % intervals hold the truth, on simulated populations of known
 * size, by scenario: what docs/estimate-coverage.md shows.
 *
 *   build/bench/estimate_coverage [SIMULATIONS [RESAMPLES]] >table.md
 */
#include "estimate/coverage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TERMS_MAX = 10
};

/* A term of the log-linear law of histories: the lists, and the odds ratio. */
typedef struct term {
    unsigned lists;
    double ratio;
} term;

typedef struct scenario {
    const char *name;
    unsigned n_lists;
    uint64_t truth;
    double caught[PLM_TABLE_LISTS_MAX]; /* by list alone, before interactions */
    term term[TERMS_MAX];
    double shy;       /* a share of persons whose odds of being caught are... */
    double shy_ratio; /* ...that much of the others' */
} scenario;

static const scenario scenarios[] = {
    {"independent, 3 lists, well caught", 3, 1000, {.3, .25, .2}, {{0, 0}}, 0, 1},
    {"independent, 4 lists", 4, 5000, {.1, .08, .06, .12}, {{0, 0}}, 0, 1},
    {"independent, 5 lists, sparse", 5, 10000, {.01, .05, .1, .08, .03}, {{0, 0}}, 0, 1},
    {"one pair attracts (odds ratio 4)", 4, 5000, {.1, .08, .06, .12}, {{3, 4}}, 0, 1},
    {"one pair repels (odds ratio 1/4)", 4, 5000, {.1, .08, .06, .12}, {{5, .25}}, 0, 1},
    {"two pairs attract, one repels, 5 lists",
     5,
     10000,
     {.02, .05, .1, .08, .04},
     {{3, 4}, {12, 3}, {18, .2}},
     0,
     1},
    {"every pair attracts a little (1.5)",
     4,
     5000,
     {.1, .08, .06, .12},
     {{3, 1.5}, {5, 1.5}, {9, 1.5}, {6, 1.5}, {10, 1.5}, {12, 1.5}},
     0,
     1},
    {"three lists hang together",
     4,
     5000,
     {.1, .1, .1, .12},
     {{3, 3}, {5, 3}, {6, 3}, {7, 2}},
     0,
     1},
    {"four in five persons are shy (a fifth of the odds)",
     4,
     5000,
     {.25, .2, .15, .3},
     {{0, 0}},
     0.8,
     0.2},
    {"small and sparse, 5 lists", 5, 1000, {.03, .03, .07, .04, .02}, {{0, 0}}, 0, 1},
    {"one list holds most", 4, 2000, {.8, .05, .04, .06}, {{0, 0}}, 0, 1},
};

/* Adds the law of persons whose odds are `factor` of those given, with this weight. */
static void add_law(const scenario *s, double weight, double factor, double *probability)
{
    double law[PLM_TABLE_CELLS_MAX];
    double sum = 0;
    for (unsigned h = 0; h < 1U << s->n_lists; h++) {
        law[h] = 1;
        for (unsigned i = 0; i < s->n_lists; i++) {
            law[h] *= (h >> i & 1U) != 0 ? factor * s->caught[i] / (1 - s->caught[i]) : 1;
        }
        for (unsigned t = 0; t < TERMS_MAX && s->term[t].lists != 0; t++) {
            law[h] *= (h & s->term[t].lists) == s->term[t].lists ? s->term[t].ratio : 1;
        }
        sum += law[h];
    }
    for (unsigned h = 0; h < 1U << s->n_lists; h++) {
        probability[h] += weight * law[h] / sum;
    }
}

static void print_cell(const plm_coverage_result *r)
{
    if (r->n == 0) {
        printf(" – |");
    } else if (isinf(r->width)) {
        printf(" %.0f %% (%.2f) |", 100 * r->held, r->ratio);
    } else {
        printf(" %.0f %% (%.2f, %.1f)%s |", 100 * r->held, r->ratio, r->width,
               r->n_none > 0 ? "*" : "");
    }
}

int main(int argc, char **argv)
{
    static const plm_coverage_method order[] = {PLM_COVERAGE_MAIN,     PLM_COVERAGE_STEPWISE_WALD,
                                                PLM_COVERAGE_STEPWISE, PLM_COVERAGE_BIC,
                                                PLM_COVERAGE_GRAPHS,   PLM_COVERAGE_CHAO};
    plm_work work = {NULL, NULL, NULL};
    unsigned n_simulations = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 200;
    unsigned n_resamples = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 300;
    if (n_simulations < 1 || n_resamples < 100 ||
        plm_pool_create(&work.pool, plm_pool_cpus()) != PLM_OK) {
        (void)fprintf(stderr, "usage: estimate_coverage [SIMULATIONS [RESAMPLES]]\n");
        return 2;
    }
    printf("| scenario | N | persons | independent, Wald | stepwise, Wald | stepwise, BCa | "
           "best BIC, BCa | graphs | Chao below |\n|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        const scenario *s = &scenarios[i];
        plm_coverage_config config = {0};
        plm_coverage coverage;
        config.n_lists = s->n_lists;
        config.truth = s->truth;
        config.n_simulations = n_simulations;
        config.n_resamples = n_resamples;
        config.with_bic = s->n_lists <= 4; /* with five, two orders of magnitude slower */
        config.with_graphs = s->n_lists <= 4;
        config.seed = 1;
        add_law(s, 1 - s->shy, 1, config.probability);
        if (s->shy > 0) {
            add_law(s, s->shy, s->shy_ratio, config.probability);
        }
        if (plm_coverage_run(&coverage, &config, &work) != PLM_OK) {
            (void)fprintf(stderr, "estimate_coverage: out of memory\n");
            return 1;
        }
        printf("| %s | %llu | %.0f |", s->name, (unsigned long long)s->truth,
               (double)s->truth * (1 - config.probability[0]));
        for (size_t m = 0; m < sizeof order / sizeof *order; m++) {
            print_cell(&coverage.method[order[m]]);
        }
        printf("\n");
        (void)fflush(stdout);
    }
    plm_pool_destroy(work.pool);
    return 0;
}
