/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/bench_tally.h"

#include "base/pool.h"
#include "cli/bench.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "crypto/ristretto.h"
#include "crypto/sign.h"
#include "match/tally.h"
#include "net/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALIBRATION = 4000 /* multiplications */
};

typedef struct measurement {
    double seconds;
    double cpu_seconds;
    double multiplication; /* seconds of processor time of one */
    uint64_t n_multiplications;
    uint64_t bytes_sent; /* of all parties together */
} measurement;

/* Processor time of one multiplication, on one core. */
static double calibrate(void)
{
    uint8_t point[PLM_ELEMENT_BYTES];
    uint8_t scalar[PLM_SCALAR_BYTES];
    plm_element_random(point);
    plm_scalar_random(scalar);
    const double started = plm_bench_cpu_seconds();
    for (int i = 0; i < CALIBRATION; i++) {
        if (plm_element_multiply(point, scalar, point) != PLM_OK) {
            return 0;
        }
    }
    return (plm_bench_cpu_seconds() - started) / CALIBRATION;
}

/* The first tenth of each list has the same tokens in all of them. */
static plm_status open_party(plm_tally **out, const plm_bench_tally *config, unsigned me)
{
    const size_t n_tokens = config->n * config->tokens_each;
    plm_tally_record *records = (plm_tally_record *)calloc(config->n, sizeof *records);
    plm_token *tokens = (plm_token *)calloc(n_tokens, sizeof *tokens);
    plm_status status = PLM_E_NOMEM;
    if (records != NULL && tokens != NULL) {
        uint32_t n_padded[PLM_TALLY_PARTIES_MAX];
        for (unsigned j = 0; j < config->n_parties; j++) {
            n_padded[j] = (uint32_t)config->n;
        }
        for (size_t i = 0; i < config->n; i++) {
            plm_token *first = tokens + i * config->tokens_each;
            for (unsigned k = 0; k < config->tokens_each; k++) {
                plm_store_u64(first[k].b, i < config->n / 10 ? 0 : me + 1);
                plm_store_u64(first[k].b + 8, i * config->tokens_each + k);
            }
            records[i] = (plm_tally_record){.tokens = first, .n_tokens = config->tokens_each};
        }
        const plm_tally_config c = {.n_parties = config->n_parties,
                                    .me = me,
                                    .records = records,
                                    .n = config->n,
                                    .n_padded = n_padded,
                                    .tokens_each = config->tokens_each,
                                    .n_strata = 1,
                                    .n_threads = config->n_threads};
        status = plm_tally_create(out, &c);
    }
    free(records);
    free(tokens);
    return status;
}

/* Everything the party has to say; then one piece of work. */
static plm_status move_party(plm_tally **parties, unsigned p, uint64_t *bytes_sent)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK && (plm_tally_wants(parties[p]) & PLM_MATCH_OUTPUT)) {
        unsigned to = 0;
        plm_span message;
        status = plm_tally_output(parties[p], &to, &message);
        if (status == PLM_OK) {
            *bytes_sent += message.n;
            status = plm_tally_input(parties[to], p, message);
        }
    }
    return status == PLM_OK ? plm_tally_work(parties[p]) : status;
}

static plm_status run_all(plm_tally **parties, unsigned n_parties, uint64_t *bytes_sent)
{
    plm_status status = PLM_OK;
    for (unsigned n_done = 0; status == PLM_OK && n_done < n_parties;) {
        n_done = 0;
        for (unsigned p = 0; status == PLM_OK && p < n_parties; p++) {
            status = move_party(parties, p, bytes_sent);
            n_done += plm_tally_wants(parties[p]) == PLM_MATCH_DONE;
        }
    }
    return status;
}

