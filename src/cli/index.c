/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.c - palermo index: what we publish for others to ask.
 */
#include "cli/index.h"

#include "base/ct.h"
#include "base/pool.h"
#include "cli/commands.h"
#include "cli/events.h"
#include "cli/exit.h"
#include "cli/operation_problem.h"
#include "cli/say.h"
#include "cli/verbs.h"

#include <stdio.h>
#include <string.h>

typedef struct index_options {
    plm_common common;
    plm_access access;
    const char *purpose;
    const char *accord;
    const char *handling;
    bool has_labels;
    plm_text_list urgent;
    int64_t overlap_h;
    int64_t n_threads;
} index_options;

plm_status plm_index_home_open(plm_index_home *out, const plm_common *common, const char *command)
{
    *out = (plm_index_home){.node = {.n_threads = plm_pool_cpus()}};
    plm_status status = plm_home_open(&out->home, common, command);
    if (status != PLM_OK) {
        return status;
    }
    out->node.store = out->home.store;
    out->node.directory = out->home.directory;
    memcpy(out->node.code, out->home.code, sizeof out->node.code);
    status = plm_home_unlock(&out->home, common, out->node.seed, command);
    if (status != PLM_OK) {
        plm_index_home_close(out);
    }
    return status;
}

void plm_index_home_close(plm_index_home *home)
{
    plm_wipe(home->node.seed, sizeof home->node.seed);
    plm_home_close(&home->home);
}

static void print_made(const char *what, const json_t *m)
{
    char n[PLM_NUMBER_TEXT];
    (void)printf("epoch %lld %s: %s entries", plm_number_of(m, "epoch"), what,
                 plm_say_number(n, (uint64_t)plm_number_of(m, "entries")));
    if (plm_number_of(m, "sequence") > 0) {
        (void)printf("; changes %lld: ", plm_number_of(m, "sequence"));
        (void)printf("%s added, ", plm_say_number(n, (uint64_t)plm_number_of(m, "added")));
        (void)printf("%s withdrawn", plm_say_number(n, (uint64_t)plm_number_of(m, "withdrawn")));
    }
    (void)printf("%s\n",
                 json_is_true(json_object_get(m, "changed")) ? "" : " (nothing has changed)");
}

/* The options that all verbs here have; those of one verb alone are the first, if there are any. */
static int parse(const plm_usage_text *usage, index_options *o, bool builds, bool publishes,
                 int argc, char **argv)
{
    const plm_option builds_options[] = {
        {"labels", PLM_OPTION_FLAG, &o->has_labels, NULL,
         "seal our contact, a reference and the handling to each entry", 0, 0},
        {"handling", PLM_OPTION_TEXT, &o->handling, "TEXT", "in each label: what is to be done", 0,
         0},
        {"urgent", PLM_OPTION_LIST, &o->urgent, "ROLE",
         "labels of records with this role say that it is urgent", 0, 0},
    };
    const plm_option overlap[] = {{"overlap", PLM_OPTION_NUMBER, &o->overlap_h, "HOURS",
                                   "the epoch before is answered for so much longer (24)", 0,
                                   8760}};
    const plm_option all[] = {
        {"purpose", PLM_OPTION_TEXT, &o->purpose, "CODE", "of the accord", 0, 0},
        {"accord", PLM_OPTION_TEXT, &o->accord, "HASH", "not the newest that has the purpose", 0,
         0},
        {"threads", PLM_OPTION_NUMBER, &o->n_threads, "N", "that evaluate (all processors)", 1,
         256},
        PLM_ACCESS_OPTIONS(&o->access),
        PLM_UNLOCK_OPTIONS(&o->common),
        PLM_COMMON_OPTIONS(&o->common),
        PLM_OPTIONS_END,
    };
    plm_option options[16];
    size_t n = 0;
    if (builds) {
        memcpy(options + n, builds_options, sizeof builds_options);
        n += sizeof builds_options / sizeof *builds_options;
    }
    if (publishes) {
        memcpy(options + n, overlap, sizeof overlap);
        n += 1;
    }
    memcpy(options + n, all, sizeof all);
    plm_parse_result parsed = plm_options_parse(usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o->purpose == NULL) {
        return plm_usage_error(usage, "which purpose? Give --purpose");
    }
    return -1;
}

