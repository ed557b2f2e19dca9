/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_oprf.c - both machines of the engine `oprf` in one process, each in a thread of its own,
 * and the primitives alone beside them.
 *
 *     bench_oprf [TOKENS [THREADS-OF-EACH-MACHINE]]
 *
 * Prints the share of the rate that libsodium's scalar multiplication alone would allow on all
 * processors, for the seven multiplications a token needs (spec/matching.md section 6); by the
 * clock, and by processor time, which other programs on the machine disturb less.
 */
#include "base/bytes.h"
#include "base/pool.h"
#include "crypto/ristretto.h"
#include "crypto/sign.h"

#include <palermo/match.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
    MULTIPLICATIONS_PER_TOKEN = 7,
    CALIBRATION = 2000,
    QUEUE_MAX = 64
};

/* Messages to one machine; more than QUEUE_MAX never wait, for the sender of them waits then. */
typedef struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    plm_span messages[QUEUE_MAX]; /* owned: malloc */
    size_t first;
    size_t n;
    uint64_t bytes; /* of all that went through */
} queue;

typedef struct side {
    plm_match *match;
    queue *in;
    queue *out;
    plm_status status;
} side;

static double seconds_now(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool put(queue *q, const uint8_t *bytes, size_t n)
{
    uint8_t *copy = (uint8_t *)malloc(n + 1);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, bytes, n);
    (void)pthread_mutex_lock(&q->lock);
    while (q->n == QUEUE_MAX) {
        (void)pthread_cond_wait(&q->changed, &q->lock);
    }
    q->messages[(q->first + q->n) % QUEUE_MAX] = plm_span_of(copy, n);
    q->n++;
    q->bytes += n;
    (void)pthread_cond_broadcast(&q->changed);
    (void)pthread_mutex_unlock(&q->lock);
    return true;
}

/* The next message, to be freed; without one NULL, or with `wait` until there is one. */
static uint8_t *take(queue *q, bool wait, size_t *n)
{
    uint8_t *bytes = NULL;
    (void)pthread_mutex_lock(&q->lock);
    while (wait && q->n == 0) {
        (void)pthread_cond_wait(&q->changed, &q->lock);
    }
    if (q->n > 0) {
        plm_span m = q->messages[q->first];
        memcpy(&bytes, &m.p, sizeof bytes);
        *n = m.n;
        q->first = (q->first + 1) % QUEUE_MAX;
        q->n--;
        (void)pthread_cond_broadcast(&q->changed);
    }
    (void)pthread_mutex_unlock(&q->lock);
    return bytes;
}

/* One turn of the loop of <palermo/match.h>. */
static plm_status turn(side *s, unsigned wants)
{
    const uint8_t *message = NULL;
    size_t n = 0;
    plm_status status = PLM_OK;
    if (wants & PLM_MATCH_OUTPUT) {
        status = plm_match_output(s->match, &message, &n);
        return status == PLM_OK && !put(s->out, message, n) ? PLM_E_NOMEM : status;
    }
    uint8_t *taken =
        wants & PLM_MATCH_INPUT ? take(s->in, (wants & PLM_MATCH_WORK) == 0, &n) : NULL;
    if (taken != NULL) {
        status = plm_match_input(s->match, taken, n);
        free(taken);
        return status;
    }
    return plm_match_work(s->match);
}

static void *run_side(void *context)
{
    side *s = (side *)context;
    for (;;) {
        unsigned wants = plm_match_wants(s->match);
        if (wants & PLM_MATCH_DONE) {
            return NULL;
        }
        s->status = turn(s, wants);
        if (s->status != PLM_OK) {
            /* The other side would wait for ever. */
            (void)fprintf(stderr, "bench_oprf: %s\n", plm_status_name(s->status));
            exit(1);
        }
    }
}

#define MEASURE(name, call)                                                   \
    do {                                                                      \
        double start_ = seconds_now(CLOCK_THREAD_CPUTIME_ID);                 \
        for (int i_ = 0; i_ < CALIBRATION; i_++) {                            \
            (void)!(call);                                                    \
        }                                                                     \
        each = (seconds_now(CLOCK_THREAD_CPUTIME_ID) - start_) / CALIBRATION; \
        (void)printf("  %-32s %7.2f us\n", name, each * 1e6);                 \
    } while (0)

