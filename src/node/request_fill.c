/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_fill.c - what a hit says for a request about it.
 */
#include "node/request_draft.h"

#include "release/decision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words with a blank between, as a list; NULL without memory. */
static json_t *words_of(const char *text)
{
    json_t *list = json_array();
    while (list != NULL && *text != '\0') {
        const size_t n = strcspn(text, " ");
        if (n > 0 && json_array_append_new(list, json_stringn(text, n)) != 0) {
            json_decref(list);
            return NULL;
        }
        text += n + (text[n] == ' ');
    }
    return list;
}

/* The hits of one record in one run, and what the record says. */
typedef struct hit_search {
    const char *run; /* prefix, hexadecimal */
    size_t run_bytes;
    const char *record; /* the source's id */
    json_t *document;
    json_t *rules;
    uint8_t run_id[16];
    uint32_t number; /* of the hit in its run, if that stands there instead; else 0 */
    bool is_found;
    bool is_undecided; /* one that we, its holder, have not released */
} hit_search;

/* Nobody is asked about, or told of, a hit that its gates still hold back, or for good. */
static bool is_open(const plm_hit *hit)
{
    return strcmp(hit->state, plm_hit_state_name(PLM_HIT_KNOWN)) == 0 ||
           strcmp(hit->state, plm_hit_state_name(PLM_HIT_RECEIVED)) == 0 ||
           strcmp(hit->state, plm_hit_state_name(PLM_HIT_RELEASED)) == 0;
}

/* The first of several stays. False without memory, as below. */
static bool fill_value(json_t *person, const char *key, const char *text)
{
    return json_object_get(person, key) != NULL ||
           json_object_set_new(person, key, json_string(text)) == 0;
}

static bool fill_person(json_t *person, const plm_record *record)
{
    bool is_good = fill_value(person, "role", plm_role_name(record->role));
    for (size_t i = 0; is_good && i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        switch ((int)v->type) {
        case PLM_IDENT_NAME:
            is_good = fill_value(person, "name", v->raw);
            break;
        case PLM_IDENT_BIRTH_DATE:
            is_good = fill_value(person, "birth_date", v->canonical);
            break;
        case PLM_IDENT_NATIONALITY:
            is_good = fill_value(person, "nationality", v->raw);
            break;
        case PLM_IDENT_DOCUMENT:
            is_good = fill_value(person, "document", v->raw);
            break;
        default:
            break;
        }
    }
    return is_good;
}

static bool fill_offences(json_t *offences, const plm_record *record)
{
    bool is_good = true;
    for (size_t i = 0; is_good && i < record->n_offences; i++) {
        is_good = json_array_append_new(offences, json_string(record->offences[i])) == 0;
    }
    return is_good;
}

/* Who it is about, of what, and the hit; the document has each of them, or none can be relied on.
 */
static bool fill_document(json_t *document, const plm_record *record, const char *run,
                          json_t *rules)
{
    json_t *person = json_object();
    if (json_object_set_new(document, "person", person) != 0 || !fill_person(person, record)) {
        return false;
    }
    json_t *offences = json_array();
    return json_object_set_new(document, "offences", offences) == 0 &&
           fill_offences(offences, record) &&
           json_object_set_new(document, "hit",
                               json_pack("{s:s, s:O}", "run", run, "rules", rules)) == 0;
}

static plm_status take_hit(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    hit_search *search = (hit_search *)context;
    char run[33];
    plm_hex_encode(run, hit->run_id, sizeof hit->run_id);
    if (stored->is_seed || strncmp(run, search->run, search->run_bytes) != 0 ||
        (strcmp(stored->record.id, search->record) != 0 && hit->number != search->number)) {
        return PLM_OK;
    }
    if (!is_open(hit)) {
        search->is_undecided = true;
        return PLM_OK;
    }
    if (!search->is_found) {
        search->is_found = true;
        memcpy(search->run_id, hit->run_id, sizeof search->run_id);
        if (!fill_document(search->document, &stored->record, run, search->rules)) {
            return PLM_E_NOMEM;
        }
    }
    json_t *rules = words_of(hit->rules);
    plm_status status =
        rules != NULL && json_array_extend(search->rules, rules) == 0 ? PLM_OK : PLM_E_NOMEM;
    json_decref(rules);
    return status;
}

typedef struct run_search {
    const hit_search *hit;
    char *peer;
    json_t *document;
} run_search;

static plm_status take_run(void *context, const plm_run *run)
{
    run_search *search = (run_search *)context;
    if (memcmp(run->id, search->hit->run_id, sizeof run->id) != 0) {
        return PLM_OK;
    }
    (void)snprintf(search->peer, PLM_CODE_MAX, "%s", run->peer);
    const bool is_good = json_object_set_new(search->document, "conditions",
                                             json_pack("{s:s}", "purpose", run->purpose)) == 0 &&
                         (!run->is_asker || json_object_set_new(search->document, "case",
                                                                json_string(run->case_ref)) == 0);
    return is_good ? PLM_OK : PLM_E_NOMEM;
}

plm_status plm_request_fill_from_hit(plm_store *store, json_t *document, const char *hit,
                                     char peer[static PLM_CODE_MAX])
{
    const char *slash = strchr(hit, '/');
    if (slash == NULL || slash == hit) {
        return PLM_E_SYNTAX;
    }
    hit_search search = {.run = hit,
                         .run_bytes = (size_t)(slash - hit),
                         .record = slash + 1,
                         .number = (uint32_t)strtoul(slash + 1, NULL, 10),
                         .document = document,
                         .rules = json_array()};
    plm_status status = plm_store_each_hit(store, NULL, take_hit, &search);
    json_decref(search.rules);
    if (status == PLM_OK && !search.is_found) {
        status = search.is_undecided ? PLM_E_REFUSED : PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        run_search run = {&search, peer, document};
        status = plm_store_each_run(store, take_run, &run);
    }
    return status;
}
