/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.c - opening, transactions, settings.
 */
#include "crypto/sign.h"
#include "store/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool plm_store_is_postgresql(const char *where)
{
    return strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
}

void plm_store_shown(char *out, size_t size, const char *where)
{
    const bool is_uri = plm_store_is_postgresql(where);
    const char *user = is_uri ? strstr(where, "://") + 3 : where;
    const char *at = is_uri ? strrchr(user, '@') : NULL;
    const char *colon = at != NULL ? (const char *)memchr(user, ':', (size_t)(at - user)) : NULL;
    const char *rest = colon != NULL ? at : where;
    const char *query = strchr(rest, '?');
    const bool may_tell =
        query == NULL || (strstr(query, "password") == NULL && !strchr(query, '%'));
    const size_t n = is_uri && !may_tell ? (size_t)(query - rest) : strlen(rest);
    (void)snprintf(out, size, "%.*s%s%.*s%s", colon != NULL ? (int)(colon - where) : 0, where,
                   colon != NULL ? ":..." : "", (int)n, rest, rest[n] != '\0' ? "?..." : "");
}

void plm_migration_digest(char out[static 65], const plm_migration *m)
{
    uint8_t digest[32];
    plm_hash256(digest, plm_span_str(m->sql));
    plm_hex_encode(out, digest, sizeof digest);
}

plm_status plm_store_open(plm_store **out, const char *where, bool create, char *error)
{
    plm_store *store = (plm_store *)calloc(1, sizeof *store);
    if (store == NULL) {
        (void)snprintf(error, PLM_STORE_ERROR_MAX, "out of memory");
        return PLM_E_NOMEM;
    }
    plm_status status;
    if (plm_store_is_postgresql(where)) {
        store->driver = &plm_postgresql_driver;
        status = plm_postgresql_open(&store->db, where, create, error, PLM_STORE_ERROR_MAX);
    } else {
        store->driver = &plm_sqlite_driver;
        status = plm_sqlite_open(&store->db, where, create, error, PLM_STORE_ERROR_MAX);
    }
    if (status != PLM_OK) {
        free(store);
        return status;
    }
    *out = store;
    return PLM_OK;
}

plm_status plm_store_open_beside(plm_store **out, plm_store *store)
{
    if (store->driver->open_beside == NULL) {
        return PLM_E_NOT_FOUND;
    }
    plm_store *beside = (plm_store *)calloc(1, sizeof *beside);
    if (beside == NULL) {
        return PLM_E_NOMEM;
    }
    beside->driver = store->driver;
    plm_status status = store->driver->open_beside(store->db, &beside->db);
    if (status != PLM_OK) {
        free(beside);
        return status;
    }
    *out = beside;
    return PLM_OK;
}

void plm_store_close(plm_store *store)
{
    if (store == NULL) {
        return;
    }
    plm_store_rollback(store);
    for (size_t i = 0; i < store->n_cached; i++) {
        store->driver->finalize(store->cache[i].statement);
    }
    store->driver->close(store->db);
    free(store);
}

const char *plm_store_error(const plm_store *store)
{
    return store->driver->error(store->db);
}

size_t plm_store_files(plm_store *store, char out[PLM_STORE_FILES_MAX][PATH_MAX])
{
    return store->driver->files != NULL ? store->driver->files(store->db, out, PLM_STORE_FILES_MAX)
                                        : 0;
}

const char *plm_store_words(const plm_store *store, plm_status status)
{
    const char *words = status == PLM_E_STORE ? plm_store_error(store) : "";
    return words[0] != '\0' ? words : plm_status_sentence(status);
}

plm_status plm_store_is_durable(plm_store *store, bool *yes)
{
    int64_t n = 0;
    plm_status status = plm_sql_int(store, &n, store->driver->is_durable, "");
    *yes = n != 0;
    return status;
}

plm_status plm_store_is_writable(plm_store *store, bool *yes)
{
    int64_t n = 0;
    plm_status status = plm_sql_int(store, &n, store->driver->is_writable, "");
    *yes = n != 0;
    return status;
}

plm_status plm_store_begin(plm_store *store)
{
    if (store->in_transaction) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = store->driver->begin(store->db, true);
    store->in_transaction = status == PLM_OK;
    return status;
}

plm_status plm_store_commit(plm_store *store)
{
    if (!store->in_transaction) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = store->driver->commit(store->db);
    if (status == PLM_OK) {
        store->in_transaction = false;
    }
    return status;
}

void plm_store_rollback(plm_store *store)
{
    if (store->in_transaction) {
        for (size_t i = 0; i < store->n_cached; i++) {
            store->driver->reset(store->cache[i].statement);
        }
        store->driver->rollback(store->db);
        store->in_transaction = false;
    }
}

plm_status plm_store_enter(plm_store *store, bool *mine)
{
    *mine = !store->in_transaction;
    return *mine ? plm_store_begin(store) : PLM_OK;
}

plm_status plm_store_leave(plm_store *store, bool mine, plm_status status)
{
    if (!mine) {
        return status;
    }
    if (status == PLM_OK) {
        status = plm_store_commit(store);
    }
    if (status != PLM_OK) {
        plm_store_rollback(store);
    }
    return status;
}

plm_status plm_store_put_setting(plm_store *store, const char *key, const char *value)
{
    return plm_sql_run(store,
                       "INSERT INTO setting (key, value) VALUES ($1, $2) "
                       "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                       "tt", key, value);
}

plm_status plm_store_get_setting(plm_store *store, const char *key, plm_buf *out)
{
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT value FROM setting WHERE key = $1", "t", key);
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        const char *value = store->driver->column_text(s, 0);
        status = plm_buf_append(out, value, strlen(value));
    }
    store->driver->reset(s);
    return status;
}
