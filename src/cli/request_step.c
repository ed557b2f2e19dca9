/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_step.c - palermo request accept, refuse, postpone, consult, answer, close, withdraw,
 * recall, attach: one step each.
 */
#include "accord/rfc3339.h"
#include "base/file.h"
#include "cli/exit.h"
#include "cli/request.h"
#include "cli/say.h"
#include "request/grounds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct step_options {
    plm_common common;
    const char *text;
    const char *ground;
    const char *until;
    const char *outcome;
    const char *step;
    plm_text_list conditions;
} step_options;

static const struct step_verb {
    const char *name;
    plm_request_action action;
    const char *command;
    const char *arguments;
    const char *summary;
} verbs[] = {
    {"accept", PLM_REQUEST_ACCEPT, "palermo request accept", "ID [--text T] [--condition C=V]",
     "Accepts a request or an offer, perhaps under conditions."},
    {"refuse", PLM_REQUEST_REFUSE, "palermo request refuse", "ID --ground G --text REASON",
     "Refuses a request, with one of the grounds and the reason."},
    {"postpone", PLM_REQUEST_POSTPONE, "palermo request postpone",
     "ID --text REASON [--until DATE]", "Postpones a request, with the reason."},
    {"consult", PLM_REQUEST_CONSULT, "palermo request consult", "ID --text T",
     "Asks the other side back, or answers its question."},
    {"answer", PLM_REQUEST_ANSWER, "palermo request answer", "ID --text T [--condition C=V]",
     "Answers a request, perhaps under conditions; answers may be given in parts."},
    {"close", PLM_REQUEST_CLOSE, "palermo request close", "ID [--outcome O] [--text T]",
     "Closes what was answered or refused, with the outcome of the hit."},
    {"withdraw", PLM_REQUEST_WITHDRAW, "palermo request withdraw", "ID --text REASON",
     "Withdraws a request that is no longer needed."},
    {"recall", PLM_REQUEST_RECALL, "palermo request recall", "ID --step STEP --text REASON",
     "Takes back what an earlier step of ours said: the other node deletes it and says so."},
};

static plm_status read_ground(const char *command, const char *name, plm_transition *what)
{
    const plm_ground *ground = name != NULL ? plm_ground_find_name(name) : NULL;
    if (ground != NULL) {
        what->code = (uint16_t)ground->code;
        return PLM_OK;
    }
    const char *article = name != NULL ? plm_ground_excluded(name) : NULL;
    if (article != NULL) {
        plm_say_error(command, "\"%s\" is no ground for a refusal (%s)", name, article);
    } else {
        plm_say_error(command, "--ground: say one of those that 'palermo request grounds' lists");
    }
    return PLM_E_INVALID;
}

static plm_status read_outcome(const char *command, const char *name, plm_transition *what)
{
    for (unsigned i = 0; name != NULL && plm_request_outcomes[i] != NULL; i++) {
        if (strcmp(plm_request_outcomes[i], name) == 0) {
            what->code = (uint16_t)i;
            return PLM_OK;
        }
    }
    if (name == NULL) {
        return PLM_OK;
    }
    plm_say_error(command, "--outcome is confirmed, wrong or unknown");
    return PLM_E_INVALID;
}

static plm_status read_until(const char *command, const char *text, plm_transition *what)
{
    plm_date date;
    if (text == NULL) {
        return PLM_OK;
    }
    if (plm_date_parse(&date, plm_span_str(text)) != PLM_OK || date.day == 0) {
        plm_say_error(command, "--until: \"%s\" is no date: YYYY-MM-DD", text);
        return PLM_E_INVALID;
    }
    what->until_ms = plm_date_days(date) * 86400000;
    return PLM_OK;
}

/* What the action needs besides its text. */
static plm_status read_what(const plm_request_job *job, const step_options *o, plm_transition *what)
{
    if (what->action == PLM_REQUEST_REFUSE) {
        return read_ground(job->command, o->ground, what);
    }
    if (what->action == PLM_REQUEST_CLOSE) {
        return read_outcome(job->command, o->outcome, what);
    }
    if (what->action == PLM_REQUEST_POSTPONE) {
        return read_until(job->command, o->until, what);
    }
    if (what->action == PLM_REQUEST_RECALL &&
        (o->step == NULL || plm_step_find(&job->book, o->step, what->target) != PLM_OK)) {
        plm_say_error(job->command,
                      "--step: say which, as 'palermo request show' names them (r1, h2)");
        return PLM_E_INVALID;
    }
    return PLM_OK;
}

/* {"conditions": {...}} of "name=value", checked; NULL in *out if there are none. */
static plm_status read_conditions(const char *command, const plm_text_list *list, json_t **out)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_conditions c;
    char assignment[PLM_TEXT_MAX];
    plm_status status = PLM_OK;
    json_t *document = json_object();
    for (size_t i = 0; status == PLM_OK && i < list->n; i++) {
        (void)snprintf(assignment, sizeof assignment, "conditions.%s", list->items[i]);
        status = plm_request_set(document, assignment, command);
    }
    json_t *conditions = json_object_get(document, "conditions");
    const plm_json_at at = plm_json_root(conditions, &sink, "--condition", 0);
    if (status == PLM_OK) {
        status = plm_conditions_read(&c, &at);
    }
    *out = status == PLM_OK ? json_incref(conditions) : NULL;
    json_decref(document);
    return status;
}

