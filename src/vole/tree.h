/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h - punctured trees (Goldreich, Goldwasser and Micali; Boyle et al., CCS 2019): one party
 * has all leaves of a tree, the other all but one of its choice.
 *
 *     level 0          o                   width of level l: ceil(n_leaves / 2^(depth - l)), so
 *     level 1      o       o               that the last level has exactly n_leaves
 *     level 2    o   o   o   o             children of s: E_0(s) + s and E_1(s) + s
 *     level 3   o o o o o o o              (E_b: AES under fixed keys)
 *
 * For each level the other party gets, by one oblivious transfer, the sum of all nodes on the side
 * that its path does not take. Adversary: the holder of the tree may send wrong sums; what the
 * other then has is no such tree, and the check of silent.h finds it but for a guess of the path.
 * Constant time in the path.
 *
 * With a peer that may be malicious n_leaves must be a power of two. Otherwise some level has an
 * odd width, and a peer whose choices lead to the child that is not there lacks no leaf at all.
 */
#ifndef PLM_VOLE_TREE_H
#define PLM_VOLE_TREE_H

#include "crypto/kernel.h"

#include <stdint.h>

enum {
    PLM_TREE_DEPTH_MAX = 31
};

typedef struct plm_tree_keys {
    plm_aes_key sides[2];
} plm_tree_keys;

void plm_tree_keys_init(plm_tree_keys *keys);

/* ceil(log2(n_leaves)); n_leaves from 2 to 2^31. */
unsigned plm_tree_depth(uint32_t n_leaves);

/* Blocks of scratch that the next two need. */
static inline size_t plm_tree_scratch(uint32_t n_leaves)
{
    return (size_t)n_leaves + 4;
}

/*
 * All leaves from the root, and for each level l = 1 to depth the sums of left and right nodes in
 * sums[l - 1]. root: SECRET.
 */
void plm_tree_expand(const plm_tree_keys *keys, plm_block root, uint32_t n_leaves,
                     plm_block *scratch, plm_block *leaves, plm_block (*sums)[2]);

/*
 * All leaves but number `path`, which is left as rubbish, from sums[l - 1]: the sum of the nodes of
 * level l on the side that the path does not take. path: SECRET. Gives the sum of all leaves,
 * rubbish included.
 */
plm_block plm_tree_complete(const plm_tree_keys *keys, uint32_t path, uint32_t n_leaves,
                            const plm_block *sums, plm_block *scratch, plm_block *leaves);

/* The choice bit for level l (1 to depth): 1 where the path goes left. path: SECRET. */
static inline uint64_t plm_tree_choice(uint32_t path, unsigned depth, unsigned l)
{
    return 1 ^ ((path >> (depth - l)) & 1);
}

/* nodes[i] ^= by where i == at; gives the sum of all nodes then. at, by: SECRET. */
plm_block plm_tree_add_at(plm_block *nodes, uint32_t n, uint32_t at, plm_block by);

#endif
