/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_act_routes.c - accords as they are made: drafted, adopted, ratified, denounced; what other
 * parties signed is added.
 */
#include "accord/draft.h"
#include "api/accord_view.h"
#include "api/answer.h"
#include "api/routes.h"
#include "node/accord_book.h"

#include <string.h>

enum {
    DRAFT_PARTIES_MAX = PLM_PARTIES_MAX,
    LANGUAGES_MAX = 16
};

/* The document that was signed, for the other parties. */
static plm_status answer_signed(plm_api_call *call, const plm_agreement *agreement, const char *did,
                                const plm_buf *document)
{
    json_t *json = NULL;
    plm_status status = plm_json_parse(&json, plm_buf_span(document), &call->sink, NULL, 0);
    if (status != PLM_OK) {
        return status;
    }
    return plm_api_json(call, 200,
                        json_pack("{s:o, s:s, s:s, s:o}", "accord",
                                  plm_api_hex(agreement->accord->hash, PLM_HASH_BYTES), "party",
                                  call->api->node->code, "did", did, "document", json));
}

static plm_status say_why_not(plm_api_call *call, plm_status status, const char *before)
{
    if (status == PLM_E_EXISTS) {
        return plm_api_problem(call, 409, "exists", NULL, "%s %s", call->api->node->code, before);
    }
    if (status == PLM_E_NOT_FOUND && json_array_size(call->errors) > 0) {
        return plm_api_problem(call, 409, "no-table", NULL,
                               "the accord names a table that is not here: 'palermo rules add'");
    }
    if (status == PLM_E_AUTH) {
        return plm_api_problem(call, 409, "identity", NULL,
                               "the accord names another identity key for %s",
                               call->api->node->code);
    }
    return status;
}

static plm_status adopt_accord(plm_api_call *call)
{
    plm_accord *accord = NULL;
    json_t *lacks = json_array();
    plm_status status = plm_accord_adopt(&accord, call->api->node->store, call->api->node->code,
                                         call->body, call->api->now_ms, &call->sink, NULL);
    if (status == PLM_OK) {
        status = plm_api_accord_lacks(call, accord, lacks);
    }
    if (status == PLM_OK) {
        status = plm_api_json(call, 201,
                              json_pack("{s:o, s:s, s:O}", "accord",
                                        plm_api_hex(accord->hash, PLM_HASH_BYTES), "title",
                                        accord->title, "lacks", lacks));
    }
    json_decref(lacks);
    plm_accord_destroy(accord);
    return status;
}

static plm_status ratify_accord(plm_api_call *call)
{
    static const char *const members[] = {"catalogue", "reservations", NULL};
    const plm_json_at root = plm_api_root(call);
    plm_agreement *agreement = NULL;
    plm_buf document;
    plm_buf_init(&document, PLM_RATIFICATION_BYTES_MAX);
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_agreement(call, &agreement);
    }
    if (status == PLM_OK) {
        const bool has_wish = json_object_size(call->json) > 0;
        status =
            plm_accord_ratify(&document, call->api->node, agreement, has_wish ? &call->body : NULL,
                              call->api->now_ms, &call->sink, NULL);
    }
    if (status == PLM_OK) {
        status = answer_signed(call, agreement, "ratified", &document);
    } else {
        status = say_why_not(call, status,
                             "has ratified it before; reservations are changed by amending it");
    }
    plm_agreement_destroy(agreement);
    plm_buf_wipe(&document);
    return status;
}

static plm_status denounce_accord(plm_api_call *call)
{
    static const char *const members[] = {"reason", "last_day", NULL};
    const plm_json_at root = plm_api_root(call);
    const char *reason = "";
    const char *day = NULL;
    plm_date last_day = {0, 0, 0};
    plm_agreement *agreement = NULL;
    plm_buf document;
    plm_buf_init(&document, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "reason", 1, PLM_TEXT_MAX - 1, &reason);
    }
    if (status == PLM_OK) {
        status = plm_api_string(&root, "last_day", 10, 10, &day);
    }
    if (status == PLM_OK && day != NULL &&
        (plm_date_parse(&last_day, plm_span_str(day)) != PLM_OK || last_day.day == 0)) {
        const plm_json_at at = plm_json_member(&root, "last_day");
        status = plm_json_error(&at, "must be a date, YYYY-MM-DD");
    }
    if (status == PLM_OK) {
        status = plm_api_agreement(call, &agreement);
    }
    if (status == PLM_OK) {
        status = plm_accord_denounce(&document, call->api->node, agreement, last_day, reason,
                                     call->api->now_ms, &call->sink);
    }
    if (status == PLM_OK) {
        status = answer_signed(call, agreement, "denounced", &document);
    } else {
        status = say_why_not(call, status, "has denounced it before");
    }
    plm_agreement_destroy(agreement);
    plm_buf_wipe(&document);
    return status;
}

