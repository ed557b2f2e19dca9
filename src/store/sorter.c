/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sorter.h"

#include "base/ct.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    HEAD = 2,
    TAIL = 9, /* the zero byte and the number */
    ENTRY_MAX = HEAD + PLM_SORTER_TEXT_MAX + TAIL,
    WINDOW = 1 << 17 /* bytes of a run in memory while it is merged */
};

typedef struct place {
    uint64_t first[2]; /* the entry's first 16 bytes, zeroes behind its text */
    uint32_t at;
} place;

/* A run that is being merged: bytes [at, end) of the window, then [offset, stop) of the file. */
typedef struct run {
    off_t offset;
    off_t stop;
    uint8_t *window;
    size_t at;
    size_t end;
} run;

struct plm_sorter {
    const char *directory;
    int file; /* -1: none yet */
    off_t written;
    uint64_t n_added;
    int64_t last_number;
    uint8_t *bytes;
    size_t n_bytes;
    size_t max_bytes;
    place *places;
    size_t n_places;
    size_t max_places;
    size_t taken; /* of places, if there is no run */
    run *runs;
    size_t n_runs;
    run **heap; /* of those that have something left, the least first */
    size_t n_heap;
    run *last; /* whose first entry was given out last; NULL: none */
    uint8_t previous[ENTRY_MAX];
    size_t n_previous;
};

static size_t entry_size(const uint8_t *entry)
{
    return plm_load_u16(entry);
}

/*
 * By bytes; both hold a zero byte that ends their text, so that no text is the beginning of the
 * other.
 */
static int compare(const uint8_t *a, const uint8_t *b)
{
    const size_t n_a = entry_size(a);
    const size_t n_b = entry_size(b);
    int order = memcmp(a + HEAD, b + HEAD, n_a < n_b ? n_a : n_b);
    return order != 0 ? order : (n_a > n_b) - (n_a < n_b);
}

/* Equal places of a text that ends within them are in order as they came: so are the numbers. */
static int compare_places(const void *a, const void *b, void *bytes)
{
    const place *p = (const place *)a;
    const place *q = (const place *)b;
    if (p->first[0] != q->first[0]) {
        return p->first[0] < q->first[0] ? -1 : 1;
    }
    if (p->first[1] != q->first[1]) {
        return p->first[1] < q->first[1] ? -1 : 1;
    }
    if ((p->first[1] & 0xFF) == 0) {
        return p->at < q->at ? -1 : 1;
    }
    return compare((const uint8_t *)bytes + p->at, (const uint8_t *)bytes + q->at);
}

plm_status plm_sorter_create(plm_sorter **out, const char *directory, size_t memory)
{
    plm_sorter *s = (plm_sorter *)calloc(1, sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    s->file = -1;
    s->directory = directory;
    s->max_bytes = memory / 2 > ENTRY_MAX ? memory / 2 : ENTRY_MAX;
    s->max_places = s->max_bytes / sizeof *s->places;
    s->bytes = (uint8_t *)malloc(s->max_bytes);
    s->places = (place *)malloc(s->max_places * sizeof *s->places);
    s->runs = (run *)calloc(PLM_SORTER_RUNS_MAX, sizeof *s->runs);
    if (s->bytes == NULL || s->places == NULL || s->runs == NULL) {
        plm_sorter_destroy(s);
        return PLM_E_NOMEM;
    }
    *out = s;
    return PLM_OK;
}

void plm_sorter_destroy(plm_sorter *s)
{
    if (s == NULL) {
        return;
    }
    if (s->bytes != NULL) {
        plm_wipe(s->bytes, s->n_bytes);
    }
    for (size_t i = 0; s->runs != NULL && i < s->n_runs; i++) {
        if (s->runs[i].window != NULL) {
            plm_wipe(s->runs[i].window, WINDOW);
            free(s->runs[i].window);
        }
    }
    if (s->file >= 0) {
        (void)close(s->file);
    }
    plm_wipe(s->previous, sizeof s->previous);
    free(s->bytes);
    free(s->places);
    free(s->runs);
    free((void *)s->heap);
    free(s);
}

static plm_status open_file(plm_sorter *s)
{
    char path[4096];
    s->file = open(s->directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->file >= 0) {
        return PLM_OK;
    }
    /* A file system that has no files without a name. */
    int n = snprintf(path, sizeof path, "%s/palermo-XXXXXX", s->directory);
    if (n < 0 || (size_t)n >= sizeof path) {
        return PLM_E_IO;
    }
    s->file = mkostemp(path, O_CLOEXEC);
    return s->file >= 0 && unlink(path) == 0 ? PLM_OK : PLM_E_IO;
}

static plm_status write_all(plm_sorter *s, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t done = pwrite(s->file, p, n, s->written);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return PLM_E_IO;
        }
        p += done;
        n -= (size_t)done;
        s->written += done;
    }
    return PLM_OK;
}

