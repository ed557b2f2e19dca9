/* SPDX-License-Identifier: Apache-2.0 */
#include "vole/code.h"

#include "base/big.h"
#include "base/ct.h"

#include <stdlib.h>

enum {
    WORDS = 512,                 /* random numbers drawn at a time */
    AHEAD = 32,                  /* places whose memory is asked for before it is needed */
    PADDING = 3 * PLM_CODE_BLOCK /* entries of zero behind a permutation, for looking ahead */
};

struct plm_code {
    size_t c;
    size_t n_entries;                        /* of a permutation: 2c, and PADDING */
    uint32_t *permutations[PLM_CODE_ROUNDS]; /* one behind the other: output i is input [i] */
    plm_aes_key blocks;
};

/*
 * Fisher and Yates, from the front: entry i changes places with one of 0 to i, drawn by the halves
 * of a stream's blocks, the low one first.
 */
static void draw_permutation(uint32_t *out, size_t n, unsigned round)
{
    plm_aes_key key;
    plm_block drawn[WORDS / 2];
    plm_fixed_key(&key, PLM_KEY_CODE_PERMUTE | (uint64_t)round << 32);
    for (size_t first = 0; first < n; first += WORDS) {
        size_t count = n - first < WORDS ? n - first : WORDS;
        plm_kernels_best()->counter(&key, drawn, first / 2, WORDS / 2);
        for (size_t k = 0; k < count; k++) {
            size_t i = first + k;
            size_t j = plm_scale64(drawn[k / 2][k % 2], i + 1);
            out[i] = out[j];
            out[j] = (uint32_t)i;
        }
    }
}