static plm_status add_document(plm_api_call *call)
{
    plm_accord_added added;
    plm_status status = plm_accord_add(&added, call->api->node->store, call->body,
                                       call->api->now_ms, &call->sink, NULL);
    if (status == PLM_E_EXISTS) {
        return plm_api_problem(call, 409, "exists", NULL,
                               "%s gave another ratification before; ask it which it means",
                               added.party);
    }
    if (status == PLM_E_AUTH) {
        return plm_api_problem(call, 422, "signature", "/signature",
                               "the signature is not of that party's key");
    }
    if (status == PLM_E_NOT_FOUND) {
        return plm_api_problem(call, 422, "accord", "/accord",
                               "no such accord was adopted here, or it has no such party");
    }
    if (status != PLM_OK) {
        return status;
    }
    return plm_api_json(
        call, 200,
        json_pack("{s:o, s:s, s:s}", "accord", plm_api_hex(added.accord_hash, PLM_HASH_BYTES),
                  "party", added.party, "did", added.is_denunciation ? "denounced" : "ratified"));
}

/* --- drafts ------------------------------------------------------------------------------------
 */

typedef struct drafting {
    plm_party parties[DRAFT_PARTIES_MAX];
    const char *languages[DRAFT_PARTIES_MAX][LANGUAGES_MAX];
    const char *death_penalty[DRAFT_PARTIES_MAX][PLM_PURPOSE_OFFENCES_MAX];
    size_t n;
} drafting;

static plm_status read_party(const plm_json_at *at, drafting *d)
{
    static const char *const members[] = {
        "code",         "name",      "kind",          "address",    "contact",
        "identity_key", "languages", "death_penalty", "assurances", NULL};
    plm_party *p = &d->parties[d->n];
    const char **const targets[] = {&p->code, &p->name, &p->kind, &p->address, &p->contact};
    plm_status status = plm_json_object(at, members);
    for (size_t i = 0; status == PLM_OK && i < sizeof targets / sizeof *targets; i++) {
        status = plm_api_needed(at, members[i], 0, PLM_TEXT_MAX - 1, targets[i]);
    }
    if (status == PLM_OK) {
        const plm_json_at key = plm_json_member(at, "identity_key");
        status = plm_json_hex(&key, p->identity, sizeof p->identity);
    }
    if (status == PLM_OK) {
        p->languages = d->languages[d->n];
        status = plm_api_list(at, "languages", d->languages[d->n], LANGUAGES_MAX, &p->n_languages);
    }
    if (status == PLM_OK) {
        p->death_penalty = d->death_penalty[d->n];
        status = plm_api_list(at, "death_penalty", d->death_penalty[d->n], PLM_PURPOSE_OFFENCES_MAX,
                              &p->n_death_penalty);
    }
    p->assurances = "";
    if (status == PLM_OK) {
        status = plm_api_string(at, "assurances", 0, PLM_TEXT_MAX - 1, &p->assurances);
    }
    d->n++;
    return status;
}

static plm_status read_numbers(const plm_json_at *root, plm_draft_options *o)
{
    int64_t n[8] = {0};
    static const struct {
        const char *name;
        int64_t max;
    } members[] = {{"pad_to", PLM_MATCH_TOKENS_MAX},
                   {"smallest_set", PLM_MATCH_TOKENS_MAX},
                   {"tokens_per_run", PLM_MATCH_TOKENS_MAX},
                   {"tokens_per_day", INT64_MAX},
                   {"runs_per_day", INT64_MAX},
                   {"lookups_per_hour", 1000000},
                   {"retention_days", 36500},
                   {"notice_days", 3650}};
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < sizeof members / sizeof *members; i++) {
        status = plm_api_integer(root, members[i].name, i == 5 ? 0 : 1, members[i].max, &n[i]);
    }
    o->pad_to = (uint64_t)n[0];
    o->smallest_set = (uint64_t)n[1];
    o->budget = (plm_budget){(uint64_t)n[2], (uint64_t)n[3], (uint64_t)n[4], (uint64_t)n[5]};
    o->retention_days = (uint32_t)n[6];
    o->notice_days = (uint32_t)n[7];
    return status;
}

