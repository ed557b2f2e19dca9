/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register_routes.c - registers: listed, looked through, dropped.
 */
#include "api/answer.h"
#include "api/cursor.h"
#include "api/routes.h"
#include "ledger/clock.h"
#include "ledger/ledger.h"
#include "node/load.h"
#include "store/page.h"

#include <stdio.h>
#include <string.h>

static plm_status add_register(void *context, const plm_register_info *info)
{
    json_t *one =
        json_pack("{s:s, s:s, s:I, s:I, s:o}", "name", info->name, "format", info->format,
                  "records", (json_int_t)info->n_records, "quarantined",
                  (json_int_t)info->n_quarantined, "loaded", plm_api_time(info->loaded_ms));
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status get_registers(plm_api_call *call)
{
    json_t *items = json_array();
    plm_status status = plm_store_each_register(call->api->node->store, add_register, items);
    return plm_api_items(call, status, items);
}

/* PLM_E_NOT_FOUND unless there is a register of that name. */
typedef struct name_search {
    const char *name;
    uint64_t n_records;
    uint64_t n_quarantined;
    bool is_found;
} name_search;

static plm_status match_name(void *context, const plm_register_info *info)
{
    name_search *search = (name_search *)context;
    if (strcmp(info->name, search->name) == 0) {
        search->is_found = true;
        search->n_records = info->n_records;
        search->n_quarantined = info->n_quarantined;
    }
    return PLM_OK;
}

static plm_status find_register(plm_api_call *call, name_search *search)
{
    *search = (name_search){.name = call->arguments[0]};
    plm_status status = plm_store_each_register(call->api->node->store, match_name, search);
    return status == PLM_OK && !search->is_found ? PLM_E_NOT_FOUND : status;
}

/* --- quarantine and junk -----------------------------------------------------------------------
 */

typedef struct quarantine_list {
    json_t *items;
    size_t limit;
    int64_t last;
    bool has_more;
} quarantine_list;

static plm_status add_quarantine(void *context, int64_t number, const plm_quarantine_row *row)
{
    quarantine_list *list = (quarantine_list *)context;
    if (json_array_size(list->items) == list->limit) {
        list->has_more = true;
        return PLM_OK;
    }
    list->last = number;
    json_t *one =
        json_pack("{s:s, s:s, s:I, s:s?, s:s}", "register", row->register_name, "file", row->file,
                  "line", (json_int_t)row->line, "field", row->field, "reason", row->reason);
    return json_array_append_new(list->items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* register_name "": of all of them. */
static plm_status page_quarantine(plm_api_call *call, const char *register_name)
{
    quarantine_list list = {.items = json_array()};
    int64_t after = 0;
    char next[24] = "";
    plm_status status = plm_api_limit(call, &list.limit);
    if (status == PLM_OK) {
        status = plm_api_parameter_number(call, "cursor", 0, INT64_MAX, &after);
    }
    if (status == PLM_OK) {
        status = plm_store_page_quarantine(call->api->node->store, register_name, after,
                                           list.limit + 1, add_quarantine, &list);
    }
    if (status == PLM_OK) {
        if (list.has_more) {
            (void)snprintf(next, sizeof next, "%lld", (long long)list.last);
        }
        status = plm_api_page(call, json_incref(list.items), next);
    }
    json_decref(list.items);
    return status;
}

static plm_status get_quarantine(plm_api_call *call)
{
    name_search search;
    plm_status status = find_register(call, &search);
    return status == PLM_OK ? page_quarantine(call, call->arguments[0]) : status;
}

static plm_status get_all_quarantine(plm_api_call *call)
{
    return page_quarantine(call, plm_api_or_empty(call, "register"));
}

static plm_status add_type(void *context, const plm_junk_type *type)
{
    json_t *one = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "type", type->type, "values",
                            (json_int_t)type->n_values, "distinct", (json_int_t)type->n_distinct,
                            "check_failed", (json_int_t)type->n_flagged[0], "unchecked",
                            (json_int_t)type->n_flagged[1], "test", (json_int_t)type->n_flagged[2]);
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status add_reason(void *context, const char *reason, uint64_t n)
{
    json_t *one = json_pack("{s:s, s:I}", "reason", reason, "rows", (json_int_t)n);
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static json_int_t sum_of(const json_t *list, const char *key)
{
    json_int_t sum = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        sum += json_integer_value(json_object_get(json_array_get(list, i), key));
    }
    return sum;
}

static plm_status get_report(plm_api_call *call)
{
    plm_store *store = call->api->node->store;
    name_search search;
    json_t *types = json_array();
    json_t *reasons = json_array();
    plm_status status = find_register(call, &search);
    if (status == PLM_OK) {
        status = plm_store_junk_types(store, search.name, add_type, types);
    }
    if (status == PLM_OK) {
        status = plm_store_junk_reasons(store, search.name, add_reason, reasons);
    }
    if (status == PLM_OK) {
        status = plm_api_json(call, 200,
                              json_pack("{s:s, s:I, s:I, s:I, s:O, s:O}", "register", search.name,
                                        "records", (json_int_t)search.n_records, "values",
                                        sum_of(types, "values"), "quarantined",
                                        (json_int_t)search.n_quarantined, "reasons", reasons,
                                        "types", types));
    }
    json_decref(types);
    json_decref(reasons);
    return status;
}

static plm_status drop_register(plm_api_call *call)
{
    plm_status status =
        plm_register_drop(call->api->node->store, call->arguments[0], call->api->now_ms);
    return status == PLM_OK ? plm_api_done(call) : status;
}

static plm_status expire_records(plm_api_call *call)
{
    uint64_t n = 0;
    plm_ledger_clock clock;
    plm_status status = plm_ledger_clock_look(call->api->node->store, call->api->now_ms, &clock);
    if (status == PLM_OK && clock.is_ahead) {
        char seen[PLM_TIME_TEXT];
        plm_time_format(seen, clock.seen_ms);
        return plm_api_problem(call, 409, "clock", NULL,
                               "the clock stands more than %d days ahead of %s, when this node has "
                               "last seen it: see 'palermo check --clock-is-right'",
                               PLM_CLOCK_LEAP_DAYS, seen);
    }
    if (status == PLM_OK) {
        status = plm_ledger_expire(call->api->node->store, call->api->now_ms, &n);
    }
    return status == PLM_OK ? plm_api_json(call, 200, json_pack("{s:I}", "deleted", (json_int_t)n))
                            : status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/registers", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_registers, NULL},
    {"GET", "/v1/registers/{name}/quarantine", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_quarantine,
     "limit cursor"},
    {"GET", "/v1/quarantine", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_all_quarantine,
     "register limit cursor"},
    {"GET", "/v1/registers/{name}/report", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_report, NULL},
    {"DELETE", "/v1/registers/{name}", PLM_API_SUPERVISOR, 0, PLM_API_NO_BODY, 0, drop_register,
     NULL},
    {"POST", "/v1/registers/expire", PLM_API_STAFF, PLM_API_ONCE, PLM_API_NO_BODY, 0,
     expire_records, NULL},
};

const plm_api_table plm_api_register_routes = {routes, sizeof routes / sizeof *routes};
