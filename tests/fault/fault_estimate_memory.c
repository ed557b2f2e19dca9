/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An estimate and its reports with the n-th allocation failing, jansson's included: it says so,
 * hands over nothing, and loses no memory (the sanitizers' build sees to the last). A run has
 * thousands of allocations; the first and the last are all tried, of those between every 199th.
 */
#include "estimate/report.h"
#include "mse.h"

static long n_until_failure = -1; /* -1: never */
static long n_allocations;

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);

static bool fails(void)
{
    n_allocations++;
    return n_until_failure >= 0 && n_until_failure-- == 0;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
    return fails() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

static plm_status estimate(plm_estimate **out)
{
    static plm_table_file file;
    const plm_work alone = {NULL, NULL, NULL};
    plm_estimate_options options;
    plm_estimate_default(&options);
    options.n_resamples = 100;
    options.n_simulations = 1;
    options.classes.n_chains = 2;
    options.classes.n_burn = 5;
    options.classes.n_kept = 10;
    options.classes.thin = 1;
    options.rates.missed = 0.05;
    if (file.table.n_lists == 0) {
        file.table = mse_table("Korea");
    }
    return plm_estimate_create(out, &file, &options, &alone);
}

static plm_status read_text(void)
{
    static const plm_table_format plain = {NULL, false};
    static const plm_diag_sink nowhere = {NULL, NULL};
    plm_table_file file;
    plm_status status =
        plm_table_read(&file, plm_span_str("A,B,count\n1,0,3\n0,1,4\n"), "t.csv", &plain, &nowhere);
    plm_table_file_wipe(&file);
    return status;
}

static plm_status run_estimate(void)
{
    plm_estimate *e = NULL;
    plm_status status = estimate(&e);
    CHECK((status == PLM_OK) == (e != NULL));
    plm_estimate_destroy(e);
    return status;
}

static plm_estimate *told;

static plm_status tell_json(void)
{
    json_t *root = NULL;
    plm_status status = plm_report_json(told, &root);
    CHECK((status == PLM_OK) == (root != NULL));
    json_decref(root);
    return status;
}

static plm_status tell_pages(void)
{
    plm_buf out;
    plm_buf_init(&out, PLM_REPORT_MAX);
    plm_status status = plm_report_csv(told, &out);
    CHECK((status == PLM_OK) == (out.n > 0));
    plm_buf_clear(&out);
    if (status == PLM_OK) {
        status = plm_report_html(told, "T", &out);
        CHECK((status == PLM_OK) == (out.n > 0));
    }
    plm_buf_wipe(&out);
    return status;
}

static void fail_each(plm_status (*scenario)(void), long at_least)
{
    CHECK_STATUS(scenario(), PLM_OK); /* reads what it reads once only */
    n_allocations = 0;
    CHECK_STATUS(scenario(), PLM_OK);
    long n_all = n_allocations;
    CHECK(n_all >= at_least);
    for (long n = 0; n < n_all; n += n < 100 || n > n_all - 100 ? 1 : 199) {
        n_until_failure = n;
        CHECK_STATUS(scenario(), PLM_E_NOMEM);
        CHECK_EQ_INT(n_until_failure, -1);
        n_until_failure = -1;
    }
}

static void test_reader(void)
{
    fail_each(read_text, 3);
}

static void test_estimate(void)
{
    fail_each(run_estimate, 300);
}

static void test_reports(void)
{
    json_set_alloc_funcs(malloc, free);
    CHECK_STATUS(estimate(&told), PLM_OK);
    fail_each(tell_json, 500);
    fail_each(tell_pages, 2);
    plm_estimate_destroy(told);
}

int main(void)
{
    TAP_RUN(test_reader);
    TAP_RUN(test_estimate);
    TAP_RUN(test_reports);
    return tap_done();
}
