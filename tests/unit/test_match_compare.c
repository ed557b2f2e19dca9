/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting in pieces against qsort, comparing against the naive intersection, and the front's checks
 * of a configuration.
 */
#include "crypto/sign.h"
#include "match/compare.h"
#include "numbers.h"
#include "tap.h"

#include <palermo/match.h>
#include <stdlib.h>

enum {
    N_MAX = 30000
};

static uint64_t state = 7;

static uint64_t next_number(void)
{
    return test_number(&state);
}

static int compare_own(const void *a, const void *b)
{
    return memcmp(a, b, PLM_VALUE_BYTES);
}

/* kind 0: random; 1: equal but for the last bits; 2: all equal; 3: descending */
static void fill(plm_own_value *values, size_t n, int kind)
{
    for (size_t i = 0; i < n; i++) {
        memset(&values[i], 0, sizeof values[i]);
        plm_store_u64(values[i].value.b, kind == 0 ? next_number() : kind == 3 ? n - i : 1);
        plm_store_u64(values[i].value.b + 8, kind < 2 ? next_number() % 100000 : 0);
        values[i].token = (uint32_t)i;
    }
}

static void check_sort(size_t n, int kind, size_t budget)
{
    static plm_own_value values[N_MAX + 1];
    static plm_own_value wanted[N_MAX + 1];
    static uint8_t seen[N_MAX + 1];
    plm_sorter sorter;
    size_t n_steps = 1;
    fill(values, n, kind);
    memset(&values[n], 0xee, sizeof values[n]); /* must not be touched */
    memcpy(wanted, values, sizeof values);
    qsort(wanted, n, sizeof *wanted, compare_own);
    plm_sorter_init(&sorter, values, n, sizeof *values);
    while (!plm_sorter_step(&sorter, budget)) {
        n_steps++;
    }
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < n; i++) {
        if (!CHECK_EQ_MEM(values[i].value.b, wanted[i].value.b, PLM_VALUE_BYTES) ||
            !CHECK(values[i].token < n && !seen[values[i].token])) {
            return;
        }
        seen[values[i].token] = 1; /* whole elements moved, none was lost */
    }
    CHECK_EQ_MEM(&values[n], &wanted[n], sizeof values[n]);
    CHECK(n < 10 * budget || n_steps > 5);
}

static void test_sort(void)
{
    static const size_t sizes[] = {0, 1, 2, 3, 100, 4095, 4096, 4097, 10000, N_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int kind = 0; kind < 4; kind++) {
            check_sort(sizes[i], kind, 1000);
            check_sort(sizes[i], kind, 1 << 20);
        }
    }
}

/* Values are 16-byte numbers; ours are every a-th, theirs every b-th. */
static void check_compare(size_t n_own, size_t n_peer, uint64_t a, uint64_t b)
{
    plm_compare c;
    uint8_t value[PLM_VALUE_BYTES] = {0};
    size_t k = 0;
    if (!CHECK_STATUS(plm_compare_init(&c, n_own, n_peer), PLM_OK)) {
        return;
    }
    for (size_t i = 0; i < n_own; i++) {
        plm_store_u64(value + 8, a * (n_own - i));
        plm_compare_set(&c, i, value);
    }
    for (size_t i = 0; i < n_peer; i++) {
        plm_store_u64(value + 8, b * (i + 1));
        CHECK_STATUS(plm_compare_take(&c, plm_span_of(value, sizeof value)), PLM_OK);
    }
    for (int i = 0; i < 1000 && !c.is_done; i++) {
        CHECK_STATUS(plm_compare_step(&c), PLM_OK);
    }
    CHECK(c.is_done);
    for (size_t i = 0; i < n_own; i++) {
        uint64_t number = a * (n_own - i);
        if (number % b == 0 && number / b <= n_peer && CHECK(k < c.n_hits)) {
            CHECK_EQ_INT(c.hits[k], i);
            k++;
        }
    }
    CHECK_EQ_INT(c.n_hits, k);
    plm_compare_wipe(&c);
    CHECK(c.own == NULL && c.hits == NULL);
}

static void test_compare(void)
{
    check_compare(0, 0, 1, 1);
    check_compare(0, 5, 1, 1);
    check_compare(5, 0, 1, 1);
    check_compare(1, 1, 1, 1);
    check_compare(100, 100, 1, 1);
    check_compare(100, 300, 3, 2);
    check_compare(20000, 10, 7, 70000);
    /* More than one piece of the comparison. */
    check_compare(200000, 200000, 2, 3);
}

