/* SPDX-License-Identifier: Apache-2.0 */
/*
 * step_routes.c - steps of a request: words, attachments; and what leaves it, for its purpose alone
 * and entered in the ledger.
 */
#include "api/answer.h"
#include "api/request_view.h"
#include "api/routes.h"
#include "node/request_view.h"
#include "request/grounds.h"
#include "request/page.h"

#include <string.h>

static const struct action_name {
    const char *name;
    plm_request_action action;
} actions[] = {
    {"accept", PLM_REQUEST_ACCEPT},     {"refuse", PLM_REQUEST_REFUSE},
    {"postpone", PLM_REQUEST_POSTPONE}, {"consult", PLM_REQUEST_CONSULT},
    {"answer", PLM_REQUEST_ANSWER},     {"close", PLM_REQUEST_CLOSE},
    {"withdraw", PLM_REQUEST_WITHDRAW}, {"recall", PLM_REQUEST_RECALL},
};

static plm_status read_ground(const plm_json_at *root, plm_transition *what)
{
    const plm_json_at at = plm_json_member(root, "ground");
    const char *name = "";
    plm_status status = plm_api_needed(root, "ground", 1, 64, &name);
    const plm_ground *ground = status == PLM_OK ? plm_ground_find_name(name) : NULL;
    if (ground != NULL) {
        what->code = (uint16_t)ground->code;
        return PLM_OK;
    }
    const char *article = status == PLM_OK ? plm_ground_excluded(name) : NULL;
    if (article != NULL) {
        return plm_json_error(&at, "is no ground for a refusal (%s)", article);
    }
    return status == PLM_OK ? plm_json_error(&at, "there is no such ground") : status;
}

static plm_status read_outcome(const plm_json_at *root, plm_transition *what)
{
    const plm_json_at at = plm_json_member(root, "outcome");
    size_t i = 0;
    plm_status status = at.value == NULL ? PLM_OK : plm_json_choice(&at, plm_request_outcomes, &i);
    if (status == PLM_OK && at.value != NULL) {
        what->code = (uint16_t)i;
    }
    return status;
}

static plm_status read_until(const plm_json_at *root, plm_transition *what)
{
    const char *text = NULL;
    plm_date date;
    plm_status status = plm_api_string(root, "until", 10, 10, &text);
    if (status != PLM_OK || text == NULL) {
        return status;
    }
    if (plm_date_parse(&date, plm_span_str(text)) != PLM_OK || date.day == 0) {
        const plm_json_at at = plm_json_member(root, "until");
        return plm_json_error(&at, "must be a date, YYYY-MM-DD");
    }
    what->until_ms = plm_date_days(date) * 86400000;
    return PLM_OK;
}

/* What the action needs besides its text. */
static plm_status read_what(const plm_json_at *root, const plm_request_book *book,
                            plm_transition *what)
{
    const char *step = "";
    plm_status status = PLM_OK;
    if (what->action == PLM_REQUEST_REFUSE) {
        status = read_ground(root, what);
    } else if (what->action == PLM_REQUEST_CLOSE) {
        status = read_outcome(root, what);
    } else if (what->action == PLM_REQUEST_POSTPONE) {
        status = read_until(root, what);
    } else if (what->action == PLM_REQUEST_RECALL) {
        status = plm_api_needed(root, "step", 2, PLM_STEP_NAME - 1, &step);
        if (status == PLM_OK && plm_step_find(book, step, what->target) != PLM_OK) {
            const plm_json_at at = plm_json_member(root, "step");
            status = plm_json_error(&at, "there is no such step (r1, h2, ...)");
        }
    }
    return status;
}

static plm_status say_why_not(plm_api_call *call, const plm_request_book *book,
                              plm_request_action action, plm_status status)
{
    if (status == PLM_E_REFUSED) {
        return plm_api_problem(call, 409, "state", NULL, "%s may not %s what is %s",
                               book->row.is_ours ? "the requester" : "the requested side",
                               plm_request_action_name(action),
                               plm_request_state_name((plm_request_state)book->row.state));
    }
    if (status == PLM_E_PROTOCOL) {
        return plm_api_problem(call, 422, "text", "/text",
                               "it is missing, or something is there that does not go with it");
    }
    if (status == PLM_E_NOT_FOUND) {
        return plm_api_problem(call, 422, "step", "/step", "that is no step of ours");
    }
    return status;
}

