/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.c - rows against columns, in batches: gathers first, then products on whole arrays.
 */
#include "okvs/okvs.h"

enum {
    BATCH = 128
};

static void ask_for(const plm_block *columns, const plm_okvs_row *row)
{
    for (unsigned j = 0; j < 3; j++) {
        __builtin_prefetch(&columns[row->at[j]]);
    }
}

/* n rows, at most BATCH. */
static void gather(const plm_okvs_params *params, const plm_block *columns, const plm_block *hashes,
                   size_t n, plm_block *out)
{
    plm_okvs_row rows[BATCH];
    for (size_t i = 0; i < n; i++) {
        rows[i] = plm_okvs_row_of(hashes[i], params->n_sparse);
        ask_for(columns, &rows[i]);
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t *at = rows[i].at;
        out[i] = columns[at[0]] ^ columns[at[1]] ^ columns[at[2]];
    }
}

/* Horner's rule: k (D_1 + k (D_2 + ... + k D_g)). */
void plm_okvs_add_dense(const plm_okvs_params *params, const plm_block *columns,
                        const plm_block *hashes, size_t n, plm_block *out)
{
    const plm_kernels *kernels = plm_kernels_best();
    const plm_block *dense = columns + params->n_sparse;
    plm_block sum[BATCH];
    for (size_t at = 0; at < n; at += BATCH) {
        size_t count = n - at < BATCH ? n - at : BATCH;
        for (size_t i = 0; i < count; i++) {
            sum[i] = dense[params->n_dense - 1];
        }
        for (uint32_t g = params->n_dense; g-- > 0;) {
            kernels->mul(sum, sum, hashes + at, count);
            for (size_t i = 0; i < count && g > 0; i++) {
                sum[i] ^= dense[g - 1];
            }
        }
        for (size_t i = 0; i < count; i++) {
            out[at + i] ^= sum[i];
        }
    }
}

void plm_okvs_decode_bin(const plm_okvs_params *params, const plm_block *columns,
                         const plm_block *hashes, size_t n, plm_block *out)
{
    for (size_t at = 0; at < n; at += BATCH) {
        gather(params, columns, hashes + at, n - at < BATCH ? n - at : BATCH, out + at);
    }
    plm_okvs_add_dense(params, columns, hashes, n, out);
}
