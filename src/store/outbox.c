/* SPDX-License-Identifier: Apache-2.0 */
#include "store/outbox.h"

#include "store/sql.h"

#include <string.h>

plm_status plm_store_outbox_put(plm_store *store, const uint8_t id[static 32], const char *peer,
                                uint8_t kind, plm_span bytes, int64_t now_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO outbox (id, peer, kind, bytes, created_ms, ended_ms, verdict, "
                       "acknowledgement) VALUES ($1, $2, $3, $4, $5, 0, 0, $6)",
                       "btibib", plm_span_of(id, 32), peer, (int64_t)kind, bytes, now_ms,
                       plm_span_of(NULL, 0));
}

plm_status plm_store_outbox_after(plm_store *store, const char *peer, int64_t *number,
                                  uint8_t id[static 32], plm_buf *out)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT id, bytes, number FROM outbox WHERE peer = $1 AND ended_ms = 0 AND "
                      "number > $2 ORDER BY number LIMIT 1",
                      "ti", peer, *number);
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        plm_span key = d->column_bytes(s, 0);
        if (key.n == 32) {
            memcpy(id, key.p, 32);
            plm_span bytes = d->column_bytes(s, 1);
            status = plm_buf_append(out, bytes.p, bytes.n);
            *number = d->column_int(s, 2);
        } else {
            status = PLM_E_STORE;
        }
    }
    d->reset(s);
    return status;
}

plm_status plm_store_outbox_next(plm_store *store, const char *peer, uint8_t id[static 32],
                                 plm_buf *out)
{
    int64_t number = 0;
    return plm_store_outbox_after(store, peer, &number, id, out);
}

plm_status plm_store_outbox_bytes(plm_store *store, const char *peer, const uint8_t id[static 32],
                                  plm_buf *out)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT bytes FROM outbox WHERE id = $1 AND peer = $2", "bt",
                      plm_span_of(id, 32), peer);
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        const plm_span bytes = d->column_bytes(s, 0);
        status = plm_buf_append(out, bytes.p, bytes.n);
    }
    d->reset(s);
    return status;
}

plm_status plm_store_outbox_end(plm_store *store, const char *peer, const uint8_t id[static 32],
                                uint8_t verdict, plm_span acknowledgement, int64_t now_ms,
                                bool *was_waiting)
{
    int64_t ended_ms = 0;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status =
        plm_sql_int(store, &ended_ms, "SELECT ended_ms FROM outbox WHERE id = $1 AND peer = $2",
                    "bt", plm_span_of(id, 32), peer);
    if (status == PLM_OK && ended_ms == 0) {
        status = plm_sql_run(store,
                             "UPDATE outbox SET ended_ms = $2, verdict = $3, acknowledgement = $4, "
                             "bytes = $5 WHERE id = $1",
                             "biibb", plm_span_of(id, 32), now_ms, (int64_t)verdict,
                             acknowledgement, plm_span_of(NULL, 0));
    }
    if (status == PLM_OK) {
        *was_waiting = ended_ms == 0;
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_store_outbox_get(plm_store *store, const uint8_t id[static 32], bool *waits,
                                uint8_t *verdict)
{
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT ended_ms, verdict FROM outbox WHERE id = $1", "b", plm_span_of(id, 32));
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        *waits = store->driver->column_int(s, 0) == 0;
        *verdict = (uint8_t)store->driver->column_int(s, 1);
    }
    store->driver->reset(s);
    return status;
}

typedef struct outgoing_walk {
    plm_outgoing_fn *fn;
    void *context;
} outgoing_walk;

static plm_status outgoing_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const outgoing_walk *w = (const outgoing_walk *)walk;
    plm_span id = d->column_bytes(s, 1);
    plm_outgoing parcel = {.number = d->column_int(s, 0),
                           .peer = d->column_text(s, 2),
                           .kind = (uint8_t)d->column_int(s, 3),
                           .created_ms = d->column_int(s, 4),
                           .ended_ms = d->column_int(s, 5),
                           .verdict = (uint8_t)d->column_int(s, 6),
                           .n_bytes = (uint64_t)d->column_int(s, 7)};
    if (id.n != sizeof parcel.id) {
        return PLM_E_STORE;
    }
    memcpy(parcel.id, id.p, id.n);
    return w->fn(w->context, &parcel);
}

plm_status plm_store_each_outgoing(plm_store *store, plm_outgoing_fn *fn, void *context)
{
    outgoing_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT number, id, peer, kind, created_ms, ended_ms, verdict, "
                      "length(bytes) FROM outbox ORDER BY number",
                      "");
    return status == PLM_OK ? plm_sql_walk(store, s, outgoing_row, &walk) : status;
}

plm_status plm_store_inbox_get(plm_store *store, const uint8_t id[static 32],
                               plm_buf *acknowledgement)
{
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s, "SELECT acknowledgement FROM inbox WHERE id = $1",
                                      "b", plm_span_of(id, 32));
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        plm_span bytes = store->driver->column_bytes(s, 0);
        status = plm_buf_append(acknowledgement, bytes.p, bytes.n);
    }
    store->driver->reset(s);
    return status;
}

plm_status plm_store_inbox_put(plm_store *store, const uint8_t id[static 32], const char *peer,
                               plm_span acknowledgement, int64_t now_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO inbox (id, peer, received_ms, acknowledgement) "
                       "VALUES ($1, $2, $3, $4)",
                       "btib", plm_span_of(id, 32), peer, now_ms, acknowledgement);
}

typedef struct waiting_walk {
    plm_waiting_fn *fn;
    void *context;
} waiting_walk;

static plm_status waiting_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const waiting_walk *w = (const waiting_walk *)walk;
    return w->fn(w->context, d->column_text(s, 0), (uint64_t)d->column_int(s, 1),
                 d->column_int(s, 2));
}

plm_status plm_store_each_waiting(plm_store *store, plm_waiting_fn *fn, void *context)
{
    waiting_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT o.peer, count(*), coalesce(max(d.next_ms), 0) FROM outbox o "
                      "LEFT JOIN delivery d ON d.peer = o.peer WHERE o.ended_ms = 0 "
                      "GROUP BY o.peer ORDER BY o.peer",
                      "");
    return status == PLM_OK ? plm_sql_walk(store, s, waiting_row, &walk) : status;
}

plm_status plm_store_delivery(plm_store *store, const char *peer, bool went_well, int64_t now_ms,
                              int64_t first_ms, int64_t most_ms)
{
    int64_t failures = 0;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status =
        plm_sql_int(store, &failures, "SELECT failures FROM delivery WHERE peer = $1", "t", peer);
    if (status == PLM_E_NOT_FOUND) {
        status = PLM_OK;
    }
    int64_t wait_ms = 0;
    if (!went_well) {
        wait_ms = first_ms;
        for (int64_t i = 0; i < failures && wait_ms < most_ms; i++) {
            wait_ms *= 2;
        }
        wait_ms = wait_ms < most_ms ? wait_ms : most_ms;
    }
    if (status == PLM_OK) {
        status = plm_sql_run(store,
                             "INSERT INTO delivery (peer, failures, next_ms) VALUES ($1, $2, $3) "
                             "ON CONFLICT (peer) DO UPDATE SET failures = excluded.failures, "
                             "next_ms = excluded.next_ms",
                             "tii", peer, went_well ? (int64_t)0 : failures + 1, now_ms + wait_ms);
    }
    return plm_store_leave(store, mine, status);
}
