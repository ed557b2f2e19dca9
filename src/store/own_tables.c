/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_tables.c - tables that accords name by their hash and that do not ship with the program.
 */
#include "store/sql.h"

plm_status plm_store_put_table(plm_store *store, const plm_stored_table *table)
{
    return plm_sql_run(store,
                       "INSERT INTO own_table (hash, kind, name, bytes, added_ms) "
                       "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hash) DO NOTHING",
                       "bttbi", plm_span_of(table->hash, 32), table->kind, table->name,
                       table->bytes, table->added_ms);
}

plm_status plm_store_get_table(plm_store *store, const uint8_t hash[static 32], const char *kind,
                               plm_buf *out)
{
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT bytes FROM own_table WHERE hash = $1 AND kind = $2", "bt",
                      plm_span_of(hash, 32), kind);
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        const plm_span bytes = store->driver->column_bytes(s, 0);
        status = plm_buf_append(out, bytes.p, bytes.n);
    }
    store->driver->reset(s);
    return status;
}

plm_status plm_store_drop_table(plm_store *store, const uint8_t hash[static 32])
{
    int64_t n;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sql_int(store, &n, "SELECT 1 FROM own_table WHERE hash = $1", "b",
                         plm_span_of(hash, 32));
    if (status == PLM_OK) {
        status =
            plm_sql_run(store, "DELETE FROM own_table WHERE hash = $1", "b", plm_span_of(hash, 32));
    }
    return plm_store_leave(store, mine, status);
}

typedef struct table_walk {
    plm_table_fn *fn;
    void *context;
} table_walk;

static plm_status table_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const table_walk *w = (const table_walk *)walk;
    const plm_span hash = d->column_bytes(s, 0);
    if (hash.n != 32) {
        return PLM_E_STORE;
    }
    const plm_stored_table table = {.hash = hash.p,
                                    .kind = d->column_text(s, 1),
                                    .name = d->column_text(s, 2),
                                    .bytes = d->column_bytes(s, 3),
                                    .added_ms = d->column_int(s, 4)};
    return w->fn(w->context, &table);
}

plm_status plm_store_each_table(plm_store *store, plm_table_fn *fn, void *context)
{
    table_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT hash, kind, name, bytes, added_ms FROM own_table ORDER BY name, hash",
        "");
    return status == PLM_OK ? plm_sql_walk(store, s, table_row, &walk) : status;
}
