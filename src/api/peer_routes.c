/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_routes.c - what other parties' ledgers showed us, and taking one as it is now.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "node/heads.h"
#include "node/pseudonym.h"

#include <string.h>

static json_t *peer_of(json_t *items, const char *party)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *one = json_array_get(items, i);
        if (strcmp(json_string_value(json_object_get(one, "party")), party) == 0) {
            return one;
        }
    }
    json_t *one = json_pack("{s:s, s:i, s:n, s:i, s:n, s:n}", "party", party, "size", 0, "seen",
                            "countersigned", 0, "finding", "found");
    return json_array_append_new(items, one) == 0 ? one : NULL;
}

static plm_status add_head(void *context, const plm_stored_head *head)
{
    json_t *one = peer_of((json_t *)context, head->party);
    (void)json_object_set_new(one, "size", json_integer((json_int_t)head->size));
    (void)json_object_set_new(one, "seen", plm_api_time(head->time_ms));
    return one != NULL ? PLM_OK : PLM_E_NOMEM;
}

static plm_status add_witness(void *context, const plm_stored_head *head)
{
    json_t *one = peer_of((json_t *)context, head->party);
    (void)json_object_set_new(one, "countersigned", json_integer((json_int_t)head->size));
    return one != NULL ? PLM_OK : PLM_E_NOMEM;
}

static plm_status add_finding(void *context, const plm_stored_head *head)
{
    json_t *one = peer_of((json_t *)context, head->party);
    (void)json_object_set_new(one, "finding", json_string(plm_verdict_name(head->verdict)));
    (void)json_object_set_new(one, "found", plm_api_time(head->time_ms));
    return one != NULL ? PLM_OK : PLM_E_NOMEM;
}

static plm_status get_peers(plm_api_call *call)
{
    plm_store *store = call->api->node->store;
    json_t *items = json_array();
    plm_status status = plm_store_each_peer_head(store, add_head, items);
    if (status == PLM_OK) {
        status = plm_store_each_witness(store, add_witness, items);
    }
    if (status == PLM_OK) {
        status = plm_store_each_finding(store, add_finding, items);
    }
    return plm_api_items(call, status, items);
}

static plm_status acknowledge_finding(plm_api_call *call)
{
    static const char *const members[] = {"reason", NULL};
    const plm_json_at root = plm_api_root(call);
    plm_store *store = call->api->node->store;
    char pseudonym[PLM_OFFICER_DIGITS + 1];
    const char *reason = "";
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "reason", 1, PLM_TEXT_MAX - 1, &reason);
    }
    if (status == PLM_OK) {
        status = plm_api_officer(call, "who takes it?");
    }
    if (status == PLM_OK) {
        status = plm_pseudonym_of(store, call->who->name, pseudonym);
    }
    if (status == PLM_OK) {
        status =
            plm_heads_acknowledge(store, call->arguments[0], pseudonym, reason, call->api->now_ms);
    }
    if (status == PLM_E_NOT_FOUND) {
        return plm_api_problem(call, 404, "not-found", NULL,
                               "nothing was found that is to be acknowledged");
    }
    return status == PLM_OK ? plm_api_done(call) : status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/peers", PLM_API_OVERSIGHT, 0, PLM_API_NO_BODY, 0, get_peers, NULL},
    {"POST", "/v1/peers/{party}/acknowledge", PLM_API_SUPERVISOR, PLM_API_ONCE, PLM_API_JSON, 4096,
     acknowledge_finding, NULL},
};

const plm_api_table plm_api_peer_routes = {routes, sizeof routes / sizeof *routes};
