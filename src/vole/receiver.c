/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receiver.c - the side of A and C.
 */
#include "base/ct.h"
#include "crypto/sign.h"
#include "crypto/transpose.h"
#include "vole/internal.h"

#include <stdlib.h>

/* An instance whose EXTEND is made and whose TREES have not come. */
typedef struct ahead {
    uint8_t hash[32];
    uint32_t paths[PLM_VOLE_TREES]; /* SECRET; alpha_j */
    plm_block *keys;                /* SECRET; t * depth, of the chosen sides */
} ahead;

struct plm_vole_receiver {
    plm_vole_setup setup;
    const plm_vole_params *p;
    plm_ot_chooser *ot;
    size_t n_extended;
    size_t next; /* instance that is masked, taken and compressed */
    plm_tree_keys keys;
    plm_vole_work work;
    ahead ring[PLM_VOLE_AHEAD];              /* instance i at [i % PLM_VOLE_AHEAD] */
    uint8_t (*proofs)[PLM_VOLE_PROOF_BYTES]; /* expected, n_instances */
    plm_block y[PLM_VOLE_SPARE];             /* SECRET; y_j and x* of instance `next` */
    plm_block w[PLM_VOLE_SPARE];             /* SECRET; y_j Delta + z_j */
    plm_block later_y[PLM_VOLE_SPARE];       /* SECRET; y of the one behind it */
};

void plm_vole_receiver_destroy(plm_vole_receiver *r)
{
    if (r == NULL) {
        return;
    }
    plm_vole_work_free(&r->work, r->p);
    for (unsigned i = 0; i < PLM_VOLE_AHEAD; i++) {
        plm_blocks_destroy(r->ring[i].keys, (size_t)PLM_VOLE_TREES * r->p->depth);
    }
    free(r->proofs);
    plm_wipe(r, sizeof *r);
    free(r);
}

static plm_status allocate(plm_vole_receiver *r)
{
    size_t n_keys = (size_t)PLM_VOLE_TREES * r->p->depth;
    bool good = true;
    for (size_t i = 0; i < plm_vole_ahead(r->p); i++) {
        r->ring[i].keys = plm_blocks_create(n_keys);
        good = good && r->ring[i].keys != NULL;
    }
    r->proofs = (uint8_t(*)[PLM_VOLE_PROOF_BYTES])calloc(r->p->n_instances + 1, sizeof *r->proofs);
    return good && r->proofs != NULL ? PLM_OK : PLM_E_NOMEM;
}

plm_status plm_vole_receiver_create(plm_vole_receiver **out, const plm_vole_setup *setup,
                                    plm_ot_chooser *ot)
{
    plm_vole_receiver *r = (plm_vole_receiver *)aligned_alloc(16, (sizeof *r + 15) / 16 * 16);
    if (r == NULL) {
        return PLM_E_NOMEM;
    }
    memset(r, 0, sizeof *r);
    r->setup = *setup;
    r->p = setup->params;
    r->ot = ot;
    plm_tree_keys_init(&r->keys);
    plm_status status = allocate(r);
    if (status != PLM_OK) {
        plm_vole_receiver_destroy(r);
        return status;
    }
    *out = r;
    return PLM_OK;
}

/* Uniform below n_leaves, from 64 random bits each: off by less than 2^-32. */
static void draw_paths(uint32_t *paths, uint32_t n_leaves)
{
    uint64_t drawn[PLM_VOLE_TREES];
    plm_random((uint8_t *)drawn, sizeof drawn);
    for (unsigned j = 0; j < PLM_VOLE_TREES; j++) {
        paths[j] = (uint32_t)plm_scale64(drawn[j], n_leaves);
    }
    plm_wipe(drawn, sizeof drawn);
}

/* The choice bits of all rows; random where nothing is chosen. */
static void fill_choices(const plm_vole_receiver *r, const ahead *a, plm_block *choices,
                         size_t n_blocks)
{
    size_t n = (size_t)PLM_VOLE_TREES * r->p->depth;
    plm_random((uint8_t *)choices, n_blocks * sizeof *choices);
    for (size_t row = 0; row < n; row++) {
        uint64_t bit = plm_tree_choice(a->paths[row / r->p->depth], r->p->depth,
                                       (unsigned)(row % r->p->depth) + 1);
        uint64_t *word = (uint64_t *)choices + row / 64;
        *word = (*word & ~((uint64_t)1 << (row % 64))) | bit << (row % 64);
    }
}