/* The order that the options make; a new reference. */
static json_t *order_of(const index_options *o, bool publishes)
{
    json_t *body = json_pack("{s:s}", "purpose", o->purpose);
    if (o->accord != NULL) {
        (void)json_object_set_new(body, "accord", json_string(o->accord));
    }
    if (o->handling != NULL) {
        (void)json_object_set_new(body, "handling", json_string(o->handling));
    }
    if (o->has_labels || o->urgent.n > 0 || o->handling != NULL) {
        (void)json_object_set_new(body, "labels", json_true());
    }
    if (o->urgent.n > 0) {
        json_t *roles = json_array();
        for (size_t i = 0; i < o->urgent.n; i++) {
            (void)json_array_append_new(roles, json_string(o->urgent.items[i]));
        }
        (void)json_object_set_new(body, "urgent", roles);
    }
    if (publishes) {
        (void)json_object_set_new(body, "overlap_hours", json_integer(o->overlap_h));
    }
    if (o->n_threads > 0) {
        (void)json_object_set_new(body, "threads", json_integer(o->n_threads));
    }
    return body;
}

/* Which option is at fault; else what went wrong. */
static int say_problem(const plm_inquiry *inquiry)
{
    static const char *const options[] = {"purpose", "accord",  "handling", "urgent",
                                          "address", "offence", "with"};
    const json_t *fault = json_array_get(json_object_get(inquiry->problem, "errors"), 0);
    const char *field = plm_text_of(fault, "field");
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const size_t n = strlen(options[i]);
        if (field[0] == '/' && strncmp(field + 1, options[i], n) == 0 &&
            (field[n + 1] == '\0' || field[n + 1] == '/')) {
            plm_say_error(inquiry->command, "--%s: %s", options[i], plm_text_of(fault, "reason"));
            return PLM_EXIT_USAGE;
        }
    }
    return plm_problem_say(inquiry, NULL);
}

int plm_index_ask(plm_inquiry *inquiry, const char *target, const json_t *body, const char *unit,
                  json_t **end)
{
    plm_events events;
    plm_buf text;
    plm_buf_init(&text, PLM_API_JSON_MAX);
    plm_events_init(&events, unit, plm_catch_signals());
    plm_status status = plm_json_dump(body, false, &text);
    if (status == PLM_OK) {
        const plm_inquiry_question question = {
            .method = "POST", .target = target, .body = plm_buf_span(&text)};
        status = plm_inquiry_listen(inquiry, &question, plm_events_take, &events, events.cancel);
        status = status == PLM_OK && events.end == NULL ? PLM_E_TRUNCATED : status;
    }
    if (status == PLM_OK &&
        strcmp(plm_text_of(events.end, "status"), plm_status_name(PLM_E_CANCELLED)) == 0) {
        status = PLM_E_CANCELLED;
    }
    plm_meter_end(&events.meter);
    *end = json_incref(events.end);
    plm_events_wipe(&events);
    plm_buf_wipe(&text);
    if (status == PLM_E_REJECTED) {
        return say_problem(inquiry);
    }
    if (status != PLM_OK && status != PLM_E_LOCKED) {
        plm_say_error(
            inquiry->command, "%s",
            status == PLM_E_CANCELLED
                ? "cancelled; 'palermo index list' says whether it was done before that"
            : status == PLM_E_TRUNCATED
                ? "the node stopped in the middle; 'palermo index list' says whether it was done"
                : plm_status_sentence(status));
    }
    return plm_exit_status(status, 0);
}

int plm_index_say_end(const char *command, const json_t *end)
{
    const plm_status status = plm_status_named(plm_text_of(end, "status"));
    const char *clause = plm_text_of(end, "clause");
    if (status != PLM_OK) {
        plm_say_error(command, "%s%s%s", plm_text_of(end, "reason"), clause[0] != '\0' ? ": " : "",
                      clause);
    }
    return plm_exit_status(status, plm_refusal_named(plm_text_of(end, "refusal")));
}