static void say_why_not(const plm_request_job *job, plm_request_action action, plm_status status)
{
    const char *state = plm_request_state_name((plm_request_state)job->book.row.state);
    if (status == PLM_E_REFUSED) {
        plm_say_error(job->command, "%s may not %s what is %s",
                      job->book.row.is_ours ? "the requester" : "the requested side",
                      plm_request_action_name(action), state);
    } else if (status == PLM_E_PROTOCOL) {
        plm_say_error(job->command, "--text is missing, or something that does not go with it");
    } else if (status == PLM_E_NOT_FOUND) {
        plm_say_error(job->command, "that is no step of ours");
    } else {
        plm_say_error(job->command, "%s", plm_status_sentence(status));
    }
}

static int tell(const plm_request_job *job, bool json)
{
    char id[2 * PLM_REQUEST_ID_BYTES + 1];
    const char *state = plm_request_state_name((plm_request_state)job->book.row.state);
    plm_hex_encode(id, job->book.row.id, sizeof job->book.row.id);
    if (json) {
        return plm_say_json(json_pack("{s:s, s:s}", "request", id, "state", state));
    }
    (void)printf("%s is %s\n", id, state);
    return PLM_EXIT_OK;
}

/* A refused step is the input's fault here: no peer has refused anything. */
static int end(plm_request_job *job, plm_status status)
{
    bool is_ours = status == PLM_E_REFUSED || status == PLM_E_PROTOCOL;
    return plm_request_job_end(job, is_ours ? PLM_E_INVALID : status);
}

int plm_request_command_step(int argc, char **argv)
{
    const struct step_verb *verb = &verbs[0];
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        verb = strcmp(verbs[i].name, argv[0]) == 0 ? &verbs[i] : verb;
    }
    const plm_usage_text usage = {verb->command, verb->arguments, verb->summary};
    step_options o = {0};
    const plm_option options[] = {
        {"text", PLM_OPTION_TEXT, &o.text, "TEXT", "what to say, or the reason", 0, 0},
        {"ground", PLM_OPTION_TEXT, &o.ground, "GROUND", "of a refusal", 0, 0},
        {"until", PLM_OPTION_TEXT, &o.until, "DATE", "of a postponement: expected by", 0, 0},
        {"outcome", PLM_OPTION_TEXT, &o.outcome, "O", "confirmed, wrong or unknown", 0, 0},
        {"step", PLM_OPTION_TEXT, &o.step, "STEP", "to be recalled: r1, h2, ...", 0, 0},
        {"condition", PLM_OPTION_LIST, &o.conditions, "C=V",
         "purpose=, retention=, confidential=, third_parties=, assurances=", 0, 0},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    const char *id;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_request_job job;
    plm_transition what = {.action = verb->action};
    uint8_t step_id[PLM_HASH_BYTES];
    json_t *conditions = NULL;
    json_t *note = NULL;
    plm_status status = plm_request_job_begin(&job, &o.common, usage.command, id, true);
    if (status == PLM_OK) {
        status = read_what(&job, &o, &what);
    }
    if (status == PLM_OK) {
        status = read_conditions(usage.command, &o.conditions, &conditions);
    }
    if (status == PLM_OK) {
        note = plm_note_json(o.text, conditions, NULL);
        status = note == NULL ? PLM_E_NOMEM
                              : plm_request_act(&job.node, &job.book, &what, note, step_id);
        if (status != PLM_OK) {
            say_why_not(&job, what.action, status);
        }
    }
    int result = status == PLM_OK ? tell(&job, o.common.json) : 0;
    json_decref(conditions);
    json_decref(note);
    int ended = end(&job, status);
    return status == PLM_OK ? result : ended;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

int plm_request_command_attach(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo request attach", "ID FILE [OPTIONS]",
        "Seals a file to the other party's key, so that its node alone can open it."};
    step_options o = {0};
    const char *media_type = "application/octet-stream";
    const plm_option options[] = {
        {"text", PLM_OPTION_TEXT, &o.text, "TEXT", "what it is", 0, 0},
        {"type", PLM_OPTION_TEXT, &media_type, "TYPE", "its media type", 0, 0},
        {"condition", PLM_OPTION_LIST, &o.conditions, "C=V", "as of an answer", 0, 0},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    const char *words[2];
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, words, 2, 2, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_request_job job;
    plm_buf file;
    json_t *conditions = NULL;
    plm_buf_init(&file, PLM_ATTACHMENT_MAX);
    plm_status status = plm_request_job_begin(&job, &o.common, usage.command, words[0], true);
    if (status == PLM_OK) {
        status = plm_file_read(words[1], &file);
        if (status != PLM_OK) {
            plm_say_error(usage.command, "%s: %s", words[1],
                          status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
        }
    }
    if (status == PLM_OK) {
        status = read_conditions(usage.command, &o.conditions, &conditions);
    }
    if (status == PLM_OK) {
        status = plm_request_attach(&job.node, &job.book, base_name(words[1]), media_type,
                                    plm_buf_span(&file), o.text, conditions);
        if (status != PLM_OK) {
            say_why_not(&job, PLM_REQUEST_ATTACH, status);
        }
    }
    int result = status == PLM_OK ? tell(&job, o.common.json) : 0;
    plm_buf_wipe(&file);
    json_decref(conditions);
    int ended = end(&job, status);
    return status == PLM_OK ? result : ended;
}
