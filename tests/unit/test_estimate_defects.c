/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Defects that other implementations have, each with a table that shows it, and that it is not
 * ours.
 */
#include "estimate/estimate.h"
#include "mse.h"

static const plm_work alone = {NULL, NULL, NULL};

static plm_estimate *estimate(const plm_table *table, bool with_classes)
{
    plm_table_file file = {*table, 0, NULL};
    plm_estimate_options options;
    plm_estimate *e = NULL;
    plm_estimate_default(&options);
    options.n_resamples = 200;
    options.n_simulations = 0;
    options.classes.n_chains = with_classes ? 4 : 0;
    options.classes.n_burn = 200;
    options.classes.n_kept = 200;
    options.classes.thin = 2;
    CHECK_STATUS(plm_estimate_create(&e, &file, &options, &alone), PLM_OK);
    return e;
}

static bool says(const plm_estimate *e, const char *code)
{
    for (size_t i = 0; i < e->findings.n; i++) {
        if (strcmp(e->findings.item[i].code, code) == 0) {
            return true;
        }
    }
    return false;
}

/* Equal values that rounding puts above or below the estimate: the bias must not notice. */
static void test_ties(void)
{
    enum {
        N = 1000,
        TIES = 13,
        BELOW = 613
    };
    static double x[N];
    double z0[3];
    for (int noise = -1; noise <= 1; noise++) {
        for (int i = 0; i < N; i++) {
            x[i] = i < BELOW          ? 200
                   : i < BELOW + TIES ? 268.777777777778 * (1 + noise * 1e-13)
                                      : 300;
        }
        z0[noise + 1] = plm_bca_bias(x, N, 268.777777777778);
    }
    CHECK(z0[0] == z0[1] && z0[1] == z0[2]);
    CHECK_NEAR(z0[1], 0.304167872446, 1e-9); /* the normal quantile of 0.6195 */
}

/* With an empty list every candidate fails: others give main effects and say nothing. */
static void test_empty_list(void)
{
    const double count[16] = {0, 50, 60, 20, 70, 20, 20, 4};
    plm_table table = mse_make(4, count);
    plm_estimate *e = estimate(&table, false);
    CHECK(e->is_refused);
    CHECK(says(e, "list-empty"));
    plm_estimate_destroy(e);
}

/* The stepwise method alone: as if the empty list were not there. */
static void test_empty_list_is_no_list(void)
{
    plm_table table = mse_table("UKdat_4");
    plm_table wider;
    plm_loglin *four = NULL;
    plm_loglin *five = NULL;
    plm_stepwise with;
    plm_stepwise without;
    CHECK_STATUS(plm_table_init(&wider, 5), PLM_OK);
    memcpy(wider.count, table.count, 16 * sizeof *table.count);
    CHECK_STATUS(plm_loglin_create(&four, 4), PLM_OK);
    CHECK_STATUS(plm_loglin_create(&five, 5), PLM_OK);
    plm_stepwise_run(four, table.count, 4, PLM_STEPWISE_THRESHOLD, &without);
    plm_stepwise_run(five, wider.count, 5, PLM_STEPWISE_THRESHOLD, &with);
    CHECK_EQ_INT(without.n_steps, 3);
    CHECK_EQ_INT(with.n_steps, 3);
    CHECK_NEAR(with.fit.estimate, without.fit.estimate, 1e-12);
    plm_loglin_destroy(four);
    plm_loglin_destroy(five);
}

/* Improbable pairs without an estimate are told, not passed over. */
static void test_refused_pairs(void)
{
    const double count[8] = {0, 70, 22, 35, 110, 0, 0, 35};
    plm_table table = mse_make(3, count);
    plm_estimate *e = estimate(&table, false);
    CHECK_EQ_INT(e->stepwise.n_refused, 1);
    CHECK(says(e, "stepwise-refused"));
    plm_estimate_destroy(e);
}

/*
 * A table on which richer models fit ever better and have no estimate; fitted blindly, their
 * iteration ends somewhere beyond 10^9.
 */
static void test_no_estimate_is_chosen(void)
{
    plm_table table = mse_table("Korea");
    plm_search search;
    plm_search_choice choice;
    plm_loglin *work = NULL;
    CHECK_STATUS(plm_search_run(&search, &table, &alone), PLM_OK);
    CHECK_EQ_INT(search.n, 8);
    CHECK_EQ_INT(search.n_good, 6);
    for (size_t i = 0; i < search.n; i++) {
        bool is_good = i < search.n_good;
        CHECK(is_good ? search.model[i].fit.estimate < 1e4
                      : !isfinite(search.model[i].fit.estimate));
    }
    plm_search_choose(&choice, &search);
    CHECK_EQ_INT(choice.n, search.n_good);
    /* And no resample's estimate is one of those. */
    const plm_estimator estimator = plm_search_estimator(&choice);
    CHECK_STATUS(plm_loglin_create(&work, 3), PLM_OK);
    for (uint64_t i = 0; i < 500; i++) {
        double count[PLM_TABLE_CELLS_MAX];
        plm_bca_resample(&table, 3, i, count);
        double n = estimator.run(estimator.config, work, count, 3);
        CHECK(n < 1e6 || isinf(n));
    }
    plm_loglin_destroy(work);
    plm_search_wipe(&search);
}

