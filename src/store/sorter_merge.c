/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorter_merge.c - the runs of the file, merged into a ring of blocks by the sorter's thread, while
 * others take what is in the blocks before.
 */
#include "store/sorter_internal.h"

#include "base/ct.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads on until an entry is whole in the window, or the run is at its end: PLM_E_NOT_FOUND. */
static plm_status fill(plm_sorter *s, plm_sorter_run *r)
{
    const size_t left = r->end - r->at;
    if (left == 0 && r->offset == r->stop) {
        return PLM_E_NOT_FOUND;
    }
    if (left < PLM_SORTER_HEAD || left < PLM_SORTER_HEAD + plm_sorter_size(r->window + r->at)) {
        memmove(r->window, r->window + r->at, left);
        r->end = left;
        r->at = 0;
    }
    while (r->at == 0 && r->end < s->window_bytes && r->offset < r->stop) {
        const size_t room = s->window_bytes - r->end;
        const size_t more = (size_t)(r->stop - r->offset);
        ssize_t got = pread(s->file, r->window + r->end, room < more ? room : more, r->offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return PLM_E_IO;
        }
        r->end += (size_t)got;
        r->offset += got;
    }
    const uint8_t *entry = r->window + r->at;
    if (r->end - r->at < PLM_SORTER_HEAD || plm_sorter_size(entry) < PLM_SORTER_TAIL ||
        r->end - r->at < PLM_SORTER_HEAD + plm_sorter_size(entry)) {
        return PLM_E_IO;
    }
    plm_sorter_first(r->first, entry);
    return PLM_OK;
}

static const uint8_t *entry_of(const plm_sorter_run *r)
{
    return r->window + r->at;
}

static bool is_less(const plm_sorter_run *a, const plm_sorter_run *b)
{
    if (a->first[0] != b->first[0]) {
        return a->first[0] < b->first[0];
    }
    if (a->first[1] != b->first[1]) {
        return a->first[1] < b->first[1];
    }
    return plm_sorter_compare(entry_of(a), entry_of(b)) < 0;
}

/* Lets the heap's entry i sink to its place. */
static void sink(plm_sorter *s, size_t i)
{
    plm_sorter_run *r = s->heap[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= s->n_heap) {
            break;
        }
        child += child + 1 < s->n_heap && is_less(s->heap[child + 1], s->heap[child]);
        if (!is_less(s->heap[child], r)) {
            break;
        }
        s->heap[i] = s->heap[child];
        i = child;
    }
    s->heap[i] = r;
}

static plm_status open_runs(plm_sorter *s)
{
    const size_t share = PLM_SORTER_WINDOWS / s->n_runs;
    s->window_bytes = share > PLM_SORTER_WINDOW_MAX   ? PLM_SORTER_WINDOW_MAX
                      : share < PLM_SORTER_WINDOW_MIN ? PLM_SORTER_WINDOW_MIN
                                                      : share;
    s->heap = (plm_sorter_run **)calloc(s->n_runs, sizeof *s->heap);
    plm_status status = s->heap != NULL ? PLM_OK : PLM_E_NOMEM;
    for (size_t i = 0; status == PLM_OK && i < PLM_SORTER_N_BLOCKS; i++) {
        s->blocks[i].bytes = (uint8_t *)malloc(PLM_SORTER_BLOCK);
        status = s->blocks[i].bytes != NULL ? PLM_OK : PLM_E_NOMEM;
    }
    for (size_t i = 0; status == PLM_OK && i < s->n_runs; i++) {
        s->runs[i].window = (uint8_t *)malloc(s->window_bytes);
        status = s->runs[i].window != NULL ? fill(s, &s->runs[i]) : PLM_E_NOMEM;
        s->heap[s->n_heap++] = &s->runs[i];
    }
    for (size_t i = s->n_heap / 2; status == PLM_OK && i-- > 0;) {
        sink(s, i);
    }
    return status;
}

void plm_sorter_merge_free(plm_sorter *s)
{
    for (size_t i = 0; s->runs != NULL && i < s->n_runs; i++) {
        if (s->runs[i].window != NULL) {
            plm_wipe(s->runs[i].window, s->window_bytes);
            free(s->runs[i].window);
        }
    }
    for (size_t i = 0; i < PLM_SORTER_N_BLOCKS; i++) {
        if (s->blocks[i].bytes != NULL) {
            plm_wipe(s->blocks[i].bytes, s->blocks[i].n);
            free(s->blocks[i].bytes);
        }
    }
    free((void *)s->heap);
}

/* Past the least entry of all runs. */
static plm_status skip_least(plm_sorter *s)
{
    plm_sorter_run *r = s->heap[0];
    r->at += PLM_SORTER_HEAD + plm_sorter_size(entry_of(r));
    plm_status status = fill(s, r);
    if (status == PLM_E_NOT_FOUND) {
        s->heap[0] = s->heap[--s->n_heap];
        status = PLM_OK;
    }
    if (status == PLM_OK && s->n_heap > 1) {
        sink(s, 0);
    }
    return status;
}

/* Entries into the block until it is full, each once; *last: the one before. */
static plm_status fill_block(plm_sorter *s, plm_sorter_block *b, const uint8_t **last)
{
    plm_status status = PLM_OK;
    b->n = 0;
    while (status == PLM_OK && s->n_heap > 0) {
        const uint8_t *entry = entry_of(s->heap[0]);
        const size_t size = PLM_SORTER_HEAD + plm_sorter_size(entry);
        if (*last == NULL || plm_sorter_compare(*last, entry) != 0) {
            if (b->n + size > PLM_SORTER_BLOCK) {
                break;
            }
            *last = (const uint8_t *)memcpy(b->bytes + b->n, entry, size);
            b->n += size;
        }
        status = skip_least(s);
    }
    return status;
}

/* Hands the block over if there is something in it; waits until there is another to fill. */
static bool hand_over(plm_sorter *s, const plm_sorter_block *b)
{
    (void)pthread_mutex_lock(&s->mutex);
    s->n_merged += b->n > 0;
    (void)pthread_cond_signal(&s->changed);
    while (s->n_merged - s->n_taken == PLM_SORTER_N_BLOCKS - 1 && !s->is_ending) {
        (void)pthread_cond_wait(&s->changed, &s->mutex);
    }
    const bool goes_on = !s->is_ending;
    (void)pthread_mutex_unlock(&s->mutex);
    return goes_on;
}

plm_status plm_sorter_merge(plm_sorter *s)
{
    const uint8_t *last = NULL;
    bool goes_on = true;
    plm_status status = open_runs(s);
    while (status == PLM_OK && goes_on && s->n_heap > 0) {
        plm_sorter_block *b = &s->blocks[s->n_merged % PLM_SORTER_N_BLOCKS];
        status = fill_block(s, b, &last);
        goes_on = status == PLM_OK && hand_over(s, b);
    }
    return status;
}
