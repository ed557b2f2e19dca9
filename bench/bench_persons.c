/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_persons - persons to tokens of the rule "person" in a second, on one core, by processor
 * time, and the memory it takes however many persons stream through; beside it, for a scale that
 * does not depend on the machine, BLAKE2b hashes of 64 bytes in a second.
 *
 *     bench_persons [N [C]]       persons of the synthetic population (100000), strictness (4)
 */
#include "ident/person_gate.h"
#include "synth/population.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
    ARENA_MAX = 64 << 20,
    LINE_MAX_BYTES = 256
};

typedef struct counting {
    plm_person_gate gate;
    plm_arena arena;
    uint64_t n_persons;
    uint64_t n_tokens;
    double seconds; /* in making tokens */
} counting;

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A line of a.csv: id,given,surname,birth. */
static plm_status take_line(void *context, plm_span bytes)
{
    counting *c = (counting *)context;
    char line[LINE_MAX_BYTES];
    if (bytes.n >= sizeof line || memcmp(bytes.p, "id,", 3) == 0) {
        return PLM_OK;
    }
    memcpy(line, bytes.p, bytes.n);
    line[bytes.n] = '\0';
    line[strcspn(line, "\n")] = '\0';
    char *name = strchr(line, ',') + 1;
    char *date = strrchr(line, ',') + 1;
    date[-1] = '\0';
    *strchr(name, ',') = ' ';
    const plm_value values[] = {
        {.type = PLM_IDENT_NAME, .raw = name, .canonical = name},
        {.type = PLM_IDENT_BIRTH_DATE, .raw = date, .canonical = date},
    };
    const plm_record record = {
        .id = line, .kind = PLM_KIND_PERSON, .values = values, .n_values = 2};
    plm_features features;
    plm_combinations made;
    const double start = now();
    plm_status status = plm_features_of(&features, &record, c->gate.table, false, &c->arena);
    if (status == PLM_OK) {
        status = plm_person_gate_combine(&made, &c->gate, &features, SIZE_MAX, &c->arena);
    }
    c->n_tokens += status == PLM_OK ? made.n : 0;
    c->n_persons++;
    plm_arena_reset(&c->arena);
    c->seconds += now() - start;
    return status;
}

static double hashes_a_second(void)
{
    enum {
        N_HASHES = 1000000
    };
    uint8_t bytes[64] = {0};
    const double start = now();
    for (int i = 0; i < N_HASHES; i++) {
        (void)crypto_generichash(bytes, 16, bytes, sizeof bytes, NULL, 0);
    }
    return N_HASHES / (now() - start);
}

int main(int argc, char **argv)
{
    counting c = {.seconds = 0};
    plm_frequency *table;
    const uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    const uint8_t accord[32] = {0};
    const plm_bits strictness =
        argc > 2 ? (plm_bits)strtol(argv[2], NULL, 10) * PLM_BIT : 4 * PLM_BIT;
    struct rusage usage;
    const plm_population_config config = {.sizes = {1, n, 1, 0}};
    const plm_synth_sinks sinks = {.a = {take_line, &c}};
    if (plm_frequency_builtin(&table, "us") != PLM_OK) {
        return 1;
    }
    plm_arena_init(&c.arena, ARENA_MAX);
    plm_person_gate_init(&c.gate, table, plm_person_gate_threshold(n, n, n / 2 + 1, strictness),
                         false, accord);
    if (plm_population_write(&config, &sinks) != PLM_OK) {
        return 1;
    }
    (void)getrusage(RUSAGE_SELF, &usage);
    (void)printf("persons a second          %.0f\n"
                 "tokens a person           %.1f\n"
                 "BLAKE2b of 64 bytes, /s   %.0f\n"
                 "memory at most, MiB       %.1f\n",
                 (double)c.n_persons / c.seconds, (double)c.n_tokens / (double)c.n_persons,
                 hashes_a_second(), (double)usage.ru_maxrss / 1024);
    plm_arena_wipe(&c.arena);
    plm_frequency_destroy(table);
    return 0;
}
