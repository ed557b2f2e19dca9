/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_index.c - palermo bench index: random tokens through everything that an index goes through,
 * and the rates of evaluation beside libsodium's scalar multiplication in the same run.
 */
#include "cli/bench_lookup.h"

#include "base/pool.h"
#include "cli/bench_report.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/say.h"
#include "crypto/ristretto.h"
#include "crypto/sign.h"
#include "index/changes.h"
#include "index/evaluate.h"
#include "index/own.h"
#include "resolve/second_look.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    CHANGED = 1000, /* entries of an update: half new, half gone */
    PROBES = 20000,
    RATE_BATCH = PLM_QUESTIONS_MAX,
    RATE_ROUNDS = 4
};

typedef struct measured {
    double build_s;
    double build_cpu_s;
    double write_s;
    double bytes_per_entry;
    double open_ms;
    double update_s;
    double find_us;
    double verify_s;
    double multiply_rate; /* a second of one core's time */
    double batch_rate;
    double single_rate;
    double verify_rate; /* the asker's share of a batch, for comparison */
} measured;

typedef struct bench {
    size_t n;
    bool invents; /* fingerprints are drawn, not evaluated */
    char directory[64];
    char index_path[96];
    char changes_path[96];
    char own_path[96];
    uint8_t seed[32];
    uint8_t identity[32];
    plm_epoch_key key;
    plm_own_token *tokens;
    plm_index_row *rows;
    plm_fingerprint *fingerprints;
    plm_meter meter;
    measured m;
} bench;

