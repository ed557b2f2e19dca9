/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_tally.h - palermo bench tally: all parties of a tally in this process, beside what
 * libsodium's scalar multiplications alone would take.
 */
#ifndef PLM_CLI_BENCH_TALLY_H
#define PLM_CLI_BENCH_TALLY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct plm_bench_tally {
    unsigned n_parties;
    size_t n;             /* records of each list; a tenth is in all of them */
    unsigned tokens_each; /* of each record */
    unsigned n_threads;
    bool json;
} plm_bench_tally;

/* Measures, compares the table with what it must be, and prints. The exit status. */
int plm_bench_tally_run(const char *command, const plm_bench_tally *config);

#endif
