/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"

#include <stdarg.h>
#include <string.h>

/*
 * After its database has rolled back by itself each statement would be a transaction of its own:
 * whoever did not look at an error would write one half of what belongs together.
 */
static plm_status find_statement(plm_store *store, plm_statement **out, const char *sql)
{
    if (store->in_transaction && store->driver->has_given_up != NULL &&
        store->driver->has_given_up(store->db)) {
        return PLM_E_STORE;
    }
    for (size_t i = 0; i < store->n_cached; i++) {
        if (store->cache[i].sql == sql) {
            *out = store->cache[i].statement;
            store->driver->reset(*out);
            return PLM_OK;
        }
    }
    if (store->n_cached == PLM_STORE_STATEMENTS_MAX) {
        return PLM_E_LIMIT;
    }
    plm_status status = store->driver->prepare(store->db, sql, out);
    if (status == PLM_OK) {
        store->cache[store->n_cached].sql = sql;
        store->cache[store->n_cached].statement = *out;
        store->n_cached++;
    }
    return status;
}

static plm_status bind_all(plm_store *store, plm_statement *s, const char *types, va_list args)
{
    plm_status status = PLM_OK;
    for (int i = 1; *types != '\0' && status == PLM_OK; i++, types++) {
        if (*types == 'i') {
            status = store->driver->bind_int(s, i, va_arg(args, int64_t));
        } else if (*types == 't') {
            status = store->driver->bind_text(s, i, va_arg(args, const char *));
        } else {
            status = store->driver->bind_bytes(s, i, va_arg(args, plm_span));
        }
    }
    return status;
}

static plm_status start(plm_store *store, plm_statement **out, const char *sql, const char *types,
                        va_list args)
{
    plm_status status = find_statement(store, out, sql);
    if (status == PLM_OK) {
        status = bind_all(store, *out, types, args);
    }
    return status;
}

plm_status plm_sql_start(plm_store *store, plm_statement **out, const char *sql, const char *types,
                         ...)
{
    va_list args;
    va_start(args, types);
    plm_status status = start(store, out, sql, types, args);
    va_end(args);
    return status;
}

plm_status plm_sql_run(plm_store *store, const char *sql, const char *types, ...)
{
    plm_statement *s;
    va_list args;
    va_start(args, types);
    plm_status status = start(store, &s, sql, types, args);
    va_end(args);
    if (status == PLM_OK) {
        status = store->driver->step(s);
        store->driver->reset(s);
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

plm_status plm_sql_int(plm_store *store, int64_t *out, const char *sql, const char *types, ...)
{
    plm_statement *s;
    va_list args;
    va_start(args, types);
    plm_status status = start(store, &s, sql, types, args);
    va_end(args);
    if (status == PLM_OK) {
        status = store->driver->step(s);
        if (status == PLM_OK) {
            *out = store->driver->column_int(s, 0);
        }
        store->driver->reset(s);
    }
    return status;
}

plm_status plm_sql_rows(plm_store *store, plm_statement *s, plm_sql_row_fn *row, void *walk)
{
    plm_status status;
    while ((status = store->driver->step(s)) == PLM_OK) {
        status = row(walk, store->driver, s);
        if (status != PLM_OK) {
            store->driver->reset(s);
            return status;
        }
    }
    store->driver->reset(s);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

plm_status plm_sql_walk(plm_store *store, plm_statement *s, plm_sql_row_fn *row, void *walk)
{
    store->driver->walk(s);
    return plm_sql_rows(store, s, row, walk);
}

plm_status plm_sql_bytes(const plm_db_driver *d, plm_statement *s, int column, uint8_t *out,
                         size_t n)
{
    const plm_span bytes = d->column_bytes(s, column);
    if (bytes.n != n) {
        return PLM_E_STORE;
    }
    memcpy(out, bytes.p, n);
    return PLM_OK;
}
