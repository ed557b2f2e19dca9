/* SPDX-License-Identifier: Apache-2.0 */
/*
 * releases.c - keys of links, and the batches that follow a run.
 */
#include "base/ct.h"
#include "store/sql.h"

#include <string.h>

plm_status plm_store_put_link_key(plm_store *store, const uint8_t run_id[static 16],
                                  const uint8_t key[static 32])
{
    return plm_sql_run(store, "INSERT INTO run_link (run_id, key) VALUES ($1, $2)", "bb",
                       plm_span_of(run_id, 16), plm_span_of(key, 32));
}

static plm_status key_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    plm_span key = d->column_bytes(s, 0);
    if (key.n != 32) {
        return PLM_E_STORE;
    }
    memcpy(walk, key.p, key.n);
    return PLM_E_EXISTS; /* found: ends the walk */
}

/* A walk that ends with its first row. */
static plm_status one_row(plm_store *store, plm_statement *s, plm_sql_row_fn *row, void *walk)
{
    plm_status status = plm_sql_rows(store, s, row, walk);
    if (status == PLM_OK) {
        return PLM_E_NOT_FOUND;
    }
    return status == PLM_E_EXISTS ? PLM_OK : status;
}

plm_status plm_store_get_link_key(plm_store *store, const uint8_t run_id[static 16],
                                  uint8_t key[static 32])
{
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s, "SELECT key FROM run_link WHERE run_id = $1", "b",
                                      plm_span_of(run_id, 16));
    return status == PLM_OK ? one_row(store, s, key_row, key) : status;
}

plm_status plm_store_drop_link_key(plm_store *store, const uint8_t run_id[static 16])
{
    return plm_sql_run(store, "DELETE FROM run_link WHERE run_id = $1", "b",
                       plm_span_of(run_id, 16));
}

plm_status plm_store_put_release(plm_store *store, const plm_run_release *r)
{
    return plm_sql_run(store,
                       "INSERT INTO run_release (run_id, is_holder, slots, every_ms, n_batches, "
                       "next, since_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                       "biiiiii", plm_span_of(r->run_id, 16), (int64_t)r->is_holder,
                       (int64_t)r->slots, r->every_ms, (int64_t)r->n_batches, (int64_t)r->next,
                       r->since_ms);
}

static plm_status release_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    plm_run_release *r = (plm_run_release *)walk;
    plm_span id = d->column_bytes(s, 0);
    if (id.n != sizeof r->run_id) {
        return PLM_E_STORE;
    }
    memcpy(r->run_id, id.p, id.n);
    r->is_holder = d->column_int(s, 1) != 0;
    r->slots = (uint16_t)d->column_int(s, 2);
    r->every_ms = d->column_int(s, 3);
    r->n_batches = (uint16_t)d->column_int(s, 4);
    r->next = (uint16_t)d->column_int(s, 5);
    r->since_ms = d->column_int(s, 6);
    return PLM_E_EXISTS;
}

plm_status plm_store_get_release(plm_store *store, const uint8_t run_id[static 16],
                                 plm_run_release *out)
{
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s,
                                      "SELECT run_id, is_holder, slots, every_ms, n_batches, next, "
                                      "since_ms FROM run_release WHERE run_id = $1",
                                      "b", plm_span_of(run_id, 16));
    return status == PLM_OK ? one_row(store, s, release_row, out) : status;
}

plm_status plm_store_due_release(plm_store *store, int64_t now_ms, plm_run_release *out)
{
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT run_id, is_holder, slots, every_ms, n_batches, next, since_ms FROM run_release "
        "WHERE is_holder = 1 AND next < n_batches AND since_ms + every_ms * (next + 1) <= $1 "
        "ORDER BY since_ms + every_ms * (next + 1), run_id LIMIT 1",
        "i", now_ms);
    return status == PLM_OK ? one_row(store, s, release_row, out) : status;
}

plm_status plm_store_step_release(plm_store *store, const uint8_t run_id[static 16], uint16_t next)
{
    int64_t n;
    plm_status status =
        plm_sql_int(store, &n,
                    "UPDATE run_release SET next = next + 1 WHERE run_id = $1 AND next = $2 AND "
                    "next < n_batches RETURNING next",
                    "bi", plm_span_of(run_id, 16), (int64_t)next);
    return status;
}
