/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_routes.c - requests and offers: listed, shown, drafted, checked.
 */
#include "api/answer.h"
#include "api/cursor.h"
#include "api/request_view.h"
#include "api/routes.h"
#include "crypto/sign.h"
#include "node/request_view.h"
#include "store/page.h"
#include "store/prefix.h"

#include <string.h>

static plm_status look_at_request(void *context, const plm_request_row *row)
{
    (void)plm_prefix_look((plm_prefix *)context, row->id);
    return PLM_OK;
}

/* The path's {request}: an id or its beginning. */
static plm_status find_id(plm_api_call *call, uint8_t id[static PLM_REQUEST_ID_BYTES])
{
    plm_prefix search = {.text = call->arguments[0], .id_bytes = PLM_REQUEST_ID_BYTES};
    if (plm_hex_decode(id, PLM_REQUEST_ID_BYTES, search.text) == 0) {
        return PLM_OK;
    }
    plm_status status = plm_store_each_request(call->api->node->store, look_at_request, &search);
    status = status == PLM_OK ? plm_prefix_end(&search, id) : status;
    if (status == PLM_E_EXISTS) {
        (void)plm_api_problem(call, 409, "ambiguous", NULL, "several requests begin so");
    }
    return status;
}

plm_status plm_api_book(plm_api_call *call, plm_request_book *out)
{
    uint8_t id[PLM_REQUEST_ID_BYTES];
    plm_keep_report kept;
    plm_status status = find_id(call, id);
    /* What has expired is erased before anybody reads it. */
    if (status == PLM_OK) {
        status = plm_request_keep(call->api->node->store, call->api->now_ms, &kept);
    }
    return status == PLM_OK ? plm_request_open(out, call->api->node->store, id) : status;
}

plm_status plm_api_request_state(plm_api_call *call, const plm_request_book *book)
{
    return plm_api_json(call, 200,
                        json_pack("{s:o, s:s, s:s}", "request",
                                  plm_api_hex(book->row.id, sizeof book->row.id), "with",
                                  book->row.peer, "state",
                                  plm_request_state_name((plm_request_state)book->row.state)));
}

void plm_api_missing(void *context, const char *pointer, const char *what, const char *article)
{
    (void)json_array_append_new((json_t *)context, json_pack("{s:s, s:s, s:s}", "field", pointer,
                                                             "what", what, "article", article));
}

/* --- the list ----------------------------------------------------------------------------------
 */

typedef struct request_list {
    json_t *items;
    size_t limit;
    bool only_due;
    bool has_more;
    int64_t now_ms;
    int64_t last_ms;
    uint8_t last_id[16];
} request_list;

