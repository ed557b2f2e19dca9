/* SPDX-License-Identifier: Apache-2.0 */
#include "store/loader.h"

#include "store/loader_write.h"
#include "store/sql.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    N_BATCHES = 8,
    AT_ONCE = 4,        /* batches in one transaction, at most: a statement has costs of its own */
    LEARN_FROM = 10000, /* new records */
    HEAP_STEP = 4 << 20
};

/*
 * A ring: [done, put) is the thread's, batch `put` is being filled.
 *
 *     batches   | free | thread's | thread's | filling |
 *                        ▲ done                ▲ put
 */
struct plm_loader {
    plm_load_writer writer;
    const char *format;
    plm_batch *batches;
    uint64_t put;  /* batches that were handed over */
    uint64_t done; /* of these, those that are in the store */
    bool is_ending;
    plm_status status; /* of the thread; under mutex, as are put, done and is_ending */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

static plm_batch *filling(plm_loader *l)
{
    return &l->batches[l->put % N_BATCHES];
}

static void *work(void *context)
{
    plm_loader *l = (plm_loader *)context;
    (void)pthread_mutex_lock(&l->mutex);
    for (;;) {
        while (l->done == l->put && !l->is_ending) {
            (void)pthread_cond_wait(&l->changed, &l->mutex);
        }
        if (l->done == l->put) {
            break;
        }
        plm_batch *some[AT_ONCE];
        size_t n = 0;
        for (; n < AT_ONCE && l->done + n < l->put; n++) {
            some[n] = &l->batches[(l->done + n) % N_BATCHES];
        }
        plm_status status = l->status;
        (void)pthread_mutex_unlock(&l->mutex);
        if (status == PLM_OK) {
            status = plm_load_write(&l->writer, some, n);
        }
        for (size_t i = 0; i < n; i++) {
            plm_batch_clear(some[i]);
        }
        (void)pthread_mutex_lock(&l->mutex);
        l->status = status;
        l->done += n;
        (void)pthread_cond_signal(&l->changed);
    }
    (void)pthread_mutex_unlock(&l->mutex);
    return NULL;
}

/* Hands the batch over that was filled, and waits until there is another to fill. */
static plm_status hand_over(plm_loader *l)
{
    (void)pthread_mutex_lock(&l->mutex);
    l->put++;
    (void)pthread_cond_signal(&l->changed);
    while (l->put - l->done == N_BATCHES) {
        (void)pthread_cond_wait(&l->changed, &l->mutex);
    }
    plm_status status = l->status;
    (void)pthread_mutex_unlock(&l->mutex);
    return status;
}

plm_status plm_loader_put(plm_loader *l, const plm_record *record)
{
    plm_status status = plm_batch_add(filling(l), record);
    if (status == PLM_E_LIMIT) {
        status = hand_over(l);
        if (status == PLM_OK) {
            status = plm_batch_add(filling(l), record);
        }
    }
    return status;
}

plm_status plm_loader_refuse(plm_loader *l, const plm_batch_refusal *refusal)
{
    plm_status status = plm_batch_refuse(filling(l), refusal);
    if (status == PLM_E_LIMIT) {
        status = hand_over(l);
        if (status == PLM_OK) {
            status = plm_batch_refuse(filling(l), refusal);
        }
    }
    return status;
}

/* --- beginning --- */

static void destroy(plm_loader *l)
{
    (void)pthread_cond_destroy(&l->changed);
    (void)pthread_mutex_destroy(&l->mutex);
    for (size_t i = 0; l->batches != NULL && i < N_BATCHES; i++) {
        plm_batch_wipe(&l->batches[i]);
    }
    plm_load_beside_destroy(l->writer.beside);
    plm_sorter_destroy(l->writer.sorter);
    free(l->batches);
    free(l);
}

/*
 * The database's cache takes and gives memory page by page. The heap of a thread other than the
 * first grows a page at a time, each by a system call, and every heap shrinks as soon as it can
 * (mallopt(3)): so there is one, and it keeps what it has for the batches to come.
 */
static void settle_heap(void)
{
    (void)mallopt(M_ARENA_MAX, 1);
    (void)mallopt(M_MMAP_THRESHOLD, HEAP_STEP * 4);
    (void)mallopt(M_TOP_PAD, HEAP_STEP);
    (void)mallopt(M_TRIM_THRESHOLD, HEAP_STEP * 16);
}

static plm_loader *create(plm_store *store)
{
    settle_heap();
    plm_loader *l = (plm_loader *)calloc(1, sizeof *l);
    if (l == NULL) {
        return NULL;
    }
    (void)pthread_mutex_init(&l->mutex, NULL);
    (void)pthread_cond_init(&l->changed, NULL);
    l->writer.store = store;
    l->batches = (plm_batch *)calloc(N_BATCHES, sizeof *l->batches);
    for (size_t i = 0; l->batches != NULL && i < N_BATCHES; i++) {
        plm_batch_init(&l->batches[i]);
    }
    if (l->batches == NULL ||
        plm_sorter_create(&l->writer.sorter, store->driver->scratch(store->db), PLM_SORTER_BYTES) !=
            PLM_OK) {
        destroy(l);
        return NULL;
    }
    return l;
}

plm_status plm_loader_begin(plm_loader **out, plm_store *store, const char *name,
                            const char *format, int64_t now_ms)
{
    plm_loader *l = create(store);
    if (l == NULL) {
        return PLM_E_NOMEM;
    }
    l->format = format;
    plm_load_writer *w = &l->writer;
    plm_status status = plm_loading_begin(store, name, format, now_ms, &w->loading, &w->looks_up);
    if (status != PLM_OK) {
        destroy(l);
        return status;
    }
    w->next_record = w->loading.first_record;
    w->next_quarantine = w->loading.first_quarantine;
    status = plm_load_beside_create(&w->beside, store, &w->loading);
    if (status == PLM_OK && pthread_create(&l->thread, NULL, work, l) != 0) {
        status = PLM_E_IO;
    }
    if (status != PLM_OK) {
        plm_loading_give_up(store, &w->loading);
        destroy(l);
        return status;
    }
    *out = l;
    return PLM_OK;
}

/* --- ending --- */

static plm_status join(plm_loader *l)
{
    (void)pthread_mutex_lock(&l->mutex);
    l->put += !plm_batch_is_empty(filling(l));
    l->is_ending = true;
    (void)pthread_cond_signal(&l->changed);
    (void)pthread_mutex_unlock(&l->mutex);
    (void)pthread_join(l->thread, NULL);
    return l->status;
}

static bool is_large(const plm_load_writer *w)
{
    return w->n[PLM_PUT_INSERTED] >= LEARN_FROM;
}

/* Where there is a second hand, the planner learns of the tables that are full meanwhile. */
static plm_status write_search(plm_load_writer *w, const plm_loader_calls *calls)
{
    const bool learns = is_large(w) && w->beside != NULL;
    if (learns) {
        plm_load_beside_learn(w->beside, PLM_LOADING_TABLES);
    }
    plm_status status = plm_load_write_search(w, calls->progress, calls->context);
    if (learns) {
        plm_status joined = plm_load_beside_join(w->beside, w->store);
        status = status == PLM_OK ? joined : status;
    }
    return status;
}

static void learn(const plm_load_writer *w)
{
    const plm_store *store = w->store;
    if (is_large(w) && store->driver->learn != NULL) {
        store->driver->learn(store->db, w->beside != NULL ? PLM_LOADING_SEARCH : PLM_LOADING_ALL);
    }
}

plm_status plm_loader_end(plm_loader *l, bool good, const plm_loader_calls *calls,
                          uint64_t n[static 3])
{
    static const plm_loader_calls none = {NULL, NULL, NULL};
    plm_load_writer *w = &l->writer;
    calls = calls != NULL ? calls : &none;
    if (!good) {
        (void)pthread_mutex_lock(&l->mutex);
        l->status = PLM_E_CANCELLED; /* what was handed over is not written any more */
        (void)pthread_mutex_unlock(&l->mutex);
    }
    plm_status status = join(l);
    if (good && status == PLM_OK) {
        status = write_search(w, calls);
    }
    if (good && status == PLM_OK) {
        learn(w); /* before anybody sees what was loaded, and searches for it */
    }
    memcpy(n, w->n, sizeof w->n);
    if (good && status == PLM_OK) {
        status = plm_loading_commit(w->store, &w->loading, l->format, calls->commit, calls->context,
                                    calls->progress);
    }
    if (!good || status != PLM_OK) {
        plm_loading_give_up(w->store, &w->loading);
    }
    destroy(l);
    return good ? status : PLM_OK;
}
