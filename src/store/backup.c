/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backup.h"

#include "store/sql.h"

#include <string.h>

plm_status plm_store_version(plm_store *store, uint64_t *n)
{
    int64_t count = 0;
    plm_status status = plm_sql_int(store, &count, "SELECT count(*) FROM migration", "");
    if (status == PLM_OK) {
        *n = (uint64_t)count;
    }
    return status;
}

plm_status plm_backup_put(plm_store *store, const plm_backup *backup)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sql_run(store,
                         "CREATE TABLE backup (number INTEGER PRIMARY KEY, digest BLOB NOT NULL, "
                         "n_rows INTEGER NOT NULL, made_ms INTEGER NOT NULL, version INTEGER NOT "
                         "NULL, identity_key BLOB NOT NULL)",
                         "");
    if (status == PLM_OK) {
        status = plm_sql_run(store,
                             "INSERT INTO backup (number, digest, n_rows, made_ms, version, "
                             "identity_key) VALUES (1, $1, $2, $3, $4, $5)",
                             "biiib", plm_span_of(backup->content.digest, 32),
                             (int64_t)backup->content.n_rows, backup->made_ms,
                             (int64_t)backup->version, backup->key);
    }
    return plm_store_leave(store, mine, status);
}

static plm_status has_table(plm_store *store, bool *is_there)
{
    int64_t n = 0;
    plm_status status = plm_sql_int(
        store, &n, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'backup'",
        "");
    *is_there = n > 0;
    return status;
}

plm_status plm_backup_get(plm_store *store, plm_buf *key, plm_backup *out)
{
    const plm_db_driver *d = store->driver;
    bool is_there = false;
    plm_statement *s;
    plm_status status = has_table(store, &is_there);
    if (status == PLM_OK && !is_there) {
        return PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = plm_sql_start(store, &s,
                               "SELECT digest, n_rows, made_ms, version, identity_key FROM backup "
                               "WHERE number = 1",
                               "");
    }
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        plm_span digest = d->column_bytes(s, 0);
        plm_span sealed = d->column_bytes(s, 4);
        *out = (plm_backup){.content = {.n_rows = (uint64_t)d->column_int(s, 1)},
                            .made_ms = d->column_int(s, 2),
                            .version = (uint64_t)d->column_int(s, 3)};
        status = digest.n == 32 ? plm_buf_append(key, sealed.p, sealed.n) : PLM_E_STORE;
        if (status == PLM_OK) {
            memcpy(out->content.digest, digest.p, 32);
            out->key = plm_buf_span(key);
        }
    }
    d->reset(s);
    return status;
}
