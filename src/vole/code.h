/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code.h - the public linear map that makes a long pseudorandom vector out of a sparse one: the
 * transposed block-accumulate code of rate 1/2 with three accumulators and blocks of 32
 * (Kolesnikov, Peceny, Raghuraman, Rindal et al., "Block-accumulate codes", IACR 2025/1828).
 *
 *     x (2c) -> add up -> permute -> add up -> permute -> add up -> permute -> blocks -> (c)
 *
 * "Add up": y_i = x_0 + ... + x_i. "Blocks": outputs 32 b to 32 b + 31 are z_i plus a random 0-1
 * matrix times z_(c + 32 b) ... z_(c + 32 b + 31). Permutations and matrices are fixed for each c,
 * drawn from a public seed (spec/matching-vole.md section 5).
 *
 * Assumption: regular syndrome decoding for this code with PLM_VOLE_TREES noise positions. The
 * number is (128 / -log2(1 - 2 d)) for the pseudo-distance d = 0.20 that the authors' own
 * implementation takes for two accumulators; see docs/decisions/0010-linear-code.md.
 */
#ifndef PLM_VOLE_CODE_H
#define PLM_VOLE_CODE_H

#include "base/pool.h"
#include "crypto/kernel.h"

#include <palermo/status.h>

enum {
    PLM_CODE_ROUNDS = 3,
    PLM_CODE_BLOCK = 32,
    PLM_CODE_PARTS_MAX = 256
};

typedef struct plm_code plm_code;

/* For c outputs, a multiple of 32, at least 32, below 2^31. PLM_E_NOMEM, PLM_E_ARGUMENT. */
plm_status plm_code_create(plm_code **out, size_t c) PLM_MUST_CHECK;
void plm_code_destroy(plm_code *code);
/*
 * out[0 .. c) from x[0 .. 2c), which is overwritten, as is scratch[0 .. 2c). out may be scratch's
 * memory, but not x's. Constant time: no place or branch depends on values. pool may be NULL.
 */
void plm_code_compress(const plm_code *code, plm_pool *pool, plm_block *x, plm_block *scratch,
                       plm_block *out);

/* 2c blocks in n_parts parts of 2^depth, each of which has one block that may not be zero. */
typedef struct plm_code_noise {
    size_t n_parts; /* at most PLM_CODE_PARTS_MAX */
    unsigned depth;
    const uint32_t *at; /* SECRET; where in its part, below 2^depth */
    const plm_block *y; /* SECRET; what stands there */
} plm_code_noise;

/* The same for such a vector; x and scratch are work memory. Constant time in at and y. */
void plm_code_compress_noise(const plm_code *code, plm_pool *pool, const plm_code_noise *noise,
                             plm_block *x, plm_block *scratch, plm_block *out);

#endif
