/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_json.h"

#include "base/pool.h"
#include "ident/recipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* One subject, or a list of them. */
static plm_status read_subjects(plm_lookup_request *out, const plm_json_at *root, plm_date today)
{
    const plm_json_at one = plm_json_member(root, "subject");
    const plm_json_at list = plm_json_member(root, "subjects");
    size_t n = 1;
    plm_status status = PLM_OK;
    out->is_batch = list.value != NULL;
    if (out->is_batch && one.value != NULL) {
        return plm_json_error(&list, "does not go with \"subject\"");
    }
    if (out->is_batch) {
        status = plm_json_array(&list, 1, PLM_LOOKUP_SUBJECTS_MAX, &n);
    }
    if (status != PLM_OK) {
        return status;
    }
    out->subjects = (plm_subject *)calloc(n, sizeof *out->subjects);
    if (out->subjects == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at at = out->is_batch ? plm_json_element(&list, i) : one;
        plm_subject_init(&out->subjects[i]);
        out->n_subjects++;
        status = read_subject(&out->subjects[i], &at, today);
    }
    return status;
}

/* A member that may be missing: then *out is unchanged. */
static plm_status read_text(const plm_json_at *root, const char *key, bool is_needed, char *out,
                            size_t size)
{
    const plm_json_at at = plm_json_member(root, key);
    const char *text = "";
    if (at.value == NULL && !is_needed) {
        return PLM_OK;
    }
    plm_status status = plm_json_string(&at, 1, size - 1, &text);
    (void)snprintf(out, size, "%s", text);
    return status;
}

static plm_status read_number(const plm_json_at *root, const char *key, int64_t max, int64_t *out)
{
    const plm_json_at at = plm_json_member(root, key);
    return at.value == NULL ? PLM_OK : plm_json_integer(&at, 1, max, out);
}

static plm_status read_with(const plm_json_at *root, plm_lookup_under *out)
{
    const plm_json_at list = plm_json_member(root, "with");
    size_t n = 0;
    plm_status status =
        list.value == NULL ? PLM_OK : plm_json_array(&list, 1, PLM_LOOKUP_WITH_MAX, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        const char *code = "";
        status = plm_json_string(&at, 1, PLM_CODE_MAX - 1, &code);
        (void)snprintf(out->with[i], sizeof out->with[i], "%s", code);
    }
    out->n_with = n;
    return status;
}

static plm_status read_terms(const plm_json_at *root, plm_lookup_under *out)
{
    const plm_json_at accord = plm_json_member(root, "accord");
    plm_status status = read_text(root, "purpose", true, out->purpose, sizeof out->purpose);
    if (status == PLM_OK) {
        status = read_text(root, "case", true, out->case_ref, sizeof out->case_ref);
    }
    if (status == PLM_OK) {
        status = read_text(root, "offence", false, out->offence, sizeof out->offence);
    }
    if (status == PLM_OK && accord.value != NULL) {
        status = plm_json_hex(&accord, out->accord_hash, sizeof out->accord_hash);
        out->has_accord = status == PLM_OK;
    }
    return status == PLM_OK ? read_with(root, out) : status;
}

plm_status plm_lookup_request_read(plm_lookup_request *out, const plm_json_at *at, plm_date today)
{
    static const char *const members[] = {"purpose", "case", "subject",  "deadline_ms", "offence",
                                          "accord",  "with", "subjects", "at_once",     NULL};
    int64_t deadline = PLM_LOOKUP_DEADLINE_MS;
    int64_t at_once = PLM_LOOKUP_AT_ONCE;
    memset(out, 0, sizeof *out);
    plm_status status = plm_json_object(at, members);
    if (status == PLM_OK) {
        status = read_terms(at, &out->terms);
    }
    if (status == PLM_OK) {
        status = read_number(at, "deadline_ms", PLM_LOOKUP_DEADLINE_MAX_MS, &deadline);
    }
    if (status == PLM_OK) {
        status = read_number(at, "at_once", PLM_LOOKUP_AT_ONCE_MAX, &at_once);
    }
    out->deadline_ms = (int)deadline;
    out->at_once = (unsigned)at_once;
    return status == PLM_OK ? read_subjects(out, at, today) : status;
}

void plm_lookup_request_wipe(plm_lookup_request *request)
{
    for (size_t i = 0; i < request->n_subjects; i++) {
        plm_subject_wipe(&request->subjects[i]);
    }
    free(request->subjects);
    *request = (plm_lookup_request){.n_subjects = 0};
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

const char *plm_lookup_row_fault(plm_status status)
{
    return status == PLM_E_INVALID ? "by the rules nothing can be asked with that"
                                   : plm_status_sentence(status);
}

typedef struct asking {
    plm_lookups *lookups;
    const plm_lookup_request *request;
    json_t **results; /* one for each subject */
    plm_status *statuses;
} asking;

static void ask_some(void *context, size_t first, size_t last)
{
    const asking *a = (const asking *)context;
    const size_t n = plm_lookups_n_parties(a->lookups);
    plm_lookup_answer_of *answers = (plm_lookup_answer_of *)calloc(n, sizeof *answers);
    for (size_t i = first; i < last; i++) {
        a->statuses[i] = answers == NULL
                             ? PLM_E_NOMEM
                             : plm_lookups_ask(a->lookups, &a->request->subjects[i].record,
                                               a->request->deadline_ms, answers);
        a->results[i] = a->statuses[i] == PLM_OK
                            ? plm_lookup_answers_json(answers, n)
                            : json_pack("{s:s}", "error", plm_lookup_row_fault(a->statuses[i]));
    }
    free(answers);
}

static plm_status ask_all(asking *a)
{
    plm_pool *pool = NULL;
    plm_status status = PLM_OK;
    const size_t n = a->request->n_subjects;
    if (n > 1) {
        status =
            plm_pool_create(&pool, a->request->at_once < n ? a->request->at_once : (unsigned)n);
    }
    if (status == PLM_OK) {
        plm_pool_run(pool, n, 1, ask_some, a);
    }
    plm_pool_destroy(pool);
    return status;
}

/* results: consumed. */
static plm_status write_results(json_t **results, size_t n, bool is_batch, plm_buf *out)
{
    json_t *json = is_batch ? json_pack("{s:[]}", "results") : results[0];
    bool is_whole = json != NULL;
    for (size_t i = 0; is_batch && i < n; i++) {
        is_whole =
            json_array_append_new(json_object_get(json, "results"), results[i]) == 0 && is_whole;
    }
    plm_status status = is_whole ? plm_json_dump(json, false, out) : PLM_E_NOMEM;
    json_decref(json);
    return status;
}

plm_status plm_lookup_answer_json(plm_lookups *lookups, const plm_lookup_request *request,
                                  plm_buf *out)
{
    const size_t n = request->n_subjects;
    json_t **results = (json_t **)calloc(n, sizeof *results);
    plm_status *statuses = (plm_status *)calloc(n, sizeof *statuses);
    asking a = {lookups, request, results, statuses};
    plm_status status = results != NULL && statuses != NULL ? ask_all(&a) : PLM_E_NOMEM;
    if (status == PLM_OK && !request->is_batch && statuses[0] != PLM_OK) {
        status = statuses[0];
        json_decref(results[0]);
    } else if (status == PLM_OK) {
        status = write_results(results, n, request->is_batch, out);
    }
    free(results);
    free(statuses);
    return status;
}
