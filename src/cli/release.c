/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.c - palermo release: the holder's officers decide on hits; batches are made when due.
 */
#include "node/release.h"

#include "base/ct.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const plm_usage_text usage = {
    "palermo release", "show|approve|lapse|outcome|post [RUN/HIT] [OPTIONS]",
    "Decides on hits that we, as their holder, see first.\n"
    "  show RUN/HIT       the record, why it matched, and the gates as they stand\n"
    "  approve RUN/HIT    an officer clears gates and approves; two do where the accord says so\n"
    "  lapse RUN/HIT      it will not go; to the asker that is the same as no hit\n"
    "  outcome RUN/HIT confirmed|wrong|unknown    what came of a hit\n"
    "  post               makes the batches that are due ('palermo serve' does it by itself)\n"
    "RUN may be the beginning of a run's id; 'palermo hits' lists both."};

typedef struct release_options {
    plm_common common;
    const char *officer;
    const char *because;
    plm_text_list clear;
} release_options;

/* "RUN/HIT" into the run's id and the number. */
static plm_status read_place(plm_store *store, const char *text, uint8_t run_id[static 16],
                             uint32_t *number)
{
    char prefix[33];
    char *end = NULL;
    const char *slash = strchr(text, '/');
    if (slash == NULL || slash == text || (size_t)(slash - text) >= sizeof prefix) {
        return PLM_E_SYNTAX;
    }
    (void)snprintf(prefix, sizeof prefix, "%.*s", (int)(slash - text), text);
    unsigned long n = strtoul(slash + 1, &end, 10);
    if (end == slash + 1 || *end != '\0' || n == 0 || n > UINT32_MAX) {
        return PLM_E_SYNTAX;
    }
    *number = (uint32_t)n;
    return plm_store_find_run(store, prefix, run_id);
}

static int read_gates(const plm_text_list *list, uint32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < list->n; i++) {
        plm_gate_kind gate;
        if (strcmp(list->items[i], "all") == 0) {
            *out = (1U << PLM_GATE_COUNT) - 1;
        } else if (plm_gate_find(&gate, list->items[i]) == PLM_OK) {
            *out |= 1U << gate;
        } else {
            return plm_usage_error(&usage, "there is no gate \"%s\"", list->items[i]);
        }
    }
    return PLM_EXIT_OK;
}

static json_t *gates_json(const plm_gates *gates)
{
    json_t *out = json_object();
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        (void)json_object_set_new(out, plm_gate_name((plm_gate_kind)i),
                                  json_string(plm_gate_state_name(gates->state[i])));
    }
    return out;
}

static void print_gates(const plm_gates *gates)
{
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        (void)printf("  %-7s %-11s %s\n", plm_gate_state_name(gates->state[i]),
                     plm_gate_name((plm_gate_kind)i), plm_gate_sentence((plm_gate_kind)i));
    }
}

typedef struct showing {
    plm_store *store;
    bool json;
    bool is_found;
    int result;
} showing;

static void print_record(const plm_record *record)
{
    (void)printf("  record      %s, %s, %s%s\n", record->id, plm_kind_name(record->kind),
                 plm_role_name(record->role), record->is_assessment ? ", an assessment" : "");
    if (record->grading[0] != '\0') {
        (void)printf("  grading     %s\n", record->grading);
    }
    for (size_t i = 0; i < record->n_values; i++) {
        (void)printf("  %-11s %s\n", plm_ident_type_name(record->values[i].type),
                     record->values[i].raw);
    }
}

static json_t *record_json(const plm_record *record)
{
    json_t *values = json_array();
    for (size_t i = 0; i < record->n_values; i++) {
        (void)json_array_append_new(values, json_pack("{s:s, s:s}", "type",
                                                      plm_ident_type_name(record->values[i].type),
                                                      "value", record->values[i].raw));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "id", record->id, "kind",
                     plm_kind_name(record->kind), "role", plm_role_name(record->role), "grading",
                     record->grading, "values", values);
}

static plm_status show_hit(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    showing *s = (showing *)context;
    plm_gates gates;
    s->is_found = true;
    plm_status status = plm_release_gates(s->store, hit, stored, &gates);
    if (status != PLM_OK) {
        return status;
    }
    if (s->json) {
        s->result = plm_say_json(
            json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "hit", (int)hit->number,
                      "state", hit->state, "rules", hit->rules, "words", hit->words, "officer",
                      hit->officer, "remark", hit->remark, "fields", hit->fields, "gates",
                      gates_json(&gates), "record", record_json(&stored->record)));
        return PLM_OK;
    }
    (void)printf("hit %u: %s\n", hit->number, hit->state);
    print_record(&stored->record);
    (void)printf("  matched by  %s\n", hit->rules);
    if (hit->words[0] != '\0') {
        (void)printf("              %s\n", hit->words);
    }
    if (hit->officer[0] != '\0') {
        (void)printf("  officer     %s%s%s\n", hit->officer, hit->second[0] != '\0' ? ", " : "",
                     hit->second);
    }
    if (hit->fields[0] != '\0') {
        (void)printf("  disclosed   %s\n", hit->fields);
    }
    if (strcmp(hit->state, plm_hit_state_name(PLM_HIT_RECEIVED)) != 0) {
        (void)printf("gates\n"); /* the holder's, and nobody's once a hit has come */
        print_gates(&gates);
    }
    (void)printf("A hit is a lead, never an identification.\n");
    return PLM_OK;
}

static int command_show(const plm_home *home, const uint8_t run_id[static 16], uint32_t number,
                        const char *place, bool json)
{
    const plm_hit_filter filter = {.run_id = run_id, .number = number};
    showing s = {home->store, json, false, PLM_EXIT_OK};
    plm_status status = plm_store_each_hit(home->store, &filter, show_hit, &s);
    if (status == PLM_OK && !s.is_found) {
        status = PLM_E_NOT_FOUND;
    }
    return status == PLM_OK ? s.result : plm_say_status(usage.command, place, status);
}

