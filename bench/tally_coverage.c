/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_coverage.c - from a hidden population of known size, by a tally with noise, to an estimate:
 * how often the 95 % interval holds the truth when the noise and missed links are taken into
 * account, and when they are not.
 *
 * Four bodies, the whole protocol each time:
 *
 *   build/bench/tally_coverage protocol [SEEDS]
 *
 * What docs/estimate-coverage.md shows; FIRST: number of the first scenario:
 *
 *   build/bench/tally_coverage table [SIMULATIONS [DRAWS [FIRST]]]
 */
#include "estimate/bca.h"
#include "estimate/errors.h"
#include "estimate/random.h"
#include "match/tally.h"
#include "match/tally_noise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    K = 4,
    CELLS = 1 << K,
    SENSITIVITY = 2
};

/* How persons come onto lists: odds for each list, and of the first two lists together. */
typedef struct scenario {
    const char *name;
    uint64_t truth;
    double odds[K];
    double together;   /* odds ratio of lists 0 and 1 */
    double epsilon;    /* of the table; 0: no Laplace noise */
    double missed;     /* share of true links that are not made */
    double rho;        /* of the table; 0: no Gaussian noise */
    unsigned left_out; /* numbers below are; 0: none */
} scenario;

#define LISTS 5000, {.11, .09, .07, .14}, 3

static const scenario scenarios[] = {
    {"no noise, no missed links", LISTS, 0, 0, 0, 0},
    {"epsilon 2", LISTS, 2, 0, 0, 0},
    {"epsilon 1", LISTS, 1, 0, 0, 0},
    {"epsilon 0.5", LISTS, .5, 0, 0, 0},
    {"epsilon 0.25", LISTS, .25, 0, 0, 0},
    {"5 % of links missed", LISTS, 0, .05, 0, 0},
    {"epsilon 1, 5 % of links missed", LISTS, 1, .05, 0, 0},
    {"small: 1,000 persons, epsilon 1", 1000, {.3, .2, .15, .25}, 3, 1, 0, 0, 0},
    {"Gaussian noise, rho 0.125", LISTS, 0, 0, .125, 0},
    {"Gaussian noise, rho 0.02", LISTS, 0, 0, .02, 0},
    {"numbers below 5 left out", LISTS, 0, 0, 0, 5},
    {"numbers below 10 left out", LISTS, 0, 0, 0, 10},
};

static const scenario toured = {"tour", 1200, {.18, .14, .12, .2}, 3, 1, 0, 0, 0};

/* The lists of one person, none included. */
static unsigned draw_lists(plm_random *random, const scenario *s)
{
    double weight[CELLS];
    double sum = 0;
    for (unsigned h = 0; h < CELLS; h++) {
        weight[h] = (h & 3) == 3 ? s->together : 1;
        for (unsigned i = 0; i < K; i++) {
            weight[h] *= (h >> i & 1) != 0 ? s->odds[i] : 1;
        }
        sum += weight[h];
    }
    double u = plm_random_uniform(random) * sum;
    unsigned h = 0;
    while (h + 1 < CELLS && u >= weight[h]) {
        u -= weight[h++];
    }
    return h;
}

/* Adds a person to the table; each record but one goes astray with the rate of missed links. */
static void add_person(plm_random *random, const scenario *s, unsigned lists, double *count)
{
    if (lists == 0) {
        return;
    }
    unsigned anchor = 0;
    unsigned left = (unsigned)(plm_random_uniform(random) * __builtin_popcount(lists));
    for (unsigned i = 0; i < K; i++) {
        if ((lists >> i & 1) != 0 && left-- == 0) {
            anchor = i;
        }
    }
    for (unsigned i = 0; s->missed > 0 && i < K; i++) {
        if ((lists >> i & 1) != 0 && i != anchor && plm_random_uniform(random) < s->missed) {
            count[1U << i]++;
            lists &= ~(1U << i);
        }
    }
    count[lists]++;
}

typedef struct answer {
    double low, high;
    double estimate;
} answer;

