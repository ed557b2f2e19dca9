/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overview_routes.c - what waits for whoever asks; this authority and the others; counts for those
 * who watch machines.
 */
#include "api/answer.h"
#include "api/party_view.h"
#include "api/routes.h"
#include "node/authority_view.h"
#include "node/standing_view.h"
#include "node/tally.h"
#include "release/decision.h"
#include "request/due.h"
#include "store/outbox.h"
#include "store/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the store holds, in numbers. */
typedef struct counting {
    uint64_t n_hits[PLM_HIT_STATE_COUNT];
    uint64_t n_runs[PLM_RUN_STATE_COUNT];
    uint64_t n_registers, n_records, n_quarantined;
    uint64_t n_cases_open, n_requests, n_drafts, n_due, n_overdue, n_accords, n_findings;
    uint64_t n_ledger, n_outbox, n_tallies;
    plm_standing_counts standing;
    int64_t now_ms, due_ms; /* due_ms: the first that is due */
    json_t *common;         /* with whom: runs and hits of each party */
} counting;

/* Adds to what is counted of a party. */
static plm_status add_common(json_t *list, const char *party, const char *what, uint64_t n)
{
    json_t *one = NULL;
    for (size_t i = 0; i < json_array_size(list) && one == NULL; i++) {
        json_t *at = json_array_get(list, i);
        one = strcmp(json_string_value(json_object_get(at, "party")), party) == 0 ? at : NULL;
    }
    if (one == NULL) {
        one = json_pack("{s:s, s:i, s:i}", "party", party, "runs", 0, "hits", 0);
        if (json_array_append_new(list, one) != 0) {
            return PLM_E_NOMEM;
        }
    }
    const json_int_t before = json_integer_value(json_object_get(one, what));
    return json_object_set_new(one, what, json_integer(before + (json_int_t)n)) == 0 ? PLM_OK
                                                                                     : PLM_E_NOMEM;
}

static plm_status count_register(void *context, const plm_register_info *info)
{
    counting *c = (counting *)context;
    c->n_registers++;
    c->n_records += strcmp(info->format, PLM_STORE_SEED) == 0 ? 0 : info->n_records;
    c->n_quarantined += info->n_quarantined;
    return PLM_OK;
}

static plm_status count_case(void *context, const char *reference, int64_t closed_ms)
{
    (void)reference;
    ((counting *)context)->n_cases_open += closed_ms == 0;
    return PLM_OK;
}

static plm_status count_run(void *context, const plm_run *run)
{
    counting *c = (counting *)context;
    c->n_runs[run->state]++;
    return add_common(c->common, run->peer, "runs", 1);
}

static plm_status count_hits(void *context, const char *party, const char *name, uint64_t n)
{
    counting *c = (counting *)context;
    plm_hit_state state;
    if (name != NULL && plm_hit_state_find(&state, name) == PLM_OK) {
        c->n_hits[state] += n;
    }
    return add_common(c->common, party, "hits", n);
}

static plm_status count_request(void *context, const plm_request_row *row)
{
    counting *c = (counting *)context;
    const plm_request_state state = (plm_request_state)row->state;
    c->n_requests++;
    c->n_drafts += state == PLM_REQUEST_DRAFT;
    /* The requested side owes the word. */
    if (!row->is_ours && row->due_ms > 0 && plm_due_counts(state)) {
        c->n_due++;
        c->n_overdue +=
            plm_due_alarm(state, row->sent_ms, row->due_ms, c->now_ms) != PLM_ALARM_NONE;
        c->due_ms = c->due_ms == 0 || row->due_ms < c->due_ms ? row->due_ms : c->due_ms;
    }
    return PLM_OK;
}

static plm_status count_accord(void *context, const uint8_t hash[static 32], plm_span bytes,
                               int64_t adopted_ms)
{
    (void)hash;
    (void)bytes;
    (void)adopted_ms;
    ((counting *)context)->n_accords++;
    return PLM_OK;
}

static plm_status count_finding(void *context, const plm_stored_head *finding)
{
    (void)finding;
    ((counting *)context)->n_findings++;
    return PLM_OK;
}

/* Proposed by another party: our officer's word is waited for. */
static plm_status count_tally(void *context, const plm_tally_row *row)
{
    ((counting *)context)->n_tallies += row->state == PLM_TALLY_PROPOSED && !row->is_counter;
    return PLM_OK;
}

static plm_status count_waiting(void *context, const char *peer, uint64_t n, int64_t next_ms)
{
    (void)peer;
    (void)next_ms;
    ((counting *)context)->n_outbox += n;
    return PLM_OK;
}

