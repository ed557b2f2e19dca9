/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heads.c - heads of ledgers: ours, who countersigned them, other parties', and what did not fit.
 */
#include "store/sql.h"

plm_status plm_store_put_head(plm_store *store, uint64_t size, plm_span bytes, int64_t now_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO ledger_head (size, signed, time_ms) VALUES ($1, $2, $3) "
                       "ON CONFLICT (size) DO NOTHING",
                       "ibi", (int64_t)size, bytes, now_ms);
}

plm_status plm_store_put_witness(plm_store *store, uint64_t size, const char *party,
                                 const uint8_t identity[static 32], plm_span bytes, int64_t now_ms)
{
    return plm_sql_run(
        store,
        "INSERT INTO ledger_witness (size, party, identity, signed, received_ms) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (size, party) DO UPDATE SET identity = "
        "excluded.identity, signed = excluded.signed, received_ms = excluded.received_ms",
        "itbbi", (int64_t)size, party, plm_span_of(identity, 32), bytes, now_ms);
}

plm_status plm_store_put_peer_head(plm_store *store, const char *party,
                                   const uint8_t identity[static 32], uint64_t size, plm_span bytes,
                                   int64_t now_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO peer_head (party, identity, size, signed, seen_ms) "
                       "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (party) DO UPDATE SET identity = "
                       "excluded.identity, size = excluded.size, signed = excluded.signed, "
                       "seen_ms = excluded.seen_ms WHERE excluded.size > peer_head.size",
                       "tbibi", party, plm_span_of(identity, 32), (int64_t)size, bytes, now_ms);
}

plm_status plm_store_put_finding(plm_store *store, const plm_stored_head *finding)
{
    return plm_sql_run(
        store,
        "INSERT INTO peer_finding (party, verdict, head_before, head_after, identity, size_after, "
        "found_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (party) DO UPDATE SET "
        "verdict = excluded.verdict, head_before = excluded.head_before, head_after = "
        "excluded.head_after, identity = excluded.identity, size_after = excluded.size_after, "
        "found_ms = excluded.found_ms",
        "tibbbii", finding->party, (int64_t)finding->verdict, finding->before, finding->bytes,
        finding->identity, (int64_t)finding->size, finding->time_ms);
}

typedef struct head_walk {
    plm_head_fn *fn;
    void *context;
} head_walk;

/* Columns: size, party, identity, bytes, time, before, verdict; all walks below select these. */
static plm_status head_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const head_walk *w = (const head_walk *)walk;
    const plm_stored_head head = {.size = (uint64_t)d->column_int(s, 0),
                                  .party = d->column_text(s, 1),
                                  .identity = d->column_bytes(s, 2),
                                  .bytes = d->column_bytes(s, 3),
                                  .time_ms = d->column_int(s, 4),
                                  .before = d->column_bytes(s, 5),
                                  .verdict = (uint8_t)d->column_int(s, 6)};
    return w->fn(w->context, &head);
}

static plm_status walk_heads(plm_store *store, const char *sql, plm_head_fn *fn, void *context)
{
    head_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s, sql, "");
    return status == PLM_OK ? plm_sql_walk(store, s, head_row, &walk) : status;
}

plm_status plm_store_each_head(plm_store *store, plm_head_fn *fn, void *context)
{
    static const char sql[] = "SELECT size, NULL, '', signed, time_ms, '', 0 FROM ledger_head "
                              "ORDER BY size";
    return walk_heads(store, sql, fn, context);
}

plm_status plm_store_each_witness(plm_store *store, plm_head_fn *fn, void *context)
{
    static const char sql[] = "SELECT size, party, identity, signed, received_ms, '', 0 "
                              "FROM ledger_witness ORDER BY size, party";
    return walk_heads(store, sql, fn, context);
}

plm_status plm_store_each_peer_head(plm_store *store, plm_head_fn *fn, void *context)
{
    static const char sql[] = "SELECT size, party, identity, signed, seen_ms, '', 0 "
                              "FROM peer_head ORDER BY party";
    return walk_heads(store, sql, fn, context);
}

plm_status plm_store_each_finding(plm_store *store, plm_head_fn *fn, void *context)
{
    static const char sql[] = "SELECT size_after, party, identity, head_after, found_ms, "
                              "head_before, verdict FROM peer_finding ORDER BY party";
    return walk_heads(store, sql, fn, context);
}

/* The first column of the first row, appended to out. */
static plm_status take_bytes(plm_store *store, plm_statement *s, plm_buf *out)
{
    const plm_db_driver *d = store->driver;
    plm_status status = d->step(s);
    if (status == PLM_OK) {
        plm_span bytes = d->column_bytes(s, 0);
        status = plm_buf_append(out, bytes.p, bytes.n);
    }
    d->reset(s);
    return status;
}

plm_status plm_store_get_head(plm_store *store, uint64_t size, plm_buf *out)
{
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s, "SELECT signed FROM ledger_head WHERE size = $1",
                                      "i", (int64_t)size);
    return status == PLM_OK ? take_bytes(store, s, out) : status;
}

plm_status plm_store_get_peer_head(plm_store *store, const char *party, plm_buf *out)
{
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT signed FROM peer_head WHERE party = $1", "t", party);
    return status == PLM_OK ? take_bytes(store, s, out) : status;
}

plm_status plm_store_get_finding(plm_store *store, const char *party, uint8_t *verdict)
{
    int64_t value;
    plm_status status =
        plm_sql_int(store, &value, "SELECT verdict FROM peer_finding WHERE party = $1", "t", party);
    if (status == PLM_OK) {
        *verdict = (uint8_t)value;
    }
    return status;
}

plm_status plm_store_close_finding(plm_store *store, const char *party, int64_t now_ms)
{
    bool mine;
    uint8_t verdict;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_get_finding(store, party, &verdict);
    if (status == PLM_OK) {
        status = plm_sql_run(
            store,
            "INSERT INTO peer_head (party, identity, size, signed, seen_ms) "
            "SELECT party, identity, size_after, head_after, $2 FROM peer_finding WHERE party = $1 "
            "ON CONFLICT (party) DO UPDATE SET identity = excluded.identity, size = excluded.size, "
            "signed = excluded.signed, seen_ms = excluded.seen_ms",
            "ti", party, now_ms);
    }
    if (status == PLM_OK) {
        status = plm_sql_run(store, "DELETE FROM peer_finding WHERE party = $1", "t", party);
    }
    return plm_store_leave(store, mine, status);
}