static int say_answer(const plm_release_answer *answer, plm_status status, const char *place,
                      bool json)
{
    if (status == PLM_E_ARGUMENT) {
        plm_say_error(usage.command,
                      "%s: what the record itself speaks against is cleared only "
                      "with words: --because TEXT",
                      place);
        return PLM_EXIT_USAGE;
    }
    if (status != PLM_OK && status != PLM_E_REFUSED) {
        return plm_say_status(usage.command, place, status);
    }
    if (json) {
        (void)plm_say_json(
            json_pack("{s:s, s:b, s:s, s:o}", "state", plm_hit_state_name(answer->state), "done",
                      (int)(status == PLM_OK), "fault",
                      status == PLM_OK ? "" : plm_decision_fault_sentence(answer->fault), "gates",
                      gates_json(&answer->gates)));
    } else if (status == PLM_OK) {
        (void)printf("hit %s is %s\n", place, plm_hit_state_name(answer->state));
    }
    if (status == PLM_E_REFUSED) {
        plm_say_error(usage.command, "%s: %s", place, plm_decision_fault_sentence(answer->fault));
        if (!json &&
            (answer->fault == PLM_DECISION_OPEN_GATE || answer->fault == PLM_DECISION_BARRED)) {
            print_gates(&answer->gates);
        }
        return PLM_EXIT_FAILED;
    }
    return PLM_EXIT_OK;
}

static int decide(const plm_home *home, const release_options *o, const char *verb,
                  const char *place, const char *outcome)
{
    uint8_t run_id[16];
    plm_release_word word = {.run_id = run_id, .officer = o->officer, .because = o->because};
    plm_release_answer answer = {.fault = PLM_DECISION_GOOD};
    plm_status status = read_place(home->store, place, run_id, &word.number);
    if (status != PLM_OK) {
        plm_say_error(usage.command, "%s: %s", place,
                      status == PLM_E_SYNTAX   ? "not of the form RUN/HIT"
                      : status == PLM_E_EXISTS ? "more than one run begins so"
                                               : plm_status_sentence(status));
        return PLM_EXIT_USAGE;
    }
    if (strcmp(verb, "show") == 0) {
        return command_show(home, run_id, word.number, place, o->common.json);
    }
    if (o->officer[0] == '\0') {
        return plm_usage_error(&usage, "who decides? --officer NAME");
    }
    int gates = read_gates(&o->clear, &word.clear);
    if (gates != PLM_EXIT_OK) {
        return gates;
    }
    if (strcmp(verb, "outcome") == 0) {
        status = plm_release_outcome(home->store, &word, outcome);
        if (status == PLM_E_ARGUMENT) {
            return plm_usage_error(&usage, "an outcome is confirmed, wrong or unknown");
        }
        return status == PLM_OK ? PLM_EXIT_OK : plm_say_status(usage.command, place, status);
    }
    status = strcmp(verb, "approve") == 0 ? plm_release_approve(home->store, &word, &answer)
                                          : plm_release_lapse(home->store, &word, &answer);
    return say_answer(&answer, status, place, o->common.json);
}

static int command_post(plm_home *home, const release_options *o)
{
    plm_node node = {.store = home->store};
    uint64_t n = 0;
    memcpy(node.code, home->code, sizeof node.code);
    plm_status status = plm_home_unlock(home, &o->common, node.seed, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = plm_release_post_due(&node, plm_wall_ms(), &n);
    plm_wipe(node.seed, sizeof node.seed);
    if (status != PLM_OK) {
        return plm_say_status(usage.command, "batches", status);
    }
    if (o->common.json) {
        return plm_say_json(json_pack("{s:I}", "posted", (json_int_t)n));
    }
    (void)printf("%" PRIu64 " batch%s posted\n", n, n == 1 ? "" : "es");
    return PLM_EXIT_OK;
}

int plm_command_release(int argc, char **argv)
{
    static const char *const verbs[] = {"show", "approve", "lapse", "outcome", "post"};
    release_options o = {.officer = "", .because = ""};
    const plm_option options[] = {
        {"officer", PLM_OPTION_TEXT, &o.officer, "NAME", "who decides", 0, 0},
        {"clear", PLM_OPTION_LIST, &o.clear, "GATE",
         "a gate the officer has judged and found clear, or all; may be repeated", 0, 0},
        {"because", PLM_OPTION_TEXT, &o.because, "TEXT",
         "why; needed where the record itself speaks against it", 0, 0},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    const char *words[3] = {NULL, NULL, NULL};
    size_t n_words = 0;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, words, 1, 3, &n_words);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    size_t verb = 0;
    while (verb < sizeof verbs / sizeof *verbs && strcmp(verbs[verb], words[0]) != 0) {
        verb++;
    }
    const size_t wanted = verb == 4 ? 1 : verb == 3 ? 3 : 2;
    if (verb == sizeof verbs / sizeof *verbs || n_words != wanted) {
        return plm_usage_error(&usage, "show, approve, lapse RUN/HIT; outcome RUN/HIT OUTCOME; "
                                       "or post");
    }
    if (strlen(o.because) >= PLM_TEXT_MAX || strlen(o.officer) >= PLM_TEXT_MAX) {
        return plm_usage_error(&usage, "a name or a reason has at most 200 bytes");
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &o.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    int result =
        verb == 4 ? command_post(&home, &o) : decide(&home, &o, words[0], words[1], words[2]);
    plm_home_close(&home);
    return result;
}
