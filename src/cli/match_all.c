/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_all.c - palermo match --with all: one run with every party, at the same time, and one list.
 *
 * Each run has a process of its own, which asks the serving node for it, or makes it with a store
 * of its own, and says its outcome in JSON on a pipe; where they are made here the identity key is
 * opened once, before them.
 */
#include "base/ct.h"
#include "cli/exit.h"
#include "cli/match.h"
#include "cli/operation_problem.h"
#include "cli/say.h"
#include "node/outcome_view.h"
#include "node/run_watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
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
    plm_inquiry *inquiry;
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

/* Whether an accord in force with the party leaves the purpose. */
static bool is_possible(const json_t *party, const char *purpose)
{
    size_t i;
    json_t *accord;
    json_array_foreach(json_object_get(party, "accords"), i, accord)
    {
        size_t k;
        json_t *code;
        json_array_foreach(json_object_get(accord, "purposes"), k, code)
        {
            if (strcmp(json_string_value(code), purpose) == 0) {
                return true;
            }
        }
    }
    return false;
}

static plm_status list_runs(all_runs *all, plm_inquiry *inquiry)
{
    json_t *answer = NULL;
    size_t i;
    json_t *party;
    plm_status status = plm_inquiry_json(inquiry, "GET", "/v1/parties", NULL, &answer);
    json_array_foreach(json_object_get(answer, "items"), i, party)
    {
        if (status == PLM_OK && !json_is_true(json_object_get(party, "is_us")) &&
            is_possible(party, all->options.ask.purpose)) {
            status = add_run(all, plm_text_of(party, "code"));
        }
    }
    json_decref(answer);
    return status;
}

/* A run that is made here, by a store of its own. */
static int run_here(const all_runs *all, const plm_match_options *options)
{
    plm_home home;
    plm_outcome outcome = {0};
    if (plm_home_open(&home, &options->common, "palermo match") != PLM_OK) {
        return PLM_EXIT_FAILED;
    }
    plm_node node = plm_match_node(options);
    node.store = home.store;
    node.cancel = plm_catch_signals();
    memcpy(node.code, home.code, sizeof node.code);
    memcpy(node.seed, all->seed, sizeof node.seed);
    plm_status status = plm_match_run(&node, options, &outcome);
    plm_wipe(node.seed, sizeof node.seed);
    const int told = plm_match_tell(plm_outcome_json(status, &outcome), true);
    plm_home_close(&home);
    return told != PLM_EXIT_OK ? told : plm_match_say_unsettled(&outcome);
}

/* The process of one run. Never returns. */
static void run_child(all_runs *all, const one_run *run, int out)
{
    plm_match_options options = all->options;
    options.ask.with = run->with;
    options.common.json = true;
    /* A signal that the terminal sends to all comes from the process before this one, once. */
    if (dup2(out, STDOUT_FILENO) < 0 || setpgid(0, 0) != 0) {
        _exit(PLM_EXIT_FAILED);
    }
    const int told = all->inquiry->is_remote ? plm_match_at_node(all->inquiry, &options)
                                             : run_here(all, &options);
    (void)fflush(stdout);
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

/* Ctrl-C: each run that goes on is cancelled, and told as it ends. */
static void pass_on(const all_runs *all, sig_atomic_t n_signals, sig_atomic_t *n_passed_on)
{
    for (; *n_passed_on < n_signals; ++*n_passed_on) {
        for (size_t i = 0; i < all->n; i++) {
            if (all->runs[i].pid > 0) {
                (void)kill(all->runs[i].pid, SIGTERM);
            }
        }
    }
}

/* Waits for a word of those that go on. */
static void listen_to_all(const all_runs *all, size_t n_begun)
{
    struct pollfd fds[AT_ONCE_MAX];
    one_run *which[AT_ONCE_MAX];
    nfds_t n = 0;
    for (size_t i = 0; i < n_begun; i++) {
        if (all->runs[i].pipe >= 0) {
            which[n] = &all->runs[i];
            fds[n++] = (struct pollfd){all->runs[i].pipe, POLLIN, 0};
        }
    }
    const int ready = poll(fds, n, 200);
    for (nfds_t i = 0; ready > 0 && i < n; i++) {
        if (fds[i].revents != 0) {
            listen_to(which[i]);
        }
    }
}

/* All of them, AT_ONCE_MAX at a time; after Ctrl-C no more begin. */
static plm_status run_all(all_runs *all, plm_meter *meter)
{
    const volatile sig_atomic_t *cancel = plm_catch_signals();
    sig_atomic_t n_passed_on = 0;
    size_t n_begun = 0;
    size_t n_over = 0;
    plm_status status = PLM_OK;
    while (n_over < (status == PLM_OK && *cancel == 0 ? all->n : n_begun)) {
        while (status == PLM_OK && *cancel == 0 && n_begun < all->n &&
               n_begun - n_over < AT_ONCE_MAX) {
            status = begin(all, &all->runs[n_begun]);
            n_begun += status == PLM_OK;
        }
        listen_to_all(all, n_begun);
        pass_on(all, *cancel, &n_passed_on);
        n_over = 0;
        for (size_t i = 0; i < n_begun; i++) {
            n_over += all->runs[i].pipe < 0;
        }
        const plm_run_progress progress = {"runs", n_over, all->n};
        plm_meter_progress(meter, &progress);
    }
    for (size_t i = n_begun; i < all->n; i++) {
        all->runs[i].exit_status = PLM_EXIT_CANCELLED;
        all->runs[i].outcome =
            json_pack("{s:s, s:s, s:s}", "with", all->runs[i].with, "purpose",
                      all->options.ask.purpose, "status", plm_status_name(PLM_E_CANCELLED));
    }
    return status;
}

/* Which of our records those runs found, by record; *out: new reference. */
static plm_status merge(const all_runs *all, plm_inquiry *inquiry, json_t **out)
{
    size_t n = 0;
    const char **runs = (const char **)calloc(all->n, sizeof *runs);
    for (size_t i = 0; runs != NULL && i < all->n; i++) {
        if (all->runs[i].exit_status == PLM_EXIT_OK) {
            runs[n++] = plm_text_of(all->runs[i].outcome, "run");
        }
    }
    plm_status status = runs != NULL ? plm_match_merge(inquiry, runs, n, out) : PLM_E_NOMEM;
    free(runs);
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
                         run->outcome != NULL ? plm_text_of(run->outcome, "status") : "broken");
        } else if (learned) {
            (void)printf("  %-16s done, %s of our records in common\n", run->with,
                         plm_say_number(n, (uint64_t)n_hits));
        } else {
            (void)printf("  %-16s done, its officer decides what to release\n", run->with);
        }
    }
}

