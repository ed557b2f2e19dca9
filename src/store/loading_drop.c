/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loading_drop.c - deleting a register, and the entries of record_search of many records.
 *
 * Entries go in their own order, before the records they are of, so that each page of record_search
 * is written once; by the trigger, which comes to them record by record, each would be written
 * again and again.
 */
#include "store/loading.h"
#include "store/lookups.h"
#include "store/sql.h"

#include "crypto/sign.h"

enum {
    LOCK_WAIT_MS = 10000,
    AT_ONCE_MAX = 20000, /* records of a register that is deleted in one transaction */
    ENTRIES_AT_ONCE = 16384,
    RECORDS_AT_ONCE = 4000,
    TEXT_MAX = 1 << 20
};

/* --- entries for searching, in order --- */

/* Behind the entry of that value and record. */
typedef struct place {
    plm_buf canonical; /* with a zero byte behind it */
    int64_t record;
} place;

static plm_status set_place(place *p, plm_span canonical, int64_t record)
{
    p->canonical.n = 0;
    p->record = record;
    plm_status status = plm_buf_append(&p->canonical, canonical.p, canonical.n);
    return status == PLM_OK ? plm_buf_append_u8(&p->canonical, 0) : status;
}

/* The last of the next ENTRIES_AT_ONCE. PLM_E_NOT_FOUND: there are no more. */
static plm_status find_next(plm_store *store, const place *from, place *to)
{
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT canonical, record_id FROM (SELECT canonical, record_id "
        "FROM record_search WHERE (canonical, record_id) > ($1, $2) "
        "ORDER BY canonical, record_id LIMIT $3) AS e "
        "ORDER BY canonical DESC, record_id DESC LIMIT 1",
        "tii", (const char *)from->canonical.data, from->record, (int64_t)ENTRIES_AT_ONCE);
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        status = set_place(to, store->driver->column_bytes(s, 0), store->driver->column_int(s, 1));
    }
    store->driver->reset(s);
    return status;
}

#define DELETE_ENTRIES                                                   \
    "DELETE FROM record_search WHERE (canonical, record_id) > ($1, $2) " \
    "AND (canonical, record_id) <= ($3, $4) AND "
/* Scalar, since a planner may answer a join by reading all records. */
static const char of_register[] = DELETE_ENTRIES
    "(SELECT register_id FROM record WHERE record.id = record_search.record_id) = $5";
static const char of_load[] = DELETE_ENTRIES "record_id >= $5";

/* *from moves on; PLM_E_NOT_FOUND: it was at the end. */
static plm_status delete_entries(plm_store *store, const plm_loading *loading, place *from)
{
    const bool is_drop = loading->state == PLM_LOADING_DROPPING;
    place to = {.record = 0};
    plm_buf_init(&to.canonical, TEXT_MAX);
    plm_status status = find_next(store, from, &to);
    if (status == PLM_OK) {
        status = plm_sql_run(store, is_drop ? of_register : of_load, "titii",
                             (const char *)from->canonical.data, from->record,
                             (const char *)to.canonical.data, to.record,
                             is_drop ? loading->register_id : loading->first_record);
    }
    if (status == PLM_OK) {
        status = set_place(from, plm_span_str((const char *)to.canonical.data), to.record);
    }
    plm_buf_wipe(&to.canonical);
    return status;
}

/* --- records --- */

/* The last of the next RECORDS_AT_ONCE, of any register. PLM_E_NOT_FOUND: there are no more. */
static plm_status find_records(plm_store *store, int64_t from, int64_t *to)
{
    return plm_sql_int(store, to,
                       "SELECT id FROM (SELECT id FROM record WHERE id > $1 ORDER BY id LIMIT $2) "
                       "AS r ORDER BY id DESC LIMIT 1",
                       "ii", from, (int64_t)RECORDS_AT_ONCE);
}

static plm_status delete_records(plm_store *store, const plm_loading *loading, int64_t *from)
{
    static const char *const steps[] = {
        "DELETE FROM record_value WHERE record_id > $1 AND record_id <= $2 AND "
        "(SELECT register_id FROM record WHERE record.id = record_value.record_id) = $3",
        "DELETE FROM record_offence WHERE record_id > $1 AND record_id <= $2 AND "
        "(SELECT register_id FROM record WHERE record.id = record_offence.record_id) = $3",
        "DELETE FROM record WHERE id > $1 AND id <= $2 AND register_id = $3",
    };
    int64_t to = 0;
    plm_status status = find_records(store, *from, &to);
    for (size_t i = 0; status == PLM_OK && i < sizeof steps / sizeof *steps; i++) {
        status = plm_sql_run(store, steps[i], "iii", *from, to, loading->register_id);
    }
    *from = to;
    return status;
}

/* --- pieces --- */

/* How far a walk over entries, or over records, is. */
typedef struct progress {
    const plm_loading *loading;
    place entry;
    int64_t record;
} progress;

typedef plm_status piece_fn(plm_store *store, progress *p);

static plm_status entries_piece(plm_store *store, progress *p)
{
    return delete_entries(store, p->loading, &p->entry);
}

static plm_status records_piece(plm_store *store, progress *p)
{
    return delete_records(store, p->loading, &p->record);
}

/* Each in a transaction of its own, until there are no more. */
static plm_status in_pieces(plm_store *store, progress *p, piece_fn *fn)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = plm_store_begin(store);
        if (status != PLM_OK) {
            return status;
        }
        status = plm_loading_check(store, p->loading);
        if (status == PLM_OK) {
            status = fn(store, p);
        }
        status = plm_store_leave(store, true, status);
        store->driver->pause(store->db);
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

