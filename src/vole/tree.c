/* SPDX-License-Identifier: Apache-2.0 */
#include "vole/tree.h"

#include "crypto/select.h"

void plm_tree_keys_init(plm_tree_keys *keys)
{
    plm_fixed_key(&keys->sides[0], PLM_KEY_TREE_LEFT);
    plm_fixed_key(&keys->sides[1], PLM_KEY_TREE_RIGHT);
}

/* Levels take turns between scratch and leaves, so that the last one lands in leaves. */
static plm_block *buffer_of(unsigned level, unsigned depth, plm_block *scratch, plm_block *leaves)
{
    return (depth - level) % 2 == 0 ? leaves : scratch;
}

void plm_tree_expand(const plm_tree_keys *keys, plm_block root, unsigned depth, plm_block *scratch,
                     plm_block *leaves, plm_block (*sums)[2])
{
    const plm_kernels *kernels = plm_kernels_best();
    buffer_of(0, depth, scratch, leaves)[0] = root;
    for (unsigned l = 1; l <= depth; l++) {
        sums[l - 1][0] = sums[l - 1][1] = plm_block_zero();
        kernels->ggm(keys->sides, buffer_of(l, depth, scratch, leaves),
                     buffer_of(l - 1, depth, scratch, leaves), (size_t)1 << (l - 1), sums[l - 1]);
    }
}

void plm_tree_complete(const plm_tree_keys *keys, uint32_t path, unsigned depth,
                       const plm_block *sums, plm_block total, plm_block *scratch,
                       plm_block *leaves)
{
    const plm_kernels *kernels = plm_kernels_best();
    buffer_of(0, depth, scratch, leaves)[0] = plm_block_zero();
    for (unsigned l = 1; l <= depth; l++) {
        plm_block found[2] = {plm_block_zero(), plm_block_zero()};
        plm_block *nodes = buffer_of(l, depth, scratch, leaves);
        kernels->ggm(keys->sides, nodes, buffer_of(l - 1, depth, scratch, leaves),
                     (size_t)1 << (l - 1), found);
        uint32_t at = path >> (depth - l);
        plm_block takes_right = plm_block_mask(at & 1);
        /* The path's sibling came out wrong by what its side's sum is wrong by. */
        plm_block wrong = sums[l - 1] ^ found[1] ^ ((found[1] ^ found[0]) & takes_right);
        plm_blocks_add_at(nodes, (size_t)1 << l, at ^ 1, wrong);
        total ^= l < depth ? plm_block_zero() : found[0] ^ found[1] ^ wrong;
    }
    plm_blocks_add_at(leaves, (size_t)1 << depth, path, total);
}
