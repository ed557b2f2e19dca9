/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_node.c - palermo match where a node serves: the run is started, watched and cancelled
 * through its API.
 */
#include "cli/events.h"
#include "cli/exit.h"
#include "cli/match.h"
#include "cli/operation_problem.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

enum {
    TARGET_MAX = 96
};

static json_t *question_of(const plm_match_options *o)
{
    json_t *body = json_pack("{s:s, s:s, s:s, s:I}", "with", o->ask.with, "purpose", o->ask.purpose,
                             "case", o->ask.case_ref, "timeout", (json_int_t)o->timeout_s);
    if (o->ask.offence != NULL) {
        (void)json_object_set_new(body, "offence", json_string(o->ask.offence));
    }
    if (o->accord != NULL) {
        (void)json_object_set_new(body, "accord", json_string(o->accord));
    }
    return body;
}

/* What our own policy refuses is told as a run's outcome. */
static int say_problem(const plm_inquiry *inquiry, const plm_match_options *o)
{
    json_t *outcome = json_object_get(inquiry->problem, "outcome");
    if (outcome != NULL) {
        return plm_match_tell(json_incref(outcome), o->common.json);
    }
    return plm_problem_say(inquiry, o->ask.with);
}

/* Until it has ended. Ctrl-C asks the node to cancel it, and waits for the end all the same. */
static plm_status watch(plm_inquiry *inquiry, const char *run, plm_events *w)
{
    const volatile sig_atomic_t *cancel = plm_catch_signals();
    char target[TARGET_MAX];
    char events[TARGET_MAX];
    json_t *cancelled = NULL;
    const plm_inquiry_question question = {.method = "GET", .target = events};
    (void)snprintf(events, sizeof events, "/v1/runs/%s/events", run);
    plm_status status = plm_inquiry_listen(inquiry, &question, plm_events_take, w, cancel);
    if (status == PLM_E_CANCELLED) {
        (void)snprintf(target, sizeof target, "/v1/runs/%s/cancel", run);
        status = plm_inquiry_json(inquiry, "POST", target, NULL, &cancelled);
        json_decref(cancelled);
        w->text.n = 0;
        /* One that had ended by itself can't be cancelled, and is told as it is. */
        if (status == PLM_OK || status == PLM_E_REJECTED) {
            status = plm_inquiry_listen(inquiry, &question, plm_events_take, w, NULL);
        }
    }
    plm_meter_end(&w->meter);
    return status == PLM_OK && w->end == NULL ? PLM_E_TRUNCATED : status;
}

/* The outcome; of a run whose process died there is none but that. */
static json_t *outcome_of(const json_t *run, const plm_match_options *o)
{
    json_t *outcome = json_object_get(run, "outcome");
    if (json_is_object(outcome)) {
        return json_incref(outcome);
    }
    const char *failure = plm_text_of(run, "failure");
    return json_pack("{s:s, s:s, s:s, s:s}", "status",
                     failure[0] != '\0' ? failure : plm_status_name(PLM_E_WORKER_DIED), "run",
                     plm_text_of(run, "run"), "with", o->ask.with, "purpose", o->ask.purpose);
}

int plm_match_at_node(plm_inquiry *inquiry, const plm_match_options *o)
{
    json_t *body = question_of(o);
    json_t *started = NULL;
    plm_events w;
    plm_events_init(&w, "steps", NULL);
    plm_status status = plm_inquiry_json(inquiry, "POST", "/v1/runs", body, &started);
    int result = PLM_EXIT_UNREACHABLE;
    if (status == PLM_OK) {
        const char *run = plm_text_of(started, "run");
        status = watch(inquiry, run, &w);
        if (status == PLM_E_TRUNCATED) {
            plm_say_error(inquiry->command,
                          "the node stopped in the middle; 'palermo runs' says what came of run "
                          "%.8s",
                          run);
        }
    }
    if (status == PLM_OK) {
        result = plm_match_tell(outcome_of(w.end, o), o->common.json);
    } else if (status == PLM_E_REJECTED) {
        result = say_problem(inquiry, o);
    }
    json_decref(body);
    json_decref(started);
    plm_events_wipe(&w);
    return result;
}
