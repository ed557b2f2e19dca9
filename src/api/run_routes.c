/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_routes.c - runs: listed, watched, cancelled. How far one is that goes on in another process
 * is told by node/run_watch.h.
 */
#include "api/answer.h"
#include "api/cursor.h"
#include "api/routes.h"
#include "api/stream.h"
#include "net/net.h"
#include "node/agreement.h"
#include "node/run_watch.h"
#include "store/page.h"

#include <poll.h>
#include <string.h>

enum {
    LOOK_EVERY_MS = 200,
    HEARTBEAT_MS = 15000
};

static json_t *progress_json(const plm_run_watch *w)
{
    json_t *percent = json_null();
    if (w->total > 0) {
        const double share = (double)w->done * 100.0 / (double)w->total;
        percent = json_integer(share < 100.0 ? (json_int_t)share : 100);
    }
    return json_pack("{s:s, s:I, s:I, s:o}", "phase", w->phase, "done", (json_int_t)w->done,
                     "total", (json_int_t)w->total, "percent", percent);
}

/* In words, from the name that the store keeps of it. */
static json_t *failure_words(const char *failure)
{
    for (unsigned i = 0; failure != NULL && i < PLM_STATUS_COUNT; i++) {
        if (strcmp(plm_status_name((plm_status)i), failure) == 0) {
            return json_string(plm_status_sentence((plm_status)i));
        }
    }
    for (unsigned i = 1; failure != NULL && i < PLM_REFUSAL_COUNT; i++) {
        if (strcmp(plm_refusal_name(i), failure) == 0) {
            return json_string(plm_refusal_sentence(i));
        }
    }
    return json_null();
}

/* What whoever started it is told; null of a run that goes on, or that another process asked for.
 */
static json_t *outcome_json(const plm_run_watch *w)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *json = NULL;
    if (w == NULL || w->outcome[0] == '\0' ||
        plm_json_parse(&json, plm_span_str(w->outcome), &quiet, NULL, 0) != PLM_OK) {
        return json_null();
    }
    return json;
}

/* watch may be NULL. */
static json_t *run_json(plm_store *store, const plm_run *run, const plm_run_watch *watch)
{
    uint64_t n_hits = 0;
    if (run->state == PLM_RUN_DONE && plm_store_count_hits(store, run->id, &n_hits) != PLM_OK) {
        return NULL;
    }
    const bool goes_on = watch != NULL && watch->is_going_on;
    return json_pack(
        "{s:o, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:I, "
        "s:o, s:o}",
        "run", plm_api_hex(run->id, sizeof run->id), "side", run->is_asker ? "asker" : "holder",
        "with", run->peer, "purpose", run->purpose, "accord",
        plm_api_hex(run->accord_hash, sizeof run->accord_hash), "case", run->case_ref, "officer",
        run->officer, "state", plm_run_state_name(run->state), "failure",
        plm_api_text(run->failure), "failure_words", failure_words(run->failure), "clause",
        plm_api_text(run->clause), "tokens", (json_int_t)run->n_own, "peer_tokens",
        (json_int_t)run->n_peer, "charged", (json_int_t)run->charged, "started",
        plm_api_time(run->started_ms), "ended", plm_api_time(run->ended_ms), "hits",
        (json_int_t)n_hits, "progress", goes_on ? progress_json(watch) : json_null(), "outcome",
        outcome_json(watch));
}

/* A run that did not come as far as a proposal: it stands in no store. */
static json_t *watch_json(const plm_run_watch *w)
{
    const bool is_crashed = !w->is_going_on && w->ended_ms == 0;
    const char *failure = is_crashed ? plm_status_name(PLM_E_WORKER_DIED) : w->failure;
    const char *state = w->is_going_on ? "starting" : w->clause[0] != '\0' ? "refused" : "broken";
    return json_pack(
        "{s:o, s:s, s:s, s:s, s:n, s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:i, s:i, s:o, s:o, s:i, "
        "s:o, s:o}",
        "run", plm_api_hex(w->run_id, sizeof w->run_id), "side", "asker", "with", w->with,
        "purpose", w->purpose, "accord", "case", w->case_ref, "officer", "", "state", state,
        "failure", plm_api_text(failure), "failure_words", failure_words(failure), "clause",
        plm_api_text(w->clause), "tokens", 0, "peer_tokens", 0, "charged", 0, "started",
        plm_api_time(w->started_ms), "ended", plm_api_time(w->ended_ms), "hits", 0, "progress",
        w->is_going_on ? progress_json(w) : json_null(), "outcome", outcome_json(w));
}

