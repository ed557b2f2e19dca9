/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_subject.c - palermo ledger subject: what is held of one person, in which runs it could
 * take part, and with whom there were hits (Directive (EU) 2016/680, articles 14 and 17).
 *
 * The search itself is an entry: officer, reason and how many records were found, never whom.
 */
#include "cli/ledger.h"

#include "cli/exit.h"
#include "cli/say.h"
#include "ledger/ledger.h"
#include "node/agreement.h"
#include "release/decision.h"
#include "wire/field.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECORD_ARENA_MAX = 4 << 20
};

typedef struct subject_options {
    plm_common common;
    const char *record;        /* source id */
    const char *register_name; /* NULL: any */
    const char *value;         /* raw */
    const char *type_name;
    const char *country;
    const char *officer;
    const char *reason;
} subject_options;

typedef struct searching {
    const subject_options *options;
    plm_home *home;
    plm_ident_type type;
    plm_ident ident;
    json_t *records;
    int64_t *numbers; /* of the records that are the subject's */
    size_t n_numbers;
    const plm_stored_record *record; /* while its runs are walked */
    json_t *runs;
    plm_agreement *agreement; /* of the last run */
    uint8_t agreement_hash[PLM_HASH_BYTES];
} searching;

static bool is_subject(const searching *s, const plm_record *record)
{
    if (s->options->record != NULL) {
        return strcmp(record->id, s->options->record) == 0;
    }
    for (size_t i = 0; i < record->n_values; i++) {
        if (record->values[i].type == s->type &&
            strcmp(record->values[i].canonical, s->ident.canonical) == 0) {
            return true;
        }
    }
    return false;
}

/* The accord of a run, kept for the next one, which most often has the same. */
static plm_status find_agreement(searching *s, const uint8_t hash[static PLM_HASH_BYTES])
{
    if (s->agreement != NULL && memcmp(s->agreement_hash, hash, PLM_HASH_BYTES) == 0) {
        return PLM_OK;
    }
    plm_agreement_destroy(s->agreement);
    s->agreement = NULL;
    memcpy(s->agreement_hash, hash, PLM_HASH_BYTES);
    return plm_agreement_load(&s->agreement, s->home->store, hash);
}

/*
 * A run in which the record's tokens were compared: it was loaded as it is now before the run
 * began, the engine had started or may have, and the purpose admits it. What it was before its last
 * change is not kept.
 */
static plm_status take_run(void *context, const plm_run *run)
{
    searching *s = (searching *)context;
    char id[2 * PLM_RUN_ID_BYTES + 1];
    char time[PLM_TIME_TEXT];
    if (run->state != PLM_RUN_DONE && run->state != PLM_RUN_BROKEN &&
        run->state != PLM_RUN_RUNNING) {
        return PLM_OK;
    }
    plm_status status = find_agreement(s, run->accord_hash);
    if (status != PLM_OK) {
        return status;
    }
    const plm_purpose *purpose = plm_accord_purpose(s->agreement->accord, run->purpose);
    if (purpose == NULL || plm_policy_admit(purpose, run->is_asker, &s->record->record,
                                            plm_date_of_ms(run->started_ms)) != PLM_ADMITTED) {
        return PLM_OK;
    }
    plm_hex_encode(id, run->id, sizeof run->id);
    plm_say_time(time, run->started_ms);
    json_t *entry = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[], s:[]}", "run", id, "time", time, "with",
        run->peer, "purpose", run->purpose, "we", run->is_asker ? "asked" : "answered", "state",
        plm_run_state_name(run->state), "officer", run->officer, "hit_by", "disclosures");
    return json_array_append_new(s->runs, entry) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* The run's entry; of one in which the record took part before it was changed, a new one. */
static json_t *run_entry(searching *s, const char *id)
{
    for (size_t i = 0; i < json_array_size(s->runs); i++) {
        json_t *run = json_array_get(s->runs, i);
        if (strcmp(json_string_value(json_object_get(run, "run")), id) == 0) {
            return run;
        }
    }
    json_t *entry = json_pack("{s:s, s:[], s:[]}", "run", id, "hit_by", "disclosures");
    return json_array_append_new(s->runs, entry) == 0 ? entry : NULL;
}

/* What left the house, or came to it, by a hit. */
static json_t *disclosure(const plm_hit *hit)
{
    return json_pack("{s:i, s:s, s:s, s:s, s:s}", "hit", (int)hit->number, "state", hit->state,
                     "officer", hit->officer, "fields", hit->fields, "outcome", hit->outcome);
}

