/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_json.h"

#include "ident/recipe.h"

#include <stdio.h>
#include <stdlib.h>

static plm_status read_identifier(plm_subject *subject, const plm_json_at *at)
{
    static const char *const members[] = {"type", "value", "country", NULL};
    const char *name;
    const char *value;
    const char *country = "";
    plm_ident_type type;
    plm_ident ident;
    plm_status status = plm_json_object(at, members);
    const plm_json_at type_at = plm_json_member(at, "type");
    const plm_json_at value_at = plm_json_member(at, "value");
    const plm_json_at country_at = plm_json_member(at, "country");
    if (status == PLM_OK) {
        status = plm_json_string(&type_at, 1, 32, &name);
    }
    if (status == PLM_OK) {
        status = plm_json_string(&value_at, 1, PLM_IDENT_CANONICAL_MAX, &value);
    }
    if (status == PLM_OK && country_at.value != NULL) {
        status = plm_json_string(&country_at, 2, 2, &country);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (plm_ident_type_find(&type, name) != PLM_OK) {
        return plm_json_error(&type_at, "there is no type of that name");
    }
    status = plm_subject_add(subject, type, country, plm_span_str(value), &ident);
    if (status == PLM_E_REJECTED) {
        return plm_json_error(&value_at, "%s%s%s", plm_ident_reason_text(ident.reason),
                              ident.detail[0] != '\0' ? ": " : "", ident.detail);
    }
    return status == PLM_E_LIMIT ? plm_json_error(at, "too many identifiers") : status;
}

static plm_status read_mrz(plm_subject *subject, const plm_json_at *at, plm_date today)
{
    plm_mrz mrz;
    if (!json_is_string(at->value)) {
        return plm_json_error(at, "must be a string");
    }
    /* Lines may be separated by line ends, which plm_json_string takes for control characters. */
    plm_status status =
        plm_subject_add_mrz(subject, plm_span_str(json_string_value(at->value)), today, &mrz);
    return status == PLM_E_REJECTED ? plm_json_error(at, "%s", mrz.detail) : status;
}

static plm_status read_subject(plm_subject *subject, const plm_json_at *at, plm_date today)
{
    static const char *const members[] = {"mrz", "identifiers", NULL};
    size_t n = 0;
    plm_status status = plm_json_object(at, members);
    if (status != PLM_OK) {
        return status;
    }
    const plm_json_at mrz = plm_json_member(at, "mrz");
    const plm_json_at list = plm_json_member(at, "identifiers");
    if (mrz.value == NULL && list.value == NULL) {
        return plm_json_error(at, "has neither \"mrz\" nor \"identifiers\"");
    }
    if (mrz.value != NULL) {
        status = read_mrz(subject, &mrz, today);
    }
    if (status == PLM_OK && list.value != NULL) {
        status = plm_json_array(&list, 1, PLM_SUBJECT_VALUES_MAX, &n);
    }
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at element = plm_json_element(&list, i);
        status = read_identifier(subject, &element);
    }
    return status;
}

plm_status plm_lookup_request_read(plm_lookup_request *out, const plm_json_at *at, plm_date today)
{
    static const char *const members[] = {"purpose", "case", "subject", "deadline_ms", NULL};
    int64_t deadline = PLM_LOOKUP_DEADLINE_MS;
    const char *purpose = "";
    const char *case_ref = "";
    plm_subject_init(&out->subject);
    plm_status status = plm_json_object(at, members);
    const plm_json_at subject = plm_json_member(at, "subject");
    const plm_json_at end = plm_json_member(at, "deadline_ms");
    const plm_json_at purpose_at = plm_json_member(at, "purpose");
    const plm_json_at case_at = plm_json_member(at, "case");
    if (status == PLM_OK) {
        status = plm_json_string(&purpose_at, 1, sizeof out->purpose - 1, &purpose);
    }
    if (status == PLM_OK) {
        status = plm_json_string(&case_at, 1, sizeof out->case_ref - 1, &case_ref);
    }
    (void)snprintf(out->purpose, sizeof out->purpose, "%s", purpose);
    (void)snprintf(out->case_ref, sizeof out->case_ref, "%s", case_ref);
    if (status == PLM_OK && end.value != NULL) {
        status = plm_json_integer(&end, 1, PLM_LOOKUP_DEADLINE_MAX_MS, &deadline);
    }
    out->deadline_ms = (int)deadline;
    return status == PLM_OK ? read_subject(&out->subject, &subject, today) : status;
}

void plm_lookup_request_wipe(plm_lookup_request *request)
{
    plm_subject_wipe(&request->subject);
}

static json_t *label_json(const plm_index_label *label)
{
    char reference[2 * PLM_LABEL_REFERENCE_BYTES + 1];
    plm_hex_encode(reference, label->reference, sizeof label->reference);
    return json_pack("{s:b, s:s, s:s, s:s}", "urgent", (int)label->is_urgent, "reference",
                     reference, "contact", label->contact, "handling", label->handling);
}

static json_t *rules_json(uint64_t rules)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < 64; i++) {
        if (rules >> i & 1) {
            (void)json_array_append_new(list, json_string(plm_rule_name(i)));
        }
    }
    return list;
}

static json_t *answer_json(const plm_lookup_answer_of *a)
{
    json_t *out = json_pack("{s:s, s:s, s:f}", "party", a->party, "answer",
                            plm_lookup_word_name(a->word), "took_ms", (double)a->took_us / 1000);
    if (out == NULL) {
        return NULL;
    }
    if (a->epoch > 0) {
        (void)json_object_set_new(out, "epoch", json_integer((json_int_t)a->epoch));
        (void)json_object_set_new(out, "sequence", json_integer((json_int_t)a->sequence));
    }
    if (a->word == PLM_WORD_HIT) {
        (void)json_object_set_new(out, "rules", rules_json(a->rules));
    }
    if (a->has_label) {
        (void)json_object_set_new(out, "label", label_json(&a->label));
    }
    if (a->word == PLM_WORD_REFUSED) {
        (void)json_object_set_new(out, "refusal",
                                  json_pack("{s:s, s:s}", "code", plm_refusal_name(a->refusal.code),
                                            "clause", a->refusal.clause));
    }
    if (a->word == PLM_WORD_NO_ANSWER) {
        (void)json_object_set_new(out, "status", json_string(plm_status_name(a->status)));
    }
    return out;
}

json_t *plm_lookup_answers_json(const plm_lookup_answer_of *answers, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < n; i++) {
        (void)json_array_append_new(list, answer_json(&answers[i]));
    }
    return list == NULL ? NULL : json_pack("{s:o}", "answers", list);
}

plm_status plm_lookup_answer_json(plm_lookups *lookups, const plm_lookup_request *request,
                                  plm_buf *out)
{
    const size_t n = plm_lookups_n_parties(lookups);
    plm_lookup_answer_of *answers = (plm_lookup_answer_of *)calloc(n, sizeof *answers);
    if (answers == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status =
        plm_lookups_ask(lookups, &request->subject.record, request->deadline_ms, answers);
    if (status == PLM_OK) {
        json_t *json = plm_lookup_answers_json(answers, n);
        status = json == NULL ? PLM_E_NOMEM : plm_json_dump(json, false, out);
        json_decref(json);
    }
    free(answers);
    return status;
}
