/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_act_routes.c - officers' words on tallies: to propose one, to take part, to end it. Parcels
 * that they post leave with the node's next delivery.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "node/tally.h"

#include <stdio.h>
#include <string.h>

/* Who answers for it; a tally without an officer is none of the API's. */
static plm_status check_officer(plm_api_call *call)
{
    if (call->who->name[0] != '\0') {
        return PLM_OK;
    }
    (void)plm_api_problem(call, 422, "officer", "Palermo-Officer", "who decides?");
    return PLM_E_INVALID;
}

/* That an officer's word changes nothing now: the state says why. */
static plm_status answer_state(plm_api_call *call, const uint8_t id[static PLM_RUN_ID_BYTES],
                               const char *what)
{
    plm_tally_book book;
    plm_status status = plm_tally_open(&book, call->api->node->store, call->api->node->code, id);
    if (status == PLM_OK) {
        (void)plm_api_problem(call, 409, "not-now", NULL, "the tally is %s, and not to be %s",
                              plm_tally_state_name(book.row.state), what);
    }
    plm_tally_shut(&book);
    return status;
}

/* Why there is no tally: by our own policy, budget or list. */
static plm_status answer_end(plm_api_call *call, const plm_tally_end *end)
{
    (void)plm_api_problem(call, 409, "refused", NULL, "no tally: %s %s", end->blamed,
                          plm_tally_reason_sentence(end->reason));
    plm_api_problem_add(call, "clause", plm_api_text(end->clause));
    return PLM_OK;
}

static plm_status read_kinds(const plm_json_at *root, plm_strata *strata)
{
    const plm_json_at list = plm_json_member(root, "by");
    size_t n = 0;
    plm_status status =
        list.value == NULL ? PLM_OK : plm_json_array(&list, 0, PLM_STRATUM_KINDS, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        const char *name = "";
        unsigned kind = 0;
        status = plm_json_string(&at, 1, 32, &name);
        while (status == PLM_OK && kind < PLM_STRATUM_KINDS &&
               strcmp(plm_stratum_kinds[kind], name) != 0) {
            kind++;
        }
        if (status == PLM_OK && kind == PLM_STRATUM_KINDS) {
            status = plm_json_error(&at, "must be age-group, sex, year or exploitation");
        }
        strata->kinds |= (uint8_t)(status == PLM_OK ? 1U << kind : 0);
    }
    return status;
}

/* {"first": 2019, "last": 2024}, with "year" among the kinds and not without it. */
static plm_status read_years(const plm_json_at *root, plm_strata *strata)
{
    static const char *const members[] = {"first", "last", NULL};
    const plm_json_at years = plm_json_member(root, "years");
    const bool is_by_year = (strata->kinds >> PLM_STRATUM_YEAR & 1) != 0;
    int64_t first = 0;
    int64_t last = 0;
    if ((years.value != NULL) != is_by_year) {
        return plm_json_error(&years, "goes together with \"year\" in \"by\"");
    }
    if (years.value == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_object(&years, members);
    if (status == PLM_OK) {
        const plm_json_at at = plm_json_member(&years, "first");
        status = plm_json_integer(&at, PLM_FACT_YEAR_MIN, PLM_FACT_YEAR_MAX, &first);
    }
    if (status == PLM_OK) {
        const plm_json_at at = plm_json_member(&years, "last");
        status = plm_json_integer(&at, first, PLM_FACT_YEAR_MAX, &last);
    }
    if (status == PLM_OK && last - first >= PLM_STRATA_YEARS_MAX) {
        status = plm_json_error(&years, "must be %d years at most", PLM_STRATA_YEARS_MAX);
    }
    if (status == PLM_OK) {
        strata->first_year = (uint16_t)first;
        strata->n_years = (uint8_t)(last - first + 1);
    }
    return status;
}

typedef struct new_tally {
    plm_tally_wish wish;
    const char *with[PLM_TALLY_MEMBERS_MAX];
    uint8_t accord_hash[PLM_HASH_BYTES];
} new_tally;

static plm_status read_wish(plm_api_call *call, new_tally *t)
{
    static const char *const members[] = {"with", "purpose", "by", "years", "accord", NULL};
    const plm_json_at root = plm_api_root(call);
    const plm_json_at with = plm_json_member(&root, "with");
    const plm_json_at accord = plm_json_member(&root, "accord");
    plm_tally_wish *wish = &t->wish;
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "purpose", 1, PLM_CODE_MAX - 1, &wish->purpose);
    }
    if (status == PLM_OK) {
        status = plm_json_array(&with, 1, PLM_TALLY_MEMBERS_MAX - 1, &wish->n_with);
    }
    for (size_t i = 0; status == PLM_OK && i < wish->n_with; i++) {
        const plm_json_at at = plm_json_element(&with, i);
        status = plm_json_string(&at, 1, PLM_CODE_MAX - 1, &t->with[i]);
    }
    if (status == PLM_OK) {
        status = read_kinds(&root, &wish->strata);
    }
    if (status == PLM_OK) {
        status = read_years(&root, &wish->strata);
    }
    if (status == PLM_OK && plm_strata_count(&wish->strata) == 0) {
        status = plm_json_error(&root, "more than %d strata", PLM_STRATA_MAX);
    }
    if (status == PLM_OK && accord.value != NULL) {
        status = plm_json_hex(&accord, t->accord_hash, sizeof t->accord_hash);
        wish->accord_hash = t->accord_hash;
    }
    wish->with = t->with;
    wish->officer = call->who->name;
    return status;
}

