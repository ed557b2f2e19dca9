/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loops.h - kernels that are nothing but loops around others, for tiers without wider instructions
 * to do better with (kernel.h has what each does).
 */
#ifndef PLM_CRYPTO_LOOPS_H
#define PLM_CRYPTO_LOOPS_H

#include "crypto/kernel.h"

enum {
    PLM_LOOP_STEP = 8 /* blocks that are handed on at once */
};

typedef void plm_cipher_loop(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n);

static inline void plm_loop_counter(plm_cipher_loop *encrypt, const plm_aes_key *key,
                                    plm_block *out, uint64_t first, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = plm_block_of(first + i, 0);
    }
    encrypt(key, out, out, n);
}

static inline void plm_loop_ggm(plm_cipher_loop *hash, const plm_aes_key keys[2],
                                plm_block *children, const plm_block *parents, size_t n,
                                plm_block sums[2])
{
    for (size_t at = 0; at < n; at += PLM_LOOP_STEP) {
        size_t count = n - at < PLM_LOOP_STEP ? n - at : PLM_LOOP_STEP;
        for (unsigned b = 0; b < 2; b++) {
            plm_block out[PLM_LOOP_STEP];
            hash(&keys[b], out, parents + at, count);
            for (size_t i = 0; i < count; i++) {
                children[2 * (at + i) + b] = out[i];
                sums[b] ^= out[i];
            }
        }
    }
}

#endif
