/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node_routes.c - whether the node lives and can work, and the API's own description.
 */
#include "api/answer.h"
#include "api/assets.h"
#include "api/routes.h"
#include "ledger/ledger.h"

#include <stdio.h>
#include <string.h>

static plm_status get_health(plm_api_call *call)
{
    return plm_api_json(call, 200,
                        json_pack("{s:s, s:s}", "status", "ok", "version", PALERMO_VERSION));
}

static json_t *check(const char *name, bool is_good, const char *words)
{
    return json_pack("{s:s, s:b, s:s}", "name", name, "good", (int)is_good, "words", words);
}

static plm_status get_readiness(plm_api_call *call)
{
    plm_store *store = call->api->node->store;
    plm_ledger_state state;
    bool is_writable = false;
    const bool is_read = plm_store_is_writable(store, &is_writable) == PLM_OK;
    const bool has_store = is_read && is_writable;
    const bool has_ledger = is_read && plm_ledger_now(store, &state) == PLM_OK;
    const bool has_seed = call->api->has_seed;
    json_t *checks = json_array();
    (void)json_array_append_new(checks, check("store", has_store,
                                              has_store ? "opened and read"
                                              : is_read ? "takes no changes"
                                                        : plm_store_error(store)));
    (void)json_array_append_new(
        checks, check("ledger", has_ledger, has_ledger ? "goes on" : "can't be read"));
    (void)json_array_append_new(
        checks, check("key", has_seed, has_seed ? "open" : "the identity key is not open"));
    const bool is_ready = has_store && has_ledger && has_seed;
    return plm_api_json(call, is_ready ? 200 : 503,
                        json_pack("{s:b, s:o}", "ready", (int)is_ready, "checks", checks));
}

static plm_status get_description(plm_api_call *call)
{
    return plm_api_bytes(call, plm_api_description.type,
                         plm_span_of(plm_api_description.bytes, plm_api_description.n), NULL);
}

static const plm_api_route routes[] = {
    {"GET", "/v1/health", PLM_API_EVERYBODY, 0, PLM_API_NO_BODY, 0, get_health, NULL},
    {"GET", "/v1/ready", PLM_API_EVERYBODY, 0, PLM_API_NO_BODY, 0, get_readiness, NULL},
    {"GET", "/v1/openapi.json", PLM_API_EVERYBODY, 0, PLM_API_NO_BODY, 0, get_description, NULL},
};

const plm_api_table plm_api_node_routes = {routes, sizeof routes / sizeof *routes};