static plm_status propose_tally(plm_api_call *call)
{
    new_tally t = {.with = {NULL}};
    plm_tally_end end = {.reason = PLM_TALLY_NOT_OVER};
    uint8_t id[PLM_RUN_ID_BYTES];
    char hex[2 * PLM_RUN_ID_BYTES + 1];
    plm_status status = check_officer(call);
    if (status == PLM_OK) {
        status = read_wish(call, &t);
    }
    if (status == PLM_OK) {
        status = plm_tally_propose(call->api->node, &t.wish, id, &end);
        if (status == PLM_E_REFUSED) {
            return answer_end(call, &end);
        }
        if (status == PLM_E_NOT_FOUND) {
            return plm_api_problem(call, 422, "party", "/with",
                                   "no accord in force here has these parties and this purpose");
        }
        if (status == PLM_E_ARGUMENT) {
            return plm_api_problem(call, 422, "party", "/with", "no tally can have these parties");
        }
    }
    if (status != PLM_OK) {
        return status;
    }
    plm_hex_encode(hex, id, sizeof id);
    (void)snprintf(call->answer.location, sizeof call->answer.location, "/v1/tallies/%s", hex);
    return plm_api_json(call, 201, json_pack("{s:s, s:s}", "tally", hex, "state", "proposed"));
}

/* The tally of the path, for an officer's word on it. */
static plm_status read_tally(plm_api_call *call, uint8_t id[static PLM_RUN_ID_BYTES])
{
    plm_status status = plm_api_argument_tally(call, 0, id);
    return status == PLM_OK ? check_officer(call) : status;
}

static plm_status join_tally(plm_api_call *call)
{
    uint8_t id[PLM_RUN_ID_BYTES];
    plm_tally_end end = {.reason = PLM_TALLY_NOT_OVER};
    plm_status status = read_tally(call, id);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_tally_agree(call->api->node, id, call->who->name, &end);
    if (status == PLM_E_REFUSED) {
        return answer_end(call, &end);
    }
    if (status == PLM_E_ARGUMENT) {
        return answer_state(call, id, "joined");
    }
    return status == PLM_OK ? plm_api_done(call) : status;
}

static plm_status cancel_tally(plm_api_call *call)
{
    uint8_t id[PLM_RUN_ID_BYTES];
    plm_status status = read_tally(call, id);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_tally_cancel(call->api->node, id, call->who->name);
    if (status == PLM_E_ARGUMENT) {
        return answer_state(call, id, "ended");
    }
    return status == PLM_OK ? plm_api_done(call) : status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/tallies", PLM_API_DECIDERS, PLM_API_ONCE | PLM_API_SIGNS, PLM_API_JSON,
     PLM_API_JSON_MAX, propose_tally, NULL},
    /* Without a key: a join that is refused writes that down, and a second one finds it over. */
    {"POST", "/v1/tallies/{tally}/join", PLM_API_DECIDERS, PLM_API_SIGNS, PLM_API_NO_BODY, 0,
     join_tally, NULL},
    {"POST", "/v1/tallies/{tally}/cancel", PLM_API_DECIDERS, PLM_API_SIGNS, PLM_API_NO_BODY, 0,
     cancel_tally, NULL},
};

const plm_api_table plm_api_tally_act_routes = {routes, sizeof routes / sizeof *routes};
