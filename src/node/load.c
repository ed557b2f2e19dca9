/* SPDX-License-Identifier: Apache-2.0 */
#include "node/load.h"

#include "accord/accord.h"
#include "ledger/ledger.h"
#include "store/loader.h"

#include <string.h>

const char *const plm_load_formats[] = {"csv", "ftm", "un", "ofac", NULL};

/* A load at work. */
typedef struct loading {
    plm_load *load;
    plm_store *store;
    plm_loader *loader;
    plm_import import;
    plm_status store_status; /* what went wrong in a callback that can't fail */
} loading;

const char *plm_load_objection(const plm_load *load, const char **field)
{
    bool is_format = false;
    for (size_t i = 0; load->format != NULL && plm_load_formats[i] != NULL; i++) {
        is_format = is_format || strcmp(load->format, plm_load_formats[i]) == 0;
    }
    *field = "format";
    if (!is_format) {
        return "must be csv, ftm, un or ofac";
    }
    *field = "name";
    if (load->name == NULL || load->name[0] == '\0' || strlen(load->name) >= PLM_LOAD_NAME_MAX) {
        return "a register's name has 1 to 64 bytes";
    }
    if (strcmp(load->name, PLM_STORE_SEED) == 0) {
        return "the register \"" PLM_STORE_SEED "\" is for test persons: see 'palermo seed'";
    }
    *field = "mapping";
    if ((strcmp(load->format, "csv") == 0) != (load->mapping != NULL)) {
        return "a mapping goes with the format csv, and only with it";
    }
    *field = "files";
    if (load->n_files > 1 && strcmp(load->format, "ofac") != 0) {
        return "only the format ofac takes more than one file";
    }
    return NULL;
}

plm_date plm_load_retention(int64_t now_ms)
{
    plm_date date = plm_date_of_ms(now_ms);
    date.year = (uint16_t)(date.year + PLM_LOAD_RETENTION_YEARS);
    date.month = 12;
    date.day = 31;
    return date;
}

static bool is_known_offence(const char *code)
{
    return plm_offence_find(code) != NULL;
}

static plm_status take_record(void *context, const plm_record *record, const char *file,
                              uint64_t line)
{
    loading *l = (loading *)context;
    plm_status status =
        l->load->seen != NULL ? l->load->seen(l->load->context, record, file, line) : PLM_OK;
    return status != PLM_OK || l->load->is_dry_run ? status : plm_loader_put(l->loader, record);
}

static plm_status take_progress(void *context, uint64_t done, uint64_t total)
{
    const loading *l = (const loading *)context;
    plm_status status =
        l->load->progress != NULL ? l->load->progress(l->load->context, done, total) : PLM_OK;
    return status == PLM_OK ? l->store_status : status;
}

/* What people call the file of that path; the path itself where they call it nothing else. */
static const char *name_of(const plm_load *load, const char *path)
{
    for (size_t i = 0; path != NULL && i < load->n_files; i++) {
        if (load->names[i] != NULL && strcmp(load->files[i], path) == 0) {
            return load->names[i];
        }
    }
    return path;
}

static void take_diag(void *context, const plm_diag *found)
{
    loading *l = (loading *)context;
    plm_diag named = *found;
    const plm_diag *diag = &named;
    named.file = name_of(l->load, found->file);
    plm_diag_report(&l->load->sink, diag);
    if (!l->load->is_dry_run && diag->severity == PLM_ERROR && l->store_status == PLM_OK) {
        const plm_batch_refusal refusal = {diag->file != NULL ? diag->file : "-", diag->line,
                                           diag->field, diag->reason};
        l->store_status = plm_loader_refuse(l->loader, &refusal);
    }
}

static plm_status run_import(loading *l)
{
    const plm_load *load = l->load;
    plm_status status;
    if (strcmp(load->format, "csv") == 0) {
        status = plm_import_csv(&l->import, load->mapping, load->files[0]);
    } else if (strcmp(load->format, "ftm") == 0) {
        status = plm_import_ftm(&l->import, load->files[0]);
    } else if (strcmp(load->format, "un") == 0) {
        status = plm_import_un(&l->import, load->files[0]);
    } else {
        status =
            plm_import_ofac(&l->import, load->files[0], load->n_files > 1 ? load->files[1] : NULL,
                            load->n_files > 2 ? load->files[2] : NULL);
    }
    return status == PLM_OK ? l->store_status : status;
}

/* The load's counts as they go into the ledger: no name, no value. */
static plm_status write_ledger(void *context)
{
    const loading *l = (const loading *)context;
    plm_buf body;
    if (l->load->n_put[PLM_PUT_INSERTED] + l->load->n_put[PLM_PUT_UPDATED] == 0) {
        return PLM_OK;
    }
    plm_buf_init(&body, 1024);
    plm_status status = plm_buf_append_block16(&body, plm_span_str(l->load->name));
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, l->load->n_put[PLM_PUT_INSERTED]);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, l->load->n_put[PLM_PUT_UPDATED]);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, l->import.n_quarantined);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(l->store, "load", plm_buf_span(&body), l->load->now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

static plm_status take_phase(void *context, const char *phase, uint64_t done, uint64_t total)
{
    const loading *l = (const loading *)context;
    return l->load->phase != NULL ? l->load->phase(l->load->context, phase, done, total) : PLM_OK;
}

static plm_status load_into_store(loading *l)
{
    const plm_loader_calls calls = {write_ledger, take_phase, l};
    plm_status status =
        plm_loader_begin(&l->loader, l->store, l->load->name, l->load->format, l->load->now_ms);
    if (status != PLM_OK) {
        return status;
    }
    status = run_import(l);
    plm_status ended = plm_loader_end(l->loader, status == PLM_OK, &calls, l->load->n_put);
    return status == PLM_OK ? ended : status;
}

plm_status plm_load_run(plm_load *load, plm_store *store)
{
    loading l = {.load = load, .store = store};
    l.import = (plm_import){.defaults = load->defaults,
                            .today = plm_date_of_ms(load->now_ms),
                            .record = take_record,
                            .progress = take_progress,
                            .context = &l,
                            .sink = {take_diag, &l},
                            .is_offence = is_known_offence};
    memset(load->n_put, 0, sizeof load->n_put);
    plm_status status = load->is_dry_run ? run_import(&l) : load_into_store(&l);
    load->n_records = l.import.n_records;
    load->n_quarantined = l.import.n_quarantined;
    load->n_warnings = l.import.n_warnings;
    return status;
}

typedef struct dropping {
    plm_store *store;
    const char *name;
    int64_t now_ms;
} dropping;

static plm_status write_drop(void *context)
{
    const dropping *d = (const dropping *)context;
    return plm_ledger_append(d->store, "drop", plm_span_str(d->name), d->now_ms);
}

plm_status plm_register_drop(plm_store *store, const char *name, int64_t now_ms)
{
    dropping d = {store, name, now_ms};
    return plm_store_drop_register(store, name, write_drop, &d);
}
