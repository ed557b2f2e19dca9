/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loading_settle.c - what a load does, or leaves to be undone, piece by piece.
 */
#include "store/loading.h"
#include "store/sql.h"

#include <string.h>

enum {
    APPLY_AT_ONCE = 1000,
    REMOVE_AT_ONCE = 4000
};

plm_status plm_loading_get(plm_store *store, plm_loading *out)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s,
                                      "SELECT token, state, register_id, is_new, first_record, "
                                      "first_quarantine, now_ms FROM loading",
                                      "");
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        const char *state = d->column_text(s, 1);
        *out = (plm_loading){.token = d->column_int(s, 0),
                             .register_id = d->column_int(s, 2),
                             .is_new = d->column_int(s, 3) != 0,
                             .first_record = d->column_int(s, 4),
                             .first_quarantine = d->column_int(s, 5),
                             .now_ms = d->column_int(s, 6)};
        out->state = state == NULL                     ? PLM_LOADING_FILLING
                     : strcmp(state, "searching") == 0 ? PLM_LOADING_SEARCHING
                     : strcmp(state, "settling") == 0  ? PLM_LOADING_SETTLING
                     : strcmp(state, "dropping") == 0  ? PLM_LOADING_DROPPING
                                                       : PLM_LOADING_FILLING;
    }
    d->reset(s);
    return status;
}

/* --- changes --- */

/* Both sides of each join say the range, so that neither table is read as a whole. */
#define CHANGED "(SELECT id FROM loading_record WHERE id BETWEEN $1 AND $2)"
static const char *const steps[] = {
    /* Its time had come while the load went on; the source has it, with another date. */
    "INSERT INTO record (id, register_id, source_id, kind, role, is_minor, is_assessment, grading, "
    "retention, digest, loaded_ms, sex, exploitation, year) SELECT id, register_id, source_id, "
    "kind, role, is_minor, is_assessment, grading, retention, digest, loaded_ms, sex, "
    "exploitation, year FROM loading_record c WHERE c.id BETWEEN $1 AND $2 AND NOT EXISTS "
    "(SELECT 1 FROM record r WHERE r.id = c.id)",
    "UPDATE record SET kind = c.kind, role = c.role, is_minor = c.is_minor, "
    "is_assessment = c.is_assessment, grading = c.grading, retention = c.retention, "
    "digest = c.digest, loaded_ms = c.loaded_ms, sex = c.sex, exploitation = c.exploitation, "
    "year = c.year FROM loading_record c WHERE record.id = c.id AND c.id BETWEEN $1 AND $2 AND "
    "record.id BETWEEN $1 AND $2",
    "DELETE FROM record_offence WHERE record_id BETWEEN $1 AND $2 AND record_id IN " CHANGED,
    "DELETE FROM record_value WHERE record_id BETWEEN $1 AND $2 AND record_id IN " CHANGED,
    "INSERT INTO record_offence (record_id, position, code) SELECT record_id, position, code "
    "FROM loading_offence WHERE record_id BETWEEN $1 AND $2",
    "INSERT INTO record_value (record_id, position, type, flags, raw, canonical) "
    "SELECT record_id, position, type, flags, raw, canonical FROM loading_value "
    "WHERE record_id BETWEEN $1 AND $2",
    "INSERT INTO record_search (canonical, record_id) SELECT DISTINCT canonical, record_id "
    "FROM loading_value WHERE record_id BETWEEN $1 AND $2 ORDER BY canonical, record_id",
    "DELETE FROM loading_value WHERE record_id BETWEEN $1 AND $2",
    "DELETE FROM loading_offence WHERE record_id BETWEEN $1 AND $2",
    "DELETE FROM loading_record WHERE id BETWEEN $1 AND $2",
};

/* The numbers of the first changes, up to `max` of them. PLM_E_NOT_FOUND: there is none. */
static plm_status find_changes(plm_store *store, int64_t max, int64_t *first, int64_t *last,
                               int64_t *n)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT min(id), max(id), count(*) FROM (SELECT id FROM loading_record "
                      "ORDER BY id LIMIT $1) AS c",
                      "i", max);
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        *first = d->column_int(s, 0);
        *last = d->column_int(s, 1);
        *n = d->column_int(s, 2);
    }
    d->reset(s);
    return status == PLM_OK && *n == 0 ? PLM_E_NOT_FOUND : status;
}

