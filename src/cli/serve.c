/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve.c - palermo serve.
 */
#include "node/serve.h"
#include "api/upload.h"
#include "base/ct.h"
#include "base/pool.h"
#include "cli/commands.h"
#include "cli/confine.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/index.h"
#include "cli/log.h"
#include "cli/retention.h"
#include "cli/say.h"
#include "cli/serve_api.h"
#include "cli/serve_log.h"
#include "cli/serve_lookups.h"
#include "ledger/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct serving {
    plm_common common;
    const char *address;
    const char *log;
    int64_t timeout_s;
    int64_t n_threads;
    int64_t most_runs;
    int64_t most_of_party; /* 0: half of them */
    int64_t refusals_per_hour;
    int64_t longest_min;
    int64_t deliver_every_s;
    bool answers_programs; /* lookups of this machine's programs */
    int64_t most_index_mib;
    char code[PLM_CODE_MAX];
    uint8_t seed[32]; /* SECRET */
    const volatile sig_atomic_t *stop;
    bool is_failure_said;
    plm_home home; /* its paths; of a principal, after the fork, its store */
    plm_serve_api api;
} serving;

static plm_status prepare(void *context, plm_node *node)
{
    serving *s = (serving *)context;
    plm_status status = plm_home_open(&s->home, &s->common, "palermo serve");
    if (status != PLM_OK) {
        return status;
    }
    node->store = s->home.store;
    memcpy(node->code, s->code, sizeof node->code);
    memcpy(node->seed, s->seed, sizeof node->seed);
    plm_confine_memory(node->seed, sizeof node->seed, false);
    node->timeout_ms = (int)s->timeout_s * 1000;
    node->n_threads = (unsigned)s->n_threads;
    node->longest_ms = s->longest_min * 60 * 1000;
    node->cancel = s->stop;
    node->directory = s->home.directory;
    return PLM_OK;
}

static plm_status confine(void *context)
{
    serving *s = (serving *)context;
    plm_confine_memory(s->seed, sizeof s->seed, true);
    plm_status status = plm_confine_keeper(&s->home, "palermo serve");
    s->is_failure_said = status != PLM_OK;
    return status;
}

static void rested(void *context, plm_node *node)
{
    serving *s = (serving *)context;
    plm_wipe(node->seed, sizeof node->seed);
    plm_home_close(&s->home);
}

static void delivered(void *context, plm_node *node, plm_status status,
                      const plm_delivery_report *report)
{
    plm_serve_log_delivery(status, report);
    rested(context, node);
}

static void kept(void *context, plm_node *node, plm_status status, const plm_keep_report *report)
{
    const serving *s = (const serving *)context;
    plm_serve_log_kept(status, report, s->deliver_every_s);
    /* What nobody loaded in the end must not stay because nobody uploads any more. */
    const plm_api api = {.home = s->home.directory, .now_ms = plm_wall_ms()};
    plm_upload_sweep(&api);
    rested(context, node);
}

static void finished(void *context, plm_node *node, plm_status status, const plm_outcome *outcome)
{
    plm_serve_log_outcome(status, outcome);
    const bool was_run = !outcome->is_lookup && !outcome->is_delivery;
    if (was_run && status == PLM_OK &&
        plm_ledger_clock_agree(node->store, plm_wall_ms()) == PLM_OK) {
        plm_status expired = plm_retention_apply(node->store);
        (void)expired; /* the run is over and well; the next one tries again */
    }
    rested(context, node);
}

static void repeated(void *context, plm_status status, const uint8_t *standing_id,
                     const plm_outcome *outcome)
{
    (void)context;
    plm_serve_log_standing(status, standing_id, outcome);
}

static void listening(void *context, uint16_t port)
{
    const serving *s = (const serving *)context;
    const char *colon = strrchr(s->address, ':');
    (void)printf("%s listens on %.*s:%u\n", s->code, (int)(colon - s->address), s->address, port);
    for (size_t i = 0; i < s->api.desk.n_listeners; i++) {
        (void)printf("%s's API is at %s\n", s->code, s->api.words[i]);
    }
    (void)fflush(stdout);
    plm_log_notify("READY=1");
}

static void died(void *context, pid_t pid, int signal_number)
{
    (void)context;
    plm_log(PLM_LOG_ERROR, "principal %ld was ended by signal %d; its run is broken", (long)pid,
            signal_number);
}