/* As if the counts were those of the lists themselves. */
static plm_status ignore(const plm_table *table, unsigned n, uint64_t seed, const plm_work *work,
                         answer *out)
{
    plm_bca bca = {0};
    plm_status status =
        plm_bca_run(&bca, table, &plm_estimator_stepwise, n, seed, work, "bootstrap");
    if (status == PLM_OK) {
        *out = (answer){plm_bca_limit(&bca, 0.025), plm_bca_limit(&bca, 0.975), bca.estimate};
    }
    plm_bca_wipe(&bca);
    return status;
}

static plm_status take_in(const plm_table *table, const plm_error_rates *rates, unsigned n,
                          uint64_t seed, const plm_work *work, answer *out)
{
    plm_errors errors = {0};
    plm_status status = plm_errors_run(&errors, table, rates, n, seed, work);
    if (status == PLM_OK) {
        *out = (answer){errors.low, errors.high, errors.median};
    }
    plm_errors_wipe(&errors);
    return status;
}

static plm_error_rates rates_of(const scenario *s)
{
    plm_error_rates rates = {.missed = s->missed};
    if (s->epsilon > 0) {
        rates.noise = PLM_NOISE_LAPLACE;
        rates.scale = s->epsilon / SENSITIVITY;
    } else if (s->rho > 0) {
        rates.noise = PLM_NOISE_GAUSSIAN;
        rates.scale = sqrt(SENSITIVITY / (2 * s->rho));
    } else if (s->left_out > 0) {
        rates.noise = PLM_NOISE_HIDDEN;
        rates.scale = s->left_out;
    }
    return rates;
}

/* What leaves of the counts, and what is known of it. */
static plm_status release(plm_random *random, const scenario *s, const double *count,
                          plm_error_rates *rates, plm_table *out)
{
    double cells[CELLS] = {0};
    double seen[CELLS];
    plm_status status = plm_table_init(out, K);
    for (unsigned h = 1; h < CELLS; h++) {
        cells[h] = count[h];
        if (rates->noise == PLM_NOISE_LAPLACE) {
            cells[h] += (double)plm_random_laplace(random, rates->scale);
        } else if (rates->noise == PLM_NOISE_GAUSSIAN) {
            cells[h] += (double)plm_random_gaussian(random, rates->scale);
        } else if (rates->noise == PLM_NOISE_HIDDEN && count[h] < s->left_out) {
            cells[h] = PLM_HIDDEN_COUNT;
        }
    }
    if (status == PLM_OK && rates->noise == PLM_NOISE_HIDDEN) {
        status = plm_hidden_init(&rates->hidden, K, 1, s->left_out, cells, seen);
    }
    for (unsigned h = 1; status == PLM_OK && h < CELLS; h++) {
        status = plm_table_set(out, h, cells[h] > 0 ? cells[h] : 0);
    }
    return status;
}

typedef struct score {
    unsigned n, n_held, n_none;
    double sum_ratio, sum_log_width;
} score;

static void add_score(score *sc, const answer *a, double truth)
{
    sc->n++;
    if (!isfinite(a->low) || !isfinite(a->high) || !isfinite(a->estimate)) {
        sc->n_none++;
        sc->n_held += isfinite(a->low) && a->low <= truth; /* without an upper end: it holds */
        return;
    }
    sc->n_held += a->low <= truth && truth <= a->high;
    sc->sum_ratio += log(a->estimate / truth);
    sc->sum_log_width += log(a->high / a->low);
}

static void print_score(const score *sc)
{
    const double n = sc->n - sc->n_none;
    (void)printf(" %.0f %%", 100.0 * sc->n_held / sc->n);
    if (n > 0) {
        (void)printf(" (%.2f, %.2f)", exp(sc->sum_ratio / n), exp(sc->sum_log_width / n));
    }
    (void)printf(" |");
}

