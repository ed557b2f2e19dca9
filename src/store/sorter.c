/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sorter.h"

#include "base/ct.h"
#include "store/sorter_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- entries --- */

void plm_sorter_first(uint64_t first[static 2], const uint8_t *entry)
{
    uint8_t bytes[16] = {0};
    const size_t n = plm_sorter_size(entry) - PLM_SORTER_TAIL;
    memcpy(bytes, entry + PLM_SORTER_HEAD, n < sizeof bytes ? n : sizeof bytes);
    first[0] = plm_load_u64(bytes);
    first[1] = plm_load_u64(bytes + 8);
}

int plm_sorter_compare(const uint8_t *a, const uint8_t *b)
{
    const size_t n_a = plm_sorter_size(a);
    const size_t n_b = plm_sorter_size(b);
    int order = memcmp(a + PLM_SORTER_HEAD, b + PLM_SORTER_HEAD, n_a < n_b ? n_a : n_b);
    return order != 0 ? order : (n_a > n_b) - (n_a < n_b);
}

/* Equal places of a text that ends within them are in order as they came: so are the numbers. */
static int compare_places(const void *a, const void *b, void *bytes)
{
    const plm_sorter_place *p = (const plm_sorter_place *)a;
    const plm_sorter_place *q = (const plm_sorter_place *)b;
    if (p->first[0] != q->first[0]) {
        return p->first[0] < q->first[0] ? -1 : 1;
    }
    if (p->first[1] != q->first[1]) {
        return p->first[1] < q->first[1] ? -1 : 1;
    }
    if ((p->first[1] & 0xFF) == 0) {
        return p->at < q->at ? -1 : 1;
    }
    return plm_sorter_compare((const uint8_t *)bytes + p->at, (const uint8_t *)bytes + q->at);
}

static void sort(plm_sorter_half *h)
{
    qsort_r(h->places, h->n_places, sizeof *h->places, compare_places, h->bytes);
}

/* --- the file --- */

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

