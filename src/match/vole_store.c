/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_store.c - the receiver's tokens as an oblivious key-value store.
 */
#include "base/ct.h"
#include "crypto/sign.h"
#include "match/vole_receiver.h"

#include <stdlib.h>

enum {
    PARTITION_TRIES = 3 /* each fails with 2^-40 */
};

static plm_status make_benches(plm_vole_side *s)
{
    size_t rows = (size_t)s->v.store.bin_rows + 1;
    size_t n = plm_pool_threads(s->v.config.pool);
    n = n < s->v.store.n_bins ? n : s->v.store.n_bins;
    s->benches = (plm_vole_bench *)calloc(n, sizeof *s->benches);
    if (s->benches == NULL) {
        return PLM_E_NOMEM;
    }
    s->n_benches = n;
    for (size_t i = 0; i < n; i++) {
        plm_vole_bench *b = &s->benches[i];
        plm_status status = plm_okvs_workspace_create(&b->workspace, &s->v.store);
        b->hashes = (plm_block *)plm_big_create(rows * sizeof *b->hashes);
        b->values = (plm_block *)plm_big_create(rows * sizeof *b->values);
        if (status != PLM_OK || b->hashes == NULL || b->values == NULL) {
            return PLM_E_NOMEM;
        }
    }
    return PLM_OK;
}

void plm_vole_benches_free(plm_vole_side *s)
{
    size_t rows = (size_t)s->v.store.bin_rows + 1;
    for (size_t i = 0; i < s->n_benches; i++) {
        plm_vole_bench *b = &s->benches[s->n_benches - 1 - i]; /* what was made last goes first */
        plm_big_destroy(b->values, rows * sizeof *b->values);
        plm_big_destroy(b->hashes, rows * sizeof *b->hashes);
        plm_okvs_workspace_destroy(b->workspace);
    }
    free(s->benches);
    s->benches = NULL;
    s->n_benches = 0;
}

plm_status plm_vole_sort_tokens(plm_vole_side *s)
{
    return plm_okvs_partition_init(&s->partition, &s->v.store, &s->v.rows, &s->source,
                                   s->v.config.n_padded, PLM_OKVS_INDEX | PLM_OKVS_LIMIT);
}

size_t plm_vole_tokens_before(const plm_vole_side *s, size_t bin)
{
    return s->v.store.n_bins > 1 ? s->partition.starts[bin] : bin * s->v.n_receiver;
}

/* n tokens of a bin, `at` and those behind it: where they stand, or in room. */
static const plm_block *read_tokens(const plm_vole_side *s, size_t bin, size_t at, size_t n,
                                    plm_block *room)
{
    if (s->v.store.n_bins > 1) {
        return s->partition.tokens + s->partition.starts[bin] + at;
    }
    plm_okvs_source_read(&s->source, at, n, room);
    return room;
}

plm_status plm_vole_part(plm_vole_side *s)
{
    const plm_engine_config *c = &s->v.config;
    plm_status status = PLM_E_LIMIT;
    plm_okvs_source_init(&s->source, c->tokens, c->n);
    for (int tries = 0; tries < PARTITION_TRIES && status == PLM_E_LIMIT; tries++) {
        plm_random(s->keys, sizeof s->keys);
        plm_kernels_best()->key(&s->v.rows, plm_block_load(s->keys));
        status = s->v.store.n_bins > 1 ? plm_vole_sort_tokens(s) : PLM_OK;
    }
    s->w = plm_block_load(s->keys + 16);
    if (status == PLM_OK) {
        plm_block seed;
        plm_random((uint8_t *)&seed, sizeof seed);
        plm_kernels_best()->key(&s->free_columns, seed);
        plm_wipe(&seed, sizeof seed);
        s->is_parted = true;
        status = make_benches(s);
    }
    if (status == PLM_OK && c->label_bytes > 0) {
        s->label_keys = (plm_block *)plm_big_create(c->n_padded * sizeof *s->label_keys);
        status = s->label_keys == NULL ? PLM_E_NOMEM : PLM_OK;
    }
    /* Three failures of 2^-40 are no accident, but tokens that are all alike. */
    return status == PLM_E_LIMIT ? PLM_E_ARGUMENT : status;
}

/* Row hashes and values of the n tokens of a bin. */
static void hash_tokens(const plm_vole_side *s, size_t bin, size_t n, plm_vole_bench *b)
{
    const plm_kernels *kernels = plm_kernels_best();
    plm_block room[PLM_VOLE_BATCH];
    for (size_t at = 0; at < n; at += PLM_VOLE_BATCH) {
        size_t count = n - at < PLM_VOLE_BATCH ? n - at : PLM_VOLE_BATCH;
        const plm_block *tokens = read_tokens(s, bin, at, count, room);
        kernels->hash(&s->v.rows, b->hashes + at, tokens, count);
        kernels->hash(&s->v.field, b->values + at, tokens, count);
    }
    plm_wipe(room, sizeof room);
}

static void encode_range(void *context, size_t first, size_t last)
{
    plm_vole_side *s = (plm_vole_side *)context;
    size_t width = plm_okvs_bin_columns(&s->v.store);
    for (size_t i = first; i < last; i++) {
        plm_vole_bench *b = &s->benches[i];
        size_t bin = s->n_bins_encoded + i;
        size_t n = plm_vole_tokens_before(s, bin + 1) - plm_vole_tokens_before(s, bin);
        plm_block *columns = s->columns + bin * width;
        plm_kernels_best()->counter(&s->free_columns, columns, bin * width, width);
        hash_tokens(s, bin, n, b);
        b->status =
            plm_okvs_encode_bin(b->workspace, &s->v.store, b->hashes, b->values, n, columns);
    }
}

static int compare_tokens(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(plm_block));
}

/* Why a bin has no solution: a token that is there twice, or an accident of 2^-40. */
static plm_status explain_failure(plm_vole_side *s, size_t bin)
{
    size_t n = plm_vole_tokens_before(s, bin + 1) - plm_vole_tokens_before(s, bin);
    plm_block *copy = (plm_block *)plm_big_create(n * sizeof *copy);
    plm_status status = copy == NULL ? PLM_E_NOMEM : PLM_E_CRYPTO;
    if (copy != NULL) {
        const plm_block *tokens = read_tokens(s, bin, 0, n, copy);
        if (tokens != copy) {
            memcpy(copy, tokens, n * sizeof *copy);
        }
        qsort(copy, n, sizeof *copy, compare_tokens);
        for (size_t i = 1; i < n; i++) {
            if (plm_block_equal(copy[i - 1], copy[i])) {
                status = PLM_E_ARGUMENT;
            }
        }
    }
    plm_big_destroy(copy, n * sizeof *copy);
    return status;
}

plm_status plm_vole_encode(plm_vole_side *s)
{
    size_t left = s->v.store.n_bins - s->n_bins_encoded;
    size_t n = left < s->n_benches ? left : s->n_benches;
    plm_pool_run(s->v.config.pool, n, 1, encode_range, s);
    for (size_t i = 0; i < n; i++) {
        plm_status status = s->benches[i].status;
        if (status != PLM_OK) {
            return status == PLM_E_LIMIT ? explain_failure(s, s->n_bins_encoded + i) : status;
        }
    }
    s->n_bins_encoded += n;
    if (s->n_bins_encoded == s->v.store.n_bins) {
        plm_vole_benches_free(s);
    }
    return PLM_OK;
}
