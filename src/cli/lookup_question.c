/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/lookup_question.h"

plm_status plm_lookup_json_add_mrz(json_t *subject, plm_span text)
{
    return json_object_set_new(subject, "mrz", json_stringn((const char *)text.p, text.n)) == 0
               ? PLM_OK
               : PLM_E_INVALID;
}

plm_status plm_lookup_json_add(json_t *subject, const plm_subject_part *part)
{
    json_t *list = json_object_get(subject, "identifiers");
    json_t *value = json_stringn((const char *)part->value.p, part->value.n);
    if (list == NULL) {
        list = json_array();
        if (json_object_set_new(subject, "identifiers", list) != 0) {
            json_decref(value);
            return PLM_E_NOMEM;
        }
    }
    json_t *one = value != NULL ? json_pack("{s:s, s:o}", "type", plm_ident_type_name(part->type),
                                            "value", value)
                                : NULL;
    if (one != NULL && part->country[0] != '\0') {
        (void)json_object_set_new(one, "country", json_string(part->country));
    }
    return json_array_append_new(list, one) == 0 ? PLM_OK : PLM_E_INVALID;
}