static int report(const all_runs *all, plm_inquiry *inquiry)
{
    json_t *records = NULL;
    int result = PLM_EXIT_OK;
    plm_status status = merge(all, inquiry, &records);
    if (status != PLM_OK) {
        return status == PLM_E_REJECTED ? plm_problem_say(inquiry, "all")
                                        : plm_exit_status(status, 0);
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
    plm_match_print_merged(records);
    json_decref(records);
    return result;
}

/* Here: with the key opened once for all. Each process opens the store for itself: none may have
 * one that another opened. */
static int run_and_report(const plm_usage_text *usage, all_runs *all)
{
    plm_meter meter;
    plm_inquiry *inquiry = all->inquiry;
    plm_node node = plm_match_node(&all->options);
    int lock = -1;
    if (!inquiry->is_remote) {
        node.store = inquiry->home.store;
        lock = plm_node_asking_lock(inquiry->home.directory, &node);
        plm_home_close(&inquiry->home);
    }
    plm_meter_init(&meter, "runs");
    plm_status status = run_all(all, &meter);
    plm_meter_end(&meter);
    if (lock >= 0) {
        (void)close(lock);
    }
    if (status != PLM_OK) {
        return plm_say_status(usage->command, "all", status);
    }
    if (!inquiry->is_remote) {
        status = plm_home_open(&inquiry->home, &all->options.common, usage->command);
    }
    return status == PLM_OK ? report(all, inquiry) : plm_exit_status(status, 0);
}

int plm_match_all(const plm_usage_text *usage, const plm_match_options *options,
                  plm_inquiry *inquiry)
{
    all_runs all = {.options = *options, .inquiry = inquiry};
    plm_status status = PLM_OK;
    int result = PLM_EXIT_OK;
    if (!inquiry->is_remote) {
        status = plm_home_unlock(&inquiry->home, &options->common, all.seed, usage->command);
    }
    if (status == PLM_OK) {
        status = list_runs(&all, inquiry);
    }
    if (status == PLM_E_REJECTED) {
        result = plm_problem_say(inquiry, options->ask.with);
    } else if (status != PLM_OK) {
        result = plm_exit_status(status, 0);
    } else if (all.n == 0) {
        plm_say_error(usage->command, "no accord in force has the purpose \"%s\" with anybody",
                      options->ask.purpose);
        result = PLM_EXIT_NOT_FOUND;
    } else {
        result = run_and_report(usage, &all);
    }
    plm_wipe(all.seed, sizeof all.seed);
    for (size_t i = 0; i < all.n; i++) {
        plm_buf_wipe(&all.runs[i].said);
        json_decref(all.runs[i].outcome);
    }
    free(all.runs);
    return result;
}
