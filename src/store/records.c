/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records.c - putting, deleting and counting records.
 */
#include "store/records.h"
#include "store/dates.h"
#include "store/loading.h"
#include "store/sql.h"

#include <string.h>

enum {
    EXPIRE_AT_ONCE = 2000 /* records in one transaction: others write in between */
};

plm_status plm_record_find(plm_store *store, int64_t register_id, const char *source_id,
                           const uint8_t digest[static 32], int64_t *number, bool *is_same)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT id, digest FROM record WHERE register_id = $1 AND source_id = $2", "it",
        register_id, source_id);
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        *number = d->column_int(s, 0);
        *is_same = plm_span_equal(d->column_bytes(s, 1), plm_span_of(digest, 32));
    }
    d->reset(s);
    return status;
}

static plm_status put_parts(plm_store *store, int64_t number, const plm_record *record)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < record->n_offences; i++) {
        status = plm_sql_run(
            store, "INSERT INTO record_offence (record_id, position, code) VALUES ($1, $2, $3)",
            "iit", number, (int64_t)i, record->offences[i]);
    }
    for (size_t i = 0; status == PLM_OK && i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        status = plm_sql_run(store,
                             "INSERT INTO record_value (record_id, position, type, flags, raw, "
                             "canonical) VALUES ($1, $2, $3, $4, $5, $6)",
                             "iititt", number, (int64_t)i, plm_ident_type_name(v->type),
                             (int64_t)v->flags, v->raw, v->canonical);
        if (status == PLM_OK) {
            status = plm_sql_run(store,
                                 "INSERT INTO record_search (canonical, record_id) VALUES ($1, $2) "
                                 "ON CONFLICT DO NOTHING",
                                 "ti", v->canonical, number);
        }
    }
    return status;
}

static plm_status insert_record(plm_store *store, int64_t register_id, const plm_record *r,
                                const uint8_t digest[static 32], int64_t now_ms)
{
    int64_t number;
    plm_status status = plm_sql_int(
        store, &number,
        "INSERT INTO record (register_id, source_id, kind, role, is_minor, is_assessment, grading, "
        "retention, digest, loaded_ms, sex, exploitation, year) VALUES ($1, $2, $3, $4, $5, $6, "
        "$7, $8, $9, $10, $11, $12, $13) RETURNING id",
        "itttiitibiiii", register_id, r->id, plm_kind_name(r->kind), plm_role_name(r->role),
        (int64_t)r->is_minor, (int64_t)r->is_assessment, r->grading,
        plm_store_date_number(r->retention), plm_span_of(digest, 32), now_ms, (int64_t)r->facts.sex,
        (int64_t)r->facts.exploitation, (int64_t)r->facts.year);
    return status == PLM_OK ? put_parts(store, number, r) : status;
}

plm_status plm_record_replace(plm_store *store, int64_t number, const plm_record *r,
                              const uint8_t digest[static 32], int64_t now_ms)
{
    plm_status status = plm_sql_run(
        store,
        "UPDATE record SET kind = $2, role = $3, is_minor = $4, is_assessment = $5, grading = $6, "
        "retention = $7, digest = $8, loaded_ms = $9, sex = $10, exploitation = $11, year = $12 "
        "WHERE id = $1",
        "ittiitibiiii", number, plm_kind_name(r->kind), plm_role_name(r->role),
        (int64_t)r->is_minor, (int64_t)r->is_assessment, r->grading,
        plm_store_date_number(r->retention), plm_span_of(digest, 32), now_ms, (int64_t)r->facts.sex,
        (int64_t)r->facts.exploitation, (int64_t)r->facts.year);
    if (status == PLM_OK) {
        status = plm_sql_run(store, "DELETE FROM record_offence WHERE record_id = $1", "i", number);
    }
    if (status == PLM_OK) {
        status = plm_sql_run(store, "DELETE FROM record_value WHERE record_id = $1", "i", number);
    }
    return status == PLM_OK ? put_parts(store, number, r) : status;
}

