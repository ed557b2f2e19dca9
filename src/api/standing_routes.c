/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_routes.c - series of runs that repeat: listed, started, paused, resumed, stopped. The
 * runs themselves are made by the serving node.
 */
#include "accord/case_rule.h"
#include "api/answer.h"
#include "api/routes.h"
#include "node/standing_view.h"

/* What there is not is null here, and "" at the command line. */
static json_t *with_nulls(json_t *view)
{
    static const char *const members[] = {"offence", "officer", "failure", "clause"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const json_t *value = json_object_get(view, members[i]);
        if (value != NULL && json_string_length(value) == 0) {
            (void)json_object_set_new(view, members[i], json_null());
        }
    }
    return view;
}

typedef struct listing {
    json_t *items;
    int64_t now_ms;
} listing;

static plm_status add_row(void *context, const plm_standing_row *row)
{
    const listing *l = (const listing *)context;
    json_t *view = with_nulls(plm_standing_view(row, l->now_ms));
    return json_array_insert_new(l->items, 0, view) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status get_all(plm_api_call *call)
{
    listing l = {json_array(), call->api->now_ms};
    plm_status status = plm_store_each_standing(call->api->node->store, add_row, &l);
    return plm_api_items(call, status, l.items);
}

static plm_status answer_row(plm_api_call *call, unsigned http, const plm_standing_row *row)
{
    return plm_api_json(call, http, with_nulls(plm_standing_view(row, call->api->now_ms)));
}

/* The path's {standing}: an id or its beginning. */
static plm_status find_row(plm_api_call *call, plm_standing_row *row)
{
    plm_status status = plm_standing_find(call->api->node->store, call->arguments[0], row);
    if (status == PLM_E_EXISTS) {
        (void)plm_api_problem(call, 409, "ambiguous", NULL, "several series begin so");
    }
    return status;
}

static plm_status get_one(plm_api_call *call)
{
    plm_standing_row row;
    plm_status status = find_row(call, &row);
    return status == PLM_OK ? answer_row(call, 200, &row) : status;
}

static plm_status read_wish(plm_api_call *call, plm_standing_wish *wish,
                            uint8_t accord_hash[static PLM_HASH_BYTES])
{
    static const char *const members[] = {"with",   "purpose",       "case", "offence",
                                          "accord", "every_minutes", NULL};
    const plm_json_at root = plm_api_root(call);
    const plm_json_at accord = plm_json_member(&root, "accord");
    int64_t every_min = 0;
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "with", 1, PLM_CODE_MAX - 1, &wish->with);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "purpose", 1, PLM_CODE_MAX - 1, &wish->purpose);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "case", 1, PLM_CASE_REFERENCE_MAX - 1, &wish->case_ref);
    }
    if (status == PLM_OK) {
        status = plm_api_string(&root, "offence", 1, PLM_CODE_MAX - 1, &wish->offence);
    }
    if (status == PLM_OK) {
        status = plm_api_integer(&root, "every_minutes", 1, PLM_STANDING_MINUTES_MAX, &every_min);
    }
    if (status == PLM_OK && accord.value != NULL) {
        status = plm_json_hex(&accord, accord_hash, PLM_HASH_BYTES);
        wish->accord_hash = accord_hash;
    }
    wish->every_ms = every_min * 60 * 1000;
    wish->officer = call->who->name;
    if (status == PLM_OK && wish->officer[0] == '\0') {
        (void)plm_api_problem(call, 422, "officer", "Palermo-Officer", "who starts it?");
        return PLM_E_INVALID;
    }
    return status;
}

static plm_status start_one(plm_api_call *call)
{
    uint8_t accord_hash[PLM_HASH_BYTES];
    plm_standing_wish wish = {.with = NULL};
    plm_standing_objection why;
    plm_standing_row row;
    plm_status status = read_wish(call, &wish, accord_hash);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_standing_start(call->api->node, &wish, call->api->now_ms, &row, &why);
    if (status == PLM_E_REFUSED) {
        (void)plm_api_problem(call, 409, "refused", NULL, "our own policy refuses: %s%s%s",
                              plm_refusal_sentence(why.refusal.code),
                              why.detail != NULL ? ": " : "", why.detail != NULL ? why.detail : "");
        plm_api_problem_add(call, "clause", json_string(why.refusal.clause));
        plm_api_problem_add(call, "refusal", json_string(plm_refusal_name(why.refusal.code)));
        return status;
    }
    if (status == PLM_E_EXISTS) {
        return plm_api_problem(call, 409, "exists", NULL,
                               "runs because of this case are standing already");
    }
    if (status == PLM_E_NOT_FOUND) {
        return plm_api_problem(call, 422, "party", "/with", "no accord here has it as a party");
    }
    return status == PLM_OK ? answer_row(call, 201, &row) : status;
}

static plm_status change(plm_api_call *call, plm_standing_act act)
{
    plm_standing_row row;
    plm_status status = find_row(call, &row);
    if (status == PLM_OK && call->who->name[0] == '\0') {
        return plm_api_problem(call, 422, "officer", "Palermo-Officer", "who says so?");
    }
    if (status == PLM_OK) {
        status = plm_standing_change(call->api->node->store, row.id, act, call->who->name,
                                     call->api->now_ms);
    }
    if (status == PLM_E_REJECTED) {
        return plm_api_problem(call, 409, "state", NULL, "not of a series that is %s",
                               row.is_asker ? plm_standing_state_name(row.state) : "asked of us");
    }
    if (status == PLM_OK) {
        status = plm_store_standing_get(call->api->node->store, row.id, &row);
    }
    return status == PLM_OK ? answer_row(call, 200, &row) : status;
}

static plm_status pause_one(plm_api_call *call)
{
    return change(call, PLM_STANDING_ACT_PAUSE);
}

static plm_status resume_one(plm_api_call *call)
{
    return change(call, PLM_STANDING_ACT_RESUME);
}

static plm_status stop_one(plm_api_call *call)
{
    return change(call, PLM_STANDING_ACT_STOP);
}

static const plm_api_route routes[] = {
    {"GET", "/v1/standing", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_all, NULL},
    {"POST", "/v1/standing", PLM_API_STAFF, PLM_API_ONCE, PLM_API_JSON, PLM_API_JSON_MAX, start_one,
     NULL},
    {"GET", "/v1/standing/{standing}", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_one, NULL},
    {"POST", "/v1/standing/{standing}/pause", PLM_API_STAFF, PLM_API_ONCE, PLM_API_NO_BODY, 0,
     pause_one, NULL},
    {"POST", "/v1/standing/{standing}/resume", PLM_API_STAFF, PLM_API_ONCE, PLM_API_NO_BODY, 0,
     resume_one, NULL},
    {"POST", "/v1/standing/{standing}/stop", PLM_API_STAFF, PLM_API_ONCE, PLM_API_NO_BODY, 0,
     stop_one, NULL},
};

const plm_api_table plm_api_standing_routes = {routes, sizeof routes / sizeof *routes};
