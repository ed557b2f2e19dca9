/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h - what sender and receiver of silent.h compute alike.
 *
 *     rows of an instance:  | t * depth: paths, tree by tree | ..128 | first: 128 (t + 1): y, x* |
 * pad | EXTEND:               | corrections: 32 groups of n_blocks blocks | check, if malicious |
 *     TREES:                | for each tree and level: sums of left, of right | t sums of leaves |
 */
#ifndef PLM_VOLE_INTERNAL_H
#define PLM_VOLE_INTERNAL_H

#include "base/big.h"
#include "crypto/hasher.h"
#include "vole/silent.h"

static inline plm_block *plm_blocks_create(size_t n)
{
    return (plm_block *)plm_big_create(n * sizeof(plm_block));
}

/* Wipes and frees the same number; p may be NULL. */
static inline void plm_blocks_destroy(plm_block *p, size_t n)
{
    plm_big_destroy(p, n * sizeof(plm_block));
}

/* Blocks of rows for the paths. */
static inline size_t plm_vole_path_blocks(const plm_vole_params *p)
{
    return ((size_t)PLM_VOLE_TREES * p->depth + 127) / 128;
}

/* Hash of instance i and its corrections, then of its TREES: what challenges are made from. */
static inline void plm_vole_hash(uint8_t out[static 32], const plm_vole_setup *setup, size_t i,
                                 plm_span extend)
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo vole/1 extend");
    plm_hasher_fixed(&h, setup->session, sizeof setup->session);
    plm_hasher_number(&h, i);
    plm_hasher_bytes(&h, extend);
    plm_hasher_final(&h, out);
}

static inline void plm_vole_hash_trees(uint8_t hash[static 32], plm_span trees)
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo vole/1 trees");
    plm_hasher_fixed(&h, hash, 32);
    plm_hasher_bytes(&h, trees);
    plm_hasher_final(&h, hash);
}

/* The challenge of the rows' check, from the hash of the corrections. */
static inline plm_block plm_vole_row_challenge(const uint8_t hash[static 32])
{
    return plm_block_load(hash);
}

static inline void plm_vole_proof(uint8_t out[static PLM_VOLE_PROOF_BYTES],
                                  const uint8_t hash[static 32], plm_block value)
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo vole/1 proof");
    plm_hasher_fixed(&h, hash, 32);
    plm_hasher_fixed(&h, &value, sizeof value);
    plm_hasher_final(&h, out);
}

/* r_0 + r_1 x + ... + r_127 x^127, in the field. */
static inline plm_block plm_vole_join(const plm_block rows[static 128])
{
    plm_block sum = plm_block_zero();
    for (unsigned i = 128; i-- > 0;) {
        sum = plm_block_times_x(sum) ^ rows[i];
    }
    return sum;
}

#endif
