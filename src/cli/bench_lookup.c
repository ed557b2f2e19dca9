/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_lookup.c - palermo bench lookup: so many lookups a second against the parties of a node, as
 * gates make them: each at its time, whether those before have been answered or not.
 */
#include "cli/bench_lookup.h"

#include "cli/exit.h"
#include "cli/lookup.h"
#include "cli/say.h"
#include "node/lookup_subject.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    CALLERS_MAX = 512,
    CONNECT_MS = 60000,
    PHONES = 1000000 /* different ones that are asked for */
};

typedef struct load {
    plm_lookups *lookups;
    size_t n_parties;
    uint64_t n; /* lookups in all */
    int64_t start_us;
    double interval_us;
    int deadline_ms;
    _Atomic uint64_t next;
    uint32_t *took_us; /* of each lookup, from its time on to the last answer */
    _Atomic uint64_t words[PLM_WORD_COUNT];
    _Atomic int64_t halfway_kib; /* memory when half of them were made */
    const volatile sig_atomic_t *cancel;
} load;

static void wait_for(int64_t at_us)
{
    const int64_t left = at_us - plm_clock_us();
    if (left > 0) {
        const struct timespec pause = {left / 1000000, left % 1000000 * 1000};
        (void)nanosleep(&pause, NULL);
    }
}

static plm_status ask_one(load *l, uint64_t number, plm_lookup_answer_of *answers)
{
    char text[32];
    plm_ident ident;
    plm_subject subject;
    (void)snprintf(text, sizeof text, "phone=+3902%08" PRIu64, number * 7919 % PHONES);
    plm_subject_init(&subject);
    plm_status status = plm_subject_add_text(&subject, text, &ident);
    if (status == PLM_OK) {
        status = plm_lookups_ask(l->lookups, &subject.record, l->deadline_ms, answers);
    }
    plm_subject_wipe(&subject);
    return status;
}

/* Kilobytes of memory that are ours now (statm, resident less shared). */
static int64_t memory_kib(void)
{
    long total = 0;
    long resident = 0;
    long shared = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f != NULL) {
        if (fscanf(f, "%ld %ld %ld", &total, &resident, &shared) != 3) {
            resident = shared;
        }
        (void)fclose(f);
    }
    return (int64_t)(resident - shared) * sysconf(_SC_PAGESIZE) / 1024;
}

static void *call(void *context)
{
    load *l = (load *)context;
    plm_lookup_answer_of *answers = (plm_lookup_answer_of *)calloc(l->n_parties, sizeof *answers);
    while (answers != NULL && *l->cancel == 0) {
        const uint64_t number = atomic_fetch_add(&l->next, 1);
        if (number >= l->n) {
            break;
        }
        if (number == l->n / 2) {
            l->halfway_kib = memory_kib();
        }
        const int64_t due = l->start_us + (int64_t)((double)number * l->interval_us);
        wait_for(due);
        const plm_status status = ask_one(l, number, answers);
        const int64_t took = plm_clock_us() - due;
        l->took_us[number] = took < UINT32_MAX ? (uint32_t)took : UINT32_MAX;
        for (size_t i = 0; i < l->n_parties; i++) {
            atomic_fetch_add(&l->words[status == PLM_OK ? answers[i].word : PLM_WORD_NO_ANSWER], 1);
        }
    }
    free(answers);
    return NULL;
}

