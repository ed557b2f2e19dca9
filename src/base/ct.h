/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct.h - helpers for secrets: comparison in constant time, wiping that the compiler keeps.
 */
#ifndef PLM_BASE_CT_H
#define PLM_BASE_CT_H

#include <stdbool.h>
#include <stddef.h>

/* a, b: n bytes, SECRET. Time depends on n only. */
bool plm_ct_equal(const void *a, const void *b, size_t n);

/* Overwrites n bytes at p with zeroes; p may be NULL when n is 0. */
void plm_wipe(void *p, size_t n);

#endif
