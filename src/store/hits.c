/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hits.c - records in common. A hit keeps nothing of the record but its number: it goes with it.
 */
#include "store/dates.h"
#include "store/sql.h"

#include <stdlib.h>
#include <string.h>

plm_status plm_store_add_hit(plm_store *store, const plm_hit *hit, plm_date retention)
{
    return plm_sql_run(store,
                       "INSERT INTO hit (run_id, record_id, rule, retention) "
                       "SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM record WHERE id = $2) "
                       "ON CONFLICT (run_id, record_id, rule) DO NOTHING",
                       "biti", plm_span_of(hit->run_id, 16), hit->record, hit->rule,
                       plm_store_date_number(retention));
}

typedef struct hit_walk {
    plm_store *store;
    plm_hit_fn *fn;
    void *context;
    plm_arena *arena;
    int64_t number; /* of the record in `stored` */
    plm_stored_record stored;
} hit_walk;

static plm_status hit_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    hit_walk *w = (hit_walk *)walk;
    plm_span run_id = d->column_bytes(s, 0);
    plm_hit hit = {.record = d->column_int(s, 1), .rule = d->column_text(s, 2)};
    if (run_id.n != sizeof hit.run_id) {
        return PLM_E_STORE;
    }
    memcpy(hit.run_id, run_id.p, run_id.n);
    if (w->number != hit.record) {
        plm_arena_reset(w->arena);
        w->number = 0;
        plm_status status = plm_store_get_record(w->store, hit.record, w->arena, &w->stored);
        if (status != PLM_OK) {
            return status == PLM_E_NOT_FOUND ? PLM_E_STORE : status;
        }
        w->number = hit.record;
    }
    return w->fn(w->context, &hit, &w->stored);
}

plm_status plm_store_each_hit(plm_store *store, const uint8_t *run_id, plm_hit_fn *fn,
                              void *context)
{
    plm_arena arena;
    plm_statement *s;
    plm_arena_init(&arena, (size_t)4 << 20);
    hit_walk walk = {.store = store, .fn = fn, .context = context, .arena = &arena};
    const plm_span id = run_id != NULL ? plm_span_of(run_id, 16) : plm_span_of(NULL, 0);
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT run_id, record_id, rule FROM hit JOIN run ON run.id = hit.run_id "
                      "WHERE length($1) = 0 OR run_id = $1 "
                      "ORDER BY run.started_ms, run_id, record_id, rule",
                      "b", id);
    if (status == PLM_OK) {
        status = plm_sql_walk(store, s, hit_row, &walk);
    }
    plm_arena_wipe(&arena);
    return status;
}
