/* SPDX-License-Identifier: Apache-2.0 */
#include "store/requests.h"

#include "store/dates.h"
#include "store/rows.h"

#include <string.h>

plm_status plm_store_add_request(plm_store *store, const plm_request_row *row)
{
    return plm_sql_run(store,
                       "INSERT INTO request (id, is_ours, peer, accord_hash, kind, is_offer, "
                       "is_urgent, state, sent_ms, due_ms, alarm, changed_ms, draft) "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                       "bitbiiiiiiiib", plm_span_of(row->id, 16), (int64_t)row->is_ours, row->peer,
                       plm_span_of(row->accord_hash, 32), row->kind, (int64_t)row->is_offer,
                       (int64_t)row->is_urgent, row->state, row->sent_ms, row->due_ms, row->alarm,
                       row->changed_ms, row->draft);
}

plm_status plm_store_update_request(plm_store *store, const plm_request_row *row)
{
    return plm_sql_run(store,
                       "UPDATE request SET accord_hash = $2, kind = $3, is_offer = $4, "
                       "is_urgent = $5, state = $6, sent_ms = $7, due_ms = $8, alarm = $9, "
                       "changed_ms = $10, draft = $11 WHERE id = $1",
                       "bbiiiiiiiib", plm_span_of(row->id, 16), plm_span_of(row->accord_hash, 32),
                       row->kind, (int64_t)row->is_offer, (int64_t)row->is_urgent, row->state,
                       row->sent_ms, row->due_ms, row->alarm, row->changed_ms, row->draft);
}

plm_status plm_row_request(plm_request_row *out, const plm_db_driver *d, plm_statement *s)
{
    plm_span id = d->column_bytes(s, 0);
    plm_span accord_hash = d->column_bytes(s, 3);
    plm_request_row row = {.is_ours = d->column_int(s, 1) != 0,
                           .peer = d->column_text(s, 2),
                           .kind = d->column_int(s, 4),
                           .is_offer = d->column_int(s, 5) != 0,
                           .is_urgent = d->column_int(s, 6) != 0,
                           .state = d->column_int(s, 7),
                           .sent_ms = d->column_int(s, 8),
                           .due_ms = d->column_int(s, 9),
                           .alarm = d->column_int(s, 10),
                           .changed_ms = d->column_int(s, 11),
                           .draft = d->column_bytes(s, 12)};
    if (id.n != sizeof row.id || accord_hash.n != sizeof row.accord_hash) {
        return PLM_E_STORE;
    }
    memcpy(row.id, id.p, id.n);
    memcpy(row.accord_hash, accord_hash.p, accord_hash.n);
    *out = row;
    return PLM_OK;
}

typedef struct request_walk {
    plm_request_fn *fn;
    void *context;
} request_walk;

static plm_status request_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const request_walk *w = (const request_walk *)walk;
    plm_request_row row;
    plm_status status = plm_row_request(&row, d, s);
    return status == PLM_OK ? w->fn(w->context, &row) : status;
}

plm_status plm_store_each_request(plm_store *store, plm_request_fn *fn, void *context)
{
    request_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT " PLM_REQUEST_COLUMNS " FROM request ORDER BY changed_ms, id", "");
    return status == PLM_OK ? plm_sql_walk(store, s, request_row, &walk) : status;
}

plm_status plm_store_get_request(plm_store *store, const uint8_t id[static 16], plm_arena *arena,
                                 plm_request_row *out)
{
    plm_statement *s;
    plm_request_row row;
    plm_status status =
        plm_sql_start(store, &s, "SELECT " PLM_REQUEST_COLUMNS " FROM request WHERE id = $1", "b",
                      plm_span_of(id, 16));
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        status = plm_row_request(&row, store->driver, s);
    }
    if (status == PLM_OK) {
        row.peer = plm_arena_string(arena, plm_span_str(row.peer));
        const char *draft = plm_arena_string(arena, row.draft);
        row.draft.p = (const uint8_t *)draft;
        status = row.peer != NULL && draft != NULL ? PLM_OK : PLM_E_NOMEM;
    }
    store->driver->reset(s);
    if (status == PLM_OK) {
        *out = row;
    }
    return status;
}

plm_status plm_store_add_step(plm_store *store, const plm_step_row *row)
{
    return plm_sql_run(store,
                       "INSERT INTO request_step (request_id, side, sequence, id, action, seen, "
                       "is_void, time_ms, signed, content, retention, erased) "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                       "biibiiiibbii", plm_span_of(row->request_id, 16), row->side, row->sequence,
                       plm_span_of(row->id, 32), row->action, row->seen, (int64_t)row->is_void,
                       row->time_ms, row->signed_body, row->content,
                       plm_store_date_number(row->retention), row->erased);
}

typedef struct step_walk {
    plm_step_fn *fn;
    void *context;
} step_walk;

