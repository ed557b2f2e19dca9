/* SPDX-License-Identifier: Apache-2.0 */
#include "node/ledger_subject.h"

#include "ledger/ledger.h"
#include "node/agreement.h"
#include "release/decision.h"

#include <stdlib.h>
#include <string.h>

enum {
    RECORD_ARENA_MAX = 4 << 20
};

typedef struct searching {
    const plm_subject *subject;
    plm_store *store;
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
    if (s->subject->record != NULL) {
        return strcmp(record->id, s->subject->record) == 0;
    }
    for (size_t i = 0; i < record->n_values; i++) {
        if (record->values[i].type == s->subject->type &&
            strcmp(record->values[i].canonical, s->subject->canonical) == 0) {
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
    return plm_agreement_load(&s->agreement, s->store, hash);
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
    plm_time_format(time, run->started_ms);
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
    plm_status status = plm_store_each_run(s->store, take_run, s);
    if (status == PLM_OK) {
        status = plm_store_each_hit(s->store, NULL, take_hit, s);
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
    plm_status status = plm_store_get_record(s->store, number, &arena, &record);
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
    plm_status status = plm_buf_append_block16(&body, plm_span_str(s->subject->officer));
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(s->subject->reason));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, json_array_size(s->records));
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(s->store, "subject", plm_buf_span(&body), plm_wall_ms());
    }
    plm_buf_wipe(&body);
    return status;
}

plm_status plm_ledger_subject(json_t **out, plm_store *store, const plm_subject *subject)
{
    searching s = {.subject = subject, .store = store, .records = json_array()};
    plm_status status = plm_store_each_record(store, subject->register_name, find_record, &s);
    for (size_t i = 0; status == PLM_OK && i < s.n_numbers; i++) {
        status = look_at(&s, s.numbers[i]);
    }
    if (status == PLM_OK) {
        status = enter_search(&s);
    }
    plm_agreement_destroy(s.agreement);
    free(s.numbers);
    if (status != PLM_OK) {
        json_decref(s.records);
        return status;
    }
    *out = s.records;
    return PLM_OK;
}
