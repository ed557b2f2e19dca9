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

void plm_okvs_source_init(plm_okvs_source *s, const plm_token *tokens, size_t n)
{
    plm_block seed;
    plm_random((uint8_t *)&seed, sizeof seed);
    *s = (plm_okvs_source){.tokens = tokens, .n = n};
    plm_kernels_best()->key(&s->dummies, seed);
    plm_wipe(&seed, sizeof seed);
}

void plm_okvs_source_read(const plm_okvs_source *s, size_t first, size_t n, plm_block *out)
{
    size_t real = first >= s->n ? 0 : s->n - first < n ? s->n - first : n;
    for (size_t i = 0; i < real; i++) {
        /* Asking beyond the end is harmless. */
        __builtin_prefetch((const uint8_t *)(s->tokens + first + i) + AHEAD_BYTES);
        out[i] = plm_block_load(s->tokens[first + i].b);
    }
    if (real < n) {
        plm_kernels_best()->counter(&s->dummies, out + real, first + real, n - real);
    }
}

/* What sorting reads and by what. */
typedef struct sorting {
    const plm_okvs_source *source;
    const plm_aes_key *rows;
    size_t n;
    uint32_t n_bins;
} sorting;

/* Tokens at to at + count, a batch at most, and their bins. */
static size_t read_batch(const sorting *s, size_t at, plm_block *tokens, uint32_t *bins)
{
    plm_block hashes[BATCH];
    size_t count = s->n - at < BATCH ? s->n - at : BATCH;
    plm_okvs_source_read(s->source, at, count, tokens);
    plm_kernels_best()->hash(s->rows, hashes, tokens, count);
    for (size_t i = 0; i < count; i++) {
        bins[i] = plm_okvs_bin(hashes[i], s->n_bins);
    }
    return count;
}

static void count_bins(const sorting *s, size_t *counts)
{
    plm_block tokens[BATCH];
    uint32_t bins[BATCH];
    for (size_t at = 0; at < s->n;) {
        size_t count = read_batch(s, at, tokens, bins);
        for (size_t i = 0; i < count; i++) {
            counts[bins[i]]++;
        }
        at += count;
    }
}

static void place(const sorting *s, plm_okvs_partition *out, size_t *next)
{
    plm_block tokens[BATCH];
    uint32_t bins[BATCH];
    for (size_t at = 0; at < s->n;) {
        size_t count = read_batch(s, at, tokens, bins);
        for (size_t i = 0; i < count; i++) {
            size_t to = next[bins[i]]++;
            out->tokens[to] = tokens[i];
            if (out->index != NULL) {
                out->index[to] = (uint32_t)(at + i);
            }
        }
        at += count;
    }
}

/* One bin has all of them, in their order. */
static void take_all(const sorting *s, plm_okvs_partition *out)
{
    out->starts[1] = s->n;
    plm_okvs_source_read(s->source, 0, s->n, out->tokens);
    for (size_t i = 0; i < s->n && out->index != NULL; i++) {
        out->index[i] = (uint32_t)i;
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

/* PLM_E_LIMIT: a bin has more than it may. */
static plm_status sort(const sorting *s, plm_okvs_partition *out, size_t most)
{
    size_t *next = (size_t *)calloc(s->n_bins, sizeof *next);
    if (next == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = PLM_OK;
    count_bins(s, next);
    size_t at = 0;
    for (uint32_t b = 0; b < s->n_bins; b++) {
        status = next[b] > most ? PLM_E_LIMIT : status;
        out->starts[b] = at;
        at += next[b];
        next[b] = out->starts[b];
    }
    out->starts[s->n_bins] = at;
    if (status == PLM_OK) {
        place(s, out, next);
    }
    free(next);
    return status;
}

plm_status plm_okvs_partition_init(plm_okvs_partition *out, const plm_okvs_params *params,
                                   const plm_aes_key *rows, const plm_okvs_source *source,
                                   size_t n_padded, unsigned how)
{
    const sorting s = {.source = source, .rows = rows, .n = n_padded, .n_bins = params->n_bins};
    const size_t most = (how & PLM_OKVS_LIMIT) != 0 ? params->bin_rows : SIZE_MAX;
    plm_status status = allocate(out, params->n_bins, n_padded, (how & PLM_OKVS_INDEX) != 0);
    if (status == PLM_OK && s.n_bins == 1 && n_padded <= most) {
        take_all(&s, out);
    } else if (status == PLM_OK) {
        status = sort(&s, out, most);
    }
    if (status != PLM_OK) {
        plm_okvs_partition_wipe(out);
    }
    return status;
}

void plm_okvs_partition_wipe(plm_okvs_partition *p)
{
    plm_big_destroy(p->tokens, p->bytes);
    *p = (plm_okvs_partition){0};
}