/* Each rule by itself. */
static int add_rules(json_t *list, const char *rules)
{
    int failed = 0;
    while (*rules != '\0') {
        const size_t n = strcspn(rules, " ");
        failed |= json_array_append_new(list, json_stringn(rules, n));
        rules += n + (rules[n] == ' ');
    }
    return failed;
}

static plm_status take_hit(void *context, const plm_hit *hit, const plm_stored_record *record)
{
    searching *s = (searching *)context;
    char id[2 * PLM_RUN_ID_BYTES + 1];
    if (record->number != s->record->number) {
        return PLM_OK;
    }
    plm_hex_encode(id, hit->run_id, sizeof hit->run_id);
    json_t *run = run_entry(s, id);
    int failed = add_rules(json_object_get(run, "hit_by"), hit->rules);
    if (strcmp(hit->state, plm_hit_state_name(PLM_HIT_RELEASED)) == 0 ||
        strcmp(hit->state, plm_hit_state_name(PLM_HIT_RECEIVED)) == 0) {
        failed |= json_array_append_new(json_object_get(run, "disclosures"), disclosure(hit));
    }
    return failed == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* Found first, looked at later: the store's walks don't nest. */
static plm_status find_record(void *context, const plm_stored_record *record)
{
    searching *s = (searching *)context;
    if (!is_subject(s, &record->record)) {
        return PLM_OK;
    }
    int64_t *numbers = (int64_t *)realloc(s->numbers, (s->n_numbers + 1) * sizeof *numbers);
    if (numbers == NULL) {
        return PLM_E_NOMEM;
    }
    s->numbers = numbers;
    s->numbers[s->n_numbers++] = record->number;
    return PLM_OK;
}

static plm_status take_record(searching *s, const plm_stored_record *record)
{
    char retention[PLM_DATE_TEXT] = "";
    if (record->record.retention.year != 0) {
        plm_date_format(retention, record->record.retention);
    }
    s->record = record;
    s->runs = json_array();
    plm_status status = plm_store_each_run(s->home->store, take_run, s);
    if (status == PLM_OK) {
        status = plm_store_each_hit(s->home->store, NULL, take_hit, s);
    }
    if (status != PLM_OK) {
        json_decref(s->runs);
        return status;
    }
    json_t *entry = json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:o}", "record", record->record.id, "register",
        record->register_name, "kind", plm_kind_name(record->record.kind), "role",
        plm_role_name(record->record.role), "assessment", (int)record->record.is_assessment,
        "grading", record->record.grading, "delete_after", retention, "runs", s->runs);
    return json_array_append_new(s->records, entry) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status look_at(searching *s, int64_t number)
{
    plm_arena arena;
    plm_stored_record record;
    plm_arena_init(&arena, RECORD_ARENA_MAX);
    plm_status status = plm_store_get_record(s->home->store, number, &arena, &record);
    if (status == PLM_OK) {
        status = take_record(s, &record);
    }
    plm_arena_wipe(&arena);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status; /* deleted since it was found */
}

/* officer, reason (u16 + bytes each), records found (u64) */
static plm_status enter_search(searching *s)
{
    plm_buf body;
    plm_buf_init(&body, 1024);
    plm_status status = plm_buf_append_block16(&body, plm_span_str(s->options->officer));
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(s->options->reason));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, json_array_size(s->records));
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(s->home->store, "subject", plm_buf_span(&body), plm_wall_ms());
    }
    plm_buf_wipe(&body);
    return status;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void print_disclosures(const json_t *run)
{
    const json_t *list = json_object_get(run, "disclosures");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *d = json_array_get(list, i);
        bool is_received = text_of(d, "fields")[0] != '\0';
        (void)printf("    %s %s %s as hit %d%s%s%s%s\n", text_of(d, "state"),
                     is_received ? "from" : "to", text_of(run, "with"),
                     (int)json_integer_value(json_object_get(d, "hit")),
                     is_received ? ": " : ", by ",
                     is_received ? text_of(d, "fields") : text_of(d, "officer"),
                     text_of(d, "outcome")[0] != '\0' ? "; outcome " : "", text_of(d, "outcome"));
    }
}

static void print_record(const json_t *record)
{
    const json_t *runs = json_object_get(record, "runs");
    (void)printf("%s of register %s: %s, %s; %s%s\n", text_of(record, "record"),
                 text_of(record, "register"), text_of(record, "kind"), text_of(record, "role"),
                 text_of(record, "delete_after")[0] != '\0' ? "to be deleted after "
                                                            : "no date of deletion",
                 text_of(record, "delete_after"));
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        const json_t *rules = json_object_get(run, "hit_by");
        (void)printf("  run %.8s  %s  %s %s, purpose %s, %s: ", text_of(run, "run"),
                     text_of(run, "time"), text_of(run, "we"), text_of(run, "with"),
                     text_of(run, "purpose"), text_of(run, "state"));
        (void)printf("%s", json_array_size(rules) > 0 ? "hit by" : "took part, no hit known here");
        for (size_t k = 0; k < json_array_size(rules); k++) {
            (void)printf(" %s", json_string_value(json_array_get(rules, k)));
        }
        (void)printf("\n");
        print_disclosures(run);
    }
}

