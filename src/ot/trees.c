/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trees.c - 32 small trees from 128 base transfers, with the check of Roy, Crypto 2022, figures 13
 * and 14.
 *
 *     level 1:       s0            s1          the two keys of base transfer 4 g
 *     level 2:    s00   s01     s10   s11      E_b(s) + s; sums of left and of right ones are sent
 *     ...                                      under the keys of transfer 4 g + 1, ...
 *
 * The giver chose the key of the side that its path does not take, so that it can complete each
 * level but for the node on its path.
 */
#include "ot/extend.h"

#include "base/ct.h"
#include "crypto/hasher.h"
#include "crypto/select.h"

typedef struct tree_keys {
    plm_aes_key sides[2];
} tree_keys;

static void init_keys(tree_keys *keys)
{
    plm_fixed_key(&keys->sides[0], PLM_KEY_OT_LEFT);
    plm_fixed_key(&keys->sides[1], PLM_KEY_OT_RIGHT);
}

/* 32 bytes that commit to leaf x of group g. */
static void commit(uint8_t out[static 32], unsigned g, unsigned x, plm_block leaf)
{
    uint8_t tag[2] = {(uint8_t)g, (uint8_t)x};
    plm_hasher h;
    plm_hasher_init(&h, "palermo vole/1 leaf");
    plm_hasher_fixed(&h, tag, sizeof tag);
    plm_hasher_fixed(&h, &leaf, sizeof leaf);
    plm_hasher_final(&h, out);
}

static void xor_bytes(uint8_t *to, const uint8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] ^= from[i];
    }
}

/* One tree of the chooser, and its message; commitments go on to the hash of all. */
static void make_tree(const tree_keys *keys, unsigned g, plm_block (*base)[2], plm_block *leaves,
                      uint8_t *message, plm_hasher *all)
{
    plm_block level[PLM_OT_LEAVES];
    const plm_kernels *kernels = plm_kernels_best();
    memcpy(leaves, base[0], 2 * sizeof *leaves);
    for (unsigned l = 1; l < PLM_OT_DEPTH; l++) {
        plm_block sums[2] = {base[l][0], base[l][1]};
        memcpy(level, leaves, sizeof level);
        kernels->ggm(keys->sides, leaves, level, (size_t)1 << l, sums);
        memcpy(message, sums, sizeof sums);
        message += sizeof sums;
    }
    memset(message, 0, 32);
    for (unsigned x = 0; x < PLM_OT_LEAVES; x++) {
        uint8_t c[32];
        commit(c, g, x, leaves[x]);
        plm_hasher_fixed(all, c, sizeof c);
        xor_bytes(message, c, sizeof c);
    }
    plm_wipe(level, sizeof level);
}

void plm_ot_chooser_init(plm_ot_chooser *c, plm_block (*keys)[2],
                         uint8_t message[static PLM_OT_TREES_BYTES])
{
    tree_keys fixed;
    plm_hasher all;
    init_keys(&fixed);
    plm_hasher_init(&all, "palermo vole/1 leaves");
    for (unsigned g = 0; g < PLM_OT_GROUPS; g++) {
        make_tree(&fixed, g, keys + (size_t)g * PLM_OT_DEPTH, c->leaves[g],
                  message + (size_t)g * PLM_OT_TREE_BYTES, &all);
    }
    plm_hasher_final(&all, message + (size_t)PLM_OT_GROUPS * PLM_OT_TREE_BYTES);
    c->n_blocks = 0;
}

/* All ones if a == b, both below 2^32; a or b: SECRET. */
static plm_block mask_equal(uint64_t a, uint64_t b)
{
    uint64_t d = a ^ b;
    return plm_block_mask(1 ^ ((d | (0 - d)) >> 63));
}

/*
 * One tree of the giver: every leaf but number delta, which is left as rubbish. keys: the chosen
 * ones of its four transfers.
 */
static void complete_tree(const tree_keys *fixed, uint64_t delta, const plm_block *keys,
                          plm_block *leaves, const uint8_t *message)
{
    plm_block level[PLM_OT_LEAVES];
    const plm_kernels *kernels = plm_kernels_best();
    uint64_t path = delta >> (PLM_OT_DEPTH - 1);
    leaves[0] = leaves[1] = plm_block_zero();
    plm_blocks_add_at(leaves, 2, (uint32_t)path ^ 1, keys[0]);
    for (unsigned l = 1; l < PLM_OT_DEPTH; l++) {
        plm_block sums[2] = {plm_block_zero(), plm_block_zero()};
        plm_block told[2];
        memcpy(level, leaves, sizeof level);
        memcpy(told, message + (size_t)(l - 1) * sizeof told, sizeof told);
        kernels->ggm(fixed->sides, leaves, level, (size_t)1 << l, sums);
        path = delta >> (PLM_OT_DEPTH - 1 - l);
        plm_block is_right = plm_block_mask((path ^ 1) & 1);
        plm_block missing = told[0] ^ sums[0];
        missing ^= (missing ^ told[1] ^ sums[1]) & is_right;
        plm_blocks_add_at(leaves, (size_t)2 << l, (uint32_t)path ^ 1, missing ^ keys[l]);
    }
    plm_wipe(level, sizeof level);
}

