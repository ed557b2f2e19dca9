/* SPDX-License-Identifier: Apache-2.0 */
#include "vole/tree.h"

void plm_tree_keys_init(plm_tree_keys *keys)
{
    plm_fixed_key(&keys->sides[0], PLM_KEY_TREE_LEFT);
    plm_fixed_key(&keys->sides[1], PLM_KEY_TREE_RIGHT);
}

unsigned plm_tree_depth(uint32_t n_leaves)
{
    unsigned depth = 1;
    while (((uint64_t)1 << depth) < n_leaves) {
        depth++;
    }
    return depth;
}

static uint32_t width(uint32_t n_leaves, unsigned depth, unsigned level)
{
    unsigned shift = depth - level;
    return (uint32_t)(((uint64_t)n_leaves + ((uint64_t)1 << shift) - 1) >> shift);
}

/* One level; where n_children is odd, the last parent has a left child alone. */
static void expand_level(const plm_tree_keys *keys, plm_block *children, uint32_t n_children,
                         const plm_block *parents, plm_block sums[2])
{
    const plm_kernels *kernels = plm_kernels_best();
    uint32_t n = n_children / 2;
    kernels->ggm(keys->sides, children, parents, n, sums);
    if (n_children % 2 == 1) {
        kernels->hash(&keys->sides[0], &children[n_children - 1], &parents[n], 1);
        sums[0] ^= children[n_children - 1];
    }
}

/* Levels take turns between scratch and leaves, so that the last one lands in leaves. */
static plm_block *buffer_of(unsigned level, unsigned depth, plm_block *scratch, plm_block *leaves)
{
    return (depth - level) % 2 == 0 ? leaves : scratch;
}

void plm_tree_expand(const plm_tree_keys *keys, plm_block root, uint32_t n_leaves,
                     plm_block *scratch, plm_block *leaves, plm_block (*sums)[2])
{
    unsigned depth = plm_tree_depth(n_leaves);
    buffer_of(0, depth, scratch, leaves)[0] = root;
    for (unsigned l = 1; l <= depth; l++) {
        sums[l - 1][0] = sums[l - 1][1] = plm_block_zero();
        expand_level(keys, buffer_of(l, depth, scratch, leaves), width(n_leaves, depth, l),
                     buffer_of(l - 1, depth, scratch, leaves), sums[l - 1]);
    }
}

plm_block plm_tree_add_at(plm_block *nodes, uint32_t n, uint32_t at, plm_block by)
{
    plm_block sum = plm_block_zero();
    plm_block i = plm_block_zero();
    const plm_block one = plm_block_of(1, 1);
    const plm_block wanted = plm_block_of(at, at);
    for (uint32_t k = 0; k < n; k++, i += one) {
        /* Comparing vectors gives all ones or zero for each half, by one instruction. */
        plm_block node = nodes[k] ^ (by & (plm_block)(i == wanted));
        nodes[k] = node;
        sum ^= node;
    }
    return sum;
}

plm_block plm_tree_complete(const plm_tree_keys *keys, uint32_t path, uint32_t n_leaves,
                            const plm_block *sums, plm_block *scratch, plm_block *leaves)
{
    unsigned depth = plm_tree_depth(n_leaves);
    plm_block total = plm_block_zero();
    buffer_of(0, depth, scratch, leaves)[0] = plm_block_zero();
    for (unsigned l = 1; l <= depth; l++) {
        plm_block found[2] = {plm_block_zero(), plm_block_zero()};
        plm_block *nodes = buffer_of(l, depth, scratch, leaves);
        uint32_t n = width(n_leaves, depth, l);
        expand_level(keys, nodes, n, buffer_of(l - 1, depth, scratch, leaves), found);
        uint32_t at = path >> (depth - l);
        plm_block takes_right = plm_block_mask(at & 1);
        /* The path's sibling came out wrong by what its side's sum is wrong by. */
        plm_block wrong = sums[l - 1] ^ found[1] ^ ((found[1] ^ found[0]) & takes_right);
        total = plm_tree_add_at(nodes, n, at ^ 1, wrong);
    }
    return total;
}
