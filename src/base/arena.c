/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "base/ct.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

typedef struct plm_arena_block {
    struct plm_arena_block *next;
    size_t capacity;
    size_t used;
    alignas(max_align_t) uint8_t data[];
} block;

enum {
    FIRST_BLOCK = 4096
};

void plm_arena_init(plm_arena *arena, size_t max_bytes)
{
    *arena = (plm_arena){.max = max_bytes};
}

static block *add_block(plm_arena *arena, size_t need)
{
    size_t capacity = arena->head == NULL ? FIRST_BLOCK : arena->head->capacity * 2;
    if (capacity > (size_t)1 << 20) {
        capacity = (size_t)1 << 20;
    }
    if (capacity < need) {
        capacity = need;
    }
    if (capacity > arena->max - arena->total) {
        capacity = arena->max - arena->total;
    }
    size_t bytes;
    if (capacity < need || plm_size_add(sizeof(block), capacity, &bytes) < 0) {
        return NULL;
    }
    block *b = (block *)calloc(1, bytes);
    if (b == NULL) {
        return NULL;
    }
    b->capacity = capacity;
    b->next = arena->head;
    arena->head = b;
    arena->total += capacity;
    return b;
}

void *plm_arena_alloc(plm_arena *arena, size_t n)
{
    const size_t align = alignof(max_align_t);
    if (n > SIZE_MAX - align) {
        return NULL;
    }
    n = (n + align - 1) / align * align;
    if (n == 0) {
        n = align;
    }
    block *b = arena->head;
    if (b == NULL || b->capacity - b->used < n) {
        b = add_block(arena, n);
        if (b == NULL) {
            return NULL;
        }
    }
    void *p = b->data + b->used;
    b->used += n;
    return p;
}

void *plm_arena_array(plm_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (plm_size_mul(count, size, &bytes) < 0) {
        return NULL;
    }
    return plm_arena_alloc(arena, bytes);
}

char *plm_arena_string(plm_arena *arena, plm_span s)
{
    if (s.n == SIZE_MAX) {
        return NULL;
    }
    char *copy = (char *)plm_arena_alloc(arena, s.n + 1);
    if (copy != NULL && s.n > 0) {
        memcpy(copy, s.p, s.n);
    }
    return copy;
}

void plm_arena_reset(plm_arena *arena)
{
    block *keep = arena->head;
    if (keep == NULL) {
        return;
    }
    for (block *b = keep->next; b != NULL;) {
        block *next = b->next;
        plm_wipe(b->data, b->used);
        arena->total -= b->capacity;
        free(b);
        b = next;
    }
    plm_wipe(keep->data, keep->used);
    keep->used = 0;
    keep->next = NULL;
}

void plm_arena_wipe(plm_arena *arena)
{
    plm_arena_reset(arena);
    free(arena->head);
    plm_arena_init(arena, arena->max);
}
