/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorter_internal.h - what the two parts of the sorter share.
 *
 *   sorter.c         entries in memory, sorted, as runs of the file; the thread
 *   sorter_merge.c   the runs, merged
 *
 * An entry is what the file's head says; compared are its bytes behind n. Both hold a zero byte
 * that ends their text, so that no text is the beginning of the other.
 */
#ifndef PLM_STORE_SORTER_INTERNAL_H
#define PLM_STORE_SORTER_INTERNAL_H

#include "store/sorter.h"

#include <pthread.h>
#include <sys/types.h>

enum {
    PLM_SORTER_HEAD = 2,
    PLM_SORTER_TAIL = 9, /* the zero byte and the number */
    PLM_SORTER_ENTRY_MAX = PLM_SORTER_HEAD + PLM_SORTER_TEXT_MAX + PLM_SORTER_TAIL,
    PLM_SORTER_WINDOWS = 16 << 20, /* bytes of all runs in memory while they are merged, about */
    PLM_SORTER_WINDOW_MAX = 1 << 17,
    PLM_SORTER_WINDOW_MIN = 2 * PLM_SORTER_ENTRY_MAX,
    PLM_SORTER_BLOCK = 1 << 18,
    PLM_SORTER_N_BLOCKS = 4
};

typedef struct plm_sorter_place {
    uint64_t first[2]; /* the entry's first 16 bytes, zeroes behind its text */
    uint32_t at;
} plm_sorter_place;

/* Entries as they came, and their places, which are sorted. */
typedef struct plm_sorter_half {
    uint8_t *bytes;
    size_t n_bytes;
    plm_sorter_place *places;
    size_t n_places;
} plm_sorter_half;

/* A run that is being merged: bytes [at, end) of the window, then [offset, stop) of the file. */
typedef struct plm_sorter_run {
    off_t offset;
    off_t stop;
    uint64_t first[2]; /* of the entry at hand */
    uint8_t *window;
    size_t at;
    size_t end;
} plm_sorter_run;

/* Entries that were merged. */
typedef struct plm_sorter_block {
    uint8_t *bytes;
    size_t n;
} plm_sorter_block;

typedef enum plm_sorter_job {
    PLM_SORTER_IDLE,
    PLM_SORTER_SORT, /* the half that is not being filled: into the file */
    PLM_SORTER_MERGE
} plm_sorter_job;

struct plm_sorter {
    const char *directory;
    uint64_t n_added;
    int64_t last_number;
    plm_sorter_half halves[2];
    size_t filling; /* which of them */
    size_t max_bytes;
    size_t max_places;
    size_t taken;        /* of places, if there is no run */
    const uint8_t *last; /* the entry that was given out last; NULL: none */

    /* The thread's, while it has a job. */
    int file; /* -1: none yet */
    off_t written;
    plm_sorter_run *runs;
    size_t n_runs;
    size_t window_bytes;
    plm_sorter_run **heap; /* of those that have something left, the least first */
    size_t n_heap;

    /* Under the mutex. */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    plm_sorter_job job;
    bool is_ending;
    plm_status status; /* of the thread's jobs */
    uint64_t n_merged; /* blocks: a ring, as in store/loader.c */
    uint64_t n_taken;

    pthread_t thread;
    bool has_thread;
    plm_sorter_block blocks[PLM_SORTER_N_BLOCKS];
    size_t block_at; /* of the block that is being taken */
};

static inline size_t plm_sorter_size(const uint8_t *entry)
{
    return plm_load_u16(entry);
}

/* The first 16 of its bytes: their order is the entries', as far as they reach. */
void plm_sorter_first(uint64_t first[static 2], const uint8_t *entry);
/* By all of their bytes. */
int plm_sorter_compare(const uint8_t *a, const uint8_t *b) PLM_MUST_CHECK;

/* The thread's job after the last run: fills blocks until the runs are at their end, or an end. */
plm_status plm_sorter_merge(plm_sorter *s) PLM_MUST_CHECK;
/* Memory of the merging; wiped. */
void plm_sorter_merge_free(plm_sorter *s);

#endif
