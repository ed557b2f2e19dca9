/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/information.h"

plm_bits plm_bits_log2(uint64_t v)
{
    if (v == 0) {
        return 0;
    }
    const unsigned whole = 63U - (unsigned)__builtin_clzll(v);
    /* m = v / 2^whole in [1, 2), with 31 bits behind the point. */
    uint64_t m = whole >= 31 ? v >> (whole - 31) : v << (31 - whole);
    plm_bits bits = (plm_bits)whole;
    for (int i = 0; i < 8; i++) {
        m = (m * m) >> 31;
        const unsigned is_two = m >> 32 != 0;
        m >>= is_two;
        bits = bits * 2 + (plm_bits)is_two;
    }
    return bits;
}
