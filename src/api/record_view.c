/* SPDX-License-Identifier: Apache-2.0 */
#include "api/record_view.h"

#include "api/answer.h"

json_t *plm_api_record_name(const plm_record *record)
{
    for (size_t i = 0; i < record->n_values; i++) {
        if (record->values[i].type == PLM_IDENT_NAME) {
            return json_string(record->values[i].raw);
        }
    }
    return record->n_values > 0 ? json_string(record->values[0].raw) : json_null();
}

static json_t *values_json(const plm_record *record)
{
    json_t *values = json_array();
    for (size_t i = 0; i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        (void)json_array_append_new(
            values, json_pack("{s:s, s:s, s:s, s:b}", "type", plm_ident_type_name(v->type), "value",
                              v->raw, "canonical", v->canonical, "check_failed",
                              (int)((v->flags & PLM_IDENT_CHECK_FAILED) != 0)));
    }
    return values;
}

json_t *plm_api_record(int64_t number, const char *register_name, const plm_record *record)
{
    char words[PLM_GRADING_WORDS];
    json_t *offences = json_array();
    for (size_t i = 0; i < record->n_offences; i++) {
        (void)json_array_append_new(offences, json_string(record->offences[i]));
    }
    return json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:s, s:o, s:o, s:o}", "number",
                     (json_int_t)number, "register", register_name, "record", record->id, "kind",
                     plm_kind_name(record->kind), "role", plm_role_name(record->role), "minor",
                     (int)record->is_minor, "assessment", (int)record->is_assessment, "grading",
                     record->grading, "grading_words", plm_grading_words(words, record->grading),
                     "retention", plm_api_date(record->retention), "offences", offences, "values",
                     values_json(record));
}
