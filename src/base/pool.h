/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h - a fixed set of threads that share one loop at a time.
 */
#ifndef PLM_BASE_POOL_H
#define PLM_BASE_POOL_H

#include <palermo/status.h>
#include <stddef.h>

typedef struct plm_pool plm_pool;

/* Handles the items first <= i < last; called from several threads at once on disjoint ranges. */
typedef void plm_pool_fn(void *context, size_t first, size_t last);

/*
 * n_threads in all, the caller's included (1: no thread is started). The handle is owned by the
 * caller. PLM_E_ARGUMENT for 0 or more than 256 threads, PLM_E_NOMEM.
 */
plm_status plm_pool_create(plm_pool **out, unsigned n_threads) PLM_MUST_CHECK;
/* Ends the threads; pool may be NULL. */
void plm_pool_destroy(plm_pool *pool);
/* Threads of the pool; 1 for NULL. */
unsigned plm_pool_threads(const plm_pool *pool);
/*
 * Runs fn over 0 <= i < n in pieces of at most `grain` items and returns when all are done.
 * pool NULL runs in the caller alone. One caller at a time.
 */
void plm_pool_run(plm_pool *pool, size_t n, size_t grain, plm_pool_fn *fn, void *context);
/* Number of processors this process may use (sched_getaffinity), at least 1. */
unsigned plm_pool_cpus(void);

#endif
