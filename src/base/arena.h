/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - many small allocations with one life.
 *
 *   block ─► [header | used ......... | free ....]
 *     ▲ next
 *   block ─► [header | used ................ full]
 *
 * An arena has a maximum from birth, so that hostile input can't make it grow without bound.
 * Everything in it lives until plm_arena_reset or plm_arena_wipe, which overwrite it.
 */
#ifndef PLM_BASE_ARENA_H
#define PLM_BASE_ARENA_H

#include "base/bytes.h"

typedef struct plm_arena {
    struct plm_arena_block *head;
    size_t total; /* bytes of all blocks */
    size_t max;
} plm_arena;

void plm_arena_init(plm_arena *arena, size_t max_bytes);
/* n bytes, zeroed, aligned for any object; NULL if the maximum or memory is exhausted. */
void *plm_arena_alloc(plm_arena *arena, size_t n);
/* `count` objects of `size` bytes; NULL also on overflow. */
void *plm_arena_array(plm_arena *arena, size_t count, size_t size);
/* A terminated copy of s; NULL as above. */
char *plm_arena_string(plm_arena *arena, plm_span s);
/* Wipes the content; keeps one block for reuse. Everything allocated becomes invalid. */
void plm_arena_reset(plm_arena *arena);
/* Wipes and frees everything. */
void plm_arena_wipe(plm_arena *arena);

#endif
