/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inquiry.h"

#include "api/answer.h"
#include "cli/say.h"
#include "net/http_client.h"
#include "net/local.h"
#include "net/net.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    BODY_MAX = 1 << 22
};

plm_status plm_inquiry_open(plm_inquiry *out, const plm_common *common, const char *socket,
                            const char *officer, const char *command)
{
    int fd;
    *out = (plm_inquiry){.command = command, .officer = officer};
    plm_status status = plm_home_paths(&out->home, common, command);
    if (status != PLM_OK && socket == NULL) {
        return status;
    }
    (void)snprintf(out->socket, sizeof out->socket, "%s%s",
                   socket != NULL ? socket : out->home.directory,
                   socket != NULL ? "" : "/api.sock");
    status = plm_net_connect_local(out->socket, &fd);
    if (status == PLM_OK) {
        (void)close(fd);
        out->is_remote = true;
        return PLM_OK;
    }
    if (socket != NULL) {
        plm_say_error(command, "%s: no node serves its API there", socket);
        return PLM_E_UNREACHABLE;
    }
    return plm_home_open(&out->home, common, command);
}

void plm_inquiry_close(plm_inquiry *inquiry)
{
    plm_home_close(&inquiry->home);
}

static plm_status ask_node(const plm_inquiry *s, const plm_http_question *question, unsigned *http,
                           plm_buf *answer)
{
    int fd;
    plm_status status = plm_net_connect_local(s->socket, &fd);
    if (status == PLM_OK) {
        status = plm_http_ask(fd, question, http, answer);
    }
    if (status != PLM_OK) {
        plm_say_error(s->command, "%s: %s", s->socket, plm_status_sentence(status));
        return PLM_E_UNREACHABLE;
    }
    return PLM_OK;
}

/* The same handlers, in this process, by the node's own user. */
static plm_status ask_store(plm_inquiry *s, const plm_http_question *question, unsigned *http,
                            plm_buf *answer)
{
    static plm_api_target target;
    plm_node node = {.store = s->home.store};
    plm_api api = {.node = &node, .home = s->home.directory, .now_ms = plm_wall_ms()};
    const plm_api_credentials us = {
        .authorization = "", .cookie = "", .csrf = "", .officer = s->officer, .is_operator = true};
    plm_api_who who;
    plm_api_call call;
    memcpy(node.code, s->home.code, sizeof node.code);
    plm_status status = plm_api_target_read(&target, question->target);
    if (status != PLM_OK) {
        return status;
    }
    plm_api_call_init(&call, &api, &target, &who);
    call.body = question->body;
    status = plm_api_find(&call, question->method);
    if (status == PLM_OK) {
        status = plm_api_identify(&who, &api, &us, false);
    }
    if (status == PLM_OK) {
        status = plm_api_admit(&call);
    }
    if (status == PLM_OK) {
        plm_api_perform(&call);
    }
    if (call.answer.status != 0) {
        *http = call.answer.status;
        status = plm_buf_append(answer, call.answer.body.data, call.answer.body.n);
    }
    plm_api_call_wipe(&call);
    return status;
}

/* What a problem means here, after it was said. */
static plm_status say_problem(const plm_inquiry *s, unsigned http, const json_t *problem)
{
    const char *detail = json_string_value(json_object_get(problem, "detail"));
    if (http == 404) {
        return PLM_E_NOT_FOUND;
    }
    plm_say_error(s->command, "%s", detail != NULL ? detail : "it failed");
    return http == 409 ? PLM_E_EXISTS : http == 503 ? PLM_E_STORE : PLM_E_INVALID;
}

plm_status plm_inquiry_ask(plm_inquiry *s, const char *method, const char *target,
                           const json_t *body, json_t **out)
{
    const plm_diag_sink quiet = {NULL, NULL};
    plm_buf text;
    plm_buf answer;
    json_t *json = NULL;
    unsigned http = 0;
    plm_buf_init(&text, BODY_MAX);
    plm_buf_init(&answer, PLM_API_ANSWER_MAX);
    plm_status status = body != NULL ? plm_json_dump(body, false, &text) : PLM_OK;
    const plm_http_question question = {method, target, s->officer[0] != '\0' ? s->officer : NULL,
                                        body != NULL ? "application/json" : NULL,
                                        plm_buf_span(&text)};
    if (status == PLM_OK) {
        status = s->is_remote ? ask_node(s, &question, &http, &answer)
                              : ask_store(s, &question, &http, &answer);
    }
    if (status == PLM_OK) {
        status = plm_json_parse(&json, plm_buf_span(&answer), &quiet, NULL, 0);
    }
    if (status == PLM_E_SYNTAX || status == PLM_E_NOMEM || status == PLM_E_LIMIT) {
        plm_say_error(s->command, "%s", plm_status_sentence(status));
    }
    if (status == PLM_OK && http >= 400) {
        status = say_problem(s, http, json);
        json_decref(json);
    } else if (status == PLM_OK) {
        *out = json;
    }
    plm_buf_wipe(&text);
    plm_buf_wipe(&answer);
    return status;
}

plm_status plm_inquiry_list(plm_inquiry *s, const char *target, json_t **out)
{
    json_t *all = json_array();
    char cursor[256] = "";
    plm_status status = PLM_OK;
    bool has_more = true;
    bool is_full = all == NULL;
    while (status == PLM_OK && has_more && !is_full) {
        char page_target[2048];
        json_t *page = NULL;
        (void)snprintf(page_target, sizeof page_target, "%s%climit=%d%s%s", target,
                       strchr(target, '?') != NULL ? '&' : '?', PLM_API_PAGE_MAX,
                       cursor[0] != '\0' ? "&cursor=" : "", cursor);
        status = plm_inquiry_ask(s, "GET", page_target, NULL, &page);
        const char *next = json_string_value(json_object_get(page, "next"));
        has_more = next != NULL;
        (void)snprintf(cursor, sizeof cursor, "%s", has_more ? next : "");
        is_full = status == PLM_OK && json_array_extend(all, json_object_get(page, "items")) != 0;
        json_decref(page);
    }
    if (is_full) {
        status = PLM_E_NOMEM;
        plm_say_error(s->command, "%s", plm_status_sentence(status));
    }
    if (status != PLM_OK) {
        json_decref(all);
        return status;
    }
    *out = all;
    return PLM_OK;
}
