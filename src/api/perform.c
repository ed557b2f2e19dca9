/* SPDX-License-Identifier: Apache-2.0 */
/*
 * perform.c - from a request to its answer.
 */
#include "api/answer.h"
#include "base/ct.h"
#include "crypto/hasher.h"

#include <stdlib.h>
#include <string.h>

enum {
    REMEMBER_MS = 24 * 60 * 60 * 1000,
    ERRORS_MAX = 100
};

static void collect(void *context, const plm_diag *diag)
{
    json_t *errors = (json_t *)context;
    if (json_array_size(errors) < ERRORS_MAX && diag->severity == PLM_ERROR) {
        json_t *one = json_pack("{s:s, s:s}", "field", diag->field != NULL ? diag->field : "",
                                "reason", diag->reason);
        if (diag->line > 0) {
            (void)json_object_set_new(one, "line", json_integer((json_int_t)diag->line));
        }
        (void)json_array_append_new(errors, one);
    }
}

void plm_api_call_init(plm_api_call *call, plm_api *api, const plm_api_target *target,
                       const plm_api_who *who)
{
    *call = (plm_api_call){.api = api, .target = target, .who = who, .errors = json_array()};
    call->sink = (plm_diag_sink){collect, call->errors};
    plm_api_answer_init(&call->answer);
}

void plm_api_call_wipe(plm_api_call *call)
{
    plm_api_answer_wipe(&call->answer);
    json_decref(call->errors);
    json_decref(call->json);
    call->errors = NULL;
    call->json = NULL;
}

plm_status plm_api_admit(plm_api_call *call)
{
    const plm_api_who *who = call->who;
    if (call->route->roles == PLM_API_EVERYBODY || who->by == PLM_API_BY_OPERATOR) {
        return PLM_OK;
    }
    if (who->by == PLM_API_BY_NOTHING) {
        (void)plm_api_problem(call, 401, "sign-in", NULL, "sign in, or give a token");
        return PLM_E_AUTH;
    }
    if ((call->route->roles >> (unsigned)who->role & 1U) == 0) {
        (void)plm_api_problem(call, 403, "role", NULL, "the role %s may not do this",
                              plm_user_role_name((plm_user_role)who->role));
        return PLM_E_AUTH;
    }
    return PLM_OK;
}

/* A misspelt filter must not look as if nothing was filtered. */
static plm_status check_parameters(plm_api_call *call)
{
    for (size_t i = 0; i < call->target->n_pairs; i++) {
        const char *name = call->target->pairs[i].name;
        const char *known = call->route->parameters != NULL ? call->route->parameters : "";
        const size_t n = strlen(name);
        bool is_known = false;
        while (!is_known && *known != '\0') {
            const size_t length = strcspn(known, " ");
            is_known = length == n && strncmp(known, name, n) == 0;
            known += length + (known[length] == ' ');
        }
        if (!is_known) {
            return plm_api_bad_parameter(call, name, "there is no such parameter");
        }
    }
    return PLM_OK;
}

static plm_status take_body(plm_api_call *call)
{
    if (call->route->body != PLM_API_JSON) {
        return PLM_OK;
    }
    plm_status status = plm_json_parse(&call->json, call->body, &call->sink, NULL, 1);
    if (status == PLM_E_SYNTAX) {
        const json_t *first = json_array_get(call->errors, 0);
        (void)plm_api_problem(call, 400, "syntax", NULL, "the body cannot be read: %s",
                              first != NULL ? json_string_value(json_object_get(first, "reason"))
                                            : "it is empty");
        return status;
    }
    if (status == PLM_OK && !json_is_object(call->json)) {
        (void)plm_api_problem(call, 400, "syntax", NULL, "the body is no JSON object");
        return PLM_E_SYNTAX;
    }
    return status;
}

/* Calls the handler; an answer is there afterwards. */
static plm_status handle(plm_api_call *call)
{
    plm_status status = call->route->handle(call);
    if (status == PLM_OK && call->answer.status == 0) {
        status = PLM_E_NOMEM;
    }
    if (status != PLM_OK && (call->answer.status < 400)) {
        (void)plm_api_problem_of(call, status, NULL);
    }
    return status;
}