/* PLM_E_PROTOCOL: it is not the table of these lists. */
static plm_status check_table(const plm_tally *counter, const plm_bench_tally *config)
{
    const uint64_t *cells = NULL;
    size_t n = 0;
    plm_status status = plm_tally_cells(counter, &cells, &n);
    const uint64_t n_common = config->n / 10;
    for (size_t h = 0; status == PLM_OK && h < n; h++) {
        const bool is_alone = h != 0 && (h & (h - 1)) == 0;
        const uint64_t wanted = h == n - 1 ? n_common : is_alone ? config->n - n_common : 0;
        status = cells[h] == wanted ? PLM_OK : PLM_E_PROTOCOL;
    }
    return status;
}

static plm_status measure(const plm_bench_tally *config, measurement *m)
{
    plm_tally *parties[PLM_TALLY_PARTIES_MAX] = {NULL};
    plm_status status = plm_crypto_init();
    m->multiplication = status == PLM_OK ? calibrate() : 0;
    for (unsigned p = 0; status == PLM_OK && p < config->n_parties; p++) {
        status = open_party(&parties[p], config, p);
    }
    const int64_t started = plm_clock_us();
    const double cpu = plm_bench_cpu_seconds();
    status = status == PLM_OK ? run_all(parties, config->n_parties, &m->bytes_sent) : status;
    m->seconds = (double)(plm_clock_us() - started) * 1e-6;
    m->cpu_seconds = plm_bench_cpu_seconds() - cpu;
    m->multiplication = (m->multiplication + calibrate()) / 2;
    m->n_multiplications =
        (uint64_t)config->n_parties * config->n_parties * config->n * config->tokens_each;
    status = status == PLM_OK ? check_table(parties[0], config) : status;
    for (unsigned p = 0; p < config->n_parties; p++) {
        plm_tally_destroy(parties[p]);
    }
    return status;
}

static int print(const plm_bench_tally *config, const measurement *m)
{
    const double work = (double)m->n_multiplications * m->multiplication;
    const unsigned cores = plm_pool_cpus();
    const double floor_seconds = work / cores;
    if (config->json) {
        return plm_say_json(json_pack(
            "{s:i,s:I,s:i,s:i,s:i,s:f,s:f,s:I,s:I,s:f,s:f,s:f,s:f}", "parties",
            (int)config->n_parties, "n", (json_int_t)config->n, "tokens_each",
            (int)config->tokens_each, "threads", (int)config->n_threads, "cores", (int)cores,
            "seconds", m->seconds, "cpu_seconds", m->cpu_seconds, "bytes_sent",
            (json_int_t)m->bytes_sent, "multiplications", (json_int_t)m->n_multiplications,
            "scalarmult_seconds", m->multiplication, "busy_cores", m->cpu_seconds / m->seconds,
            "share_of_scalarmult_rate", floor_seconds / m->seconds, "share_of_processor_time",
            work / m->cpu_seconds));
    }
    char n[PLM_NUMBER_TEXT];
    (void)printf("tally of %u lists of %s records of %u tokens, %u threads, %u cores\n",
                 config->n_parties, plm_say_number(n, config->n), config->tokens_each,
                 config->n_threads, cores);
    (void)printf("  time            %10.3f s, all parties together; %.2f cores busy\n", m->seconds,
                 m->cpu_seconds / m->seconds);
    (void)printf("  processor time  %10.3f s\n", m->cpu_seconds);
    (void)printf("  sent            %10.1f MB, all parties together\n",
                 (double)m->bytes_sent / 1e6);
    (void)printf("  libsodium alone %10.3f s for %s multiplications of %.1f us: %.0f %% of that "
                 "rate, %.0f %% of the processor time\n",
                 floor_seconds, plm_say_number(n, m->n_multiplications), m->multiplication * 1e6,
                 floor_seconds / m->seconds * 100, work / m->cpu_seconds * 100);
    return PLM_EXIT_OK;
}

int plm_bench_tally_run(const char *command, const plm_bench_tally *config)
{
    measurement m = {0};
    plm_status status = measure(config, &m);
    if (status == PLM_E_PROTOCOL) {
        plm_say_error(command, "the tally did not find the %zu in common", config->n / 10);
        return PLM_EXIT_FAILED;
    }
    return status == PLM_OK ? print(config, &m) : plm_say_status(command, "measuring", status);
}
