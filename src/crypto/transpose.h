/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transpose.h - bit matrices of 128 columns, from columns to rows.
 */
#ifndef PLM_CRYPTO_TRANSPOSE_H
#define PLM_CRYPTO_TRANSPOSE_H

#include "crypto/block.h"

/*
 * columns: 128 of n_blocks blocks each, one after the other; bit r of column c goes to bit c of
 * rows[r], for the 128 n_blocks rows. Constant time; rows may not overlap columns.
 */
void plm_transpose(plm_block *rows, const plm_block *columns, size_t n_blocks);

#endif
