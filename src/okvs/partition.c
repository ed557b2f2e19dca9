/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partition.c - tokens into their bins: counted, then placed.
 */
#include "base/big.h"
#include "base/ct.h"
#include "crypto/sign.h"
#include "okvs/okvs.h"

#include <stdlib.h>

enum {
    BATCH = 256,
    AHEAD_BYTES = 2048
};

typedef struct source {
    const plm_kernels *kernels;
    const plm_aes_key *rows;
    plm_aes_key dummies; /* SECRET; token number i >= n is E(i) */
    const plm_token *tokens;
    size_t n;
} source;

/* Tokens first to first + count and their row hashes. */
static void read_batch(const source *s, size_t first, size_t count, plm_block *tokens,
                       plm_block *hashes)
{
    size_t real = first >= s->n ? 0 : s->n - first < count ? s->n - first : count;
    for (size_t i = 0; i < real; i++) {
        /* Asking beyond the end is harmless. */
        __builtin_prefetch((const uint8_t *)(s->tokens + first + i) + AHEAD_BYTES);
        tokens[i] = plm_block_load(s->tokens[first + i].b);
    }
    if (real < count) {
        s->kernels->counter(&s->dummies, tokens + real, first + real, count - real);
    }
    s->kernels->hash(s->rows, hashes, tokens, count);
}

static void count_bins(const source *s, size_t n, uint32_t n_bins, size_t *counts)
{
    plm_block tokens[BATCH];
    plm_block hashes[BATCH];
    for (size_t at = 0; at < n; at += BATCH) {
        size_t count = n - at < BATCH ? n - at : BATCH;
        read_batch(s, at, count, tokens, hashes);
        for (size_t i = 0; i < count; i++) {
            counts[plm_okvs_bin(hashes[i], n_bins)]++;
        }
    }
}

static void place(const source *s, size_t n, uint32_t n_bins, plm_okvs_partition *out, size_t *next)
{
    plm_block tokens[BATCH];
    plm_block hashes[BATCH];
    for (size_t at = 0; at < n; at += BATCH) {
        size_t count = n - at < BATCH ? n - at : BATCH;
        read_batch(s, at, count, tokens, hashes);
        for (size_t i = 0; i < count; i++) {
            size_t to = next[plm_okvs_bin(hashes[i], n_bins)]++;
            out->tokens[to] = tokens[i];
            if (out->index != NULL) {
                out->index[to] = (uint32_t)(at + i);
            }
        }
    }
}

static plm_status allocate(plm_okvs_partition *out, uint32_t n_bins, size_t n, bool with_index)
{
    size_t n_starts = (size_t)n_bins + 1;
    *out = (plm_okvs_partition){.n = n};
    out->bytes = n * (sizeof *out->tokens + (with_index ? sizeof *out->index : 0)) +
                 n_starts * sizeof *out->starts;
    out->tokens = (plm_block *)plm_big_create(out->bytes);
    if (out->tokens == NULL) {
        return PLM_E_NOMEM;
    }
    out->starts = (size_t *)(out->tokens + n);
    out->index = with_index ? (uint32_t *)(out->starts + n_starts) : NULL;
    return PLM_OK;
}

plm_status plm_okvs_partition_init(plm_okvs_partition *out, const plm_okvs_params *params,
                                   const plm_aes_key *rows, const plm_token *tokens, size_t n,
                                   size_t n_padded, unsigned how)
{
    source s = {.kernels = plm_kernels_best(), .rows = rows, .tokens = tokens, .n = n};
    plm_block seed;
    size_t *next = (size_t *)calloc((size_t)params->n_bins + 1, sizeof *next);
    if (next == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = allocate(out, params->n_bins, n_padded, (how & PLM_OKVS_INDEX) != 0);
    if (status != PLM_OK) {
        free(next);
        return status;
    }
    plm_random((uint8_t *)&seed, sizeof seed);
    s.kernels->key(&s.dummies, seed);
    count_bins(&s, n_padded, params->n_bins, next);
    size_t at = 0;
    for (uint32_t b = 0; b < params->n_bins; b++) {
        status = (how & PLM_OKVS_LIMIT) != 0 && next[b] > params->bin_rows ? PLM_E_LIMIT : status;
        out->starts[b] = at;
        at += next[b];
        next[b] = out->starts[b];
    }
    out->starts[params->n_bins] = at;
    if (status == PLM_OK) {
        place(&s, n_padded, params->n_bins, out, next);
    } else {
        plm_okvs_partition_wipe(out);
    }
    plm_wipe(&s.dummies, sizeof s.dummies);
    plm_wipe(&seed, sizeof seed);
    free(next);
    return status;
}

void plm_okvs_partition_wipe(plm_okvs_partition *p)
{
    plm_big_destroy(p->tokens, p->bytes);
    *p = (plm_okvs_partition){0};
}
