/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sender.c - the side of Delta and B.
 */
#include "base/ct.h"
#include "crypto/sign.h"
#include "crypto/transpose.h"
#include "vole/internal.h"

#include <stdlib.h>

/* What CHECK and PROOF of an instance need. */
typedef struct pending {
    uint8_t hash[32];
    plm_block sum; /* SECRET; sum of chi_i b_i, and z* */
} pending;

struct plm_vole_sender {
    plm_vole_setup setup;
    const plm_vole_params *p;
    plm_ot_giver *ot;
    size_t next; /* instance */
    plm_tree_keys keys;
    plm_vole_work work;
    pending *pending;            /* n_instances */
    plm_block z[PLM_VOLE_SPARE]; /* SECRET; of this instance's y_j and x* */
};

void plm_vole_sender_destroy(plm_vole_sender *s)
{
    if (s == NULL) {
        return;
    }
    plm_vole_work_free(&s->work, s->p);
    free(s->pending);
    plm_wipe(s, sizeof *s);
    free(s);
}

plm_status plm_vole_sender_create(plm_vole_sender **out, const plm_vole_setup *setup,
                                  plm_ot_giver *ot)
{
    plm_vole_sender *s = (plm_vole_sender *)aligned_alloc(16, (sizeof *s + 15) / 16 * 16);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    memset(s, 0, sizeof *s);
    s->setup = *setup;
    s->p = setup->params;
    s->ot = ot;
    plm_tree_keys_init(&s->keys);
    s->pending = (pending *)calloc(s->p->n_instances, sizeof *s->pending);
    if (s->pending == NULL) {
        plm_vole_sender_destroy(s);
        return PLM_E_NOMEM;
    }
    *out = s;
    return PLM_OK;
}

/* Rows Q of this instance, checked; the first instance's z from them. rows: all of them. */
static plm_status take_rows(plm_vole_sender *s, const uint8_t *extend, plm_block *rows,
                            plm_block *columns)
{
    size_t n_blocks = plm_vole_row_blocks(s->p, s->next);
    size_t bytes = n_blocks * PLM_OT_GROUPS * sizeof(plm_block);
    pending *p = &s->pending[s->next];
    plm_vole_hash(p->hash, &s->setup, s->next, plm_span_of(extend, bytes));
    memcpy(rows, extend, bytes); /* for its alignment */
    plm_ot_give(s->ot, rows, n_blocks, columns);
    if (s->setup.is_malicious) {
        plm_status status = plm_ot_check_verify(s->ot, plm_vole_row_challenge(p->hash),
                                                extend + bytes, columns, n_blocks);
        if (status != PLM_OK) {
            return status;
        }
    }
    plm_transpose(rows, columns, n_blocks);
    for (size_t k = 0; k < PLM_VOLE_SPARE && s->next == 0; k++) {
        s->z[k] = plm_vole_join(rows + 128 * (plm_vole_path_blocks(s->p) + k));
    }
    return PLM_OK;
}

typedef struct planting {
    plm_vole_sender *s;
    const plm_block *roots;
    const plm_block *keys[2];
    uint8_t *trees;
} planting;

/* Trees first to last - 1: their leaves, and what of TREES is theirs. */
static void plant(void *context, size_t first, size_t last)
{
    const planting *w = (const planting *)context;
    const plm_vole_params *p = w->s->p;
    plm_block scratch[PLM_VOLE_LEAVES_MAX / 2];
    plm_block sums[PLM_TREE_DEPTH_MAX][2];
    for (size_t j = first; j < last; j++) {
        plm_block *leaves = w->s->work.x + j * p->n_leaves;
        plm_tree_expand(&w->s->keys, w->roots[j], p->depth, scratch, leaves, sums);
        for (size_t l = 0; l < p->depth; l++) {
            size_t row = j * p->depth + l;
            plm_block told[2] = {sums[l][0] ^ w->keys[0][row], sums[l][1] ^ w->keys[1][row]};
            memcpy(w->trees + 2 * row * sizeof(plm_block), told, sizeof told);
        }
        plm_block sum = sums[p->depth - 1][0] ^ sums[p->depth - 1][1] ^ w->s->z[j];
        size_t at = (size_t)PLM_VOLE_TREES * p->depth * 2 + j;
        plm_block_store(w->trees + at * sizeof(plm_block), sum);
    }
    plm_wipe(scratch, sizeof scratch);
    plm_wipe(sums, sizeof sums);
}

static void plant_all(plm_vole_sender *s, const plm_block *rows, uint64_t first_row, uint8_t *trees)
{
    size_t n = (size_t)PLM_VOLE_TREES * s->p->depth;
    plm_block roots[PLM_VOLE_TREES];
    plm_block *keys = s->work.scratch; /* not needed before compressing */
    plm_random((uint8_t *)roots, sizeof roots);
    plm_ot_keys(keys, rows, plm_block_zero(), first_row, n);
    plm_ot_keys(keys + n, rows, s->ot->delta, first_row, n);
    planting w = {s, roots, {keys, keys + n}, trees};
    plm_pool_run(s->setup.pool, PLM_VOLE_TREES, 8, plant, &w);
    plm_wipe(roots, sizeof roots);
}

plm_status plm_vole_sender_extend(plm_vole_sender *s, const uint8_t *extend, uint8_t *trees)
{
    size_t n_blocks = plm_vole_row_blocks(s->p, s->next);
    uint64_t first_row = 128 * s->ot->n_blocks;
    plm_status status = plm_vole_work_leaves(&s->work, s->p);
    if (status != PLM_OK) {
        return status;
    }
    plm_block *rows = plm_blocks_create((size_t)2 * 128 * n_blocks);
    if (rows == NULL) {
        return PLM_E_NOMEM;
    }
    status = take_rows(s, extend, rows, rows + 128 * n_blocks);
    if (status == PLM_OK) {
        plant_all(s, rows, first_row, trees);
        pending *p = &s->pending[s->next];
        plm_vole_hash_trees(p->hash, plm_span_of(trees, plm_vole_trees_bytes(s->p)));
        if (s->setup.is_malicious) {
            p->sum = plm_kernels_best()->polynomial(plm_block_zero(), plm_block_load(p->hash),
                                                    s->work.x, 2 * s->p->c) ^
                     s->z[PLM_VOLE_TREES];
        }
    }
    plm_blocks_destroy(rows, (size_t)2 * 128 * n_blocks);
    return status;
}

plm_status plm_vole_sender_compress(plm_vole_sender *s, plm_block *columns, size_t n)
{
    plm_status status = plm_vole_work_code(&s->work, s->p);
    if (status != PLM_OK) {
        return status;
    }
    plm_code_compress(s->work.code, s->setup.pool, s->work.x, s->work.scratch, s->work.scratch);
    plm_blocks_add(columns, s->work.scratch, n);
    memcpy(s->z, s->work.scratch + s->p->c - PLM_VOLE_SPARE, sizeof s->z);
    if (++s->next == s->p->n_instances) {
        plm_vole_work_free(&s->work, s->p);
    }
    return PLM_OK;
}

void plm_vole_sender_prove(plm_vole_sender *s, size_t i,
                           const uint8_t check[static PLM_VOLE_CHECK_BYTES],
                           uint8_t proof[static PLM_VOLE_PROOF_BYTES])
{
    plm_block value = plm_gf_mul(plm_block_load(check), s->ot->delta) ^ s->pending[i].sum;
    plm_vole_proof(proof, s->pending[i].hash, value);
    plm_wipe(&value, sizeof value);
}
