/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.h - palermo bench match: two processes on this machine, one protocol, one measurement.
 */
#ifndef PLM_CLI_BENCH_H
#define PLM_CLI_BENCH_H

#include <palermo/match.h>
#include <stdbool.h>

enum {
    PLM_BENCH_PHASES = 24,
    PLM_BENCH_PHASE_NAME = 16,
    PLM_BENCH_WARM_TOKENS = 1000 /* of the run that makes a base to keep */
};

typedef struct plm_bench_config {
    bool is_naive; /* the insecure exchange: AES-hash, 80-bit digests, hash join */
    plm_match_engine engine;
    plm_match_security security;
    bool with_frames; /* Palermo's frames, else a length before each message */
    bool keeps_base;
    size_t n[2];        /* tokens, by role */
    size_t n_common;    /* the first of both */
    unsigned n_threads; /* of each side */
    size_t label_bytes;
} plm_bench_config;

typedef struct plm_bench_phase {
    char name[PLM_BENCH_PHASE_NAME];
    double seconds; /* of the wall clock */
} plm_bench_phase;

/* What one side measured of itself. */
typedef struct plm_bench_side {
    double seconds;
    double cpu_seconds;    /* user and system, all threads, without making tokens */
    double system_seconds; /* of these: mostly memory that is touched for the first time */
    uint64_t bytes_sent;
    uint64_t peak_rss_bytes;
    uint64_t run_bytes; /* of that what the run took: no pages of files, no tokens */
    uint64_t n_hits;
    size_t n_phases;
    plm_bench_phase phases[PLM_BENCH_PHASES];
} plm_bench_side;

typedef struct plm_bench_result {
    double seconds; /* from the start of both to the end of both */
    plm_bench_side side[2];
} plm_bench_result;

/* Runs both sides as processes of their own, over TCP on loopback. */
plm_status plm_bench_run(const plm_bench_config *config, plm_bench_result *result) PLM_MUST_CHECK;

/* Seconds of processor time of this process so far, all threads. */
double plm_bench_cpu_seconds(void);
double plm_bench_system_seconds(void);

/* One side, on a connected socket (consumed). */
plm_status plm_bench_side_engine(const plm_bench_config *config, plm_match_role role,
                                 const plm_token *tokens, int fd,
                                 plm_bench_side *result) PLM_MUST_CHECK;
plm_status plm_bench_side_naive(const plm_bench_config *config, plm_match_role role,
                                const plm_token *tokens, int fd,
                                plm_bench_side *result) PLM_MUST_CHECK;

#endif
