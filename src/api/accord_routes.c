/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_routes.c - accords as they are read: listed, shown, explained, compared.
 */
#include "accord/explain.h"
#include "api/accord_view.h"
#include "api/answer.h"
#include "api/routes.h"
#include "node/accord_book.h"
#include "node/tables.h"

#include <string.h>

enum {
    EXPLAIN_MAX = 4 << 20
};

static const plm_denunciation *denunciation_of(const plm_agreement *agreement, const char *party)
{
    for (size_t i = 0; i < agreement->n_denounced; i++) {
        if (strcmp(agreement->denounced[i]->head.party, party) == 0) {
            return agreement->denounced[i];
        }
    }
    return NULL;
}

static json_t *party_json(const plm_api_call *call, const plm_agreement *agreement,
                          const plm_in_force *state, const plm_party *party)
{
    const char *self = call->api->node->code;
    const plm_ratification *r = plm_in_force_ratification(state, party->code);
    const plm_denunciation *d = denunciation_of(agreement, party->code);
    plm_refusal refusal = {PLM_REFUSAL_NONE, ""};
    const bool is_self = strcmp(party->code, self) == 0;
    const bool in_force = !is_self && plm_policy_in_force(agreement->accord, state, self,
                                                          party->code, &refusal) == PLM_OK;
    return json_pack("{s:s, s:s, s:o, s:I, s:o, s:b, s:b, s:s}", "code", party->code, "name",
                     party->name, "ratified",
                     r != NULL ? plm_api_time(r->head.time_ms) : json_null(), "reservations",
                     (json_int_t)(r != NULL ? r->n_reservations : 0), "bound_until",
                     d != NULL ? plm_api_date(d->last_day) : json_null(), "is_us", (int)is_self,
                     "in_force_with_us", (int)in_force, "clause", is_self ? "" : refusal.clause);
}

static json_t *accord_json(const plm_api_call *call, const plm_agreement *agreement,
                           int64_t adopted_ms)
{
    const plm_accord *accord = agreement->accord;
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(call->api->now_ms));
    json_t *parties = json_array();
    json_t *successors = json_array();
    json_t *purposes = json_array();
    for (size_t i = 0; i < accord->n_parties; i++) {
        (void)json_array_append_new(parties,
                                    party_json(call, agreement, &state, &accord->parties[i]));
    }
    for (size_t i = 0; i < agreement->n_successors; i++) {
        (void)json_array_append_new(
            successors, plm_api_hex(agreement->successors[i].accord->hash, PLM_HASH_BYTES));
    }
    for (size_t i = 0; i < accord->n_purposes; i++) {
        (void)json_array_append_new(purposes, json_string(accord->purposes[i].code));
    }
    return json_pack(
        "{s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:o}", "accord",
        plm_api_hex(accord->hash, sizeof accord->hash), "title", accord->title, "expires",
        plm_api_date(accord->expires), "adopted", plm_api_time(adopted_ms), "amends",
        accord->amends ? plm_api_hex(accord->amended_hash, PLM_HASH_BYTES) : json_null(),
        "amended_by", successors, "ratifications", (json_int_t)agreement->n_ratified, "needed",
        (json_int_t)accord->in_force_after, "parties", parties, "purposes", purposes);
}

typedef struct accord_list {
    const plm_api_call *call;
    json_t *items;
} accord_list;

