/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_all.c - palermo match --with all: one run with every party, at the same time, and one list.
 *
 * Each run has a process of its own with a store of its own, and says its outcome in JSON on a
 * pipe; the identity key is opened once, before them.
 */
#include "base/ct.h"
#include "cli/exit.h"
#include "cli/match.h"
#include "cli/say.h"
#include "node/agreement.h"
#include "node/outcome_view.h"
#include "node/run_watch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    AT_ONCE_MAX = 16,
    OUTCOME_MAX = 1 << 20
};

typedef struct one_run {
    char with[PLM_CODE_MAX];
    pid_t pid; /* 0: not begun, or over */
    int pipe;  /* -1: nothing more will come */
    plm_buf said;
    json_t *outcome; /* NULL if it said none */
    int exit_status;
} one_run;

typedef struct all_runs {
    one_run *runs;
    size_t n;
    plm_match_options options;
    uint8_t seed[32]; /* SECRET */
} all_runs;

static plm_status add_run(all_runs *all, const char *with)
{
    one_run *runs = (one_run *)realloc(all->runs, (all->n + 1) * sizeof *runs);
    if (runs == NULL) {
        return PLM_E_NOMEM;
    }
    all->runs = runs;
    one_run *run = &runs[all->n++];
    *run = (one_run){.pipe = -1, .exit_status = PLM_EXIT_FAILED};
    (void)snprintf(run->with, sizeof run->with, "%s", with);
    plm_buf_init(&run->said, OUTCOME_MAX);
    return PLM_OK;
}

/* True if an accord is in force with that party, and has the purpose. */
static plm_status is_possible(const plm_home *home, const char *with, const char *purpose,
                              plm_date today, bool *out)
{
    plm_agreement *agreement;
    plm_effective effective;
    plm_refusal refusal;
    plm_status status =
        plm_agreement_find(&agreement, home->store, home->code, with, purpose, today);
    *out = false;
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    const plm_in_force state = plm_agreement_state(agreement, today);
    status = plm_policy_effective(&effective, agreement->accord, &state, home->code, with, purpose,
                                  &refusal);
    plm_agreement_destroy(agreement);
    *out = status == PLM_OK;
    return status == PLM_E_REFUSED ? PLM_OK : status;
}

static plm_status list_runs(all_runs *all, const plm_home *home)
{
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    plm_tls_pin *pins = NULL;
    size_t n = 0;
    plm_status status = plm_agreement_pins(&pins, &n, home->store, home->code, NULL);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        bool is_new = true;
        bool can = false;
        for (size_t k = 0; k < all->n; k++) {
            is_new = is_new && strcmp(all->runs[k].with, pins[i].party) != 0;
        }
        if (is_new) {
            status = is_possible(home, pins[i].party, all->options.ask.purpose, today, &can);
        }
        if (status == PLM_OK && can) {
            status = add_run(all, pins[i].party);
        }
    }
    free(pins);
    return status;
}

/* The process of one run. Never returns. */
static void run_child(const all_runs *all, const one_run *run, int out)
{
    plm_match_options options = all->options;
    plm_home home;
    plm_outcome outcome = {0};
    options.ask.with = run->with;
    if (dup2(out, STDOUT_FILENO) < 0 ||
        plm_home_open(&home, &options.common, "palermo match") != PLM_OK) {
        _exit(PLM_EXIT_FAILED);
    }
    plm_node node = plm_match_node(&options);
    node.store = home.store;
    node.cancel = plm_catch_signals();
    memcpy(node.code, home.code, sizeof node.code);
    memcpy(node.seed, all->seed, sizeof node.seed);
    plm_status status = plm_match_run(&node, &options, &outcome);
    plm_wipe(node.seed, sizeof node.seed);
    int told = plm_match_tell(plm_outcome_json(status, &outcome), true);
    told = told != PLM_EXIT_OK ? told : plm_match_say_unsettled(&outcome);
    (void)fflush(stdout);
    plm_home_close(&home);
    _exit(told);
}

static plm_status begin(all_runs *all, one_run *run)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return PLM_E_IO;
    }
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        run_child(all, run, ends[1]);
    }
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return PLM_E_IO;
    }
    run->pid = pid;
    run->pipe = ends[0];
    return PLM_OK;
}

