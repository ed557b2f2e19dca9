/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hit_routes.c - one hit with its record, its gates, and what may be done with it.
 */
#include "api/answer.h"
#include "api/hit_view.h"
#include "api/record_view.h"
#include "api/routes.h"
#include "node/release.h"
#include "node/release_view.h"
#include "release/batch.h"

#include <stdio.h>
#include <string.h>

json_t *plm_api_hit(const plm_run *run, const plm_hit *hit, const plm_stored_record *stored)
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
    one->json = plm_api_hit(one->run, hit, stored);
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
    {"GET", "/v1/hits/{run}/{hit}", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_hit, NULL},
};

const plm_api_table plm_api_hit_routes = {routes, sizeof routes / sizeof *routes};