/* Going downhill in BIC from the main effects ends at 12,262; the best model says 25,311. */
static void test_global_minimum(void)
{
    plm_table table = mse_table("UKdat_5");
    plm_search search;
    plm_model model;
    char name[PLM_MODEL_NAME_BYTES];
    double low;
    double high;
    CHECK_STATUS(plm_search_run(&search, &table, &alone), PLM_OK);
    plm_model_of_set(&model, 5, search.model[0].set);
    plm_model_name(&model, name);
    CHECK_EQ_STR(name, "[123,25,34]");
    CHECK_NEAR(search.model[0].fit.estimate, 25311.2906125, 1e-9);
    CHECK_EQ_INT(plm_search_span(&search, 2, &low, &high), 4);
    CHECK_NEAR(low, 12262.4124205, 1e-9);
    CHECK_NEAR(high, 28822.12561, 1e-9);
    plm_search_wipe(&search);
}

/* Chains that end up in different places: a warning, and no summary. No cap at 20 n either. */
static void test_chains_apart(void)
{
    plm_table table = mse_table("UKdat_5");
    plm_estimate *e = estimate(&table, true);
    CHECK(!e->classes.is_mixed);
    CHECK(isnan(e->classes.median) && isnan(e->classes.low) && isnan(e->classes.high));
    CHECK(says(e, "classes-not-mixed"));
    plm_estimate_destroy(e);
    /* Next to no overlap: draws go far beyond 20 n. */
    const double count[8] = {0, 300, 300, 1, 300, 1, 1, 0};
    plm_classes classes;
    plm_classes_config config;
    table = mse_make(3, count);
    plm_classes_default(&config);
    config.n_burn = 200;
    config.n_kept = 200;
    CHECK_STATUS(plm_classes_run(&classes, &table, &config, &alone), PLM_OK);
    CHECK(classes.sorted[4 * 200 - 1] > 21 * plm_table_total(&table));
    plm_classes_wipe(&classes);
}

/* A grid of totals that ends where much of the mass still is. Ours goes on, and tells its tail. */
static void test_tail(void)
{
    plm_table table = mse_table("UKdat_5");
    const plm_average_config cut = {0, 1, 30184};
    const plm_average_config whole = {0, 1, 0};
    plm_average a;
    CHECK_STATUS(plm_average_run(&a, &table, &cut, &alone), PLM_OK);
    CHECK_NEAR(a.edge, 0.2270, 0.01);
    plm_average_wipe(&a);
    CHECK_STATUS(plm_average_run(&a, &table, &whole, &alone), PLM_OK);
    CHECK(a.edge < 1e-6 && a.tail <= PLM_AVERAGE_TAIL);
    CHECK(plm_average_quantile(&a, 0.975) > 33000);
    CHECK_EQ_INT(a.n_modes, 2);
    plm_average_wipe(&a);
    /* With every total alike beforehand there is no end, and that is said. */
    const plm_average_config flat = {0, 0, 0};
    table = mse_table("Korea");
    CHECK_STATUS(plm_average_run(&a, &table, &flat, &alone), PLM_OK);
    CHECK(!(a.tail <= 1e-3));
    plm_average_wipe(&a);
}

/* A resample without any overlap has no finite estimate: counted, at the upper end, and told. */
static void test_infinite_resamples(void)
{
    const double count[8] = {0, 60, 60, 2, 60, 1, 1, 0};
    plm_table table = mse_make(3, count);
    plm_bca bca;
    CHECK_STATUS(plm_bca_run(&bca, &table, &plm_estimator_main, 1000, 1, &alone, NULL), PLM_OK);
    /* A resample has no overlap with probability (1 - 4/184)^184, about 1.8 %. */
    CHECK(bca.n_infinite > 5 && bca.n_infinite < 40);
    for (unsigned i = 0; i < bca.n; i++) {
        CHECK(isinf(bca.sorted[i]) == (i >= bca.n - bca.n_infinite));
    }
    CHECK(isfinite(plm_bca_limit(&bca, 0.025)));
    plm_bca_wipe(&bca);
    plm_estimate *e = estimate(&table, false);
    CHECK(says(e, "bootstrap-infinite"));
    plm_estimate_destroy(e);
}

/* A grid without N = n shifts what few lists say: all of them count here. */
static void test_total_of_nobody_missing(void)
{
    plm_table table = mse_table("Korea");
    const plm_average_config whole = {0, 1, 0};
    plm_average a;
    CHECK_STATUS(plm_average_run(&a, &table, &whole, &alone), PLM_OK);
    CHECK(a.total[0] == 123);
    CHECK(a.mass[0] > 0.07);
    plm_average_wipe(&a);
}

int main(void)
{
    TAP_RUN(test_ties);
    TAP_RUN(test_empty_list);
    TAP_RUN(test_empty_list_is_no_list);
    TAP_RUN(test_refused_pairs);
    TAP_RUN(test_no_estimate_is_chosen);
    TAP_RUN(test_global_minimum);
    TAP_RUN(test_chains_apart);
    TAP_RUN(test_tail);
    TAP_RUN(test_infinite_resamples);
    TAP_RUN(test_total_of_nobody_missing);
    return tap_done();
}
