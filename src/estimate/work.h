/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work.h - long loops over independent items: on several threads, with progress, and cancellable.
 */
#ifndef PLM_ESTIMATE_WORK_H
#define PLM_ESTIMATE_WORK_H

#include "base/pool.h"
#include "estimate/loglin.h"

/* Called in the caller's thread; false ends the work with PLM_E_CANCELLED. */
typedef bool plm_work_progress_fn(void *context, const char *phase, uint64_t done, uint64_t total);

/* What a computation runs on; all may be NULL. Borrowed. */
typedef struct plm_work {
    plm_pool *pool;
    plm_work_progress_fn *progress;
    void *context;
} plm_work;

/*
 * Runs fn over 0 <= i < n in pieces of at most `grain` and tells of progress now and then.
 * PLM_E_CANCELLED; failures inside fn are fn's to keep.
 */
plm_status plm_work_run(const plm_work *work, const char *phase, size_t n, size_t grain,
                        plm_pool_fn *fn, void *context) PLM_MUST_CHECK;

#endif
