/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts that a tally left out, against sums and likelihoods written out: their law, strata, the
 * model fitted with them.
 */
#include "estimate/estimate.h"
#include "mse.h"

#include <math.h>

/* P(k) of a Poisson number by logarithms, not made to add up to 1 below a threshold. */
static double poisson(double mean, unsigned k)
{
    return exp(k * log(mean) - mean - lgamma(k + 1.0));
}

/* One stratum of three lists, of whose history 7 the count was left out. */
static plm_hidden one_hidden(unsigned threshold)
{
    const double cells[8] = {0, 50, 40, 9, 30, 8, 7, PLM_HIDDEN_COUNT};
    plm_hidden hidden;
    double seen[8];
    CHECK_STATUS(plm_hidden_init(&hidden, 3, 1, threshold, cells, seen), PLM_OK);
    CHECK(seen[7] == 0 && seen[1] == 50);
    CHECK_EQ_INT(plm_hidden_strata(&hidden, 7), 1);
    CHECK_EQ_INT(plm_hidden_strata(&hidden, 1), 0);
    return hidden;
}

static void test_expectation(void)
{
    static const double means[] = {1e-6, 0.3, 1, 4.7, 5, 12, 90};
    static const unsigned thresholds[] = {2, 3, 5, 10, 40};
    for (size_t t = 0; t < sizeof thresholds / sizeof *thresholds; t++) {
        const plm_hidden hidden = one_hidden(thresholds[t]);
        for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
            double mass = 0;
            double sum = 0;
            for (unsigned k = 0; k < thresholds[t]; k++) {
                mass += poisson(means[m], k);
                sum += k * poisson(means[m], k);
            }
            CHECK_NEAR(plm_hidden_expect(&hidden, 7, means[m]), sum / mass, 1e-9);
            CHECK(plm_hidden_expect(&hidden, 1, means[m]) == 0);
        }
        /* Far above the threshold, where no double holds the probabilities. */
        CHECK_NEAR(plm_hidden_expect(&hidden, 7, 1e6), thresholds[t] - 1, 1e-4);
        CHECK(plm_hidden_expect(&hidden, 7, 0) == 0);
    }
}

/* The sum of what three strata of different size left out, against the convolution. */
static void test_draws(void)
{
    enum {
        N = 100000,
        T = 4,
        SUMS = 3 * (T - 1) + 1
    };
    const double cells[24] = {0, 600, 500, 90, 300, 80, 70, PLM_HIDDEN_COUNT,
                              0, 60,  50,  9,  30,  8,  7,  PLM_HIDDEN_COUNT,
                              0, 300, 250, 45, 150, 40, 35, PLM_HIDDEN_COUNT};
    const double mean = 5;
    plm_hidden hidden;
    plm_random random;
    double seen[8];
    double law[SUMS] = {1};
    unsigned counts[SUMS] = {0};
    CHECK_STATUS(plm_hidden_init(&hidden, 3, 3, T, cells, seen), PLM_OK);
    CHECK(seen[1] == 960 && seen[7] == 0);
    for (unsigned s = 0; s < 3; s++) {
        double next[SUMS] = {0};
        double mass = 0;
        for (unsigned k = 0; k < T; k++) {
            mass += poisson(mean * hidden.share[s], k);
        }
        for (unsigned i = 0; i + T <= SUMS; i++) {
            for (unsigned k = 0; k < T; k++) {
                next[i + k] += law[i] * poisson(mean * hidden.share[s], k) / mass;
            }
        }
        memcpy(law, next, sizeof law);
    }
    plm_random_init(&random, 5, PLM_RANDOM_TEST, 0);
    double expected = 0;
    for (unsigned i = 0; i < SUMS; i++) {
        expected += i * law[i];
    }
    CHECK_NEAR(plm_hidden_expect(&hidden, 7, mean), expected, 1e-9);
    for (int i = 0; i < N; i++) {
        const double sum = plm_hidden_draw(&hidden, &random, 7, mean);
        if (CHECK(sum >= 0 && sum < SUMS)) {
            counts[(unsigned)sum]++;
        }
    }
    for (unsigned i = 0; i < SUMS; i++) {
        CHECK(fabs(counts[i] - N * law[i]) < 6 * sqrt(N * law[i]) + 1);
    }
}

/* Shares of strata that are known, found again where a third of the small one's counts is hidden.
 */
