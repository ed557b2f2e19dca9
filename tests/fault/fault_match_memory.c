/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failing allocations in a match: a run is made once for every allocation of it, with that one
 * failing. It ends with PLM_E_NOMEM, the machine is dead, nothing leaks (the sanitizers' build sees
 * to the last). Linked with --wrap of whatever gives memory.
 */
#include "base/big.h"
#include "match_pair.h"

enum {
    LABEL = 20
};

static long n_until_failure = -1; /* -1: none fails */

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_aligned_alloc(size_t alignment, size_t n);
void *__real_plm_big_create(size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_aligned_alloc(size_t alignment, size_t n);
void *__wrap_plm_big_create(size_t n);

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

void *__wrap_realloc(void *p, size_t n)
{
    return fails_now() ? NULL : __real_realloc(p, n);
}

void *__wrap_aligned_alloc(size_t alignment, size_t n)
{
    return fails_now() ? NULL : __real_aligned_alloc(alignment, n);
}

void *__wrap_plm_big_create(size_t n)
{
    return fails_now() ? NULL : __real_plm_big_create(n);
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

/* What an earlier run left, so that a run of engine vole takes no base transfers. */
static uint8_t bases[2][PLM_MATCH_BASE_MAX];
static size_t base_bytes[2];

static plm_match_config config_of(plm_match_engine engine, plm_match_role role,
                                  const plm_token *tokens, const uint8_t *labels)
{
    plm_match_config c = {
        .engine = engine, .role = role, .tokens = tokens, .n = 3, .n_padded = 4, .n_peer = 4};
    if (engine == PLM_ENGINE_VOLE) {
        c.label_bytes = LABEL;
        c.labels = role == PLM_MATCH_SENDER ? labels : NULL;
        c.base = bases[role];
        c.base_bytes = base_bytes[role];
    }
    return c;
}

static plm_status move_on(plm_match *side[2])
{
    plm_status status = PLM_OK;
    for (bool moved[2] = {true, true}; status == PLM_OK && (moved[0] || moved[1]);) {
        for (int role = 0; role < 2 && status == PLM_OK; role++) {
            status = step(side[role], side[!role], &moved[role]);
        }
    }
    return status;
}

static plm_status run(plm_match_engine engine)
{
    static const uint8_t labels[3 * LABEL] = "labels";
    plm_token tokens[3];
    plm_match *side[2] = {NULL, NULL};
    const uint32_t *hits = NULL;
    size_t n = 0;
    plm_status status = PLM_OK;
    for (size_t i = 0; i < 3; i++) {
        tokens[i] = pair_token(i);
    }
    for (int role = 0; role < 2 && status == PLM_OK; role++) {
        const plm_match_config config = config_of(engine, (plm_match_role)role, tokens, labels);
        status = plm_match_create(&side[role], &config);
        CHECK(status == PLM_OK || side[role] == NULL);
    }
    if (status == PLM_OK) {
        status = move_on(side);
    }
    if (status == PLM_OK) {
        CHECK_STATUS(plm_match_hits(side[PLM_MATCH_RECEIVER], &hits, &n), PLM_OK);
        CHECK_EQ_INT(n, 3);
    }
    for (int role = 0; role < 2; role++) {
        if (status == PLM_OK && engine == PLM_ENGINE_VOLE && base_bytes[role] == 0) {
            CHECK_STATUS(plm_match_get_base(side[role], bases[role], &base_bytes[role]), PLM_OK);
        }
        plm_match_destroy(side[role]);
    }
    return status;
}

static void check_each(plm_match_engine engine, long least)
{
    long n_failures = 0;
    for (;; n_failures++) {
        n_until_failure = n_failures;
        plm_status status = run(engine);
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
    CHECK(n_failures >= least);
}

static void test_oprf(void)
{
    check_each(PLM_ENGINE_OPRF, 10); /* machines, pools, states, lists, window, messages, hits */
}

static void test_vole(void)
{
    CHECK_STATUS(run(PLM_ENGINE_VOLE), PLM_OK); /* a base for the others */
    check_each(PLM_ENGINE_VOLE, 40); /* besides: vectors, codes, rows, benches, buckets, labels */
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_oprf);
    TAP_RUN(test_vole);
    return tap_done();
}
