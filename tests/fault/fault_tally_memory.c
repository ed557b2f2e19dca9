/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failing allocations in a tally: a run is made once for every allocation of it, with that one
 * failing. It ends with PLM_E_NOMEM, and nothing leaks (the sanitizers' build sees to that). Linked
 * with --wrap=malloc and --wrap=calloc.
 */
#include "tally_ring.h"

static long n_until_failure = -1; /* -1: none fails */

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t size);

static bool fails_now(void)
{
    return n_until_failure >= 0 && n_until_failure-- == 0;
}

void *__wrap_malloc(size_t n)
{
    return fails_now() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

static plm_status run(ring *world)
{
    plm_status status = ring_open(world);
    if (status == PLM_OK) {
        status = ring_run(world);
    }
    if (status == PLM_OK) {
        ring_check_table(world);
    }
    ring_close(world);
    return status;
}

static void test_each_allocation(void)
{
    static ring world = {.k = 3, .n_strata = 1, .tokens_each = 2, .n_padded = {2, 2, 0}};
    static const uint64_t numbers[] = {1, 2};
    ring_add(&world.lists[0], 0, numbers, 2);
    ring_add(&world.lists[1], 0, numbers + 1, 1);
    long n_failures = 0;
    for (;; n_failures++) {
        n_until_failure = n_failures;
        plm_status status = run(&world);
        bool failed = n_until_failure < 0;
        n_until_failure = -1;
        if (!failed) {
            CHECK_STATUS(status, PLM_OK);
            break;
        }
        if (!CHECK_STATUS(status, PLM_E_NOMEM) || !CHECK(n_failures < 1000)) {
            break;
        }
    }
    CHECK(n_failures >= 30); /* three machines with their lists and maps, messages, the table */
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_each_allocation);
    return tap_done();
}