static void test_shares(void)
{
    static const double share[3] = {0.6, 0.3, 0.1};
    static const double mean[8] = {0, 300, 240, 60, 180, 45, 40, 20};
    double cells[24];
    double seen[8];
    plm_hidden hidden;
    unsigned n_hidden = 0;
    for (unsigned i = 0; i < 24; i++) {
        cells[i] = round(mean[i % 8] * share[i / 8]);
        if (i % 8 != 0 && cells[i] < 5) {
            cells[i] = PLM_HIDDEN_COUNT;
            n_hidden++;
        }
    }
    CHECK_EQ_INT(n_hidden, 2);
    CHECK_STATUS(plm_hidden_init(&hidden, 3, 3, 5, cells, seen), PLM_OK);
    for (unsigned s = 0; s < 3; s++) {
        CHECK_NEAR(hidden.share[s], share[s], 0.02);
    }
    CHECK_STATUS(plm_hidden_init(&hidden, 3, 0, 5, cells, seen), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_hidden_init(&hidden, 3, 257, 5, cells, seen), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_hidden_init(&hidden, 9, 1, 5, cells, seen), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_hidden_init(&hidden, 3, 3, 1, cells, seen), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_hidden_init(&hidden, 3, 3, 1001, cells, seen), PLM_E_ARGUMENT);
}

/* The likelihood of all cells of all strata, seen or below the threshold, by the sums of terms. */
static double likelihood(const double *cells, const plm_hidden *hidden, unsigned n_lists,
                         const plm_model *model, const double *alpha)
{
    const unsigned n_cells = 1U << n_lists;
    double sum = 0;
    for (unsigned h = 1; h < n_cells; h++) {
        double log_mean = 0;
        for (unsigned i = 0; i < model->n; i++) {
            log_mean += (model->term[i] & ~h) == 0 ? alpha[i] : 0;
        }
        for (unsigned s = 0; s < hidden->n_strata; s++) {
            const double mean = exp(log_mean) * hidden->share[s];
            const double count = cells[s * n_cells + h];
            double below = 0;
            for (unsigned k = 0; count < 0 && k < hidden->threshold; k++) {
                below += poisson(mean, k);
            }
            sum += log(count < 0 ? below : poisson(mean, (unsigned)count));
        }
    }
    return sum;
}

/* What the means say of each term: by Moebius' inversion, lower terms first. */
static void find_alpha(const plm_model *model, const double *mean, double dark, double *alpha)
{
    for (unsigned i = 0; i < model->n; i++) {
        const unsigned set = model->term[i];
        alpha[i] = log(set == 0 ? dark : mean[set]);
        for (unsigned j = 0; j < model->n; j++) {
            const unsigned less = model->term[j];
            alpha[i] -= less != set && (less & ~set) == 0 ? alpha[j] : 0;
        }
    }
}

/*
 * The filled table's model has the greatest likelihood of the counts as they were given: its slope
 * is 0 in every direction, and every step aside lowers it.
 */
static void check_maximum(const double *cells, unsigned n_lists, unsigned n_strata,
                          unsigned threshold)
{
    static plm_hidden hidden;
    plm_table seen;
    plm_table filled;
    plm_loglin *work = NULL;
    plm_stepwise selected;
    plm_loglin_fit fit;
    double alpha[PLM_TABLE_CELLS_MAX];
    CHECK_STATUS(plm_table_init(&seen, n_lists), PLM_OK);
    CHECK_STATUS(plm_loglin_create(&work, n_lists), PLM_OK);
    CHECK_STATUS(plm_hidden_init(&hidden, n_lists, n_strata, threshold, cells, seen.count), PLM_OK);
    plm_hidden_fill(&hidden, work, &seen, &filled);
    plm_stepwise_run(work, filled.count, n_lists, PLM_STEPWISE_THRESHOLD, &selected);
    plm_loglin_run(work, filled.count, &selected.model, NULL, &fit);
    if (!CHECK_EQ_INT(fit.trouble, 0)) {
        plm_loglin_destroy(work);
        return;
    }
    const double *mean = plm_loglin_means(work);
    for (unsigned h = 1; h < plm_table_cells(&seen); h++) {
        CHECK_NEAR(filled.count[h], seen.count[h] + plm_hidden_expect(&hidden, h, mean[h]), 1e-6);
    }
    find_alpha(&selected.model, mean, exp(fit.log_dark), alpha);
    const double best = likelihood(cells, &hidden, n_lists, &selected.model, alpha);
    for (unsigned i = 0; i < selected.model.n; i++) {
        const double step = 1e-3;
        double beside[2];
        const double kept = alpha[i];
        for (int side = 0; side < 2; side++) {
            alpha[i] = kept + (side == 0 ? -step : step);
            beside[side] = likelihood(cells, &hidden, n_lists, &selected.model, alpha);
            CHECK(beside[side] < best);
        }
        alpha[i] = kept;
        CHECK(fabs(beside[1] - beside[0]) < 0.02 * (2 * best - beside[0] - beside[1]));
    }
    plm_loglin_destroy(work);
}

