/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.h - rows of a file that are all of one length, ascending by the bytes they begin with.
 */
#ifndef PLM_INDEX_ROWS_H
#define PLM_INDEX_ROWS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Which of n rows of row_bytes each begins with the key; SIZE_MAX: none. key_bytes <= row_bytes. By
 * halving, in time that depends on the key.
 */
size_t plm_rows_find(const uint8_t *rows, size_t n, size_t row_bytes, const uint8_t *key,
                     size_t key_bytes);

#endif
