/* SPDX-License-Identifier: Apache-2.0 */
#include "base/big.h"

#include "base/bytes.h"
#include "base/ct.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    LINE = 64,
    PAGES_FROM = 1 << 20 /* smaller ones come from malloc */
};

void *plm_big_create(size_t bytes)
{
    size_t rounded;
    if (plm_size_add(bytes, LINE, &rounded) != 0) {
        return NULL;
    }
    if (bytes < PAGES_FROM) {
        void *p = aligned_alloc(LINE, rounded / LINE * LINE);
        return p == NULL ? NULL : memset(p, 0, bytes);
    }
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    (void)madvise(p, bytes, MADV_HUGEPAGE); /* a wish: what refuses it works as well */
    return p;
}

void plm_big_destroy(void *p, size_t bytes)
{
    if (p == NULL) {
        return;
    }
    plm_wipe(p, bytes);
    if (bytes < PAGES_FROM) {
        free(p);
    } else {
        (void)munmap(p, bytes);
    }
}