/* Commitments of all leaves, that of the unknown one from their sum, into the hash of all. */
static void commit_tree(unsigned g, uint64_t delta, const plm_block *leaves, const uint8_t *sum,
                        plm_hasher *all)
{
    uint8_t c[PLM_OT_LEAVES][32];
    uint8_t unknown[32];
    memcpy(unknown, sum, sizeof unknown);
    for (unsigned x = 0; x < PLM_OT_LEAVES; x++) {
        uint8_t known = (uint8_t)~mask_equal(x, delta)[0];
        commit(c[x], g, x, leaves[x]);
        for (unsigned i = 0; i < 32; i++) {
            c[x][i] &= known;
        }
        xor_bytes(unknown, c[x], 32);
    }
    for (unsigned x = 0; x < PLM_OT_LEAVES; x++) {
        uint8_t is_unknown = (uint8_t)mask_equal(x, delta)[0];
        for (unsigned i = 0; i < 32; i++) {
            c[x][i] ^= unknown[i] & is_unknown;
        }
        plm_hasher_fixed(all, c[x], 32);
    }
}

/* leaves[x] = leaves[x + delta], by swapping for each bit of delta; the unknown one becomes zero.
 */
static void turn(plm_block *leaves, uint64_t delta)
{
    for (unsigned bit = 0; bit < PLM_OT_DEPTH; bit++) {
        plm_block swap = plm_block_mask((delta >> bit) & 1);
        for (unsigned x = 0; x < PLM_OT_LEAVES; x++) {
            unsigned y = x | 1U << bit;
            if (y != x) {
                plm_block d = (leaves[x] ^ leaves[y]) & swap;
                leaves[x] ^= d;
                leaves[y] ^= d;
            }
        }
    }
    leaves[0] = plm_block_zero();
}

/* The four bits of group g. choices[4 g + l] picks the side that the path does not take. */
static uint64_t path_of(plm_block choices, unsigned g)
{
    uint64_t delta = 0;
    for (unsigned l = 0; l < PLM_OT_DEPTH; l++) {
        unsigned i = g * PLM_OT_DEPTH + l;
        delta = delta << 1 | (1 ^ plm_block_bit(choices, i));
    }
    return delta;
}

plm_status plm_ot_giver_init(plm_ot_giver *g, plm_block choices, const plm_block *keys,
                             const uint8_t message[static PLM_OT_TREES_BYTES])
{
    tree_keys fixed;
    plm_hasher all;
    uint8_t digest[32];
    uint64_t halves[2] = {0, 0};
    init_keys(&fixed);
    plm_hasher_init(&all, "palermo vole/1 leaves");
    for (unsigned group = 0; group < PLM_OT_GROUPS; group++) {
        const uint8_t *told = message + (size_t)group * PLM_OT_TREE_BYTES;
        uint64_t delta = path_of(choices, group);
        complete_tree(&fixed, delta, keys + (size_t)group * PLM_OT_DEPTH, g->leaves[group], told);
        commit_tree(group, delta, g->leaves[group], told + PLM_OT_TREE_BYTES - 32, &all);
        turn(g->leaves[group], delta);
        halves[group / 16] |= delta << (PLM_OT_DEPTH * (group % 16));
    }
    plm_hasher_final(&all, digest);
    g->delta = plm_block_of(halves[0], halves[1]);
    g->n_blocks = 0;
    bool good = plm_ct_equal(digest, message + (size_t)PLM_OT_GROUPS * PLM_OT_TREE_BYTES, 32);
    plm_wipe(halves, sizeof halves);
    return good ? PLM_OK : PLM_E_PROOF;
}

static void step(plm_block *leaves, plm_block salt)
{
    enum {
        N = PLM_OT_GROUPS * PLM_OT_LEAVES
    };
    plm_aes_key key;
    for (unsigned i = 0; i < N; i++) {
        leaves[i] ^= salt;
    }
    plm_fixed_key(&key, PLM_KEY_OT_STEP);
    plm_kernels_best()->hash(&key, leaves, leaves, N);
}

void plm_ot_giver_step(plm_ot_giver *g, plm_block salt)
{
    step(g->leaves[0], salt);
    for (unsigned group = 0; group < PLM_OT_GROUPS; group++) {
        g->leaves[group][0] = plm_block_zero();
    }
}

void plm_ot_chooser_step(plm_ot_chooser *c, plm_block salt)
{
    step(c->leaves[0], salt);
}
