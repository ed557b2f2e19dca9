/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bases.c - what the matching engine keeps between two runs with the same peer.
 */
#include "store/sql.h"

static const int64_t most_ms = INT64_C(86400000) * PLM_STORE_BASE_DAYS;

/* Appends the base to out; its time in *created_ms. */
static plm_status read_base(plm_store *store, plm_span identity, bool is_receiver, plm_buf *out,
                            int64_t *created_ms)
{
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT bytes, created_ms FROM base WHERE identity = $1 AND is_receiver = $2",
        "bi", identity, (int64_t)is_receiver);
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        plm_span bytes = store->driver->column_bytes(s, 0);
        *created_ms = store->driver->column_int(s, 1);
        status = plm_buf_append(out, bytes.p, bytes.n);
    }
    store->driver->reset(s);
    return status;
}

plm_status plm_store_base_take(plm_store *store, const uint8_t identity[static 32],
                               bool is_receiver, int64_t now_ms, plm_buf *out, int64_t *created_ms)
{
    const plm_span key = plm_span_of(identity, 32);
    int64_t created = 0;
    plm_status status = plm_store_begin(store);
    if (status != PLM_OK) {
        return status;
    }
    plm_buf_clear(out);
    status = read_base(store, key, is_receiver, out, &created);
    bool is_good = status == PLM_OK && created <= now_ms && now_ms - created <= most_ms;
    if (status == PLM_OK || status == PLM_E_LIMIT) {
        status = plm_sql_run(store, "DELETE FROM base WHERE identity = $1 AND is_receiver = $2",
                             "bi", key, (int64_t)is_receiver);
    }
    if (status == PLM_OK) {
        status = plm_store_commit(store);
    }
    if (status != PLM_OK) {
        plm_store_rollback(store);
    } else if (!is_good) {
        status = PLM_E_NOT_FOUND;
    }
    if (status != PLM_OK) {
        plm_buf_clear(out);
        return status;
    }
    *created_ms = created;
    return PLM_OK;
}

plm_status plm_store_base_put(plm_store *store, const char *peer, const uint8_t identity[static 32],
                              bool is_receiver, plm_span bytes, int64_t created_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO base (identity, is_receiver, peer, bytes, created_ms) "
                       "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (identity, is_receiver) DO UPDATE "
                       "SET peer = excluded.peer, bytes = excluded.bytes, "
                       "created_ms = excluded.created_ms",
                       "bitbi", plm_span_of(identity, 32), (int64_t)is_receiver, peer, bytes,
                       created_ms);
}

plm_status plm_store_base_expire(plm_store *store, int64_t now_ms)
{
    const int64_t oldest_ms = now_ms - most_ms;
    int64_t expired = 0;
    /* Most often there is nothing, and then nobody who writes is waited for. */
    plm_status status =
        plm_sql_int(store, &expired, "SELECT EXISTS (SELECT 1 FROM base WHERE created_ms < $1)",
                    "i", oldest_ms);
    return status == PLM_OK && expired != 0
               ? plm_sql_run(store, "DELETE FROM base WHERE created_ms < $1", "i", oldest_ms)
               : status;
}
