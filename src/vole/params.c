/* SPDX-License-Identifier: Apache-2.0 */
#include "vole/internal.h"

void plm_vole_params_init(plm_vole_params *out, size_t n)
{
    plm_vole_params p = {.n_instances = 1};
    if (n > PLM_VOLE_COLUMNS_MAX) {
        size_t most = PLM_VOLE_COLUMNS_MAX - PLM_VOLE_SPARE;
        p.n_instances = (n + most - 1) / most;
    }
    size_t each = (n + p.n_instances - 1) / p.n_instances;
    size_t least = each + (p.n_instances > 1 ? PLM_VOLE_SPARE : 0);
    least = least < PLM_VOLE_COLUMNS_MIN ? PLM_VOLE_COLUMNS_MIN : least;
    p.depth = 1;
    while (((size_t)PLM_VOLE_TREES / 2) << p.depth < least) {
        p.depth++;
    }
    p.n_leaves = (uint32_t)1 << p.depth; /* trees are full (tree.h) */
    p.c = (size_t)p.n_leaves * PLM_VOLE_TREES / 2;
    *out = p;
}

size_t plm_vole_row_blocks(const plm_vole_params *p, size_t i)
{
    return plm_vole_path_blocks(p) + (i == 0 ? PLM_VOLE_SPARE : 0) + PLM_OT_PAD_BLOCKS;
}

size_t plm_vole_extend_bytes(const plm_vole_params *p, size_t i)
{
    return plm_vole_row_blocks(p, i) * PLM_OT_GROUPS * sizeof(plm_block) + PLM_OT_CHECK_BYTES;
}

size_t plm_vole_trees_bytes(const plm_vole_params *p)
{
    return ((size_t)PLM_VOLE_TREES * p->depth * 2 + PLM_VOLE_TREES) * sizeof(plm_block);
}
