/* SPDX-License-Identifier: Apache-2.0 */
#include "store/carry.h"

#include "store/sql.h"

#include <stdio.h>
#include <string.h>

plm_status plm_store_carry_add(plm_store *store, const plm_carry_row *row)
{
    return plm_sql_run(store,
                       "INSERT INTO carry (id, is_asker, peer, created_ms, ended_ms, n_taken, "
                       "n_written) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                       "bitiiii", plm_span_of(row->id, sizeof row->id), (int64_t)row->is_asker,
                       row->peer, row->created_ms, row->ended_ms, (int64_t)row->n_taken,
                       (int64_t)row->n_written);
}

static plm_status read_row(plm_carry_row *out, const plm_db_driver *d, plm_statement *s)
{
    const plm_span id = d->column_bytes(s, 0);
    if (id.n != sizeof out->id) {
        return PLM_E_STORE;
    }
    memcpy(out->id, id.p, sizeof out->id);
    out->is_asker = d->column_int(s, 1) != 0;
    out->created_ms = d->column_int(s, 2);
    out->ended_ms = d->column_int(s, 3);
    out->n_taken = (uint32_t)d->column_int(s, 4);
    out->n_written = (uint32_t)d->column_int(s, 5);
    out->peer = d->column_text(s, 6);
    return PLM_OK;
}

plm_status plm_store_carry_get(plm_store *store, const uint8_t id[static 16], plm_carry_row *row,
                               char peer[static 33])
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT id, is_asker, created_ms, ended_ms, n_taken, n_written, peer "
                      "FROM carry WHERE id = $1",
                      "b", plm_span_of(id, 16));
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        status = read_row(row, d, s);
    }
    if (status == PLM_OK) {
        (void)snprintf(peer, 33, "%s", row->peer);
        row->peer = peer;
    }
    d->reset(s);
    return status;
}

plm_status plm_store_carry_update(plm_store *store, const plm_carry_row *row)
{
    return plm_sql_run(store,
                       "UPDATE carry SET ended_ms = $2, n_taken = $3, n_written = $4 WHERE id = $1",
                       "biii", plm_span_of(row->id, sizeof row->id), row->ended_ms,
                       (int64_t)row->n_taken, (int64_t)row->n_written);
}

typedef struct carry_walk {
    plm_carry_fn *fn;
    void *context;
} carry_walk;

static plm_status give_row(void *context, const plm_db_driver *d, plm_statement *s)
{
    const carry_walk *walk = (const carry_walk *)context;
    plm_carry_row row;
    plm_status status = read_row(&row, d, s);
    return status == PLM_OK ? walk->fn(walk->context, &row) : status;
}

plm_status plm_store_each_carry(plm_store *store, plm_carry_fn *fn, void *context)
{
    carry_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT id, is_asker, created_ms, ended_ms, n_taken, n_written, peer "
                      "FROM carry ORDER BY created_ms, id",
                      "");
    return status == PLM_OK ? plm_sql_rows(store, s, give_row, &walk) : status;
}

plm_status plm_store_carry_note(plm_store *store, const uint8_t id[static 16], const char *name,
                                plm_span bytes)
{
    return plm_sql_run(store, "INSERT INTO carry_note (id, name, bytes) VALUES ($1, $2, $3)", "btb",
                       plm_span_of(id, 16), name, bytes);
}

plm_status plm_store_carry_recall(plm_store *store, const uint8_t id[static 16], const char *name,
                                  plm_buf *out)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT bytes FROM carry_note WHERE id = $1 AND name = $2", "bt",
                      plm_span_of(id, 16), name);
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

plm_status plm_store_carry_forget(plm_store *store, const uint8_t id[static 16])
{
    return plm_sql_run(store, "DELETE FROM carry_note WHERE id = $1 AND name NOT LIKE 'kept.%'",
                       "b", plm_span_of(id, 16));
}