/* --- one run -----------------------------------------------------------------------------------
 */

typedef struct one_run {
    plm_store *store;
    const plm_run_watch *watch;
    json_t *json;
    bool is_over;
} one_run;

static plm_status take_one(void *context, const plm_run *run)
{
    one_run *one = (one_run *)context;
    one->json = run_json(one->store, run, one->watch);
    one->is_over =
        run->state == PLM_RUN_DONE || run->state == PLM_RUN_BROKEN || run->state == PLM_RUN_REFUSED;
    return one->json != NULL ? PLM_OK : PLM_E_NOMEM;
}

/* *out: new reference. *goes_on: more may come. PLM_E_NOT_FOUND. watch: as it was read. */
static plm_status read_run(const plm_api *api, const uint8_t id[static 16], plm_run_watch *watch,
                           json_t **out, bool *goes_on)
{
    plm_status found =
        api->home != NULL ? plm_run_watch_read(watch, api->home, id) : PLM_E_NOT_FOUND;
    one_run one = {.store = api->node->store, .watch = found == PLM_OK ? watch : NULL};
    plm_status status = plm_store_each_run_of(api->node->store, id, take_one, &one);
    if (status == PLM_OK && one.json == NULL) {
        if (found != PLM_OK) {
            return PLM_E_NOT_FOUND;
        }
        one.json = watch_json(watch);
        status = one.json != NULL ? PLM_OK : PLM_E_NOMEM;
    }
    if (status != PLM_OK) {
        json_decref(one.json);
        return status;
    }
    *goes_on = found == PLM_OK ? watch->is_going_on : !one.is_over;
    *out = one.json;
    return PLM_OK;
}

static plm_status get_run(plm_api_call *call)
{
    uint8_t id[16];
    plm_run_watch watch;
    json_t *json = NULL;
    bool goes_on = false;
    plm_status status = plm_api_argument_run(call, 0, id);
    if (status == PLM_OK) {
        status = read_run(call->api, id, &watch, &json, &goes_on);
    }
    return status == PLM_OK ? plm_api_json(call, 200, json) : status;
}

static plm_status cancel_run(plm_api_call *call)
{
    uint8_t id[16];
    plm_status status = plm_api_argument_run(call, 0, id);
    if (status == PLM_OK) {
        status =
            call->api->home != NULL ? plm_run_watch_cancel(call->api->home, id) : PLM_E_NOT_FOUND;
    }
    if (status == PLM_E_NOT_FOUND) {
        return plm_api_problem(call, 409, "not-going-on", NULL,
                               "no run of that id goes on that was started here");
    }
    return status == PLM_OK ? plm_api_done(call) : status;
}

/* --- events ------------------------------------------------------------------------------------
 */

/* What is new since the last look; *goes_on: look again. */
static plm_status look(plm_api_call *call, const uint8_t id[static 16], plm_run_watch *last,
                       int64_t *told_ms, bool *goes_on)
{
    static const char heartbeat[] = ": still there\n\n";
    plm_run_watch now = {.done = 0};
    json_t *run = NULL;
    plm_status status = read_run(call->api, id, &now, &run, goes_on);
    const bool is_new =
        now.done != last->done || now.total != last->total || strcmp(now.phase, last->phase) != 0;
    if (status == PLM_OK && !*goes_on) {
        status = plm_api_send_event(call, "end", run);
    } else if (status == PLM_OK && is_new && now.phase[0] != '\0') {
        json_t *progress = progress_json(&now);
        status = progress != NULL ? plm_api_send_event(call, "progress", progress) : PLM_E_NOMEM;
        json_decref(progress);
        *told_ms = plm_clock_ms();
    } else if (status == PLM_OK && plm_clock_ms() - *told_ms > HEARTBEAT_MS) {
        status = call->write(call->write_context, plm_span_of(heartbeat, sizeof heartbeat - 1));
        *told_ms = plm_clock_ms();
    }
    *last = now;
    json_decref(run);
    return status;
}

