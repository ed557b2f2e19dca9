/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.h - palermo bench match: two processes on this machine, one protocol, one measurement.
 *
 *     parent                        each side
 *     connects a pair of sockets
 *     forks both               -->  makes its tokens and labels, a base if one is to be kept
 *                              <--  ready (a byte)
 *     start (a byte) to both   -->  plm_bench_begin returns: clocks run
 *                                   the protocol, each piece of time told to a phase
 *                                   plm_bench_end: the result is there, clocks stop
 *                              <--  plm_bench_side
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
    size_t n_common;    /* tokens that both sides hold; at least 1 */
    unsigned n_threads; /* of each side of the engine; the naive exchange has one */
    size_t label_bytes; /* of the engine; the naive exchange carries none */
} plm_bench_config;

typedef struct plm_bench_phase {
    char name[PLM_BENCH_PHASE_NAME];
    double seconds;     /* of the wall clock */
    double cpu_seconds; /* of the side's main thread alone */
} plm_bench_phase;

/* What one side measured of itself, between start and end. */
typedef struct plm_bench_side {
    plm_status status;
    double seconds;
    double cpu_seconds; /* user and system, all threads */
    double ended;       /* on the clock that both processes share */
    uint64_t bytes_sent;
    uint64_t bytes_received;
    uint64_t peak_rss_bytes;
    uint64_t excess_bytes; /* of that, beyond the process as it was with nothing but its tokens */
    uint64_t n_hits;
    size_t n_phases;
    plm_bench_phase phases[PLM_BENCH_PHASES];
} plm_bench_side;

typedef struct plm_bench_result {
    double seconds; /* from the start of both to the end of both */
    plm_bench_side side[2];
} plm_bench_result;

/*
 * Runs both sides as processes of their own, over TCP on loopback. The status of the side that
 * failed first; PLM_E_TAMPERED: the hits or the labels are not the right ones.
 */
plm_status plm_bench_run(const plm_bench_config *config, plm_bench_result *result) PLM_MUST_CHECK;

/* One side, inside its process. */
typedef struct plm_bench_party {
    const plm_bench_config *config;
    plm_match_role role;
    int fd; /* connected to the other side, borrowed */
    int start;
    int tell;
    plm_token *tokens;
    uint8_t *labels; /* of the sender; or NULL */
    double wall_started;
    double cpu_started;
    double wall_mark; /* when the last piece of time was told to its phase */
    double cpu_mark;
    plm_bench_side result;
} plm_bench_party;

/* Makes the tokens, runs the protocol, tells the parent. Never returns. */
_Noreturn void plm_bench_be_side(const plm_bench_config *config, plm_match_role role, int fd,
                                 int start, int tell);

/* Waits for the start; from here on it counts. PLM_E_IO. */
plm_status plm_bench_begin(plm_bench_party *party) PLM_MUST_CHECK;
/* What went by since the last call belongs to this phase. */
void plm_bench_charge(plm_bench_party *party, const char *phase);
/* Nothing counts from here on. */
void plm_bench_end(plm_bench_party *party);

/* Whether the other side holds token number i of this role, too. */
bool plm_bench_is_common(const plm_bench_config *config, plm_match_role role, size_t i);
/* The label that belongs to a token: config->label_bytes of it. */
void plm_bench_label(const plm_bench_config *config, const plm_token *token, uint8_t *label);
/* Seconds on the monotonic clock. */
double plm_bench_now(void);

/* The protocols, up to plm_bench_end and the check of the hits. */
plm_status plm_bench_engine(plm_bench_party *party) PLM_MUST_CHECK;
plm_status plm_bench_naive(plm_bench_party *party) PLM_MUST_CHECK;

#endif
