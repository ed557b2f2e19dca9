/* SPDX-License-Identifier: Apache-2.0 */
#include "base/big.h"

#include "base/bytes.h"
#include "base/ct.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    LINE = 64,
    PAGES_FROM = 1 << 19, /* smaller ones come from malloc */
    HUGE_PAGE = 1 << 21
};

/*
 * Whole huge pages, from the border of one: what lies across a border, or in a last page that is
 * not whole, would be made of small pages, each of which costs a fault of its own.
 */
static void *map_huge(size_t bytes)
{
    size_t whole = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    size_t mapped;
    if (plm_size_add(whole, HUGE_PAGE, &mapped) != 0) {
        return NULL;
    }
    uint8_t *p =
        (uint8_t *)mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    size_t head = (HUGE_PAGE - (uintptr_t)p % HUGE_PAGE) % HUGE_PAGE;
    if (head > 0) {
        (void)munmap(p, head);
    }
    (void)munmap(p + head + whole, HUGE_PAGE - head);
    (void)madvise(p + head, whole, MADV_HUGEPAGE); /* a wish: what refuses it works as well */
    return p + head;
}

void *plm_big_create(size_t bytes)
{
    size_t rounded;
    if (plm_size_add(bytes, HUGE_PAGE, &rounded) != 0) {
        return NULL;
    }
    if (bytes < PAGES_FROM) {
        void *p = aligned_alloc(LINE, (bytes + LINE) / LINE * LINE);
        return p == NULL ? NULL : memset(p, 0, bytes);
    }
    return map_huge(bytes);
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
        (void)munmap(p, (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
    }
}
