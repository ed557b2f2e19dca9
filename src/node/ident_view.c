/* SPDX-License-Identifier: Apache-2.0 */
#include "node/ident_view.h"

#include <string.h>

static const plm_ident_type types[] = {PLM_IDENT_NAME, PLM_IDENT_BIRTH_DATE, PLM_IDENT_NATIONALITY,
                                       PLM_IDENT_DOCUMENT, PLM_IDENT_NATIONAL_ID};

enum {
    N_TYPES = sizeof types / sizeof *types
};

plm_status plm_ident_answer_make(plm_ident_answer *a, plm_ident_type type, const char *country,
                                 const char *value)
{
    *a = (plm_ident_answer){.type = plm_ident_type_name(type), .value = value};
    plm_status status =
        plm_ident_explain(type, country, plm_span_str(a->value), &a->ident, &a->steps);
    a->is_accepted = status == PLM_OK;
    while (a->is_accepted && a->n_forms < PLM_IDENT_FORMS_MAX &&
           plm_ident_second_form(type, a->ident.canonical, a->n_forms, &a->forms[a->n_forms]) ==
               PLM_OK) {
        a->n_forms++;
    }
    return status == PLM_E_REJECTED ? PLM_OK : status;
}

json_t *plm_ident_view(const plm_ident_answer *a)
{
    const plm_ident *ident = &a->ident;
    json_t *steps = json_array();
    json_t *forms = json_array();
    for (size_t i = 0; i < a->steps.n; i++) {
        (void)json_array_append_new(steps, json_string(a->steps.text[i]));
    }
    for (size_t i = 0; i < a->n_forms; i++) {
        (void)json_array_append_new(
            forms, json_pack("{s:s, s:s}", "name", a->forms[i].name, "value", a->forms[i].text));
    }
    return json_pack("{s:s, s:s, s:b, s:s, s:b, s:b, s:b, s:s, s:s, s:o, s:o}", "type", a->type,
                     "value", a->value, "accepted", (int)a->is_accepted, "canonical",
                     ident->canonical, "check_failed",
                     (int)((ident->flags & PLM_IDENT_CHECK_FAILED) != 0), "unchecked",
                     (int)((ident->flags & PLM_IDENT_UNCHECKED) != 0), "test",
                     (int)((ident->flags & PLM_IDENT_TEST) != 0), "reason",
                     a->is_accepted ? "" : plm_ident_reason_text(ident->reason), "detail",
                     ident->detail, "steps", steps, "second_forms", forms);
}

size_t plm_mrz_fields(plm_mrz_field out[PLM_MRZ_FIELDS_MAX], const plm_mrz *mrz,
                      char birth[PLM_DATE_TEXT], char expiry[PLM_DATE_TEXT], char sex[2])
{
    birth[0] = '\0';
    expiry[0] = '\0';
    if (mrz->birth.year != 0) {
        plm_date_format(birth, mrz->birth);
    }
    if (mrz->expiry.year != 0) {
        plm_date_format(expiry, mrz->expiry);
    }
    sex[0] = mrz->sex;
    sex[1] = '\0';
    const plm_mrz_field fields[] = {
        {"format", plm_mrz_format_name(mrz->format)},
        {"document code", mrz->document_code},
        {"issuer", mrz->issuer},
        {"document number", mrz->number},
        {"primary name", mrz->primary},
        {"secondary name", mrz->secondary},
        {"nationality", mrz->nationality},
        {"date of birth", birth},
        {"sex", sex},
        {"date of expiry", expiry},
        {"optional data", mrz->optional[0]},
        {"optional data 2", mrz->optional[1]},
    };
    size_t n = sizeof fields / sizeof *fields;
    memcpy(out, fields, sizeof fields);
    return mrz->format == PLM_MRZ_TD1 ? n : n - 1;
}

static json_t *read_view(const plm_mrz *mrz)
{
    plm_mrz_field fields[PLM_MRZ_FIELDS_MAX];
    char birth[PLM_DATE_TEXT];
    char expiry[PLM_DATE_TEXT];
    char sex[2];
    size_t n = plm_mrz_fields(fields, mrz, birth, expiry, sex);
    json_t *object = json_object();
    json_t *checks = json_array();
    json_t *corrections = json_array();
    json_t *notes = json_array();
    json_t *alternatives = json_array();
    json_t *identifiers = json_array();
    for (size_t i = 0; i < n; i++) {
        (void)json_object_set_new(object, fields[i].name, json_string(fields[i].value));
    }
    for (size_t i = 0; i < mrz->n_checks; i++) {
        const plm_mrz_check *c = &mrz->checks[i];
        (void)json_array_append_new(checks,
                                    json_pack("{s:s, s:s#, s:s#, s:b}", "of",
                                              plm_mrz_check_name(c->kind), "expected", &c->expected,
                                              1, "found", &c->found, 1, "fits", (int)c->fits));
    }
    for (size_t i = 0; i < mrz->n_corrections; i++) {
        const plm_mrz_correction *c = &mrz->corrections[i];
        (void)json_array_append_new(corrections, json_pack("{s:i, s:i, s:s#, s:s#}", "line",
                                                           (int)c->line, "column", (int)c->column,
                                                           "from", &c->from, 1, "to", &c->to, 1));
    }
    for (size_t i = 0; i < mrz->n_notes; i++) {
        (void)json_array_append_new(notes, json_string(mrz->notes[i]));
    }
    for (size_t i = 0; i < mrz->n_alternatives; i++) {
        (void)json_array_append_new(alternatives, json_string(mrz->alternatives[i]));
    }
    for (size_t i = 0; i < N_TYPES; i++) {
        plm_ident ident;
        if (plm_mrz_ident(mrz, types[i], &ident) == PLM_OK) {
            (void)json_array_append_new(
                identifiers, json_pack("{s:s, s:s, s:b}", "type", plm_ident_type_name(types[i]),
                                       "canonical", ident.canonical, "check_failed",
                                       (int)((ident.flags & PLM_IDENT_CHECK_FAILED) != 0)));
        }
    }
    return json_pack("{s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "accepted", 1, "valid",
                     (int)mrz->is_valid, "name_may_be_cut", (int)mrz->name_may_be_cut, "fields",
                     object, "checks", checks, "corrections", corrections, "alternatives",
                     alternatives, "notes", notes, "identifiers", identifiers);
}

json_t *plm_mrz_view(const plm_mrz *mrz, bool is_read)
{
    return is_read ? read_view(mrz)
                   : json_pack("{s:b, s:s, s:s}", "accepted", 0, "reason",
                               plm_ident_reason_text(mrz->reason), "detail", mrz->detail);
}