static double seconds(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static plm_status keep(void *context, size_t first, const plm_index_key *keys, size_t n)
{
    bench *b = (bench *)context;
    for (size_t i = 0; i < n; i++) {
        b->fingerprints[first + i] = keys[i].fingerprint;
        b->rows[first + i] = (plm_index_row){keys[i].fingerprint, (uint32_t)(first + i)};
    }
    return PLM_OK;
}

static bool show(void *context, const char *phase, uint64_t done, uint64_t total)
{
    plm_meter_show((plm_meter *)context, phase, done, total);
    return true;
}

static plm_status make_tokens(bench *b)
{
    b->tokens = (plm_own_token *)calloc(b->n + CHANGED, sizeof *b->tokens);
    b->rows = (plm_index_row *)calloc(b->n + CHANGED, sizeof *b->rows);
    b->fingerprints = (plm_fingerprint *)calloc(b->n + CHANGED, sizeof *b->fingerprints);
    if (b->tokens == NULL || b->rows == NULL || b->fingerprints == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < b->n; i++) {
        plm_random(b->tokens[i].token.b, PLM_TOKEN_BYTES);
    }
    qsort(b->tokens, b->n, sizeof *b->tokens, plm_token_compare);
    return plm_oprf_random_key_pair(b->key.secret, b->key.public_key);
}

static void make_header(const bench *b, plm_index_header *header)
{
    *header = (plm_index_header){
        .party = "BENCH", .purpose = "bench", .epoch = 1, .made_ms = plm_wall_ms()};
    memcpy(header->public_key, b->key.public_key, sizeof header->public_key);
}

/* Evaluation of the tokens in `from`, by all threads. */
static plm_status evaluate(bench *b, const plm_own_token *from, size_t n, plm_pool *pool)
{
    plm_token *tokens = (plm_token *)calloc(n + 1, sizeof *tokens);
    if (tokens == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        tokens[i] = from[i].token;
    }
    plm_status status = plm_index_evaluate(&b->key, tokens, n, pool, keep, b, show, &b->meter);
    free(tokens);
    return status;
}

/* What evaluation would give looks like this. */
static plm_status invent(bench *b)
{
    for (size_t i = 0; i < b->n; i++) {
        plm_random(b->fingerprints[i].b, sizeof b->fingerprints[i].b);
        b->rows[i] = (plm_index_row){b->fingerprints[i], (uint32_t)i};
    }
    return PLM_OK;
}

static plm_status build(bench *b, plm_pool *pool)
{
    plm_index_header header;
    struct stat about;
    const plm_index_make make = {.seed = b->seed, .progress = show, .progress_context = &b->meter};
    const double start = seconds(CLOCK_MONOTONIC);
    const double start_cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    make_header(b, &header);
    plm_status status = b->invents ? invent(b) : evaluate(b, b->tokens, b->n, pool);
    const double evaluated = seconds(CLOCK_MONOTONIC);
    if (status == PLM_OK) {
        status = plm_index_write(b->index_path, &header, b->rows, b->n, &make);
    }
    if (status == PLM_OK) {
        status = plm_own_write(b->own_path, header.root, b->tokens, b->fingerprints, b->n);
    }
    b->m.build_s = seconds(CLOCK_MONOTONIC) - start;
    b->m.build_cpu_s = seconds(CLOCK_PROCESS_CPUTIME_ID) - start_cpu;
    b->m.write_s = seconds(CLOCK_MONOTONIC) - evaluated;
    if (status == PLM_OK && stat(b->index_path, &about) == 0) {
        b->m.bytes_per_entry = (double)about.st_size / (double)b->n;
    }
    return status;
}

/* Half of the changed tokens are new, half of them gone: compare, evaluate, sign, write, open. */
static plm_status update(bench *b, const plm_index *index)
{
    plm_own own;
    plm_own_changes changes;
    plm_changes opened;
    plm_index_header header;
    const plm_index_make make = {.seed = b->seed};
    const size_t n_new = CHANGED / 2;
    const size_t n_now = b->n; /* as many gone as new */
    for (size_t i = 0; i < n_new; i++) {
        plm_random(b->tokens[i * (b->n / n_new)].token.b, PLM_TOKEN_BYTES);
    }
    qsort(b->tokens, b->n, sizeof *b->tokens, plm_token_compare);
    const double start = seconds(CLOCK_MONOTONIC);
    plm_status status = plm_own_open(&own, b->own_path);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_own_compare(&changes, &own, b->tokens, n_now);
    plm_own_close(&own);
    if (status != PLM_OK) {
        return status;
    }
    plm_own_token added[CHANGED];
    for (size_t i = 0; i < changes.n_added && i < CHANGED; i++) {
        added[i] = b->tokens[changes.added[i]];
    }
    make_header(b, &header);
    header.sequence = 1;
    memcpy(header.index, index->header.root, sizeof header.index);
    status = evaluate(b, added, changes.n_added, NULL);
    if (status == PLM_OK) {
        status = plm_changes_write(b->changes_path, &header, changes.withdrawn, changes.n_withdrawn,
                                   b->rows, changes.n_added, &make);
    }
    if (status == PLM_OK) {
        status = plm_changes_open(&opened, b->changes_path, b->identity, &index->header);
    }
    b->m.update_s = seconds(CLOCK_MONOTONIC) - start;
    if (status == PLM_OK) {
        plm_changes_close(&opened);
    }
    plm_own_changes_wipe(&changes);
    return status;
}

static plm_status use(bench *b)
{
    plm_index index;
    plm_index_match match;
    const double start = seconds(CLOCK_MONOTONIC);
    plm_status status = plm_index_open(&index, b->index_path, b->identity);
    b->m.open_ms = (seconds(CLOCK_MONOTONIC) - start) * 1000;
    if (status != PLM_OK) {
        return status;
    }
    const double before = seconds(CLOCK_THREAD_CPUTIME_ID);
    for (size_t i = 0; status == PLM_OK && i < PROBES; i++) {
        status = plm_index_find(&index, &b->fingerprints[i * 7919 % b->n], &match);
    }
    b->m.find_us = (seconds(CLOCK_THREAD_CPUTIME_ID) - before) * 1e6 / PROBES;
    const double checked = seconds(CLOCK_THREAD_CPUTIME_ID);
    if (status == PLM_OK) {
        status = plm_index_verify(&index);
    }
    b->m.verify_s = seconds(CLOCK_THREAD_CPUTIME_ID) - checked;
    if (status == PLM_OK) {
        status = update(b, &index);
    }
    plm_index_close(&index);
    return status;
}

/* Rates of one core, by its own time; all in turn, so that what disturbs one disturbs all. */
static plm_status rates(bench *b)
{
    static plm_questions q;
    static uint8_t evaluated[RATE_BATCH * PLM_OPRF_ELEMENT_BYTES];
    static plm_index_key keys[RATE_BATCH];
    uint8_t proof[PLM_OPRF_PROOF_BYTES];
    double spent[4] = {0};
    plm_status status = PLM_OK;
    q.n = RATE_BATCH;
    for (size_t i = 0; i < q.n; i++) {
        plm_random(q.tokens[i].b, PLM_TOKEN_BYTES);
    }
    status = plm_questions_blind(&q);
    for (int round = 0; status == PLM_OK && round < RATE_ROUNDS; round++) {
        double at[5];
        at[0] = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (size_t i = 0; status == PLM_OK && i < RATE_BATCH; i++) {
            status = plm_element_multiply(evaluated, b->key.secret, q.blinded[i]);
        }
        at[1] = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (size_t i = 0; status == PLM_OK && i < RATE_BATCH / 4; i++) {
            status = plm_questions_answer(evaluated, proof, &b->key, q.blinded[i], 1);
        }
        at[2] = seconds(CLOCK_THREAD_CPUTIME_ID);
        if (status == PLM_OK) {
            status = plm_questions_answer(evaluated, proof, &b->key, q.blinded[0], RATE_BATCH);
        }
        at[3] = seconds(CLOCK_THREAD_CPUTIME_ID);
        if (status == PLM_OK) {
            status = plm_questions_finish(keys, &q, b->key.public_key, evaluated, proof);
        }
        at[4] = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (int i = 0; i < 4; i++) {
            spent[i] += at[i + 1] - at[i];
        }
    }
    const double n = (double)RATE_BATCH * RATE_ROUNDS;
    b->m.multiply_rate = n / spent[0];
    b->m.single_rate = n / 4 / spent[1];
    b->m.batch_rate = n / spent[2];
    b->m.verify_rate = n / spent[3];
    return status;
}

static int say(const bench *b, bool json)
{
    const measured *m = &b->m;
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    if (json) {
        return plm_say_json(json_pack(
            "{s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:I}",
            "entries", (json_int_t)b->n, "build_s", m->build_s, "build_cpu_s", m->build_cpu_s,
            "write_s", m->write_s, "bytes_per_entry", m->bytes_per_entry, "open_ms", m->open_ms,
            "update_1000_s", m->update_s, "find_us", m->find_us, "verify_s", m->verify_s,
            "multiplications_per_s", m->multiply_rate, "batched_per_s", m->batch_rate,
            "single_per_s", m->single_rate, "asker_per_s", m->verify_rate, "batched_ratio",
            m->batch_rate / m->multiply_rate, "single_ratio", m->single_rate / m->multiply_rate,
            "peak_kib", (json_int_t)usage.ru_maxrss));
    }
    char n[PLM_NUMBER_TEXT];
    (void)printf("%s entries: built in %.1f s (%.1f s of processors' time, %.1f s of it to put in "
                 "order and write)\n",
                 plm_say_number(n, b->n), m->build_s, m->build_cpu_s, m->write_s);
    (void)printf("%.2f bytes an entry; opened in %.2f ms; one found in %.1f us; all checked in "
                 "%.2f s\n",
                 m->bytes_per_entry, m->open_ms, m->find_us, m->verify_s);
    (void)printf("%d added or withdrawn in %.3f s\n", CHANGED, m->update_s);
    (void)printf("one core, a second: %.0f multiplications of libsodium; %.0f evaluations in "
                 "batches of %d with their proof (%.0f %%); %.0f single ones with theirs (%.0f "
                 "%%)\n",
                 m->multiply_rate, m->batch_rate, RATE_BATCH,
                 100 * m->batch_rate / m->multiply_rate, m->single_rate,
                 100 * m->single_rate / m->multiply_rate);
    return PLM_EXIT_OK;
}

static plm_status run(bench *b, unsigned n_threads)
{
    plm_pool *pool;
    plm_status status = plm_pool_create(&pool, n_threads);
    if (status != PLM_OK) {
        return status;
    }
    status = make_tokens(b);
    if (status == PLM_OK) {
        status = build(b, pool);
    }
    plm_pool_destroy(pool);
    if (status == PLM_OK) {
        status = use(b);
    }
    return status == PLM_OK ? rates(b) : status;
}

static void clear(bench *b)
{
    plm_meter_end(&b->meter);
    (void)unlink(b->index_path);
    (void)unlink(b->changes_path);
    (void)unlink(b->own_path);
    (void)rmdir(b->directory);
    free(b->tokens);
    free(b->rows);
    free(b->fingerprints);
    free(b);
}

int plm_bench_index(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo bench index", "[--n N] [--threads N]",
        "Builds an index of N random tokens, opens, asks and changes it; and measures how many\n"
        "evaluations a core makes, with and without batches."};
    int64_t n = 100000;
    int64_t n_threads = plm_pool_cpus();
    bool invents = false;
    bool json = false;
    const plm_option options[] = {
        {"n", PLM_OPTION_NUMBER, &n, "N", "tokens (100000)", CHANGED, PLM_INDEX_ENTRIES_MAX},
        {"threads", PLM_OPTION_NUMBER, &n_threads, "N", "that evaluate", 1, 256},
        {"invented", PLM_OPTION_FLAG, &invents, NULL,
         "fingerprints are drawn instead of evaluated: all but the evaluation", 0, 0},
        {"json", PLM_OPTION_FLAG, &json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    bench *b = (bench *)calloc(1, sizeof *b);
    if (b == NULL) {
        return PLM_EXIT_FAILED;
    }
    b->n = (size_t)n;
    b->invents = invents;
    plm_meter_init(&b->meter, "tokens");
    plm_random(b->seed, sizeof b->seed);
    plm_identity_public(b->identity, b->seed);
    (void)snprintf(b->directory, sizeof b->directory, "/tmp/palermo-bench-XXXXXX");
    plm_status status = mkdtemp(b->directory) != NULL ? PLM_OK : PLM_E_IO;
    (void)snprintf(b->index_path, sizeof b->index_path, "%s/index", b->directory);
    (void)snprintf(b->changes_path, sizeof b->changes_path, "%s/changes", b->directory);
    (void)snprintf(b->own_path, sizeof b->own_path, "%s/own", b->directory);
    if (status == PLM_OK) {
        status = run(b, (unsigned)n_threads);
    }
    plm_meter_end(&b->meter);
    int result =
        status == PLM_OK ? say(b, json) : plm_say_status(usage.command, "measuring", status);
    clear(b);
    return result;
}