static plm_status read_choices(const plm_api_call *call, const plm_json_at *root,
                               plm_draft_options *o)
{
    static const char *const learns[] = {"holder", "asker", "both", NULL};
    static const plm_learns values[] = {PLM_LEARNS_HOLDER, PLM_LEARNS_ASKER, PLM_LEARNS_BOTH};
    const plm_json_at engine = plm_json_member(root, "engine");
    const plm_json_at who = plm_json_member(root, "learns");
    const char *expires = NULL;
    size_t i = 0;
    plm_status status = plm_api_string(root, "title", 1, PLM_TEXT_MAX - 1, &o->title);
    if (status == PLM_OK && engine.value != NULL) {
        status = plm_json_choice(&engine, plm_engine_choices, &i);
        o->engine = status == PLM_OK ? plm_engine_choices[i] : NULL;
    }
    i = 0;
    if (status == PLM_OK && who.value != NULL) {
        status = plm_json_choice(&who, learns, &i);
    }
    o->learns = values[i];
    if (status == PLM_OK) {
        status = plm_api_string(root, "expires", 10, 10, &expires);
    }
    o->expires = plm_date_of_ms(call->api->now_ms);
    o->expires = (plm_date){(uint16_t)(o->expires.year + 2), 12, 31};
    if (status == PLM_OK && expires != NULL &&
        (plm_date_parse(&o->expires, plm_span_str(expires)) != PLM_OK || o->expires.day == 0)) {
        const plm_json_at at = plm_json_member(root, "expires");
        status = plm_json_error(&at, "must be a date, YYYY-MM-DD");
    }
    return status;
}

static plm_status draft_accord(plm_api_call *call)
{
    static const char *const members[] = {"parties",          "title",
                                          "engine",           "learns",
                                          "expires",          "pad_to",
                                          "smallest_set",     "tokens_per_run",
                                          "tokens_per_day",   "runs_per_day",
                                          "lookups_per_hour", "retention_days",
                                          "notice_days",      NULL};
    static drafting d;
    plm_draft_options options = {.title = NULL};
    const plm_json_at root = plm_api_root(call);
    const plm_json_at list = plm_json_member(&root, "parties");
    size_t n = 0;
    plm_buf text;
    memset(&d, 0, sizeof d);
    plm_buf_init(&text, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_json_array(&list, 2, DRAFT_PARTIES_MAX, &n);
    }
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        status = read_party(&at, &d);
    }
    if (status == PLM_OK) {
        status = read_numbers(&root, &options);
    }
    if (status == PLM_OK) {
        status = read_choices(call, &root, &options);
    }
    if (status == PLM_OK) {
        status = plm_accord_draft(&text, d.parties, d.n, &options, &call->sink);
    }
    if (status == PLM_OK) {
        status = plm_api_bytes(call, "application/json", plm_buf_span(&text), NULL);
    }
    plm_buf_wipe(&text);
    return status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/accords", PLM_API_SUPERVISOR, PLM_API_ONCE, PLM_API_JSON, PLM_ACCORD_BYTES_MAX,
     adopt_accord, NULL},
    {"POST", "/v1/accords/draft", PLM_API_STAFF, 0, PLM_API_JSON, PLM_API_JSON_MAX, draft_accord,
     NULL},
    {"POST", "/v1/accords/documents", PLM_API_SUPERVISOR, PLM_API_ONCE, PLM_API_JSON,
     PLM_RATIFICATION_BYTES_MAX, add_document, NULL},
    {"POST", "/v1/accords/{hash}/ratify", PLM_API_SUPERVISOR, PLM_API_ONCE | PLM_API_SIGNS,
     PLM_API_JSON, PLM_RATIFICATION_BYTES_MAX, ratify_accord, NULL},
    {"POST", "/v1/accords/{hash}/denounce", PLM_API_SUPERVISOR, PLM_API_ONCE | PLM_API_SIGNS,
     PLM_API_JSON, PLM_API_JSON_MAX, denounce_accord, NULL},
};

const plm_api_table plm_api_accord_act_routes = {routes, sizeof routes / sizeof *routes};
