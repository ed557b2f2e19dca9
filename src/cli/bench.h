/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.h - palermo bench match: two processes on this machine, one protocol, one measurement.
 */
#ifndef PLM_CLI_BENCH_H
#define PLM_CLI_BENCH_H

#include <palermo/match.h>
#include <stdbool.h>

typedef enum plm_bench_protocol {
    PLM_BENCH_OPRF,
    PLM_BENCH_NAIVE /* insecure: AES-hash, 80-bit digests, hash join */
} plm_bench_protocol;

typedef struct plm_bench_config {
    plm_bench_protocol protocol;
    size_t n;           /* tokens of each side; a tenth of them in common */
    unsigned n_threads; /* of each side */
} plm_bench_config;

typedef struct plm_bench_result {
    double seconds;      /* from the start of both to the end of both */
    double cpu_seconds;  /* of both processes, user and system */
    uint64_t bytes_sent; /* by the receiver */
    uint64_t bytes_received;
    uint64_t peak_rss_bytes; /* of the larger process */
    uint64_t n_hits;
} plm_bench_result;

/* Runs both sides as processes of their own, over TCP on loopback. */
plm_status plm_bench_run(const plm_bench_config *config, plm_bench_result *result) PLM_MUST_CHECK;

/* One side, on a connected socket (consumed). What the receiver found in *n_hits. */
plm_status plm_bench_side_engine(const plm_bench_config *config, bool is_receiver,
                                 const plm_token *tokens, int fd,
                                 plm_bench_result *result) PLM_MUST_CHECK;
plm_status plm_bench_side_naive(const plm_bench_config *config, bool is_receiver,
                                const plm_token *tokens, int fd,
                                plm_bench_result *result) PLM_MUST_CHECK;

#endif