static plm_status run_table(unsigned n_simulations, unsigned n_draws, size_t first,
                            const plm_work *work)
{
    plm_status status = PLM_OK;
    (void)printf("| scenario | N | taken for exact, BCa | noise and missed links taken in |\n"
                 "|---|---|---|---|\n");
    for (size_t i = first; status == PLM_OK && i < sizeof scenarios / sizeof *scenarios; i++) {
        const scenario *s = &scenarios[i];
        plm_error_rates rates = rates_of(s);
        score without = {0};
        score with = {0};
        for (unsigned sim = 0; status == PLM_OK && sim < n_simulations; sim++) {
            double count[CELLS] = {0};
            plm_table table;
            plm_random random;
            answer a;
            plm_random_init(&random, i + 1, PLM_RANDOM_SIMULATION, sim);
            for (uint64_t p = 0; p < s->truth; p++) {
                add_person(&random, s, draw_lists(&random, s), count);
            }
            status = release(&random, s, count, &rates, &table);
            status = status == PLM_OK ? ignore(&table, n_draws, sim + 1, work, &a) : status;
            add_score(&without, &a, (double)s->truth);
            status =
                status == PLM_OK ? take_in(&table, &rates, n_draws, sim + 1, work, &a) : status;
            add_score(&with, &a, (double)s->truth);
        }
        (void)printf("| %s | %llu |", s->name, (unsigned long long)s->truth);
        print_score(&without);
        print_score(&with);
        (void)printf("\n");
        (void)fflush(stdout);
    }
    return status;
}

/* The lists of a population, as tokens: a person has the same one wherever he or she stands. */
typedef struct bodies {
    plm_token *tokens[K];
    plm_tally_record *records[K];
    uint32_t n[K];
    uint32_t n_padded[K];
} bodies;

static plm_status fill_bodies(bodies *b, const scenario *s, plm_random *random)
{
    for (unsigned i = 0; i < K; i++) {
        b->tokens[i] = (plm_token *)calloc(s->truth, sizeof *b->tokens[i]);
        b->records[i] = (plm_tally_record *)calloc(s->truth, sizeof *b->records[i]);
        if (b->tokens[i] == NULL || b->records[i] == NULL) {
            return PLM_E_NOMEM;
        }
    }
    for (uint64_t p = 0; p < s->truth; p++) {
        const unsigned lists = draw_lists(random, s);
        for (unsigned i = 0; i < K; i++) {
            if ((lists >> i & 1) != 0) {
                plm_token *token = &b->tokens[i][b->n[i]];
                plm_store_u64(token->b, p + 1);
                b->records[i][b->n[i]++] = (plm_tally_record){.tokens = token, .n_tokens = 1};
            }
        }
    }
    for (unsigned i = 0; i < K; i++) {
        b->n_padded[i] = (b->n[i] + 9) / 10 * 10;
    }
    return PLM_OK;
}

static void wipe_bodies(bodies *b)
{
    for (unsigned i = 0; i < K; i++) {
        free(b->tokens[i]);
        free(b->records[i]);
    }
}

/* All four in this thread, until all are done. */
static plm_status run_ring(plm_tally *machines[static K])
{
    plm_status status = PLM_OK;
    for (unsigned n_done = 0; status == PLM_OK && n_done < K;) {
        n_done = 0;
        for (unsigned p = 0; status == PLM_OK && p < K; p++) {
            const unsigned wants = plm_tally_wants(machines[p]);
            unsigned to = 0;
            plm_span message;
            n_done += wants == PLM_MATCH_DONE;
            if ((wants & PLM_MATCH_OUTPUT) != 0) {
                status = plm_tally_output(machines[p], &to, &message);
                status = status == PLM_OK ? plm_tally_input(machines[to], p, message) : status;
            } else if ((wants & PLM_MATCH_WORK) != 0) {
                status = plm_tally_work(machines[p]);
            }
        }
    }
    return status;
}

