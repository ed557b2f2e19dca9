/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_start_routes.c - a run is started: it goes on in the clerk that answered, after its answer
 * (desk.h).
 */
#include "accord/case_rule.h"
#include "api/answer.h"
#include "api/routes.h"
#include "crypto/sign.h"
#include "node/agreement.h"
#include "node/outcome_view.h"
#include "node/run_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
        plm_outcome_settle(node->store, &outcome);
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

/* Our own policy, and the case, as the run itself looks at them. */
static plm_status look(plm_api_call *call, const new_run *r, const plm_agreement *agreement,
                       plm_outcome *outcome)
{
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(call->api->now_ms));
    const plm_ask ask = {.with = r->with,
                         .purpose = r->purpose,
                         .case_ref = r->case_ref,
                         .offence = r->offence[0] != '\0' ? r->offence : NULL};
    plm_effective effective;
    plm_asked_case asked;
    memcpy(outcome->accord_hash, agreement->accord->hash, sizeof outcome->accord_hash);
    plm_status status =
        plm_policy_effective(&effective, agreement->accord, &state, call->api->node->code, r->with,
                             r->purpose, &outcome->refusal);
    return status == PLM_OK ? plm_ask_take_case(&asked, call->api->node->store, &ask,
                                                &effective.purpose, outcome)
                            : status;
}

/* What can be said at once; the run itself looks at all of it again. */
static plm_status check_new(plm_api_call *call, const new_run *r)
{
    plm_store *store = call->api->node->store;
    plm_agreement *agreement = NULL;
    plm_outcome outcome = {.detail = NULL};
    memcpy(outcome.peer, r->with, sizeof outcome.peer);
    memcpy(outcome.purpose, r->purpose, sizeof outcome.purpose);
    plm_status status = r->has_accord
                            ? plm_agreement_load(&agreement, store, r->accord_hash)
                            : plm_agreement_find(&agreement, store, call->api->node->code, r->with,
                                                 r->purpose, plm_date_of_ms(call->api->now_ms));
    if (status == PLM_E_NOT_FOUND) {
        (void)plm_api_problem(call, 422, "party", "/with", "no accord here has it as a party");
        return PLM_E_INVALID;
    }
    if (status == PLM_OK) {
        status = look(call, r, agreement, &outcome);
    }
    if (status == PLM_E_REFUSED) {
        const bool is_case = outcome.refusal.code == PLM_REFUSAL_CASE && outcome.detail != NULL;
        (void)plm_api_problem(call, is_case ? 422 : 409, is_case ? "case" : "refused",
                              is_case ? "/case" : NULL, "our own policy refuses: %s",
                              is_case ? outcome.detail
                                      : plm_refusal_sentence(outcome.refusal.code));
        plm_api_problem_add(call, "clause", json_string(outcome.refusal.clause));
        plm_api_problem_add(call, "outcome", plm_outcome_json(status, &outcome));
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

static const plm_api_route routes[] = {
    {"POST", "/v1/runs", PLM_API_STAFF, PLM_API_ONCE | PLM_API_SIGNS, PLM_API_JSON,
     PLM_API_JSON_MAX, start_run, NULL},
};

const plm_api_table plm_api_run_start_routes = {routes, sizeof routes / sizeof *routes};
