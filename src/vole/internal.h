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

/* to[i] ^= from[i] for n blocks. */
static inline void plm_blocks_add(plm_block *to, const plm_block *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] ^= from[i];
    }
}

/*
 * What instances are made in: two vectors of 2c blocks, SECRET, and the code. Made when it is first
 * needed, lest the peer waits for it, and gone with the last instance.
 */
typedef struct plm_vole_work {
    plm_block *x;       /* leaves */
    plm_block *scratch; /* then what the code makes of them */
    plm_code *code;
} plm_vole_work;

static inline plm_status plm_vole_work_leaves(plm_vole_work *w, const plm_vole_params *p)
{
    if (w->x == NULL) {
        w->x = plm_blocks_create(4 * p->c);
        w->scratch = w->x == NULL ? NULL : w->x + 2 * p->c;
    }
    return w->x == NULL ? PLM_E_NOMEM : PLM_OK;
}

static inline plm_status plm_vole_work_code(plm_vole_work *w, const plm_vole_params *p)
{
    return w->code == NULL ? plm_code_create(&w->code, p->c) : PLM_OK;
}

static inline void plm_vole_work_free(plm_vole_work *w, const plm_vole_params *p)
{
    plm_code_destroy(w->code);
    plm_blocks_destroy(w->x, 4 * p->c);
    *w = (plm_vole_work){NULL, NULL, NULL};
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
