/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_routes.c - a register is loaded from files that were uploaded; how far a load is.
 */
#include "accord/accord.h"
#include "api/answer.h"
#include "api/load_watch.h"
#include "api/record_view.h"
#include "api/routes.h"
#include "api/upload.h"
#include "ident/country.h"
#include "node/load.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SHOWN_MAX = 100, /* diagnostics of a load */
    SAMPLE_MAX = 10, /* records of a dry run */
    OFFENCES_MAX = PLM_RECORD_OFFENCES_MAX
};

typedef struct loading {
    plm_load load;
    plm_load_watcher watcher;
    char files[PLM_LOAD_FILES_MAX][PATH_MAX];
    char names[PLM_LOAD_FILES_MAX][PLM_UPLOAD_NAME_MAX];
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
    const bool is_mapping = diag->file != NULL && strcmp(diag->file, l->mapping) == 0;
    l->n_diagnostics++;
    if (json_array_size(l->diagnostics) < SHOWN_MAX) {
        (void)json_array_append_new(l->diagnostics,
                                    json_pack("{s:s, s:s?, s:I, s:s?, s:s}", "severity",
                                              diag->severity == PLM_ERROR ? "error" : "warning",
                                              "file", is_mapping ? "mapping" : diag->file, "line",
                                              (json_int_t)diag->line, "field", diag->field,
                                              "reason", diag->reason));
    }
}

static plm_status take_progress(void *context, uint64_t bytes_done, uint64_t bytes_total)
{
    return plm_load_watch_tell(&((loading *)context)->watcher, "read", bytes_done, bytes_total);
}

static plm_status take_phase(void *context, const char *phase, uint64_t done, uint64_t total)
{
    return plm_load_watch_tell(&((loading *)context)->watcher, phase, done, total);
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
        if (status == PLM_OK) {
            plm_upload_name(call->api, l->ids[i], l->names[i]);
        }
        l->load.files[i] = l->files[i];
        l->load.names[i] = l->names[i][0] != '\0' ? l->names[i] : "upload";
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
    l.load.progress = take_progress;
    l.load.phase = take_phase;
    l.load.sink = (plm_diag_sink){take_diag, &l};
    l.load.context = &l;
    plm_status status = read_load(call, &l);
    if (status == PLM_OK) {
        plm_load_watch_begin(&l.watcher, call->api, l.ids[0]);
        status = plm_load_run(&l.load, call->api->node->store);
        plm_load_watch_end(&l.watcher);
        if (status == PLM_E_CANCELLED) {
            status = plm_api_problem(call, 409, "cancelled", NULL,
                                     "its file was deleted meanwhile; nothing was loaded");
        } else if (status == PLM_E_SYNTAX || status == PLM_E_INVALID || status == PLM_E_LIMIT) {
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

static plm_status get_upload(plm_api_call *call)
{
    char path[PATH_MAX];
    char name[PLM_UPLOAD_NAME_MAX];
    struct stat about;
    plm_load_step step;
    plm_status status = plm_upload_path(call->api, call->arguments[0], path);
    if (status != PLM_OK || stat(path, &about) != 0) {
        return PLM_E_NOT_FOUND;
    }
    plm_upload_name(call->api, call->arguments[0], name);
    const bool is_loading = plm_load_watch_read(&step, call->api, call->arguments[0]) == PLM_OK &&
                            step.phase[0] != '\0';
    return plm_api_json(
        call, 200,
        json_pack("{s:s, s:s, s:I, s:o}", "upload", call->arguments[0], "name", name, "bytes",
                  (json_int_t)about.st_size, "loading",
                  is_loading ? json_pack("{s:s, s:I, s:I}", "phase", step.phase, "done",
                                         (json_int_t)step.done, "total", (json_int_t)step.total)
                             : json_null()));
}

static const plm_api_route routes[] = {
    {"GET", "/v1/uploads/{upload}", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_upload, NULL},
    {"POST", "/v1/registers/{name}/load", PLM_API_STAFF, PLM_API_ONCE | PLM_API_ALONE, PLM_API_JSON,
     PLM_API_JSON_MAX, load_register, NULL},
};

const plm_api_table plm_api_load_routes = {routes, sizeof routes / sizeof *routes};
