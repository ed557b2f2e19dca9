/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sender's outputs on the wire (match/coded.h): what is read is ascending and within the
 * values' size, and written again it gives the same bytes.
 *
 *   value_bytes u8, n u16, values of a chunk u8; then the chunks, one after the other
 */
#include "fuzz.h"
#include "match/coded.h"

#include <stdlib.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static bool same(plm_block a, plm_block b)
{
    return plm_block_equal(a, b) != 0;
}

static void check_values(const plm_coding *c, const plm_block *values, size_t k, plm_block before,
                         bool is_first)
{
    for (size_t i = 0; i < k; i++) {
        /* A value is kept in the upper end of its block: below it there is nothing. */
        require(c->value_bytes == 16 ||
                same(plm_coding_value(values[i], 16 - c->value_bytes), plm_block_zero()));
        require((is_first && i == 0) || plm_value_less(before, values[i]));
        before = values[i];
    }
}

static void check_written(const plm_coding *c, const plm_block *values, size_t k,
                          const plm_block range[2], plm_span read)
{
    plm_block previous = range[0];
    uint8_t *out = (uint8_t *)malloc(plm_coding_bytes_max(c, values, k, range[0]));
    require(out != NULL);
    require(plm_coding_write(c, values, k, &previous, out) == read.n);
    require(memcmp(out, read.p, read.n) == 0);
    require(same(previous, range[1]));
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plm_reader r = plm_span_of(data, size);
    plm_block previous = plm_block_zero();
    plm_block values[UINT8_MAX];
    uint8_t value_bytes;
    uint16_t n;
    uint8_t k;
    if (plm_rd_u8(&r, &value_bytes) < 0 || plm_rd_u16(&r, &n) < 0 || plm_rd_u8(&r, &k) < 0) {
        return 0;
    }
    const plm_coding c = plm_coding_of(n, value_bytes % 16 + 1U);
    require(c.value_bytes == value_bytes % 16 + 1U && c.low_bytes <= c.value_bytes && c.rice < 8);
    for (bool is_first = true; k > 0 && r.n > 0; is_first = false) {
        plm_block range[2] = {previous, previous};
        plm_span before = r;
        plm_status status = plm_coding_read(&c, &r, k, &range[1], is_first, values);
        if (status != PLM_OK) {
            require(status == PLM_E_PROTOCOL && same(range[0], range[1]));
            return 0;
        }
        plm_span read = plm_span_of(before.p, before.n - r.n);
        require(r.p == before.p + read.n && same(range[1], values[k - 1]));
        require(read.n <= plm_coding_bytes_max(&c, values, k, range[0]));
        check_values(&c, values, k, previous, is_first);
        check_written(&c, values, k, range, read);
        previous = range[1];
    }
    return 0;
}
