/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/work.h"

enum {
    ROUNDS = 50 /* reports of one loop, about */
};

/* One round's place in the whole loop. */
typedef struct round_of {
    plm_pool_fn *fn;
    void *context;
    size_t base;
} round_of;

static void run_piece(void *context, size_t first, size_t last)
{
    const round_of *round = (const round_of *)context;
    round->fn(round->context, round->base + first, round->base + last);
}

plm_status plm_work_run(const plm_work *work, const char *phase, size_t n, size_t grain,
                        plm_pool_fn *fn, void *context)
{
    size_t n_round = n / ROUNDS + 1;
    size_t least = grain * plm_pool_threads(work->pool) * 4;
    if (work->progress == NULL) {
        n_round = n;
    } else if (n_round < least) {
        n_round = least;
    }
    for (size_t done = 0; done < n;) {
        size_t now = n - done < n_round ? n - done : n_round;
        round_of round = {fn, context, done};
        plm_pool_run(work->pool, now, grain, run_piece, &round);
        done += now;
        if (work->progress != NULL && !work->progress(work->context, phase, done, n)) {
            return PLM_E_CANCELLED;
        }
    }
    return PLM_OK;
}
