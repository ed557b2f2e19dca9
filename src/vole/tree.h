/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h - punctured trees (Goldreich, Goldwasser and Micali; Boyle et al., CCS 2019): one party
 * has all leaves of a tree, the other all but one of its choice.
 *
 *     level 0          o
 *     level 1      o       o           level l has 2^l nodes, the last one 2^depth leaves
 *     level 2    o   o   o   o         children of s: E_0(s) + s and E_1(s) + s
 *     level 3   o o o o o o o o        (E_b: AES under fixed keys)
 *
 * For each level the other party gets, by one oblivious transfer, the sum of all nodes on the side
 * that its path does not take. Adversary: the holder of the tree may send wrong sums; what the
 * other then has is no such tree, and the check of silent.h finds it but for a guess of the path.
 * Constant time in the path.
 *
 * Every level is full. If one had a node without its right child, a peer whose choices lead to
 * the child that is not there would lack no leaf at all (spec/matching-vole.md section 8, item 10).
 */
#ifndef PLM_VOLE_TREE_H
#define PLM_VOLE_TREE_H

#include "crypto/kernel.h"

#include <stdint.h>

enum {
    PLM_TREE_DEPTH_MAX = 31 /* and at least 1 */
};

typedef struct plm_tree_keys {
    plm_aes_key sides[2];
} plm_tree_keys;

void plm_tree_keys_init(plm_tree_keys *keys);

/*
 * All 2^depth leaves from the root, and for each level l = 1 to depth the sums of left and right
 * nodes in sums[l - 1]. root: SECRET. scratch: half as many blocks as leaves.
 */
void plm_tree_expand(const plm_tree_keys *keys, plm_block root, unsigned depth, plm_block *scratch,
                     plm_block *leaves, plm_block (*sums)[2]);

/*
 * All leaves but number `path` from sums[l - 1]: the sum of the nodes of level l on the side that
 * the path does not take. In that one's place goes what makes the sum of all leaves `total`.
 * path, total: SECRET. scratch as above.
 */
void plm_tree_complete(const plm_tree_keys *keys, uint32_t path, unsigned depth,
                       const plm_block *sums, plm_block total, plm_block *scratch,
                       plm_block *leaves);

/* The choice bit for level l (1 to depth): 1 where the path goes left. path: SECRET. */
static inline uint64_t plm_tree_choice(uint32_t path, unsigned depth, unsigned l)
{
    return 1 ^ ((path >> (depth - l)) & 1);
}

#endif
