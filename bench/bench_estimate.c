/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_estimate.c - times of the estimators on published tables: docs/benchmarks.md, "Estimates".
 *
 *   build/bench/bench_estimate tests/vectors/data/mse [THREADS]
 */
#include "base/file.h"
#include "estimate/average.h"
#include "estimate/bca.h"
#include "estimate/search.h"
#include "estimate/table_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    REPEATS = 5
};

typedef plm_status bench_fn(const plm_table *table, const plm_work *work);

static double now(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static plm_status run_models(const plm_table *table, const plm_work *work)
{
    plm_search search;
    plm_status status = plm_search_run(&search, table, work);
    plm_search_wipe(&search);
    return status;
}

static plm_status run_bootstrap(const plm_table *table, const plm_work *work)
{
    plm_bca bca;
    plm_status status = plm_bca_run(&bca, table, &plm_estimator_stepwise, 1000, 1, work, NULL);
    plm_bca_wipe(&bca);
    return status;
}

static plm_status run_graphs(const plm_table *table, const plm_work *work)
{
    const plm_average_config usual = {0, 1, 0};
    plm_average average;
    plm_status status = plm_average_run(&average, table, &usual, work);
    plm_average_wipe(&average);
    return status;
}

/* The fastest of some runs, by the clock, and its processor time. */
static int measure(const char *folder, const char *name, const char *what, bench_fn *run,
                   const plm_work *work)
{
    static const plm_table_format plain = {NULL, false};
    static const plm_diag_sink nowhere = {NULL, NULL};
    char path[1024];
    plm_buf bytes;
    plm_table_file file = {0};
    double best = 1e9;
    double processor = 0;
    (void)snprintf(path, sizeof path, "%s/%s.csv", folder, name);
    plm_buf_init(&bytes, PLM_TABLE_FILE_MAX);
    plm_status status = plm_file_read(path, &bytes);
    if (status == PLM_OK) {
        status = plm_table_read(&file, plm_buf_span(&bytes), path, &plain, &nowhere);
    }
    for (int i = 0; i < REPEATS && status == PLM_OK; i++) {
        double wall = now(CLOCK_MONOTONIC);
        double cpu = now(CLOCK_PROCESS_CPUTIME_ID);
        status = run(&file.table, work);
        wall = now(CLOCK_MONOTONIC) - wall;
        if (wall < best) {
            best = wall;
            processor = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        }
    }
    plm_buf_wipe(&bytes);
    plm_table_file_wipe(&file);
    if (status != PLM_OK) {
        (void)fprintf(stderr, "bench_estimate: %s: %s\n", path, plm_status_sentence(status));
        return 1;
    }
    printf("| %s | %s | %.3f | %.3f |\n", what, name, best, processor);
    return 0;
}

int main(int argc, char **argv)
{
    plm_work work = {NULL, NULL, NULL};
    unsigned n_threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : plm_pool_cpus();
    if (argc < 2 || plm_pool_create(&work.pool, n_threads) != PLM_OK) {
        (void)fprintf(stderr, "usage: bench_estimate FOLDER [THREADS]\n");
        return 2;
    }
    printf("| what | table | s | s of processors |\n|---|---|---|---|\n");
    int bad =
        measure(argv[1], "UKdat_5", "all 6,893 models, checked and fitted", run_models, &work);
    bad |= measure(argv[1], "UKdat", "all 32,768 models of pairs", run_models, &work);
    bad |= measure(argv[1], "UKdat_5", "stepwise, 1,000 resamples and jackknife", run_bootstrap,
                   &work);
    bad |=
        measure(argv[1], "UKdat", "stepwise, 1,000 resamples and jackknife", run_bootstrap, &work);
    bad |= measure(argv[1], "UKdat_5", "822 graphs, every N", run_graphs, &work);
    bad |= measure(argv[1], "UKdat", "18,154 graphs, every N", run_graphs, &work);
    plm_pool_destroy(work.pool);
    return bad;
}