static plm_status add_request(void *context, const plm_request_row *row)
{
    request_list *l = (request_list *)context;
    const plm_request_state state = (plm_request_state)row->state;
    const bool counts = row->due_ms > 0 && plm_due_counts(state);
    const plm_alarm alarm = plm_due_alarm(state, row->sent_ms, row->due_ms, l->now_ms);
    if (l->only_due && !counts) {
        return PLM_OK;
    }
    if (json_array_size(l->items) == l->limit) {
        l->has_more = true;
        return PLM_OK;
    }
    l->last_ms = row->changed_ms;
    memcpy(l->last_id, row->id, sizeof l->last_id);
    json_t *one = json_pack("{s:o, s:s, s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:o}", "request",
                            plm_api_hex(row->id, sizeof row->id), "side",
                            row->is_ours ? "requester" : "requested", "with", row->peer, "kind",
                            plm_request_kinds[row->kind < PLM_REQUEST_KIND_COUNT ? row->kind : 0],
                            "direction", row->is_offer ? "offer" : "ask", "urgent",
                            (int)row->is_urgent, "state", plm_request_state_name(state), "due",
                            plm_api_time(counts ? row->due_ms : 0), "alarm",
                            plm_api_text(counts ? plm_alarm_name(alarm) : ""), "changed",
                            plm_api_time(row->changed_ms));
    return json_array_append_new(l->items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status read_query(plm_api_call *call, plm_request_query *q, request_list *l)
{
    const char *side = plm_api_or_empty(call, "side");
    const char *state = plm_api_or_empty(call, "state");
    const char *cursor = plm_api_parameter(call, "cursor");
    uint32_t nothing = 0;
    plm_request_state found;
    *q = (plm_request_query){.peer = plm_api_or_empty(call, "with"), .is_ours = -1, .state = -1};
    plm_status status = plm_api_limit(call, &l->limit);
    if (status == PLM_OK) {
        status = plm_api_parameter_flag(call, "due", &l->only_due);
    }
    if (status == PLM_OK && side[0] != '\0') {
        q->is_ours = strcmp(side, "requester") == 0 ? 1 : 0;
        if (q->is_ours == 0 && strcmp(side, "requested") != 0) {
            status = plm_api_bad_parameter(call, "side", "must be requester or requested");
        }
    }
    if (status == PLM_OK && state[0] != '\0') {
        if (plm_request_state_find(&found, state) != PLM_OK) {
            return plm_api_bad_parameter(call, "state", "there is no such state of a request");
        }
        q->state = (int)found;
    }
    if (status == PLM_OK && cursor != NULL) {
        q->has_cursor = true;
        status = plm_api_cursor_read(call, cursor, &q->after_ms, q->after_id, &nothing);
    }
    return status;
}

static plm_status get_requests(plm_api_call *call)
{
    request_list l = {.items = json_array(), .now_ms = call->api->now_ms};
    plm_request_query q;
    char next[PLM_API_CURSOR_TEXT] = "";
    plm_status status = read_query(call, &q, &l);
    /* Whether one is due is not a column: those that are not are passed over here. */
    const size_t most = l.only_due ? SIZE_MAX >> 2 : l.limit + 1;
    if (status == PLM_OK) {
        status = plm_store_page_requests(call->api->node->store, &q, most, add_request, &l);
    }
    if (status == PLM_OK) {
        if (l.has_more) {
            plm_api_cursor_write(next, l.last_ms, l.last_id, 0);
        }
        status = plm_api_page(call, json_incref(l.items), next);
    }
    json_decref(l.items);
    return status;
}

/* --- one request -------------------------------------------------------------------------------
 */

/* What our side may do next. */
static json_t *actions_of(const plm_request_book *book)
{
    static const plm_request_action ours[] = {
        PLM_REQUEST_ACCEPT,   PLM_REQUEST_REFUSE, PLM_REQUEST_POSTPONE,
        PLM_REQUEST_CONSULT,  PLM_REQUEST_ANSWER, PLM_REQUEST_CLOSE,
        PLM_REQUEST_WITHDRAW, PLM_REQUEST_RECALL, PLM_REQUEST_ATTACH};
    const plm_request_side side = plm_request_own_side(book);
    const plm_request_side other =
        side == PLM_REQUEST_REQUESTER ? PLM_REQUEST_REQUESTED : PLM_REQUEST_REQUESTER;
    json_t *list = json_array();
    if (book->row.state == PLM_REQUEST_DRAFT) {
        (void)json_array_append_new(list, json_string("send"));
        return list;
    }
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (plm_request_may_add(&book->log, side, ours[i], (uint32_t)book->log.n[other]) ==
            PLM_OK) {
            (void)json_array_append_new(list, json_string(plm_request_action_name(ours[i])));
        }
    }
    return list;
}

static plm_status get_request(plm_api_call *call)
{
    plm_request_book book = {0};
    json_t *view = NULL;
    plm_status status = plm_api_book(call, &book);
    if (status == PLM_OK) {
        status = plm_request_view(&view, call->api->node->store, &book, false, call->api->now_ms);
    }
    if (status == PLM_OK) {
        (void)json_object_set_new(view, "can", actions_of(&book));
        status = plm_api_json(call, 200, view);
    }
    plm_request_shut(&book);
    return status;
}

static plm_status answer_draft(plm_api_call *call, unsigned http, const plm_request_book *book,
                               json_t *missing)
{
    return plm_api_json(call, http,
                        json_pack("{s:o, s:O}", "request",
                                  plm_api_hex(book->row.id, sizeof book->row.id), "missing",
                                  missing));
}

/* A document with what the hit and the node itself know. */
static plm_status begin(plm_api_call *call, json_t **out, char peer[static PLM_CODE_MAX])
{
    static const char *const members[] = {"with", "hit", "document", NULL};
    const plm_json_at root = plm_api_root(call);
    const char *with = NULL;
    const char *hit = NULL;
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_string(&root, "with", 1, PLM_CODE_MAX - 1, &with);
    }
    if (status == PLM_OK) {
        status = plm_api_string(&root, "hit", 3, 300, &hit);
    }
    json_t *given = json_object_get(call->json, "document");
    json_t *document = json_pack("{s:s, s:s}", "palermo", "request/1", "kind", "information");
    if (status == PLM_OK) {
        status = document != NULL ? plm_request_add_authority(call->api->node->store, document)
                                  : PLM_E_NOMEM;
    }
    if (status == PLM_OK && hit != NULL) {
        status = plm_request_fill_from_hit(call->api->node->store, document, hit, peer);
        if (status == PLM_E_SYNTAX || status == PLM_E_NOT_FOUND || status == PLM_E_REFUSED) {
            (void)plm_api_problem(call, 422, status == PLM_E_NOT_FOUND ? "no-hit" : "hit", "/hit",
                                  "%s",
                                  status == PLM_E_REFUSED  ? "the hit has not been released"
                                  : status == PLM_E_SYNTAX ? "must be RUN/HIT or RUN/RECORD"
                                                           : "there is no such hit");
            status = PLM_E_INVALID;
        }
    }
    /* What was given stands, member by member. */
    if (status == PLM_OK && json_is_object(given) &&
        json_object_update_recursive(document, given) != 0) {
        status = PLM_E_NOMEM;
    }
    if (status == PLM_OK && with != NULL) {
        memcpy(peer, with, strlen(with) + 1);
    }
    *out = document;
    return status;
}

