/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values in order and looked up, against sorting them naively: evenly spread ones, for which the
 * buckets are made, and others, for which they must be right as well.
 */
#include "match/order.h"

#include "match/coded.h"
#include "numbers.h"
#include "tap.h"

#include <stdlib.h>

enum {
    N_MAX = 40000
};

typedef enum spread {
    EVEN,
    CLOSE, /* equal but for their lowest bits: one bucket, one slot */
    HALF   /* half of them close, the others even */
} spread;

static uint64_t state = 5;

static plm_block value_of(spread how, size_t i)
{
    bool is_close = how == CLOSE || (how == HALF && i % 2 == 0);
    uint64_t low = test_number(&state);
    return is_close ? plm_block_of(i * 0x10001, 0x123456789abcdefU)
                    : plm_block_of(low, test_number(&state));
}

static int compare(const void *a, const void *b)
{
    const plm_block *x = (const plm_block *)a;
    const plm_block *y = (const plm_block *)b;
    return plm_value_less(*x, *y) ? -1 : plm_value_less(*y, *x);
}

typedef struct lists {
    plm_block values[N_MAX];
    plm_block sorted[N_MAX];
    plm_block asked[N_MAX]; /* ascending: every third one of them, and others */
    uint32_t index[N_MAX];
    plm_found found[N_MAX];
} lists;

static lists l;

static void fill(size_t n, spread how)
{
    for (size_t i = 0; i < n; i++) {
        l.values[i] = l.sorted[i] = value_of(how, i);
        l.index[i] = (uint32_t)(7 * i + 1);
    }
    for (size_t i = 0; i < n; i++) {
        l.asked[i] = l.values[i] ^ plm_block_of(i % 3 == 0 ? 0 : (uint64_t)1 << 40, 0);
    }
    qsort(l.sorted, n, sizeof *l.sorted, compare);
    qsort(l.asked, n, sizeof *l.asked, compare);
}

static void check_sorting(size_t n, bool with_index, plm_block *memory)
{
    plm_buckets b;
    size_t n_wrong = 0;
    size_t i = 0;
    CHECK_STATUS(plm_buckets_init(&b, l.values, with_index ? l.index : NULL, n, memory), PLM_OK);
    for (size_t k = 0; k < b.n_buckets; k++) {
        plm_sorted sorted = {NULL, NULL, 0};
        CHECK_STATUS(plm_buckets_sort(&b, k, &sorted), PLM_OK);
        for (size_t j = 0; j < sorted.n && i < n; j++, i++) {
            n_wrong += !plm_block_equal(sorted.values[j], l.sorted[i]);
            n_wrong +=
                with_index && !plm_block_equal(l.values[(sorted.index[j] - 1) / 7], l.sorted[i]);
        }
    }
    CHECK_EQ_INT(i, n);
    CHECK_EQ_INT(n_wrong, 0);
    plm_buckets_wipe(&b);
}

static void check_finding(size_t n)
{
    plm_buckets b;
    size_t n_wrong = 0;
    CHECK_STATUS(plm_buckets_init(&b, l.values, l.index, n, NULL), PLM_OK);
    size_t n_found = plm_buckets_find(&b, l.asked, n, l.found);
    CHECK_EQ_INT(n_found, (n + 2) / 3);
    for (size_t i = 0; i < n_found; i++) {
        const plm_found *f = &l.found[i];
        n_wrong += i > 0 && f->at <= l.found[i - 1].at;
        n_wrong += !plm_block_equal(l.asked[f->at], l.values[(f->belongs - 1) / 7]);
        n_wrong += (f->belongs - 1) / 7 % 3 != 0;
    }
    CHECK_EQ_INT(n_wrong, 0);
    plm_buckets_wipe(&b);
}

static void test_all_sizes(void)
{
    static plm_block memory[N_MAX];
    static const size_t sizes[] = {0, 1, 2, 3, 25, 4096, 4097, 10000, N_MAX};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        for (unsigned how = EVEN; how <= HALF; how++) {
            fill(sizes[k], (spread)how);
            check_sorting(sizes[k], true, NULL);
            check_sorting(sizes[k], false, memory);
            check_finding(sizes[k]);
        }
    }
}

/* Two equal values are told, wherever they stand. */
static void test_equal(void)
{
    static const size_t sizes[] = {2, 100, 9000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        plm_buckets b;
        size_t n_told = 0;
        fill(sizes[k], EVEN);
        l.values[sizes[k] - 1] = l.values[0];
        CHECK_STATUS(plm_buckets_init(&b, l.values, NULL, sizes[k], NULL), PLM_OK);
        for (size_t i = 0; i < b.n_buckets; i++) {
            plm_sorted sorted;
            n_told += plm_buckets_sort(&b, i, &sorted) == PLM_E_EXISTS;
        }
        CHECK_EQ_INT(n_told, 1);
        plm_buckets_wipe(&b);
    }
}

int main(void)
{
    TAP_RUN(test_all_sizes);
    TAP_RUN(test_equal);
    return tap_done();
}
