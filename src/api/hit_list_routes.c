/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hit_list_routes.c - hits of both sides, page by page, and how many there are by the same filters.
 */
#include "api/answer.h"
#include "api/cursor.h"
#include "api/hit_view.h"
#include "api/routes.h"
#include "ident/recipe.h"
#include "release/decision.h"
#include "store/page.h"

#include <stdio.h>
#include <string.h>

enum {
    TEXT_MAX = 100
};

#define FILTERS "run state with purpose side register grade rule outcome role q seeds"

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
    json_t *one = plm_api_hit(run, hit, record);
    return one != NULL && json_array_append_new(list->items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* What is asked for; strings that are not the call's own stand here. */
typedef struct hit_choice {
    plm_hit_query q;
    uint8_t run_id[16];
    char states[128];
    char text[2 * TEXT_MAX + 3];
} hit_choice;

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
    const char *rule = plm_api_or_empty(call, "rule");
    size_t number;
    q->rule = rule;
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
    if (rule[0] != '\0' && plm_rule_find(&number, rule) != PLM_OK) {
        return plm_api_bad_parameter(call, "rule", "there is no such rule");
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

static plm_status read_choice(plm_api_call *call, hit_choice *c)
{
    plm_hit_query *q = &c->q;
    *c = (hit_choice){.q = {.states = c->states, .text = c->text}};
    q->run.state = "";
    q->run.peer = plm_api_or_empty(call, "with");
    q->run.purpose = plm_api_or_empty(call, "purpose");
    q->register_name = plm_api_or_empty(call, "register");
    q->role = plm_api_or_empty(call, "role");
    q->outcome = plm_api_or_empty(call, "outcome");
    plm_status status = read_choices(call, q, c->run_id);
    if (status == PLM_OK) {
        status = read_states(call, c->states);
    }
    if (status == PLM_OK) {
        status = read_text(call, c->text);
    }
    return status == PLM_OK ? plm_api_parameter_flag(call, "seeds", &q->seeds) : status;
}

static plm_status get_hits(plm_api_call *call)
{
    hit_list list = {.items = json_array()};
    hit_choice c;
    char next[PLM_API_CURSOR_TEXT] = "";
    const char *cursor = plm_api_parameter(call, "cursor");
    plm_status status = plm_api_limit(call, &list.limit);
    if (status == PLM_OK) {
        status = read_choice(call, &c);
    }
    if (status == PLM_OK && cursor != NULL) {
        c.q.run.has_cursor = true;
        status = plm_api_cursor_read(call, cursor, &c.q.run.after_ms, c.q.run.after_id,
                                     &c.q.after_number);
    }
    if (status == PLM_OK) {
        status = plm_store_page_hits(call->api->node->store, &c.q, list.limit + 1, add_hit, &list);
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

static plm_status count_hits(plm_api_call *call)
{
    hit_choice c;
    uint64_t n = 0;
    plm_status status = read_choice(call, &c);
    if (status == PLM_OK) {
        status = plm_store_count_hits_of(call->api->node->store, &c.q, &n);
    }
    return status == PLM_OK ? plm_api_json(call, 200, json_pack("{s:I}", "total", (json_int_t)n))
                            : status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/hits", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_hits, FILTERS " limit cursor"},
    {"GET", "/v1/hits/count", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, count_hits, FILTERS},
};

const plm_api_table plm_api_hit_list_routes = {routes, sizeof routes / sizeof *routes};