/* The half's entries, in order, as one run of the file; then it is empty. */
static plm_status write_run(plm_sorter *s, plm_sorter_half *h)
{
    uint8_t *window = (uint8_t *)malloc(PLM_SORTER_WINDOW_MAX);
    size_t n = 0;
    if (window == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = s->file >= 0 ? PLM_OK : open_file(s);
    status = status == PLM_OK && s->n_runs == PLM_SORTER_RUNS_MAX ? PLM_E_LIMIT : status;
    const off_t start = s->written;
    for (size_t i = 0; status == PLM_OK && i < h->n_places; i++) {
        const uint8_t *entry = h->bytes + h->places[i].at;
        const size_t size = PLM_SORTER_HEAD + plm_sorter_size(entry);
        if (n + size > PLM_SORTER_WINDOW_MAX) {
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
        s->runs[s->n_runs++] = (plm_sorter_run){.offset = start, .stop = s->written};
        plm_wipe(h->bytes, h->n_bytes);
        h->n_bytes = 0;
        h->n_places = 0;
    }
    plm_wipe(window, PLM_SORTER_WINDOW_MAX);
    free(window);
    return status;
}

static void free_half(plm_sorter_half *h)
{
    uint8_t *bytes = h->bytes;
    plm_sorter_place *places = h->places;
    if (bytes != NULL) {
        plm_wipe(bytes, h->n_bytes);
    }
    h->bytes = NULL;
    h->n_bytes = 0;
    h->places = NULL;
    h->n_places = 0;
    free(bytes);
    free(places);
}

static void free_halves(plm_sorter *s)
{
    free_half(&s->halves[0]);
    free_half(&s->halves[1]);
}

/* --- the thread --- */

static plm_status do_job(plm_sorter *s, plm_sorter_job job)
{
    plm_sorter_half *full = &s->halves[1 - s->filling];
    if (job == PLM_SORTER_MERGE) {
        free_halves(s);
        return plm_sorter_merge(s);
    }
    sort(full);
    return write_run(s, full);
}

static void *work(void *context)
{
    plm_sorter *s = (plm_sorter *)context;
    (void)pthread_mutex_lock(&s->mutex);
    for (;;) {
        while (s->job == PLM_SORTER_IDLE && !s->is_ending) {
            (void)pthread_cond_wait(&s->changed, &s->mutex);
        }
        if (s->is_ending) {
            break;
        }
        const plm_sorter_job job = s->job;
        (void)pthread_mutex_unlock(&s->mutex);
        plm_status status = do_job(s, job);
        (void)pthread_mutex_lock(&s->mutex);
        s->status = status;
        s->job = PLM_SORTER_IDLE;
        (void)pthread_cond_signal(&s->changed);
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return NULL;
}

/* Gives the thread that job when it has none. */
static plm_status give_job(plm_sorter *s, plm_sorter_job job)
{
    if (!s->has_thread) {
        s->has_thread = pthread_create(&s->thread, NULL, work, s) == 0;
        if (!s->has_thread) {
            return PLM_E_NOMEM;
        }
    }
    (void)pthread_mutex_lock(&s->mutex);
    while (s->job != PLM_SORTER_IDLE) {
        (void)pthread_cond_wait(&s->changed, &s->mutex);
    }
    plm_status status = s->status;
    if (status == PLM_OK) {
        s->filling = job == PLM_SORTER_SORT ? 1 - s->filling : s->filling;
        s->job = job;
        (void)pthread_cond_signal(&s->changed);
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return status;
}

/* --- from outside --- */

plm_status plm_sorter_create(plm_sorter **out, const char *directory, size_t memory)
{
    plm_sorter *s = (plm_sorter *)calloc(1, sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    (void)pthread_mutex_init(&s->mutex, NULL);
    (void)pthread_cond_init(&s->changed, NULL);
    s->file = -1;
    s->directory = directory;
    s->max_bytes = memory / 4 > PLM_SORTER_ENTRY_MAX ? memory / 4 : PLM_SORTER_ENTRY_MAX;
    s->max_places = s->max_bytes / sizeof(plm_sorter_place);
    s->runs = (plm_sorter_run *)calloc(PLM_SORTER_RUNS_MAX, sizeof *s->runs);
    bool good = s->runs != NULL;
    for (size_t i = 0; i < 2; i++) {
        plm_sorter_half *h = &s->halves[i];
        h->bytes = (uint8_t *)malloc(s->max_bytes);
        h->places = (plm_sorter_place *)malloc(s->max_places * sizeof *h->places);
        good = good && h->bytes != NULL && h->places != NULL;
    }
    if (!good) {
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
    if (s->has_thread) {
        (void)pthread_mutex_lock(&s->mutex);
        s->is_ending = true;
        (void)pthread_cond_signal(&s->changed);
        (void)pthread_mutex_unlock(&s->mutex);
        (void)pthread_join(s->thread, NULL);
    }
    free_halves(s);
    plm_sorter_merge_free(s);
    if (s->file >= 0) {
        (void)close(s->file);
    }
    (void)pthread_cond_destroy(&s->changed);
    (void)pthread_mutex_destroy(&s->mutex);
    free(s->runs);
    free(s);
}

plm_status plm_sorter_add(plm_sorter *s, plm_span text, int64_t number)
{
    const size_t size = text.n + PLM_SORTER_TAIL;
    if (text.n > PLM_SORTER_TEXT_MAX || number < s->last_number) {
        return PLM_E_ARGUMENT;
    }
    s->last_number = number;
    plm_sorter_half *h = &s->halves[s->filling];
    if (h->n_places == s->max_places || s->max_bytes - h->n_bytes < PLM_SORTER_HEAD + size) {
        plm_status status = give_job(s, PLM_SORTER_SORT);
        if (status != PLM_OK) {
            return status;
        }
        h = &s->halves[s->filling];
    }
    uint8_t *entry = h->bytes + h->n_bytes;
    plm_store_u16(entry, (uint16_t)size);
    if (text.n > 0) {
        memcpy(entry + PLM_SORTER_HEAD, text.p, text.n);
    }
    entry[PLM_SORTER_HEAD + text.n] = 0;
    plm_store_u64(entry + PLM_SORTER_HEAD + text.n + 1, (uint64_t)number);
    plm_sorter_place *place = &h->places[h->n_places++];
    plm_sorter_first(place->first, entry);
    place->at = (uint32_t)h->n_bytes;
    h->n_bytes += PLM_SORTER_HEAD + size;
    s->n_added++;
    return PLM_OK;
}

uint64_t plm_sorter_count(const plm_sorter *s)
{
    return s->n_added;
}

plm_status plm_sorter_turn(plm_sorter *s)
{
    if (!s->has_thread) {
        sort(&s->halves[s->filling]);
        return PLM_OK;
    }
    plm_status status = PLM_OK;
    if (s->halves[s->filling].n_places > 0) {
        status = give_job(s, PLM_SORTER_SORT);
    }
    return status == PLM_OK ? give_job(s, PLM_SORTER_MERGE) : status;
}

/* --- taking --- */

static plm_status take_sorted(plm_sorter *s, const uint8_t **entry)
{
    const plm_sorter_half *h = &s->halves[s->filling];
    do {
        if (s->taken == h->n_places) {
            return PLM_E_NOT_FOUND;
        }
        *entry = h->bytes + h->places[s->taken++].at;
    } while (s->last != NULL && plm_sorter_compare(s->last, *entry) == 0);
    s->last = *entry;
    return PLM_OK;
}

/* The block at hand is the thread's again, if it was one; waits for the next. */
static plm_status next_block(plm_sorter *s)
{
    (void)pthread_mutex_lock(&s->mutex);
    if (s->block_at > 0) {
        s->n_taken++;
        s->block_at = 0;
        (void)pthread_cond_signal(&s->changed);
    }
    while (s->n_merged == s->n_taken && s->job != PLM_SORTER_IDLE) {
        (void)pthread_cond_wait(&s->changed, &s->mutex);
    }
    plm_status status = s->n_merged > s->n_taken ? PLM_OK
                        : s->status == PLM_OK    ? PLM_E_NOT_FOUND
                                                 : s->status;
    (void)pthread_mutex_unlock(&s->mutex);
    return status;
}

static plm_status take_merged(plm_sorter *s, const uint8_t **entry)
{
    const plm_sorter_block *b = &s->blocks[s->n_taken % PLM_SORTER_N_BLOCKS];
    if (s->block_at == 0 || s->block_at == b->n) {
        plm_status status = next_block(s);
        if (status != PLM_OK) {
            return status;
        }
        b = &s->blocks[s->n_taken % PLM_SORTER_N_BLOCKS];
    }
    *entry = b->bytes + s->block_at;
    s->block_at += PLM_SORTER_HEAD + plm_sorter_size(*entry);
    return PLM_OK;
}

plm_status plm_sorter_take(plm_sorter *s, plm_span *text, int64_t *number)
{
    const uint8_t *entry = NULL;
    plm_status status = s->has_thread ? take_merged(s, &entry) : take_sorted(s, &entry);
    if (status != PLM_OK) {
        return status;
    }
    const size_t n = plm_sorter_size(entry) - PLM_SORTER_TAIL;
    *text = plm_span_of(entry + PLM_SORTER_HEAD, n);
    *number = (int64_t)plm_load_u64(entry + PLM_SORTER_HEAD + n + 1);
    return PLM_OK;
}