static int compare_times(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int say(load *l, uint64_t n_made, double seconds, int64_t before_kib, int64_t after_kib,
               bool json)
{
    qsort(l->took_us, n_made, sizeof *l->took_us, compare_times);
    double at[4];
    static const double parts[] = {0.5, 0.9, 0.99, 0.999};
    for (size_t i = 0; i < 4; i++) {
        at[i] = n_made == 0 ? 0 : l->took_us[(size_t)((double)(n_made - 1) * parts[i])] / 1000.0;
    }
    const double most = n_made == 0 ? 0 : l->took_us[n_made - 1] / 1000.0;
    json_t *words = json_object();
    for (unsigned i = 0; i < PLM_WORD_COUNT; i++) {
        (void)json_object_set_new(words, plm_lookup_word_name((plm_lookup_word)i),
                                  json_integer((json_int_t)l->words[i]));
    }
    if (json) {
        return plm_say_json(
            json_pack("{s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:o, s:I, s:I, s:I}",
                      "lookups", (json_int_t)n_made, "parties", (json_int_t)l->n_parties, "seconds",
                      seconds, "rate", (double)n_made / seconds, "p50_ms", at[0], "p90_ms", at[1],
                      "p99_ms", at[2], "p999_ms", at[3], "most_ms", most, "answers", words,
                      "memory_before_kib", (json_int_t)before_kib, "memory_halfway_kib",
                      (json_int_t)l->halfway_kib, "memory_after_kib", (json_int_t)after_kib));
    }
    char n[PLM_NUMBER_TEXT];
    (void)printf("%s lookups against %zu parties in %.1f s: %.0f a second\n",
                 plm_say_number(n, n_made), l->n_parties, seconds, (double)n_made / seconds);
    (void)printf("all parties' answers within %.1f ms for a half, %.1f ms for 90 %%, %.1f ms for "
                 "99 %%, %.1f ms for 99.9 %%, %.1f ms for all\n",
                 at[0], at[1], at[2], at[3], most);
    for (unsigned i = 0; i < PLM_WORD_COUNT; i++) {
        (void)printf("%s%s %" PRIu64,
                     i > 0 ? ", " : "answers: ", plm_lookup_word_name((plm_lookup_word)i),
                     (uint64_t)l->words[i]);
    }
    (void)printf("\nmemory: %s KiB before, ", plm_say_number(n, (uint64_t)before_kib));
    (void)printf("%s KiB halfway, ", plm_say_number(n, (uint64_t)l->halfway_kib));
    (void)printf("%s KiB after\n", plm_say_number(n, (uint64_t)after_kib));
    json_decref(words);
    return PLM_EXIT_OK;
}

static int run(const plm_usage_text *usage, load *l, unsigned n_callers, bool json)
{
    static pthread_t callers[CALLERS_MAX];
    unsigned n_started = 0;
    plm_lookup_answer_of *warm = (plm_lookup_answer_of *)calloc(l->n_parties, sizeof *warm);
    l->took_us = (uint32_t *)calloc(l->n, sizeof *l->took_us);
    if (warm == NULL || l->took_us == NULL || ask_one(l, 0, warm) != PLM_OK) {
        free(warm);
        plm_say_error(usage->command, "a first lookup failed");
        return PLM_EXIT_FAILED;
    }
    free(warm);
    const int64_t before_kib = memory_kib();
    l->start_us = plm_clock_us();
    while (n_started < n_callers && pthread_create(&callers[n_started], NULL, call, l) == 0) {
        n_started++;
    }
    for (unsigned i = 0; i < n_started; i++) {
        (void)pthread_join(callers[i], NULL);
    }
    const double seconds = (double)(plm_clock_us() - l->start_us) / 1e6;
    const uint64_t n_made = l->next < l->n ? (uint64_t)l->next : l->n;
    return say(l, n_made, seconds, before_kib, memory_kib(), json);
}

int plm_bench_lookup(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo bench lookup", "--home DIR --purpose CODE --case REF [--rate N] [--seconds S]",
        "Asks all parties of a purpose about invented phone numbers, N times a second. The\n"
        "lookups count against the budget, as any others do."};
    plm_lookup_options o = {.timeout_s = 10};
    int64_t rate = 1000;
    int64_t for_s = 10;
    int64_t n_callers = 256;
    int64_t deadline_ms = 2000;
    plm_lookup_home home;
    const plm_option options[] = {
        {"purpose", PLM_OPTION_TEXT, &o.purpose, "CODE", "of the accord", 0, 0},
        {"case", PLM_OPTION_TEXT, &o.case_ref, "REF", "our open case", 0, 0},
        {"with", PLM_OPTION_LIST, &o.with, "CODE", "this party alone; may be repeated", 0, 0},
        {"rate", PLM_OPTION_NUMBER, &rate, "N", "lookups a second (1000)", 1, 100000},
        {"seconds", PLM_OPTION_NUMBER, &for_s, "S", "(10)", 1, 86400},
        {"callers", PLM_OPTION_NUMBER, &n_callers, "N", "under way at once, at most (256)", 1,
         CALLERS_MAX},
        {"deadline", PLM_OPTION_NUMBER, &deadline_ms, "MS", "of each lookup (2000)", 1, 60000},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    int result = plm_lookup_home_open(&home, &usage, &o);
    if (result >= 0) {
        return result;
    }
    load l = {.lookups = home.lookups,
              .n_parties = plm_lookups_n_parties(home.lookups),
              .n = (uint64_t)(rate * for_s),
              .interval_us = 1e6 / (double)rate,
              .deadline_ms = (int)deadline_ms,
              .cancel = plm_catch_signals()};
    if (!plm_lookups_wait_ready(home.lookups, CONNECT_MS)) {
        plm_say_error(usage.command, "not all parties can be asked: see 'palermo index fetch'");
        result = PLM_EXIT_UNREACHABLE;
    } else {
        result = run(&usage, &l, (unsigned)n_callers, o.common.json);
    }
    free(l.took_us);
    plm_lookup_home_close(&home);
    return result;
}
