/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_fill.c - what goes into a document: fields by option, and what a hit knows.
 */
#include "cli/request.h"
#include "cli/say.h"
#include "release/decision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 64
};

/* Text up to commas, as a JSON array. */
static json_t *list_of(const char *text)
{
    json_t *list = json_array();
    while (list != NULL && *text != '\0') {
        size_t n = strcspn(text, ",");
        if (n > 0) {
            (void)json_array_append_new(list, json_stringn(text, n));
        }
        text += n + (text[n] == ',');
    }
    return list;
}

/* NULL: not of that type. */
static json_t *value_of(char type, const char *text)
{
    if (type == 'f') {
        return strcmp(text, "yes") == 0  ? json_true()
               : strcmp(text, "no") == 0 ? json_false()
                                         : NULL;
    }
    return type == 'l' ? list_of(text) : json_string(text);
}

static char type_of(const char *group, const char *name)
{
    static const struct {
        const char *name;
        char type;
    } conditions[] = {{"purpose", 't'},
                      {"confidential", 'f'},
                      {"third_parties", 'f'},
                      {"retention", 't'},
                      {"assurances", 'l'}};
    if (group != NULL && strcmp(group, "conditions") == 0) {
        for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
            if (strcmp(conditions[i].name, name) == 0) {
                return conditions[i].type;
            }
        }
        return '\0';
    }
    if (group == NULL && (strcmp(name, "kind") == 0 || strcmp(name, "direction") == 0)) {
        return 't';
    }
    if (group == NULL && strcmp(name, "urgent") == 0) {
        return 'f';
    }
    for (size_t i = 0; i < plm_document_n_fields; i++) {
        const plm_document_field *f = &plm_document_fields[i];
        bool same_group =
            group == NULL ? f->group == NULL : f->group != NULL && strcmp(f->group, group) == 0;
        if (same_group && strcmp(f->name, name) == 0) {
            return f->type;
        }
    }
    return '\0';
}

plm_status plm_request_set(json_t *document, const char *assignment, const char *command)
{
    char path[NAME_MAX_BYTES];
    const char *equals = strchr(assignment, '=');
    size_t n = equals != NULL ? (size_t)(equals - assignment) : 0;
    if (n == 0 || n >= sizeof path) {
        plm_say_error(command, "--set takes FIELD=VALUE, not \"%s\"", assignment);
        return PLM_E_INVALID;
    }
    memcpy(path, assignment, n);
    path[n] = '\0';
    char *dot = strchr(path, '.');
    const char *group = dot != NULL ? path : NULL;
    const char *name = dot != NULL ? dot + 1 : path;
    if (dot != NULL) {
        *dot = '\0';
    }
    char type = type_of(group, name);
    if (type == '\0') {
        plm_say_error(command, "a request has no field \"%.*s\"", (int)n, assignment);
        return PLM_E_INVALID;
    }
    json_t *value = value_of(type, equals + 1);
    if (value == NULL) {
        plm_say_error(command, "%.*s is yes or no, not \"%s\"", (int)n, assignment, equals + 1);
        return PLM_E_INVALID;
    }
    json_t *object = document;
    if (group != NULL) {
        object = json_object_get(document, group);
        if (object == NULL) {
            object = json_object();
            (void)json_object_set_new(document, group, object);
        }
    }
    return json_object_set_new(object, name, value) == 0 ? PLM_OK : PLM_E_NOMEM;
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

static void fill_value(json_t *person, const char *key, const char *text)
{
    if (json_object_get(person, key) == NULL) {
        (void)json_object_set_new(person, key, json_string(text));
    }
}

static void fill_person(json_t *person, const plm_record *record)
{
    for (size_t i = 0; i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        switch ((int)v->type) {
        case PLM_IDENT_NAME:
            fill_value(person, "name", v->raw);
            break;
        case PLM_IDENT_BIRTH_DATE:
            fill_value(person, "birth_date", v->canonical);
            break;
        case PLM_IDENT_NATIONALITY:
            fill_value(person, "nationality", v->raw);
            break;
        case PLM_IDENT_DOCUMENT:
            fill_value(person, "document", v->raw);
            break;
        default:
            break;
        }
    }
    fill_value(person, "role", plm_role_name(record->role));
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
        json_t *person = json_object();
        json_t *offences = json_array();
        fill_person(person, &stored->record);
        for (size_t i = 0; i < stored->record.n_offences; i++) {
            (void)json_array_append_new(offences, json_string(stored->record.offences[i]));
        }
        (void)json_object_set_new(search->document, "person", person);
        (void)json_object_set_new(search->document, "offences", offences);
        (void)json_object_set_new(search->document, "hit",
                                  json_pack("{s:s, s:O}", "run", run, "rules", search->rules));
    }
    json_t *rules = plm_say_words(hit->rules);
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
    if (memcmp(run->id, search->hit->run_id, sizeof run->id) == 0) {
        (void)snprintf(search->peer, PLM_CODE_MAX, "%s", run->peer);
        (void)json_object_set_new(search->document, "conditions",
                                  json_pack("{s:s}", "purpose", run->purpose));
        if (run->is_asker) {
            (void)json_object_set_new(search->document, "case", json_string(run->case_ref));
        }
    }
    return PLM_OK;
}

plm_status plm_request_fill_from_hit(const plm_request_job *job, json_t *document, const char *hit,
                                     char peer[static PLM_CODE_MAX])
{
    const char *slash = strchr(hit, '/');
    if (slash == NULL || slash == hit) {
        plm_say_error(job->command, "--hit takes RUN/HIT or RUN/RECORD, not \"%s\"", hit);
        return PLM_E_INVALID;
    }
    hit_search search = {.run = hit,
                         .run_bytes = (size_t)(slash - hit),
                         .record = slash + 1,
                         .number = (uint32_t)strtoul(slash + 1, NULL, 10),
                         .document = document,
                         .rules = json_array()};
    plm_status status = plm_store_each_hit(job->home.store, NULL, take_hit, &search);
    json_decref(search.rules);
    if (status == PLM_OK && !search.is_found && search.is_undecided) {
        plm_say_error(job->command, "hit \"%s\" has not been released: see 'palermo release'", hit);
        return PLM_E_INVALID;
    }
    if (status == PLM_OK && !search.is_found) {
        plm_say_error(job->command, "there is no hit \"%s\": 'palermo hits' lists them", hit);
        return PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        run_search run = {&search, peer, document};
        status = plm_store_each_run(job->home.store, take_run, &run);
    }
    return status;
}
