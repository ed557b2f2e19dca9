/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/operation_problem.h"

#include "accord/policy.h"
#include "cli/exit.h"
#include "cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is none of the input's fault; 0 if it may be. */
static int exit_of(const plm_inquiry *inquiry)
{
    static const struct {
        const char *code;
        int exit;
    } codes[] = {{"locked", PLM_EXIT_LOCKED},       {"store", PLM_EXIT_STORE},
                 {"cancelled", PLM_EXIT_CANCELLED}, {"no-table", PLM_EXIT_NOT_FOUND},
                 {"no-hit", PLM_EXIT_NOT_FOUND},    {"party", PLM_EXIT_NOT_FOUND},
                 {"step", PLM_EXIT_NOT_FOUND},      {"signature", PLM_EXIT_AUTH},
                 {"state", PLM_EXIT_INPUT},         {"accord", PLM_EXIT_INPUT},
                 {"conditions", PLM_EXIT_INPUT},    {"no-lookups", PLM_EXIT_UNREACHABLE},
                 {"refused", PLM_EXIT_REFUSED}};
    const char *code = plm_text_of(inquiry->problem, "code");
    const unsigned refusal = plm_refusal_named(plm_text_of(inquiry->problem, "refusal"));
    if (refusal != 0) {
        return plm_exit_status(PLM_E_REFUSED, refusal);
    }
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (strcmp(codes[i].code, code) == 0) {
            return codes[i].exit;
        }
    }
    switch (inquiry->http) {
    case 401:
    case 403:
        return PLM_EXIT_FORBIDDEN;
    case 404:
        return PLM_EXIT_NOT_FOUND;
    case 400:
    case 413:
    case 415:
    case 422:
        return 0;
    default:
        return PLM_EXIT_FAILED;
    }
}

/* The word of a list that stands under "/LIST/NUMBER"; NULL: none does. */
static const char *listed_at(const plm_operation_call *call, const char *field)
{
    const char *list = call->operation->list;
    const size_t n = strlen(list);
    if (field[0] != '/' || strncmp(field + 1, list, n) != 0 || field[n + 1] != '/') {
        return NULL;
    }
    const unsigned long number = strtoul(field + n + 2, NULL, 10);
    return number < call->n_words ? call->words[number] : NULL;
}

/* The word whose value stands under that pointer; NULL: of none. */
static const char *word_at(const plm_operation_call *call, const char *field)
{
    if (call->operation->list != NULL) {
        return listed_at(call, field);
    }
    for (size_t i = 0; i < call->n_words; i++) {
        const char *member = call->operation->members[i];
        const char *name = field + (field[0] == '/');
        if (member != NULL && strcmp(member + (member[0] == '?'), name) == 0) {
            return call->words[i];
        }
    }
    return NULL;
}

/* The option whose value stands under that pointer or parameter; NULL: of none. */
static const plm_operation_option *option_at(const plm_operation *operation, const char *field)
{
    const char *member = field[0] == '/' ? field + 1 : field;
    const size_t n = strcspn(member, "/");
    for (const plm_operation_option *o = operation->options; o != NULL && o->name != NULL; o++) {
        const bool is_officer = o->place == PLM_TO_OFFICER && strcmp(field, "Palermo-Officer") == 0;
        if (is_officer ||
            (o->member != NULL && strlen(o->member) == n && strncmp(o->member, member, n) == 0)) {
            return o;
        }
    }
    return NULL;
}

/* Whether what was asked came from options: then what is wrong with it is the command line. */
static bool is_of_options(const plm_operation_call *call)
{
    bool is = false;
    for (const plm_operation_option *o = call->operation->options;
         call->file == NULL && o != NULL && o->name != NULL; o++) {
        is = is || o->place == PLM_TO_BODY || o->place == PLM_TO_QUERY;
    }
    return is;
}

int plm_problem_say(const plm_inquiry *inquiry, const char *what)
{
    const char *detail = plm_text_of(inquiry->problem, "detail");
    const int result = exit_of(inquiry);
    if (strcmp(plm_text_of(inquiry->problem, "code"), "sign-in") == 0) {
        detail = inquiry->authorization[0] != '\0'
                     ? "the node does not know this token"
                     : "the node does not know who asks: run this as its own user, or give a "
                       "token (--token-file)";
        what = NULL;
    }
    const char *clause = plm_text_of(inquiry->problem, "clause");
    plm_say_error(inquiry->command, "%s%s%s%s%s", what != NULL ? what : "",
                  what != NULL ? ": " : "", detail, clause[0] != '\0' ? " - clause " : "", clause);
    return result != 0 ? result : PLM_EXIT_INPUT;
}

/* "FILE:LINE:FIELD: reason", as any file's faults are told; file may be NULL. */
static void say_fault(const char *file, const json_t *fault)
{
    const plm_diag diag = {
        .severity = PLM_ERROR,
        .file = file,
        .line = (uint64_t)plm_number_of(fault, "line"),
        .field = plm_text_of(fault, "field")[0] != '\0' ? plm_text_of(fault, "field") : NULL,
        .reason = plm_text_of(fault, "reason")};
    plm_diag_print(stderr, &diag);
}

int plm_operation_problem(const plm_operation_call *call, const plm_inquiry *inquiry)
{
    const plm_operation *o = call->operation;
    const json_t *faults = json_object_get(inquiry->problem, "errors");
    const char *detail = plm_text_of(inquiry->problem, "detail");
    bool is_option = is_of_options(call);
    bool is_said = false;
    for (size_t i = 0; i < json_array_size(faults); i++) {
        const json_t *fault = json_array_get(faults, i);
        const plm_operation_option *option = option_at(o, plm_text_of(fault, "field"));
        const char *word = word_at(call, plm_text_of(fault, "field"));
        if (option != NULL || word != NULL) {
            plm_say_error(o->usage.command, "%s%s: %s", option != NULL ? "--" : "",
                          option != NULL ? option->name : word, plm_text_of(fault, "reason"));
            is_option = true;
            is_said = true;
        } else if (call->file != NULL || strcmp(plm_text_of(fault, "reason"), detail) != 0) {
            say_fault(call->file, fault);
            is_said = is_said || call->file != NULL;
        }
    }
    const int known = exit_of(inquiry);
    if (!is_said) {
        (void)plm_problem_say(inquiry, call->n_words > 0 ? call->words[0] : NULL);
    }
    if (call->common.json) {
        (void)plm_say_json(json_incref(inquiry->problem));
    } else if (o->print_problem != NULL) {
        o->print_problem(call, inquiry->problem);
    }
    const int wrong = o->wrong != 0 ? o->wrong : is_option ? PLM_EXIT_USAGE : PLM_EXIT_INPUT;
    return known != 0 ? known : wrong;
}
