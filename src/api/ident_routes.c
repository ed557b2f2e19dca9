/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident_routes.c - what is made of a value, and of a machine-readable zone. Nothing is kept.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "ident/country.h"
#include "node/ident_view.h"

#include <string.h>

static plm_status explain_ident(plm_api_call *call)
{
    static const char *const members[] = {"type", "value", "country", NULL};
    static plm_ident_answer answer;
    const plm_json_at root = plm_api_root(call);
    const plm_json_at at = plm_json_member(&root, "type");
    const char *name = "";
    const char *value = "";
    const char *country = NULL;
    char code[3] = "";
    plm_ident_type type = PLM_IDENT_NAME;
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "type", 1, 64, &name);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "value", 1, 4096, &value);
    }
    if (status == PLM_OK) {
        status = plm_api_string(&root, "country", 1, 64, &country);
    }
    if (status == PLM_OK && plm_ident_type_find(&type, name) != PLM_OK) {
        status = plm_json_error(&at, "there is no such type of identifier");
    }
    if (status == PLM_OK && country != NULL &&
        plm_country_find(code, plm_span_str(country)) != PLM_OK) {
        const plm_json_at where = plm_json_member(&root, "country");
        status = plm_json_error(&where, "is no country");
    }
    if (status == PLM_OK) {
        status = plm_ident_answer_make(&answer, type, code, value);
    }
    return status == PLM_OK ? plm_api_json(call, 200, plm_ident_view(&answer)) : status;
}

static plm_status read_mrz(plm_api_call *call)
{
    static const char *const members[] = {"mrz", NULL};
    static plm_mrz mrz;
    const plm_json_at root = plm_api_root(call);
    const plm_json_at at = plm_json_member(&root, "mrz");
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK &&
        (!json_is_string(at.value) || json_string_length(at.value) > PLM_MRZ_TEXT_MAX)) {
        status = plm_json_error(&at, "must be two or three lines");
    }
    if (status == PLM_OK) {
        /* Its lines are separated by line ends, which are no text. */
        status = plm_mrz_parse(&mrz, plm_span_str(json_string_value(at.value)),
                               plm_date_of_ms(call->api->now_ms));
    }
    if (status == PLM_OK || status == PLM_E_REJECTED) {
        return plm_api_json(call, 200, plm_mrz_view(&mrz, status == PLM_OK));
    }
    return status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/ident", PLM_API_STAFF, 0, PLM_API_JSON, 65536, explain_ident, NULL},
    {"POST", "/v1/ident/mrz", PLM_API_STAFF, 0, PLM_API_JSON, 8192, read_mrz, NULL},
};

const plm_api_table plm_api_ident_routes = {routes, sizeof routes / sizeof *routes};
