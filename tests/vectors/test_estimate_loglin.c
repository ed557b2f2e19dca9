/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log-linear models, their existence, profile intervals and Chao's bounds against R packages
 * (tests/vectors/data/mse/README.md).
 */
#include "estimate/chao.h"
#include "estimate/profile.h"
#include "estimate/search.h"
#include "mse.h"

static const double z95 = 1.959963984540054;

static const char *const five_or_fewer[] = {"Korea",   "Kosovo",   "NewOrl_5",
                                            "UKdat_4", "ScotPWID", "UKdat_5"};

static plm_loglin *work_for(const plm_table *table)
{
    plm_loglin *work = NULL;
    CHECK_STATUS(plm_loglin_create(&work, table->n_lists), PLM_OK);
    return work;
}

static void read_model(plm_model *model, unsigned n_lists, const char *text)
{
    const plm_diag_sink nowhere = {NULL, NULL};
    char name[PLM_MODEL_NAME_BYTES];
    CHECK_STATUS(plm_model_parse(model, n_lists, text, &nowhere, "model"), PLM_OK);
    plm_model_name(model, name);
    CHECK_EQ_STR(name, text);
}

static void check_fit(const mse_csv *csv, const plm_loglin_fit *fit, bool is_rounded)
{
    double close = is_rounded ? 1e-8 : 1e-9;
    CHECK_EQ_INT(fit->trouble, mse_number(csv, "ierr"));
    CHECK_EQ_INT(fit->n_terms, mse_number(csv, "npar"));
    CHECK_EQ_INT(fit->n_infinite, mse_number(csv, "n_neginf"));
    if (fit->trouble == 0) {
        CHECK_EQ_INT(fit->df, mse_number(csv, "df"));
        CHECK(fabs(fit->deviance - mse_number(csv, "deviance")) < 1e-6);
        CHECK_NEAR(fit->estimate, mse_number(csv, "Nhat"), 1e-7);
        CHECK_NEAR(fit->aic, mse_number(csv, "AIC"), close);
        CHECK_NEAR(fit->bic, mse_number(csv, "BIC"), close);
    } else {
        CHECK(!isfinite(fit->estimate));
    }
}

static void test_named_models(void)
{
    mse_csv csv;
    size_t n = 0;
    CHECK(mse_open(&csv, MSE_DATA, "reference-loglin-models.csv"));
    for (; mse_next(&csv); n++) {
        plm_table table = mse_table(mse_text(&csv, "dataset"));
        plm_loglin *work = work_for(&table);
        plm_model model;
        plm_loglin_fit fit;
        read_model(&model, table.n_lists, mse_text(&csv, "model"));
        plm_loglin_run(work, table.count, &model, NULL, &fit);
        check_fit(&csv, &fit, false);
        if (fit.trouble == 0) {
            double persons = plm_table_total(&table);
            CHECK_NEAR(plm_loglin_wald(&fit, persons, -z95), mse_number(&csv, "lo95_wald"), 2e-5);
            CHECK_NEAR(plm_loglin_wald(&fit, persons, z95), mse_number(&csv, "hi95_wald"), 2e-5);
        }
        plm_loglin_destroy(work);
    }
    CHECK_EQ_INT(n, 42);
    mse_close(&csv);
}

/* Every row of a file of all models; ';' between the terms of some files' names. */
static size_t check_all_models(const char *folder, const char *file, const char *dataset)
{
    mse_csv csv;
    size_t n = 0;
    plm_table table = mse_table(dataset);
    plm_loglin *work = work_for(&table);
    CHECK(mse_open(&csv, folder, file));
    for (; mse_next(&csv); n++) {
        char name[PLM_MODEL_NAME_BYTES];
        plm_model model;
        plm_loglin_fit fit;
        (void)snprintf(name, sizeof name, "%s", mse_text(&csv, "model"));
        for (char *p = name; *p != '\0'; p++) {
            *p = *p == ';' ? ',' : *p;
        }
        read_model(&model, table.n_lists, name);
        plm_loglin_run(work, table.count, &model, NULL, &fit);
        check_fit(&csv, &fit, true);
    }
    mse_close(&csv);
    plm_loglin_destroy(work);
    return n;
}

static void test_all_models(void)
{
    CHECK_EQ_INT(check_all_models(MSE_DATA, "allmodels-Korea.csv", "Korea"), 8);
    CHECK_EQ_INT(check_all_models(MSE_DATA, "allmodels-Kosovo.csv", "Kosovo"), 113);
    CHECK_EQ_INT(check_all_models(MSE_DATA, "allmodels-UKdat_4.csv", "UKdat_4"), 113);
}