static plm_status act(plm_api_call *call, plm_request_book *book, const plm_json_at *root,
                      plm_transition *what)
{
    const plm_json_at conditions = plm_json_member(root, "conditions");
    const char *text = NULL;
    uint8_t id[PLM_HASH_BYTES];
    plm_conditions checked;
    plm_status status = read_what(root, book, what);
    if (status == PLM_OK) {
        status = plm_api_string(root, "text", 1, PLM_REQUEST_DOCUMENT_MAX, &text);
    }
    if (status == PLM_OK && conditions.value != NULL) {
        status = plm_conditions_read(&checked, &conditions);
    }
    if (status != PLM_OK) {
        return status;
    }
    json_t *note = plm_note_json(text, conditions.value, NULL);
    status = note != NULL ? plm_request_act(call->api->node, book, what, note, id) : PLM_E_NOMEM;
    json_decref(note);
    return status == PLM_OK ? plm_api_request_state(call, book)
                            : say_why_not(call, book, what->action, status);
}

static plm_status take_step(plm_api_call *call)
{
    static const char *const members[] = {"action",  "text", "ground",     "until",
                                          "outcome", "step", "conditions", NULL};
    const plm_json_at root = plm_api_root(call);
    const plm_json_at at = plm_json_member(&root, "action");
    plm_transition what = {.action = PLM_REQUEST_SEND};
    plm_request_book book = {0};
    const char *name = "";
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "action", 1, 32, &name);
    }
    for (size_t i = 0; status == PLM_OK && i < sizeof actions / sizeof *actions; i++) {
        what.action = strcmp(actions[i].name, name) == 0 ? actions[i].action : what.action;
    }
    if (status == PLM_OK && what.action == PLM_REQUEST_SEND) {
        status = plm_json_error(&at, "there is no such action");
    }
    if (status == PLM_OK) {
        status = plm_api_book(call, &book);
    }
    if (status == PLM_OK) {
        status = act(call, &book, &root, &what);
    }
    plm_request_shut(&book);
    return status;
}