plm_status plm_store_put_record(plm_store *store, int64_t register_id, const plm_record *record,
                                int64_t now_ms, plm_put_result *result)
{
    uint8_t digest[32];
    int64_t number = 0;
    bool is_same = false;
    bool mine;
    plm_put_result done = PLM_PUT_UNCHANGED;
    plm_record_digest(digest, record);
    plm_status status = plm_loading_mend(store);
    if (status == PLM_OK) {
        status = plm_store_enter(store, &mine);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = plm_loading_is_in_the_way(store, 0);
    if (status == PLM_OK) {
        status = plm_record_find(store, register_id, record->id, digest, &number, &is_same);
    }
    if (status == PLM_E_NOT_FOUND) {
        done = PLM_PUT_INSERTED;
        status = insert_record(store, register_id, record, digest, now_ms);
    } else if (status == PLM_OK && !is_same) {
        done = PLM_PUT_UPDATED;
        status = plm_record_replace(store, number, record, digest, now_ms);
    }
    status = plm_store_leave(store, mine, status);
    if (status == PLM_OK) {
        *result = done;
    }
    return status;
}

plm_status plm_store_count_records(plm_store *store, uint64_t *n)
{
    int64_t count;
    plm_status status =
        plm_sql_int(store, &count, "SELECT count(*) FROM record WHERE " PLM_SEEN_RECORD, "");
    if (status == PLM_OK) {
        *n = (uint64_t)count;
    }
    return status;
}

#define DUE_RECORDS \
    "SELECT id FROM record WHERE retention > 0 AND retention < $1 AND " PLM_SEEN_RECORD

/* The deletions themselves, in a transaction; of records up to `max`, those that are due longest.
 */
static plm_status delete_expired(plm_store *store, int64_t day, int64_t max, plm_expired *expired)
{
    int64_t n_records = 0;
    int64_t n_hits = 0;
    plm_status status =
        plm_sql_int(store, &n_records, "SELECT count(*) FROM (" DUE_RECORDS " LIMIT $2) AS due",
                    "ii", day, max);
    if (status == PLM_OK) {
        status = plm_sql_int(store, &n_hits,
                             "SELECT count(*) FROM hit WHERE retention > 0 AND retention < $1", "i",
                             day);
    }
    if (status == PLM_OK && n_records > 0) {
        status = plm_sql_run(store,
                             "DELETE FROM record WHERE id IN (" DUE_RECORDS
                             " ORDER BY retention, id LIMIT $2)",
                             "ii", day, max);
    }
    if (status == PLM_OK && n_hits > 0) {
        status =
            plm_sql_run(store, "DELETE FROM hit WHERE retention > 0 AND retention < $1", "i", day);
    }
    *expired = (plm_expired){(uint64_t)n_records, (uint64_t)n_hits};
    return status;
}

/* In a transaction of its own, unless it is in one. */
static plm_status expire_some(plm_store *store, int64_t day, int64_t max, plm_expired_fn *fn,
                              void *context, plm_expired *expired)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = delete_expired(store, day, max, expired);
    if (status == PLM_OK && fn != NULL && expired->n_records + expired->n_hits > 0) {
        status = fn(context, expired);
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_store_expire_telling(plm_store *store, plm_date today, plm_expired_fn *fn,
                                    void *context, uint64_t *n)
{
    const int64_t day = plm_store_date_number(today);
    const int64_t max = store->in_transaction ? INT64_MAX : EXPIRE_AT_ONCE;
    int64_t is_due = 0;
    uint64_t total = 0;
    plm_status status = plm_store_base_expire(store, plm_date_days(today) * 86400000);
    if (status == PLM_OK) {
        status = plm_loading_mend(store);
    }
    /* Most often there is nothing, and then nobody who writes is waited for. */
    if (status == PLM_OK) {
        status = plm_sql_int(store, &is_due,
                             "SELECT EXISTS (" DUE_RECORDS ") OR EXISTS "
                             "(SELECT 1 FROM hit WHERE retention > 0 AND retention < $1)",
                             "i", day);
    }
    for (bool is_done = is_due == 0; status == PLM_OK && !is_done;) {
        plm_expired expired = {0, 0};
        status = expire_some(store, day, max, fn, context, &expired);
        total += expired.n_records;
        is_done = expired.n_records < (uint64_t)max;
        store->driver->pause(store->db);
    }
    if (status == PLM_OK) {
        *n = total;
    }
    return status;
}

plm_status plm_store_expire(plm_store *store, plm_date today, uint64_t *n)
{
    return plm_store_expire_telling(store, today, NULL, NULL, n);
}
