/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_routes.c - the ledger for those who oversee: read, verified, proven, reported on,
 * exported.
 */
#include "api/answer.h"
#include "api/cursor.h"
#include "api/ledger_view.h"
#include "api/routes.h"
#include "ledger/export.h"
#include "ledger/kinds.h"
#include "node/ledger_proof.h"
#include "node/ledger_report.h"
#include "node/party_keys.h"
#include "store/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY_MS = 86400000,
    LOOKED_AT_MAX = 20000 /* entries of one page of a search for words */
};

void plm_api_own_identity(const plm_node *node, uint8_t out[static 32])
{
    plm_buf text;
    char hex[65] = "";
    plm_buf_init(&text, sizeof hex - 1);
    if (plm_store_get_setting(node->store, "authority.identity", &text) == PLM_OK) {
        memcpy(hex, text.data, text.n);
    }
    if (plm_hex_decode(out, 32, hex) < 0) {
        memset(out, 0, 32);
    }
    plm_buf_wipe(&text);
}

/* --- entries -----------------------------------------------------------------------------------
 */

typedef struct entry_list {
    json_t *items;
    size_t limit;
    size_t n_looked_at;
    const char *text; /* part of the line; "" any */
    const char *kind; /* "" any; what is outside of it is looked at only */
    int64_t from_ms;
    int64_t to_ms;
    uint64_t last;
    bool has_more;
    bool with_body;
} entry_list;

static plm_status add_entry(void *context, const plm_ledger_row *row)
{
    entry_list *l = (entry_list *)context;
    const char *kind = row->kind != NULL ? row->kind : "?";
    plm_buf line;
    if (json_array_size(l->items) == l->limit) {
        l->has_more = true;
        return PLM_OK;
    }
    l->last = row->sequence;
    l->n_looked_at++;
    if ((l->kind[0] != '\0' && strcmp(l->kind, kind) != 0) || row->time_ms < l->from_ms ||
        row->time_ms >= l->to_ms) {
        return PLM_OK;
    }
    plm_buf_init(&line, PLM_KIND_LINE_MAX);
    plm_status status = plm_kind_line(kind, row->body, &line);
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&line, '\0');
    }
    if (status == PLM_OK &&
        (l->text[0] == '\0' || strcasestr((const char *)line.data, l->text) != NULL)) {
        json_t *one = json_pack(
            "{s:I, s:o, s:s, s:I, s:o, s:s}", "sequence", (json_int_t)row->sequence, "time",
            plm_api_time(row->time_ms), "kind", kind, "bytes", (json_int_t)row->body.n, "hash",
            plm_api_hex(row->hash, sizeof row->hash), "line", (const char *)line.data);
        if (l->with_body) {
            (void)json_object_set_new(one, "body", plm_api_hex(row->body.p, row->body.n));
        }
        status = json_array_append_new(l->items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
    }
    plm_buf_wipe(&line);
    return status;
}

/* First and last day into a span of time. */
static plm_status read_days(plm_api_call *call, int64_t *from_ms, int64_t *to_ms)
{
    plm_date from = {0, 0, 0};
    plm_date to = {0, 0, 0};
    plm_status status = plm_api_parameter_day(call, "from", &from);
    if (status == PLM_OK) {
        status = plm_api_parameter_day(call, "to", &to);
    }
    *from_ms = from.year != 0 ? plm_date_days(from) * DAY_MS : INT64_MIN;
    *to_ms = to.year != 0 ? (plm_date_days(to) + 1) * DAY_MS : INT64_MAX;
    return status;
}

/* The newest first: behind the cursor come smaller numbers. */
static plm_status page_back(plm_api_call *call, entry_list *l, uint64_t cursor, size_t most)
{
    const plm_ledger_query q = {
        .kind = l->kind, .from_ms = l->from_ms, .to_ms = l->to_ms, .before = cursor};
    return plm_store_page_ledger(call->api->node->store, &q, most, add_entry, l);
}

static plm_status get_ledger(plm_api_call *call)
{
    entry_list l = {.items = json_array(),
                    .text = plm_api_or_empty(call, "q"),
                    .kind = plm_api_or_empty(call, "kind")};
    const char *order = plm_api_or_empty(call, "order");
    const bool is_oldest = strcmp(order, "oldest") == 0;
    int64_t cursor = 0;
    char next[24] = "";
    plm_status status = plm_api_limit(call, &l.limit);
    if (status == PLM_OK) {
        status = plm_api_parameter_number(call, "cursor", 1, INT64_MAX, &cursor);
    }
    if (status == PLM_OK && !is_oldest && order[0] != '\0') {
        status = plm_api_bad_parameter(call, "order", "must be oldest, or left out");
    }
    if (status == PLM_OK) {
        status = read_days(call, &l.from_ms, &l.to_ms);
    }
    /* Entries are numbered without a gap: so many numbers are so many entries. */
    const bool is_choosy =
        l.text[0] != '\0' ||
        (is_oldest && (l.kind[0] != '\0' || l.from_ms != INT64_MIN || l.to_ms != INT64_MAX));
    const size_t most = is_choosy ? LOOKED_AT_MAX : l.limit + 1;
    if (status == PLM_OK) {
        const uint64_t at = (uint64_t)cursor;
        status = is_oldest ? plm_store_ledger_range(call->api->node->store, at + 1, at + most,
                                                    add_entry, &l)
                           : page_back(call, &l, at, most);
    }
    if (status == PLM_OK) {
        if (l.has_more || l.n_looked_at == LOOKED_AT_MAX) {
            (void)snprintf(next, sizeof next, "%llu", (unsigned long long)l.last);
        }
        status = plm_api_page(call, json_incref(l.items), next);
    }
    json_decref(l.items);
    return status;
}

