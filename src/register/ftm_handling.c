/* SPDX-License-Identifier: Apache-2.0 */
#include "register/ftm_handling.h"

#include "ident/grading.h"

#include <string.h>

static const char *const members[] = {"role",    "minor",     "assessment",
                                      "grading", "retention", "offences"};

static void read_role(plm_assembler *a, const json_t *value)
{
    const char *text = json_string_value(value);
    if (value != NULL && (text == NULL || plm_role_find(&a->record.role, text) != PLM_OK)) {
        plm_assemble_refuse(a, "/palermo/role", "the role is unknown");
    }
}

static void read_boolean(plm_assembler *a, const json_t *value, const char *field, bool *out)
{
    if (value != NULL && !json_is_boolean(value)) {
        plm_assemble_refuse(a, field, "must be true or false");
    } else if (value != NULL) {
        *out = json_is_true(value);
    }
}

static void read_grading(plm_assembler *a, const json_t *value)
{
    const char *text = json_string_value(value);
    if (value != NULL &&
        (text == NULL || plm_grading_normalise(a->record.grading, text) != PLM_OK)) {
        plm_assemble_refuse(a, "/palermo/grading",
                            "a grading is of the 4x4 or the 6x6 system, as B2/4x4 or B2/6x6");
    }
}

static void read_retention(plm_assembler *a, const json_t *value)
{
    const char *text = json_string_value(value);
    plm_date date;
    if (value == NULL) {
        return;
    }
    if (text == NULL || plm_date_parse(&date, plm_span_str(text)) != PLM_OK || date.month == 0 ||
        date.day == 0) {
        plm_assemble_refuse(a, "/palermo/retention", "must be a full date, YYYY-MM-DD");
    } else {
        a->record.retention = date;
    }
}

static plm_status read_offences(plm_assembler *a, const json_t *value)
{
    plm_status status = PLM_OK;
    if (value != NULL && !json_is_array(value)) {
        plm_assemble_refuse(a, "/palermo/offences", "must be an array of strings");
    }
    for (size_t i = 0; status == PLM_OK && i < json_array_size(value); i++) {
        const json_t *code = json_array_get(value, i);
        if (json_is_string(code)) {
            status = plm_assemble_offence(
                a, "/palermo/offences",
                plm_span_of(json_string_value(code), json_string_length(code)));
        } else {
            plm_assemble_refuse(a, "/palermo/offences", "must be an array of strings");
        }
    }
    return status;
}

plm_status plm_ftm_handling_read(plm_assembler *a, json_t *entity)
{
    json_t *handling = json_object_get(entity, "palermo");
    const char *key;
    json_t *value;
    if (handling == NULL) {
        return PLM_OK;
    }
    if (!json_is_object(handling)) {
        plm_assemble_refuse(a, "/palermo", "must be an object");
        return PLM_OK;
    }
    json_object_foreach(handling, key, value)
    {
        bool is_known = false;
        for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
            is_known = is_known || strcmp(members[i], key) == 0;
        }
        if (!is_known) {
            plm_assemble_refuse(a, "/palermo", "has an unknown member");
        }
    }
    read_role(a, json_object_get(handling, "role"));
    read_boolean(a, json_object_get(handling, "minor"), "/palermo/minor", &a->record.is_minor);
    read_boolean(a, json_object_get(handling, "assessment"), "/palermo/assessment",
                 &a->record.is_assessment);
    read_grading(a, json_object_get(handling, "grading"));
    read_retention(a, json_object_get(handling, "retention"));
    return read_offences(a, json_object_get(handling, "offences"));
}
