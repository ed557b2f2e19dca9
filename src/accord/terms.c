/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.c - lists of offences, and what a purpose says of releasing hits and of following them up
 * (spec/accord.md section 3).
 */
#include "accord/parse.h"

#include <string.h>

const char *const plm_approvals[] = {
    [PLM_APPROVAL_AUTOMATIC] = "automatic",
    [PLM_APPROVAL_OFFICER] = "officer",
    [PLM_APPROVAL_TWO_OFFICERS] = "two-officers",
    NULL,
};

/* What is said of a record, before the identifiers. */
static const char *const handling[] = {"kind",    "role",       "offences",
                                       "grading", "assessment", "retention"};

enum {
    N_HANDLING = sizeof handling / sizeof *handling
};

_Static_assert(N_HANDLING + PLM_IDENT_TYPE_COUNT <= 64, "labels fit a set of 64 bits");

size_t plm_label_count(void)
{
    return N_HANDLING + (size_t)PLM_IDENT_TYPE_COUNT;
}

const char *plm_label_name(size_t label)
{
    if (label < N_HANDLING) {
        return handling[label];
    }
    return label < plm_label_count() ? plm_ident_type_name((plm_ident_type)(label - N_HANDLING))
                                     : NULL;
}

plm_status plm_label_find(size_t *out, const char *name)
{
    for (size_t i = 0; i < plm_label_count(); i++) {
        if (strcmp(plm_label_name(i), name) == 0) {
            *out = i;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}

void plm_accord_read_offences(plm_accord_reader *r, const plm_json_at *object, const char *key,
                              size_t min, const char ***out, size_t *n_out)
{
    const plm_json_at list = plm_json_member(object, key);
    size_t n;
    *n_out = 0;
    if (!plm_accord_took(r, plm_json_array(&list, min, PLM_PURPOSE_OFFENCES_MAX, &n)) || n == 0) {
        return;
    }
    const char **offences = (const char **)plm_arena_array(&r->accord->arena, n, sizeof *offences);
    if (offences == NULL) {
        (void)plm_accord_took(r, PLM_E_NOMEM);
        return;
    }
    *out = offences;
    for (size_t i = 0; i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        const char *code;
        if (!plm_accord_took(r, plm_json_string(&at, 1, PLM_CODE_MAX - 1, &code))) {
            continue;
        }
        const plm_offence *offence = plm_offence_find(code);
        if (offence == NULL) {
            (void)plm_accord_took(
                r, plm_json_error(&at, "\"%s\" is not in the catalogue of treaty offences", code));
            continue;
        }
        for (size_t j = 0; j < *n_out; j++) {
            if (offences[j] == offence->code) {
                (void)plm_accord_took(r, plm_json_error(&at, "\"%s\" stands there twice", code));
            }
        }
        offences[(*n_out)++] = offence->code;
    }
}

static void read_labels(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    const plm_json_at list = plm_json_member(purpose, "labels");
    size_t n;
    if (!plm_accord_took(r, plm_json_array(&list, 0, plm_label_count(), &n))) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        const char *name;
        size_t label;
        if (!plm_accord_took(r, plm_json_string(&at, 1, PLM_CODE_MAX - 1, &name))) {
            continue;
        }
        if (plm_label_find(&label, name) != PLM_OK) {
            (void)plm_accord_took(
                r, plm_json_error(&at, "\"%s\" is no field that a hit can disclose", name));
            continue;
        }
        if ((out->labels & UINT64_C(1) << label) != 0) {
            (void)plm_accord_took(r, plm_json_error(&at, "\"%s\" stands there twice", name));
        }
        out->labels |= UINT64_C(1) << label;
    }
}

static void read_tables(plm_accord_reader *r, const plm_json_at *at, plm_person_rules *out)
{
    const plm_json_at list = plm_json_member(at, "tables");
    size_t n;
    if (!plm_accord_took(r, plm_json_array(&list, 1, PLM_PERSON_TABLES_MAX, &n))) {
        return;
    }
    out->tables =
        (uint8_t(*)[PLM_HASH_BYTES])plm_arena_array(&r->accord->arena, n, sizeof *out->tables);
    if (out->tables == NULL) {
        (void)plm_accord_took(r, PLM_E_NOMEM);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const plm_json_at element = plm_json_element(&list, i);
        if (!plm_accord_took(r, plm_json_hex(&element, out->tables[i], PLM_HASH_BYTES))) {
            continue;
        }
        for (size_t j = 0; j < i; j++) {
            if (memcmp(out->tables[i], out->tables[j], PLM_HASH_BYTES) == 0) {
                (void)plm_accord_took(r, plm_json_error(&element, "stands there twice"));
            }
        }
    }
    out->n_tables = n;
}

static void read_person_rules(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    static const char *const members[] = {"tables", "equivalents", "records", "expected_overlap",
                                          "c",      "second_look", NULL};
    const plm_json_at at = plm_json_member(purpose, "person_rules");
    if (at.value == NULL || !plm_accord_took(r, plm_json_object(&at, members))) {
        return;
    }
    plm_person_rules *rules = &out->person_rules;
    read_tables(r, &at, rules);
    const plm_json_at equivalents = plm_json_member(&at, "equivalents");
    rules->has_equivalents =
        equivalents.value != NULL &&
        plm_accord_took(r, plm_json_hex(&equivalents, rules->equivalents, PLM_HASH_BYTES));
    rules->records = plm_accord_read_number(r, &at, "records", 1, PLM_MATCH_TOKENS_MAX);
    rules->expected_overlap =
        plm_accord_read_number(r, &at, "expected_overlap", 1, PLM_MATCH_TOKENS_MAX);
    rules->c = plm_accord_read_number(r, &at, "c", 0, PLM_PERSON_RULES_C_MAX);
    const plm_json_at look = plm_json_member(&at, "second_look");
    (void)plm_accord_took(r, plm_json_boolean(&look, &rules->second_look));
    out->has_person_rules = true;
}

/* One batch a day for two weeks, unless the purpose says otherwise. */
static void read_release(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    static const char *const members[] = {"slots", "minutes", "batches", NULL};
    const plm_json_at at = plm_json_member(purpose, "release");
    out->release_slots = 32;
    out->release_minutes = 1440;
    out->release_batches = 14;
    if (at.value == NULL || !plm_accord_took(r, plm_json_object(&at, members))) {
        return;
    }
    out->release_slots =
        (uint32_t)plm_accord_read_number(r, &at, "slots", 1, PLM_RELEASE_SLOTS_MAX);
    out->release_minutes =
        (uint32_t)plm_accord_read_number(r, &at, "minutes", 1, PLM_RELEASE_MINUTES_MAX);
    out->release_batches =
        (uint32_t)plm_accord_read_number(r, &at, "batches", 1, PLM_RELEASE_BATCHES_MAX);
}

void plm_accord_read_terms(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    static const char *const members[] = {"urgent_hours", "ordinary_days", NULL};
    const plm_json_at approval = plm_json_member(purpose, "approval");
    size_t which = 0;
    (void)plm_accord_took(r, plm_json_choice(&approval, plm_approvals, &which));
    out->approval = (plm_approval)which;
    read_labels(r, purpose, out);
    const plm_json_at deadlines = plm_json_member(purpose, "deadlines");
    if (plm_accord_took(r, plm_json_object(&deadlines, members))) {
        out->urgent_hours = (uint32_t)plm_accord_read_number(r, &deadlines, "urgent_hours", 1,
                                                             PLM_URGENT_HOURS_MAX);
        out->ordinary_days = (uint32_t)plm_accord_read_number(r, &deadlines, "ordinary_days", 1,
                                                              PLM_ORDINARY_DAYS_MAX);
    }
    read_person_rules(r, purpose, out);
    read_release(r, purpose, out);
}
