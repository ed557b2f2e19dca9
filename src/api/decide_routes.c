/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide_routes.c - officers' words on hits. Who decides is who signed in: where an accord asks for
 * two officers, one person with one name can't be both.
 */
#include "api/answer.h"
#include "api/hit_view.h"
#include "api/routes.h"
#include "node/release.h"

#include <string.h>

static plm_status read_gates(const plm_json_at *root, uint32_t *out)
{
    const plm_json_at list = plm_json_member(root, "clear");
    size_t n = 0;
    plm_status status =
        list.value == NULL ? PLM_OK : plm_json_array(&list, 0, PLM_GATE_COUNT + 1, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        const char *name = "";
        plm_gate_kind gate;
        status = plm_json_string(&at, 1, 32, &name);
        if (status == PLM_OK && strcmp(name, "all") == 0) {
            *out = (1U << PLM_GATE_COUNT) - 1;
        } else if (status == PLM_OK && plm_gate_find(&gate, name) == PLM_OK) {
            *out |= 1U << gate;
        } else if (status == PLM_OK) {
            status = plm_json_error(&at, "there is no gate \"%s\"", name);
        }
    }
    return status;
}

/* The word on the hit of the path; strings are borrowed from the call. */
static plm_status read_word(plm_api_call *call, const char *const *members, uint8_t run_id[16],
                            plm_release_word *word)
{
    const plm_json_at root = plm_api_root(call);
    *word = (plm_release_word){.run_id = run_id, .officer = call->who->name, .because = ""};
    plm_status status = plm_api_hit_arguments(call, run_id, &word->number);
    if (status == PLM_OK) {
        status = plm_json_object(&root, members);
    }
    if (status == PLM_OK) {
        status = read_gates(&root, &word->clear);
    }
    if (status == PLM_OK) {
        status = plm_api_string(&root, "because", 0, PLM_TEXT_MAX - 1, &word->because);
    }
    return status == PLM_OK ? plm_api_officer(call, "who decides?") : status;
}

static plm_status answer_decision(plm_api_call *call, const plm_release_word *word,
                                  const plm_release_answer *answer, plm_status status)
{
    if (status == PLM_E_ARGUMENT) {
        return plm_api_problem(call, 422, "because", "/because",
                               "what the record itself speaks against is cleared only with words");
    }
    if (status == PLM_E_REFUSED) {
        (void)plm_api_problem(call, 409, "decision", NULL, "%s",
                              plm_decision_fault_sentence(answer->fault));
        if (answer->fault == PLM_DECISION_OPEN_GATE || answer->fault == PLM_DECISION_BARRED) {
            plm_api_problem_add(call, "gates", plm_api_gates(&answer->gates, word->clear));
        }
        return PLM_OK;
    }
    if (status != PLM_OK) {
        return status;
    }
    return plm_api_json(call, 200,
                        json_pack("{s:o, s:I, s:s, s:o}", "run", plm_api_hex(word->run_id, 16),
                                  "hit", (json_int_t)word->number, "state",
                                  plm_hit_state_name(answer->state), "gates",
                                  plm_api_gates(&answer->gates, word->clear)));
}

static const char *const decision_members[] = {"clear", "because", NULL};

static plm_status approve_hit(plm_api_call *call)
{
    uint8_t run_id[16];
    plm_release_word word;
    plm_release_answer answer = {.fault = PLM_DECISION_GOOD};
    plm_status status = read_word(call, decision_members, run_id, &word);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_release_approve(call->api->node->store, &word, &answer);
    return answer_decision(call, &word, &answer, status);
}

static plm_status lapse_hit(plm_api_call *call)
{
    uint8_t run_id[16];
    plm_release_word word;
    plm_release_answer answer = {.fault = PLM_DECISION_GOOD};
    plm_status status = read_word(call, decision_members, run_id, &word);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_release_lapse(call->api->node->store, &word, &answer);
    return answer_decision(call, &word, &answer, status);
}

static plm_status set_outcome(plm_api_call *call)
{
    static const char *const members[] = {"outcome", "because", NULL};
    const plm_json_at root = plm_api_root(call);
    uint8_t run_id[16];
    const char *outcome = "";
    plm_release_word word;
    plm_status status = read_word(call, members, run_id, &word);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "outcome", 1, 32, &outcome);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = plm_release_outcome(call->api->node->store, &word, outcome);
    if (status == PLM_E_ARGUMENT) {
        return plm_api_problem(call, 422, "outcome", "/outcome",
                               "an outcome is confirmed, wrong or unknown");
    }
    return status == PLM_OK ? plm_api_done(call) : status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/hits/{run}/{hit}/approve", PLM_API_DECIDERS, PLM_API_ONCE, PLM_API_JSON,
     PLM_API_JSON_MAX, approve_hit, NULL},
    {"POST", "/v1/hits/{run}/{hit}/lapse", PLM_API_DECIDERS, PLM_API_ONCE, PLM_API_JSON,
     PLM_API_JSON_MAX, lapse_hit, NULL},
    {"POST", "/v1/hits/{run}/{hit}/outcome", PLM_API_STAFF, PLM_API_ONCE, PLM_API_JSON,
     PLM_API_JSON_MAX, set_outcome, NULL},
};

const plm_api_table plm_api_decide_routes = {routes, sizeof routes / sizeof *routes};
