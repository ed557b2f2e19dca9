/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/bench_report.h"

#include "base/cpu.h"
#include "base/pool.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "net/net.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    MULTIPLICATIONS_PER_TOKEN = 7, /* of engine oprf: spec/matching.md section 6 */
    CALIBRATION = 1000
};

double plm_bench_scalarmult(void)
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

typedef struct figures {
    const char *engine;
    const char *security;
    double n; /* tokens of the larger side */
    double bits;
    double floor_seconds;
    double share;
} figures;

static figures compute(const plm_bench_config *config, const plm_bench_report *report,
                       double multiplication)
{
    const plm_bench_side *side = report->engine.side;
    size_t most = config->n[0] > config->n[1] ? config->n[0] : config->n[1];
    figures f = {.engine = config->engine == PLM_ENGINE_VOLE ? "vole" : "oprf",
                 .security = config->security == PLM_MATCH_MALICIOUS ? "malicious" : "semi-honest",
                 .n = (double)most};
    f.bits = (double)(side[0].bytes_sent + side[1].bytes_sent) * 8.0 / f.n;
    f.floor_seconds = MULTIPLICATIONS_PER_TOKEN * f.n * multiplication / plm_pool_cpus();
    f.share = f.floor_seconds / report->engine.seconds;
    return f;
}

static json_t *side_as_json(const plm_bench_side *side)
{
    json_t *phases = json_object();
    for (size_t i = 0; i < side->n_phases; i++) {
        (void)json_object_set_new(phases, side->phases[i].name, json_real(side->phases[i].seconds));
    }
    return json_pack("{s:f, s:f, s:f, s:I, s:I, s:I, s:o}", "seconds", side->seconds, "cpu_seconds",
                     side->cpu_seconds, "system_seconds", side->system_seconds, "bytes_sent",
                     (json_int_t)side->bytes_sent, "peak_rss_bytes",
                     (json_int_t)side->peak_rss_bytes, "run_bytes", (json_int_t)side->run_bytes,
                     "phases", phases);
}

static int print_json(const plm_bench_config *config, const plm_bench_report *report,
                      const figures *f, double multiplication)
{
    const plm_bench_side *receiver = &report->engine.side[PLM_MATCH_RECEIVER];
    const plm_bench_side *sender = &report->engine.side[PLM_MATCH_SENDER];
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "engine", f->engine, "security",
        f->security, "channel", config->with_frames ? "frames" : "plain", "base",
        config->keeps_base ? "kept" : "fresh", "processor", plm_cpu_name(plm_cpu_best()), "n",
        (json_int_t)f->n, "n_receiver", (json_int_t)config->n[PLM_MATCH_RECEIVER], "n_sender",
        (json_int_t)config->n[PLM_MATCH_SENDER], "threads", (json_int_t)config->n_threads, "cpus",
        (json_int_t)plm_pool_cpus());
    json_t *times = json_pack(
        "{s:f, s:f, s:f, s:I, s:f, s:I, s:I, s:I, s:f, s:f, s:f, s:I, s:o, s:o}", "seconds",
        report->engine.seconds, "fastest_seconds", report->fastest, "slowest_seconds",
        report->slowest, "repeat", (json_int_t)report->n_repeat, "cpu_seconds",
        receiver->cpu_seconds + sender->cpu_seconds, "bytes_sent", (json_int_t)receiver->bytes_sent,
        "bytes_received", (json_int_t)sender->bytes_sent, "peak_rss_bytes",
        (json_int_t)(receiver->peak_rss_bytes > sender->peak_rss_bytes ? receiver->peak_rss_bytes
                                                                       : sender->peak_rss_bytes),
        "bits_per_token", f->bits, "naive_seconds", report->naive.seconds, "ratio_to_naive",
        report->engine.seconds / report->naive.seconds, "hits", (json_int_t)receiver->n_hits,
        "receiver", side_as_json(receiver), "sender", side_as_json(sender));
    (void)json_object_update(json, times);
    json_decref(times);
    if (config->engine == PLM_ENGINE_OPRF) {
        (void)json_object_set_new(json, "scalarmult_seconds", json_real(multiplication));
        (void)json_object_set_new(json, "share_of_scalarmult_rate", json_real(f->share));
    }
    return plm_say_json(json);
}

