/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.c - palermo bench: the command.
 */
#include "cli/bench.h"

#include "base/cpu.h"
#include "base/pool.h"
#include "cli/bench_lookup.h"
#include "cli/bench_report.h"
#include "cli/bench_tally.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/say.h"
#include "match/tally.h"

#include <stdlib.h>
#include <string.h>

enum {
    REPEAT_MAX = 99
};

static int compare_results(const void *a, const void *b)
{
    double x = ((const plm_bench_result *)a)->seconds;
    double y = ((const plm_bench_result *)b)->seconds;
    return (x > y) - (x < y);
}

/* Engine and naive exchange in turn; the runs of median time in *report. */
static plm_status measure(const plm_bench_config *config, size_t n_repeat, plm_bench_report *report)
{
    static plm_bench_result results[2][REPEAT_MAX]; /* engine, naive */
    for (size_t i = 0; i < n_repeat; i++) {
        for (int naive = 0; naive < 2; naive++) {
            plm_bench_config c = *config;
            c.is_naive = naive == 1;
            plm_status status = plm_bench_run(&c, &results[naive][i]);
            if (status != PLM_OK) {
                return status;
            }
            if (results[naive][i].side[PLM_MATCH_RECEIVER].n_hits != c.n_common) {
                return PLM_E_PROTOCOL;
            }
        }
    }
    for (int naive = 0; naive < 2; naive++) {
        qsort(results[naive], n_repeat, sizeof results[naive][0], compare_results);
    }
    report->engine = results[0][n_repeat / 2];
    report->naive = results[1][n_repeat / 2];
    report->fastest = results[0][0].seconds;
    report->slowest = results[0][n_repeat - 1].seconds;
    report->n_repeat = n_repeat;
    return PLM_OK;
}

/* "1000", "2^20", "64k", "1M"; 0 if it is no number from 10 to 10^8. */
static size_t parse_count(const char *text)
{
    char *end = NULL;
    unsigned long long n = strtoull(text, &end, 10);
    if (end == text || n > 100000000) {
        return 0;
    }
    if (*end == '^' && n == 2) {
        unsigned long long power = strtoull(end + 1, &end, 10);
        n = power < 27 ? 1ULL << power : 0;
    } else if (*end == 'k' || *end == 'M') {
        n *= *end == 'k' ? 1000 : 1000000;
        end++;
    }
    return *end != '\0' || n < 10 || n > 100000000 ? 0 : (size_t)n;
}

typedef struct arguments {
    const char *engine;
    const char *security;
    const char *channel;
    const char *base;
    const char *n;
    const char *n_receiver;
    const char *n_sender;
    int64_t n_threads;
    int64_t n_repeat;
    int64_t label_bytes;
    int64_t n_parties;
    int64_t tokens_each;
    bool json;
} arguments;

/* Which of the two words `text` is; -1 for neither. */
static int which(const char *text, const char *first, const char *second)
{
    return strcmp(text, first) == 0 ? 0 : strcmp(text, second) == 0 ? 1 : -1;
}

/* PLM_EXIT_OK, or that of a usage error which was said. */
static int configure(const plm_usage_text *usage, const arguments *a, plm_bench_config *config)
{
    int engine = which(a->engine, "oprf", "vole");
    int security = which(a->security, "malicious", "semi-honest");
    int channel = which(a->channel, "plain", "frames");
    int base = which(a->base, "fresh", "kept");
    if (engine < 0) {
        return plm_usage_error(usage, "there is no engine \"%s\"", a->engine);
    }
    if (security < 0 || channel < 0 || base < 0) {
        return plm_usage_error(usage, "there is no \"%s\"",
                               security < 0  ? a->security
                               : channel < 0 ? a->channel
                                             : a->base);
    }
    if (engine == 0 && (security == 1 || base == 1 || a->label_bytes > 0)) {
        return plm_usage_error(usage, "engine oprf has no %s",
                               security == 1 ? "semi-honest variant"
                               : base == 1   ? "base to keep"
                                             : "labels");
    }
    const char *receiver = a->n_receiver != NULL ? a->n_receiver : a->n;
    const char *sender = a->n_sender != NULL ? a->n_sender : a->n;
    *config =
        (plm_bench_config){.engine = engine == 1 ? PLM_ENGINE_VOLE : PLM_ENGINE_OPRF,
                           .security = security == 1 ? PLM_MATCH_SEMI_HONEST : PLM_MATCH_MALICIOUS,
                           .with_frames = channel == 1,
                           .keeps_base = base == 1,
                           .n_threads = (unsigned)a->n_threads,
                           .label_bytes = (size_t)a->label_bytes};
    config->n[PLM_MATCH_RECEIVER] = parse_count(receiver);
    config->n[PLM_MATCH_SENDER] = parse_count(sender);
    size_t least = config->n[0] < config->n[1] ? config->n[0] : config->n[1];
    config->n_common = least / 10;
    return least > 0
               ? PLM_EXIT_OK
               : plm_usage_error(usage, "a number of tokens is 10 to 100000000, or 2^20, 64k, "
                                        "1M");
}