plm_status plm_vole_receiver_extend(plm_vole_receiver *r, uint8_t *extend)
{
    ahead *a = &r->ring[r->n_extended % PLM_VOLE_AHEAD];
    size_t n_blocks = plm_vole_row_blocks(r->p, r->n_extended);
    size_t n_corrections = PLM_OT_GROUPS * n_blocks;
    size_t n_work = (size_t)2 * 128 * n_blocks + n_corrections + n_blocks;
    plm_block *rows = plm_blocks_create(n_work);
    if (rows == NULL) {
        return PLM_E_NOMEM;
    }
    plm_block *columns = rows + 128 * n_blocks;
    plm_block *corrections = columns + 128 * n_blocks;
    plm_block *choices = corrections + n_corrections;
    uint64_t first_row = 128 * r->ot->n_blocks;
    draw_paths(a->paths, r->p->n_leaves);
    fill_choices(r, a, choices, n_blocks);
    plm_ot_choose(r->ot, choices, n_blocks, corrections, columns);
    memcpy(extend, corrections, n_corrections * sizeof *corrections);
    plm_vole_hash(a->hash, &r->setup, r->n_extended,
                  plm_span_of(extend, n_corrections * sizeof *corrections));
    plm_ot_check_make(extend + n_corrections * sizeof *corrections, plm_vole_row_challenge(a->hash),
                      choices, columns, n_blocks);
    plm_transpose(rows, columns, n_blocks);
    plm_ot_keys(a->keys, rows, plm_block_zero(), first_row, (size_t)PLM_VOLE_TREES * r->p->depth);
    for (size_t k = 0; k < PLM_VOLE_SPARE && r->n_extended == 0; k++) {
        size_t at = plm_vole_path_blocks(r->p) + k;
        r->y[k] = choices[at];
        r->w[k] = plm_vole_join(rows + 128 * at);
    }
    r->n_extended++;
    plm_blocks_destroy(rows, n_work);
    return PLM_OK;
}

typedef struct grafting {
    plm_vole_receiver *r;
    const ahead *a;
    const uint8_t *trees;
} grafting;

/* Trees first to last - 1, from TREES and the keys of the paths' transfers. */
static void graft(void *context, size_t first, size_t last)
{
    const grafting *g = (const grafting *)context;
    const plm_vole_params *p = g->r->p;
    plm_block scratch[PLM_VOLE_LEAVES_MAX / 2];
    plm_block sums[PLM_TREE_DEPTH_MAX];
    for (size_t j = first; j < last; j++) {
        plm_block *leaves = g->r->work.x + j * p->n_leaves;
        uint32_t path = g->a->paths[j];
        for (size_t l = 0; l < p->depth; l++) {
            size_t row = j * p->depth + l;
            plm_block told[2];
            memcpy(told, g->trees + 2 * row * sizeof(plm_block), sizeof told);
            plm_block mask = plm_block_mask(plm_tree_choice(path, p->depth, (unsigned)l + 1));
            sums[l] = told[0] ^ ((told[0] ^ told[1]) & mask) ^ g->a->keys[row];
        }
        /* What was sent is the sum of all leaves + z_j; so the path's becomes leaf + y_j Delta. */
        size_t at = (size_t)PLM_VOLE_TREES * p->depth * 2 + j;
        plm_block total = plm_block_load(g->trees + at * sizeof(plm_block)) ^ g->r->w[j];
        plm_tree_complete(&g->r->keys, path, p->depth, sums, total, scratch, leaves);
    }
    plm_wipe(scratch, sizeof scratch);
    plm_wipe(sums, sizeof sums);
}

/* out[j] = X^exponents[j], each from 1 to 2^depth; bits that are not there multiply by one. */
static void raise(plm_block *out, plm_block x, const uint32_t exponents[static PLM_VOLE_TREES],
                  unsigned depth)
{
    plm_block factors[PLM_VOLE_TREES];
    const plm_block one = plm_block_of(1, 0);
    for (unsigned j = 0; j < PLM_VOLE_TREES; j++) {
        out[j] = one;
    }
    for (unsigned bit = 0; bit <= depth; bit++) {
        for (unsigned j = 0; j < PLM_VOLE_TREES; j++) {
            factors[j] = one ^ ((one ^ x) & plm_block_mask((exponents[j] >> bit) & 1));
        }
        plm_kernels_best()->mul(out, out, factors, PLM_VOLE_TREES);
        x = plm_gf_mul(x, x);
    }
    plm_wipe(factors, sizeof factors);
}

