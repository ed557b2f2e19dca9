/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists left out, made one, and conditioned on, against R packages.
 */
#include "estimate/average.h"
#include "estimate/views.h"
#include "mse.h"

static const plm_view *find(const plm_views *views, const char *kind, const char *what)
{
    static const char *const kinds[] = {"full", "condition_on_list", "omit_list", "merge_lists"};
    for (size_t i = 0; i < views->n; i++) {
        if (strcmp(kinds[views->item[i].kind], kind) == 0 &&
            strcmp(views->item[i].what, what) == 0) {
            return &views->item[i];
        }
    }
    return NULL;
}

/*
 * The median as the reference takes it: of the masses at 1,000 points from n + 1 to 31 n,
 * each for itself: N = n, where a good share of the posterior of few lists can lie, is left out.
 */
static double median_on_grid(const plm_average *a, double n)
{
    enum {
        POINTS = 1000
    };
    double sum = 0;
    double total[POINTS];
    double mass[POINTS];
    for (size_t i = 0; i < POINTS; i++) {
        size_t place = (size_t)llround(1 + (double)i * (30 * n - 1) / (POINTS - 1));
        place = place < a->n_points ? place : a->n_points - 1;
        total[i] = a->total[place];
        mass[i] = a->mass[place];
        sum += mass[i];
    }
    double below = 0;
    for (size_t i = 0; i < POINTS; i++) {
        below += mass[i];
        if (below >= sum / 2) {
            return total[i];
        }
    }
    return total[POINTS - 1];
}

static void check_graphs(const plm_table *table, const plm_view *v, double median)
{
    const plm_work alone = {NULL, NULL, NULL};
    plm_table of_view = *table;
    plm_average average;
    double truth;
    if (isnan(median)) {
        return;
    }
    if (v->kind == PLM_VIEW_CONDITION) {
        CHECK_STATUS(plm_table_condition(&of_view, table, v->a, &truth), PLM_OK);
    } else if (v->kind == PLM_VIEW_OMIT) {
        CHECK_STATUS(plm_table_omit(&of_view, table, v->a), PLM_OK);
    } else if (v->kind == PLM_VIEW_MERGE) {
        CHECK_STATUS(plm_table_merge(&of_view, table, v->a, v->b), PLM_OK);
    }
    const plm_average_config config = {0, 1, 31 * v->n};
    CHECK_STATUS(plm_average_run(&average, &of_view, &config, &alone), PLM_OK);
    double on_grid = median_on_grid(&average, v->n);
    if (!CHECK(fabs(on_grid - median) <= 0.0301 * v->n + 1)) {
        printf("# %s: %.0f, not %.0f\n", v->what, on_grid, median);
    }
    plm_average_wipe(&average);
}

static void test_views(void)
{
    static plm_views views;
    const plm_work alone = {NULL, NULL, NULL};
    plm_table table = {0};
    char dataset[32] = "";
    mse_csv csv;
    size_t n = 0;
    CHECK(mse_open(&csv, MSE_DATA, "reference-diagnostics.csv"));
    for (; mse_next(&csv); n++) {
        if (strcmp(dataset, mse_text(&csv, "dataset")) != 0) {
            (void)snprintf(dataset, sizeof dataset, "%s", mse_text(&csv, "dataset"));
            table = mse_table(dataset);
            CHECK_STATUS(plm_views_run(&views, &table, &alone), PLM_OK);
        }
        const plm_view *v = find(&views, mse_text(&csv, "kind"), mse_text(&csv, "what"));
        if (!CHECK(v != NULL) || v == NULL) {
            printf("# %s %s %s\n", dataset, mse_text(&csv, "kind"), mse_text(&csv, "what"));
            continue;
        }
        CHECK_NEAR(v->truth, mse_number(&csv, "truth"), 0);
        CHECK_NEAR(v->n, mse_number(&csv, "n"), 0);
        CHECK_NEAR(v->main, mse_number(&csv, "main"), 1e-7);
        CHECK_NEAR(v->stepwise, mse_number(&csv, "stepwise"), 1e-7);
        CHECK_NEAR(v->chao, mse_number(&csv, "chao_bc"), 1e-12);
        check_graphs(&table, v, mse_number(&csv, "dga_median"));
    }
    CHECK(n >= 100);
    mse_close(&csv);
}

int main(void)
{
    TAP_RUN(test_views);
    return tap_done();
}
