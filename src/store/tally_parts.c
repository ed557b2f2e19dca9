/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_parts.c - what stands beside a tally's row: words of the parties, lists on their way.
 */
#include "store/tallies.h"

#include "store/sql.h"

plm_status plm_store_add_tally_word(plm_store *store, const uint8_t id[static 16], unsigned place,
                                    int64_t kind, plm_span bytes)
{
    return plm_sql_run(store,
                       "INSERT INTO tally_word (tally_id, place, kind, bytes) VALUES ($1, $2, $3, "
                       "$4)",
                       "biib", plm_span_of(id, 16), (int64_t)place, kind, bytes);
}

plm_status plm_store_get_tally_word(plm_store *store, const uint8_t id[static 16], unsigned place,
                                    int64_t kind, plm_buf *out)
{
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT bytes FROM tally_word WHERE tally_id = $1 AND place = $2 AND kind = $3",
        "bii", plm_span_of(id, 16), (int64_t)place, kind);
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

plm_status plm_store_set_tally_hop(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                   unsigned hop)
{
    return plm_sql_run(store,
                       "INSERT INTO tally_list (tally_id, owner, hop) VALUES ($1, $2, $3) "
                       "ON CONFLICT (tally_id, owner) DO UPDATE SET hop = excluded.hop",
                       "bii", plm_span_of(id, 16), (int64_t)owner, (int64_t)hop);
}

plm_status plm_store_get_tally_hop(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                   unsigned *hop)
{
    int64_t value = 0;
    plm_status status =
        plm_sql_int(store, &value, "SELECT hop FROM tally_list WHERE tally_id = $1 AND owner = $2",
                    "bi", plm_span_of(id, 16), (int64_t)owner);
    if (status == PLM_OK || status == PLM_E_NOT_FOUND) {
        *hop = (unsigned)value;
        return PLM_OK;
    }
    return status;
}

plm_status plm_store_add_tally_piece(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                     unsigned hop, unsigned number, unsigned n_pieces,
                                     plm_span bytes)
{
    return plm_sql_run(store,
                       "INSERT INTO tally_piece (tally_id, owner, hop, number, n_pieces, bytes) "
                       "VALUES ($1, $2, $3, $4, $5, $6)",
                       "biiiib", plm_span_of(id, 16), (int64_t)owner, (int64_t)hop, (int64_t)number,
                       (int64_t)n_pieces, bytes);
}

plm_status plm_store_has_tally_list(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                    unsigned hop, bool *is_whole)
{
    int64_t whole = 0;
    plm_status status =
        plm_sql_int(store, &whole,
                    "SELECT CASE WHEN count(*) > 0 AND count(*) = min(n_pieces) AND "
                    "min(n_pieces) = max(n_pieces) THEN 1 ELSE 0 END FROM tally_piece "
                    "WHERE tally_id = $1 AND owner = $2 AND hop = $3",
                    "bii", plm_span_of(id, 16), (int64_t)owner, (int64_t)hop);
    if (status == PLM_OK) {
        *is_whole = whole != 0;
    }
    return status;
}

typedef struct piece_walk {
    plm_tally_piece_fn *fn;
    void *context;
} piece_walk;

static plm_status piece_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const piece_walk *w = (const piece_walk *)walk;
    return w->fn(w->context, d->column_bytes(s, 0));
}

plm_status plm_store_each_tally_piece(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                      unsigned hop, plm_tally_piece_fn *fn, void *context)
{
    piece_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s,
                                      "SELECT bytes FROM tally_piece WHERE tally_id = $1 AND "
                                      "owner = $2 AND hop = $3 ORDER BY number",
                                      "bii", plm_span_of(id, 16), (int64_t)owner, (int64_t)hop);
    return status == PLM_OK ? plm_sql_walk(store, s, piece_row, &walk) : status;
}

plm_status plm_store_drop_tally_pieces(plm_store *store, const uint8_t id[static 16], int owner,
                                       unsigned hop)
{
    return plm_sql_run(store,
                       "DELETE FROM tally_piece WHERE tally_id = $1 AND ($2 < 0 OR "
                       "(owner = $2 AND hop = $3))",
                       "bii", plm_span_of(id, 16), (int64_t)owner, (int64_t)hop);
}
