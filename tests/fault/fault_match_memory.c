/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failing allocations in a match: a run is made once for every allocation of it, with that one
 * failing. It ends with PLM_E_NOMEM, the machine is dead, nothing leaks (the sanitizers' build sees
 * to the last). Linked with --wrap=malloc and --wrap=calloc.
 */
#include "match_pair.h"

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

/* The harness' own allocations do not fail. */
static plm_status step(plm_match *m, plm_match *peer, bool *moved)
{
    const uint8_t *bytes = NULL;
    size_t n = 0;
    unsigned wants = plm_match_wants(m);
    plm_status status = PLM_OK;
    *moved = (wants & (PLM_MATCH_OUTPUT | PLM_MATCH_WORK)) != 0;
    if (wants & PLM_MATCH_OUTPUT) {
        status = plm_match_output(m, &bytes, &n);
        return status == PLM_OK ? plm_match_input(peer, bytes, n) : status;
    }
    return wants & PLM_MATCH_WORK ? plm_match_work(m) : PLM_OK;
}

static plm_status run(unsigned n_threads)
{
    plm_token tokens[3];
    plm_match *side[2] = {NULL, NULL};
    const uint32_t *hits = NULL;
    size_t n = 0;
    plm_status status = PLM_OK;
    for (size_t i = 0; i < 3; i++) {
        tokens[i] = pair_token(i);
    }
    for (int role = 0; role < 2 && status == PLM_OK; role++) {
        const plm_match_config config = {.engine = PLM_ENGINE_OPRF,
                                         .role = (plm_match_role)role,
                                         .tokens = tokens,
                                         .n = 3,
                                         .n_padded = 4,
                                         .n_peer = 4,
                                         .n_threads = n_threads};
        status = plm_match_create(&side[role], &config);
        CHECK(status == PLM_OK || side[role] == NULL);
    }
    for (bool moved[2] = {true, true}; status == PLM_OK && (moved[0] || moved[1]);) {
        for (int role = 0; role < 2 && status == PLM_OK; role++) {
            status = step(side[role], side[!role], &moved[role]);
        }
    }
    if (status == PLM_OK) {
        CHECK_STATUS(plm_match_hits(side[PLM_MATCH_RECEIVER], &hits, &n), PLM_OK);
        CHECK_EQ_INT(n, 3);
    }
    plm_match_destroy(side[0]);
    plm_match_destroy(side[1]);
    return status;
}

static void test_each_allocation(void)
{
    long n_failures = 0;
    for (;; n_failures++) {
        n_until_failure = n_failures;
        plm_status status = run(1);
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
    CHECK(n_failures >= 10); /* machines, pools, states, lists, window, messages, hits */
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_each_allocation);
    return tap_done();
}
