/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register_routes.c - registers: listed, loaded from uploaded files, looked through, dropped.
 */
#include "accord/accord.h"
#include "api/answer.h"
#include "api/cursor.h"
#include "api/record_view.h"
#include "api/routes.h"
#include "api/upload.h"
#include "ident/country.h"
#include "ledger/clock.h"
#include "ledger/ledger.h"
#include "node/load.h"
#include "store/page.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    SHOWN_MAX = 100, /* diagnostics of a load */
    SAMPLE_MAX = 10, /* records of a dry run */
    OFFENCES_MAX = PLM_RECORD_OFFENCES_MAX
};

static plm_status add_register(void *context, const plm_register_info *info)
{
    json_t *one =
        json_pack("{s:s, s:s, s:I, s:I, s:o}", "name", info->name, "format", info->format,
                  "records", (json_int_t)info->n_records, "quarantined",
                  (json_int_t)info->n_quarantined, "loaded", plm_api_time(info->loaded_ms));
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status get_registers(plm_api_call *call)
{
    json_t *items = json_array();
    plm_status status = plm_store_each_register(call->api->node->store, add_register, items);
    if (status == PLM_OK) {
        status = plm_api_json(call, 200, json_pack("{s:O}", "items", items));
    }
    json_decref(items);
    return status;
}

/* PLM_E_NOT_FOUND unless there is a register of that name. */
typedef struct name_search {
    const char *name;
    uint64_t n_records;
    uint64_t n_quarantined;
    bool is_found;
} name_search;

static plm_status match_name(void *context, const plm_register_info *info)
{
    name_search *search = (name_search *)context;
    if (strcmp(info->name, search->name) == 0) {
        search->is_found = true;
        search->n_records = info->n_records;
        search->n_quarantined = info->n_quarantined;
    }
    return PLM_OK;
}

static plm_status find_register(plm_api_call *call, name_search *search)
{
    *search = (name_search){.name = call->arguments[0]};
    plm_status status = plm_store_each_register(call->api->node->store, match_name, search);
    return status == PLM_OK && !search->is_found ? PLM_E_NOT_FOUND : status;
}

/* --- quarantine and junk -----------------------------------------------------------------------
 */

typedef struct quarantine_list {
    json_t *items;
    size_t limit;
    int64_t last;
    bool has_more;
} quarantine_list;

static plm_status add_quarantine(void *context, int64_t number, const plm_quarantine_row *row)
{
    quarantine_list *list = (quarantine_list *)context;
    if (json_array_size(list->items) == list->limit) {
        list->has_more = true;
        return PLM_OK;
    }
    list->last = number;
    json_t *one =
        json_pack("{s:s, s:s, s:I, s:s?, s:s}", "register", row->register_name, "file", row->file,
                  "line", (json_int_t)row->line, "field", row->field, "reason", row->reason);
    return json_array_append_new(list->items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* register_name "": of all of them. */
static plm_status page_quarantine(plm_api_call *call, const char *register_name)
{
    quarantine_list list = {.items = json_array()};
    int64_t after = 0;
    char next[24] = "";
    plm_status status = plm_api_limit(call, &list.limit);
    if (status == PLM_OK) {
        status = plm_api_parameter_number(call, "cursor", 0, INT64_MAX, &after);
    }
    if (status == PLM_OK) {
        status = plm_store_page_quarantine(call->api->node->store, register_name, after,
                                           list.limit + 1, add_quarantine, &list);
    }
    if (status == PLM_OK) {
        if (list.has_more) {
            (void)snprintf(next, sizeof next, "%lld", (long long)list.last);
        }
        status = plm_api_page(call, json_incref(list.items), next);
    }
    json_decref(list.items);
    return status;
}

static plm_status get_quarantine(plm_api_call *call)
{
    name_search search;
    plm_status status = find_register(call, &search);
    return status == PLM_OK ? page_quarantine(call, call->arguments[0]) : status;
}

static plm_status get_all_quarantine(plm_api_call *call)
{
    return page_quarantine(call, plm_api_or_empty(call, "register"));
}

static plm_status add_type(void *context, const plm_junk_type *type)
{
    json_t *one = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "type", type->type, "values",
                            (json_int_t)type->n_values, "distinct", (json_int_t)type->n_distinct,
                            "check_failed", (json_int_t)type->n_flagged[0], "unchecked",
                            (json_int_t)type->n_flagged[1], "test", (json_int_t)type->n_flagged[2]);
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status add_reason(void *context, const char *reason, uint64_t n)
{
    json_t *one = json_pack("{s:s, s:I}", "reason", reason, "rows", (json_int_t)n);
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static json_int_t sum_of(const json_t *list, const char *key)
{
    json_int_t sum = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        sum += json_integer_value(json_object_get(json_array_get(list, i), key));
    }
    return sum;
}

static plm_status get_report(plm_api_call *call)
{
    plm_store *store = call->api->node->store;
    name_search search;
    json_t *types = json_array();
    json_t *reasons = json_array();
    plm_status status = find_register(call, &search);
    if (status == PLM_OK) {
        status = plm_store_junk_types(store, search.name, add_type, types);
    }
    if (status == PLM_OK) {
        status = plm_store_junk_reasons(store, search.name, add_reason, reasons);
    }
    if (status == PLM_OK) {
        status = plm_api_json(call, 200,
                              json_pack("{s:s, s:I, s:I, s:I, s:O, s:O}", "register", search.name,
                                        "records", (json_int_t)search.n_records, "values",
                                        sum_of(types, "values"), "quarantined",
                                        (json_int_t)search.n_quarantined, "reasons", reasons,
                                        "types", types));
    }
    json_decref(types);
    json_decref(reasons);
    return status;
}

/* --- loading -----------------------------------------------------------------------------------
 */

typedef struct loading {
    plm_load load;
    char files[PLM_LOAD_FILES_MAX][PATH_MAX];
    char mapping[PATH_MAX];
    const char *ids[PLM_LOAD_FILES_MAX];
    const char *offences[OFFENCES_MAX];
    json_t *diagnostics;
    uint64_t n_diagnostics;
    json_t *sample;
} loading;

static void take_diag(void *context, const plm_diag *diag)
{
    loading *l = (loading *)context;
    const char *slash = diag->file != NULL ? strrchr(diag->file, '/') : NULL;
    l->n_diagnostics++;
    if (json_array_size(l->diagnostics) < SHOWN_MAX) {
        (void)json_array_append_new(l->diagnostics,
                                    json_pack("{s:s, s:s?, s:I, s:s?, s:s}", "severity",
                                              diag->severity == PLM_ERROR ? "error" : "warning",
                                              "file", slash != NULL ? slash + 1 : NULL, "line",
                                              (json_int_t)diag->line, "field", diag->field,
                                              "reason", diag->reason));
    }
}

static plm_status take_sample(void *context, const plm_record *record, const char *file,
                              uint64_t line)
{
    loading *l = (loading *)context;
    (void)file;
    (void)line;
    if (l->load.is_dry_run && json_array_size(l->sample) < SAMPLE_MAX) {
        (void)json_array_append_new(l->sample, plm_api_record(0, l->load.name, record));
    }
    return PLM_OK;
}

static plm_status read_defaults(const plm_json_at *root, loading *l)
{
    plm_import_defaults *d = &l->load.defaults;
    const char *role = "suspect";
    const char *grading = "";
    const char *retention = NULL;
    const char *country = NULL;
    plm_status status = plm_api_string(root, "role", 1, 32, &role);
    if (status == PLM_OK && plm_role_find(&d->role, role) != PLM_OK) {
        const plm_json_at at = plm_json_member(root, "role");
        status = plm_json_error(&at, "there is no such role");
    }
    if (status == PLM_OK) {
        status = plm_api_string(root, "grading", 0, 16, &grading);
    }
    if (status == PLM_OK && plm_grading_normalise(d->grading, grading) != PLM_OK) {
        const plm_json_at at = plm_json_member(root, "grading");
        status = plm_json_error(&at, "is no grading, as B2/4x4 or B2/6x6");
    }
    if (status == PLM_OK) {
        status = plm_api_string(root, "retention", 1, 10, &retention);
    }
    d->retention = plm_load_retention(l->load.now_ms);
    if (status == PLM_OK && retention != NULL &&
        (plm_date_parse(&d->retention, plm_span_str(retention)) != PLM_OK ||
         d->retention.day == 0)) {
        const plm_json_at at = plm_json_member(root, "retention");
        status = plm_json_error(&at, "must be a date, YYYY-MM-DD");
    }
    if (status == PLM_OK) {
        status = plm_api_string(root, "country", 2, 64, &country);
    }
    if (status == PLM_OK && country != NULL &&
        plm_country_find(d->country, plm_span_str(country)) != PLM_OK) {
        const plm_json_at at = plm_json_member(root, "country");
        status = plm_json_error(&at, "is no country");
    }
    return status;
}

static plm_status read_offences(const plm_json_at *root, loading *l)
{
    size_t n = 0;
    plm_status status = plm_api_list(root, "offences", l->offences, OFFENCES_MAX, &n);
    const plm_json_at list = plm_json_member(root, "offences");
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        if (plm_offence_find(l->offences[i]) == NULL) {
            const plm_json_at at = plm_json_element(&list, i);
            status = plm_json_error(&at, "is not in the catalogue of treaty offences");
        }
    }
    l->load.defaults.offences = l->offences;
    l->load.defaults.n_offences = n;
    return status;
}

static plm_status read_files(plm_api_call *call, const plm_json_at *root, loading *l)
{
    const plm_json_at list = plm_json_member(root, "uploads");
    const plm_json_at mapping = plm_json_member(root, "mapping");
    plm_status status = plm_json_array(&list, 1, PLM_LOAD_FILES_MAX, &l->load.n_files);
    for (size_t i = 0; status == PLM_OK && i < l->load.n_files; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        status = plm_json_string(&at, 1, 64, &l->ids[i]);
        if (status == PLM_OK && plm_upload_path(call->api, l->ids[i], l->files[i]) != PLM_OK) {
            status = plm_json_error(&at, "no file of that id was uploaded, or it is gone");
        }
        l->load.files[i] = l->files[i];
    }
    if (status == PLM_OK && mapping.value != NULL) {
        plm_buf text;
        plm_buf_init(&text, PLM_API_JSON_MAX);
        status = plm_json_dump(mapping.value, false, &text);
        if (status == PLM_OK) {
            status = plm_upload_temporary(call->api, plm_buf_span(&text), l->mapping);
        }
        l->load.mapping = status == PLM_OK ? l->mapping : NULL;
        plm_buf_wipe(&text);
    }
    return status;
}

static plm_status read_load(plm_api_call *call, loading *l)
{
    static const char *const members[] = {"format",  "uploads",   "mapping", "role",    "offences",
                                          "grading", "retention", "country", "dry_run", NULL};
    const plm_json_at root = plm_api_root(call);
    const char *field = "";
    plm_status status = plm_json_object(&root, members);
    l->load.name = call->arguments[0];
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "format", 1, 8, &l->load.format);
    }
    if (status == PLM_OK) {
        status = plm_api_boolean(&root, "dry_run", &l->load.is_dry_run);
    }
    if (status == PLM_OK) {
        status = read_defaults(&root, l);
    }
    if (status == PLM_OK) {
        status = read_offences(&root, l);
    }
    if (status == PLM_OK) {
        status = read_files(call, &root, l);
    }
    const char *objection = status == PLM_OK ? plm_load_objection(&l->load, &field) : NULL;
    if (objection != NULL) {
        char pointer[32];
        (void)snprintf(pointer, sizeof pointer, "/%s",
                       strcmp(field, "files") == 0 ? "uploads" : field);
        (void)plm_api_problem(call, 422, "invalid", pointer, "%s", objection);
        return PLM_E_INVALID;
    }
    return status;
}