static int search(const char *command, searching *s)
{
    const subject_options *o = s->options;
    s->records = json_array();
    plm_status status = plm_store_each_record(s->home->store, o->register_name, find_record, s);
    for (size_t i = 0; status == PLM_OK && i < s->n_numbers; i++) {
        status = look_at(s, s->numbers[i]);
    }
    if (status == PLM_OK) {
        status = enter_search(s);
    }
    plm_agreement_destroy(s->agreement);
    free(s->numbers);
    if (status != PLM_OK) {
        json_decref(s->records);
        return plm_say_status(command, s->home->store_path, status);
    }
    bool found = json_array_size(s->records) > 0;
    if (o->common.json) {
        int printed = plm_say_json(s->records);
        return printed != PLM_EXIT_OK || found ? printed : PLM_EXIT_NOT_FOUND;
    }
    for (size_t i = 0; i < json_array_size(s->records); i++) {
        print_record(json_array_get(s->records, i));
    }
    if (!found) {
        (void)printf("nothing is held; of what was deleted only numbers are kept, in the ledger's "
                     "entries of kind expire and drop\n");
    }
    json_decref(s->records);
    return found ? PLM_EXIT_OK : PLM_EXIT_NOT_FOUND;
}

static bool is_text(const char *s)
{
    return s != NULL && strlen(s) < PLM_TEXT_MAX && plm_field_fits(PLM_FIELD_TEXT, plm_span_str(s));
}

/* The value in its canonical form; says what is wrong with it. */
static int read_value(const plm_usage_text *usage, searching *s)
{
    const subject_options *o = s->options;
    char country[3] = "";
    if (o->value == NULL) {
        return PLM_EXIT_OK;
    }
    if (o->type_name == NULL || plm_ident_type_find(&s->type, o->type_name) != PLM_OK) {
        return plm_usage_error(usage, "--type takes a type of identifier, as 'palermo ident' does");
    }
    if (o->country != NULL && plm_country_find(country, plm_span_str(o->country)) != PLM_OK) {
        return plm_usage_error(usage, "--country: there is no such country");
    }
    plm_status status = plm_ident_canonicalise(s->type, country, plm_span_str(o->value), &s->ident);
    if (status == PLM_E_REJECTED) {
        plm_say_error(usage->command, "the value is no %s: %s", o->type_name,
                      plm_ident_reason_text(s->ident.reason));
        return PLM_EXIT_INPUT;
    }
    return plm_exit_status(status, 0);
}

int plm_ledger_subject_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger subject", "(--record ID | --value V --type T) --officer NAME --reason TEXT",
        "Finds what is held of one person, in which runs it could take part and with whom it was "
        "a\n"
        "hit. The search is entered in the ledger, without the person."};
    subject_options o = {.record = NULL};
    const plm_option options[] = {
        {"record", PLM_OPTION_TEXT, &o.record, "ID", "the record's own id in its register", 0, 0},
        {"register", PLM_OPTION_TEXT, &o.register_name, "NAME", "of this register alone", 0, 0},
        {"value", PLM_OPTION_TEXT, &o.value, "V", "an identifier", 0, 0},
        {"type", PLM_OPTION_TEXT, &o.type_name, "T", "its type: name, phone, document, ...", 0, 0},
        {"country", PLM_OPTION_TEXT, &o.country, "CC", "issuer, region or country of it", 0, 0},
        {"officer", PLM_OPTION_TEXT, &o.officer, "NAME", "pseudonym of who searches", 0, 0},
        {"reason", PLM_OPTION_TEXT, &o.reason, "TEXT", "why; no name belongs here", 0, 0},
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if ((o.record == NULL) == (o.value == NULL) || !is_text(o.officer) || !is_text(o.reason)) {
        return plm_usage_error(&usage, "--record or --value, --officer and --reason are needed");
    }
    searching s = {.options = &o, .home = &home};
    int result = read_value(&usage, &s);
    if (result != PLM_EXIT_OK) {
        return result;
    }
    plm_status status = plm_home_open(&home, &o.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    result = search(usage.command, &s);
    plm_home_close(&home);
    return result;
}
