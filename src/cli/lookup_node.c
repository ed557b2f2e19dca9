/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_node.c - palermo lookup where a node serves lookups: it has the connections already.
 */
#include "cli/exit.h"
#include "cli/lookup.h"
#include "cli/operation_problem.h"
#include "cli/say.h"

#include <string.h>

json_t *plm_lookup_body(const plm_lookup_options *o)
{
    json_t *body = json_pack("{s:s, s:s}", "purpose", o->purpose, "case", o->case_ref);
    if (o->offence != NULL) {
        (void)json_object_set_new(body, "offence", json_string(o->offence));
    }
    if (o->accord != NULL) {
        (void)json_object_set_new(body, "accord", json_string(o->accord));
    }
    if (o->with.n > 0) {
        json_t *with = json_array();
        for (size_t i = 0; i < o->with.n; i++) {
            (void)json_array_append_new(with, json_string(o->with.items[i]));
        }
        (void)json_object_set_new(body, "with", with);
    }
    return body;
}

/* What goes for one subject and for many. */
static json_t *terms_of(const plm_lookup_options *o)
{
    json_t *body = plm_lookup_body(o);
    (void)json_object_set_new(body, "deadline_ms", json_integer(o->deadline_ms));
    return body;
}

/* What is wrong with a value is said as where the node is not asked. */
static int say_problem(const plm_inquiry *inquiry)
{
    const json_t *fault = json_array_get(json_object_get(inquiry->problem, "errors"), 0);
    if (fault != NULL && strcmp(plm_text_of(inquiry->problem, "code"), "invalid") == 0) {
        plm_say_error(inquiry->command, "%s", plm_text_of(fault, "reason"));
        return PLM_EXIT_INPUT;
    }
    return plm_problem_say(inquiry, NULL);
}

/* The node serves no lookups, and whoever asks may ask from here. */
static bool is_left_to_us(const plm_inquiry *inquiry, const plm_lookup_options *o)
{
    return strcmp(plm_text_of(inquiry->problem, "code"), "no-lookups") == 0 &&
           plm_lookup_is_owners(o);
}

static int ask(plm_inquiry *inquiry, const plm_lookup_options *o, const char *target,
               const json_t *body, json_t **out)
{
    plm_status status =
        body != NULL ? plm_inquiry_json(inquiry, "POST", target, body, out) : PLM_E_NOMEM;
    return status == PLM_OK            ? PLM_EXIT_OK
           : status != PLM_E_REJECTED  ? plm_exit_status(status, 0)
           : is_left_to_us(inquiry, o) ? (int)PLM_GO_ON
                                       : say_problem(inquiry);
}

int plm_lookup_at_node(plm_inquiry *inquiry, const plm_lookup_options *o, json_t *subject)
{
    json_t *body = terms_of(o);
    json_t *answers = NULL;
    (void)json_object_set(body, "subject", subject);
    int result = ask(inquiry, o, "/v1/lookups", body, &answers);
    if (result == PLM_EXIT_OK) {
        result = plm_lookup_tell(answers, o->common.json);
    }
    json_decref(body);
    return result;
}

int plm_lookups_at_node(plm_inquiry *inquiry, const plm_lookup_options *o, json_t *subjects,
                        json_t **results)
{
    json_t *body = terms_of(o);
    json_t *answer = NULL;
    const size_t n = json_array_size(subjects);
    (void)json_object_set(body, "subjects", subjects);
    (void)json_object_set_new(body, "at_once", json_integer((json_int_t)o->at_once));
    int result = n > 0 ? ask(inquiry, o, "/v1/lookups/batch", body, &answer) : PLM_EXIT_OK;
    *results = n > 0 ? json_incref(json_object_get(answer, "results")) : json_array();
    if (result == PLM_EXIT_OK && json_array_size(*results) != n) {
        result = plm_say_status(inquiry->command, inquiry->socket, PLM_E_PROTOCOL);
    }
    json_decref(body);
    json_decref(answer);
    return result;
}