/* The entries in memory, in order, as one run of the file. */
static plm_status write_run(plm_sorter *s)
{
    uint8_t *window = (uint8_t *)malloc(WINDOW);
    size_t n = 0;
    if (window == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = s->file >= 0 ? PLM_OK : open_file(s);
    status = status == PLM_OK && s->n_runs == PLM_SORTER_RUNS_MAX ? PLM_E_LIMIT : status;
    const off_t start = s->written;
    for (size_t i = 0; status == PLM_OK && i < s->n_places; i++) {
        const uint8_t *entry = s->bytes + s->places[i].at;
        const size_t size = HEAD + entry_size(entry);
        if (n + size > WINDOW) {
            status = write_all(s, window, n);
            n = 0;
        }
        memcpy(window + n, entry, size);
        n += size;
    }
    if (status == PLM_OK) {
        status = write_all(s, window, n);
    }
    if (status == PLM_OK) {
        s->runs[s->n_runs++] = (run){.offset = start, .stop = s->written};
        plm_wipe(s->bytes, s->n_bytes);
        s->n_bytes = 0;
        s->n_places = 0;
    }
    plm_wipe(window, WINDOW);
    free(window);
    return status;
}

static void sort(plm_sorter *s)
{
    qsort_r(s->places, s->n_places, sizeof *s->places, compare_places, s->bytes);
}

plm_status plm_sorter_add(plm_sorter *s, plm_span text, int64_t number)
{
    uint8_t first[16] = {0};
    const size_t size = text.n + TAIL;
    if (text.n > PLM_SORTER_TEXT_MAX || number < s->last_number) {
        return PLM_E_ARGUMENT;
    }
    s->last_number = number;
    if (s->n_places == s->max_places || s->max_bytes - s->n_bytes < HEAD + size) {
        sort(s);
        plm_status status = write_run(s);
        if (status != PLM_OK) {
            return status;
        }
    }
    uint8_t *entry = s->bytes + s->n_bytes;
    plm_store_u16(entry, (uint16_t)size);
    if (text.n > 0) {
        memcpy(entry + HEAD, text.p, text.n);
    }
    entry[HEAD + text.n] = 0;
    plm_store_u64(entry + HEAD + text.n + 1, (uint64_t)number);
    memcpy(first, entry + HEAD, text.n < sizeof first ? text.n : sizeof first);
    s->places[s->n_places++] =
        (place){{plm_load_u64(first), plm_load_u64(first + 8)}, (uint32_t)s->n_bytes};
    s->n_bytes += HEAD + size;
    s->n_added++;
    return PLM_OK;
}

uint64_t plm_sorter_count(const plm_sorter *s)
{
    return s->n_added;
}

/* --- merging --- */

/* Reads on until an entry is whole in the window, or the run is at its end. */
static plm_status fill(plm_sorter *s, run *r)
{
    if (r->at == r->end && r->offset == r->stop) {
        return PLM_E_NOT_FOUND;
    }
    if (r->end - r->at >= HEAD && r->end - r->at >= HEAD + entry_size(r->window + r->at)) {
        return PLM_OK;
    }
    memmove(r->window, r->window + r->at, r->end - r->at);
    r->end -= r->at;
    r->at = 0;
    while (r->end < WINDOW && r->offset < r->stop) {
        const size_t room = WINDOW - r->end;
        const size_t left = (size_t)(r->stop - r->offset);
        ssize_t got = pread(s->file, r->window + r->end, room < left ? room : left, r->offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return PLM_E_IO;
        }
        r->end += (size_t)got;
        r->offset += got;
    }
    const bool is_whole =
        r->end >= HEAD && r->end >= HEAD + entry_size(r->window) && entry_size(r->window) >= TAIL;
    return is_whole ? PLM_OK : PLM_E_IO;
}

static const uint8_t *entry_of(const run *r)
{
    return r->window + r->at;
}

/* Lets the heap's entry i sink to its place. */
static void sink(plm_sorter *s, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < s->n_heap; child++) {
            if (compare(entry_of(s->heap[child]), entry_of(s->heap[least])) < 0) {
                least = child;
            }
        }
        if (least == i) {
            return;
        }
        run *r = s->heap[i];
        s->heap[i] = s->heap[least];
        s->heap[least] = r;
        i = least;
    }
}