plm_status plm_code_create(plm_code **out, size_t c)
{
    if (c < PLM_CODE_BLOCK || c % PLM_CODE_BLOCK != 0 || c > INT32_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_code *code = (plm_code *)calloc(1, sizeof *code);
    if (code == NULL) {
        return PLM_E_NOMEM;
    }
    code->c = c;
    code->n_entries = 2 * c + PADDING;
    uint32_t *entries =
        (uint32_t *)plm_big_create(PLM_CODE_ROUNDS * code->n_entries * sizeof *entries);
    if (entries == NULL) {
        free(code);
        return PLM_E_NOMEM;
    }
    for (unsigned r = 0; r < PLM_CODE_ROUNDS; r++) {
        code->permutations[r] = entries + r * code->n_entries;
        draw_permutation(code->permutations[r], 2 * c, r);
    }
    plm_fixed_key(&code->blocks, PLM_KEY_CODE_BLOCKS);
    *out = code;
    return PLM_OK;
}

void plm_code_destroy(plm_code *code)
{
    if (code != NULL) {
        plm_big_destroy(code->permutations[0],
                        PLM_CODE_ROUNDS * code->n_entries * sizeof(uint32_t));
        free(code);
    }
}

static void add_up(plm_block *x, size_t n)
{
    plm_block sum = plm_block_zero();
    for (size_t i = 0; i < n; i++) {
        sum ^= x[i];
        x[i] = sum;
    }
}

/* out[i] = in[p[0]] + ... + in[p[i]] */
static void permute_and_add_up(plm_block *out, const plm_block *in, const uint32_t *p, size_t n)
{
    plm_block sum = plm_block_zero();
    for (size_t i = 0; i < n; i++) {
        __builtin_prefetch(&in[p[i + AHEAD]]);
        sum ^= in[p[i]];
        out[i] = sum;
    }
}

/*
 * The same for noise that is not added up yet: its sums change once a part, so that they need no
 * vector. Which sum before is public; whether it has changed by then is not.
 */
static void permute_noise_and_add_up(plm_block *out, const plm_code_noise *noise, const uint32_t *p)
{
    plm_block before[PLM_CODE_PARTS_MAX];
    plm_block sum = plm_block_zero();
    for (size_t part = 0; part < noise->n_parts; part++) {
        before[part] = sum;
        sum ^= noise->y[part];
    }
    sum = plm_block_zero();
    for (size_t i = 0; i < noise->n_parts << noise->depth; i++) {
        uint32_t part = p[i] >> noise->depth;
        uint64_t place = p[i] & (((uint32_t)1 << noise->depth) - 1);
        uint64_t is_past = (noise->at[part] - place - 1) >> 63; /* at <= place */
        sum ^= before[part] ^ (noise->y[part] & plm_block_mask(is_past));
        out[i] = sum;
    }
    plm_wipe(before, sizeof before);
}

/*
 * One block of outputs. bits[i]: the row of the matrix for output i. The 32 values are taken four
 * at a time: the sums of all 16 choices of four are made once, then each output adds eight of them
 * ("four Russians": Arlazarov et al., 1970). The matrix is public, so that it may say where to
 * look.
 */
static void compress_block(plm_block *out, const plm_block *in, const uint32_t *p, size_t first,
                           size_t c, const uint32_t bits[static PLM_CODE_BLOCK])
{
    enum {
        GROUPS = PLM_CODE_BLOCK / 4
    };
    plm_block sums[GROUPS][16];
    for (size_t k = first + (size_t)2 * PLM_CODE_BLOCK; k < first + (size_t)3 * PLM_CODE_BLOCK;
         k++) {
        __builtin_prefetch(&in[p[k]]);
        __builtin_prefetch(&in[p[c + k]]);
    }
    for (unsigned g = 0; g < GROUPS; g++) {
        plm_block *t = sums[g];
        t[0] = plm_block_zero();
        for (unsigned k = 0; k < 4; k++) {
            plm_block z = in[p[c + first + 4 * (size_t)g + k]];
            for (unsigned i = 0; i < 1U << k; i++) {
                t[(1U << k) + i] = t[i] ^ z;
            }
        }
    }
    for (unsigned i = 0; i < PLM_CODE_BLOCK; i++) {
        plm_block sum = in[p[first + i]];
        for (unsigned g = 0; g < GROUPS; g++) {
            sum ^= sums[g][(bits[i] >> (4 * g)) & 15];
        }
        out[first + i] = sum;
    }
}

typedef struct blocks {
    const plm_code *code;
    plm_block *out;
    const plm_block *in;
} blocks;

static void compress_blocks(void *context, size_t first, size_t last)
{
    enum {
        PER_BLOCK = PLM_CODE_BLOCK * PLM_CODE_BLOCK / 128 /* blocks of AES */
    };
    const blocks *b = (const blocks *)context;
    for (size_t k = first; k < last; k++) {
        plm_block random[PER_BLOCK];
        uint32_t bits[PLM_CODE_BLOCK];
        plm_kernels_best()->counter(&b->code->blocks, random, k * PER_BLOCK, PER_BLOCK);
        memcpy(bits, random, sizeof bits);
        compress_block(b->out, b->in, b->code->permutations[PLM_CODE_ROUNDS - 1],
                       k * PLM_CODE_BLOCK, b->code->c, bits);
    }
}

static void finish(const plm_code *code, plm_pool *pool, plm_block *x, const plm_block *scratch,
                   plm_block *out)
{
    permute_and_add_up(x, scratch, code->permutations[1], 2 * code->c);
    blocks b = {code, out, x};
    plm_pool_run(pool, code->c / PLM_CODE_BLOCK, 1024, compress_blocks, &b);
}

void plm_code_compress(const plm_code *code, plm_pool *pool, plm_block *x, plm_block *scratch,
                       plm_block *out)
{
    add_up(x, 2 * code->c);
    permute_and_add_up(scratch, x, code->permutations[0], 2 * code->c);
    finish(code, pool, x, scratch, out);
}

void plm_code_compress_noise(const plm_code *code, plm_pool *pool, const plm_code_noise *noise,
                             plm_block *x, plm_block *scratch, plm_block *out)
{
    permute_noise_and_add_up(scratch, noise, code->permutations[0]);
    finish(code, pool, x, scratch, out);
}