static plm_status watch_on(plm_api_call *call, void *context)
{
    uint8_t id[16];
    plm_run_watch last = {.done = 0};
    int64_t told_ms = plm_clock_ms();
    bool goes_on = true;
    (void)context;
    plm_status status = plm_api_argument_run(call, 0, id);
    while (status == PLM_OK && goes_on) {
        status = look(call, id, &last, &told_ms, &goes_on);
        if (status == PLM_OK && goes_on) {
            (void)poll(NULL, 0, LOOK_EVERY_MS);
            status = call->write(call->write_context, plm_span_of(NULL, 0)); /* are they there? */
        }
    }
    return status;
}

static plm_status watch_run(plm_api_call *call)
{
    static const char greeting[] = "retry: 2000\n\n";
    uint8_t id[16];
    plm_run_watch watch;
    json_t *json = NULL;
    bool goes_on = false;
    plm_status status = plm_api_argument_run(call, 0, id);
    if (status == PLM_OK) {
        status = read_run(call->api, id, &watch, &json, &goes_on);
    }
    json_decref(json);
    if (status == PLM_OK) {
        status = plm_api_bytes(call, "text/event-stream",
                               plm_span_of(greeting, sizeof greeting - 1), NULL);
    }
    call->answer.is_stream = status == PLM_OK;
    call->answer.after = status == PLM_OK ? watch_on : NULL;
    return status;
}

/* --- the list ----------------------------------------------------------------------------------
 */

typedef struct run_list {
    const plm_api *api;
    json_t *items;
    size_t limit;
    char next[PLM_API_CURSOR_TEXT];
    size_t n;
    uint8_t last_id[16];
    int64_t last_ms;
} run_list;

static plm_status add_run(void *context, const plm_run *run)
{
    run_list *list = (run_list *)context;
    plm_run_watch watch;
    if (list->n++ == list->limit) {
        plm_api_cursor_write(list->next, list->last_ms, list->last_id, 0);
        return PLM_OK;
    }
    const bool may_go_on =
        run->is_asker && (run->state == PLM_RUN_PROPOSED || run->state == PLM_RUN_RUNNING) &&
        list->api->home != NULL && plm_run_watch_read(&watch, list->api->home, run->id) == PLM_OK;
    memcpy(list->last_id, run->id, sizeof list->last_id);
    list->last_ms = run->started_ms;
    json_t *one = run_json(list->api->node->store, run, may_go_on ? &watch : NULL);
    return one != NULL && json_array_append_new(list->items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status get_runs(plm_api_call *call)
{
    const char *side = plm_api_parameter(call, "side");
    const char *cursor = plm_api_parameter(call, "cursor");
    uint32_t nothing = 0;
    run_list list = {.api = call->api, .items = json_array()};
    plm_run_query query = {.is_asker = -1};
    query.state = plm_api_or_empty(call, "state");
    query.peer = plm_api_or_empty(call, "with");
    query.purpose = plm_api_or_empty(call, "purpose");
    plm_status status = plm_api_limit(call, &list.limit);
    if (status == PLM_OK && side != NULL) {
        query.is_asker = strcmp(side, "asker") == 0 ? 1 : 0;
        if (query.is_asker == 0 && strcmp(side, "holder") != 0) {
            status = plm_api_bad_parameter(call, "side", "must be asker or holder");
        }
    }
    if (status == PLM_OK && cursor != NULL) {
        query.has_cursor = true;
        status = plm_api_cursor_read(call, cursor, &query.after_ms, query.after_id, &nothing);
    }
    if (status == PLM_OK) {
        status =
            plm_store_page_runs(call->api->node->store, &query, list.limit + 1, add_run, &list);
    }
    if (status == PLM_OK) {
        status = plm_api_page(call, json_incref(list.items), list.next);
    }
    json_decref(list.items);
    return status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/runs", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_runs,
     "state with side purpose limit cursor"},
    {"GET", "/v1/runs/{run}", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_run, NULL},
    {"POST", "/v1/runs/{run}/cancel", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, cancel_run, NULL},
    {"GET", "/v1/runs/{run}/events", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, watch_run, NULL},
};

const plm_api_table plm_api_run_routes = {routes, sizeof routes / sizeof *routes};