static plm_status tally(const bodies *b, const scenario *s, plm_table *table)
{
    plm_tally *machines[K] = {NULL};
    int64_t noised[CELLS];
    const uint64_t *cells = NULL;
    size_t n = 0;
    plm_status status = PLM_OK;
    for (unsigned i = 0; status == PLM_OK && i < K; i++) {
        const plm_tally_config config = {.n_parties = K,
                                         .me = i,
                                         .records = b->records[i],
                                         .n = b->n[i],
                                         .n_padded = b->n_padded,
                                         .tokens_each = 1,
                                         .n_strata = 1,
                                         .n_threads = plm_pool_cpus()};
        status = plm_tally_create(&machines[i], &config);
    }
    status = status == PLM_OK ? run_ring(machines) : status;
    status = status == PLM_OK ? plm_tally_cells(machines[0], &cells, &n) : status;
    if (status == PLM_OK) {
        const plm_tally_privacy privacy = {(uint32_t)lround(s->epsilon * 1000), 1000, SENSITIVITY};
        status = plm_tally_noise(noised, cells, n, K, &privacy);
    }
    status = status == PLM_OK ? plm_table_init(table, K) : status;
    for (unsigned h = 1; status == PLM_OK && h < CELLS; h++) {
        status = plm_table_set(table, h, noised[h] > 0 ? (double)noised[h] : 0);
    }
    for (unsigned i = 0; i < K; i++) {
        plm_tally_destroy(machines[i]);
    }
    return status;
}

static plm_status run_protocol(unsigned n_seeds, const plm_work *work)
{
    const scenario *s = &toured;
    const plm_error_rates rates = rates_of(s);
    plm_status status = PLM_OK;
    score with = {0};
    (void)printf("seed  lists' sizes         estimate  95 %% interval   truth %llu\n",
                 (unsigned long long)s->truth);
    for (unsigned seed = 1; status == PLM_OK && seed <= n_seeds; seed++) {
        bodies b = {0};
        plm_table table;
        plm_random random;
        answer a = {0};
        plm_random_init(&random, seed, PLM_RANDOM_SIMULATION, 0);
        status = fill_bodies(&b, s, &random);
        status = status == PLM_OK ? tally(&b, s, &table) : status;
        status = status == PLM_OK ? take_in(&table, &rates, 500, seed, work, &a) : status;
        if (status == PLM_OK) {
            const bool held = a.low <= (double)s->truth && (double)s->truth <= a.high;
            add_score(&with, &a, (double)s->truth);
            (void)printf("%4u  %4u %4u %4u %4u  %8.0f  %5.0f to %5.0f  %s\n", seed, b.n[0], b.n[1],
                         b.n[2], b.n[3], a.estimate, a.low, a.high, held ? "inside" : "OUTSIDE");
        }
        wipe_bodies(&b);
    }
    if (status == PLM_OK) {
        (void)printf("coverage: the truth was inside %u of %u intervals (%.0f %%), epsilon %g\n",
                     with.n_held, with.n, 100.0 * with.n_held / with.n, s->epsilon);
    }
    return status;
}

int main(int argc, char **argv)
{
    plm_work work = {NULL, NULL, NULL};
    const bool is_protocol = argc > 1 && strcmp(argv[1], "protocol") == 0;
    const bool is_table = argc > 1 && strcmp(argv[1], "table") == 0;
    const unsigned n = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : is_table ? 200 : 20;
    const unsigned n_draws = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 300;
    const size_t first = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    if ((!is_protocol && !is_table) || n < 1 || n_draws < 100 ||
        plm_pool_create(&work.pool, plm_pool_cpus()) != PLM_OK) {
        (void)fprintf(stderr, "usage: tally_coverage protocol [SEEDS] | table [SIMULATIONS "
                              "[DRAWS]]\n");
        return 2;
    }
    plm_status status = is_protocol ? run_protocol(n, &work) : run_table(n, n_draws, first, &work);
    plm_pool_destroy(work.pool);
    if (status != PLM_OK) {
        (void)fprintf(stderr, "tally_coverage: %s\n", plm_status_sentence(status));
        return 1;
    }
    return 0;
}
