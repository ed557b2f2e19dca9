/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_routes.c - cases: opened, listed, shown, closed.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "node/case_book.h"

#include <stdlib.h>
#include <string.h>

enum {
    CASE_ARENA_MAX = 1 << 20
};

static json_t *case_json(const plm_case *c)
{
    json_t *offences = json_array();
    for (size_t i = 0; i < c->n_offences; i++) {
        (void)json_array_append_new(offences, json_string(c->offences[i]));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:o, s:o, s:o}",
                     "reference", c->reference, "opaque", c->opaque, "state",
                     c->closed_ms == 0 ? "open" : "closed", "officer", c->officer, "pseudonym",
                     c->pseudonym, "supervisor", c->supervisor, "purpose", c->purpose,
                     "penalty_years", (json_int_t)c->penalty_years, "transnational", c->element,
                     "group", (int)c->is_group, "opened", plm_api_time(c->opened_ms), "closed",
                     plm_api_time(c->closed_ms), "offences", offences);
}

static plm_status answer_case(plm_api_call *call, unsigned http, const char *reference)
{
    plm_case c;
    plm_arena arena;
    plm_arena_init(&arena, CASE_ARENA_MAX);
    plm_status status = plm_store_get_case(call->api->node->store, reference, &arena, &c);
    if (status == PLM_OK) {
        status = plm_api_json(call, http, case_json(&c));
    }
    plm_arena_wipe(&arena);
    return status;
}

typedef struct case_list {
    plm_arena arena;
    const char **references;
    size_t n;
    const char *state;
} case_list;

static plm_status collect(void *context, const char *reference, int64_t closed_ms)
{
    case_list *list = (case_list *)context;
    if (list->state != NULL && (strcmp(list->state, "open") == 0) != (closed_ms == 0)) {
        return PLM_OK;
    }
    const char **references =
        (const char **)realloc(list->references, (list->n + 1) * sizeof *references);
    if (references == NULL) {
        return PLM_E_NOMEM;
    }
    list->references = references;
    references[list->n] = plm_arena_string(&list->arena, plm_span_str(reference));
    return references[list->n++] != NULL ? PLM_OK : PLM_E_NOMEM;
}

/* The last opened first. The cursor is the reference of the page's last case. */
static plm_status page_of(plm_api_call *call, const case_list *list, size_t limit, json_t *items,
                          const char **next)
{
    const char *cursor = plm_api_parameter(call, "cursor");
    size_t at = list->n;
    plm_arena arena;
    plm_status status = PLM_OK;
    while (cursor != NULL && at > 0 && strcmp(list->references[at - 1], cursor) != 0) {
        at--;
    }
    at -= cursor != NULL && at > 0;
    plm_arena_init(&arena, CASE_ARENA_MAX);
    for (; status == PLM_OK && at > 0 && json_array_size(items) < limit; at--) {
        plm_case c;
        plm_arena_reset(&arena);
        status = plm_store_get_case(call->api->node->store, list->references[at - 1], &arena, &c);
        if (status == PLM_OK) {
            json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:o}", "reference", c.reference, "state",
                                    c.closed_ms == 0 ? "open" : "closed", "purpose", c.purpose,
                                    "officer", c.officer, "opened", plm_api_time(c.opened_ms));
            status = json_array_append_new(items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
        }
    }
    *next = at > 0 ? list->references[at] : NULL;
    plm_arena_wipe(&arena);
    return status;
}

static plm_status get_cases(plm_api_call *call)
{
    case_list list = {.state = plm_api_parameter(call, "state")};
    const char *next = NULL;
    size_t limit = 0;
    json_t *items = json_array();
    plm_arena_init(&list.arena, (size_t)64 << 20);
    plm_status status = plm_api_limit(call, &limit);
    if (status == PLM_OK && list.state != NULL && strcmp(list.state, "open") != 0 &&
        strcmp(list.state, "closed") != 0) {
        status = plm_api_bad_parameter(call, "state", "must be open or closed");
    }
    if (status == PLM_OK) {
        status = plm_store_each_case(call->api->node->store, collect, &list);
    }
    if (status == PLM_OK) {
        status = page_of(call, &list, limit, items, &next);
    }
    if (status == PLM_OK) {
        status = plm_api_page(call, json_incref(items), next);
    }
    json_decref(items);
    free(list.references);
    plm_arena_wipe(&list.arena);
    return status;
}