plm_status plm_sorter_turn(plm_sorter *s)
{
    plm_status status = PLM_OK;
    sort(s);
    if (s->n_runs == 0) {
        return PLM_OK;
    }
    if (s->n_places > 0) {
        status = write_run(s);
    }
    s->heap = (run **)calloc(s->n_runs, sizeof *s->heap);
    if (status != PLM_OK || s->heap == NULL) {
        return status != PLM_OK ? status : PLM_E_NOMEM;
    }
    for (size_t i = 0; status == PLM_OK && i < s->n_runs; i++) {
        s->runs[i].window = (uint8_t *)malloc(WINDOW);
        status = s->runs[i].window != NULL ? fill(s, &s->runs[i]) : PLM_E_NOMEM;
        s->heap[s->n_heap++] = &s->runs[i];
    }
    for (size_t i = s->n_heap / 2; status == PLM_OK && i-- > 0;) {
        sink(s, i);
    }
    return status;
}

/* The least entry of all runs; it stays in its window until the next call. */
static plm_status take_merged(plm_sorter *s, const uint8_t **entry)
{
    if (s->last != NULL) {
        s->last->at += HEAD + entry_size(entry_of(s->last));
        plm_status status = fill(s, s->last);
        s->last = NULL;
        if (status == PLM_E_NOT_FOUND) {
            s->heap[0] = s->heap[--s->n_heap];
        } else if (status != PLM_OK) {
            return status;
        }
        sink(s, 0);
    }
    if (s->n_heap == 0) {
        return PLM_E_NOT_FOUND;
    }
    s->last = s->heap[0];
    *entry = entry_of(s->last);
    return PLM_OK;
}

static plm_status take_sorted(plm_sorter *s, const uint8_t **entry)
{
    if (s->taken == s->n_places) {
        return PLM_E_NOT_FOUND;
    }
    *entry = s->bytes + s->places[s->taken++].at;
    return PLM_OK;
}

plm_status plm_sorter_take(plm_sorter *s, plm_span *text, int64_t *number)
{
    const uint8_t *entry = NULL;
    size_t size;
    do {
        plm_status status = s->n_runs > 0 ? take_merged(s, &entry) : take_sorted(s, &entry);
        if (status != PLM_OK) {
            return status;
        }
        size = entry_size(entry);
    } while (size == s->n_previous && memcmp(entry + HEAD, s->previous, size) == 0);
    memcpy(s->previous, entry + HEAD, size);
    s->n_previous = size;
    *text = plm_span_of(s->previous, size - TAIL);
    *number = (int64_t)plm_load_u64(s->previous + size - 8);
    return PLM_OK;
}
