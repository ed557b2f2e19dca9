/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extend.c - rows from the trees' streams, their check, and keys from rows.
 */
#include "ot/extend.h"

#include "base/ct.h"
#include "crypto/hasher.h"

enum {
    PIECE = 64 /* blocks of a stream at a time */
};

/* Adds a stream's blocks to the sums that the bits of its number say, and to `sum`. */
static void add_stream(const plm_block *stream, size_t n, unsigned x, plm_block *sum,
                       plm_block *columns, size_t stride)
{
    for (unsigned j = 0; j < PLM_OT_DEPTH; j++) {
        if ((x >> j) & 1) {
            for (size_t i = 0; i < n; i++) {
                columns[j * stride + i] ^= stream[i];
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        sum[i] ^= stream[i];
    }
}

/* One group's four columns of n_blocks blocks, and the sum of all its streams. */
static void sum_streams(const plm_block leaves[static PLM_OT_LEAVES], unsigned first_leaf,
                        uint64_t first, size_t n_blocks, plm_block *sum, plm_block *columns)
{
    const plm_kernels *kernels = plm_kernels_best();
    plm_block stream[PIECE];
    plm_aes_key key;
    memset(columns, 0, PLM_OT_DEPTH * n_blocks * sizeof *columns);
    memset(sum, 0, n_blocks * sizeof *sum);
    for (unsigned x = first_leaf; x < PLM_OT_LEAVES; x++) {
        kernels->key(&key, leaves[x]);
        for (size_t at = 0; at < n_blocks; at += PIECE) {
            size_t n = n_blocks - at < PIECE ? n_blocks - at : PIECE;
            kernels->counter(&key, stream, first + at, n);
            add_stream(stream, n, x, sum + at, columns + at, n_blocks);
        }
    }
    plm_wipe(stream, sizeof stream);
    plm_wipe(&key, sizeof key);
}

void plm_ot_choose(plm_ot_chooser *c, const plm_block *choices, size_t n_blocks,
                   plm_block *corrections, plm_block *columns)
{
    for (unsigned g = 0; g < PLM_OT_GROUPS; g++) {
        plm_block *correction = corrections + g * n_blocks;
        sum_streams(c->leaves[g], 0, c->n_blocks, n_blocks, correction,
                    columns + (size_t)g * PLM_OT_DEPTH * n_blocks);
        for (size_t i = 0; i < n_blocks; i++) {
            correction[i] ^= choices[i];
        }
    }
    c->n_blocks += n_blocks;
}

void plm_ot_give(plm_ot_giver *g, const plm_block *corrections, size_t n_blocks, plm_block *columns)
{
    for (unsigned group = 0; group < PLM_OT_GROUPS; group++) {
        plm_block *own = columns + (size_t)group * PLM_OT_DEPTH * n_blocks;
        const plm_block *correction = corrections + group * n_blocks;
        plm_block unused[PIECE]; /* the giver can't know the sum of all streams */
        for (size_t at = 0; at < n_blocks; at += PIECE) {
            size_t n = n_blocks - at < PIECE ? n_blocks - at : PIECE;
            plm_block piece[PLM_OT_DEPTH * PIECE];
            sum_streams(g->leaves[group], 1, g->n_blocks + at, n, unused, piece);
            for (unsigned j = 0; j < PLM_OT_DEPTH; j++) {
                unsigned bit = group * PLM_OT_DEPTH + j;
                plm_block mask = plm_block_mask(plm_block_bit(g->delta, bit));
                for (size_t i = 0; i < n; i++) {
                    own[j * n_blocks + at + i] = piece[j * n + i] ^ (correction[at + i] & mask);
                }
            }
        }
    }
    g->n_blocks += n_blocks;
}

/* Hash of the 128 sums that the giver can compute too. */
static void digest_sums(uint8_t out[static 32], const plm_block sums[static 128])
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo vole/1 rows");
    plm_hasher_fixed(&h, sums, 128 * sizeof *sums);
    plm_hasher_final(&h, out);
}

void plm_ot_check_make(uint8_t check[static PLM_OT_CHECK_BYTES], plm_block challenge,
                       const plm_block *choices, const plm_block *columns, size_t n_blocks)
{
    const plm_kernels *kernels = plm_kernels_best();
    plm_block sums[128];
    plm_block x = kernels->polynomial(plm_block_zero(), challenge, choices, n_blocks);
    for (unsigned i = 0; i < 128; i++) {
        sums[i] =
            kernels->polynomial(plm_block_zero(), challenge, columns + i * n_blocks, n_blocks);
    }
    plm_block_store(check, x);
    digest_sums(check + sizeof x, sums);
    plm_wipe(sums, sizeof sums);
}

plm_status plm_ot_check_verify(const plm_ot_giver *g, plm_block challenge,
                               const uint8_t check[static PLM_OT_CHECK_BYTES],
                               const plm_block *columns, size_t n_blocks)
{
    const plm_kernels *kernels = plm_kernels_best();
    plm_block sums[128];
    uint8_t digest[32];
    plm_block x = plm_block_load(check);
    for (unsigned i = 0; i < 128; i++) {
        plm_block mask = plm_block_mask(plm_block_bit(g->delta, i));
        sums[i] =
            kernels->polynomial(plm_block_zero(), challenge, columns + i * n_blocks, n_blocks);
        sums[i] ^= x & mask;
    }
    digest_sums(digest, sums);
    bool good = plm_ct_equal(digest, check + sizeof x, sizeof digest);
    plm_wipe(sums, sizeof sums);
    return good ? PLM_OK : PLM_E_PROOF;
}

void plm_ot_keys(plm_block *out, const plm_block *rows, plm_block offset, uint64_t first, size_t n)
{
    const plm_kernels *kernels = plm_kernels_best();
    plm_aes_key key;
    plm_fixed_key(&key, PLM_KEY_OT_TWEAK);
    for (size_t at = 0; at < n; at += PIECE) {
        size_t count = n - at < PIECE ? n - at : PIECE;
        plm_block inner[PIECE];
        for (size_t i = 0; i < count; i++) {
            inner[i] = rows[at + i] ^ offset;
        }
        kernels->encrypt(&key, inner, inner, count);
        for (size_t i = 0; i < count; i++) {
            out[at + i] = inner[i] ^ plm_block_of(first + at + i, 0);
        }
        kernels->encrypt(&key, out + at, out + at, count);
        for (size_t i = 0; i < count; i++) {
            out[at + i] ^= inner[i];
        }
        plm_wipe(inner, sizeof inner);
    }
}