static double phase_seconds(const plm_bench_side *side, const char *name)
{
    for (size_t i = 0; i < side->n_phases; i++) {
        if (strcmp(side->phases[i].name, name) == 0) {
            return side->phases[i].seconds;
        }
    }
    return 0;
}

static void print_phases(const plm_bench_side *sender, const plm_bench_side *receiver)
{
    (void)printf("  %-15s %12s %12s\n", "phase", "sender", "receiver");
    for (int of = 0; of < 2; of++) {
        const plm_bench_side *first = of == 0 ? receiver : sender;
        for (size_t i = 0; i < first->n_phases; i++) {
            const char *name = first->phases[i].name;
            if (of == 1 && phase_seconds(receiver, name) > 0) {
                continue;
            }
            (void)printf("    %-13s %10.4f s %10.4f s\n", name, phase_seconds(sender, name),
                         phase_seconds(receiver, name));
        }
    }
    (void)printf("  %-15s %10.4f s %10.4f s\n", "processor time", sender->cpu_seconds,
                 receiver->cpu_seconds);
    if (sender->system_seconds + receiver->system_seconds > 0) {
        (void)printf("  %-15s %10.4f s %10.4f s\n", "of the system", sender->system_seconds,
                     receiver->system_seconds);
    }
    (void)printf("  %-15s %9.1f MB %9.1f MB\n", "sent", (double)sender->bytes_sent / 1e6,
                 (double)receiver->bytes_sent / 1e6);
    (void)printf("  %-15s %9.1f MB %9.1f MB\n", "peak memory", (double)sender->peak_rss_bytes / 1e6,
                 (double)receiver->peak_rss_bytes / 1e6);
    (void)printf("  %-15s %9.1f MB %9.1f MB\n", "of the run", (double)sender->run_bytes / 1e6,
                 (double)receiver->run_bytes / 1e6);
}

int plm_bench_print(const plm_bench_config *config, const plm_bench_report *report,
                    double multiplication, bool json)
{
    figures f = compute(config, report, multiplication);
    if (json) {
        return print_json(config, report, &f, multiplication);
    }
    char receiver[PLM_NUMBER_TEXT];
    char sender[PLM_NUMBER_TEXT];
    (void)printf("engine %s (%s), %s x %s tokens, %u threads a side, %u cores, kernels %s\n",
                 f.engine, f.security, plm_say_number(receiver, config->n[PLM_MATCH_RECEIVER]),
                 plm_say_number(sender, config->n[PLM_MATCH_SENDER]), config->n_threads,
                 plm_pool_cpus(), plm_cpu_name(plm_cpu_best()));
    print_phases(&report->engine.side[PLM_MATCH_SENDER], &report->engine.side[PLM_MATCH_RECEIVER]);
    (void)printf("  time            %10.4f s", report->engine.seconds);
    if (report->n_repeat > 1) {
        (void)printf(" (median of %zu: %.4f to %.4f)", report->n_repeat, report->fastest,
                     report->slowest);
    }
    (void)printf("; %.1f bits per token\n", f.bits);
    (void)printf("  naive, insecure %10.4f s; the engine takes %.1f times as long\n",
                 report->naive.seconds, report->engine.seconds / report->naive.seconds);
    if (config->engine == PLM_ENGINE_OPRF) {
        (void)printf(
            "  libsodium alone %10.4f s for %d multiplications a token of %.1f us: %.0f %% "
            "of that rate\n",
            f.floor_seconds, MULTIPLICATIONS_PER_TOKEN, multiplication * 1e6, f.share * 100);
    }
    return PLM_EXIT_OK;
}