/* The newest first. */
static plm_status add_accord(void *context, const plm_agreement *agreement, int64_t adopted_ms)
{
    const accord_list *list = (const accord_list *)context;
    json_t *one = accord_json(list->call, agreement, adopted_ms);
    return json_array_insert_new(list->items, 0, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status get_accords(plm_api_call *call)
{
    accord_list list = {call, json_array()};
    plm_status status = plm_agreement_each(call->api->node->store, add_accord, &list);
    return plm_api_items(call, status, list.items);
}

plm_status plm_api_accord_hash(plm_api_call *call, uint8_t hash[static PLM_HASH_BYTES])
{
    plm_status status = plm_agreement_hash(hash, call->api->node->store, call->arguments[0]);
    if (status == PLM_E_EXISTS) {
        (void)plm_api_problem(call, 409, "ambiguous", NULL, "several accords begin so");
    }
    return status;
}

plm_status plm_api_agreement(plm_api_call *call, plm_agreement **out)
{
    uint8_t hash[PLM_HASH_BYTES];
    plm_status status = plm_api_accord_hash(call, hash);
    return status == PLM_OK ? plm_agreement_load(out, call->api->node->store, hash) : status;
}

static void add_lack(void *context, const plm_diag *diag)
{
    (void)json_array_append_new(
        (json_t *)context, json_pack("{s:s, s:s}", "field", diag->field, "reason", diag->reason));
}

plm_status plm_api_accord_lacks(const plm_api_call *call, const plm_accord *accord, json_t *items)
{
    const plm_diag_sink sink = {add_lack, items};
    plm_status status = plm_tables_check(call->api->node->store, accord, &sink, NULL);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* What parties signed under the accord. */
typedef struct document_list {
    json_t *items;
    const char *kind;
} document_list;

static plm_status add_document(void *context, const char *party, plm_span document,
                               int64_t received_ms)
{
    const document_list *list = (const document_list *)context;
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *json = NULL;
    plm_status status = plm_json_parse(&json, document, &quiet, NULL, 0);
    if (status != PLM_OK) {
        return status == PLM_E_NOMEM ? status : PLM_E_STORE;
    }
    json_t *one = json_pack("{s:s, s:s, s:o, s:o}", "party", party, "kind", list->kind, "received",
                            plm_api_time(received_ms), "document", json);
    return json_array_append_new(list->items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status read_documents(plm_store *store, const uint8_t hash[static 32], json_t *items)
{
    document_list list = {items, "ratification"};
    plm_status status = plm_store_each_ratification(store, hash, add_document, &list);
    list.kind = "denunciation";
    return status == PLM_OK ? plm_store_each_denunciation(store, hash, add_document, &list)
                            : status;
}

static plm_status read_text(plm_api_call *call, plm_buf *out)
{
    uint8_t hash[PLM_HASH_BYTES];
    plm_buf_init(out, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_api_accord_hash(call, hash);
    return status == PLM_OK ? plm_store_get_accord(call->api->node->store, hash, out) : status;
}

/* When it was adopted. */
typedef struct adoption {
    const uint8_t *hash;
    int64_t ms;
} adoption;

static plm_status take_time(void *context, const uint8_t hash[static 32], plm_span bytes,
                            int64_t adopted_ms)
{
    adoption *a = (adoption *)context;
    (void)bytes;
    a->ms = memcmp(a->hash, hash, PLM_HASH_BYTES) == 0 ? adopted_ms : a->ms;
    return PLM_OK;
}

static plm_status get_accord(plm_api_call *call)
{
    const plm_diag_sink quiet = {NULL, NULL};
    adoption adopted = {NULL, 0};
    plm_agreement *agreement = NULL;
    json_t *documents = json_array();
    json_t *lacks = json_array();
    json_t *document = NULL;
    plm_buf text;
    plm_status status = read_text(call, &text);
    if (status == PLM_OK) {
        status = plm_api_agreement(call, &agreement);
    }
    if (status == PLM_OK) {
        adopted.hash = agreement->accord->hash;
        status = plm_store_each_accord(call->api->node->store, take_time, &adopted);
    }
    if (status == PLM_OK) {
        status = plm_json_parse(&document, plm_buf_span(&text), &quiet, NULL, 0);
    }
    if (status == PLM_OK) {
        status = read_documents(call->api->node->store, agreement->accord->hash, documents);
    }
    if (status == PLM_OK) {
        status = plm_api_accord_lacks(call, agreement->accord, lacks);
    }
    if (status == PLM_OK) {
        json_t *json = accord_json(call, agreement, adopted.ms);
        (void)json_object_set(json, "document", document);
        (void)json_object_set(json, "documents", documents);
        (void)json_object_set(json, "lacks", lacks);
        status = plm_api_json(call, 200, json);
    }
    json_decref(document);
    json_decref(documents);
    json_decref(lacks);
    plm_agreement_destroy(agreement);
    plm_buf_wipe(&text);
    return status;
}

static plm_status get_text(plm_api_call *call)
{
    plm_buf text;
    plm_status status = read_text(call, &text);
    if (status == PLM_OK) {
        status = plm_api_bytes(call, "application/json", plm_buf_span(&text), NULL);
    }
    plm_buf_wipe(&text);
    return status;
}

static plm_status answer_words(plm_api_call *call, const plm_buf *words)
{
    return plm_api_json(call, 200,
                        json_pack("{s:s%}", "explanation",
                                  words->n > 0 ? (const char *)words->data : "", words->n));
}

/* What counts between us and that party under an accord. */
static plm_status explain(plm_api_call *call, const plm_agreement *agreement, const char *with)
{
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(call->api->now_ms));
    plm_buf words;
    plm_buf_init(&words, EXPLAIN_MAX);
    plm_status status =
        plm_accord_explain(agreement->accord, &state, call->api->node->code, with, &words);
    if (status == PLM_OK) {
        status = answer_words(call, &words);
    }
    plm_buf_wipe(&words);
    return status;
}

static plm_status explain_accord(plm_api_call *call)
{
    const char *with = "";
    plm_agreement *agreement = NULL;
    plm_status status = plm_api_parameter_needed(call, "with", &with);
    if (status == PLM_OK) {
        status = plm_api_agreement(call, &agreement);
    }
    if (status == PLM_OK) {
        status = explain(call, agreement, with);
        if (status == PLM_E_NOT_FOUND) {
            status = plm_api_bad_parameter(call, "with", "is no party of this accord");
        }
    }
    plm_agreement_destroy(agreement);
    return status;
}

/* The accord that counts with a party today. */
static plm_status explain_party(plm_api_call *call)
{
    plm_agreement *agreement = NULL;
    const char *with = call->arguments[0];
    plm_status status =
        plm_agreement_find(&agreement, call->api->node->store, call->api->node->code, with, NULL,
                           plm_date_of_ms(call->api->now_ms));
    if (status == PLM_OK) {
        status = explain(call, agreement, with);
    }
    plm_agreement_destroy(agreement);
    return status;
}

static plm_status compare_accord(plm_api_call *call)
{
    const char *from = "";
    uint8_t hash[PLM_HASH_BYTES];
    plm_agreement *now = NULL;
    plm_agreement *before = NULL;
    plm_buf words;
    plm_buf_init(&words, EXPLAIN_MAX);
    plm_status status = plm_api_parameter_needed(call, "from", &from);
    if (status == PLM_OK && plm_hex_decode(hash, sizeof hash, from) < 0) {
        status = plm_api_bad_parameter(call, "from", "must be the hash of an adopted accord");
    }
    if (status == PLM_OK) {
        status = plm_api_agreement(call, &now);
    }
    if (status == PLM_OK) {
        status = plm_agreement_load(&before, call->api->node->store, hash);
    }
    if (status == PLM_OK) {
        status = plm_accord_diff(before->accord, now->accord, &words);
    }
    if (status == PLM_OK) {
        status = answer_words(call, &words);
    }
    plm_agreement_destroy(now);
    plm_agreement_destroy(before);
    plm_buf_wipe(&words);
    return status;
}

static plm_status amend_accord(plm_api_call *call)
{
    uint8_t hash[PLM_HASH_BYTES];
    plm_buf text;
    plm_buf_init(&text, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_api_accord_hash(call, hash);
    if (status == PLM_OK) {
        status = plm_accord_amendment(&text, call->api->node->store, hash);
    }
    if (status == PLM_OK) {
        status = plm_api_bytes(call, "application/json", plm_buf_span(&text), NULL);
    }
    plm_buf_wipe(&text);
    return status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/accords", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_accords, NULL},
    {"GET", "/v1/accords/{hash}", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_accord, NULL},
    {"GET", "/v1/accords/{hash}/text", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_text, NULL},
    {"GET", "/v1/accords/{hash}/explanation", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, explain_accord,
     "with"},
    {"GET", "/v1/parties/{party}/explanation", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, explain_party,
     NULL},
    {"GET", "/v1/accords/{hash}/changes", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, compare_accord,
     "from"},
    {"GET", "/v1/accords/{hash}/amendment", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, amend_accord,
     NULL},
};

const plm_api_table plm_api_accord_routes = {routes, sizeof routes / sizeof *routes};
