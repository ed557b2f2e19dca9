/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing.c - palermo standing: runs that repeat by themselves, started, shown, paused, resumed,
 * stopped and made at once.
 */
#include "base/ct.h"
#include "base/pool.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/match.h"
#include "cli/say.h"
#include "net/net.h"
#include "node/outcome_view.h"
#include "node/standing_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct standing_options {
    plm_common common;
    plm_standing_wish wish;
    const char *accord;
    int64_t every_min;
    int64_t timeout_s;
    int64_t n_threads;
    bool is_whole;
} standing_options;

static const plm_usage_text usage = {
    "palermo standing",
    "start [OPTIONS] | list | show ID | pause ID | resume ID | stop ID | run [ID]",
    "Lets runs with another party repeat by themselves while 'palermo serve' runs. What was told\n"
    "once is told again only if more of it agrees; each repetition counts against the budgets."};

static const char *text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value != NULL ? value : "";
}

static void print_one(const json_t *v)
{
    (void)printf("%s: %s\n  with        %s, %s, because of case %s\n", text(v, "standing"),
                 text(v, "state"), text(v, "with"), text(v, "purpose"), text(v, "case"));
    if (strcmp(text(v, "side"), "asker") == 0) {
        (void)printf("  started     %s by %s, every %" JSON_INTEGER_FORMAT " minutes\n",
                     text(v, "started"), text(v, "officer"),
                     json_integer_value(json_object_get(v, "every_minutes")));
    } else {
        (void)printf("  asked of us since %s\n", text(v, "started"));
    }
    (void)printf("  done        %" JSON_INTEGER_FORMAT " times",
                 json_integer_value(json_object_get(v, "done")));
    if (text(v, "last")[0] != '\0') {
        (void)printf(", the last %s as run %.8s", text(v, "last"), text(v, "last_run"));
    }
    (void)printf("\n");
    if (text(v, "last_whole")[0] != '\0') {
        (void)printf("  with all    %s\n", text(v, "last_whole"));
    }
    if (text(v, "next")[0] != '\0') {
        (void)printf("  next        %s%s\n", text(v, "next"),
                     json_is_true(json_object_get(v, "due")) ? ", due now" : "");
    }
    if (text(v, "failure")[0] != '\0') {
        (void)printf("  failed      %s: %s%s%s; %" JSON_INTEGER_FORMAT " times in a row\n",
                     text(v, "failed"), text(v, "failure"),
                     text(v, "clause")[0] != '\0' ? " - clause " : "", text(v, "clause"),
                     json_integer_value(json_object_get(v, "failures")));
    }
}

static int say_row(const plm_standing_row *row, bool json)
{
    json_t *view = plm_standing_view(row, plm_wall_ms());
    if (json) {
        return plm_say_json(view);
    }
    print_one(view);
    json_decref(view);
    return PLM_EXIT_OK;
}

static int say_objection(const plm_standing_wish *wish, plm_status status,
                         const plm_standing_objection *why)
{
    if (status == PLM_E_REFUSED) {
        plm_say_error(usage.command, "%s: refused by our own policy: %s%s%s%s%s", wish->with,
                      plm_refusal_sentence(why->refusal.code), why->detail != NULL ? ": " : "",
                      why->detail != NULL ? why->detail : "",
                      why->refusal.clause[0] != '\0' ? " - clause " : "", why->refusal.clause);
        return plm_exit_status(status, why->refusal.code);
    }
    if (status == PLM_E_EXISTS) {
        plm_say_error(usage.command,
                      "%s: runs because of this case are standing already (palermo standing list)",
                      wish->with);
        return PLM_EXIT_FAILED;
    }
    return plm_say_status(usage.command, wish->with, status);
}

static int command_start(const plm_home *home, standing_options *o)
{
    uint8_t accord_hash[PLM_HASH_BYTES];
    plm_node node = {.store = home->store};
    plm_standing_row row;
    plm_standing_objection why;
    if (o->wish.with == NULL || o->wish.purpose == NULL || o->wish.case_ref == NULL) {
        return plm_usage_error(&usage, "--with, --purpose and --case are needed");
    }
    if (o->wish.officer[0] == '\0') {
        return plm_usage_error(&usage, "who starts it? --officer NAME, of the case");
    }
    if (o->accord != NULL) {
        if (plm_hex_decode(accord_hash, sizeof accord_hash, o->accord) < 0) {
            return plm_usage_error(&usage, "--accord takes the 64 hexadecimal digits of its hash");
        }
        o->wish.accord_hash = accord_hash;
    }
    memcpy(node.code, home->code, sizeof node.code);
    o->wish.every_ms = o->every_min * 60 * 1000;
    plm_status status = plm_standing_start(&node, &o->wish, plm_wall_ms(), &row, &why);
    return status == PLM_OK ? say_row(&row, o->common.json) : say_objection(&o->wish, status, &why);
}