static plm_status draft_request(plm_api_call *call)
{
    plm_store *store = call->api->node->store;
    plm_request_book book = {.row = {.is_ours = true}};
    char peer[PLM_CODE_MAX] = "";
    json_t *document = NULL;
    json_t *missing = json_array();
    plm_random(book.row.id, sizeof book.row.id);
    plm_status status = begin(call, &document, peer);
    if (status == PLM_OK) {
        status = plm_request_check_peer(store, call->api->node->code, peer);
        if (status == PLM_E_NOT_FOUND) {
            (void)plm_api_problem(call, 422, "party", "/with",
                                  "no accord here has that party: say with whom");
            status = PLM_E_INVALID;
        }
    }
    book.row.peer = peer;
    if (status == PLM_OK) {
        status = plm_request_put_draft(store, &book.row, document, true, call->api->now_ms,
                                       &call->sink, NULL, plm_api_missing, missing);
    }
    if (status == PLM_OK) {
        status = answer_draft(call, 201, &book, missing);
    }
    json_decref(document);
    json_decref(missing);
    return status;
}

/* The draft of the path, for `what` with its document; a problem is made if it is none any more. */
static plm_status open_draft(plm_api_call *call, plm_request_book *book, json_t **document)
{
    plm_status status = plm_api_book(call, book);
    if (status == PLM_OK) {
        status = plm_request_draft_document(book, document);
    }
    if (status == PLM_E_REFUSED) {
        (void)plm_api_problem(call, 409, "state", NULL, "it is no draft any more: %s",
                              plm_request_state_name((plm_request_state)book->row.state));
    }
    return status;
}

static plm_status edit_draft(plm_api_call *call)
{
    plm_request_book book = {0};
    json_t *before = NULL;
    json_t *missing = json_array();
    plm_status status = open_draft(call, &book, &before);
    if (status == PLM_OK) {
        status =
            plm_request_put_draft(call->api->node->store, &book.row, call->json, false,
                                  call->api->now_ms, &call->sink, NULL, plm_api_missing, missing);
    }
    if (status == PLM_OK) {
        status = answer_draft(call, 200, &book, missing);
    }
    json_decref(before);
    json_decref(missing);
    plm_request_shut(&book);
    return status;
}

static plm_status answer_check(plm_api_call *call, json_t *document)
{
    plm_document d;
    json_t *missing = json_array();
    plm_status status =
        plm_document_read(&d, document, &call->sink, NULL, plm_api_missing, missing);
    if (status == PLM_OK) {
        status = plm_api_json(call, 200,
                              json_pack("{s:b, s:O}", "complete",
                                        (int)(json_array_size(missing) == 0), "missing", missing));
    }
    json_decref(missing);
    return status;
}

static plm_status check_document(plm_api_call *call)
{
    return answer_check(call, call->json);
}

static plm_status check_draft(plm_api_call *call)
{
    plm_request_book book = {0};
    json_t *document = NULL;
    plm_status status = open_draft(call, &book, &document);
    if (status == PLM_OK) {
        status = answer_check(call, document);
    }
    json_decref(document);
    plm_request_shut(&book);
    return status;
}

static plm_status send_request(plm_api_call *call)
{
    plm_request_book book = {0};
    plm_request_fit fit = PLM_REQUEST_FITS;
    json_t *document = NULL;
    json_t *missing = json_array();
    plm_status status = open_draft(call, &book, &document);
    if (status == PLM_OK) {
        status = plm_request_send_draft(call->api->node, &book, document, &call->sink,
                                        plm_api_missing, missing, &fit);
        if (json_array_size(missing) > 0) {
            (void)plm_api_problem(call, 422, "incomplete", NULL,
                                  "it is incomplete and was not sent");
            plm_api_problem_add(call, "missing", json_incref(missing));
        } else if (fit != PLM_REQUEST_FITS) {
            (void)plm_api_problem(call, 409, "accord", NULL, "%s", plm_request_fit_sentence(fit));
        }
    }
    if (status == PLM_OK) {
        status = plm_api_request_state(call, &book);
    }
    json_decref(document);
    json_decref(missing);
    plm_request_shut(&book);
    return status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/requests", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_requests,
     "due state with side limit cursor"},
    {"POST", "/v1/requests", PLM_API_STAFF, PLM_API_ONCE, PLM_API_JSON, PLM_API_JSON_MAX,
     draft_request, NULL},
    {"POST", "/v1/requests/check", PLM_API_STAFF, 0, PLM_API_JSON, PLM_REQUEST_DOCUMENT_MAX,
     check_document, NULL},
    {"GET", "/v1/requests/{request}", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_request, NULL},
    {"PUT", "/v1/requests/{request}", PLM_API_STAFF, 0, PLM_API_JSON, PLM_REQUEST_DOCUMENT_MAX,
     edit_draft, NULL},
    {"GET", "/v1/requests/{request}/check", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, check_draft,
     NULL},
    {"POST", "/v1/requests/{request}/send", PLM_API_DECIDERS, PLM_API_ONCE | PLM_API_SIGNS,
     PLM_API_NO_BODY, 0, send_request, NULL},
};

const plm_api_table plm_api_request_routes = {routes, sizeof routes / sizeof *routes};
