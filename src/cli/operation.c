/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/operation.h"

#include "api/answer.h"
#include "base/file.h"
#include "cli/exit.h"
#include "cli/operation_problem.h"
#include "cli/operation_question.h"
#include "cli/say.h"
#include "net/net.h"
#include "node/request_view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BODY_MAX = 1 << 26
};

const char *plm_text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

long long plm_number_of(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

json_t *plm_oldest_first(const plm_operation_call *call, json_t *items)
{
    json_t *out = json_array();
    (void)call;
    for (size_t i = json_array_size(items); i > 0; i--) {
        if (json_array_append(out, json_array_get(items, i - 1)) != 0) {
            json_decref(out);
            out = NULL;
            break;
        }
    }
    json_decref(items);
    return out;
}

json_t *plm_items_of(const plm_operation_call *call, json_t *answer)
{
    json_t *items = json_incref(json_object_get(answer, "items"));
    (void)call;
    json_decref(answer);
    return items;
}

const plm_operation_value *plm_operation_value_of(const plm_operation_call *call, const char *name)
{
    const plm_operation_option *options = call->operation->options;
    size_t i = 0;
    while (strcmp(options[i].name, name) != 0) {
        i++;
    }
    return &call->values[i];
}

static const plm_api_route *route_of(const plm_operation *operation)
{
    for (size_t i = 0; i < plm_api_route_count(); i++) {
        const plm_api_route *route = plm_api_route_at(i);
        if (strcmp(route->method, operation->method) == 0 &&
            strcmp(route->path, operation->path) == 0) {
            return route;
        }
    }
    abort(); /* a table of ours names an operation that there is not */
}

/* --- the command line --------------------------------------------------------------------------
 */

static plm_option option_of(const plm_operation_option *from, plm_operation_value *value)
{
    void *const targets[] = {[PLM_OPTION_FLAG] = &value->flag,
                             [PLM_OPTION_TEXT] = &value->text,
                             [PLM_OPTION_NUMBER] = &value->number,
                             [PLM_OPTION_LIST] = &value->list};
    return (plm_option){from->name, from->kind, targets[from->kind], from->value, from->help,
                        from->min,  from->max};
}

static plm_parse_result parse(plm_operation_call *call, const plm_api_route *route, int argc,
                              char **argv)
{
    const plm_operation *o = call->operation;
    const plm_option ours[] = {PLM_ACCESS_OPTIONS(&call->access), PLM_COMMON_OPTIONS(&call->common),
                               PLM_OPTIONS_END};
    const plm_option key[] = {PLM_UNLOCK_OPTIONS(&call->common)};
    const plm_option out = {"out",
                            PLM_OPTION_TEXT,
                            &call->out_path,
                            "FILE",
                            "write it there, not to standard output",
                            0,
                            0};
    plm_option options[PLM_OPERATION_OPTIONS_MAX + sizeof ours / sizeof *ours +
                       sizeof key / sizeof *key + 1];
    size_t n = 0;
    for (; o->options != NULL && o->options[n].name != NULL; n++) {
        call->values[n].number = INT64_MIN;
        options[n] = option_of(&o->options[n], &call->values[n]);
    }
    if ((o->flags & PLM_OPERATION_BYTES) != 0 || o->document != NULL) {
        options[n++] = out;
    }
    if ((route->flags & (PLM_API_SIGNS | PLM_API_MAY_SIGN)) != 0 ||
        (o->flags & PLM_OPERATION_SIGNS) != 0) {
        memcpy(options + n, key, sizeof key);
        n += sizeof key / sizeof *key;
    }
    memcpy(options + n, ours, sizeof ours);
    return plm_options_parse(&o->usage, options, argc, argv, call->words, o->min_words,
                             o->max_words, &call->n_words);
}

/* --- the answer --------------------------------------------------------------------------------
 */

typedef struct pages {
    const plm_operation_call *call;
    json_t *all;
} pages;

static plm_status take_page(void *context, json_t *items)
{
    const pages *p = (const pages *)context;
    const plm_operation *o = p->call->operation;
    if ((o->flags & PLM_OPERATION_FLOWS) != 0 && !p->call->common.json) {
        o->print(p->call, items);
        return PLM_OK;
    }
    return json_array_extend(p->all, items) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static int write_document(const plm_operation_call *call, plm_span document)
{
    const char *command = call->operation->usage.command;
    if (call->out_path == NULL) {
        return fwrite(document.p, 1, document.n, stdout) == document.n ? PLM_EXIT_OK
                                                                       : PLM_EXIT_FAILED;
    }
    const mode_t mode = (call->operation->flags & PLM_OPERATION_PRIVATE) != 0 ? 0600 : 0644;
    if (plm_file_write(call->out_path, document, mode, false) != PLM_OK) {
        plm_say_error(command, "%s: %s", call->out_path, strerror(errno));
        return PLM_EXIT_FAILED;
    }
    return PLM_EXIT_OK;
}

/* The document that came within an answer. */
static int write_member(const plm_operation_call *call, const json_t *answer)
{
    plm_buf text;
    plm_buf_init(&text, PLM_API_ANSWER_MAX);
    plm_status status =
        plm_json_dump(json_object_get(answer, call->operation->document), true, &text);
    const int result = status == PLM_OK ? write_document(call, plm_buf_span(&text))
                                        : plm_say_status(call->operation->usage.command,
                                                         call->operation->document, status);
    plm_buf_wipe(&text);
    return result;
}

static int tell(const plm_operation_call *call, json_t *answer)
{
    const plm_operation *o = call->operation;
    if (o->document != NULL) {
        const int written = write_member(call, answer);
        json_decref(answer);
        return written;
    }
    answer = o->shape != NULL ? o->shape(call, answer) : answer;
    int result = answer == NULL || o->judge == NULL ? PLM_EXIT_OK : o->judge(call, answer);
    if (call->common.json || answer == NULL) {
        const int said = plm_say_json(answer);
        return said != PLM_EXIT_OK ? said : result;
    }
    if (o->print != NULL && (o->flags & PLM_OPERATION_FLOWS) == 0) {
        o->print(call, answer);
    }
    json_decref(answer);
    return result;
}

static plm_status ask_json(plm_inquiry *inquiry, plm_operation_call *call,
                           const plm_inquiry_question *q, json_t **answer)
{
    pages p = {call, json_array()};
    plm_buf bytes;
    if ((call->operation->flags & PLM_OPERATION_PAGED) != 0) {
        plm_status status = plm_inquiry_pages(inquiry, q->target, take_page, &p);
        *answer = status == PLM_OK ? json_incref(p.all) : NULL;
        json_decref(p.all);
        return status;
    }
    json_decref(p.all);
    plm_buf_init(&bytes, PLM_API_ANSWER_MAX);
    plm_status status = plm_inquiry_ask(inquiry, q, &bytes);
    if (status == PLM_OK) {
        status = plm_inquiry_parse(inquiry, &bytes, answer);
    }
    plm_buf_wipe(&bytes);
    return status;
}

static int ask(plm_inquiry *inquiry, plm_operation_call *call, const plm_inquiry_question *q)
{
    json_t *answer = NULL;
    plm_buf document;
    int result = PLM_EXIT_OK;
    plm_buf_init(&document, PLM_API_ANSWER_MAX);
    const bool is_document = (call->operation->flags & PLM_OPERATION_BYTES) != 0;
    plm_status status =
        is_document ? plm_inquiry_ask(inquiry, q, &document) : ask_json(inquiry, call, q, &answer);
    if (status == PLM_OK) {
        result = is_document ? write_document(call, plm_buf_span(&document)) : tell(call, answer);
    } else if (status == PLM_E_REJECTED) {
        result = plm_operation_problem(call, inquiry);
    } else {
        result = plm_exit_status(status, 0);
    }
    plm_buf_wipe(&document);
    return result;
}

/* What time has ended is gone before anything is shown. A serving node sees to requests itself. */
static plm_status keep(plm_inquiry *inquiry, const plm_operation *operation)
{
    plm_keep_report kept;
    json_t *expired = NULL;
    plm_status status = PLM_OK;
    if ((operation->flags & PLM_OPERATION_KEEPS) != 0 && !inquiry->is_remote) {
        status = plm_request_keep(inquiry->home.store, plm_wall_ms(), &kept);
        if (status != PLM_OK) {
            plm_say_error(inquiry->command, "%s: %s", inquiry->home.store_path,
                          plm_store_words(inquiry->home.store, status));
        }
    }
    if (status == PLM_OK && (operation->flags & PLM_OPERATION_EXPIRES) != 0) {
        status = plm_inquiry_json(inquiry, "POST", "/v1/registers/expire", NULL, &expired);
        json_decref(expired);
        if (status == PLM_E_REJECTED &&
            strcmp(plm_text_of(inquiry->problem, "code"), "clock") == 0) {
            status = PLM_OK; /* a clock that has leapt deletes nothing, and stops nobody */
        }
    }
    return status;
}

int plm_operation_fetch(const plm_operation_call *call, const char *target, json_t **out)
{
    plm_inquiry inquiry;
    plm_status status =
        plm_inquiry_open(&inquiry, &call->common, &call->access, plm_operation_officer(call),
                         call->operation->usage.command);
    if (status == PLM_OK) {
        status = plm_inquiry_json(&inquiry, "GET", target, NULL, out);
    }
    const int result = status == PLM_OK           ? (int)PLM_GO_ON
                       : status == PLM_E_REJECTED ? plm_operation_problem(call, &inquiry)
                       : status == PLM_E_ARGUMENT ? (int)PLM_EXIT_USAGE
                                                  : plm_exit_status(status, 0);
    plm_inquiry_close(&inquiry);
    return result;
}

/* The file as it is, or the members. */
static plm_status write_body(const plm_operation_call *call, plm_buf *out)
{
    if (call->file == NULL) {
        return call->body != NULL ? plm_json_dump(call->body, false, out) : PLM_OK;
    }
    plm_status status = plm_file_read(call->file, out);
    if (status != PLM_OK) {
        plm_say_error(call->operation->usage.command, "%s: %s", call->file,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
    return status == PLM_E_NOMEM ? status : status != PLM_OK ? PLM_E_INVALID : PLM_OK;
}

static int perform(plm_operation_call *call)
{
    const plm_operation *o = call->operation;
    const plm_api_route *route = route_of(o);
    plm_inquiry inquiry = {0};
    plm_buf target;
    plm_buf body;
    plm_buf_init(&target, PLM_API_TARGET_MAX);
    plm_buf_init(&body, (size_t)route->body_max + 1);
    plm_status status = write_body(call, &body);
    if (status == PLM_OK) {
        status = plm_operation_target(call, &target);
    }
    if (status == PLM_OK) {
        status = plm_inquiry_open(&inquiry, &call->common, &call->access,
                                  plm_operation_officer(call), o->usage.command);
    }
    if (status == PLM_OK) {
        status = keep(&inquiry, o);
    }
    int result = status == PLM_E_ARGUMENT   ? PLM_EXIT_USAGE
                 : status == PLM_E_REJECTED ? plm_operation_problem(call, &inquiry)
                                            : plm_exit_status(status, 0);
    if (status == PLM_OK) {
        const plm_inquiry_question q = {.method = o->method,
                                        .target = (const char *)target.data,
                                        .type = route->body == PLM_API_BYTES
                                                    ? "application/octet-stream"
                                                : route->body == PLM_API_JSON ? "application/json"
                                                                              : NULL,
                                        .body = plm_buf_span(&body)};
        call->is_remote = inquiry.is_remote;
        result = ask(&inquiry, call, &q);
    }
    if (status == PLM_E_NOMEM || status == PLM_E_LIMIT) {
        plm_say_error(o->usage.command, "%s", plm_status_sentence(status));
    }
    plm_inquiry_close(&inquiry);
    plm_buf_wipe(&target);
    plm_buf_wipe(&body);
    return result;
}

int plm_operation_run(const plm_operation *operation, int argc, char **argv)
{
    const plm_api_route *route = route_of(operation);
    plm_operation_call *call = (plm_operation_call *)calloc(1, sizeof *call);
    int result = PLM_EXIT_OK;
    if (call == NULL) {
        plm_say_error(operation->usage.command, "%s", plm_status_sentence(PLM_E_NOMEM));
        return PLM_EXIT_FAILED;
    }
    call->operation = operation;
    const plm_parse_result parsed = parse(call, route, argc, argv);
    if (parsed != PLM_PARSED) {
        result = parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    } else if (plm_operation_fill(call, route) != PLM_OK) {
        result = plm_say_status(operation->usage.command, "words", PLM_E_NOMEM);
    } else {
        result = operation->prepare != NULL ? operation->prepare(call) : (int)PLM_GO_ON;
        result = result == PLM_GO_ON ? perform(call) : result;
    }
    json_decref(call->body);
    free(call);
    return result;
}