static void test_maximum(void)
{
    enum {
        HIDDEN = -1
    };
    static const double alone[8] = {0, 120, 90, 12, 70, HIDDEN, 9, HIDDEN};
    static const double strata[16] = {0, 120, 90, 12, 70, HIDDEN, 9,      HIDDEN,
                                      0, 60,  50, 7,  36, HIDDEN, HIDDEN, HIDDEN};
    check_maximum(alone, 3, 1, 6);
    check_maximum(strata, 3, 2, 6);
    plm_table uk = mse_table("UKdat_4");
    double cells[16];
    for (unsigned h = 0; h < 16; h++) {
        cells[h] = h > 0 && uk.count[h] < 10 ? HIDDEN : uk.count[h];
    }
    check_maximum(cells, 4, 1, 10);
}

/*
 * Of a table with nearly independent lists the overlaps below 10 left out: taken for 0 they make
 * the estimate another one; as what they are known to be, it is that of the whole table, and the
 * interval is wider than with all counts and holds it.
 */
static void test_estimate(void)
{
    const plm_work alone = {NULL, NULL, NULL};
    const double count[16] = {0, 400, 350, 36, 300, 31, 27, 3, 250, 26, 22, 2, 19, 2, 2, 0};
    const double whole = 5359; /* 1,470 and 400 * 350 / 36 */
    plm_table table = mse_make(4, count);
    plm_table seen = table;
    plm_error_rates rates = {.noise = PLM_NOISE_HIDDEN, .scale = 10};
    plm_error_rates none = {.noise = PLM_NOISE_NONE};
    double cells[16];
    plm_errors hidden;
    plm_errors known;
    plm_errors zero;
    for (unsigned h = 0; h < 16; h++) {
        cells[h] = h > 0 && count[h] < 10 ? PLM_HIDDEN_COUNT : count[h];
    }
    CHECK_STATUS(plm_hidden_init(&rates.hidden, 4, 1, 10, cells, seen.count), PLM_OK);
    CHECK_STATUS(plm_errors_run(&hidden, &seen, &rates, 400, 1, &alone), PLM_OK);
    CHECK_STATUS(plm_errors_run(&known, &table, &none, 400, 1, &alone), PLM_OK);
    CHECK_STATUS(plm_errors_run(&zero, &seen, &none, 400, 1, &alone), PLM_OK);
    printf("# all counts %.0f [%.0f, %.0f], left out %.0f: %.0f [%.0f, %.0f], taken for 0 %.0f\n",
           known.corrected, known.low, known.high, hidden.corrected, hidden.median, hidden.low,
           hidden.high, zero.corrected);
    CHECK_EQ_INT(hidden.n_infinite, 0);
    CHECK(fabs(known.corrected / whole - 1) < 0.05);
    CHECK(fabs(hidden.corrected / known.corrected - 1) < 0.03);
    CHECK(fabs(hidden.median / known.corrected - 1) < 0.1);
    CHECK(hidden.low < whole && whole < hidden.high);
    CHECK(fabs(zero.corrected / known.corrected - 1) > 0.05);
    plm_errors_wipe(&hidden);
    plm_errors_wipe(&known);
    plm_errors_wipe(&zero);
}

/* The whole estimate: expected numbers in the table, and a warning if they are most of the overlap.
 */
static void check_report(unsigned threshold, bool warns)
{
    const plm_work alone = {NULL, NULL, NULL};
    const double count[16] = {0, 400, 350, 36, 300, 31, 27, 3, 250, 26, 22, 2, 19, 2, 2, 0};
    double cells[16];
    static plm_table_file file;
    static plm_estimate_options options;
    plm_estimate *e = NULL;
    bool warned = false;
    plm_estimate_default(&options);
    options.n_resamples = 100;
    options.n_simulations = 0;
    options.classes.n_chains = 0;
    options.rates.noise = PLM_NOISE_HIDDEN;
    options.rates.scale = threshold;
    file.table = mse_make(4, count);
    for (unsigned h = 0; h < 16; h++) {
        cells[h] = h > 0 && count[h] < threshold ? PLM_HIDDEN_COUNT : count[h];
    }
    CHECK_STATUS(plm_hidden_init(&options.rates.hidden, 4, 1, threshold, cells, file.table.count),
                 PLM_OK);
    if (!CHECK_STATUS(plm_estimate_create(&e, &file, &options, &alone), PLM_OK)) {
        return;
    }
    for (unsigned h = 1; h < 16; h++) {
        const double shown = e->table.count[h];
        CHECK(shown == (cells[h] < 0 ? round(shown) : count[h]) && shown >= 0);
    }
    for (size_t i = 0; i < e->findings.n; i++) {
        warned = warned || strcmp(e->findings.item[i].code, "overlap-left-out") == 0;
    }
    CHECK(!e->is_refused && e->has_errors && warned == warns);
    plm_estimate_destroy(e);
}

static void test_report(void)
{
    check_report(10, false);
    check_report(32, true);
}

int main(void)
{
    TAP_RUN(test_expectation);
    TAP_RUN(test_draws);
    TAP_RUN(test_shares);
    TAP_RUN(test_maximum);
    TAP_RUN(test_estimate);
    TAP_RUN(test_report);
    return tap_done();
}
