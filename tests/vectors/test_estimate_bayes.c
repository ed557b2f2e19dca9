/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Averaging over decomposable graphs against dga, latent classes against LCMCR.
 */
#include "estimate/average.h"
#include "estimate/classes.h"
#include "mse.h"

static const plm_work alone = {NULL, NULL, NULL};

static const char *const tables[] = {"Korea",   "Kosovo",   "NewOrl_5",
                                     "UKdat_4", "ScotPWID", "UKdat_5"};

static plm_average average(const plm_table *table, double n_max)
{
    plm_average out;
    const plm_average_config config = {0, 1, n_max};
    CHECK_STATUS(plm_average_run(&out, table, &config, &alone), PLM_OK);
    return out;
}

/* The rows "I" took every integer up to maxN, and cut there. */
static void test_every_integer(void)
{
    mse_csv csv;
    size_t n = 0;
    CHECK(mse_open(&csv, MSE_DATA, "reference-dga.csv"));
    while (mse_next(&csv)) {
        if (strcmp(mse_text(&csv, "grid"), "I") != 0) {
            continue;
        }
        plm_table table = mse_table(mse_text(&csv, "dataset"));
        plm_average a = average(&table, mse_number(&csv, "maxN"));
        plm_model model;
        char name[PLM_MODEL_NAME_BYTES];
        plm_graph_model(&a.graph[0], table.n_lists, &model);
        plm_model_name(&model, name);
        printf("# %s: best graph %s\n", mse_text(&csv, "dataset"), name);
        CHECK_NEAR(a.posterior[0], mse_number(&csv, "top_graph_prob"), 1e-7);
        CHECK_NEAR(a.median, mse_number(&csv, "median"), 0);
        CHECK_NEAR(plm_average_quantile(&a, 0.025), mse_number(&csv, "q025"), 0);
        CHECK_NEAR(plm_average_quantile(&a, 0.975), mse_number(&csv, "q975"), 0);
        CHECK_NEAR(a.mode, mse_number(&csv, "mode"), 0);
        plm_average_wipe(&a);
        n++;
    }
    CHECK_EQ_INT(n, 6);
    mse_close(&csv);
}

/* The posterior's mass of one N: points far out stand for several. */
static double density(const plm_average *a, double total)
{
    size_t i = 0;
    size_t last = a->n_points - 1;
    while (i < last) {
        const size_t middle = (i + last) / 2;
        if (a->total[middle] >= total) {
            last = middle;
        } else {
            i = middle + 1;
        }
    }
    const bool is_far = i >= a->n_exact && i + 1 < a->n_points;
    return a->mass[i] / (is_far ? (a->total[i + 1] - a->total[i - 1]) / 2 : 1);
}

/*
 * Rows "S" took 1,000 evenly spaced N from n to maxN, rows "B" from n + 1, and each for itself: the
 * same points of ours give the same quantiles, but for a step of the grid.
 */
static void check_on_grid(const mse_csv *csv)
{
    enum {
        POINTS = 1000
    };
    static const char *const columns[] = {"q10", "median", "q90", "q975"};
    static const double shares[] = {0.1, 0.5, 0.9, 0.975};
    plm_table table = mse_table(mse_text(csv, "dataset"));
    const double first = plm_table_total(&table) + (mse_text(csv, "grid")[0] == 'B');
    const double step = (mse_number(csv, "maxN") - first) / (POINTS - 1);
    plm_average a = average(&table, mse_number(csv, "maxN"));
    double below[POINTS];
    double sum = 0;
    double best = 0;
    double mode = 0;
    for (int i = 0; i < POINTS; i++) {
        const double mass = density(&a, round(first + i * step));
        sum += mass;
        below[i] = sum;
        mode = mass > best ? first + i * step : mode;
        best = mass > best ? mass : best;
    }
    for (size_t q = 0; q < sizeof shares / sizeof *shares; q++) {
        int i = 0;
        while (i < POINTS - 1 && below[i] < shares[q] * sum) {
            i++;
        }
        CHECK(fabs(first + i * step - mse_number(csv, columns[q])) <= 1.01 * step + 1);
    }
    CHECK(fabs(mode - mse_number(csv, "mode")) <= 1.01 * step + 1);
    plm_average_wipe(&a);
}

static void test_grids(void)
{
    mse_csv csv;
    size_t n = 0;
    CHECK(mse_open(&csv, MSE_DATA, "reference-dga.csv"));
    while (mse_next(&csv)) {
        if (strcmp(mse_text(&csv, "grid"), "I") != 0) {
            check_on_grid(&csv);
            n++;
        }
    }
    CHECK_EQ_INT(n, 12);
    mse_close(&csv);
}