/* Its words are whole when the pipe ends. */
static void take_outcome(one_run *run)
{
    int status = 0;
    (void)close(run->pipe);
    run->pipe = -1;
    (void)waitpid(run->pid, &status, 0);
    run->pid = 0;
    run->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : PLM_EXIT_FAILED;
    run->outcome = json_loadb((const char *)run->said.data, run->said.n, 0, NULL);
}

static void listen_to(one_run *run)
{
    uint8_t bytes[4096];
    ssize_t n = read(run->pipe, bytes, sizeof bytes);
    if (n > 0) {
        plm_status status = plm_buf_append(&run->said, bytes, (size_t)n);
        (void)status; /* an outcome that is too long is none */
    } else if (n == 0 || errno != EINTR) {
        take_outcome(run);
    }
}

/* All of them, AT_ONCE_MAX at a time. */
static plm_status run_all(all_runs *all, plm_meter *meter)
{
    size_t n_begun = 0;
    size_t n_over = 0;
    plm_status status = PLM_OK;
    while (n_over < (status == PLM_OK ? all->n : n_begun)) {
        struct pollfd fds[AT_ONCE_MAX];
        one_run *which[AT_ONCE_MAX];
        nfds_t n = 0;
        while (status == PLM_OK && n_begun < all->n && n_begun - n_over < AT_ONCE_MAX) {
            status = begin(all, &all->runs[n_begun]);
            n_begun += status == PLM_OK;
        }
        for (size_t i = 0; i < n_begun; i++) {
            if (all->runs[i].pipe >= 0) {
                which[n] = &all->runs[i];
                fds[n++] = (struct pollfd){all->runs[i].pipe, POLLIN, 0};
            }
        }
        (void)poll(fds, n, 200);
        n_over = 0;
        for (nfds_t i = 0; i < n; i++) {
            if (fds[i].revents != 0) {
                listen_to(which[i]);
            }
        }
        for (size_t i = 0; i < n_begun; i++) {
            n_over += all->runs[i].pipe < 0;
        }
        const plm_run_progress progress = {"runs", n_over, all->n};
        plm_meter_progress(meter, &progress);
    }
    return status;
}

/* Which of the parties also know a record of ours: {"record": ..., "parties": {...}}. */
typedef struct merging {
    const all_runs *all;
    json_t *records;
} merging;

