/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_routes.c - runs: listed, started, watched, cancelled.
 *
 * A run that is started here goes on in the clerk that answered, after its answer (desk.h); others
 * see how far it is by node/run_watch.h.
 */
#include "accord/case_rule.h"
#include "api/answer.h"
#include "api/cursor.h"
#include "api/routes.h"
#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "net/net.h"
#include "node/agreement.h"
#include "node/run_watch.h"
#include "store/page.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
        "s:o}",
        "run", plm_api_hex(run->id, sizeof run->id), "side", run->is_asker ? "asker" : "holder",
        "with", run->peer, "purpose", run->purpose, "accord",
        plm_api_hex(run->accord_hash, sizeof run->accord_hash), "case", run->case_ref, "officer",
        run->officer, "state", plm_run_state_name(run->state), "failure",
        plm_api_text(run->failure), "failure_words", failure_words(run->failure), "clause",
        plm_api_text(run->clause), "tokens", (json_int_t)run->n_own, "peer_tokens",
        (json_int_t)run->n_peer, "charged", (json_int_t)run->charged, "started",
        plm_api_time(run->started_ms), "ended", plm_api_time(run->ended_ms), "hits",
        (json_int_t)n_hits, "progress", goes_on ? progress_json(watch) : json_null());
}

/* A run that did not come as far as a proposal: it stands in no store. */
static json_t *watch_json(const plm_run_watch *w)
{
    const bool is_crashed = !w->is_going_on && w->ended_ms == 0;
    const char *failure = is_crashed ? plm_status_name(PLM_E_WORKER_DIED) : w->failure;
    const char *state = w->is_going_on ? "starting" : w->clause[0] != '\0' ? "refused" : "broken";
    return json_pack(
        "{s:o, s:s, s:s, s:s, s:n, s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:i, s:i, s:o, s:o, s:i, "
        "s:o}",
        "run", plm_api_hex(w->run_id, sizeof w->run_id), "side", "asker", "with", w->with,
        "purpose", w->purpose, "accord", "case", w->case_ref, "officer", "", "state", state,
        "failure", plm_api_text(failure), "failure_words", failure_words(failure), "clause",
        plm_api_text(w->clause), "tokens", 0, "peer_tokens", 0, "charged", 0, "started",
        plm_api_time(w->started_ms), "ended", plm_api_time(w->ended_ms), "hits", 0, "progress",
        w->is_going_on ? progress_json(w) : json_null());
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
    plm_status status = plm_api_argument_hex(call, 0, id, sizeof id);
    if (status == PLM_OK) {
        status = read_run(call->api, id, &watch, &json, &goes_on);
    }
    return status == PLM_OK ? plm_api_json(call, 200, json) : status;
}