static void test_take(void)
{
    static const uint8_t values[3 * PLM_VALUE_BYTES] = {[PLM_VALUE_BYTES] = 1,
                                                        [2 * PLM_VALUE_BYTES] = 1};
    plm_compare c;
    CHECK_STATUS(plm_compare_init(&c, 0, 2), PLM_OK);
    CHECK_STATUS(plm_compare_take(&c, plm_span_of(values, 3 * sizeof(plm_value))),
                 PLM_E_PROTOCOL); /* too many */
    CHECK_STATUS(plm_compare_take(&c, plm_span_of(values, 17)), PLM_E_PROTOCOL);
    CHECK_STATUS(plm_compare_take(&c, plm_span_of(values, 0)), PLM_OK);
    CHECK_STATUS(plm_compare_take(&c, plm_span_of(values, 32)), PLM_OK);
    CHECK_STATUS(plm_compare_take(&c, plm_span_of(values, 16)), PLM_E_PROTOCOL); /* full */
    plm_compare_wipe(&c);
}

static void test_configuration(void)
{
    static const plm_token token;
    static const uint8_t context[PLM_MATCH_CONTEXT_MAX + 1];
    const plm_match_config good = {.engine = PLM_ENGINE_OPRF,
                                   .role = PLM_MATCH_SENDER,
                                   .tokens = &token,
                                   .n = 1,
                                   .context = context,
                                   .context_bytes = PLM_MATCH_CONTEXT_MAX};
    enum {
        N_BAD = 14
    };
    plm_match_config bad[N_BAD];
    plm_match *m = NULL;
    for (size_t i = 0; i < N_BAD; i++) {
        bad[i] = good;
    }
    bad[0].engine = (plm_match_engine)0;
    bad[1].engine = (plm_match_engine)3;
    bad[2].role = (plm_match_role)2;
    bad[3].tokens = NULL;
    bad[4].n = 3;
    bad[4].n_padded = 2;
    bad[5].n_padded = (size_t)PLM_MATCH_TOKENS_MAX + 1;
    bad[6].n_peer = (size_t)PLM_MATCH_TOKENS_MAX + 1;
    bad[7].context_bytes = PLM_MATCH_CONTEXT_MAX + 1;
    bad[8].context = NULL;
    bad[9].security = PLM_MATCH_SEMI_HONEST; /* this engine has but one */
    bad[10].label_bytes = 5;                 /* and no labels */
    bad[11].engine = PLM_ENGINE_VOLE;
    bad[11].security = (plm_match_security)2;
    bad[12].engine = PLM_ENGINE_VOLE;
    bad[12].label_bytes = 5; /* none given */
    bad[13].engine = PLM_ENGINE_VOLE;
    bad[13].label_bytes = PLM_MATCH_LABEL_MAX + 1;
    for (size_t i = 0; i < N_BAD; i++) {
        CHECK_STATUS(plm_match_create(&m, &bad[i]), PLM_E_ARGUMENT);
        CHECK(m == NULL);
    }
    CHECK_STATUS(plm_match_create(&m, &good), PLM_OK);
    plm_match_destroy(m);
    plm_match_destroy(NULL);
}

/* Calls that do not fit the moment, and progress that ends where it says. */
static void test_calls_and_progress(void)
{
    static const plm_token token;
    const plm_match_config config = {
        .engine = PLM_ENGINE_OPRF, .role = PLM_MATCH_SENDER, .tokens = &token, .n = 1};
    plm_match *m = NULL;
    const uint8_t *bytes = NULL;
    const uint32_t *hits = NULL;
    size_t n = 0;
    plm_match_progress progress;
    uint64_t done = 0;
    if (!CHECK_STATUS(plm_match_create(&m, &config), PLM_OK)) {
        return;
    }
    while (!(plm_match_wants(m) & PLM_MATCH_DONE)) {
        plm_match_get_progress(m, &progress);
        CHECK(progress.phase != NULL && progress.done >= done && progress.done <= progress.total &&
              progress.total > 0);
        done = progress.done;
        if (plm_match_wants(m) & PLM_MATCH_OUTPUT) {
            CHECK_STATUS(plm_match_output(m, &bytes, &n), PLM_OK);
        } else {
            CHECK_STATUS(plm_match_work(m), PLM_OK);
        }
        CHECK_STATUS(plm_match_hits(m, &hits, &n), PLM_E_ARGUMENT);
    }
    plm_match_get_progress(m, &progress);
    CHECK_EQ_STR(progress.phase, "done");
    CHECK(progress.done == progress.total);
    CHECK_STATUS(plm_match_output(m, &bytes, &n), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_match_work(m), PLM_OK);
    CHECK_STATUS(plm_match_hits(m, &hits, &n), PLM_E_ARGUMENT); /* a sender has none */
    CHECK_STATUS(plm_match_input(m, (const uint8_t *)"x", 1), PLM_E_PROTOCOL);
    plm_match_destroy(m);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_sort);
    TAP_RUN(test_compare);
    TAP_RUN(test_take);
    TAP_RUN(test_configuration);
    TAP_RUN(test_calls_and_progress);
    return tap_done();
}