plm_status plm_loading_apply(plm_store *store, int64_t max, int64_t *n)
{
    int64_t first = 0;
    int64_t last = 0;
    *n = 0;
    plm_status status = find_changes(store, max, &first, &last, n);
    for (size_t i = 0; status == PLM_OK && i < sizeof steps / sizeof *steps; i++) {
        status = plm_sql_run(store, steps[i], "ii", first, last);
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status apply_piece(plm_store *store, const plm_loading *loading, int64_t *n)
{
    plm_status status = plm_store_begin(store);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_loading_check(store, loading);
    if (status == PLM_OK) {
        status = plm_loading_apply(store, APPLY_AT_ONCE, n);
    }
    if (status == PLM_OK && *n == 0) {
        status = plm_sql_run(store, "DELETE FROM loading", "");
    }
    return plm_store_leave(store, true, status);
}

plm_status plm_loading_settle(plm_store *store, const plm_loading *loading, plm_loading_fn *fn,
                              void *context)
{
    int64_t total = 0;
    int64_t n = 1;
    plm_status status = store->driver->set_load_mode(store->db, PLM_LOAD_SETTLE);
    if (status == PLM_OK) {
        status = plm_sql_int(store, &total, "SELECT count(*) FROM loading_record", "");
    }
    for (int64_t done = 0; status == PLM_OK && n > 0; done += n) {
        status = apply_piece(store, loading, &n);
        store->driver->pause(store->db);
        if (fn != NULL) {
            /* The load is done for: it can't be given up any more. */
            plm_status told = fn(context, "changes", (uint64_t)(done + n), (uint64_t)total);
            (void)told;
        }
    }
    plm_status ended = store->driver->set_load_mode(store->db, PLM_LOAD_NONE);
    return status == PLM_OK ? ended : status;
}

/* --- what a load brought that is to go --- */

/* Records of the load with the highest numbers; *n: how many numbers. */
static plm_status remove_records(plm_store *store, const plm_loading *loading, int64_t *n)
{
    static const char *const parts[] = {
        "DELETE FROM record_value WHERE record_id BETWEEN $1 AND $2",
        "DELETE FROM record_offence WHERE record_id BETWEEN $1 AND $2",
        "DELETE FROM record WHERE id BETWEEN $1 AND $2",
    };
    int64_t last = 0;
    plm_status status = plm_sql_int(store, &last, "SELECT coalesce(max(id), 0) FROM record", "");
    int64_t first = last - REMOVE_AT_ONCE + 1;
    first = first > loading->first_record ? first : loading->first_record;
    *n = last >= first ? last - first + 1 : 0;
    for (size_t i = 0; status == PLM_OK && *n > 0 && i < sizeof parts / sizeof *parts; i++) {
        status = plm_sql_run(store, parts[i], "ii", first, last);
    }
    return status;
}

/* Up to REMOVE_AT_ONCE changes with their parts. */
static plm_status remove_changes(plm_store *store, int64_t *n)
{
    static const char *const parts[] = {
        "DELETE FROM loading_value WHERE record_id BETWEEN $1 AND $2",
        "DELETE FROM loading_offence WHERE record_id BETWEEN $1 AND $2",
        "DELETE FROM loading_record WHERE id BETWEEN $1 AND $2",
    };
    int64_t first = 0;
    int64_t last = 0;
    plm_status status = find_changes(store, REMOVE_AT_ONCE, &first, &last, n);
    for (size_t i = 0; status == PLM_OK && i < sizeof parts / sizeof *parts; i++) {
        status = plm_sql_run(store, parts[i], "ii", first, last);
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status remove_refusals(plm_store *store, const plm_loading *loading, int64_t *n)
{
    plm_status status = plm_sql_int(
        store, n, "SELECT count(*) FROM (SELECT id FROM quarantine WHERE id >= $1 LIMIT $2) AS q",
        "ii", loading->first_quarantine, (int64_t)REMOVE_AT_ONCE);
    if (status == PLM_OK && *n > 0) {
        status = plm_sql_run(store,
                             "DELETE FROM quarantine WHERE id IN "
                             "(SELECT id FROM quarantine WHERE id >= $1 ORDER BY id LIMIT $2)",
                             "ii", loading->first_quarantine, (int64_t)REMOVE_AT_ONCE);
    }
    return status;
}

static plm_status remove_load(plm_store *store, const plm_loading *loading)
{
    plm_status status = PLM_OK;
    if (loading->is_new) {
        status =
            plm_sql_run(store, "DELETE FROM register WHERE id = $1", "i", loading->register_id);
    }
    return status == PLM_OK ? plm_sql_run(store, "DELETE FROM loading", "") : status;
}

static plm_status remove_piece(plm_store *store, const plm_loading *loading, int64_t *n)
{
    plm_status status = plm_store_begin(store);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_loading_check(store, loading);
    if (status == PLM_OK) {
        status = remove_records(store, loading, n);
    }
    if (status == PLM_OK && *n == 0) {
        status = remove_changes(store, n);
    }
    if (status == PLM_OK && *n == 0) {
        status = remove_refusals(store, loading, n);
    }
    if (status == PLM_OK && *n == 0) {
        status = remove_load(store, loading);
    }
    return plm_store_leave(store, true, status);
}

plm_status plm_loading_remove(plm_store *store, plm_loading *loading)
{
    int64_t n = 1;
    plm_status status = store->driver->set_load_mode(store->db, PLM_LOAD_FILL);
    if (status == PLM_OK && loading->state == PLM_LOADING_SEARCHING) {
        status = plm_loading_remove_search(store, loading);
    }
    while (status == PLM_OK && n > 0) {
        status = remove_piece(store, loading, &n);
        store->driver->pause(store->db);
    }
    plm_status ended = store->driver->set_load_mode(store->db, PLM_LOAD_NONE);
    return status == PLM_OK ? ended : status;
}
