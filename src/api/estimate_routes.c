/* SPDX-License-Identifier: Apache-2.0 */
/*
 * estimate_routes.c - from an overlap table that is posted, or that a tally of ours has, to the
 * estimates (estimate/estimate.h). Nothing of it is kept.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "api/tally_estimate.h"
#include "base/pool.h"
#include "estimate/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRATA_MAX = 16,
    TABLE_MAX = 1 << 20
};

typedef struct question {
    const char *table; /* NULL: that of the tally */
    const char *tally; /* its id, or how it begins */
    const char *name;
    const char *strata[STRATA_MAX + 1]; /* NULL-terminated, as is the next */
    const char *only[STRATA_MAX + 1];
    char tally_name[32];
    plm_estimate_options options;
} question;

/* A number from min to max, whole or not. */
static plm_status read_real(const plm_json_at *root, const char *key, double min, double max,
                            double *out)
{
    const plm_json_at at = plm_json_member(root, key);
    if (at.value == NULL) {
        return PLM_OK;
    }
    const double value = json_number_value(at.value);
    if (!json_is_number(at.value) || !(value >= min && value <= max)) {
        return plm_json_error(&at, "must be a number from %g to %g", min, max);
    }
    *out = value;
    return PLM_OK;
}

static plm_status read_noise(const plm_json_at *root, plm_error_rates *rates)
{
    const plm_json_at at = plm_json_member(root, "noise");
    const char *text = NULL;
    char *end = NULL;
    plm_status status = plm_api_string(root, "noise", 9, 40, &text);
    if (status != PLM_OK || text == NULL) {
        return status;
    }
    const bool is_laplace = strncmp(text, "laplace:", 8) == 0;
    const bool is_gaussian = strncmp(text, "gaussian:", 9) == 0;
    const char *number = text + (is_laplace ? 8 : 9);
    const double scale = is_laplace || is_gaussian ? strtod(number, &end) : 0;
    const bool is_number = end != NULL && end != number && *end == '\0';
    if (!is_number || !(scale >= (is_laplace ? 0.01 : 0.1) && scale <= (is_laplace ? 100 : 200))) {
        return plm_json_error(&at, "must be laplace:EPSILON (0.01 to 100) or gaussian:DEVIATION "
                                   "(0.1 to 200)");
    }
    rates->noise = is_laplace ? PLM_NOISE_LAPLACE : PLM_NOISE_GAUSSIAN;
    rates->scale = scale;
    return PLM_OK;
}

static plm_status read_numbers(const plm_json_at *root, plm_estimate_options *o)
{
    int64_t seed = (int64_t)o->seed;
    int64_t n_resamples = o->n_resamples;
    int64_t n_simulations = o->n_simulations;
    int64_t n_chains = o->classes.n_chains;
    int64_t n_draws = o->classes.n_kept;
    bool is_quick = false;
    plm_status status = plm_api_integer(root, "seed", 0, INT64_MAX, &seed);
    if (status == PLM_OK) {
        status = plm_api_integer(root, "bootstrap", 100, 100000, &n_resamples);
    }
    if (status == PLM_OK) {
        status = plm_api_integer(root, "simulations", 0, 10000, &n_simulations);
    }
    if (status == PLM_OK) {
        status = plm_api_integer(root, "chains", 2, PLM_CLASSES_CHAINS_MAX, &n_chains);
    }
    if (status == PLM_OK) {
        status = plm_api_integer(root, "draws", 100, 100000, &n_draws);
    }
    if (status == PLM_OK) {
        status = plm_api_boolean(root, "quick", &is_quick);
    }
    o->seed = (uint64_t)seed;
    o->n_resamples = (unsigned)n_resamples;
    o->n_simulations = is_quick ? 0 : (unsigned)n_simulations;
    o->classes.n_chains = is_quick ? 0 : (unsigned)n_chains;
    o->classes.n_kept = (unsigned)n_draws;
    return status;
}

/* The table as text, or the tally that has it; what only the other of them takes is refused. */
static plm_status read_source(const plm_json_at *root, question *q)
{
    static const char *const of_table[] = {"table", "strata", "noise"};
    const plm_json_at table = plm_json_member(root, "table");
    const plm_json_at only = plm_json_member(root, "only");
    size_t n = 0;
    plm_status status = plm_api_string(root, "tally", 1, (size_t)2 * PLM_RUN_ID_BYTES, &q->tally);
    if (status != PLM_OK) {
        return status;
    }
    for (size_t i = 0; q->tally != NULL && i < sizeof of_table / sizeof *of_table; i++) {
        const plm_json_at at = plm_json_member(root, of_table[i]);
        if (at.value != NULL) {
            return plm_json_error(&at, "does not go with a tally, which says it by itself");
        }
    }
    if (q->tally != NULL) {
        (void)snprintf(q->tally_name, sizeof q->tally_name, "tally %.8s", q->tally);
        q->name = q->tally_name;
        return plm_api_list(root, "only", q->only, STRATA_MAX, &n);
    }
    if (only.value != NULL) {
        return plm_json_error(&only, "goes with a tally");
    }
    if (!json_is_string(table.value)) {
        return plm_json_error(&table, "must be the table as CSV, or a tally be named");
    }
    q->table = json_string_value(table.value); /* with its line ends, which are no text */
    status = plm_api_list(root, "strata", q->strata, STRATA_MAX, &n);
    return status == PLM_OK ? read_noise(root, &q->options.rates) : status;
}

