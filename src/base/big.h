/* SPDX-License-Identifier: Apache-2.0 */
/*
 * big.h - memory for large vectors: aligned to cache lines, on huge pages where the system gives
 * them, wiped when it goes.
 */
#ifndef PLM_BASE_BIG_H
#define PLM_BASE_BIG_H

#include <stddef.h>

enum {
    PLM_BIG_FROM = 1 << 16 /* for fewer bytes malloc is as good */
};

/* Zeroed, aligned to 64 bytes; NULL if there is no memory. bytes may be 0. From any thread. */
void *plm_big_create(size_t bytes);
/* The same number of bytes. p may be NULL. */
void plm_big_destroy(void *p, size_t bytes);

#endif
