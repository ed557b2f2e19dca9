/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/transpose.h"

/* Swaps the off-diagonal squares of side 64, 32, ... 1 (Eklundh; Hacker's Delight, section 7-3). */
static void transpose128(plm_block m[static 128])
{
    for (unsigned i = 0; i < 64; i++) {
        plm_block low = m[i];
        plm_block high = m[i + 64];
        m[i] = plm_block_of(low[0], high[0]);
        m[i + 64] = plm_block_of(low[1], high[1]);
    }
    uint64_t mask = 0x00000000FFFFFFFFU;
    for (unsigned side = 32; side != 0; side >>= 1, mask ^= mask << side) {
        const plm_block masks = plm_block_of(mask, mask);
        for (unsigned i = 0; i < 128; i = (i + side + 1) & ~side) {
            plm_block t = ((m[i] >> side) ^ m[i + side]) & masks;
            m[i + side] ^= t;
            m[i] ^= t << side;
        }
    }
}

void plm_transpose(plm_block *rows, const plm_block *columns, size_t n_blocks)
{
    for (size_t k = 0; k < n_blocks; k++) {
        for (unsigned c = 0; c < 128; c++) {
            rows[128 * k + c] = columns[c * n_blocks + k];
        }
        transpose128(rows + 128 * k);
    }
}