static plm_status list_row(void *context, const plm_standing_row *row)
{
    return json_array_append_new((json_t *)context, plm_standing_view(row, plm_wall_ms())) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

static int command_list(const plm_home *home, bool json)
{
    json_t *list = json_array();
    plm_status status = plm_store_each_standing(home->store, list_row, list);
    if (status != PLM_OK) {
        json_decref(list);
        return plm_say_status(usage.command, home->store_path, status);
    }
    if (json) {
        return plm_say_json(list);
    }
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v)
    {
        const char *when = text(v, "next")[0] != '\0' ? text(v, "next") : "-";
        (void)printf("%.8s  %-7s with %-12s %-20s next %-20s done %" JSON_INTEGER_FORMAT "%s%s\n",
                     text(v, "standing"), text(v, "state"), text(v, "with"), text(v, "purpose"),
                     when, json_integer_value(json_object_get(v, "done")),
                     text(v, "failure")[0] != '\0' ? ", failed: " : "", text(v, "failure"));
    }
    json_decref(list);
    return PLM_EXIT_OK;
}

static int command_change(const plm_home *home, const standing_options *o,
                          const plm_standing_row *row, plm_standing_act act)
{
    plm_standing_row after;
    if (o->wish.officer[0] == '\0') {
        return plm_usage_error(&usage, "who says so? --officer NAME");
    }
    plm_status status =
        plm_standing_change(home->store, row->id, act, o->wish.officer, plm_wall_ms());
    if (status == PLM_E_REJECTED) {
        plm_say_error(usage.command, "%s: not of a series that is %s", row->peer,
                      row->is_asker ? plm_standing_state_name(row->state) : "asked of us");
        return PLM_EXIT_FAILED;
    }
    if (status == PLM_OK) {
        status = plm_store_standing_get(home->store, row->id, &after);
    }
    return status == PLM_OK ? say_row(&after, o->common.json)
                            : plm_say_status(usage.command, row->peer, status);
}

/* One of them, with what came of it; the first failure gives the exit status. */
static void repeat(plm_node *node, const standing_options *o, const plm_standing_row *row,
                   json_t *list, int *result)
{
    plm_outcome outcome = {.n_hits = 0};
    plm_status status = plm_standing_repeat(node, row->id, o->is_whole, &outcome);
    json_t *view = plm_outcome_json(status, &outcome);
    int failure = PLM_EXIT_OK;
    if (view == NULL || (list != NULL && json_array_append(list, view) != 0)) {
        plm_say_error(usage.command, "%s", plm_status_sentence(PLM_E_NOMEM));
        *result = *result == PLM_EXIT_OK ? PLM_EXIT_FAILED : *result;
        json_decref(view);
        return;
    }
    if (status == PLM_E_REJECTED) {
        plm_say_error(usage.command, "%s: it is paused, stopped, or asked of us", row->peer);
        failure = PLM_EXIT_FAILED;
    } else if (status != PLM_OK) {
        failure = plm_match_say_failure(view);
    } else if (list == NULL) {
        (void)printf("run %.8s with %s for %s, %s: done\n", plm_text_of(view, "run"), row->peer,
                     row->purpose,
                     outcome.standing == PLM_STANDING_WHOLE ? "with everything"
                                                            : "with what is new");
    }
    failure = failure != PLM_EXIT_OK ? failure : plm_match_say_unsettled(&outcome);
    *result = *result == PLM_EXIT_OK ? failure : *result;
    json_decref(view);
}

