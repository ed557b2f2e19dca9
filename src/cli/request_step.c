/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_step.c - palermo request accept, refuse, postpone, consult, answer, close, withdraw,
 * recall, attach: one step each.
 */
#include "cli/exit.h"
#include "cli/request.h"
#include "cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONDITION_MAX = 256,
    CONDITIONS_MAX = 4096
};

/* {...} of "name=value"; *out: new reference, NULL if there are none. */
static plm_status read_conditions(const plm_operation_call *call, json_t **out)
{
    const plm_text_list *list = &plm_operation_value_of(call, "condition")->list;
    plm_status status = PLM_OK;
    json_t *document = json_object();
    if (document == NULL) {
        status = PLM_E_NOMEM;
    }
    for (size_t i = 0; status == PLM_OK && i < list->n; i++) {
        char assignment[CONDITION_MAX];
        (void)snprintf(assignment, sizeof assignment, "conditions.%s", list->items[i]);
        status = plm_request_set(document, assignment, call->operation->usage.command);
    }
    *out = status == PLM_OK ? json_incref(json_object_get(document, "conditions")) : NULL;
    json_decref(document);
    return status;
}

/* The verb is the action. */
static int name_action(plm_operation_call *call)
{
    const char *verb = strrchr(call->operation->usage.command, ' ') + 1;
    json_t *conditions = NULL;
    plm_status status = read_conditions(call, &conditions);
    if (status == PLM_OK &&
        ((conditions != NULL && json_object_set(call->body, "conditions", conditions) != 0) ||
         json_object_set_new(call->body, "action", json_string(verb)) != 0)) {
        plm_say_error(call->operation->usage.command, "%s", plm_status_sentence(PLM_E_NOMEM));
        status = PLM_E_NOMEM;
    }
    json_decref(conditions);
    return status == PLM_OK ? (int)PLM_GO_ON : plm_exit_status(status, 0);
}

static void print_state(const plm_operation_call *call, const json_t *answer)
{
    (void)call;
    (void)printf("%s is %s\n", plm_text_of(answer, "request"), plm_text_of(answer, "state"));
}

static const plm_operation_option step_options[] = {
    {"text", PLM_OPTION_TEXT, PLM_TO_BODY, "text", "TEXT", "what to say, or the reason", 0, 0},
    {"ground", PLM_OPTION_TEXT, PLM_TO_BODY, "ground", "GROUND",
     "of a refusal: 'palermo request grounds'", 0, 0},
    {"until", PLM_OPTION_TEXT, PLM_TO_BODY, "until", "DATE", "of a postponement: expected by", 0,
     0},
    {"outcome", PLM_OPTION_TEXT, PLM_TO_BODY, "outcome", "O", "confirmed, wrong or unknown", 0, 0},
    {"step", PLM_OPTION_TEXT, PLM_TO_BODY, "step", "STEP", "to be recalled: r1, h2, ...", 0, 0},
    {"condition", PLM_OPTION_LIST, PLM_TO_COMMAND, "conditions", "C=V",
     "purpose=, retention=, confidential=, third_parties=, assurances=", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

#define STEP(verb, arguments, summary)                                            \
    {                                                                             \
        .usage = {"palermo request " verb, arguments, summary}, .method = "POST", \
        .path = "/v1/requests/{request}/steps", .min_words = 1, .max_words = 1,   \
        .options = step_options, .prepare = name_action, .print = print_state,    \
        .wrong = PLM_EXIT_INPUT,                                                  \
    }

const plm_operation plm_operation_request_accept =
    STEP("accept", "ID [--text T] [--condition C=V]",
         "Accepts a request or an offer, perhaps under conditions.");
const plm_operation plm_operation_request_refuse =
    STEP("refuse", "ID --ground G --text REASON",
         "Refuses a request, with one of the grounds and the reason.");
const plm_operation plm_operation_request_postpone =
    STEP("postpone", "ID --text REASON [--until DATE]", "Postpones a request, with the reason.");
const plm_operation plm_operation_request_consult =
    STEP("consult", "ID --text T", "Asks the other side back, or answers its question.");
const plm_operation plm_operation_request_answer =
    STEP("answer", "ID --text T [--condition C=V]",
         "Answers a request, perhaps under conditions; answers may be given in parts.");
const plm_operation plm_operation_request_close =
    STEP("close", "ID [--outcome O] [--text T]",
         "Closes what was answered or refused, with the outcome of the hit.");
const plm_operation plm_operation_request_withdraw =
    STEP("withdraw", "ID --text REASON", "Withdraws a request that is no longer needed.");
const plm_operation plm_operation_request_recall =
    STEP("recall", "ID --step STEP --text REASON",
         "Takes back what an earlier step of ours said: the other node deletes it and says so.");

/* The file's own name goes along, and the conditions as JSON. */
static int name_file(plm_operation_call *call)
{
    const char *slash = strrchr(call->words[1], '/');
    json_t *conditions = NULL;
    plm_buf text;
    plm_buf_init(&text, CONDITIONS_MAX);
    plm_status status = read_conditions(call, &conditions);
    call->words[1] = slash != NULL ? slash + 1 : call->words[1];
    if (status == PLM_OK && conditions != NULL) {
        status = plm_json_dump(conditions, false, &text);
    }
    if (status == PLM_OK && text.n >= sizeof call->scratch) {
        plm_say_error(call->operation->usage.command, "--condition: too much of it");
        status = PLM_E_INVALID;
    }
    if (status == PLM_OK) {
        memcpy(call->scratch, text.data != NULL ? (const char *)text.data : "", text.n);
        call->scratch[text.n] = '\0';
        call->words[2] = call->scratch;
        call->n_words = text.n > 0 ? 3 : 2;
    }
    json_decref(conditions);
    plm_buf_wipe(&text);
    return status == PLM_OK ? (int)PLM_GO_ON : plm_exit_status(status, 0);
}

static const plm_operation_option attach_options[] = {
    {"text", PLM_OPTION_TEXT, PLM_TO_QUERY, "text", "TEXT", "what it is", 0, 0},
    {"type", PLM_OPTION_TEXT, PLM_TO_QUERY, "type", "TYPE", "its media type", 0, 0},
    {"condition", PLM_OPTION_LIST, PLM_TO_COMMAND, "conditions", "C=V", "as of an answer", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_request_attach = {
    .usage = {"palermo request attach", "ID FILE [OPTIONS]",
              "Seals a file to the other party's key, so that its node alone can open it."},
    .method = "POST",
    .path = "/v1/requests/{request}/attachments",
    .flags = PLM_OPERATION_FILE,
    .min_words = 2,
    .max_words = 2,
    .members = {NULL, "?name", "?conditions"},
    .options = attach_options,
    .prepare = name_file,
    .print = print_state,
    .wrong = PLM_EXIT_INPUT,
};
