/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_report.h - what palermo bench match tells.
 */
#ifndef PLM_CLI_BENCH_REPORT_H
#define PLM_CLI_BENCH_REPORT_H

#include "cli/bench.h"

typedef struct plm_bench_report {
    plm_bench_result engine; /* the run of median time */
    plm_bench_result naive;
    double fastest; /* seconds of the engine */
    double slowest;
    size_t n_repeat;
} plm_bench_report;

/* Seconds of one ristretto255 scalar multiplication of libsodium, on one core, here and now. */
double plm_bench_scalarmult(void);

/* As a table or as JSON. multiplication: seconds, or 0 where it says nothing. The exit status. */
int plm_bench_print(const plm_bench_config *config, const plm_bench_report *report,
                    double multiplication, bool json);

#endif
