/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
    MAX_THREADS = 256
};

struct plm_pool {
    pthread_mutex_t lock;
    pthread_cond_t work; /* a loop is there, or the end */
    pthread_cond_t done; /* the last piece was finished */
    bool ending;
    plm_pool_fn *fn;
    void *context;
    size_t n;
    size_t grain;
    size_t next;    /* first item nobody has taken */
    size_t running; /* threads inside fn */
    unsigned n_started;
    pthread_t threads[MAX_THREADS];
};

/* Takes pieces until none is left; called and returns with the lock held. */
static void take_pieces(plm_pool *pool)
{
    while (pool->next < pool->n) {
        size_t first = pool->next;
        size_t last = pool->n - first > pool->grain ? first + pool->grain : pool->n;
        pool->next = last;
        pool->running++;
        (void)pthread_mutex_unlock(&pool->lock);
        pool->fn(pool->context, first, last);
        (void)pthread_mutex_lock(&pool->lock);
        pool->running--;
    }
    if (pool->running == 0) {
        (void)pthread_cond_broadcast(&pool->done);
    }
}

static void *thread_main(void *arg)
{
    plm_pool *pool = (plm_pool *)arg;
    (void)pthread_mutex_lock(&pool->lock);
    while (!pool->ending) {
        if (pool->next < pool->n) {
            take_pieces(pool);
        } else {
            (void)pthread_cond_wait(&pool->work, &pool->lock);
        }
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

plm_status plm_pool_create(plm_pool **out, unsigned n_threads)
{
    if (n_threads == 0 || n_threads > MAX_THREADS) {
        return PLM_E_ARGUMENT;
    }
    plm_pool *pool = (plm_pool *)calloc(1, sizeof *pool);
    if (pool == NULL) {
        return PLM_E_NOMEM;
    }
    if (pthread_mutex_init(&pool->lock, NULL) != 0) {
        goto free_pool;
    }
    if (pthread_cond_init(&pool->work, NULL) != 0) {
        goto destroy_lock;
    }
    if (pthread_cond_init(&pool->done, NULL) != 0) {
        goto destroy_work;
    }
    for (unsigned i = 1; i < n_threads; i++) {
        if (pthread_create(&pool->threads[pool->n_started], NULL, thread_main, pool) != 0) {
            plm_pool_destroy(pool);
            return PLM_E_NOMEM;
        }
        pool->n_started++;
    }
    *out = pool;
    return PLM_OK;

destroy_work:
    (void)pthread_cond_destroy(&pool->work);
destroy_lock:
    (void)pthread_mutex_destroy(&pool->lock);
free_pool:
    free(pool);
    return PLM_E_NOMEM;
}

void plm_pool_destroy(plm_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    (void)pthread_cond_broadcast(&pool->work);
    (void)pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->n_started; i++) {
        (void)pthread_join(pool->threads[i], NULL);
    }
    (void)pthread_cond_destroy(&pool->done);
    (void)pthread_cond_destroy(&pool->work);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool);
}

unsigned plm_pool_threads(const plm_pool *pool)
{
    return pool == NULL ? 1 : pool->n_started + 1;
}

void plm_pool_run(plm_pool *pool, size_t n, size_t grain, plm_pool_fn *fn, void *context)
{
    if (n == 0) {
        return;
    }
    if (pool == NULL || pool->n_started == 0 || n <= grain) {
        fn(context, 0, n);
        return;
    }
    (void)pthread_mutex_lock(&pool->lock);
    pool->fn = fn;
    pool->context = context;
    pool->grain = grain > 0 ? grain : 1;
    pool->next = 0;
    pool->n = n;
    (void)pthread_cond_broadcast(&pool->work);
    take_pieces(pool);
    while (pool->running > 0) {
        (void)pthread_cond_wait(&pool->done, &pool->lock);
    }
    pool->n = 0;
    pool->next = 0;
    (void)pthread_mutex_unlock(&pool->lock);
}

unsigned plm_pool_cpus(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        return 1;
    }
    int n = CPU_COUNT(&set);
    return n < 1 ? 1 : n > MAX_THREADS ? MAX_THREADS : (unsigned)n;
}
