/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inquiry_store.h"

#include "api/answer.h"
#include "cli/say.h"
#include "net/net.h"

#include <string.h>

enum {
    HTTP_CONFLICT = 409
};

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

/* As far as an answer, if only a problem; PLM_E_LOCKED: it is to be asked again, with the key. */
static plm_status answer(plm_inquiry *s, plm_api_call *call, plm_api_who *who,
                         const plm_inquiry_question *question)
{
    plm_status status = admit(s, call, who, question->method);
    if (status == PLM_OK && (call->route->flags & PLM_API_SIGNS) != 0) {
        status = unlock(s);
    }
    call->api->has_seed = s->has_seed;
    if (status != PLM_OK) {
        return status;
    }
    call->body = question->body;
    plm_api_perform(call);
    const bool may_sign = (call->route->flags & PLM_API_MAY_SIGN) != 0 && !s->has_seed;
    return may_sign && call->answer.status == HTTP_CONFLICT ? PLM_E_LOCKED : PLM_OK;
}

plm_status plm_inquiry_ask_store(plm_inquiry *s, const plm_inquiry_question *question, plm_buf *out)
{
    plm_api api = {.node = &s->node, .home = s->home.directory, .now_ms = plm_wall_ms()};
    plm_api_who who;
    plm_api_call call;
    set_node(s);
    plm_status status = plm_api_target_read(&target, question->target);
    if (status != PLM_OK) {
        plm_say_error(s->command, "%s", plm_status_sentence(status));
        return PLM_E_ARGUMENT;
    }
    plm_api_call_init(&call, &api, &target, &who);
    status = answer(s, &call, &who, question);
    if (status == PLM_E_LOCKED && call.answer.status != 0 && unlock(s) == PLM_OK) {
        plm_api_call_wipe(&call);
        plm_api_call_init(&call, &api, &target, &who);
        status = answer(s, &call, &who, question);
    }
    if (call.answer.status != 0) {
        s->http = call.answer.status;
        status = plm_buf_append(out, call.answer.body.data, call.answer.body.n);
    }
    plm_api_call_wipe(&call);
    return status;
}

plm_status plm_inquiry_listen_store(plm_inquiry *s, const plm_inquiry_question *question,
                                    plm_http_piece_fn *take, void *context, plm_buf *problem)
{
    plm_api api = {.node = &s->node,
                   .home = s->home.directory,
                   .store = s->home.store_path,
                   .now_ms = plm_wall_ms()};
    plm_api_who who;
    plm_api_call call;
    set_node(s);
    plm_status status = plm_api_target_read(&target, question->target);
    if (status != PLM_OK) {
        return status;
    }
    plm_api_call_init(&call, &api, &target, &who);
    status = answer(s, &call, &who, question);
    s->http = call.answer.status;
    const plm_span body = plm_buf_span(&call.answer.body);
    if (s->http >= 400) {
        status = plm_buf_append(problem, body.p, body.n);
    } else if (status == PLM_OK) {
        call.write = take;
        call.write_context = context;
        status = body.n > 0 ? take(context, body) : PLM_OK;
        if (status == PLM_OK && call.answer.after != NULL) {
            status = call.answer.after(&call, call.answer.after_context);
        }
    }
    plm_api_call_wipe(&call);
    return status;
}

bool plm_inquiry_is_once(const plm_inquiry_question *question)
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
