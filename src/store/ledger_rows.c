/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_rows.c - the rows of the ledger and of its tree; what they mean is ledger/'s.
 */
#include "store/rows.h"

#include <string.h>

enum {
    NODE_BYTES = 32
};

plm_status plm_store_append_ledger(plm_store *store, const plm_ledger_row *row)
{
    return plm_sql_run(store,
                       "INSERT INTO ledger (sequence, time_ms, kind, body, hash) "
                       "VALUES ($1, $2, $3, $4, $5)",
                       "iitbb", (int64_t)row->sequence, row->time_ms, row->kind, row->body,
                       plm_span_of(row->hash, sizeof row->hash));
}

plm_status plm_store_ledger_head(plm_store *store, uint64_t *sequence, uint8_t hash[static 32])
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT sequence, hash FROM ledger ORDER BY sequence DESC LIMIT 1", "");
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        plm_span stored = d->column_bytes(s, 1);
        if (stored.n == 32) {
            *sequence = (uint64_t)d->column_int(s, 0);
            memcpy(hash, stored.p, 32);
        } else {
            status = PLM_E_STORE;
        }
    } else if (status == PLM_E_NOT_FOUND) {
        *sequence = 0;
        memset(hash, 0, 32);
        status = PLM_OK;
    }
    d->reset(s);
    return status;
}

typedef struct ledger_walk {
    plm_ledger_fn *fn;
    void *context;
} ledger_walk;

void plm_row_ledger(plm_ledger_row *out, const plm_db_driver *d, plm_statement *s)
{
    plm_span hash = d->column_bytes(s, 4);
    plm_span kind = d->column_bytes(s, 2);
    plm_ledger_row row = {.sequence = (uint64_t)d->column_int(s, 0),
                          .time_ms = d->column_int(s, 1),
                          .kind = d->column_text(s, 2),
                          .body = d->column_bytes(s, 3),
                          .nodes = d->column_bytes(s, 5)};
    /* Text behind a NUL would be seen by nobody. */
    if (row.kind != NULL && strlen(row.kind) != kind.n) {
        row.kind = NULL;
    }
    /* A hash of another length was tampered with: leave zeroes, so that no check can pass. */
    if (hash.n == sizeof row.hash) {
        memcpy(row.hash, hash.p, hash.n);
    }
    *out = row;
}

static plm_status ledger_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const ledger_walk *w = (const ledger_walk *)walk;
    plm_ledger_row row;
    plm_row_ledger(&row, d, s);
    return w->fn(w->context, &row);
}

plm_status plm_store_ledger_range(plm_store *store, uint64_t first, uint64_t last,
                                  plm_ledger_fn *fn, void *context)
{
    ledger_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT " PLM_LEDGER_COLUMNS
                      " WHERE l.sequence >= $1 AND l.sequence <= $2 ORDER BY l.sequence",
                      "ii", first > INT64_MAX ? INT64_MAX : (int64_t)first,
                      last > INT64_MAX ? INT64_MAX : (int64_t)last);
    return status == PLM_OK ? plm_sql_walk(store, s, ledger_row, &walk) : status;
}

plm_status plm_store_each_ledger(plm_store *store, plm_ledger_fn *fn, void *context)
{
    ledger_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT " PLM_LEDGER_COLUMNS " ORDER BY l.sequence", "");
    return status == PLM_OK ? plm_sql_walk(store, s, ledger_row, &walk) : status;
}

plm_status plm_store_put_tree(plm_store *store, uint64_t sequence, plm_span nodes)
{
    return plm_sql_run(store, "INSERT INTO ledger_tree (sequence, nodes) VALUES ($1, $2)", "ib",
                       (int64_t)sequence, nodes);
}

plm_status plm_store_tree_size(plm_store *store, uint64_t *sequence)
{
    int64_t last;
    plm_status status =
        plm_sql_int(store, &last, "SELECT coalesce(max(sequence), 0) FROM ledger_tree", "");
    if (status == PLM_OK) {
        *sequence = (uint64_t)last;
    }
    return status;
}

plm_status plm_store_get_tree_node(plm_store *store, unsigned level, uint64_t index,
                                   uint8_t out[static 32])
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT nodes FROM ledger_tree WHERE sequence = $1", "i",
                      (int64_t)((index + 1) << level));
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        plm_span nodes = d->column_bytes(s, 0);
        if (nodes.n >= ((size_t)level + 1) * NODE_BYTES) {
            memcpy(out, nodes.p + (size_t)level * NODE_BYTES, NODE_BYTES);
        } else {
            status = PLM_E_STORE;
        }
    }
    d->reset(s);
    return status;
}