static void mend(void *context, const uint8_t run_id[static PLM_RUN_ID_BYTES])
{
    serving *s = (serving *)context;
    plm_home home;
    if (plm_home_open(&home, &s->common, "palermo serve") != PLM_OK) {
        return; /* it was said why; the next start mends the run */
    }
    plm_node node = {.store = home.store};
    plm_status status = plm_node_mend_run(&node, run_id);
    if (status != PLM_OK) {
        plm_log(PLM_LOG_ERROR, "a broken run could not be marked: %s; the next start does it",
                plm_status_sentence(status));
    }
    plm_home_close(&home);
}

static void api_died(void *context, const char *what, int signal_number)
{
    (void)context;
    plm_log(PLM_LOG_ERROR, "a %s of the API was ended by signal %d", what, signal_number);
}

static void store_failed(void *context, const char *words)
{
    const serving *s = (const serving *)context;
    plm_log(PLM_LOG_ERROR, "the API could not use the store: %s: %s", s->home.store_path, words);
}

static void run_desk(void *context)
{
    const serving *s = (const serving *)context;
    plm_confine_memory(s->seed, sizeof s->seed, false); /* a fork does not inherit it */
    if (plm_desk_run(&s->api.desk) != PLM_OK) {
        plm_log(PLM_LOG_ERROR, "the API's desk can't run: %s", strerror(errno));
    }
}

static void prepare_desk(serving *s)
{
    plm_desk_config *desk = &s->api.desk;
    desk->program = "/proc/self/exe";
    desk->home = s->home.directory;
    desk->store = s->home.store_path;
    desk->origin = s->api.origin;
    desk->prepare = prepare;
    desk->release = rested;
    desk->died = api_died;
    desk->failed = store_failed;
    desk->context = s;
    desk->stop = s->stop;
}

/* One serving process a node: two would each mend the other's runs. Held until this one ends. */
static plm_status lock_serving(const plm_home *home, const char *command)
{
    int fd;
    plm_status status = plm_home_lock(home, "serve.lock", &fd);
    if (status != PLM_OK) {
        plm_say_error(command, "%s/serve.lock: %s", home->directory,
                      status == PLM_E_EXISTS ? "this node is being served already"
                                             : strerror(errno));
    }
    return status == PLM_OK ? PLM_OK : PLM_E_EXISTS;
}

/* Before the first connection: who we are, the key, and what an earlier end left behind. */
static plm_status get_ready(serving *s, const char *command)
{
    plm_home home;
    static char address[PLM_TEXT_MAX];
    uint64_t n_mended = 0;
    plm_status status = plm_home_open(&home, &s->common, command);
    if (status != PLM_OK) {
        return status;
    }
    memcpy(s->code, home.code, sizeof s->code);
    memcpy(s->home.directory, home.directory, sizeof s->home.directory);
    memcpy(s->home.store_path, home.store_path, sizeof s->home.store_path);
    status = plm_home_unlock(&home, &s->common, s->seed, command);
    if (status == PLM_OK && s->address == NULL) {
        status = plm_home_setting(&home, "authority.address", address, sizeof address);
        s->address = address;
    }
    if (status == PLM_OK) {
        status = lock_serving(&home, command);
    }
    plm_node node = {.store = home.store};
    if (status == PLM_OK) {
        status = plm_node_mend_runs(&node, false, &n_mended);
    }
    if (status == PLM_OK && n_mended > 0) {
        plm_log(PLM_LOG_WARNING, "%" PRIu64 " runs that had not ended were marked broken",
                n_mended);
    }
    if (status == PLM_OK) {
        status = plm_retention_apply(home.store);
    }
    if (status == PLM_E_STORE || status == PLM_E_NOMEM) {
        plm_say_error(command, "%s: %s", home.store_path, plm_store_words(home.store, status));
    }
    plm_home_close(&home);
    return status;
}

/* Its connections are ours as an asker; the store is opened there. */
static void start_lookups(serving *s, plm_serve_lookups *out)
{
    plm_node node = {.timeout_ms = (int)s->timeout_s * 1000,
                     .n_threads = 1,
                     .directory = s->home.directory,
                     .most_index_bytes = (uint64_t)s->most_index_mib << 20};
    memcpy(node.code, s->code, sizeof node.code);
    memcpy(node.seed, s->seed, sizeof node.seed);
    plm_serve_lookups_start(out, &node, &s->home, s->stop);
    plm_wipe(node.seed, sizeof node.seed);
}