/* c->common: the caller's to release, also on an error. */
static plm_status count_all(counting *c, plm_store *store, int64_t now_ms)
{
    uint8_t hash[32];
    *c = (counting){.now_ms = now_ms, .common = json_array()};
    plm_status status = plm_store_each_register(store, count_register, c);
    if (status == PLM_OK) {
        status = plm_store_each_case(store, count_case, c);
    }
    if (status == PLM_OK) {
        status = plm_store_each_run(store, count_run, c);
    }
    if (status == PLM_OK) {
        status = plm_store_count_states(store, count_hits, c);
    }
    if (status == PLM_OK) {
        status = plm_store_each_request(store, count_request, c);
    }
    if (status == PLM_OK) {
        status = plm_store_each_accord(store, count_accord, c);
    }
    if (status == PLM_OK) {
        status = plm_store_each_finding(store, count_finding, c);
    }
    if (status == PLM_OK) {
        status = plm_store_each_waiting(store, count_waiting, c);
    }
    if (status == PLM_OK) {
        status = plm_standing_count(store, now_ms, &c->standing);
    }
    if (status == PLM_OK) {
        status = plm_store_each_tally(store, true, count_tally, c);
    }
    return status == PLM_OK ? plm_store_ledger_head(store, &c->n_ledger, hash) : status;
}

/* --- the overview ------------------------------------------------------------------------------
 */

static void add_waiting(json_t *list, const char *kind, uint64_t n, int64_t due_ms,
                        const char *href)
{
    if (n > 0) {
        (void)json_array_append_new(list, json_pack("{s:s, s:I, s:o, s:s}", "kind", kind, "count",
                                                    (json_int_t)n, "due", plm_api_time(due_ms),
                                                    "href", href));
    }
}

/* What whoever has this role can do something about. */
static json_t *waiting_json(const counting *c, unsigned role, uint64_t n_unratified)
{
    const unsigned bit = 1U << role;
    const bool is_operator = role == PLM_API_OPERATOR;
    json_t *list = json_array();
    if (is_operator || (bit & PLM_API_DECIDERS) != 0) {
        add_waiting(list, "hit-pending", c->n_hits[PLM_HIT_PENDING], 0, "/v1/hits?state=pending");
        add_waiting(list, "hit-second", c->n_hits[PLM_HIT_APPROVED], 0, "/v1/hits?state=approved");
        add_waiting(list, "request-overdue", c->n_overdue, c->due_ms,
                    "/v1/requests?due=true&side=requested");
        add_waiting(list, "request-due", c->n_due - c->n_overdue, c->due_ms,
                    "/v1/requests?due=true&side=requested");
        add_waiting(list, "tally", c->n_tallies, 0, "/v1/tallies");
    }
    if (is_operator || (bit & PLM_API_STAFF) != 0) {
        add_waiting(list, "request-draft", c->n_drafts, 0, "/v1/requests?state=draft");
        add_waiting(list, "standing-due", c->standing.n_due, 0, "/v1/standing");
        add_waiting(list, "standing-failing", c->standing.n_failing, 0, "/v1/standing");
    }
    if (is_operator || (bit & PLM_API_SUPERVISOR) != 0) {
        add_waiting(list, "ratify", n_unratified, 0, "/v1/accords");
    }
    if (is_operator || (bit & PLM_API_OVERSIGHT) != 0) {
        add_waiting(list, "finding", c->n_findings, 0, "/v1/peers");
    }
    return list;
}

static json_t *hits_json(const counting *c)
{
    json_t *hits = json_object();
    for (unsigned i = 0; i < PLM_HIT_STATE_COUNT; i++) {
        (void)json_object_set_new(hits, plm_hit_state_name((plm_hit_state)i),
                                  json_integer((json_int_t)c->n_hits[i]));
    }
    return hits;
}

static plm_status get_overview(plm_api_call *call)
{
    counting c;
    json_t *authority = NULL;
    json_t *parties = NULL;
    uint64_t n_unratified = 0;
    plm_status status = count_all(&c, call->api->node->store, call->api->now_ms);
    if (status == PLM_OK) {
        status = plm_authority_view(&authority, call->api->node->store);
    }
    if (status == PLM_OK) {
        status = plm_api_parties(&parties, call->api, &n_unratified);
    }
    if (status == PLM_OK) {
        json_t *counts = json_pack(
            "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "standing",
            (json_int_t)c.standing.n_states[PLM_STANDING_ACTIVE] +
                (json_int_t)c.standing.n_states[PLM_STANDING_PAUSED],
            "registers", (json_int_t)c.n_registers, "records", (json_int_t)c.n_records,
            "quarantined", (json_int_t)c.n_quarantined, "cases_open", (json_int_t)c.n_cases_open,
            "accords", (json_int_t)c.n_accords, "runs",
            (json_int_t)c.n_runs[0] + (json_int_t)c.n_runs[1] + (json_int_t)c.n_runs[2] +
                (json_int_t)c.n_runs[3] + (json_int_t)c.n_runs[4],
            "runs_going_on",
            (json_int_t)c.n_runs[PLM_RUN_PROPOSED] + (json_int_t)c.n_runs[PLM_RUN_RUNNING],
            "requests", (json_int_t)c.n_requests, "ledger", (json_int_t)c.n_ledger, "outbox",
            (json_int_t)c.n_outbox);
        status = plm_api_json(call, 200,
                              json_pack("{s:O, s:s, s:o, s:o, s:o, s:o, s:O, s:O}", "authority",
                                        authority, "version", PALERMO_VERSION, "now",
                                        plm_api_time(call->api->now_ms), "counts", counts, "hits",
                                        hits_json(&c), "waiting",
                                        waiting_json(&c, (unsigned)call->who->role, n_unratified),
                                        "peers", parties, "common", c.common));
    }
    json_decref(c.common);
    json_decref(authority);
    json_decref(parties);
    return status;
}

