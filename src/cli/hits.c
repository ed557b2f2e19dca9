/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hits.c - palermo hits and palermo runs.
 */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "ledger/ledger.h"
#include "net/net.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct hit_list {
    const char *run_prefix; /* hexadecimal; NULL: every run */
    bool seeds;             /* those on test persons, and no others */
    json_t *hits;
} hit_list;

static json_t *first_name(const plm_record *record)
{
    for (size_t i = 0; i < record->n_values; i++) {
        if (record->values[i].type == PLM_IDENT_NAME) {
            return json_string(record->values[i].raw);
        }
    }
    for (size_t i = 0; i < record->n_values; i++) {
        return json_string(record->values[i].raw);
    }
    return json_null();
}

static plm_status take_hit(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    static const char *const grades[] = {"", "possible", "probable", "strong"};
    const hit_list *list = (const hit_list *)context;
    char run[2 * PLM_RUN_ID_BYTES + 1];
    char words[PLM_GRADING_WORDS];
    plm_hex_encode(run, hit->run_id, sizeof hit->run_id);
    if (stored->is_seed != list->seeds) {
        return PLM_OK;
    }
    if (list->run_prefix != NULL && strncmp(run, list->run_prefix, strlen(list->run_prefix)) != 0) {
        return PLM_OK;
    }
    json_t *entry = json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:s, s:f, s:s, s:s, s:s}", "run",
        run, "hit", (int)hit->number, "register", stored->register_name, "record",
        stored->record.id, "kind", plm_kind_name(stored->record.kind), "role",
        plm_role_name(stored->record.role), "grading", stored->record.grading, "grading_words",
        plm_grading_words(words, stored->record.grading), "assessment",
        (int)stored->record.is_assessment, "name", first_name(&stored->record), "rules",
        plm_say_words(hit->rules), "grade", grades[hit->grade < 4 ? hit->grade : 0], "score",
        hit->score / 100.0, "words", hit->words, "state", hit->state, "outcome", hit->outcome);
    return json_array_append_new(list->hits, entry) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static void print_hits(const json_t *hits)
{
    size_t i;
    json_t *hit;
    const char *run = "";
    json_array_foreach(hits, i, hit)
    {
        const char *this_run = json_string_value(json_object_get(hit, "run"));
        const json_t *rules = json_object_get(hit, "rules");
        const char *name = json_string_value(json_object_get(hit, "name"));
        if (strcmp(this_run, run) != 0) {
            (void)printf("%srun %s\n", i > 0 ? "\n" : "", this_run);
            run = this_run;
        }
        (void)printf("  %4d %-9s ", (int)json_integer_value(json_object_get(hit, "hit")),
                     json_string_value(json_object_get(hit, "state")));
        plm_say_padded(json_string_value(json_object_get(hit, "record")), 16);
        (void)printf(" %-10s ", json_string_value(json_object_get(hit, "role")));
        plm_say_padded(name != NULL ? name : "", 36);
        (void)printf(" ");
        for (size_t r = 0; r < json_array_size(rules); r++) {
            (void)printf("%s%s", r > 0 ? ", " : "", json_string_value(json_array_get(rules, r)));
        }
        (void)printf("\n");
    }
    size_t n = json_array_size(hits);
    (void)printf("%s%zu record%s in common. A hit is a lead, never an identification.\n",
                 n > 0 ? "\n" : "", n, n == 1 ? "" : "s");
}

int plm_command_hits(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo hits", "[--run ID] [OPTIONS]",
        "Lists the records of ours that another party has too, each with the rules that agreed."};
    plm_common common = {0};
    hit_list list = {NULL, false, NULL};
    const plm_option options[] = {
        {"run", PLM_OPTION_TEXT, &list.run_prefix, "ID", "of one run only (a prefix will do)", 0,
         0},
        {"seeds", PLM_OPTION_FLAG, &list.seeds, NULL, "those on invented test persons instead", 0,
         0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    uint64_t n_expired;
    list.hits = json_array();
    status = plm_ledger_expire(home.store, plm_wall_ms(), &n_expired);
    if (status == PLM_OK) {
        status = plm_store_each_hit(home.store, NULL, take_hit, &list);
    }
    int result = PLM_EXIT_OK;
    if (status != PLM_OK) {
        result = plm_say_status(usage.command, home.store_path, status);
        json_decref(list.hits);
    } else if (common.json) {
        result = plm_say_json(list.hits);
    } else {
        print_hits(list.hits);
        json_decref(list.hits);
    }
    plm_home_close(&home);
    return result;
}

static plm_status take_run(void *context, const plm_run *run)
{
    json_t *list = (json_t *)context;
    char id[2 * PLM_RUN_ID_BYTES + 1];
    char started[PLM_TIME_TEXT];
    char ended[PLM_TIME_TEXT] = "";
    plm_hex_encode(id, run->id, sizeof run->id);
    plm_say_time(started, run->started_ms);
    if (run->ended_ms > 0) {
        plm_say_time(ended, run->ended_ms);
    }
    json_t *entry =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:I, s:I, s:I, s:s, s:s}", "run",
                  id, "side", run->is_asker ? "asker" : "holder", "with", run->peer, "purpose",
                  run->purpose, "case", run->case_ref, "officer", run->officer, "state",
                  plm_run_state_name(run->state), "failure", run->failure, "clause", run->clause,
                  "tokens", (json_int_t)run->n_own, "peer_tokens", (json_int_t)run->n_peer,
                  "charged", (json_int_t)run->charged, "started", started, "ended", ended);
    return json_array_append_new(list, entry) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static const char *member(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

int plm_command_runs(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo runs", "[OPTIONS]",
                                         "Lists the runs this node asked for or answered."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    json_t *list = json_array();
    status = plm_store_each_run(home.store, take_run, list);
    plm_home_close(&home);
    if (status != PLM_OK) {
        json_decref(list);
        return plm_say_status(usage.command, home.store_path, status);
    }
    if (common.json) {
        return plm_say_json(list);
    }
    size_t i;
    json_t *run;
    json_array_foreach(list, i, run)
    {
        (void)printf("%.8s  %s  %-6s with %-12s %-20s %-8s %s %s\n", member(run, "run"),
                     member(run, "started"), member(run, "side"), member(run, "with"),
                     member(run, "purpose"), member(run, "state"), member(run, "failure"),
                     member(run, "clause"));
    }
    json_decref(list);
    return PLM_EXIT_OK;
}
