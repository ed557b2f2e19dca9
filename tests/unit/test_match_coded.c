/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sender's outputs on the wire: what is written is read again, in any cuts, and what could not
 * have been written in order is refused, however a peer came to write it.
 */
#include "match/coded.h"
#include "numbers.h"
#include "tap.h"

#include <stdlib.h>

enum {
    N = 300,
    ROOM = 64 * N
};

static uint64_t state = 3;

static int compare(const void *a, const void *b)
{
    const plm_block *x = (const plm_block *)a;
    const plm_block *y = (const plm_block *)b;
    return plm_value_less(*x, *y) ? -1 : plm_value_less(*y, *x);
}

static void draw(plm_block *values, size_t n, unsigned value_bytes)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t low = test_number(&state);
        values[i] = plm_coding_value(plm_block_of(low, test_number(&state)), value_bytes);
    }
    qsort(values, n, sizeof *values, compare);
}

/* Written in cuts of k, read in the same. */
static void check_both_ways(const plm_coding *c, const plm_block *values, size_t n, size_t k)
{
    static uint8_t bytes[ROOM];
    plm_block read[N];
    plm_block told = plm_block_zero();
    plm_block heard = plm_block_zero();
    uint64_t ones = 0;
    for (size_t at = 0; at < n; at += k) {
        size_t count = n - at < k ? n - at : k;
        size_t max = plm_coding_bytes_max(c, values + at, count, told);
        size_t written = plm_coding_write(c, values + at, count, &told, bytes);
        plm_reader r = plm_span_of(bytes, written);
        CHECK(written <= max && max <= sizeof bytes);
        CHECK_STATUS(plm_coding_read(c, &r, count, &heard, at == 0, read), PLM_OK);
        CHECK_EQ_INT(r.n, 0);
        CHECK_EQ_MEM(read, values + at, count * sizeof *read);
        size_t least = count * c->low_bytes + (count * (c->rice + 1) + 7) / 8;
        ones += written > least ? 8 * (written - least) - 7 : 0;
    }
    CHECK(ones <= plm_coding_ones_max(c));
}

static void test_both_ways(void)
{
    static const size_t sizes[] = {1, 2, 5, 32, N};
    static const unsigned widths[] = {16, 15, 8, 7, 6};
    plm_block values[N];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t k = 0; k < sizeof widths / sizeof *widths; k++) {
            plm_coding c = plm_coding_of(sizes[i], widths[k]);
            draw(values, sizes[i], widths[k]);
            check_both_ways(&c, values, sizes[i], 1);
            check_both_ways(&c, values, sizes[i], 7);
            check_both_ways(&c, values, sizes[i], sizes[i]);
        }
    }
}

/* As long as values can be: all ones before the first, or all before the last. */
static void test_longest(void)
{
    plm_block values[2] = {plm_block_of(1, 0), plm_block_of(UINT64_MAX, UINT64_MAX)};
    plm_coding c = plm_coding_of(2, 16);
    check_both_ways(&c, values, 2, 1);
    values[0] = plm_block_of(UINT64_MAX - 1, UINT64_MAX);
    check_both_ways(&c, values, 2, 2);
}

/* What is written of values that do not ascend, read. */
static plm_status read_written(const plm_coding *c, const plm_block *values, size_t n)
{
    uint8_t bytes[ROOM];
    plm_block read[N];
    plm_block before[2] = {plm_block_zero(), plm_block_zero()};
    size_t written = plm_coding_write(c, values, n, &before[0], bytes);
    plm_reader r = plm_span_of(bytes, written);
    plm_status status = plm_coding_read(c, &r, n, &before[1], true, read);
    CHECK(status == PLM_OK || plm_block_equal(before[1], plm_block_zero()));
    return status;
}

static void test_disorder(void)
{
    plm_block values[3];
    plm_coding c = plm_coding_of(3, 16);
    draw(values, 3, 16);
    CHECK_STATUS(read_written(&c, values, 3), PLM_OK);
    values[1] = values[0]; /* twice */
    CHECK_STATUS(read_written(&c, values, 3), PLM_E_PROTOCOL);
    values[1] = values[0] ^ plm_block_of(1, 0); /* the same upper part, exchanged */
    values[0] |= plm_block_of(1, 0);
    values[1] = values[0] ^ plm_block_of(1, 0);
    CHECK_STATUS(read_written(&c, values, 3), PLM_E_PROTOCOL);
}

/* Cut, with a bit behind the end, and beyond the largest value. */
static void test_broken(void)
{
    uint8_t bytes[ROOM] = {0};
    plm_block values[5];
    plm_block read[5];
    plm_coding c = plm_coding_of(5, 16);
    draw(values, 5, 16);
    plm_block before = plm_block_zero();
    size_t n = plm_coding_write(&c, values, 5, &before, bytes);
    for (size_t less = 1; less <= n; less++) {
        plm_reader r = plm_span_of(bytes, n - less);
        before = plm_block_zero();
        CHECK_STATUS(plm_coding_read(&c, &r, 5, &before, true, read), PLM_E_PROTOCOL);
    }
    /* The first value has the largest upper part, the second one more. */
    memset(bytes, 0, sizeof bytes);
    memset(bytes + 2 * (size_t)c.low_bytes, 0xff, 4);
    plm_reader r = plm_span_of(bytes, 60);
    CHECK_STATUS(plm_coding_read(&c, &r, 2, &before, true, read), PLM_E_PROTOCOL);
    /* One value of nothing but zeros takes rice + 1 bits; what is behind them stays zero. */
    memset(bytes, 0, sizeof bytes);
    r = plm_span_of(bytes, 60);
    CHECK_STATUS(plm_coding_read(&c, &r, 1, &before, true, read), PLM_OK);
    CHECK_EQ_INT(60 - r.n, c.low_bytes + 1U);
    CHECK(c.rice + 1 < 8);
    bytes[c.low_bytes] = 0x80;
    r = plm_span_of(bytes, 60);
    CHECK_STATUS(plm_coding_read(&c, &r, 1, &before, true, read), PLM_E_PROTOCOL);
}

int main(void)
{
    TAP_RUN(test_both_ways);
    TAP_RUN(test_longest);
    TAP_RUN(test_disorder);
    TAP_RUN(test_broken);
    return tap_done();
}
