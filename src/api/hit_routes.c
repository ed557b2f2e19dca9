/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hit_routes.c - hits of both sides: listed page by page, and one with its record and gates.
 */
#include "api/answer.h"
#include "api/cursor.h"
#include "api/hit_view.h"
#include "api/record_view.h"
#include "api/routes.h"
#include "node/release.h"
#include "node/release_view.h"
#include "release/batch.h"
#include "store/page.h"

#include <stdio.h>
#include <string.h>

enum {
    TEXT_MAX = 100
};

/* Members of a hit that lists and the hit itself have. */
static json_t *hit_json(const plm_run *run, const plm_hit *hit, const plm_stored_record *stored)
{
    static const char *const grades[] = {"", "possible", "probable", "strong"};
    char words[PLM_GRADING_WORDS];
    const plm_record *r = &stored->record;
    return json_pack(
        "{s:o, s:I, s:s, s:s, s:s, s:o, s:I, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:o, s:o, s:s, "
        "s:f, s:s, s:s, s:s, s:s, s:s, s:o}",
        "run", plm_api_hex(run->id, sizeof run->id), "hit", (json_int_t)hit->number, "side",
        run->is_asker ? "asker" : "holder", "with", run->peer, "purpose", run->purpose, "started",
        plm_api_time(run->started_ms), "number", (json_int_t)stored->number, "register",
        stored->register_name, "record", r->id, "kind", plm_kind_name(r->kind), "role",
        plm_role_name(r->role), "assessment", (int)r->is_assessment, "grading", r->grading,
        "grading_words", plm_grading_words(words, r->grading), "name", plm_api_record_name(r),
        "rules", plm_api_words(hit->rules), "grade", grades[hit->grade < 4 ? hit->grade : 0],
        "score", hit->score / 100.0, "words", hit->words, "state", hit->state, "outcome",
        hit->outcome, "officer", hit->officer, "second", hit->second, "retention",
        plm_api_date(hit->retention));
}

/* --- the list ----------------------------------------------------------------------------------
 */

typedef struct hit_list {
    json_t *items;
    size_t limit;
    bool has_more;
    uint8_t last_id[16];
    int64_t last_ms;
    uint32_t last_number;
} hit_list;