static plm_status answer_load(plm_api_call *call, const loading *l)
{
    const plm_load *o = &l->load;
    return plm_api_json(
        call, 200,
        json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:O, s:I, s:O}", "register", o->name,
                  "dry_run", (int)o->is_dry_run, "records", (json_int_t)o->n_records, "new",
                  (json_int_t)o->n_put[PLM_PUT_INSERTED], "changed",
                  (json_int_t)o->n_put[PLM_PUT_UPDATED], "unchanged",
                  (json_int_t)o->n_put[PLM_PUT_UNCHANGED], "quarantined",
                  (json_int_t)o->n_quarantined, "warnings", (json_int_t)o->n_warnings,
                  "diagnostics", l->diagnostics, "n_diagnostics", (json_int_t)l->n_diagnostics,
                  "sample", l->sample));
}

static plm_status load_register(plm_api_call *call)
{
    loading l = {.load = {.now_ms = call->api->now_ms}};
    l.diagnostics = json_array();
    l.sample = json_array();
    l.load.seen = take_sample;
    l.load.sink = (plm_diag_sink){take_diag, &l};
    l.load.context = &l;
    plm_status status = read_load(call, &l);
    if (status == PLM_OK) {
        status = plm_load_run(&l.load, call->api->node->store);
        if (status == PLM_E_SYNTAX || status == PLM_E_INVALID || status == PLM_E_LIMIT) {
            status = plm_api_problem(call, 422, "file", "/uploads", "%s; nothing was loaded",
                                     plm_status_sentence(status));
            plm_api_problem_add(call, "diagnostics", json_incref(l.diagnostics));
        } else if (status == PLM_OK) {
            status = answer_load(call, &l);
        }
    }
    for (size_t i = 0;
         status == PLM_OK && call->answer.status == 200 && !l.load.is_dry_run && i < l.load.n_files;
         i++) {
        plm_status dropped = plm_upload_drop(call->api, l.ids[i]);
        (void)dropped; /* what could not be deleted goes after an hour */
    }
    if (l.mapping[0] != '\0') {
        (void)unlink(l.mapping);
    }
    json_decref(l.diagnostics);
    json_decref(l.sample);
    return status;
}