static int bench_match(const plm_usage_text *usage, const arguments *a)
{
    static plm_bench_report report;
    plm_bench_config config = {0};
    int exit_status = configure(usage, a, &config);
    if (exit_status != PLM_EXIT_OK) {
        return exit_status;
    }
    double multiplication = config.engine == PLM_ENGINE_OPRF ? plm_bench_scalarmult() : 0;
    plm_status status = measure(&config, (size_t)a->n_repeat, &report);
    if (status == PLM_E_PROTOCOL) {
        plm_say_error(usage->command, "a protocol did not find the %zu in common", config.n_common);
        return PLM_EXIT_FAILED;
    }
    if (status != PLM_OK) {
        return plm_say_status(usage->command, "measuring", status);
    }
    if (config.engine == PLM_ENGINE_OPRF) {
        multiplication = (multiplication + plm_bench_scalarmult()) / 2;
    }
    return plm_bench_print(&config, &report, multiplication, a->json);
}

static int bench_tally(const plm_usage_text *usage, const arguments *a)
{
    const plm_bench_tally config = {.n_parties = (unsigned)a->n_parties,
                                    .n = parse_count(a->n),
                                    .tokens_each = (unsigned)a->tokens_each,
                                    .n_threads = (unsigned)a->n_threads,
                                    .json = a->json};
    const size_t most = PLM_TALLY_POINTS_MAX / config.n_parties / config.tokens_each;
    return config.n == 0 || config.n > most
               ? plm_usage_error(usage, "a list of a tally has 10 to %zu records here", most)
               : plm_bench_tally_run(usage->command, &config);
}

int plm_command_bench(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo bench", "match|tally|index|lookup [--engine oprf|vole] [--n N] [--threads N] ...",
        "Runs both sides of a match as two processes over loopback, and the insecure naive "
        "exchange\n(AES-hash, 80-bit digests, hash join) beside it, since absolute times differ "
        "from machine to machine.\nOr runs all parties of a tally in one process, beside "
        "libsodium's scalar multiplications alone.\n'bench index --help' and 'bench lookup "
        "--help' say what these two measure."};
    arguments a = {.engine = "oprf",
                   .security = "malicious",
                   .channel = "plain",
                   .base = "fresh",
                   .n = "10000",
                   .n_threads = plm_pool_cpus(),
                   .n_repeat = 1,
                   .n_parties = 5,
                   .tokens_each = 1};
    const plm_option options[] = {
        {"engine", PLM_OPTION_TEXT, &a.engine, "ENGINE", "oprf or vole", 0, 0},
        {"security", PLM_OPTION_TEXT, &a.security, "S", "malicious or semi-honest (vole)", 0, 0},
        {"n", PLM_OPTION_TEXT, &a.n, "N", "tokens of each side (10000): 2^20, 64k, 1M", 0, 0},
        {"n-receiver", PLM_OPTION_TEXT, &a.n_receiver, "N", "of the receiver alone", 0, 0},
        {"n-sender", PLM_OPTION_TEXT, &a.n_sender, "N", "of the sender alone", 0, 0},
        {"threads", PLM_OPTION_NUMBER, &a.n_threads, "N", "of each side", 1, 256},
        {"repeat", PLM_OPTION_NUMBER, &a.n_repeat, "N", "the run of median time is told", 1,
         REPEAT_MAX},
        {"channel", PLM_OPTION_TEXT, &a.channel, "C", "plain, or Palermo's frames", 0, 0},
        {"base", PLM_OPTION_TEXT, &a.base, "B", "fresh, or kept from an earlier run (vole)", 0, 0},
        {"labels", PLM_OPTION_NUMBER, &a.label_bytes, "BYTES", "of each token, up to 16 (vole)", 0,
         PLM_TOKEN_BYTES},
        {"parties", PLM_OPTION_NUMBER, &a.n_parties, "N", "of a tally (5)", PLM_TALLY_PARTIES_MIN,
         PLM_TALLY_PARTIES_MAX},
        {"tokens", PLM_OPTION_NUMBER, &a.tokens_each, "N", "of each record of a tally (1)", 1,
         PLM_TALLY_TOKENS_MAX},
        {"json", PLM_OPTION_FLAG, &a.json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "index") == 0 || strcmp(what, "lookup") == 0) {
        return what[0] == 'i' ? plm_bench_index(argc - 1, argv + 1)
                              : plm_bench_lookup(argc - 1, argv + 1);
    }
    what = NULL;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &what, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (strcmp(what, "tally") == 0) {
        return bench_tally(&usage, &a);
    }
    if (strcmp(what, "match") != 0) {
        return plm_usage_error(&usage, "there is no benchmark \"%s\"", what);
    }
    return bench_match(&usage, &a);
}