/* What makes two requests the same: method, path with parameters, body. */
static void digest_of(const plm_api_call *call, uint8_t out[static 32])
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo/api request");
    plm_hasher_bytes(&h, plm_span_str(call->route->method));
    for (size_t i = 0; i < call->target->n_segments; i++) {
        plm_hasher_bytes(&h, plm_span_str(call->target->segments[i]));
    }
    for (size_t i = 0; i < call->target->n_pairs; i++) {
        plm_hasher_bytes(&h, plm_span_str(call->target->pairs[i].name));
        plm_hasher_bytes(&h, plm_span_str(call->target->pairs[i].value));
    }
    plm_hasher_bytes(&h, call->body);
    plm_hasher_final(&h, out);
}

/* Whether it was asked before: then the answer is made of what is kept. */
static plm_status answer_again(plm_api_call *call, const uint8_t digest[static 32], bool *did)
{
    plm_answer before = {0};
    plm_buf_clear(&call->answer.body);
    plm_status status = plm_store_get_answer(call->api->node->store, call->who->name,
                                             call->idempotency_key, &before, &call->answer.body);
    *did = status != PLM_E_NOT_FOUND;
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    if (memcmp(before.digest, digest, sizeof before.digest) != 0) {
        return plm_api_problem(call, 422, "idempotency-key", "Idempotency-Key",
                               "this key was used with another request");
    }
    call->answer.status = before.status;
    memcpy(call->answer.type, before.type, sizeof call->answer.type);
    call->answer.is_replayed = true;
    return PLM_OK;
}

static plm_status keep_answer(plm_api_call *call, const uint8_t digest[static 32])
{
    plm_answer kept = {.status = call->answer.status};
    memcpy(kept.digest, digest, sizeof kept.digest);
    memcpy(kept.type, call->answer.type, sizeof kept.type);
    return plm_store_put_answer(call->api->node->store, call->who->name, call->idempotency_key,
                                &kept, plm_buf_span(&call->answer.body), call->api->now_ms,
                                call->api->now_ms - REMEMBER_MS);
}

/*
 * The handler's changes and the answer are kept in one transaction: whoever asks again gets the
 * same answer, and nothing is done twice, also if the first answer got lost on its way.
 */
static plm_status perform_within(plm_api_call *call, const uint8_t digest[static 32])
{
    plm_store *store = call->api->node->store;
    bool is_again = false;
    plm_status status = plm_store_begin(store);
    if (status != PLM_OK) {
        return status;
    }
    status = answer_again(call, digest, &is_again);
    if (status == PLM_OK && !is_again) {
        status = handle(call);
    }
    if (status == PLM_OK && !is_again && call->answer.status < 300) {
        status = keep_answer(call, digest);
    }
    /* A problem that a handler made changes nothing. */
    if (status == PLM_OK && call->answer.status < 300) {
        return plm_store_leave(store, true, PLM_OK);
    }
    plm_store_rollback(store);
    return status;
}

/* A handler with transactions of its own: what it did stands, so its answer does, kept or not. */
static plm_status perform_before(plm_api_call *call, const uint8_t digest[static 32])
{
    bool is_again = false;
    plm_status status = answer_again(call, digest, &is_again);
    if (status == PLM_OK && !is_again) {
        status = handle(call);
        if (status == PLM_OK && call->answer.status < 300) {
            plm_status kept = keep_answer(call, digest);
            (void)kept;
        }
    }
    return status;
}

static void perform_once(plm_api_call *call)
{
    uint8_t digest[32];
    digest_of(call, digest);
    plm_status status = (call->route->flags & PLM_API_ALONE) != 0 ? perform_before(call, digest)
                                                                  : perform_within(call, digest);
    if (status != PLM_OK && call->answer.status < 400) {
        (void)plm_api_problem_of(call, status, NULL);
    }
}

void plm_api_perform(plm_api_call *call)
{
    const bool is_locked = (call->route->flags & PLM_API_SIGNS) != 0 && !call->api->has_seed;
    plm_status status = is_locked ? PLM_E_LOCKED : check_parameters(call);
    if (status == PLM_OK) {
        status = take_body(call);
    }
    if (status != PLM_OK) {
        if (call->answer.status == 0) {
            (void)plm_api_problem_of(call, status, NULL);
        }
        return;
    }
    if (call->idempotency_key[0] != '\0' && (call->route->flags & PLM_API_ONCE) != 0) {
        perform_once(call);
    } else {
        plm_status handled = handle(call);
        (void)handled; /* its answer says it */
    }
    if (call->answer.status >= 400) {
        free(call->answer.after_context);
        call->answer.after_context = NULL;
        call->answer.after = NULL;
    }
}