static plm_status get_entry(plm_api_call *call)
{
    entry_list l = {.items = json_array(),
                    .limit = 1,
                    .text = "",
                    .kind = "",
                    .from_ms = INT64_MIN,
                    .to_ms = INT64_MAX,
                    .with_body = true};
    int64_t number = 0;
    plm_status status = plm_api_argument_number(call, 0, INT64_MAX, &number);
    if (status == PLM_OK) {
        status = plm_store_ledger_range(call->api->node->store, (uint64_t)number, (uint64_t)number,
                                        add_entry, &l);
    }
    if (status == PLM_OK) {
        status = json_array_size(l.items) == 1
                     ? plm_api_json(call, 200, json_incref(json_array_get(l.items, 0)))
                     : PLM_E_NOT_FOUND;
    }
    json_decref(l.items);
    return status;
}

static plm_status prove_entry(plm_api_call *call)
{
    uint8_t identity[32];
    int64_t number = 0;
    json_t *proof = NULL;
    const plm_node *node = call->api->node;
    plm_api_own_identity(call->api->node, identity);
    plm_status status = plm_api_argument_number(call, 0, INT64_MAX, &number);
    if (status == PLM_OK) {
        status = plm_ledger_prove(&proof, node->store, (uint64_t)number, node->code, identity,
                                  call->api->has_seed ? node->seed : NULL);
    }
    return status == PLM_OK ? plm_api_json(call, 200, proof) : status;
}

/* --- all of it ---------------------------------------------------------------------------------
 */

static plm_status count_finding(void *context, const plm_stored_head *finding)
{
    (void)finding;
    *(uint64_t *)context += 1;
    return PLM_OK;
}

json_t *plm_api_audit(const plm_audit_result *r, bool is_good, const char *party, uint64_t n_open)
{
    return json_pack("{s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:I}", "good", (int)is_good, "party",
                     party, "entries", (json_int_t)r->n_entries, "bad", (json_int_t)r->bad, "heads",
                     (json_int_t)r->n_heads, "countersignatures", (json_int_t)r->n_witnesses,
                     "signatures", (json_int_t)r->n_signatures, "finding",
                     is_good ? "" : plm_audit_sentence(r->fault), "open_findings",
                     (json_int_t)n_open);
}

static plm_status verify_ledger(plm_api_call *call)
{
    static const char *const members[] = {"quick", NULL};
    const plm_json_at root = plm_api_root(call);
    const plm_node *node = call->api->node;
    uint8_t identity[32];
    plm_party_key *keys = NULL;
    size_t n_keys = 0;
    uint64_t n_open = 0;
    bool is_quick = false;
    plm_audit audit;
    plm_api_own_identity(call->api->node, identity);
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_boolean(&root, "quick", &is_quick);
    }
    if (status == PLM_OK) {
        status = plm_party_keys(node->store, node->code, identity, &keys, &n_keys);
    }
    if (status == PLM_OK) {
        status = plm_store_each_finding(node->store, count_finding, &n_open);
    }
    if (status != PLM_OK) {
        free(keys);
        return status;
    }
    const plm_audit_config config = {node->code, keys, n_keys, !is_quick};
    plm_audit_init(&audit, &config);
    status = plm_audit_store(&audit, node->store);
    if (status == PLM_OK || audit.result.fault != PLM_AUDIT_GOOD) {
        status = plm_api_json(call, 200,
                              plm_api_audit(&audit.result, status == PLM_OK, node->code, n_open));
    }
    plm_audit_wipe(&audit);
    free(keys);
    return status;
}

static plm_status get_report(plm_api_call *call)
{
    const char *by = plm_api_or_empty(call, "by");
    int64_t small = PLM_REPORT_SMALL;
    plm_ledger_report report = {.self = call->api->node->code};
    plm_status status = read_days(call, &report.from_ms, &report.to_ms);
    if (status == PLM_OK) {
        status = plm_api_parameter_number(call, "small", 1, 1000000, &small);
    }
    size_t word = 0;
    while (by[0] != '\0' && plm_report_by_names[word] != NULL &&
           strcmp(plm_report_by_names[word], by) != 0) {
        word++;
    }
    if (status == PLM_OK && plm_report_by_names[word] == NULL) {
        status = plm_api_bad_parameter(call, "by", "must be party, purpose, month or hour");
    }
    report.by = (plm_report_by)word;
    if (status == PLM_OK) {
        status = plm_ledger_report_make(&report, call->api->node->store);
    }
    if (status == PLM_OK) {
        status = plm_api_json(call, 200, plm_ledger_report_json(&report, small));
    }
    plm_ledger_report_wipe(&report);
    return status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/ledger", PLM_API_OVERSIGHT, 0, PLM_API_NO_BODY, 0, get_ledger,
     "kind from to q order limit cursor"},
    {"POST", "/v1/ledger/verify", PLM_API_OVERSIGHT, 0, PLM_API_JSON, 4096, verify_ledger, NULL},
    {"GET", "/v1/ledger/report", PLM_API_OVERSIGHT, 0, PLM_API_NO_BODY, 0, get_report,
     "by from to small"},
    {"GET", "/v1/ledger/{sequence}", PLM_API_OVERSIGHT, 0, PLM_API_NO_BODY, 0, get_entry, NULL},
    {"GET", "/v1/ledger/{sequence}/proof", PLM_API_OVERSIGHT, PLM_API_MAY_SIGN, PLM_API_NO_BODY, 0,
     prove_entry, NULL},
};

const plm_api_table plm_api_ledger_routes = {routes, sizeof routes / sizeof *routes};