static plm_status cancel_run(plm_api_call *call)
{
    uint8_t id[16];
    plm_status status = plm_api_argument_hex(call, 0, id, sizeof id);
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

static plm_status send_event(plm_api_call *call, const char *name, const json_t *json)
{
    plm_buf text;
    plm_buf data;
    plm_buf_init(&text, PLM_API_JSON_MAX);
    plm_buf_init(&data, PLM_API_JSON_MAX);
    plm_status status = plm_json_dump(json, false, &data);
    if (status == PLM_OK) {
        status = plm_buf_printf(&text, "event: %s\ndata: %.*s\n\n", name, (int)data.n,
                                (const char *)data.data);
    }
    if (status == PLM_OK) {
        status = call->write(call->write_context, plm_buf_span(&text));
    }
    plm_buf_wipe(&text);
    plm_buf_wipe(&data);
    return status;
}

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
        status = send_event(call, "end", run);
    } else if (status == PLM_OK && is_new && now.phase[0] != '\0') {
        json_t *progress = progress_json(&now);
        status = progress != NULL ? send_event(call, "progress", progress) : PLM_E_NOMEM;
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
    plm_status status = plm_api_argument_hex(call, 0, id, sizeof id);
    while (status == PLM_OK && goes_on) {
        status = look(call, id, &last, &told_ms, &goes_on);
        if (status == PLM_OK && goes_on) {
            (void)poll(NULL, 0, LOOK_EVERY_MS);
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
    plm_status status = plm_api_argument_hex(call, 0, id, sizeof id);
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

/* --- starting ----------------------------------------------------------------------------------
 */

typedef struct new_run {
    plm_run_watcher watcher;
    char with[PLM_CODE_MAX];
    char purpose[PLM_CODE_MAX];
    char case_ref[PLM_CASE_REFERENCE_MAX];
    char offence[PLM_CODE_MAX];
    uint8_t accord_hash[PLM_HASH_BYTES];
    bool has_accord;
} new_run;

static plm_status go_on(plm_api_call *call, void *context)
{
    new_run *r = (new_run *)context;
    plm_node *node = call->api->node;
    plm_outcome outcome = {0};
    uint64_t n_expired = 0;
    const plm_ask ask = {.with = r->with,
                         .purpose = r->purpose,
                         .accord_hash = r->has_accord ? r->accord_hash : NULL,
                         .case_ref = r->case_ref,
                         .offence = r->offence[0] != '\0' ? r->offence : NULL,
                         .run_id = r->watcher.watch.run_id};
    node->progress = plm_run_watch_progress;
    node->progress_context = &r->watcher;
    const int lock = plm_node_asking_lock(call->api->home, node);
    plm_status status = plm_node_ask(node, &ask, &outcome);
    if (status == PLM_OK) {
        status = plm_ledger_expire(node->store, plm_wall_ms(), &n_expired);
    }
    plm_run_watch_end(&r->watcher, status, &outcome);
    if (lock >= 0) {
        (void)close(lock);
    }
    return status;
}

static plm_status copy_member(const plm_json_at *root, const char *key, bool is_needed, char *out,
                              size_t size)
{
    const char *text = "";
    plm_status status = is_needed ? plm_api_needed(root, key, 1, size - 1, &text)
                                  : plm_api_string(root, key, 1, size - 1, &text);
    (void)snprintf(out, size, "%s", text);
    return status;
}

static plm_status read_new(plm_api_call *call, new_run *r)
{
    static const char *const members[] = {"with",   "purpose", "case", "offence",
                                          "accord", "timeout", NULL};
    const plm_json_at root = plm_api_root(call);
    int64_t timeout_s = call->api->node->timeout_ms / 1000;
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = copy_member(&root, "with", true, r->with, sizeof r->with);
    }
    if (status == PLM_OK) {
        status = copy_member(&root, "purpose", true, r->purpose, sizeof r->purpose);
    }
    if (status == PLM_OK) {
        status = copy_member(&root, "case", true, r->case_ref, sizeof r->case_ref);
    }
    if (status == PLM_OK) {
        status = copy_member(&root, "offence", false, r->offence, sizeof r->offence);
    }
    if (status == PLM_OK) {
        status = plm_api_integer(&root, "timeout", 1, 3600, &timeout_s);
        call->api->node->timeout_ms = (int)timeout_s * 1000;
    }
    const plm_json_at accord = plm_json_member(&root, "accord");
    r->has_accord = accord.value != NULL;
    return status == PLM_OK && r->has_accord
               ? plm_json_hex(&accord, r->accord_hash, sizeof r->accord_hash)
               : status;
}

/* What can be said at once; the run itself looks at all of it again. */
static plm_status check_new(plm_api_call *call, const new_run *r)
{
    plm_store *store = call->api->node->store;
    const plm_date today = plm_date_of_ms(call->api->now_ms);
    plm_agreement *agreement = NULL;
    plm_effective effective;
    plm_refusal refusal = {PLM_REFUSAL_NONE, ""};
    plm_arena arena;
    plm_case c;
    plm_arena_init(&arena, 1 << 20);
    plm_status status = plm_store_get_case(store, r->case_ref, &arena, &c);
    const bool is_closed = status == PLM_OK && c.closed_ms != 0;
    plm_arena_wipe(&arena);
    if (status == PLM_E_NOT_FOUND || is_closed) {
        (void)plm_api_problem(call, 422, "case", "/case",
                              is_closed ? "the case is closed" : "there is no such case");
        return PLM_E_INVALID;
    }
    if (status == PLM_OK) {
        status = r->has_accord ? plm_agreement_load(&agreement, store, r->accord_hash)
                               : plm_agreement_find(&agreement, store, call->api->node->code,
                                                    r->with, r->purpose, today);
    }
    if (status == PLM_E_NOT_FOUND) {
        (void)plm_api_problem(call, 422, "party", "/with", "no accord here has it as a party");
        return PLM_E_INVALID;
    }
    if (status == PLM_OK) {
        const plm_in_force state = plm_agreement_state(agreement, today);
        status = plm_policy_effective(&effective, agreement->accord, &state, call->api->node->code,
                                      r->with, r->purpose, &refusal);
    }
    if (status == PLM_E_REFUSED) {
        (void)plm_api_problem(call, 409, "refused", NULL, "our own policy refuses: %s",
                              plm_refusal_sentence(refusal.code));
        plm_api_problem_add(call, "clause", json_string(refusal.clause));
    }
    plm_agreement_destroy(agreement);
    return status;
}

static plm_status start_run(plm_api_call *call)
{
    char location[64];
    new_run *r = (new_run *)calloc(1, sizeof *r);
    plm_run_watch watch = {.started_ms = call->api->now_ms};
    if (r == NULL) {
        return PLM_E_NOMEM;
    }
    call->answer.after_context = r;
    plm_status status = read_new(call, r);
    if (status == PLM_OK && (!call->api->has_seed || call->api->home == NULL)) {
        return plm_api_problem(call, 409, "locked", NULL, "only a serving node starts a run");
    }
    if (status == PLM_OK) {
        status = check_new(call, r);
    }
    if (status == PLM_OK) {
        plm_random(watch.run_id, sizeof watch.run_id);
        memcpy(watch.with, r->with, sizeof watch.with);
        memcpy(watch.purpose, r->purpose, sizeof watch.purpose);
        status = plm_run_watch_begin(&r->watcher, call->api->home, &watch);
    }
    if (status != PLM_OK) {
        return status;
    }
    char id[2 * PLM_RUN_ID_BYTES + 1];
    plm_hex_encode(id, watch.run_id, sizeof watch.run_id);
    (void)snprintf(location, sizeof location, "/v1/runs/%s", id);
    status = plm_api_json(call, 202, json_pack("{s:s, s:s}", "run", id, "href", location));
    (void)snprintf(call->answer.location, sizeof call->answer.location, "%s", location);
    call->answer.after = status == PLM_OK ? go_on : NULL;
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
    {"POST", "/v1/runs", PLM_API_STAFF, PLM_API_ONCE | PLM_API_SIGNS, PLM_API_JSON,
     PLM_API_JSON_MAX, start_run, NULL},
    {"GET", "/v1/runs/{run}", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_run, NULL},
    {"POST", "/v1/runs/{run}/cancel", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, cancel_run, NULL},
    {"GET", "/v1/runs/{run}/events", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, watch_run, NULL},
};

const plm_api_table plm_api_run_routes = {routes, sizeof routes / sizeof *routes};