/* All of them, or the one that there is. */
static int say_made(const index_options *o, const char *what, json_t *made, bool is_list)
{
    size_t i;
    json_t *m;
    if (o->common.json) {
        return plm_say_json(
            json_incref(is_list ? made : json_array_get(made, json_array_size(made) - 1)));
    }
    json_array_foreach(made, i, m)
    {
        print_made(what, m);
    }
    return PLM_EXIT_OK;
}

/* A verb: what it is called in the API, what it does to an epoch, and which options it has. */
typedef struct index_verb {
    plm_usage_text usage;
    const char *target;
    const char *what;
    bool builds;
    bool publishes;
    bool is_list;
} index_verb;

static int run_verb(const index_verb *v, int argc, char **argv)
{
    index_options o = {.overlap_h = 24};
    plm_inquiry inquiry;
    json_t *end = NULL;
    int result = parse(&v->usage, &o, v->builds, v->publishes, argc, argv);
    if (result >= 0) {
        return result;
    }
    json_t *body = order_of(&o, v->publishes);
    plm_status status = plm_inquiry_open(&inquiry, &o.common, &o.access, "", v->usage.command);
    result = status == PLM_E_ARGUMENT ? PLM_EXIT_USAGE : plm_exit_status(status, 0);
    if (status == PLM_OK) {
        result = plm_index_ask(&inquiry, v->target, body, "tokens", &end);
    }
    if (result == PLM_EXIT_OK) {
        result = plm_index_say_end(v->usage.command, end);
    }
    if (result == PLM_EXIT_OK) {
        result = say_made(&o, v->what, json_object_get(end, "made"), v->is_list);
    }
    json_decref(end);
    json_decref(body);
    plm_inquiry_close(&inquiry);
    return result;
}

int plm_index_verb_build(int argc, char **argv)
{
    static const index_verb verb = {
        .usage = {"palermo index build", "--purpose CODE [OPTIONS]",
                  "Evaluates our tokens of a purpose under a key of their own, and makes an index "
                  "of them."},
        .target = "/v1/indexes/build",
        .what = "built",
        .builds = true};
    return run_verb(&verb, argc, argv);
}

int plm_index_verb_publish(int argc, char **argv)
{
    static const index_verb verb = {
        .usage = {"palermo index publish", "--purpose CODE [OPTIONS]",
                  "Answers for the epoch that was built, and for the one before it a while "
                  "longer."},
        .target = "/v1/indexes/publish",
        .what = "published",
        .publishes = true};
    return run_verb(&verb, argc, argv);
}

int plm_index_verb_rotate(int argc, char **argv)
{
    static const index_verb verb = {
        .usage = {"palermo index rotate", "--purpose CODE [OPTIONS]",
                  "Builds an index under a new key and publishes it: build and publish in one."},
        .target = "/v1/indexes/rotate",
        .what = "published",
        .builds = true,
        .publishes = true};
    return run_verb(&verb, argc, argv);
}

int plm_index_verb_update(int argc, char **argv)
{
    static const index_verb verb = {
        .usage = {"palermo index update", "--purpose CODE [OPTIONS]",
                  "Adds to the indexes that are answered for what is new in our registers, and "
                  "withdraws\n"
                  "what is there no longer."},
        .target = "/v1/indexes/update",
        .what = "brought up to date",
        .is_list = true};
    return run_verb(&verb, argc, argv);
}

int plm_command_index(int argc, char **argv)
{
    static const plm_verb verbs[] = {
        {"build", plm_index_verb_build, "evaluate our tokens and make an index of them", NULL},
        {"publish", plm_index_verb_publish, "answer for what was built", NULL},
        {"update", plm_index_verb_update, "add what is new, withdraw what is gone", NULL},
        {"rotate", plm_index_verb_rotate, "build under a new key and publish", NULL},
        {"fetch", plm_index_verb_fetch, "fetch the indexes of the other parties", NULL},
        {"list", NULL, "the indexes here: ours, and those fetched", &plm_operation_index_list},
        {"show", plm_index_verb_show, "check every byte of an index file and show what it says",
         NULL},
        {"watch", NULL, "who asks how much, how evenly, and how often it hits",
         &plm_operation_index_watch},
        {"notices", NULL, "hits of others on entries of ours", &plm_operation_index_notices},
    };
    return plm_verbs_run("palermo index", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
