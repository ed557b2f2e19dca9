/* SPDX-License-Identifier: Apache-2.0 */
#include "api/routes.h"

#include "api/answer.h"

#include <string.h>

static const plm_api_table *const tables[] = {
    &plm_api_node_routes,          &plm_api_case_routes,           &plm_api_run_routes,
    &plm_api_hit_routes,           &plm_api_decide_routes,         &plm_api_register_routes,
    &plm_api_record_routes,        &plm_api_accord_routes,         &plm_api_accord_act_routes,
    &plm_api_request_routes,       &plm_api_step_routes,           &plm_api_ledger_routes,
    &plm_api_estimate_routes,      &plm_api_ident_routes,          &plm_api_words_routes,
    &plm_api_overview_routes,      &plm_api_run_start_routes,      &plm_api_peer_routes,
    &plm_api_session_routes,       &plm_api_lookup_routes,         &plm_api_tally_routes,
    &plm_api_standing_routes,      &plm_api_tally_act_routes,      &plm_api_hit_list_routes,
    &plm_api_load_routes,          &plm_api_ledger_subject_routes, &plm_api_find_routes,
    &plm_api_index_work_routes,    &plm_api_index_fetch_routes,    &plm_api_index_routes,
    &plm_api_ledger_export_routes,
};

size_t plm_api_route_count(void)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        n += tables[i]->n;
    }
    return n;
}

const plm_api_route *plm_api_route_at(size_t i)
{
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        if (i < tables[t]->n) {
            return &tables[t]->routes[i];
        }
        i -= tables[t]->n;
    }
    return NULL;
}

/* Whether the segments fit the pattern; what stood for {...} goes into arguments. */
static bool fits(const char *pattern, const plm_api_target *target,
                 const char *arguments[PLM_API_ARGUMENTS_MAX])
{
    size_t n_arguments = 0;
    for (size_t i = 0; i < target->n_segments; i++) {
        if (*pattern != '/') {
            return false;
        }
        pattern++;
        const size_t n = strcspn(pattern, "/");
        if (*pattern == '{' && n_arguments < PLM_API_ARGUMENTS_MAX) {
            arguments[n_arguments++] = target->segments[i];
        } else if (strlen(target->segments[i]) != n ||
                   strncmp(pattern, target->segments[i], n) != 0) {
            return false;
        }
        pattern += n;
    }
    return *pattern == '\0';
}

/* Written out beats {...}: /v1/ledger/report is no entry's number. */
static bool is_literal(const char *pattern)
{
    return strchr(pattern, '{') == NULL;
}

plm_status plm_api_find(plm_api_call *call, const char *method)
{
    bool is_path = false;
    const plm_api_route *found = NULL;
    for (size_t i = 0; i < plm_api_route_count(); i++) {
        const plm_api_route *route = plm_api_route_at(i);
        const char *arguments[PLM_API_ARGUMENTS_MAX] = {NULL};
        if (!fits(route->path, call->target, arguments)) {
            continue;
        }
        is_path = true;
        if (strcmp(route->method, method) == 0 && (found == NULL || is_literal(route->path))) {
            found = route;
            memcpy(call->arguments, arguments, sizeof arguments);
        }
    }
    call->route = found;
    if (found != NULL) {
        return PLM_OK;
    }
    (void)(is_path ? plm_api_problem(call, 405, "method", NULL, "not with this method")
                   : plm_api_problem(call, 404, "no-resource", NULL, "there is no such resource"));
    return is_path ? PLM_E_REJECTED : PLM_E_NOT_FOUND;
}