plm_status plm_loading_remove_search(plm_store *store, const plm_loading *loading)
{
    progress p = {.loading = loading};
    plm_buf_init(&p.entry.canonical, TEXT_MAX);
    plm_status status = set_place(&p.entry, plm_span_str(""), 0);
    if (status == PLM_OK) {
        status = in_pieces(store, &p, entries_piece);
    }
    plm_buf_wipe(&p.entry.canonical);
    return status;
}

static plm_status end_drop(plm_store *store, const plm_loading *loading)
{
    plm_status status = plm_store_begin(store);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_loading_check(store, loading);
    if (status == PLM_OK) {
        status =
            plm_sql_run(store, "DELETE FROM register WHERE id = $1", "i", loading->register_id);
    }
    if (status == PLM_OK) {
        status = plm_sql_run(store, "DELETE FROM loading", "");
    }
    return plm_store_leave(store, true, status);
}

plm_status plm_loading_drop(plm_store *store, const plm_loading *loading)
{
    progress p = {.loading = loading};
    plm_status status = store->driver->set_load_mode(store->db, PLM_LOAD_DROP);
    if (status == PLM_OK) {
        status = plm_loading_remove_search(store, loading);
    }
    if (status == PLM_OK) {
        status = in_pieces(store, &p, records_piece);
    }
    plm_status ended = store->driver->set_load_mode(store->db, PLM_LOAD_NONE);
    status = status == PLM_OK ? ended : status;
    return status == PLM_OK ? end_drop(store, loading) : status;
}

/* --- a register --- */

static plm_status find_register(plm_store *store, const char *name, plm_loading *out)
{
    return plm_sql_int(store, &out->register_id,
                       "SELECT id FROM register WHERE name = $1 AND " PLM_SEEN_REGISTER, "t", name);
}

/* With all it holds, at once. */
static plm_status drop_at_once(plm_store *store, const plm_loading *l)
{
    plm_status status =
        plm_sql_run(store, "DELETE FROM record WHERE register_id = $1", "i", l->register_id);
    return status == PLM_OK
               ? plm_sql_run(store, "DELETE FROM register WHERE id = $1", "i", l->register_id)
               : status;
}

/* What others see of it goes; the rest is seen by nobody, by the row of `loading`. */
static plm_status begin_drop(plm_store *store, const plm_loading *l)
{
    plm_status status =
        plm_sql_run(store,
                    "DELETE FROM hit WHERE "
                    "(SELECT register_id FROM record WHERE record.id = hit.record_id) = $1",
                    "i", l->register_id);
    if (status == PLM_OK) {
        status = plm_sql_run(store, "DELETE FROM quarantine WHERE register_id = $1", "i",
                             l->register_id);
    }
    if (status == PLM_OK) {
        status = plm_store_note_dropped(store, l->register_id);
    }
    return status == PLM_OK
               ? plm_sql_run(store,
                             "INSERT INTO loading (id, token, state, register_id, is_new, "
                             "first_record, first_quarantine, now_ms) "
                             "VALUES (1, $1, 'dropping', $2, 0, $3, $3, 0)",
                             "iii", l->token, l->register_id, INT64_MAX)
               : status;
}

typedef plm_status drop_fn(plm_store *store, const plm_loading *loading);

/* Within the caller's transaction, or one of its own. */
static plm_status drop_in_transaction(plm_store *store, const char *name, plm_loading *l,
                                      drop_fn *drop, plm_dropped_fn *fn, void *context)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = find_register(store, name, l);
    if (status == PLM_OK) {
        status = plm_loading_is_in_the_way(
            store, l->state == PLM_LOADING_DROPPING ? PLM_LOADING_ANY : l->register_id);
    }
    if (status == PLM_OK) {
        status = drop(store, l);
    }
    if (status == PLM_OK && fn != NULL) {
        status = fn(context);
    }
    return plm_store_leave(store, mine, status);
}

static plm_status drop_in_pieces(plm_store *store, const char *name, plm_dropped_fn *fn,
                                 void *context)
{
    plm_loading l = {.state = PLM_LOADING_DROPPING, .first_record = INT64_MAX};
    plm_status status = store->driver->lock_load(store->db, LOCK_WAIT_MS);
    if (status != PLM_OK) {
        return status == PLM_E_EXISTS ? PLM_E_STORE : status;
    }
    plm_random(&l.token, sizeof l.token);
    status = plm_loading_mend_locked(store);
    if (status == PLM_OK) {
        status = drop_in_transaction(store, name, &l, begin_drop, fn, context);
    }
    if (status == PLM_OK) {
        status = plm_loading_drop(store, &l);
    }
    store->driver->unlock_load(store->db);
    return status;
}

plm_status plm_loading_drop_register(plm_store *store, const char *name, int64_t at_once,
                                     plm_dropped_fn *fn, void *context)
{
    plm_loading l = {.state = PLM_LOADING_FILLING};
    int64_t n = 0;
    plm_status status = plm_loading_mend(store);
    if (status == PLM_OK && !store->in_transaction) {
        status = plm_sql_int(store, &n,
                             "SELECT count(*) FROM (SELECT record.id FROM register JOIN record "
                             "ON record.register_id = register.id WHERE register.name = $1 "
                             "LIMIT $2) AS r",
                             "ti", name, at_once + 1);
    }
    if (status != PLM_OK) {
        return status;
    }
    return n > at_once ? drop_in_pieces(store, name, fn, context)
                       : drop_in_transaction(store, name, &l, drop_at_once, fn, context);
}

plm_status plm_store_drop_register(plm_store *store, const char *name, plm_dropped_fn *fn,
                                   void *context)
{
    return plm_loading_drop_register(store, name, AT_ONCE_MAX, fn, context);
}