static plm_status add_hit(void *context, const plm_run *run, const plm_hit *hit,
                          const plm_stored_record *record)
{
    hit_list *list = (hit_list *)context;
    if (json_array_size(list->items) == list->limit) {
        list->has_more = true;
        return PLM_OK;
    }
    memcpy(list->last_id, run->id, sizeof list->last_id);
    list->last_ms = run->started_ms;
    list->last_number = hit->number;
    json_t *one = hit_json(run, hit, record);
    return one != NULL && json_array_append_new(list->items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* A run's id, or its beginning. */
static plm_status read_run(plm_api_call *call, plm_hit_query *q, uint8_t run_id[static 16])
{
    const char *run = plm_api_or_empty(call, "run");
    const size_t n = strlen(run);
    if (n == 0) {
        return PLM_OK;
    }
    q->run_id = run_id;
    if (plm_hex_decode(run_id, 16, run) == 0) {
        return PLM_OK;
    }
    plm_status status = n < 32 && strspn(run, "0123456789abcdef") == n
                            ? plm_store_find_run(call->api->node->store, run, run_id)
                            : PLM_E_NOT_FOUND;
    if (status == PLM_E_NOT_FOUND || status == PLM_E_EXISTS) {
        return plm_api_bad_parameter(call, "run",
                                     status == PLM_E_EXISTS ? "more than one run begins so"
                                                            : "must be the id of a run");
    }
    return status;
}

static plm_status read_choices(plm_api_call *call, plm_hit_query *q, uint8_t run_id[static 16])
{
    static const char *const grades[] = {"possible", "probable", "strong"};
    const char *side = plm_api_or_empty(call, "side");
    const char *grade = plm_api_or_empty(call, "grade");
    q->run.is_asker = -1;
    q->grade = -1;
    if (side[0] != '\0') {
        q->run.is_asker = strcmp(side, "asker") == 0 ? 1 : 0;
        if (q->run.is_asker == 0 && strcmp(side, "holder") != 0) {
            return plm_api_bad_parameter(call, "side", "must be asker or holder");
        }
    }
    for (int i = 0; i < 3; i++) {
        q->grade = strcmp(grade, grades[i]) == 0 ? i + 1 : q->grade;
    }
    if (grade[0] != '\0' && q->grade < 0) {
        return plm_api_bad_parameter(call, "grade", "must be possible, probable or strong");
    }
    return read_run(call, q, run_id);
}

/* "pending,approved" between commas; each must be a state. */
static plm_status read_states(plm_api_call *call, char out[static 128])
{
    const char *text = plm_api_or_empty(call, "state");
    out[0] = '\0';
    if (text[0] == '\0') {
        return PLM_OK;
    }
    if (snprintf(out, 128, ",%s,", text) >= 128) {
        return plm_api_bad_parameter(call, "state", "is too long");
    }
    for (const char *at = text; *at != '\0';) {
        char name[32];
        plm_hit_state state;
        const size_t n = strcspn(at, ",");
        (void)snprintf(name, sizeof name, "%.*s", (int)(n < 31 ? n : 31), at);
        if (plm_hit_state_find(&state, name) != PLM_OK) {
            return plm_api_bad_parameter(call, "state", "there is no such state of a hit");
        }
        at += n + (at[n] == ',');
    }
    return PLM_OK;
}

/* The text as a pattern of LIKE, in which nothing of it is special. */
static plm_status read_text(plm_api_call *call, char out[static 2 * TEXT_MAX + 3])
{
    const char *text = plm_api_or_empty(call, "q");
    size_t n = 0;
    out[0] = '\0';
    if (text[0] == '\0') {
        return PLM_OK;
    }
    if (strlen(text) > TEXT_MAX) {
        return plm_api_bad_parameter(call, "q", "is too long");
    }
    out[n++] = '%';
    for (; *text != '\0'; text++) {
        if (*text == '%' || *text == '_' || *text == '\\') {
            out[n++] = '\\';
        }
        out[n++] = *text;
    }
    out[n++] = '%';
    out[n] = '\0';
    return PLM_OK;
}

static plm_status get_hits(plm_api_call *call)
{
    hit_list list = {.items = json_array()};
    plm_hit_query q = {.seeds = false};
    uint8_t run_id[16];
    char states[128];
    char text[2 * TEXT_MAX + 3];
    char next[PLM_API_CURSOR_TEXT] = "";
    const char *cursor = plm_api_parameter(call, "cursor");
    q.run.state = "";
    q.run.peer = plm_api_or_empty(call, "with");
    q.run.purpose = plm_api_or_empty(call, "purpose");
    q.register_name = plm_api_or_empty(call, "register");
    q.role = plm_api_or_empty(call, "role");
    q.outcome = plm_api_or_empty(call, "outcome");
    q.states = states;
    q.text = text;
    plm_status status = plm_api_limit(call, &list.limit);
    if (status == PLM_OK) {
        status = read_choices(call, &q, run_id);
    }
    if (status == PLM_OK) {
        status = read_states(call, states);
    }
    if (status == PLM_OK) {
        status = read_text(call, text);
    }
    if (status == PLM_OK) {
        status = plm_api_parameter_flag(call, "seeds", &q.seeds);
    }
    if (status == PLM_OK && cursor != NULL) {
        q.run.has_cursor = true;
        status =
            plm_api_cursor_read(call, cursor, &q.run.after_ms, q.run.after_id, &q.after_number);
    }
    if (status == PLM_OK) {
        status = plm_store_page_hits(call->api->node->store, &q, list.limit + 1, add_hit, &list);
    }
    if (status == PLM_OK) {
        if (list.has_more) {
            plm_api_cursor_write(next, list.last_ms, list.last_id, list.last_number);
        }
        status = plm_api_page(call, json_incref(list.items), next);
    }
    json_decref(list.items);
    return status;
}

/* --- one hit -----------------------------------------------------------------------------------
 */

json_t *plm_api_gates(const plm_gates *gates, uint32_t cleared)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "gate",
                                                    plm_gate_name((plm_gate_kind)i), "state",
                                                    plm_gate_state_name(gates->state[i]), "words",
                                                    plm_gate_sentence((plm_gate_kind)i), "cleared",
                                                    (int)(cleared >> i & 1U)));
    }
    return list;
}

typedef struct one_hit {
    plm_api_call *call;
    plm_release_view view;
    json_t *json;
    const plm_run *run;
} one_hit;

static json_t *fields_json(const char *fields)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *json = NULL;
    if (fields[0] == '\0' ||
        plm_json_parse(&json, plm_span_str(fields), &quiet, NULL, 0) != PLM_OK) {
        return json_null();
    }
    return json;
}

/* When the next batch goes out, as long as there is one. */
static json_t *next_batch(plm_store *store, const uint8_t run_id[static 16])
{
    plm_run_release release;
    if (plm_store_get_release(store, run_id, &release) != PLM_OK ||
        release.next >= release.n_batches) {
        return json_null();
    }
    return plm_api_time(plm_batch_due_ms(release.since_ms, release.every_ms, release.next));
}

