/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_subject_routes.c - what the ledger and the store have on one person, for those who
 * oversee.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "ident/country.h"
#include "node/ledger_subject.h"
#include "node/pseudonym.h"

static plm_status read_subject(const plm_json_at *root, plm_subject *s, plm_ident *ident)
{
    static const char *const members[] = {"record",  "register", "type", "value",
                                          "country", "reason",   NULL};
    const plm_json_at at = plm_json_member(root, "value");
    const char *type = NULL;
    const char *value = NULL;
    const char *country = NULL;
    char code[3] = "";
    plm_status status = plm_json_object(root, members);
    if (status == PLM_OK) {
        status = plm_api_string(root, "record", 1, PLM_RECORD_ID_MAX, &s->record);
    }
    if (status == PLM_OK) {
        status = plm_api_string(root, "register", 1, 64, &s->register_name);
    }
    if (status == PLM_OK) {
        status = plm_api_string(root, "type", 1, 64, &type);
    }
    if (status == PLM_OK) {
        status = plm_api_string(root, "value", 1, 4096, &value);
    }
    if (status == PLM_OK) {
        status = plm_api_string(root, "country", 1, 64, &country);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(root, "reason", 1, PLM_TEXT_MAX - 1, &s->reason);
    }
    if (status != PLM_OK) {
        return status;
    }
    if ((s->record == NULL) == (value == NULL) || (value == NULL) != (type == NULL)) {
        return plm_json_error(root, "record, or value with its type, is needed");
    }
    if (value == NULL) {
        return PLM_OK;
    }
    if (plm_ident_type_find(&s->type, type) != PLM_OK ||
        (country != NULL && plm_country_find(code, plm_span_str(country)) != PLM_OK)) {
        return plm_json_error(&at, "there is no such type or country");
    }
    status = plm_ident_canonicalise(s->type, code, plm_span_str(value), ident);
    s->canonical = ident->canonical;
    return status == PLM_E_REJECTED
               ? plm_json_error(&at, "%s", plm_ident_reason_text(ident->reason))
               : status;
}

static plm_status search_subject(plm_api_call *call)
{
    static plm_ident ident;
    const plm_json_at root = plm_api_root(call);
    char pseudonym[PLM_OFFICER_DIGITS + 1];
    json_t *records = NULL;
    plm_subject subject = {.officer = pseudonym};
    plm_store *store = call->api->node->store;
    uint64_t sequence = 0;
    uint8_t hash[32];
    plm_status status = read_subject(&root, &subject, &ident);
    if (status == PLM_OK) {
        status = plm_api_officer(call, "who searches?");
    }
    if (status == PLM_OK) {
        status = plm_pseudonym_of(store, call->who->name, pseudonym);
    }
    if (status == PLM_OK) {
        status = plm_ledger_subject(&records, store, &subject);
    }
    if (status == PLM_OK) {
        status = plm_store_ledger_head(store, &sequence, hash);
    }
    if (status != PLM_OK) {
        json_decref(records);
        return status;
    }
    return plm_api_json(
        call, 200, json_pack("{s:o, s:I}", "records", records, "sequence", (json_int_t)sequence));
}

static const plm_api_route routes[] = {
    {"POST", "/v1/ledger/subject", PLM_API_OVERSIGHT, PLM_API_ONCE, PLM_API_JSON, 65536,
     search_subject, NULL},
};

const plm_api_table plm_api_ledger_subject_routes = {routes, sizeof routes / sizeof *routes};
