/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accords.c - adopted accords, their ratifications and denunciations, as the bytes that were
 * signed.
 */
#include "store/sql.h"

plm_status plm_store_put_accord(plm_store *store, const uint8_t hash[static 32], plm_span bytes,
                                int64_t now_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO accord (hash, bytes, adopted_ms) VALUES ($1, $2, $3) "
                       "ON CONFLICT (hash) DO NOTHING",
                       "bbi", plm_span_of(hash, 32), bytes, now_ms);
}

plm_status plm_store_get_accord(plm_store *store, const uint8_t hash[static 32], plm_buf *out)
{
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s, "SELECT bytes FROM accord WHERE hash = $1", "b",
                                      plm_span_of(hash, 32));
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

plm_status plm_store_put_ratification(plm_store *store, const uint8_t accord_hash[static 32],
                                      const char *party, plm_span document, int64_t now_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO ratification (accord_hash, party, document, received_ms) "
                       "VALUES ($1, $2, $3, $4) ON CONFLICT (accord_hash, party) DO NOTHING",
                       "btbi", plm_span_of(accord_hash, 32), party, document, now_ms);
}

typedef struct accord_walk {
    plm_accord_fn *fn;
    void *context;
} accord_walk;

static plm_status accord_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const accord_walk *w = (const accord_walk *)walk;
    plm_span hash = d->column_bytes(s, 0);
    if (hash.n != 32) {
        return PLM_E_STORE;
    }
    return w->fn(w->context, hash.p, d->column_bytes(s, 1), d->column_int(s, 2));
}

plm_status plm_store_each_accord(plm_store *store, plm_accord_fn *fn, void *context)
{
    accord_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT hash, bytes, adopted_ms FROM accord ORDER BY adopted_ms, hash", "");
    return status == PLM_OK ? plm_sql_walk(store, s, accord_row, &walk) : status;
}

typedef struct ratification_walk {
    plm_ratification_fn *fn;
    void *context;
} ratification_walk;

static plm_status ratification_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const ratification_walk *w = (const ratification_walk *)walk;
    return w->fn(w->context, d->column_text(s, 0), d->column_bytes(s, 1), d->column_int(s, 2));
}

plm_status plm_store_put_denunciation(plm_store *store, const uint8_t accord_hash[static 32],
                                      const char *party, plm_span document, int64_t now_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO denunciation (accord_hash, party, document, received_ms) "
                       "VALUES ($1, $2, $3, $4) ON CONFLICT (accord_hash, party) DO NOTHING",
                       "btbi", plm_span_of(accord_hash, 32), party, document, now_ms);
}

plm_status plm_store_each_denunciation(plm_store *store, const uint8_t accord_hash[static 32],
                                       plm_ratification_fn *fn, void *context)
{
    ratification_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s,
                                      "SELECT party, document, received_ms FROM denunciation "
                                      "WHERE accord_hash = $1 ORDER BY party",
                                      "b", plm_span_of(accord_hash, 32));
    return status == PLM_OK ? plm_sql_walk(store, s, ratification_row, &walk) : status;
}

plm_status plm_store_put_amendment(plm_store *store, const uint8_t accord_hash[static 32],
                                   const uint8_t amends[static 32])
{
    return plm_sql_run(store,
                       "INSERT INTO amendment (accord_hash, amends) VALUES ($1, $2) "
                       "ON CONFLICT (accord_hash) DO NOTHING",
                       "bb", plm_span_of(accord_hash, 32), plm_span_of(amends, 32));
}

plm_status plm_store_each_successor(plm_store *store, const uint8_t accord_hash[static 32],
                                    plm_accord_fn *fn, void *context)
{
    accord_walk walk = {fn, context};
    plm_statement *s;
    /* UNION, not UNION ALL: ends even where a store was made to name accords in a circle. */
    plm_status status = plm_sql_start(
        store, &s,
        "WITH RECURSIVE later (hash) AS (SELECT accord_hash FROM amendment WHERE amends = $1 "
        "UNION SELECT accord_hash FROM amendment JOIN later ON amends = later.hash) "
        "SELECT accord.hash, bytes, adopted_ms FROM accord JOIN later ON accord.hash = later.hash "
        "ORDER BY adopted_ms, accord.hash",
        "b", plm_span_of(accord_hash, 32));
    return status == PLM_OK ? plm_sql_walk(store, s, accord_row, &walk) : status;
}

plm_status plm_store_each_ratification(plm_store *store, const uint8_t accord_hash[static 32],
                                       plm_ratification_fn *fn, void *context)
{
    ratification_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s,
                                      "SELECT party, document, received_ms FROM ratification "
                                      "WHERE accord_hash = $1 ORDER BY party",
                                      "b", plm_span_of(accord_hash, 32));
    return status == PLM_OK ? plm_sql_walk(store, s, ratification_row, &walk) : status;
}
