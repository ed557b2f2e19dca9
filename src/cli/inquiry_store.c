/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inquiry_store.h"

#include "api/answer.h"
#include "base/file.h"
#include "cli/say.h"
#include "net/net.h"

#include <errno.h>
#include <string.h>

/* One request at a time: a target is too large for the stack. */
static plm_api_target target;

/* The identity key, the first time that something is to be signed. */
static plm_status unlock(plm_inquiry *s)
{
    if (s->has_seed) {
        return PLM_OK;
    }
    plm_status status = plm_home_unlock(&s->home, s->common, s->node.seed, s->command);
    s->has_seed = status == PLM_OK;
    return status;
}

/* Everything up to the handler; a problem is made if it does not come that far. */
static plm_status admit(plm_inquiry *s, plm_api_call *call, plm_api_who *who, const char *method)
{
    const plm_api_credentials us = {.authorization = s->authorization,
                                    .cookie = "",
                                    .csrf = "",
                                    .officer = s->officer,
                                    .is_operator = true};
    plm_status status = plm_api_find(call, method);
    if (status == PLM_OK) {
        status = plm_api_identify(who, call->api, &us, false);
    }
    return status == PLM_OK ? plm_api_admit(call) : status;
}

static void set_node(plm_inquiry *s)
{
    s->node.store = s->home.store;
    s->node.program = "/proc/self/exe";
    memcpy(s->node.code, s->home.code, sizeof s->node.code);
}

plm_status plm_inquiry_may(plm_inquiry *s, const char *method, const char *operation)
{
    const plm_diag_sink quiet = {NULL, NULL};
    plm_api api = {.node = &s->node, .home = s->home.directory, .now_ms = plm_wall_ms()};
    plm_api_who who;
    plm_api_call call;
    set_node(s);
    plm_status status = plm_api_target_read(&target, operation);
    if (status != PLM_OK) {
        return status;
    }
    plm_api_call_init(&call, &api, &target, &who);
    status = admit(s, &call, &who, method);
    if (call.answer.status != 0) {
        s->http = call.answer.status;
        json_decref(s->problem);
        s->problem = NULL;
        status = plm_json_parse(&s->problem, plm_buf_span(&call.answer.body), &quiet, NULL, 0);
        status = status == PLM_OK ? PLM_E_REJECTED : status;
    }
    plm_api_call_wipe(&call);
    return status;
}

static plm_status read_body(plm_inquiry *s, const plm_question *question, uint64_t max,
                            plm_buf *body)
{
    plm_buf_init(body, (size_t)max + 1);
    if (question->file == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_file_read(question->file, body);
    if (status != PLM_OK) {
        plm_say_error(s->command, "%s: %s", question->file,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
        status = PLM_E_INVALID;
    }
    return status;
}

plm_status plm_inquiry_ask_store(plm_inquiry *s, const plm_question *question, plm_buf *answer)
{
    plm_api api = {.node = &s->node, .home = s->home.directory, .now_ms = plm_wall_ms()};
    plm_api_who who;
    plm_api_call call;
    plm_buf body = {0};
    set_node(s);
    plm_status status = plm_api_target_read(&target, question->target);
    if (status != PLM_OK) {
        plm_say_error(s->command, "%s", plm_status_sentence(status));
        return PLM_E_ARGUMENT;
    }
    plm_api_call_init(&call, &api, &target, &who);
    status = admit(s, &call, &who, question->method);
    if (status == PLM_OK && (call.route->flags & PLM_API_SIGNS) != 0) {
        status = unlock(s);
        api.has_seed = s->has_seed;
    }
    if (status == PLM_OK) {
        status = read_body(s, question, call.route->body_max, &body);
    }
    if (status == PLM_OK) {
        call.body = question->file != NULL ? plm_buf_span(&body) : question->body;
        plm_api_perform(&call);
    }
    if (call.answer.status != 0) {
        s->http = call.answer.status;
        status = plm_buf_append(answer, call.answer.body.data, call.answer.body.n);
    }
    plm_buf_wipe(&body);
    plm_api_call_wipe(&call);
    return status;
}

bool plm_inquiry_is_once(const plm_question *question)
{
    plm_api api = {.node = NULL};
    plm_api_call call;
    if (plm_api_target_read(&target, question->target) != PLM_OK) {
        return false;
    }
    plm_api_call_init(&call, &api, &target, NULL);
    const bool is_once =
        plm_api_find(&call, question->method) == PLM_OK && (call.route->flags & PLM_API_ONCE) != 0;
    plm_api_call_wipe(&call);
    return is_once;
}