static void test_all_models_of_every_table(void)
{
    if (!mse_has_shared()) {
        return;
    }
    for (size_t i = 0; i < sizeof five_or_fewer / sizeof *five_or_fewer; i++) {
        static const size_t n[] = {0, 0, 0, 8, 113, 6893};
        char file[64];
        (void)snprintf(file, sizeof file, "fixtures/allmodels_%s.csv", five_or_fewer[i]);
        plm_table table = mse_table(five_or_fewer[i]);
        CHECK_EQ_INT(check_all_models(MSE_SHARED, file, five_or_fewer[i]), n[table.n_lists]);
    }
}

/* The models of a table without an estimate are those that the reference names, no more, no less.
 */
static void test_trouble(void)
{
    for (size_t i = 0; i < sizeof five_or_fewer / sizeof *five_or_fewer; i++) {
        const plm_work alone = {NULL, NULL, NULL};
        plm_table table = mse_table(five_or_fewer[i]);
        plm_search search;
        mse_csv csv;
        size_t n_named = 0;
        CHECK_STATUS(plm_search_run(&search, &table, &alone), PLM_OK);
        CHECK(mse_open(&csv, MSE_DATA, "reference-trouble.csv"));
        while (mse_next(&csv)) {
            plm_model model;
            if (strcmp(mse_text(&csv, "dataset"), five_or_fewer[i]) != 0) {
                continue;
            }
            read_model(&model, table.n_lists, mse_text(&csv, "model"));
            for (size_t m = search.n_good; m < search.n; m++) {
                if (search.model[m].set == model.set[0]) {
                    n_named++;
                    CHECK_EQ_INT(search.model[m].fit.trouble, mse_number(&csv, "ierr"));
                }
            }
        }
        CHECK_EQ_INT(n_named, search.n - search.n_good);
        mse_close(&csv);
        plm_search_wipe(&search);
    }
}

static void test_profile(void)
{
    mse_csv csv;
    size_t n = 0;
    CHECK(mse_open(&csv, MSE_DATA, "reference-rcapture-profileCI.csv"));
    for (; mse_next(&csv); n++) {
        plm_table table = mse_table(mse_text(&csv, "dataset"));
        plm_loglin *work = work_for(&table);
        plm_model model;
        plm_loglin_fit fit;
        plm_profile profile;
        read_model(&model, table.n_lists, mse_text(&csv, "model"));
        plm_loglin_run(work, table.count, &model, NULL, &fit);
        CHECK(plm_profile_run(work, table.count, &model, &fit, 0.95, &profile));
        CHECK_NEAR(profile.low, mse_number(&csv, "lo95"), 1e-4);
        CHECK_NEAR(profile.high, mse_number(&csv, "hi95"), 1e-4);
        CHECK_NEAR(profile.maximum, mse_number(&csv, "Nmult"), 1e-4);
        plm_loglin_destroy(work);
    }
    CHECK_EQ_INT(n, 13);
    mse_close(&csv);
}

static void test_chao(void)
{
    mse_csv csv;
    size_t n = 0;
    CHECK(mse_open(&csv, MSE_DATA, "reference-chao.csv"));
    for (; mse_next(&csv); n++) {
        plm_table table = mse_table(mse_text(&csv, "dataset"));
        plm_chao chao;
        plm_chao_run(&table, &chao);
        CHECK_NEAR(plm_table_total(&table), mse_number(&csv, "n"), 0);
        CHECK_NEAR(chao.f1, mse_number(&csv, "f1"), 0);
        CHECK_NEAR(chao.f2, mse_number(&csv, "f2"), 0);
        CHECK_NEAR(chao.classical, mse_number(&csv, "chao87"), 1e-12);
        CHECK_NEAR(chao.low, mse_number(&csv, "chao87_lo95"), 1e-7);
        CHECK_NEAR(chao.high, mse_number(&csv, "chao87_hi95"), 1e-7);
        CHECK_NEAR(chao.corrected, mse_number(&csv, "chao_bc"), 1e-12);
        CHECK_NEAR(chao.classical_of_lists, mse_number(&csv, "chao_t"), 1e-12);
        CHECK_NEAR(chao.corrected_of_lists, mse_number(&csv, "chao_bc_t"), 1e-12);
    }
    CHECK_EQ_INT(n, 7);
    mse_close(&csv);
}

int main(void)
{
    TAP_RUN(test_named_models);
    TAP_RUN(test_all_models);
    TAP_RUN(test_all_models_of_every_table);
    TAP_RUN(test_trouble);
    TAP_RUN(test_profile);
    TAP_RUN(test_chao);
    return tap_done();
}