/* What whoever asks could do with it now. */
static json_t *can_json(const one_hit *one, const plm_hit *hit, const plm_gates *gates)
{
    const plm_api_who *who = one->call->who;
    const bool is_decider =
        who->role == PLM_API_OPERATOR || (PLM_API_DECIDERS >> (unsigned)who->role & 1U) != 0;
    const bool is_first = strcmp(hit->officer, who->name) == 0;
    plm_hit_state state = PLM_HIT_KNOWN;
    plm_hit_state next;
    plm_decision_fault fault;
    bool is_barred = false;
    bool can_lapse = false;
    if (plm_hit_state_find(&state, hit->state) == PLM_OK) {
        can_lapse = plm_decision_lapse(&next, &fault, state) == PLM_OK;
    }
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        is_barred = is_barred || gates->state[i] == PLM_GATE_BARRED;
    }
    const bool waits = state == PLM_HIT_PENDING || (state == PLM_HIT_APPROVED && !is_first);
    const bool is_known = state == PLM_HIT_KNOWN || state == PLM_HIT_RECEIVED;
    return json_pack("{s:b, s:b, s:b, s:b}", "approve",
                     (int)(is_decider && waits && !is_barred && one->view.is_in_force), "lapse",
                     (int)(is_decider && can_lapse), "outcome", (int)is_known, "request",
                     (int)(is_known || state == PLM_HIT_RELEASED));
}

static plm_status take_hit(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    one_hit *one = (one_hit *)context;
    plm_store *store = one->call->api->node->store;
    plm_gates gates;
    plm_gates_of(&gates, one->view.purpose, &stored->record, plm_date_of_ms(one->call->api->now_ms),
                 one->view.at_risk, hit->cleared);
    one->json = hit_json(one->run, hit, stored);
    if (one->json == NULL) {
        return PLM_E_NOMEM;
    }
    const unsigned needed = one->view.purpose->approval == PLM_APPROVAL_TWO_OFFICERS ? 2 : 1;
    json_t *more = json_pack("{s:s, s:o, s:o, s:o, s:i, s:o, s:b, s:o}", "remark", hit->remark,
                             "fields", fields_json(hit->fields), "of_record",
                             plm_api_record(stored->number, stored->register_name, &stored->record),
                             "gates", plm_api_gates(&gates, hit->cleared), "approvals_needed",
                             (int)needed, "next_batch", next_batch(store, hit->run_id), "in_force",
                             (int)one->view.is_in_force, "can", can_json(one, hit, &gates));
    const int failed = more == NULL || json_object_update(one->json, more) != 0;
    json_decref(more);
    return failed ? PLM_E_NOMEM : PLM_OK;
}

plm_status plm_api_hit_arguments(plm_api_call *call, uint8_t run_id[static 16], uint32_t *number)
{
    int64_t n = 0;
    plm_status status = plm_api_argument_run(call, 0, run_id);
    if (status == PLM_OK) {
        status = plm_api_argument_number(call, 1, UINT32_MAX, &n);
    }
    *number = (uint32_t)n;
    return status;
}

/* A run's walk is over before the hit's begins: what is needed of it is copied. */
typedef struct run_copy {
    plm_run run;
    char peer[PLM_CODE_MAX];
    char purpose[PLM_CODE_MAX];
} run_copy;

static plm_status copy_run(void *context, const plm_run *run)
{
    run_copy *copy = (run_copy *)context;
    copy->run = *run;
    (void)snprintf(copy->peer, sizeof copy->peer, "%s", run->peer);
    (void)snprintf(copy->purpose, sizeof copy->purpose, "%s", run->purpose);
    copy->run.peer = copy->peer;
    copy->run.purpose = copy->purpose;
    return PLM_OK;
}

static plm_status get_hit(plm_api_call *call)
{
    static one_hit one; /* the view must not be moved, and is large */
    uint8_t run_id[16];
    uint32_t number = 0;
    run_copy copy = {.peer = ""};
    plm_store *store = call->api->node->store;
    one = (one_hit){.call = call, .run = &copy.run};
    plm_status status = plm_api_hit_arguments(call, run_id, &number);
    if (status == PLM_OK) {
        status = plm_store_each_run_of(store, run_id, copy_run, &copy);
    }
    if (status == PLM_OK) {
        status = plm_release_view_open(&one.view, store, run_id, call->api->now_ms);
    }
    if (status == PLM_OK) {
        const plm_hit_filter filter = {.run_id = run_id, .number = number};
        status = plm_store_each_hit(store, &filter, take_hit, &one);
    }
    plm_release_view_close(&one.view);
    if (status != PLM_OK) {
        json_decref(one.json);
        return status;
    }
    return one.json != NULL ? plm_api_json(call, 200, one.json) : PLM_E_NOT_FOUND;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/hits", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_hits,
     "run state with purpose side register grade outcome role q seeds limit cursor"},
    {"GET", "/v1/hits/{run}/{hit}", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_hit, NULL},
};

const plm_api_table plm_api_hit_routes = {routes, sizeof routes / sizeof *routes};
