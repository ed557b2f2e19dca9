/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_routes.c - tallies, as they are; officers' words on them are in tally_act_routes.c.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "node/tally_view.h"

#include <string.h>

/* What there is not is null here, and "" at the command line. */
static json_t *with_nulls(json_t *view)
{
    static const char *const members[] = {"reason", "blamed", "clause", "waits_for"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const json_t *value = json_object_get(view, members[i]);
        if (value != NULL && json_string_length(value) == 0) {
            (void)json_object_set_new(view, members[i], json_null());
        }
    }
    return view;
}

static plm_status add_row(void *context, const plm_tally_row *row)
{
    json_t *view = with_nulls(plm_tally_row_view(row));
    return json_array_insert_new((json_t *)context, 0, view) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status get_tallies(plm_api_call *call)
{
    plm_store *store = call->api->node->store;
    plm_tally_usage usage;
    json_t *items = json_array();
    plm_status status = plm_store_each_tally(store, false, add_row, items);
    if (status == PLM_OK) {
        status = plm_store_tally_usage(store, 0, &usage);
    }
    if (status == PLM_OK) {
        status = plm_api_json(call, 200,
                              json_pack("{s:O, s:{s:I, s:I, s:I}}", "items", items, "usage",
                                        "tallies", (json_int_t)usage.n, "epsilon_milli",
                                        (json_int_t)usage.epsilon_milli, "rho_milli",
                                        (json_int_t)usage.rho_milli));
    }
    json_decref(items);
    return status;
}

/* The years that are told apart; null without. */
static json_t *years_json(const plm_strata *strata)
{
    return strata->n_years == 0 ? json_null()
                                : json_pack("{s:i, s:i}", "first", (int)strata->first_year, "last",
                                            (int)strata->first_year + strata->n_years - 1);
}

/* What all that take part consent to. */
static json_t *terms_json(const plm_tally_book *book)
{
    const plm_tally_proposal *p = &book->proposal;
    json_t *by = json_array();
    json_t *rules = json_array();
    for (unsigned kind = 0; kind < PLM_STRATUM_KINDS; kind++) {
        if ((p->strata.kinds >> kind & 1) != 0) {
            (void)json_array_append_new(by, json_string(plm_stratum_kinds[kind]));
        }
    }
    for (unsigned i = 0; i < p->n_rules; i++) {
        (void)json_array_append_new(rules, json_string(p->rules[i]));
    }
    return json_pack("{s:o, s:o, s:o, s:s, s:I, s:I, s:I, s:o}", "by", by, "years",
                     years_json(&p->strata), "rules", rules, "mechanism",
                     plm_table_releases[p->release - PLM_RELEASE_LAPLACE], "epsilon_milli",
                     (json_int_t)p->epsilon_milli, "rho_milli", (json_int_t)p->rho_milli,
                     "threshold", (json_int_t)p->threshold, "until",
                     plm_api_time(book->row.ended_ms == 0 ? book->row.deadline_ms : 0));
}

/* Its table, as JSON and as CSV; null for both while there is none. */
static plm_status add_table(plm_store *store, const plm_tally_book *book, json_t *view)
{
    plm_tally_table table;
    plm_buf csv;
    plm_status status = plm_tally_table_of(book, &table);
    if (status == PLM_E_NOT_FOUND) {
        (void)json_object_set_new(view, "table", json_null());
        (void)json_object_set_new(view, "csv", json_null());
        return PLM_OK;
    }
    plm_buf_init(&csv, PLM_TALLY_CSV_MAX);
    if (status == PLM_OK) {
        status = plm_tally_table_csv(book, &table, &csv);
    }
    if (status == PLM_OK) {
        (void)json_object_set_new(view, "table", plm_tally_table_view(store, book, &table));
        (void)json_object_set_new(view, "csv", json_stringn((const char *)csv.data, csv.n));
    }
    plm_buf_wipe(&csv);
    return status;
}

static plm_status get_tally(plm_api_call *call)
{
    plm_store *store = call->api->node->store;
    uint8_t id[PLM_RUN_ID_BYTES];
    plm_tally_book book;
    plm_tally_progress progress;
    json_t *view = NULL;
    plm_status status = plm_api_argument_tally(call, 0, id);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_tally_open(&book, store, call->api->node->code, id);
    if (status == PLM_OK) {
        status = plm_tally_progress_of(store, &book, &progress);
    }
    if (status == PLM_OK) {
        view = with_nulls(plm_tally_view(&book, &progress));
        (void)json_object_set_new(view, "started", json_boolean(book.row.start.n > 0));
        (void)json_object_set_new(view, "terms", terms_json(&book));
        status = add_table(store, &book, view);
    }
    plm_tally_shut(&book);
    if (status == PLM_OK) {
        return plm_api_json(call, 200, view);
    }
    json_decref(view);
    return status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/tallies", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_tallies, NULL},
    {"GET", "/v1/tallies/{tally}", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_tally, NULL},
};

const plm_api_table plm_api_tally_routes = {routes, sizeof routes / sizeof *routes};