/*
 * x' of CHECK: x* + sum of y_j X^(2c - j s - alpha_j), by Horner's rule in X^s, s a power of two:
 * 2c - j s - alpha_j = (t - 1 - j) s + (s - alpha_j).
 */
static plm_block sum_noise(const plm_vole_receiver *r, const ahead *a, plm_block challenge)
{
    plm_block terms[PLM_VOLE_TREES];
    uint32_t exponents[PLM_VOLE_TREES];
    plm_block step = challenge;
    plm_block x = plm_block_zero();
    for (unsigned j = 0; j < PLM_VOLE_TREES; j++) {
        exponents[j] = r->p->n_leaves - a->paths[j];
    }
    raise(terms, challenge, exponents, r->p->depth);
    plm_kernels_best()->mul(terms, terms, r->y, PLM_VOLE_TREES);
    for (unsigned l = 0; l < r->p->depth; l++) {
        step = plm_gf_mul(step, step);
    }
    for (unsigned j = 0; j < PLM_VOLE_TREES; j++) {
        x = plm_gf_mul(x, step) ^ terms[j];
    }
    plm_wipe(terms, sizeof terms);
    plm_wipe(exponents, sizeof exponents);
    return x ^ r->y[PLM_VOLE_TREES];
}

/* x' of CHECK, and what PROOF must be. */
static void make_check(plm_vole_receiver *r, const ahead *a, uint8_t *check)
{
    plm_block challenge = plm_block_load(a->hash);
    plm_block value =
        plm_kernels_best()->polynomial(plm_block_zero(), challenge, r->work.x, 2 * r->p->c) ^
        r->w[PLM_VOLE_TREES];
    plm_block_store(check, sum_noise(r, a, challenge));
    plm_vole_proof(r->proofs[r->next], a->hash, value);
    plm_wipe(&value, sizeof value);
}

void plm_vole_receiver_take(plm_vole_receiver *r, const uint8_t *trees,
                            uint8_t check[static PLM_VOLE_CHECK_BYTES])
{
    ahead *a = &r->ring[r->next % PLM_VOLE_AHEAD];
    grafting g = {r, a, trees};
    plm_pool_run(r->setup.pool, PLM_VOLE_TREES, 8, graft, &g);
    plm_vole_hash_trees(a->hash, plm_span_of(trees, plm_vole_trees_bytes(r->p)));
    if (r->setup.is_malicious) {
        make_check(r, a, check);
    }
}

plm_status plm_vole_receiver_mask(plm_vole_receiver *r, plm_block *columns, size_t n)
{
    plm_status status = plm_vole_work_leaves(&r->work, r->p);
    if (status == PLM_OK) {
        status = plm_vole_work_code(&r->work, r->p);
    }
    if (status != PLM_OK) {
        return status;
    }
    plm_code_noise noise = {.n_parts = PLM_VOLE_TREES,
                            .depth = r->p->depth,
                            .at = r->ring[r->next % PLM_VOLE_AHEAD].paths,
                            .y = r->y};
    plm_code_compress_noise(r->work.code, r->setup.pool, &noise, r->work.x, r->work.scratch,
                            r->work.scratch);
    plm_blocks_add(columns, r->work.scratch, n);
    memcpy(r->later_y, r->work.scratch + r->p->c - PLM_VOLE_SPARE, sizeof r->later_y);
    return PLM_OK;
}

void plm_vole_receiver_compress(plm_vole_receiver *r, plm_block *columns, size_t n)
{
    plm_code_compress(r->work.code, r->setup.pool, r->work.x, r->work.scratch, r->work.scratch);
    memcpy(columns, r->work.scratch, n * sizeof *columns);
    memcpy(r->y, r->later_y, sizeof r->y);
    memcpy(r->w, r->work.scratch + r->p->c - PLM_VOLE_SPARE, sizeof r->w);
    if (++r->next == r->p->n_instances) {
        plm_vole_work_free(&r->work, r->p);
    }
}

plm_status plm_vole_receiver_verify(plm_vole_receiver *r, size_t i,
                                    const uint8_t proof[static PLM_VOLE_PROOF_BYTES])
{
    return plm_ct_equal(proof, r->proofs[i], PLM_VOLE_PROOF_BYTES) ? PLM_OK : PLM_E_PROOF;
}
