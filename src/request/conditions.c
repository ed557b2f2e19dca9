/* SPDX-License-Identifier: Apache-2.0 */
#include "request/conditions.h"

#include <string.h>

const char *const plm_assurances[] = {"no-death-penalty", "no-torture", "fair-trial", "speciality",
                                      NULL};

static plm_status read_flag(const plm_json_at *object, const char *key, bool *out)
{
    const plm_json_at at = plm_json_member(object, key);
    return at.value == NULL ? PLM_OK : plm_json_boolean(&at, out);
}

static plm_status read_retention(const plm_json_at *object, plm_date *out)
{
    const plm_json_at at = plm_json_member(object, "retention");
    const char *text;
    if (at.value == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_string(&at, 10, 10, &text);
    if (status == PLM_OK && (plm_date_parse(out, plm_span_str(text)) != PLM_OK || out->day == 0)) {
        status = plm_json_error(&at, "not a date: YYYY-MM-DD");
    }
    return status;
}

static plm_status read_assurances(const plm_json_at *object, unsigned *out)
{
    const plm_json_at at = plm_json_member(object, "assurances");
    size_t n = 0;
    if (at.value == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_array(&at, 0, PLM_ASSURANCES_COUNT, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at one = plm_json_element(&at, i);
        size_t index = 0;
        status = plm_json_choice(&one, plm_assurances, &index);
        if (status == PLM_OK) {
            *out |= 1U << index;
        }
    }
    return status;
}

plm_status plm_conditions_read(plm_conditions *out, const plm_json_at *at)
{
    static const char *const members[] = {"purpose",   "confidential", "third_parties",
                                          "retention", "assurances",   NULL};
    plm_conditions c = {0};
    if (at->value == NULL) {
        *out = c;
        return PLM_OK;
    }
    plm_status status = plm_json_object(at, members);
    const plm_json_at purpose = plm_json_member(at, "purpose");
    if (status == PLM_OK && purpose.value != NULL) {
        const char *text;
        status = plm_json_string(&purpose, 1, sizeof c.purpose - 1, &text);
        if (status == PLM_OK) {
            memcpy(c.purpose, text, strlen(text));
        }
    }
    if (status == PLM_OK) {
        status = read_flag(at, "confidential", &c.is_confidential);
    }
    if (status == PLM_OK) {
        status = read_flag(at, "third_parties", &c.third_parties);
    }
    if (status == PLM_OK) {
        status = read_retention(at, &c.retention);
    }
    if (status == PLM_OK) {
        status = read_assurances(at, &c.assurances);
    }
    if (status == PLM_OK) {
        *out = c;
    }
    return status;
}

plm_condition_kind plm_conditions_check(const plm_conditions *conditions, const plm_use *use)
{
    if (conditions->retention.year != 0 &&
        plm_date_compare(conditions->retention, use->today) < 0) {
        return PLM_CONDITION_RETENTION;
    }
    if (conditions->purpose[0] != '\0' && strcmp(conditions->purpose, use->purpose) != 0) {
        return PLM_CONDITION_PURPOSE;
    }
    if (use->to == NULL || strcmp(use->to, use->owner) == 0) {
        return PLM_CONDITION_NONE;
    }
    if (conditions->is_confidential) {
        return PLM_CONDITION_CONFIDENTIAL;
    }
    return conditions->third_parties ? PLM_CONDITION_NONE : PLM_CONDITION_THIRD_PARTY;
}

const char *plm_condition_sentence(plm_condition_kind kind)
{
    switch (kind) {
    case PLM_CONDITION_NONE:
        return "the use is allowed";
    case PLM_CONDITION_PURPOSE:
        return "it was disclosed for another purpose (UNTOC art. 18(19))";
    case PLM_CONDITION_CONFIDENTIAL:
        return "fact and substance are confidential (UNTOC art. 18(20))";
    case PLM_CONDITION_THIRD_PARTY:
        return "it may not be passed on to a third party without consent (UNTOC art. 18(19))";
    case PLM_CONDITION_RETENTION:
        return "its retention date has passed";
    default:
        return "unknown";
    }
}
