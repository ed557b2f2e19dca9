/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gf128.h - products in GF(2^128) in plain C, without tables and without branches on values.
 */
#ifndef PLM_CRYPTO_PORTABLE_GF128_H
#define PLM_CRYPTO_PORTABLE_GF128_H

#include "crypto/block.h"

/* out[i] = a[i] * b[i] */
void plm_gf_mul_portable(plm_block *out, const plm_block *a, const plm_block *b, size_t n);
/* out[i] ^= a[i] * c */
void plm_gf_mul_add_portable(plm_block *out, const plm_block *a, plm_block c, size_t n);
/* As plm_kernels.polynomial. */
plm_block plm_gf_polynomial_portable(plm_block acc, plm_block x, const plm_block *a, size_t n);

#endif