#define STEP_COLUMNS                                                                    \
    "request_id, side, sequence, id, action, seen, is_void, time_ms, signed, content, " \
    "retention, erased"

static plm_status step_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const step_walk *w = (const step_walk *)walk;
    plm_span request_id = d->column_bytes(s, 0);
    plm_span id = d->column_bytes(s, 3);
    plm_step_row row = {.side = d->column_int(s, 1),
                        .sequence = d->column_int(s, 2),
                        .action = d->column_int(s, 4),
                        .seen = d->column_int(s, 5),
                        .is_void = d->column_int(s, 6) != 0,
                        .time_ms = d->column_int(s, 7),
                        .signed_body = d->column_bytes(s, 8),
                        .content = d->column_bytes(s, 9),
                        .retention = plm_store_date_of(d->column_int(s, 10)),
                        .erased = d->column_int(s, 11)};
    if (request_id.n != sizeof row.request_id || id.n != sizeof row.id) {
        return PLM_E_STORE;
    }
    memcpy(row.request_id, request_id.p, request_id.n);
    memcpy(row.id, id.p, id.n);
    return w->fn(w->context, &row);
}

plm_status plm_store_each_step(plm_store *store, const uint8_t request_id[static 16],
                               plm_step_fn *fn, void *context)
{
    step_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s,
                                      "SELECT " STEP_COLUMNS
                                      " FROM request_step WHERE request_id = $1 ORDER BY side, "
                                      "sequence",
                                      "b", plm_span_of(request_id, 16));
    return status == PLM_OK ? plm_sql_walk(store, s, step_row, &walk) : status;
}

plm_status plm_store_set_void(plm_store *store, const uint8_t step_id[static 32], bool is_void)
{
    return plm_sql_run(store, "UPDATE request_step SET is_void = $2 WHERE id = $1", "bi",
                       plm_span_of(step_id, 32), (int64_t)is_void);
}

plm_status plm_store_request_of_step(plm_store *store, const uint8_t step_id[static 32],
                                     uint8_t request_id[static 16])
{
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT request_id FROM request_step WHERE id = $1", "b",
                      plm_span_of(step_id, 32));
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        plm_span id = store->driver->column_bytes(s, 0);
        if (id.n == 16) {
            memcpy(request_id, id.p, 16);
        } else {
            status = PLM_E_STORE;
        }
    }
    store->driver->reset(s);
    return status;
}

plm_status plm_store_erase_step(plm_store *store, const uint8_t step_id[static 32], plm_erased why,
                                bool *did)
{
    const plm_span key = plm_span_of(step_id, 32);
    int64_t erased = 0;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sql_int(store, &erased, "SELECT erased FROM request_step WHERE id = $1", "b", key);
    if (status == PLM_OK && erased == PLM_ERASED_NOT) {
        status =
            plm_sql_run(store, "UPDATE request_step SET content = $2, erased = $3 WHERE id = $1",
                        "bbi", key, plm_span_of(NULL, 0), (int64_t)why);
    }
    if (status == PLM_OK) {
        status = plm_sql_run(store, "DELETE FROM request_chunk WHERE step_id = $1", "b", key);
    }
    if (status == PLM_OK) {
        *did = erased == PLM_ERASED_NOT;
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_store_each_expired_step(plm_store *store, plm_date today, plm_step_fn *fn,
                                       void *context)
{
    step_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s,
                                      "SELECT " STEP_COLUMNS
                                      " FROM request_step WHERE retention > 0 AND retention < $1 "
                                      "AND erased = 0 ORDER BY request_id, side, sequence",
                                      "i", plm_store_date_number(today));
    return status == PLM_OK ? plm_sql_walk(store, s, step_row, &walk) : status;
}

plm_status plm_store_add_chunk(plm_store *store, const uint8_t step_id[static 32], uint32_t number,
                               plm_span bytes)
{
    return plm_sql_run(store,
                       "INSERT INTO request_chunk (step_id, number, bytes) VALUES ($1, $2, $3)",
                       "bib", plm_span_of(step_id, 32), (int64_t)number, bytes);
}

plm_status plm_store_count_chunks(plm_store *store, const uint8_t step_id[static 32], uint64_t *n)
{
    int64_t count = 0;
    plm_status status =
        plm_sql_int(store, &count, "SELECT count(*) FROM request_chunk WHERE step_id = $1", "b",
                    plm_span_of(step_id, 32));
    if (status == PLM_OK) {
        *n = (uint64_t)count;
    }
    return status;
}

plm_status plm_store_get_chunk(plm_store *store, const uint8_t step_id[static 32], uint32_t number,
                               plm_buf *out)
{
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT bytes FROM request_chunk WHERE step_id = $1 AND number = $2", "bi",
        plm_span_of(step_id, 32), (int64_t)number);
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        plm_span bytes = store->driver->column_bytes(s, 0);
        status = plm_buf_append(out, bytes.p, bytes.n);
    }
    store->driver->reset(s);
    return status;
}