/* The parameter `conditions`, a JSON object; *out: new reference, NULL: not given. */
static plm_status read_conditions(plm_api_call *call, json_t **out)
{
    const char *text = plm_api_parameter(call, "conditions");
    plm_conditions checked;
    json_t *json = NULL;
    if (text == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_parse(&json, plm_span_str(text), &call->sink, NULL, 0);
    if (status == PLM_OK) {
        const plm_json_at at = plm_json_root(json, &call->sink, NULL, 0);
        status = plm_conditions_read(&checked, &at);
    }
    if (status != PLM_OK) {
        json_decref(json);
        return status;
    }
    *out = json;
    return PLM_OK;
}

static plm_status attach(plm_api_call *call)
{
    const char *name = "";
    const char *type = plm_api_parameter(call, "type");
    plm_request_book book = {0};
    json_t *conditions = NULL;
    plm_status status = plm_api_parameter_needed(call, "name", &name);
    if (status == PLM_OK && (strchr(name, '/') != NULL || strlen(name) >= PLM_TEXT_MAX)) {
        status = plm_api_bad_parameter(call, "name", "must be a file's name without its path");
    }
    if (status == PLM_OK) {
        status = read_conditions(call, &conditions);
    }
    if (status == PLM_OK) {
        status = plm_api_book(call, &book);
    }
    if (status == PLM_OK) {
        status = plm_request_attach(call->api->node, &book, name,
                                    type != NULL ? type : "application/octet-stream", call->body,
                                    plm_api_parameter(call, "text"), conditions);
        status = status == PLM_OK ? plm_api_request_state(call, &book)
                                  : say_why_not(call, &book, PLM_REQUEST_ATTACH, status);
    }
    json_decref(conditions);
    plm_request_shut(&book);
    return status;
}

/* --- what leaves -------------------------------------------------------------------------------
 */

/* Nothing leaves but for what it was disclosed for; a problem names the condition it would break.
 */
static plm_status check_use(plm_api_call *call, const plm_request_book *book, plm_use *use)
{
    char step[PLM_STEP_NAME];
    plm_condition_kind broken = PLM_CONDITION_NONE;
    *use = (plm_use){.to = plm_api_parameter(call, "to"),
                     .owner = book->row.peer,
                     .today = plm_date_of_ms(call->api->now_ms)};
    plm_status status = plm_api_parameter_needed(call, "purpose", &use->purpose);
    if (status == PLM_OK) {
        status = plm_request_check_use(call->api->node->store, book, use, &broken, step);
    }
    if (status == PLM_OK && broken != PLM_CONDITION_NONE) {
        (void)plm_api_problem(call, 409, "conditions", NULL, "refused by the conditions of %s: %s",
                              step, plm_condition_sentence(broken));
        return PLM_E_REFUSED;
    }
    return status;
}

typedef plm_status write_fn(plm_api_call *call, plm_request_book *book, plm_buf *out);

/* Entered first: what could not be entered does not leave. */
static plm_status hand_out(plm_api_call *call, write_fn *write, const char *type,
                           const char *file_name, bool is_page)
{
    plm_request_book book = {0};
    plm_use use;
    plm_buf out;
    plm_buf_init(&out, PLM_ATTACHMENT_MAX);
    plm_status status = plm_api_book(call, &book);
    if (status == PLM_OK) {
        status = check_use(call, &book, &use);
    }
    if (status == PLM_OK) {
        status = write(call, &book, &out);
    }
    if (status == PLM_OK) {
        status = plm_request_note_export(call->api->node->store, book.row.id, use.purpose,
                                         use.to != NULL ? use.to : "", plm_buf_span(&out),
                                         call->api->now_ms);
    }
    if (status == PLM_OK) {
        status = plm_api_bytes(call, type, plm_buf_span(&out), file_name);
        call->answer.is_page = is_page;
    }
    plm_buf_wipe(&out);
    plm_request_shut(&book);
    return status;
}

static plm_status write_view(plm_api_call *call, const plm_request_book *book, bool is_page,
                             plm_buf *out)
{
    json_t *view = NULL;
    plm_status status =
        plm_request_view(&view, call->api->node->store, book, !is_page, call->api->now_ms);
    if (status == PLM_OK) {
        status = is_page ? plm_page_write(out, view) : plm_json_dump(view, true, out);
    }
    json_decref(view);
    return status;
}

static plm_status write_json(plm_api_call *call, plm_request_book *book, plm_buf *out)
{
    return write_view(call, book, false, out);
}

static plm_status write_page(plm_api_call *call, plm_request_book *book, plm_buf *out)
{
    return write_view(call, book, true, out);
}

typedef struct step_search {
    plm_node *node;
    uint8_t id[PLM_HASH_BYTES];
    plm_buf *out;
    plm_status result;
} step_search;

static plm_status open_step(void *context, const plm_step_row *row)
{
    step_search *search = (step_search *)context;
    plm_attachment announced;
    if (memcmp(row->id, search->id, sizeof search->id) == 0) {
        search->result = plm_request_open_attachment(search->node, row, &announced, search->out);
    }
    return PLM_OK;
}

static plm_status write_attachment(plm_api_call *call, plm_request_book *book, plm_buf *out)
{
    step_search search = {.node = call->api->node, .out = out, .result = PLM_E_NOT_FOUND};
    plm_status status = plm_step_find(book, call->arguments[1], search.id);
    if (status == PLM_OK) {
        status = plm_store_each_step(call->api->node->store, book->row.id, open_step, &search);
    }
    status = status == PLM_OK ? search.result : status;
    if (status == PLM_E_NOT_FOUND) {
        (void)plm_api_problem(call, 404, "not-found", NULL,
                              "no attachment from the other side, or not all of it is here");
    } else if (status == PLM_E_AUTH) {
        (void)plm_api_problem(call, 422, "signature", NULL, "it is not what was announced");
    }
    return status;
}

static plm_status get_attachment(plm_api_call *call)
{
    return hand_out(call, write_attachment, "application/octet-stream", "attachment.bin", false);
}

static plm_status export_request(plm_api_call *call)
{
    return hand_out(call, write_json, "application/json", "request.json", false);
}

static plm_status print_request(plm_api_call *call)
{
    return hand_out(call, write_page, "text/html; charset=utf-8", NULL, true);
}

static const plm_api_route routes[] = {
    {"POST", "/v1/requests/{request}/steps", PLM_API_DECIDERS, PLM_API_ONCE | PLM_API_SIGNS,
     PLM_API_JSON, PLM_REQUEST_DOCUMENT_MAX, take_step, NULL},
    {"POST", "/v1/requests/{request}/attachments", PLM_API_DECIDERS, PLM_API_ONCE | PLM_API_SIGNS,
     PLM_API_BYTES, PLM_ATTACHMENT_MAX, attach, "name type text conditions"},
    {"GET", "/v1/requests/{request}/attachments/{step}", PLM_API_DECIDERS, PLM_API_SIGNS,
     PLM_API_NO_BODY, 0, get_attachment, "purpose to"},
    {"GET", "/v1/requests/{request}/export", PLM_API_DECIDERS, 0, PLM_API_NO_BODY, 0,
     export_request, "purpose to"},
    {"GET", "/v1/requests/{request}/page", PLM_API_DECIDERS, 0, PLM_API_NO_BODY, 0, print_request,
     "purpose to"},
};

const plm_api_table plm_api_step_routes = {routes, sizeof routes / sizeof *routes};
