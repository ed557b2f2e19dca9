/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorter.h - any number of pairs (text, number), given back in order, in bounded memory.
 *
 * Memory has two halves. While one is filled, a thread sorts the other and writes it to a file
 * without a name; in the end it merges these runs, while what it has merged is taken. What fits
 * into one half needs no thread and no file.
 *
 *   caller                 the sorter's thread
 *   add, add: half A
 *   full ────────────────► sort A, run 1 of the file
 *   add, add: half B
 *   full, waits for A ───► sort B, run 2 of the file
 *   ...
 *   turn ────────────────► merge: blocks of entries in order
 *   take, take     ◄──────
 *
 *   half     [n (2) | text (n - 9) | 0 | number (8, big-endian)] [...] ...
 *   places   [first 16 bytes of the text | offset] ...
 *   file     run 1: entries in order | run 2: ...
 *
 * So the order of entries is that of their bytes, which is that of the text by its bytes, then the
 * number. The file holds what the store holds: it stands beside it, is made for its owner alone and
 * has no name from its first byte on.
 */
#ifndef PLM_STORE_SORTER_H
#define PLM_STORE_SORTER_H

#include "base/bytes.h"

enum {
    PLM_SORTER_BYTES = 48 << 20, /* of memory, about */
    PLM_SORTER_TEXT_MAX = 4096,
    PLM_SORTER_RUNS_MAX = 4096
};

typedef struct plm_sorter plm_sorter;

/*
 * directory: for the file, borrowed until destroy. memory: PLM_SORTER_BYTES, or less in tests.
 * PLM_E_NOMEM.
 */
plm_status plm_sorter_create(plm_sorter **out, const char *directory, size_t memory) PLM_MUST_CHECK;
/* Wipes. sorter may be NULL. */
void plm_sorter_destroy(plm_sorter *sorter);
/*
 * text: without a zero byte; number: not negative, not less than the one before. PLM_E_ARGUMENT;
 * PLM_E_IO (no room for the file), PLM_E_LIMIT (too many runs), PLM_E_NOMEM, also of what was added
 * before.
 */
plm_status plm_sorter_add(plm_sorter *sorter, plm_span text, int64_t number) PLM_MUST_CHECK;
/* How many were added. */
uint64_t plm_sorter_count(const plm_sorter *sorter);
/* No more come: from now on they are taken. PLM_E_IO, PLM_E_NOMEM. */
plm_status plm_sorter_turn(plm_sorter *sorter) PLM_MUST_CHECK;
/*
 * The next pair, equal ones once; text is borrowed until the next call. PLM_E_NOT_FOUND: there are
 * no more. PLM_E_IO.
 */
plm_status plm_sorter_take(plm_sorter *sorter, plm_span *text, int64_t *number) PLM_MUST_CHECK;

#endif