static plm_status drop_register(plm_api_call *call)
{
    plm_status status =
        plm_register_drop(call->api->node->store, call->arguments[0], call->api->now_ms);
    return status == PLM_OK ? plm_api_done(call) : status;
}

static plm_status expire_records(plm_api_call *call)
{
    uint64_t n = 0;
    plm_ledger_clock clock;
    plm_status status = plm_ledger_clock_look(call->api->node->store, call->api->now_ms, &clock);
    if (status == PLM_OK && clock.is_ahead) {
        char seen[PLM_TIME_TEXT];
        plm_time_format(seen, clock.seen_ms);
        return plm_api_problem(call, 409, "clock", NULL,
                               "the clock stands more than %d days ahead of %s, when this node has "
                               "last seen it: see 'palermo check --clock-is-right'",
                               PLM_CLOCK_LEAP_DAYS, seen);
    }
    if (status == PLM_OK) {
        status = plm_ledger_expire(call->api->node->store, call->api->now_ms, &n);
    }
    return status == PLM_OK ? plm_api_json(call, 200, json_pack("{s:I}", "deleted", (json_int_t)n))
                            : status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/registers", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_registers, NULL},
    {"POST", "/v1/registers/{name}/load", PLM_API_STAFF, PLM_API_ONCE | PLM_API_ALONE, PLM_API_JSON,
     PLM_API_JSON_MAX, load_register, NULL},
    {"GET", "/v1/registers/{name}/quarantine", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_quarantine,
     "limit cursor"},
    {"GET", "/v1/quarantine", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_all_quarantine,
     "register limit cursor"},
    {"GET", "/v1/registers/{name}/report", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_report, NULL},
    {"DELETE", "/v1/registers/{name}", PLM_API_SUPERVISOR, 0, PLM_API_NO_BODY, 0, drop_register,
     NULL},
    {"POST", "/v1/registers/expire", PLM_API_STAFF, PLM_API_ONCE, PLM_API_NO_BODY, 0,
     expire_records, NULL},
};

const plm_api_table plm_api_register_routes = {routes, sizeof routes / sizeof *routes};