/* Prints what the primitives take; gives the seconds of a multiplication. */
static double print_primitives(void)
{
    uint8_t hash[64];
    uint8_t element[32];
    uint8_t out[32];
    uint8_t scalar[32];
    double each = 0;
    plm_random(hash, sizeof hash);
    (void)crypto_core_ristretto255_from_hash(element, hash);
    plm_scalar_random(scalar);
    MEASURE("add two elements", crypto_core_ristretto255_add(out, element, element));
    MEASURE("hash to an element", crypto_core_ristretto255_from_hash(out, hash));
    MEASURE("invert a scalar", crypto_core_ristretto255_scalar_invert(out, scalar));
    MEASURE("multiply an element", crypto_scalarmult_ristretto255(out, scalar, element));
    return each;
}

static plm_token *make_tokens(size_t n, uint64_t first)
{
    plm_token *tokens = (plm_token *)calloc(n + 1, sizeof *tokens);
    for (size_t i = 0; tokens != NULL && i < n; i++) {
        plm_store_u64(tokens[i].b, first + i);
    }
    return tokens;
}

static bool run(side sides[2], queue queues[2], size_t n, unsigned n_threads)
{
    pthread_t threads[2];
    plm_token *tokens[2];
    for (int role = 0; role < 2; role++) {
        tokens[role] = make_tokens(n, role == 0 ? 0 : n / 2);
        const plm_match_config config = {.engine = PLM_ENGINE_OPRF,
                                         .role = (plm_match_role)role,
                                         .tokens = tokens[role],
                                         .n = n,
                                         .n_peer = n,
                                         .n_threads = n_threads};
        sides[role].in = &queues[role];
        sides[role].out = &queues[!role];
        (void)pthread_mutex_init(&queues[role].lock, NULL);
        (void)pthread_cond_init(&queues[role].changed, NULL);
        if (tokens[role] == NULL || plm_match_create(&sides[role].match, &config) != PLM_OK) {
            return false;
        }
    }
    for (int role = 0; role < 2; role++) {
        if (pthread_create(&threads[role], NULL, run_side, &sides[role]) != 0) {
            return false;
        }
    }
    const uint32_t *hits = NULL;
    size_t n_hits = 0;
    (void)pthread_join(threads[0], NULL);
    (void)pthread_join(threads[1], NULL);
    plm_status status = plm_match_hits(sides[PLM_MATCH_RECEIVER].match, &hits, &n_hits);
    for (int role = 0; role < 2; role++) {
        plm_match_destroy(sides[role].match);
        free(tokens[role]);
    }
    return status == PLM_OK && n_hits == n - n / 2;
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 10000;
    unsigned cpus = plm_pool_cpus();
    unsigned n_threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : cpus;
    static side sides[2];
    static queue queues[2];
    if (plm_crypto_init() != PLM_OK || n == 0) {
        (void)fprintf(stderr, "usage: bench_oprf [TOKENS [THREADS]]\n");
        return 2;
    }
    double before = print_primitives();
    double start = seconds_now(CLOCK_MONOTONIC);
    double cpu_start = seconds_now(CLOCK_PROCESS_CPUTIME_ID);
    if (!run(sides, queues, n, n_threads)) {
        (void)fprintf(stderr, "bench_oprf: the run failed or found the wrong hits\n");
        return 1;
    }
    double seconds = seconds_now(CLOCK_MONOTONIC) - start;
    double cpu = seconds_now(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
    double multiplication = (before + print_primitives()) / 2;
    double least = MULTIPLICATIONS_PER_TOKEN * (double)n * multiplication / cpus;
    struct rusage used;
    (void)getrusage(RUSAGE_SELF, &used);
    (void)printf("%zu x %zu tokens, %u threads a side, %u processors\n", n, n, n_threads, cpus);
    (void)printf("  time %.3f s, cpu %.3f s, %.1f us a token\n", seconds, cpu,
                 seconds / (double)n * 1e6);
    (void)printf("  to the receiver %.3f MB, to the sender %.3f MB, peak memory of both %.1f MB\n",
                 (double)queues[PLM_MATCH_RECEIVER].bytes / 1e6,
                 (double)queues[PLM_MATCH_SENDER].bytes / 1e6, (double)used.ru_maxrss / 1e3);
    (void)printf("  %d multiplications a token take %.3f s: %.1f %% of that rate, %.1f %% by the "
                 "processors' time\n",
                 MULTIPLICATIONS_PER_TOKEN, least, least / seconds * 100, least * cpus / cpu * 100);
    return 0;
}