/* The supervisor is another person, who can sign in here as one - unless nobody can at all. */
static plm_status check_supervisor(plm_api_call *call, const char *name)
{
    plm_user user;
    if (call->who->by == PLM_API_BY_OPERATOR) {
        return PLM_OK;
    }
    plm_status status = plm_store_get_user(call->api->node->store, name, &user);
    if (status == PLM_E_NOT_FOUND || (status == PLM_OK && user.role != PLM_USER_SUPERVISOR)) {
        (void)plm_api_problem(call, 422, "supervisor", "/supervisor",
                              "no user of that name is a supervisor");
        return PLM_E_INVALID;
    }
    return status;
}

static plm_status read_facts(plm_api_call *call, plm_case_facts *f, const char **offences)
{
    static const char *const members[] = {"reference", "offences",   "penalty_years",
                                          "group",     "supervisor", "transnational",
                                          "purpose",   "officer",    NULL};
    const plm_json_at root = plm_api_root(call);
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "reference", 1, PLM_CASE_REFERENCE_MAX - 1, &f->reference);
    }
    if (status == PLM_OK) {
        status = plm_api_list(&root, "offences", offences, PLM_CASE_OFFENCES_MAX, &f->n_offences);
    }
    if (status == PLM_OK) {
        status =
            plm_api_integer(&root, "penalty_years", 1, PLM_CASE_PENALTY_MAX, &f->penalty_years);
    }
    if (status == PLM_OK) {
        status = plm_api_boolean(&root, "group", &f->is_group);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "transnational", 1, 1, &f->element);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "supervisor", 1, PLM_TEXT_MAX - 1, &f->supervisor);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "purpose", 1, PLM_TEXT_MAX - 1, &f->purpose);
    }
    f->officer = call->who->name;
    if (status == PLM_OK && call->who->by == PLM_API_BY_OPERATOR) {
        status = plm_api_string(&root, "officer", 1, PLM_TEXT_MAX - 1, &f->officer);
    } else if (status == PLM_OK && json_object_get(call->json, "officer") != NULL) {
        const plm_json_at at = plm_json_member(&root, "officer");
        status = plm_json_error(&at, "the officer is who signed in");
    }
    f->offences = offences;
    return status;
}

static plm_status open_case(plm_api_call *call)
{
    const char *offences[PLM_CASE_OFFENCES_MAX] = {NULL};
    char opaque[PLM_CASE_OPAQUE_DIGITS + 1];
    plm_case_facts facts = {.penalty_years = 0};
    plm_status status = read_facts(call, &facts, offences);
    if (status == PLM_OK) {
        const char *objection = plm_case_objection(&facts);
        if (objection != NULL) {
            return plm_api_problem(call, 422, "case", "", "the case can't be opened: %s",
                                   objection);
        }
        status = check_supervisor(call, facts.supervisor);
    }
    if (status == PLM_OK) {
        status = plm_case_open(call->api->node->store, &facts, call->api->now_ms, opaque);
        if (status == PLM_E_EXISTS) {
            return plm_api_problem(call, 409, "exists", "/reference",
                                   "there was a case of that reference before");
        }
    }
    return status == PLM_OK ? answer_case(call, 201, facts.reference) : status;
}

static plm_status get_case(plm_api_call *call)
{
    return answer_case(call, 200, call->arguments[0]);
}

static plm_status close_case(plm_api_call *call)
{
    plm_status status =
        plm_case_close(call->api->node->store, call->arguments[0], call->api->now_ms);
    if (status == PLM_E_EXISTS) {
        return plm_api_problem(call, 409, "closed", NULL, "it is closed already");
    }
    return status == PLM_OK ? answer_case(call, 200, call->arguments[0]) : status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/cases", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_cases, "state limit cursor"},
    {"POST", "/v1/cases", PLM_API_STAFF, PLM_API_ONCE, PLM_API_JSON, PLM_API_JSON_MAX, open_case,
     NULL},
    {"GET", "/v1/cases/{reference}", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_case, NULL},
    {"POST", "/v1/cases/{reference}/close", PLM_API_STAFF, PLM_API_ONCE, PLM_API_NO_BODY, 0,
     close_case, NULL},
};

const plm_api_table plm_api_case_routes = {routes, sizeof routes / sizeof *routes};
