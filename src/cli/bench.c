/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.c - palermo bench: the command.
 */
#include "cli/bench.h"

#include "base/pool.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/say.h"
#include "net/net.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    MULTIPLICATIONS_PER_TOKEN = 7, /* spec/matching.md section 6 */
    CALIBRATION = 1000
};

/* Seconds of one ristretto255 scalar multiplication of libsodium, on one core, here and now. */
static double scalarmult_seconds(void)
{
    uint8_t hash[crypto_core_ristretto255_HASHBYTES];
    uint8_t point[crypto_core_ristretto255_BYTES];
    uint8_t out[crypto_core_ristretto255_BYTES];
    uint8_t scalar[crypto_core_ristretto255_SCALARBYTES];
    randombytes_buf(hash, sizeof hash);
    (void)crypto_core_ristretto255_from_hash(point, hash);
    crypto_core_ristretto255_scalar_random(scalar);
    int64_t started = plm_clock_us();
    for (int i = 0; i < CALIBRATION; i++) {
        if (crypto_scalarmult_ristretto255(out, scalar, point) != 0) {
            return 0;
        }
    }
    return (double)(plm_clock_us() - started) * 1e-6 / CALIBRATION;
}

static int print(const plm_bench_config *config, const plm_bench_result *engine,
                 const plm_bench_result *naive, double multiplication, bool json)
{
    double n = (double)config->n;
    double bits = (double)(engine->bytes_sent + engine->bytes_received) * 8.0 / n;
    unsigned cpus = plm_pool_cpus();
    double floor_seconds = MULTIPLICATIONS_PER_TOKEN * n * multiplication / cpus;
    double share = floor_seconds / engine->seconds;
    if (json) {
        return plm_say_json(json_pack(
            "{s:s, s:s, s:I, s:I, s:f, s:f, s:I, s:I, s:f, s:I, s:f, s:f, s:f, s:f, s:I, s:I}",
            "engine", "oprf", "security", "malicious", "n", (json_int_t)config->n, "threads",
            (json_int_t)config->n_threads, "seconds", engine->seconds, "cpu_seconds",
            engine->cpu_seconds, "bytes_sent", (json_int_t)engine->bytes_sent, "bytes_received",
            (json_int_t)engine->bytes_received, "bits_per_token", bits, "peak_rss_bytes",
            (json_int_t)engine->peak_rss_bytes, "naive_seconds", naive->seconds, "ratio_to_naive",
            engine->seconds / naive->seconds, "scalarmult_seconds", multiplication,
            "share_of_scalarmult_rate", share, "hits", (json_int_t)engine->n_hits, "cpus",
            (json_int_t)cpus));
    }
    char count[PLM_NUMBER_TEXT];
    (void)printf("engine oprf (malicious), %s x %s tokens, %u threads a side, %u cores\n",
                 plm_say_number(count, config->n), count, config->n_threads, cpus);
    (void)printf("  time            %9.3f s (cpu %.3f s)\n", engine->seconds, engine->cpu_seconds);
    (void)printf("  sent, received  %9.3f, %.3f MB; %.0f bits per token\n",
                 (double)engine->bytes_sent / 1e6, (double)engine->bytes_received / 1e6, bits);
    (void)printf("  peak memory     %9.1f MB (the larger side)\n",
                 (double)engine->peak_rss_bytes / 1e6);
    (void)printf("  naive, insecure %9.3f s; the engine takes %.0f times as long\n", naive->seconds,
                 engine->seconds / naive->seconds);
    (void)printf("  libsodium alone %9.3f s for %d multiplications a token of %.1f us: %.0f %% of "
                 "that rate\n",
                 floor_seconds, MULTIPLICATIONS_PER_TOKEN, multiplication * 1e6, share * 100);
    return PLM_EXIT_OK;
}

static int bench_match(const plm_usage_text *usage, const plm_bench_config *config, bool json)
{
    plm_bench_result engine;
    plm_bench_result naive;
    plm_bench_config naive_config = *config;
    naive_config.protocol = PLM_BENCH_NAIVE;
    double before = scalarmult_seconds();
    plm_status status = plm_bench_run(config, &engine);
    double after = scalarmult_seconds();
    if (status == PLM_OK) {
        status = plm_bench_run(&naive_config, &naive);
    }
    if (status != PLM_OK) {
        return plm_say_status(usage->command, "measuring", status);
    }
    if (engine.n_hits != config->n / 10 || naive.n_hits != config->n / 10) {
        plm_say_error(usage->command, "the engine found %llu in common, not %zu",
                      (unsigned long long)engine.n_hits, config->n / 10);
        return PLM_EXIT_FAILED;
    }
    return print(config, &engine, &naive, (before + after) / 2, json);
}

int plm_command_bench(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo bench", "match [--engine oprf] [--n N] [--threads N]",
        "Runs both sides of a match as two processes over loopback, and the insecure naive "
        "exchange\n(AES-hash, 80-bit digests, hash join) beside it, since absolute times differ "
        "from machine to machine."};
    const char *engine = "oprf";
    int64_t n = 10000;
    int64_t n_threads = plm_pool_cpus();
    bool json = false;
    const plm_option options[] = {
        {"engine", PLM_OPTION_TEXT, &engine, "ENGINE", "oprf", 0, 0},
        {"n", PLM_OPTION_NUMBER, &n, "N", "tokens of each side (10000)", 10, 100000000},
        {"threads", PLM_OPTION_NUMBER, &n_threads, "N", "of each side", 1, 256},
        {"json", PLM_OPTION_FLAG, &json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    const char *what = NULL;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &what, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (strcmp(what, "match") != 0) {
        return plm_usage_error(&usage, "there is no benchmark \"%s\"", what);
    }
    if (strcmp(engine, "oprf") != 0) {
        return plm_usage_error(&usage, "there is no engine \"%s\"", engine);
    }
    const plm_bench_config config = {PLM_BENCH_OPRF, (size_t)n, (unsigned)n_threads};
    return bench_match(&usage, &config, json);
}