int plm_command_serve(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo serve", "[OPTIONS]",
        "Answers other parties' proposals under the accords in force. SIGTERM lets runs finish."};
    serving s = {.log = "info",
                 .timeout_s = 30,
                 .n_threads = plm_pool_cpus(),
                 .most_runs = 16,
                 .refusals_per_hour = 120,
                 .longest_min = 360,
                 .deliver_every_s = 30,
                 .api.origin = ""};
    const plm_option options[] = {
        {"address", PLM_OPTION_TEXT, &s.address, "HOST:PORT", "listen here, not at our own address",
         0, 0},
        {"timeout", PLM_OPTION_NUMBER, &s.timeout_s, "SECONDS", "silence that ends a run (30)", 1,
         3600},
        {"threads", PLM_OPTION_NUMBER, &s.n_threads, "N", "of each run's engine", 1, 256},
        {"most-runs", PLM_OPTION_NUMBER, &s.most_runs, "N", "runs at once (16)", 1, 1024},
        {"most-of-party", PLM_OPTION_NUMBER, &s.most_of_party, "N",
         "of these, with one party (half of them)", 1, 1024},
        {"refusals-per-hour", PLM_OPTION_NUMBER, &s.refusals_per_hour, "N",
         "of one party, then it is turned away (120); 0: any number", 0, 1000000},
        {"longest", PLM_OPTION_NUMBER, &s.longest_min, "MINUTES", "that a run may take (360)", 1,
         100000},
        {"deliver-every", PLM_OPTION_NUMBER, &s.deliver_every_s, "SECONDS",
         "look for what is to be delivered, and for runs that are due (30); 0: never", 0, 86400},
        {"lookups", PLM_OPTION_FLAG, &s.answers_programs, NULL,
         "answer lookups of this machine's programs, at lookup.sock in the node's directory", 0, 0},
        PLM_MOST_INDEX_OPTION(&s.most_index_mib),
        {"log", PLM_OPTION_TEXT, &s.log, "LEVEL", "error, warning, notice or info (info)", 0, 0},
        {"api", PLM_OPTION_LIST, &s.api.addresses, "ADDRESS",
         "the local API too: HOST:PORT of loopback, or the path of a socket; repeatable", 0, 0},
        {"api-origin", PLM_OPTION_TEXT, &s.api.origin, "URL",
         "where people reach it through a proxy: https://console.example", 0, 0},
        PLM_UNLOCK_OPTIONS(&s.common),
        PLM_COMMON_OPTIONS(&s.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_log_level level;
    if (plm_log_level_of(&level, s.log) != PLM_OK) {
        plm_say_error(usage.command, "--log %s: error, warning, notice or info", s.log);
        return PLM_EXIT_USAGE;
    }
    plm_log_limit(level);
    plm_status status = get_ready(&s, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    s.stop = plm_catch_signals();
    prepare_desk(&s);
    const int api = plm_serve_api_open(&s.api, s.home.directory, usage.command);
    if (api != PLM_EXIT_OK) {
        plm_wipe(s.seed, sizeof s.seed);
        return api;
    }
    const plm_serve_config config = {
        .address = s.address,
        .most_runs = (unsigned)s.most_runs,
        .most_of_party = (unsigned)(s.most_of_party > 0 ? s.most_of_party : (s.most_runs + 1) / 2),
        .refusals_per_hour = (unsigned)s.refusals_per_hour,
        .timeout_ms = s.timeout_s * 1000,
        .deliver_every_ms = s.deliver_every_s * 1000,
        .confine = confine,
        .prepare = prepare,
        .finished = finished,
        .delivered = delivered,
        .kept = kept,
        .repeated = repeated,
        .rested = rested,
        .beside = s.api.desk.n_listeners > 0 ? run_desk : NULL,
        .listening = listening,
        .died = died,
        .mend = mend,
        .context = &s,
        .stop = s.stop,
    };
    plm_serve_lookups lookups = {-1, -1};
    if (s.answers_programs) {
        start_lookups(&s, &lookups);
    }
    status = plm_node_serve(&config);
    plm_serve_lookups_end(&lookups);
    plm_serve_api_remove_sockets(&s.api);
    plm_log_notify("STOPPING=1");
    plm_wipe(s.seed, sizeof s.seed);
    if (status != PLM_OK && !s.is_failure_said) {
        plm_say_error(usage.command, "%s: %s", s.address,
                      status == PLM_E_ARGUMENT ? "is no address: HOST:PORT"
                      : status == PLM_E_IO     ? strerror(errno)
                                               : plm_status_sentence(status));
    }
    return plm_exit_status(status, 0);
}
