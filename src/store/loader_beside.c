/* SPDX-License-Identifier: Apache-2.0 */
#include "store/loader_beside.h"

#include <pthread.h>
#include <stdlib.h>

typedef enum job {
    IDLE,
    PUT,
    LEARN
} job;

struct plm_load_beside {
    plm_store *store; /* on the second connection; the thread's while it has a job */
    const plm_loading *loading;
    plm_bulk bulk;
    const char *tables;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    job job; /* under mutex, as are the two below */
    bool is_ending;
    plm_status status; /* of the last job */
};

/* In a transaction that stays open if all went well. */
static plm_status put(plm_load_beside *b)
{
    plm_status status = plm_store_begin(b->store);
    if (status == PLM_OK) {
        status = plm_loading_check(b->store, b->loading);
    }
    return status == PLM_OK ? b->store->driver->bulk(b->store->db, &b->bulk) : status;
}

static void *work(void *context)
{
    plm_load_beside *b = (plm_load_beside *)context;
    (void)pthread_mutex_lock(&b->mutex);
    for (;;) {
        while (b->job == IDLE && !b->is_ending) {
            (void)pthread_cond_wait(&b->changed, &b->mutex);
        }
        const job todo = b->job;
        if (todo == IDLE) {
            break;
        }
        (void)pthread_mutex_unlock(&b->mutex);
        plm_status status = PLM_OK;
        if (todo == PUT) {
            status = put(b);
        } else {
            b->store->driver->learn(b->store->db, b->tables);
        }
        (void)pthread_mutex_lock(&b->mutex);
        b->status = status;
        b->job = IDLE;
        (void)pthread_cond_signal(&b->changed);
    }
    (void)pthread_mutex_unlock(&b->mutex);
    return NULL;
}

static void give(plm_load_beside *b, job todo)
{
    (void)pthread_mutex_lock(&b->mutex);
    b->job = todo;
    (void)pthread_cond_signal(&b->changed);
    (void)pthread_mutex_unlock(&b->mutex);
}

void plm_load_beside_put(plm_load_beside *b, const plm_bulk *bulk)
{
    b->bulk = *bulk;
    give(b, PUT);
}

void plm_load_beside_learn(plm_load_beside *b, const char *tables)
{
    b->tables = tables;
    give(b, LEARN);
}

/* The words of the second connection are told where callers look for them. */
static plm_status tell(const plm_load_beside *b, plm_store *store, plm_status status)
{
    if (status != PLM_OK) {
        store->driver->say(store->db, plm_store_error(b->store));
    }
    return status;
}

plm_status plm_load_beside_join(plm_load_beside *b, plm_store *store)
{
    (void)pthread_mutex_lock(&b->mutex);
    while (b->job != IDLE) {
        (void)pthread_cond_wait(&b->changed, &b->mutex);
    }
    plm_status status = b->status;
    (void)pthread_mutex_unlock(&b->mutex);
    return tell(b, store, status);
}

plm_status plm_load_beside_leave(plm_load_beside *b, plm_store *store, plm_status status)
{
    if (!b->store->in_transaction) {
        return status;
    }
    if (status != PLM_OK) {
        plm_store_rollback(b->store);
        return status;
    }
    return tell(b, store, plm_store_leave(b->store, true, PLM_OK));
}

/* --- beginning and ending --- */

plm_status plm_load_beside_create(plm_load_beside **out, plm_store *store,
                                  const plm_loading *loading)
{
    plm_store *second = NULL;
    *out = NULL;
    plm_status status = plm_store_open_beside(&second, store);
    if (status == PLM_E_NOMEM) {
        return status;
    }
    if (status == PLM_OK) {
        status = second->driver->set_load_mode(second->db, PLM_LOAD_FILL);
    }
    if (status != PLM_OK) {
        plm_store_close(second);
        return PLM_OK;
    }
    plm_load_beside *b = (plm_load_beside *)calloc(1, sizeof *b);
    if (b == NULL) {
        plm_store_close(second);
        return PLM_E_NOMEM;
    }
    b->store = second;
    b->loading = loading;
    (void)pthread_mutex_init(&b->mutex, NULL);
    (void)pthread_cond_init(&b->changed, NULL);
    if (pthread_create(&b->thread, NULL, work, b) != 0) {
        (void)pthread_cond_destroy(&b->changed);
        (void)pthread_mutex_destroy(&b->mutex);
        plm_store_close(second);
        free(b);
        return PLM_E_IO;
    }
    *out = b;
    return PLM_OK;
}

void plm_load_beside_destroy(plm_load_beside *b)
{
    if (b == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&b->mutex);
    b->is_ending = true;
    (void)pthread_cond_signal(&b->changed);
    (void)pthread_mutex_unlock(&b->mutex);
    (void)pthread_join(b->thread, NULL);
    (void)pthread_cond_destroy(&b->changed);
    (void)pthread_mutex_destroy(&b->mutex);
    plm_store_close(b->store);
    free(b);
}