/* Total variation distance of the posterior of the graphs. */
static void check_graphs(const char *dataset)
{
    char file[64];
    mse_csv csv;
    plm_table table = mse_table(dataset);
    plm_average a = average(&table, 11 * plm_table_total(&table));
    double distance = 0;
    size_t n_rows = 0;
    (void)snprintf(file, sizeof file, "fixtures/dga_graphs_%s.csv", dataset);
    CHECK(mse_open(&csv, MSE_SHARED, file));
    for (; mse_next(&csv); n_rows++) {
        char name[PLM_MODEL_NAME_BYTES];
        plm_model wanted;
        double found = -1;
        const plm_diag_sink nowhere = {NULL, NULL};
        (void)snprintf(name, sizeof name, "%s", mse_text(&csv, "graph"));
        for (char *p = name; *p != '\0'; p++) {
            *p = *p == ';' ? ',' : *p;
        }
        CHECK_STATUS(plm_model_parse(&wanted, table.n_lists, name, &nowhere, "graph"), PLM_OK);
        for (size_t i = 0; i < a.n_graphs; i++) {
            plm_model model;
            plm_graph_model(&a.graph[i], table.n_lists, &model);
            if (memcmp(model.set, wanted.set, sizeof model.set) == 0) {
                found = a.posterior[i];
            }
        }
        CHECK(found >= 0);
        distance += fabs(found - mse_number(&csv, "post")) / 2;
    }
    CHECK_EQ_INT(n_rows, a.n_graphs);
    CHECK(distance < 1e-6);
    mse_close(&csv);
    plm_average_wipe(&a);
}

/* The same of the posterior of N: the reference is packed, and unpacked by the build. */
static void check_totals(const char *dataset)
{
    char file[64];
    mse_csv csv;
    plm_table table = mse_table(dataset);
    double n = plm_table_total(&table);
    double distance = 0;
    size_t n_rows = 0;
    (void)snprintf(file, sizeof file, "postN-%s.csv", dataset);
    if (!mse_open(&csv, MSE_UNPACKED, file)) {
        CHECK(false);
        return;
    }
    size_t n_all = 0;
    for (const char *p = csv.at; *p != '\0'; p++) {
        n_all += *p == '\n';
    }
    plm_average a = average(&table, n + (double)n_all - 1);
    for (; mse_next(&csv); n_rows++) {
        bool is_there = n_rows < a.n_points && a.total[n_rows] == n + (double)n_rows;
        CHECK(is_there);
        distance += fabs((is_there ? a.mass[n_rows] : 0) - mse_number(&csv, "post")) / 2;
    }
    CHECK_EQ_INT(n_rows, a.n_points);
    CHECK(distance < 1e-6);
    mse_close(&csv);
    plm_average_wipe(&a);
}

static void test_every_total(void)
{
    if (access(MSE_UNPACKED "/postN-Korea.csv", R_OK) != 0) {
        printf("# skipped: no posteriors in %s\n", MSE_UNPACKED);
        return;
    }
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        check_totals(tables[i]);
    }
}

static void test_every_graph(void)
{
    if (!mse_has_shared()) {
        return;
    }
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        check_graphs(tables[i]);
    }
}

/*
 * Rows "B" pooled eight chains. Where those mixed, and ours do, the medians differ by chance alone:
 * by less than four joint standard errors of both.
 */
static void check_classes(const char *dataset, unsigned n_chains, unsigned n_kept, unsigned n_burn)
{
    mse_csv csv;
    plm_table table = mse_table(dataset);
    plm_classes classes;
    plm_classes_config config;
    plm_classes_default(&config);
    config.n_chains = n_chains;
    config.n_kept = n_kept;
    config.n_burn = n_burn;
    config.seed = 2;
    CHECK_STATUS(plm_classes_run(&classes, &table, &config, &alone), PLM_OK);
    CHECK(mse_open(&csv, MSE_DATA, "reference-lcmcr.csv"));
    while (mse_next(&csv)) {
        if (strcmp(mse_text(&csv, "dataset"), dataset) != 0 || mse_text(&csv, "run")[0] != 'B') {
            continue;
        }
        double median = mse_number(&csv, "median");
        double error = hypot(mse_number(&csv, "median_mcse"), classes.median_mcse);
        CHECK(mse_number(&csv, "Rhat") < 1.05);
        CHECK(classes.is_mixed);
        CHECK(fabs(classes.median - median) < 4 * error + 1);
        printf("# %s: %.1f +- %.1f, reference %.1f; R-hat %.3f, %.0f draws\n", dataset,
               classes.median, classes.median_mcse, median, classes.rhat, classes.ess);
    }
    mse_close(&csv);
    plm_classes_wipe(&classes);
}

static void test_classes(void)
{
    check_classes("Korea", 4, 500, 2000);
    check_classes("NewOrl_5", 4, 1000, 5000);
    check_classes("Kosovo", 4, 4000, 20000);
}

int main(void)
{
    TAP_RUN(test_every_integer);
    TAP_RUN(test_grids);
    TAP_RUN(test_every_graph);
    TAP_RUN(test_every_total);
    TAP_RUN(test_classes);
    return tap_done();
}
