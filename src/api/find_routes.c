/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find_routes.c - which records have one of many values, each as one type of identifier or as
 * whatever it can be.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "base/date.h"
#include "ident/country.h"
#include "net/net.h"
#include "store/page.h"

#include <stdlib.h>
#include <string.h>

enum {
    VALUES_MAX = 1000,
    LIMIT_DEFAULT = 20,
    LIMIT_MAX = 10000,
    FOUND_MAX = 100000 /* of all values together */
};

typedef struct finding {
    plm_store *store;
    const plm_ident_type *type; /* NULL: whatever the value can be */
    char country[3];
    int64_t limit;
    json_t *records; /* of the value at hand */
    bool is_more;    /* there are more than those */
} finding;

static plm_status take_record(void *context, const plm_stored_record *r)
{
    finding *f = (finding *)context;
    if (json_array_size(f->records) == (size_t)f->limit) {
        f->is_more = true;
        return PLM_OK;
    }
    json_t *names = json_array();
    for (size_t i = 0; i < r->record.n_values; i++) {
        if (r->record.values[i].type == PLM_IDENT_NAME) {
            (void)json_array_append_new(names, json_string(r->record.values[i].raw));
        }
    }
    return json_array_append_new(
               f->records, json_pack("{s:s, s:s, s:I, s:s, s:o}", "register", r->register_name,
                                     "record", r->record.id, "number", (json_int_t)r->number,
                                     "role", plm_role_name(r->record.role), "names", names)) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

/* One value as one type; *is_one: it can be of that type at all. */
static plm_status find_as(finding *f, plm_ident_type type, const char *value, bool *is_one)
{
    plm_ident ident;
    plm_status status = plm_ident_canonicalise(type, f->country, plm_span_str(value), &ident);
    if (status != PLM_OK) {
        return status == PLM_E_NOMEM ? status : PLM_OK;
    }
    *is_one = true;
    const plm_record_query query = {.type = plm_ident_type_name(type),
                                    .canonical = ident.canonical,
                                    .source_id = "",
                                    .register_name = ""};
    const size_t left = (size_t)f->limit - json_array_size(f->records);
    return plm_store_page_records(f->store, &query, left + 1, take_record, f);
}

static plm_status find_value(finding *f, const char *value, json_t **out)
{
    const int64_t start_us = plm_clock_us();
    bool is_one = false;
    plm_status status = PLM_OK;
    f->records = json_array();
    f->is_more = false;
    if (f->type != NULL) {
        status = find_as(f, *f->type, value, &is_one);
    }
    for (unsigned i = 0; f->type == NULL && status == PLM_OK && i < PLM_IDENT_TYPE_COUNT; i++) {
        status = find_as(f, (plm_ident_type)i, value, &is_one);
    }
    *out = json_pack("{s:s, s:b, s:b, s:I, s:o}", "value", value, "valid", (int)is_one, "more",
                     (int)f->is_more, "microseconds", (json_int_t)(plm_clock_us() - start_us),
                     "records", f->records);
    return status == PLM_OK && *out == NULL ? PLM_E_NOMEM : status;
}

/* What goes for all values. */
static plm_status read_filters(const plm_json_at *root, finding *f, plm_ident_type *type)
{
    static const char *const members[] = {"values", "type", "country", "limit", NULL};
    const plm_json_at type_at = plm_json_member(root, "type");
    const plm_json_at country_at = plm_json_member(root, "country");
    const char *name = NULL;
    const char *country = "";
    plm_status status = plm_json_object(root, members);
    if (status == PLM_OK) {
        status = plm_api_string(root, "type", 1, 32, &name);
    }
    if (status == PLM_OK && name != NULL && plm_ident_type_find(type, name) != PLM_OK) {
        status = plm_json_error(&type_at, "\"%s\" is no type of identifier", name);
    }
    f->type = name != NULL ? type : NULL;
    if (status == PLM_OK) {
        status = plm_api_string(root, "country", 1, 64, &country);
    }
    if (status == PLM_OK && country[0] != '\0' &&
        plm_country_find(f->country, plm_span_str(country)) != PLM_OK) {
        status = plm_json_error(&country_at, "is no country");
    }
    return status == PLM_OK ? plm_api_integer(root, "limit", 1, LIMIT_MAX, &f->limit) : status;
}

static plm_status find_all(finding *f, const char *const *values, size_t n, json_t *searches)
{
    plm_status status = PLM_OK;
    size_t n_found = 0;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        json_t *one = NULL;
        status = find_value(f, values[i], &one);
        n_found += json_array_size(json_object_get(one, "records"));
        if (status == PLM_OK && n_found > FOUND_MAX) {
            status = PLM_E_LIMIT;
        }
        if (json_array_append_new(searches, one) != 0 && status == PLM_OK) {
            status = PLM_E_NOMEM;
        }
    }
    return status;
}

static plm_status find_records(plm_api_call *call)
{
    const plm_json_at root = plm_api_root(call);
    const char **values = (const char **)calloc(VALUES_MAX, sizeof *values);
    finding f = {.store = call->api->node->store, .limit = LIMIT_DEFAULT};
    plm_ident_type type;
    size_t n = 0;
    json_t *searches = json_array();
    plm_status status = values != NULL ? read_filters(&root, &f, &type) : PLM_E_NOMEM;
    if (status == PLM_OK) {
        status = plm_api_list(&root, "values", values, VALUES_MAX, &n);
    }
    if (status == PLM_OK && n == 0) {
        const plm_json_at at = plm_json_member(&root, "values");
        status = plm_json_error(&at, "which ones?");
    }
    if (status == PLM_OK) {
        status = find_all(&f, values, n, searches);
    }
    if (status == PLM_E_LIMIT) {
        status = plm_api_problem(call, 413, "too-large", NULL,
                                 "these values have more than %d records: ask for fewer at once, "
                                 "or with a smaller limit",
                                 FOUND_MAX);
    } else if (status == PLM_OK) {
        status = plm_api_json(call, 200, json_pack("{s:O}", "searches", searches));
    }
    json_decref(searches);
    free(values);
    return status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/records/find", PLM_API_STAFF, 0, PLM_API_JSON, PLM_API_JSON_MAX, find_records,
     NULL},
};

const plm_api_table plm_api_find_routes = {routes, sizeof routes / sizeof *routes};