static plm_status read_question(const plm_api_call *call, question *q)
{
    static const char *const members[] = {"table",        "tally",       "only",  "name",
                                          "strata",       "noise",       "seed",  "bootstrap",
                                          "missed_links", "false_links", "quick", "simulations",
                                          "chains",       "draws",       NULL};
    const plm_json_at root = plm_api_root(call);
    plm_estimate_default(&q->options);
    q->name = "table";
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = read_source(&root, q);
    }
    if (status == PLM_OK) {
        status = plm_api_string(&root, "name", 1, 100, &q->name);
    }
    if (status == PLM_OK) {
        status = read_real(&root, "missed_links", 0, 0.5, &q->options.rates.missed);
    }
    if (status == PLM_OK) {
        status = read_real(&root, "false_links", 0, 0.2, &q->options.rates.false_links);
    }
    return status == PLM_OK ? read_numbers(&root, &q->options) : status;
}

static plm_status find_tally(const plm_api_call *call, const question *q,
                             uint8_t id[static PLM_RUN_ID_BYTES])
{
    const plm_json_at root = plm_api_root(call);
    const plm_json_at at = plm_json_member(&root, "tally");
    plm_status status = plm_store_find_tally(call->api->node->store, q->tally, id);
    if (status == PLM_E_NOT_FOUND || status == PLM_E_EXISTS) {
        return plm_json_error(&at, status == PLM_E_EXISTS ? "several tallies begin so"
                                                          : "there is no such tally");
    }
    return status;
}

/* The tally's own table, and what is known of its noise. */
static plm_status take_tally(plm_api_call *call, question *q, plm_table_file *file)
{
    const plm_json_at root = plm_api_root(call);
    const plm_json_at at = plm_json_member(&root, "only");
    uint8_t id[PLM_RUN_ID_BYTES];
    plm_tally_book book;
    plm_tally_table table;
    const char *wrong = NULL;
    plm_status status = find_tally(call, q, id);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_tally_open(&book, call->api->node->store, call->api->node->code, id);
    if (status == PLM_OK) {
        status = plm_tally_table_of(&book, &table);
        if (status == PLM_E_NOT_FOUND) {
            (void)plm_api_problem(call, 409, "state", NULL,
                                  "there is no table that all have signed: the tally is %s",
                                  plm_tally_state_name(book.row.state));
        }
    }
    if (status == PLM_OK) {
        status = plm_tally_estimate_table(&book.proposal, &table, q->only, &wrong, file,
                                          &q->options.rates);
        if (status == PLM_E_INVALID && wrong != NULL) {
            status = plm_json_error(&at, "the tally is not by \"%s\"", wrong);
        } else if (status == PLM_E_INVALID) {
            status = plm_json_error(&at, "no stratum of the tally has these values");
        }
    }
    plm_tally_shut(&book);
    return status;
}

/* The estimate of what was asked; both are to be freed in any case. */
static plm_status make(plm_api_call *call, question *q, plm_table_file *file, plm_estimate **out)
{
    plm_work work = {NULL, NULL, NULL};
    memset(file, 0, sizeof *file);
    plm_status status = read_question(call, q);
    if (status != PLM_OK) {
        return status;
    }
    if (q->tally != NULL) {
        status = take_tally(call, q, file);
    } else {
        const plm_table_format format = {q->strata, json_object_get(call->json, "noise") != NULL};
        status = plm_table_read(file, plm_span_str(q->table), q->name, &format, &call->sink);
    }
    if (status == PLM_OK) {
        status = plm_pool_create(&work.pool, plm_pool_cpus());
    }
    if (status == PLM_OK) {
        status = plm_estimate_create(out, file, &q->options, &work);
    }
    plm_pool_destroy(work.pool);
    return status;
}

static plm_status estimate(plm_api_call *call)
{
    question q = {.table = NULL};
    static plm_table_file file;
    plm_estimate *e = NULL;
    json_t *report = NULL;
    plm_status status = make(call, &q, &file, &e);
    if (status == PLM_OK) {
        status = plm_report_json(e, &report);
    }
    if (status == PLM_OK) {
        status = plm_api_json(call, 200, report);
    }
    plm_estimate_destroy(e);
    plm_table_file_wipe(&file);
    return status;
}

static plm_status estimate_page(plm_api_call *call)
{
    question q = {.table = NULL};
    static plm_table_file file;
    plm_estimate *e = NULL;
    char title[160];
    plm_buf page;
    plm_buf_init(&page, PLM_REPORT_MAX);
    plm_status status = make(call, &q, &file, &e);
    if (status == PLM_OK) {
        (void)snprintf(title, sizeof title, "Estimate from %s", q.name);
        status = plm_report_html(e, title, &page);
    }
    if (status == PLM_OK) {
        status = plm_api_bytes(call, "text/html; charset=utf-8", plm_buf_span(&page), NULL);
        call->answer.is_page = true;
    }
    plm_buf_wipe(&page);
    plm_estimate_destroy(e);
    plm_table_file_wipe(&file);
    return status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/estimates", PLM_API_STAFF, 0, PLM_API_JSON, TABLE_MAX, estimate, NULL},
    {"POST", "/v1/estimates/page", PLM_API_STAFF, 0, PLM_API_JSON, TABLE_MAX, estimate_page, NULL},
};

const plm_api_table plm_api_estimate_routes = {routes, sizeof routes / sizeof *routes};
