/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select.h - one of many blocks, picked without telling which: all are touched alike.
 */
#ifndef PLM_CRYPTO_SELECT_H
#define PLM_CRYPTO_SELECT_H

#include "crypto/block.h"

/* blocks[i] ^= by where i == at, for n blocks, fewer than 2^32. at, by: SECRET. */
static inline void plm_blocks_add_at(plm_block *blocks, size_t n, uint32_t at, plm_block by)
{
    typedef uint32_t lanes __attribute__((vector_size(16)));
    const lanes wanted = {at, at, at, at};
    const lanes one = {1, 1, 1, 1};
    lanes i = {0, 0, 0, 0};
    for (size_t k = 0; k < n; k++, i += one) {
        /* Comparing vectors gives all ones or zero for each lane, by one instruction. */
        blocks[k] ^= by & (plm_block)(i == wanted);
    }
}

#endif
