/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_ledger.c - how long appending, auditing and proving take.
 *
 *   bench_ledger STORE N      appends N entries of the sizes that a run's have to the store, made
 * if it is not there; then times an audit without signatures, and proofs
 */
#include "crypto/sign.h"
#include "ledger/audit.h"
#include "ledger/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BATCH = 10000,
    PROOFS = 1000
};

static double now_s(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

typedef struct stopwatch {
    double wall;
    double cpu;
} stopwatch;

static stopwatch start(void)
{
    const stopwatch w = {now_s(CLOCK_MONOTONIC), now_s(CLOCK_PROCESS_CPUTIME_ID)};
    return w;
}

static void stop(stopwatch w, const char *what, double n)
{
    (void)printf("%-28s %10.3f s wall %10.3f s cpu %10.2f us each\n", what,
                 now_s(CLOCK_MONOTONIC) - w.wall, now_s(CLOCK_PROCESS_CPUTIME_ID) - w.cpu,
                 (now_s(CLOCK_MONOTONIC) - w.wall) / n * 1e6);
}

static plm_status fill(plm_store *store, uint64_t n)
{
    static const size_t sizes[] = {380, 150, 312, 190}; /* proposal, acceptance, receipt, head */
    uint8_t body[512];
    plm_random(body, sizeof body);
    plm_status status = PLM_OK;
    for (uint64_t i = 0; status == PLM_OK && i < n; i += BATCH) {
        status = plm_store_begin(store);
        for (uint64_t k = i; status == PLM_OK && k < n && k < i + BATCH; k++) {
            plm_store_u64(body, k);
            status = plm_ledger_append(store, "sample", plm_span_of(body, sizes[k % 4]),
                                       1700000000000 + (int64_t)k);
        }
        if (status == PLM_OK) {
            status = plm_store_commit(store);
        }
    }
    return status;
}

static plm_status prove(plm_store *store)
{
    plm_ledger_state state;
    plm_tree_proof proof;
    plm_status status = plm_ledger_now(store, &state);
    for (uint64_t i = 0; status == PLM_OK && i < PROOFS; i++) {
        uint64_t random;
        plm_random(&random, sizeof random);
        const plm_tree tree = plm_ledger_tree(store, state.size);
        status = plm_tree_prove_inclusion(&tree, random % state.size, state.size, &proof);
        if (status == PLM_OK) {
            status = plm_tree_prove_consistency(&tree, 1 + random % state.size, state.size, &proof);
        }
    }
    return status;
}

int main(int argc, char **argv)
{
    plm_store *store;
    char error[PLM_STORE_ERROR_MAX] = "";
    uint64_t n = 0;
    uint64_t bad = 0;
    if (argc != 3 || plm_crypto_init() != PLM_OK) {
        (void)fprintf(stderr, "bench_ledger STORE N\n");
        return 2;
    }
    plm_status status = plm_store_open(&store, argv[1], true, error);
    if (status != PLM_OK) {
        (void)fprintf(stderr, "%s: %s\n", argv[1], error);
        return 1;
    }
    stopwatch w = start();
    status = fill(store, strtoull(argv[2], NULL, 10));
    stop(w, "append, batches of 10,000", strtod(argv[2], NULL));
    if (status == PLM_OK) {
        w = start();
        status = plm_ledger_verify(store, &n, &bad);
        stop(w, "chain and tree", (double)n);
    }
    if (status == PLM_OK) {
        w = start();
        status = prove(store);
        stop(w, "two proofs", PROOFS);
    }
    (void)printf("%" PRIu64 " entries: %s\n", n, plm_status_name(status));
    plm_store_close(store);
    return status == PLM_OK ? 0 : 1;
}
