/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_fill.c - what goes into a document by option.
 */
#include "base/utf8.h"
#include "cli/request.h"
#include "cli/say.h"
#include "request/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 64
};

/* Text up to commas, as a JSON array; NULL without memory. */
static json_t *list_of(const char *text)
{
    json_t *list = json_array();
    while (list != NULL && *text != '\0') {
        size_t n = strcspn(text, ",");
        if (n > 0 && json_array_append_new(list, json_stringn(text, n)) != 0) {
            json_decref(list);
            return NULL;
        }
        text += n + (text[n] == ',');
    }
    return list;
}

static bool is_yes_or_no(const char *text)
{
    return strcmp(text, "yes") == 0 || strcmp(text, "no") == 0;
}

/* NULL without memory. */
static json_t *value_of(char type, const char *text)
{
    return type == 'f'   ? json_boolean(strcmp(text, "yes") == 0)
           : type == 'l' ? list_of(text)
                         : json_string(text);
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

/* value (consumed; NULL without memory) under document/group/name; group NULL: document/name. */
static bool put(json_t *document, const char *group, const char *name, json_t *value)
{
    json_t *object = group != NULL ? json_object_get(document, group) : document;
    if (object == NULL) {
        object = json_object();
        if (json_object_set_new(document, group, object) != 0) {
            json_decref(value);
            return false;
        }
    }
    return json_object_set_new(object, name, value) == 0;
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
    if (type == 'f' && !is_yes_or_no(equals + 1)) {
        plm_say_error(command, "%.*s is yes or no, not \"%s\"", (int)n, assignment, equals + 1);
        return PLM_E_INVALID;
    }
    const plm_span text = plm_span_str(equals + 1);
    if (plm_utf8_valid_prefix(text) != text.n) {
        plm_say_error(command, "%.*s is not in UTF-8", (int)n, assignment);
        return PLM_E_INVALID;
    }
    if (!put(document, group, name, value_of(type, equals + 1))) {
        plm_say_error(command, "%s", plm_status_sentence(PLM_E_NOMEM));
        return PLM_E_NOMEM;
    }
    return PLM_OK;
}