/* That one, or all that are due. */
static int command_run(plm_home *home, const standing_options *o, const plm_standing_row *one)
{
    plm_node node = {.store = home->store,
                     .directory = home->directory,
                     .timeout_ms = (int)o->timeout_s * 1000,
                     .n_threads = (unsigned)o->n_threads};
    plm_standing_row row;
    int lock = -1;
    int result = PLM_EXIT_OK;
    memcpy(node.code, home->code, sizeof node.code);
    plm_status status = plm_home_unlock(home, &o->common, node.seed, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    node.cancel = plm_catch_signals();
    status = plm_standing_lock(&node, &lock);
    if (status != PLM_OK) {
        plm_say_error(usage.command, "another process of this node repeats runs just now");
        plm_wipe(node.seed, sizeof node.seed);
        return PLM_EXIT_FAILED;
    }
    json_t *list = o->common.json ? json_array() : NULL;
    if (one != NULL) {
        repeat(&node, o, one, list, &result);
    }
    uint8_t before[PLM_STANDING_ID_BYTES] = {0};
    while (one == NULL && *node.cancel == 0 &&
           plm_standing_next(home->store, plm_wall_ms(), &row) == PLM_OK &&
           memcmp(before, row.id, sizeof before) != 0) {
        memcpy(before, row.id, sizeof before);
        repeat(&node, o, &row, list, &result);
    }
    (void)close(lock);
    plm_wipe(node.seed, sizeof node.seed);
    if (list != NULL) {
        (void)plm_say_json(list);
    }
    return result;
}

static int run_verb(plm_home *home, standing_options *o, const char *verb, const char *id)
{
    static const struct {
        const char *verb;
        plm_standing_act act;
    } changes[] = {{"pause", PLM_STANDING_ACT_PAUSE},
                   {"resume", PLM_STANDING_ACT_RESUME},
                   {"stop", PLM_STANDING_ACT_STOP}};
    plm_standing_row row;
    if (strcmp(verb, "start") == 0) {
        return command_start(home, o);
    }
    if (strcmp(verb, "list") == 0) {
        return command_list(home, o->common.json);
    }
    if (id == NULL) {
        return command_run(home, o, NULL);
    }
    plm_status status = plm_standing_find(home->store, id, &row);
    if (status != PLM_OK) {
        plm_say_error(usage.command, "%s: %s", id,
                      status == PLM_E_EXISTS ? "more than one begins so"
                                             : plm_status_sentence(status));
        return plm_exit_status(status == PLM_E_EXISTS ? PLM_E_ARGUMENT : status, 0);
    }
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        if (strcmp(verb, changes[i].verb) == 0) {
            return command_change(home, o, &row, changes[i].act);
        }
    }
    return strcmp(verb, "show") == 0 ? say_row(&row, o->common.json) : command_run(home, o, &row);
}

int plm_command_standing(int argc, char **argv)
{
    static const char *const verbs[] = {"start", "list", "show", "pause", "resume", "stop", "run"};
    standing_options o = {.wish = {.officer = ""}, .timeout_s = 30, .n_threads = plm_pool_cpus()};
    const plm_option options[] = {
        {"with", PLM_OPTION_TEXT, &o.wish.with, "CODE", "the other party", 0, 0},
        {"purpose", PLM_OPTION_TEXT, &o.wish.purpose, "P", "a purpose that has standing runs", 0,
         0},
        {"accord", PLM_OPTION_TEXT, &o.accord, "HASH", "if there is more than one", 0, 0},
        {"case", PLM_OPTION_TEXT, &o.wish.case_ref, "REF", "the open case because of which", 0, 0},
        {"offence", PLM_OPTION_TEXT, &o.wish.offence, "CODE", "of the case, if it has several", 0,
         0},
        {"every", PLM_OPTION_NUMBER, &o.every_min, "MINUTES",
         "between two runs (the shortest that the accord allows)", 1, PLM_STANDING_MINUTES_MAX},
        {"officer", PLM_OPTION_TEXT, &o.wish.officer, "NAME", "who starts, pauses, resumes, stops",
         0, 0},
        {"whole", PLM_OPTION_FLAG, &o.is_whole, NULL,
         "run: with everything, if the accord allows it already", 0, 0},
        {"timeout", PLM_OPTION_NUMBER, &o.timeout_s, "SECONDS", "silence that ends a run (30)", 1,
         3600},
        {"threads", PLM_OPTION_NUMBER, &o.n_threads, "N", "of the engine", 1, 256},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    const char *words[2] = {NULL, NULL};
    size_t n_words = 0;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, words, 1, 2, &n_words);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    size_t verb = 0;
    while (verb < sizeof verbs / sizeof *verbs && strcmp(verbs[verb], words[0]) != 0) {
        verb++;
    }
    const bool is_alone = verb < 2;
    const bool may_be_alone = verb == 6;
    if (verb == sizeof verbs / sizeof *verbs || (is_alone && n_words != 1) ||
        (!is_alone && !may_be_alone && n_words != 2)) {
        return plm_usage_error(&usage, "start, list, show ID, pause ID, resume ID, stop ID, or run "
                                       "and perhaps an ID");
    }
    if (strlen(o.wish.officer) >= PLM_STANDING_TEXT ||
        (o.wish.case_ref != NULL && strlen(o.wish.case_ref) >= PLM_STANDING_TEXT)) {
        return plm_usage_error(&usage, "a name or a reference has at most 200 bytes");
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &o.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    int result = run_verb(&home, &o, words[0], words[1]);
    plm_home_close(&home);
    return result;
}
