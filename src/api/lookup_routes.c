/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_routes.c - asks all parties about one person, or about many at once (spec/lookup.md
 * section 11). The process that keeps the connections is the node's (node/lookup_daemon.h); here
 * the question is only carried there.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "node/lookup_daemon.h"

#include <string.h>

enum {
    QUESTION_MAX = 32 << 10, /* as one line it must fit into what the process reads */
    BATCH_MAX = 2 << 20,
    LINE_MAX_BYTES = 4 << 20,
    ANSWERS_MAX = 32 << 20
};

static const char *text_of(const json_t *error, const char *key)
{
    const char *text = json_string_value(json_object_get(error, key));
    return text != NULL ? text : "";
}

/* The process said that it could not ask. */
static plm_status pass_on_error(plm_api_call *call, const json_t *error)
{
    const char *name = text_of(error, "status");
    const char *reason = text_of(error, "reason");
    if (strcmp(name, plm_status_name(PLM_E_INVALID)) == 0) {
        return plm_api_bad_parameter(call, text_of(error, "field"), reason);
    }
    if (strcmp(name, plm_status_name(PLM_E_REFUSED)) == 0) {
        (void)plm_api_problem(call, 409, "refused", NULL, "%s", reason);
        plm_api_problem_add(call, "refusal", json_string(text_of(error, "refusal")));
        return PLM_OK;
    }
    if (strcmp(name, plm_status_name(PLM_E_NOT_FOUND)) == 0) {
        return plm_api_problem(
            call, 422, "party", NULL, "no accord in force here has that purpose%s",
            json_object_get(call->json, "with") != NULL ? " with each of these parties" : "");
    }
    return plm_api_problem(call, 503, "lookups", NULL, "%s", reason);
}

/* The question as it is; `other` is what the other route takes. */
static plm_status carry(plm_api_call *call, const char *other)
{
    const plm_json_at root = plm_api_root(call);
    const plm_json_at at = plm_json_member(&root, other);
    if (at.value != NULL) {
        return plm_json_error(&at, "is no member of this");
    }
    plm_buf line;
    plm_buf out;
    json_t *answers = NULL;
    plm_buf_init(&line, LINE_MAX_BYTES);
    plm_buf_init(&out, ANSWERS_MAX);
    plm_status status = plm_json_dump(call->json, false, &line);
    if (status == PLM_OK) {
        status = call->api->home == NULL
                     ? PLM_E_UNREACHABLE
                     : plm_lookup_daemon_ask(call->api->home, plm_buf_span(&line), &out);
    }
    if (status == PLM_OK) {
        status = plm_json_parse(&answers, plm_buf_span(&out), &call->sink, NULL, 0);
    }
    plm_buf_wipe(&line);
    plm_buf_wipe(&out);
    if (status == PLM_E_UNREACHABLE) {
        return plm_api_problem(call, 503, "no-lookups", NULL,
                               "this node answers no lookups: start palermo serve with --lookups");
    }
    if (status == PLM_E_TRUNCATED) {
        return plm_api_problem(call, 503, "lookups", NULL, "the lookups ended: ask again");
    }
    if (status != PLM_OK) {
        return status;
    }
    const json_t *error = json_object_get(answers, "error");
    if (error == NULL) {
        return plm_api_json(call, 200, answers);
    }
    status = pass_on_error(call, error);
    json_decref(answers);
    return status;
}

static plm_status ask_lookup(plm_api_call *call)
{
    return carry(call, "subjects");
}

static plm_status ask_lookups(plm_api_call *call)
{
    return carry(call, "subject");
}

static const plm_api_route routes[] = {
    {"POST", "/v1/lookups", PLM_API_STAFF, 0, PLM_API_JSON, QUESTION_MAX, ask_lookup, NULL},
    {"POST", "/v1/lookups/batch", PLM_API_STAFF, 0, PLM_API_JSON, BATCH_MAX, ask_lookups, NULL},
};

const plm_api_table plm_api_lookup_routes = {routes, sizeof routes / sizeof *routes};