static plm_status get_authority(plm_api_call *call)
{
    json_t *authority = NULL;
    plm_status status = plm_authority_view(&authority, call->api->node->store);
    return status == PLM_OK ? plm_api_json(call, 200, authority) : status;
}

static plm_status get_parties(plm_api_call *call)
{
    json_t *parties = NULL;
    uint64_t n_unratified = 0;
    plm_status status = plm_api_parties(&parties, call->api, &n_unratified);
    return status == PLM_OK ? plm_api_json(call, 200, json_pack("{s:o}", "items", parties))
                            : status;
}

/* --- metrics -----------------------------------------------------------------------------------
 */

/* One measure in the text form of Prometheus; label NULL: without one. */
static plm_status put(plm_buf *out, const char *name, const char *help, const char *label,
                      const char *value, uint64_t n)
{
    plm_status status = PLM_OK;
    if (help != NULL) {
        status = plm_buf_printf(out, "# HELP palermo_%s %s\n# TYPE palermo_%s gauge\n", name, help,
                                name);
    }
    if (status == PLM_OK) {
        status = label != NULL ? plm_buf_printf(out, "palermo_%s{%s=\"%s\"} %" PRIu64 "\n", name,
                                                label, value, n)
                               : plm_buf_printf(out, "palermo_%s %" PRIu64 "\n", name, n);
    }
    return status;
}

static plm_status put_counts(plm_buf *out, const counting *c)
{
    const struct {
        const char *name;
        const char *help;
        uint64_t n;
    } measures[] = {
        {"registers", "Registers.", c->n_registers},
        {"records", "Records, test persons apart.", c->n_records},
        {"quarantined_rows", "Rows that could not be loaded.", c->n_quarantined},
        {"cases_open", "Open cases.", c->n_cases_open},
        {"accords", "Adopted accords.", c->n_accords},
        {"requests", "Requests and offers.", c->n_requests},
        {"requests_due", "Requests to which this side owes a word.", c->n_due},
        {"requests_overdue", "Of these, those that are late.", c->n_overdue},
        {"outbox_waiting", "Parcels that wait for delivery.", c->n_outbox},
        {"ledger_entries", "Entries of the ledger.", c->n_ledger},
        {"ledger_findings", "Ledgers of others that do not go on.", c->n_findings},
        {"standing_due", "Series of runs that are due.", c->standing.n_due},
        {"standing_failing", "Series of runs whose last one failed.", c->standing.n_failing},
        {"standing_runs", "Runs of series that this node asked and that are done.",
         c->standing.n_done},
        {"standing_asked_of_us", "Series of runs that others ask of this node.",
         c->standing.n_asked_of_us},
    };
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < sizeof measures / sizeof *measures; i++) {
        status = put(out, measures[i].name, measures[i].help, NULL, NULL, measures[i].n);
    }
    for (unsigned i = 0; status == PLM_OK && i < PLM_RUN_STATE_COUNT; i++) {
        status = put(out, "runs", i == 0 ? "Runs by state." : NULL, "state",
                     plm_run_state_name((plm_run_state)i), c->n_runs[i]);
    }
    for (unsigned i = 0; status == PLM_OK && i < PLM_STANDING_STATE_COUNT; i++) {
        status = put(out, "standing", i == 0 ? "Series of runs that this node asks." : NULL,
                     "state", plm_standing_state_name(i), c->standing.n_states[i]);
    }
    for (unsigned i = 0; status == PLM_OK && i < PLM_HIT_STATE_COUNT; i++) {
        status = put(out, "hits", i == 0 ? "Hits by state." : NULL, "state",
                     plm_hit_state_name((plm_hit_state)i), c->n_hits[i]);
    }
    return status;
}

static plm_status get_metrics(plm_api_call *call)
{
    counting c;
    plm_buf out;
    plm_buf_init(&out, 65536);
    plm_status status = count_all(&c, call->api->node->store, call->api->now_ms);
    if (status == PLM_OK) {
        status = put(&out, "build_info", "Version of the program.", "version", PALERMO_VERSION, 1);
    }
    if (status == PLM_OK) {
        status = put_counts(&out, &c);
    }
    if (status == PLM_OK) {
        status = plm_api_bytes(call, "text/plain; version=0.0.4", plm_buf_span(&out), NULL);
    }
    plm_buf_wipe(&out);
    json_decref(c.common);
    return status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/overview", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_overview, NULL},
    {"GET", "/v1/authority", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_authority, NULL},
    {"GET", "/v1/parties", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_parties, NULL},
    {"GET", "/metrics", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_metrics, NULL},
};

const plm_api_table plm_api_overview_routes = {routes, sizeof routes / sizeof *routes};