static const char *member(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static plm_status merge_hit(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    const merging *m = (const merging *)context;
    char run[2 * PLM_RUN_ID_BYTES + 1];
    const char *with = NULL;
    plm_hex_encode(run, hit->run_id, sizeof hit->run_id);
    for (size_t i = 0; with == NULL && i < m->all->n; i++) {
        if (strcmp(member(m->all->runs[i].outcome, "run"), run) == 0) {
            with = m->all->runs[i].with;
        }
    }
    if (with == NULL || stored->is_seed) {
        return PLM_OK; /* of another run, or nobody's */
    }
    char key[32];
    (void)snprintf(key, sizeof key, "%020lld", (long long)stored->number);
    json_t *entry = json_object_get(m->records, key);
    if (entry == NULL) {
        entry = json_pack("{s:s, s:s, s:s, s:{}}", "register", stored->register_name, "record",
                          stored->record.id, "role", plm_role_name(stored->record.role), "parties");
        if (json_object_set_new(m->records, key, entry) != 0) {
            return PLM_E_NOMEM;
        }
    }
    return json_object_set_new(json_object_get(entry, "parties"), with, json_string(hit->rules)) ==
                   0
               ? PLM_OK
               : PLM_E_NOMEM;
}

/* The merged list, by record. */
static plm_status merge(const all_runs *all, const plm_home *home, json_t **out)
{
    merging m = {all, json_object()};
    plm_status status = plm_store_each_hit(home->store, NULL, merge_hit, &m);
    json_t *list = json_array();
    const char *key;
    json_t *entry;
    json_object_foreach(m.records, key, entry)
    {
        (void)json_array_append(list, entry);
    }
    json_decref(m.records);
    *out = list;
    return status;
}

static void print_runs(const all_runs *all)
{
    for (size_t i = 0; i < all->n; i++) {
        const one_run *run = &all->runs[i];
        bool is_done = run->exit_status == PLM_EXIT_OK;
        bool learned = json_is_true(json_object_get(run->outcome, "learned"));
        char n[PLM_NUMBER_TEXT];
        json_int_t n_hits = json_integer_value(json_object_get(run->outcome, "hits"));
        if (!is_done) {
            (void)printf("  %-16s %s\n", run->with,
                         run->outcome != NULL ? member(run->outcome, "status") : "broken");
        } else if (learned) {
            (void)printf("  %-16s done, %s of our records in common\n", run->with,
                         plm_say_number(n, (uint64_t)n_hits));
        } else {
            (void)printf("  %-16s done, its officer decides what to release\n", run->with);
        }
    }
}

static void print_records(const json_t *records)
{
    size_t i;
    json_t *entry;
    json_array_foreach(records, i, entry)
    {
        const char *with;
        json_t *rules;
        const char *gap = "";
        (void)printf("  ");
        plm_say_padded(member(entry, "record"), 16);
        (void)printf(" %-10s ", member(entry, "role"));
        json_object_foreach(json_object_get(entry, "parties"), with, rules)
        {
            (void)printf("%s%s (%s)", gap, with, json_string_value(rules));
            gap = ", ";
        }
        (void)printf("\n");
    }
    size_t n = json_array_size(records);
    (void)printf("%zu record%s of ours %s known to others. A hit is a lead, never an "
                 "identification.\n",
                 n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
}

static int report(const all_runs *all, const plm_home *home)
{
    json_t *records;
    int result = PLM_EXIT_OK;
    plm_status status = merge(all, home, &records);
    if (status != PLM_OK) {
        json_decref(records);
        return plm_say_status("palermo match", home->store_path, status);
    }
    for (size_t i = 0; result == PLM_EXIT_OK && i < all->n; i++) {
        result = all->runs[i].exit_status;
    }
    if (all->options.common.json) {
        json_t *runs = json_array();
        for (size_t i = 0; i < all->n; i++) {
            json_t *outcome = all->runs[i].outcome;
            (void)json_array_append_new(runs, outcome != NULL ? json_incref(outcome)
                                                              : json_pack("{s:s, s:s}", "with",
                                                                          all->runs[i].with,
                                                                          "status", "worker-died"));
        }
        (void)plm_say_json(json_pack("{s:o, s:o}", "runs", runs, "records", records));
        return result;
    }
    (void)printf("%s: %zu part%s asked\n", all->options.ask.purpose, all->n,
                 all->n == 1 ? "y" : "ies");
    print_runs(all);
    print_records(records);
    json_decref(records);
    return result;
}

static int match_all(const plm_usage_text *usage, all_runs *all, plm_home *home)
{
    plm_meter meter;
    plm_node node = plm_match_node(&all->options);
    plm_status status = list_runs(all, home);
    if (status == PLM_OK && all->n == 0) {
        plm_say_error(usage->command, "no accord in force has the purpose \"%s\" with anybody",
                      all->options.ask.purpose);
        return PLM_EXIT_NOT_FOUND;
    }
    node.store = home->store;
    int lock = plm_node_asking_lock(home->directory, &node);
    /* Each process opens the store for itself: none may have one that another opened. */
    plm_store_close(home->store);
    home->store = NULL;
    plm_meter_init(&meter, "runs");
    if (status == PLM_OK) {
        status = run_all(all, &meter);
    }
    plm_meter_end(&meter);
    plm_home_close(home);
    if (lock >= 0) {
        (void)close(lock);
    }
    if (status != PLM_OK) {
        return plm_say_status(usage->command, "all", status);
    }
    status = plm_home_open(home, &all->options.common, usage->command);
    return status == PLM_OK ? report(all, home) : plm_exit_status(status, 0);
}

int plm_match_all(const plm_usage_text *usage, const plm_match_options *options)
{
    all_runs all = {.options = *options};
    plm_home home;
    if (options->accord != NULL || options->ask.address != NULL) {
        return plm_usage_error(usage, "--with all takes neither --accord nor --address");
    }
    plm_status status = plm_home_open(&home, &options->common, usage->command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = plm_home_unlock(&home, &options->common, all.seed, usage->command);
    int result = status == PLM_OK ? match_all(usage, &all, &home) : plm_exit_status(status, 0);
    plm_wipe(all.seed, sizeof all.seed);
    for (size_t i = 0; i < all.n; i++) {
        plm_buf_wipe(&all.runs[i].said);
        json_decref(all.runs[i].outcome);
    }
    free(all.runs);
    plm_home_close(&home);
    return result;
}
