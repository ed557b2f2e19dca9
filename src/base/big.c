/* SPDX-License-Identifier: Apache-2.0 */
/*
 * big.c - memory by whole huge pages. What would not fill some shares them with others: a region is
 * one mapping, cut from the front. What was cut last and is given back is cut again, and keeps its
 * pages for that; it was wiped, so that all of it is zero. What went before is a hole, whose pages
 * are given up; it is cut again when all behind it has gone.
 *
 *     region:  | head | vector | vector | ...          never touched: costs nothing |
 *              ^ a multiple of REGION, so that a vector finds its region by its address
 */
#include "base/big.h"

#include "base/bytes.h"
#include "base/ct.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Under a sanitizer each vector is by itself, so that it sees what goes beyond its end. */
#if defined(__SANITIZE_ADDRESS__)
#    define HAS_REGIONS 0
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#        define HAS_REGIONS 0
#    endif
#endif
#ifndef HAS_REGIONS
#    define HAS_REGIONS 1
#endif

enum {
    LINE = 64,
    HUGE_PAGE = 1 << 21,
    REGION = 1 << 26,
    SHARED_FROM = HAS_REGIONS ? PLM_BIG_FROM : 1 << 24, /* smaller ones come from malloc */
    SHARED_BEFORE = 1 << 24, /* larger ones have a mapping of their own */
    HOLES = 30               /* that are remembered */
};

typedef struct hole {
    size_t first;
    size_t last; /* behind it */
} hole;

typedef struct region {
    size_t used;   /* bytes, this head included */
    size_t n_live; /* vectors */
    size_t n_holes;
    hole holes[HOLES]; /* what went before others that were cut later */
} region;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static region *current; /* where the next vector goes; NULL: none */

/* bytes, a multiple of HUGE_PAGE, at a multiple of `alignment`, another one; zero. */
static uint8_t *map(size_t bytes, size_t alignment)
{
    size_t mapped;
    if (plm_size_add(bytes, alignment, &mapped) != 0) {
        return NULL;
    }
    uint8_t *p =
        (uint8_t *)mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    size_t head = (alignment - (uintptr_t)p % alignment) % alignment;
    if (head > 0) {
        (void)munmap(p, head);
    }
    (void)munmap(p + head + bytes, alignment - head);
    (void)madvise(p + head, bytes, MADV_HUGEPAGE); /* a wish: what refuses it works as well */
    return p + head;
}

static size_t whole_pages(size_t bytes)
{
    return (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

static size_t whole_lines(size_t bytes)
{
    return (bytes + LINE - 1) / LINE * LINE;
}

/* A region that nobody takes from or has anything in is no more. */
static void drop_if_empty(region *r)
{
    if (r != current && r->n_live == 0) {
        (void)munmap(r, REGION);
    }
}

static void *share(size_t bytes)
{
    uint8_t *out = NULL;
    (void)pthread_mutex_lock(&lock);
    if (current == NULL || REGION - current->used < bytes) {
        region *fresh = (region *)(void *)map(REGION, REGION);
        region *full = current;
        if (fresh != NULL) {
            fresh->used = whole_lines(sizeof *fresh);
            current = fresh;
            if (full != NULL) {
                drop_if_empty(full);
            }
        }
    }
    if (current != NULL && REGION - current->used >= bytes) {
        out = (uint8_t *)current + current->used;
        current->used += bytes;
        current->n_live++;
    }
    (void)pthread_mutex_unlock(&lock);
    return out;
}

/* Pages that were this vector's alone. */
static void give_up_pages(region *r, uint8_t *p, size_t bytes)
{
    uint8_t *first = (uint8_t *)r + whole_pages((uintptr_t)p % REGION);
    uint8_t *last = p + bytes;
    last -= (uintptr_t)last % HUGE_PAGE;
    if (first < last) {
        (void)madvise(first, (size_t)(last - first), MADV_DONTNEED);
    }
}

/* A vector went that others stand behind. Where no more holes can be remembered it stays one. */
static void add_hole(region *r, size_t first, size_t last)
{
    for (size_t i = 0; i < r->n_holes; i++) {
        hole *h = &r->holes[i];
        if (h->last == first) {
            h->last = last;
            return;
        }
        if (h->first == last) {
            h->first = first;
            return;
        }
    }
    if (r->n_holes < HOLES) {
        r->holes[r->n_holes++] = (hole){first, last};
    }
}

/* What is cut next begins at `end`, or before it where there are holes. */
static void shrink(region *r, size_t end)
{
    r->used = end;
    for (size_t i = 0; i < r->n_holes;) {
        if (r->holes[i].last == r->used) {
            r->used = r->holes[i].first;
            r->holes[i] = r->holes[--r->n_holes];
            i = 0; /* another one may end there */
        } else {
            i++;
        }
    }
}

static void give_back(void *p, size_t bytes)
{
    region *r = (region *)(void *)((uint8_t *)p - (uintptr_t)p % REGION);
    const size_t first = (uintptr_t)p % REGION;
    (void)pthread_mutex_lock(&lock);
    r->n_live--;
    if (r == current && first + bytes == r->used) {
        shrink(r, first);
    } else {
        give_up_pages(r, (uint8_t *)p, bytes);
        add_hole(r, first, first + bytes);
    }
    if (r == current && r->n_live == 0) {
        current = NULL;
    }
    drop_if_empty(r);
    (void)pthread_mutex_unlock(&lock);
}

void *plm_big_create(size_t bytes)
{
    size_t rounded;
    if (plm_size_add(bytes, HUGE_PAGE, &rounded) != 0) {
        return NULL;
    }
    if (bytes < SHARED_FROM) {
        void *p = aligned_alloc(LINE, whole_lines(bytes + 1));
        return p == NULL ? NULL : memset(p, 0, bytes);
    }
    return bytes < SHARED_BEFORE ? share(whole_lines(bytes))
                                 : (void *)map(whole_pages(bytes), HUGE_PAGE);
}

void plm_big_destroy(void *p, size_t bytes)
{
    if (p == NULL) {
        return;
    }
    plm_wipe(p, bytes);
    if (bytes < SHARED_FROM) {
        free(p);
    } else if (bytes < SHARED_BEFORE) {
        give_back(p, whole_lines(bytes));
    } else {
        (void)munmap(p, whole_pages(bytes));
    }
}
