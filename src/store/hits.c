/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hits.c - records in common. A hit keeps nothing of the record but its number: it goes with it.
 */
#include "store/dates.h"
#include "store/prefix.h"
#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

plm_status plm_store_add_hit(plm_store *store, const plm_hit *hit)
{
    return plm_sql_run(
        store,
        "INSERT INTO hit (run_id, number, record_id, link, grade, score, rules, words, state, "
        "cleared, officer, second, remark, peer_number, fields, outcome, retention) "
        "SELECT $1, $2, $3, $4, $5, $6, $7, $8, "
        "CASE WHEN register.format = 'seed' THEN 'known' ELSE $9 END, "
        "$10, $11, $12, $13, $14, $15, $16, $17 "
        "FROM record JOIN register ON register.id = record.register_id WHERE record.id = $3 "
        "AND " PLM_SEEN_REGISTER,
        "biibiitttitttitti", plm_span_of(hit->run_id, 16), (int64_t)hit->number, hit->record,
        plm_span_of(hit->link, hit->has_link ? sizeof hit->link : 0), (int64_t)hit->grade,
        (int64_t)hit->score, hit->rules, hit->words, hit->state, (int64_t)hit->cleared,
        hit->officer, hit->second, hit->remark, (int64_t)hit->peer_number, hit->fields,
        hit->outcome, plm_store_date_number(hit->retention));
}

plm_status plm_store_update_hit(plm_store *store, const plm_hit *hit)
{
    int64_t number;
    return plm_sql_int(store, &number,
                       "UPDATE hit SET state = $3, cleared = $4, officer = $5, second = $6, "
                       "remark = $7, outcome = $8 WHERE run_id = $1 AND number = $2 "
                       "RETURNING number",
                       "bititttt", plm_span_of(hit->run_id, 16), (int64_t)hit->number, hit->state,
                       (int64_t)hit->cleared, hit->officer, hit->second, hit->remark, hit->outcome);
}

plm_status plm_store_set_hit_state(plm_store *store, const uint8_t run_id[static 16],
                                   uint32_t number, const char *state)
{
    return plm_sql_run(store, "UPDATE hit SET state = $3 WHERE run_id = $1 AND number = $2", "bit",
                       plm_span_of(run_id, 16), (int64_t)number, state);
}

plm_status plm_store_move_hits(plm_store *store, const uint8_t run_id[static 16], const char *from,
                               const char *to, uint64_t *n)
{
    int64_t count;
    const plm_span id = plm_span_of(run_id, 16);
    plm_status status = plm_sql_int(
        store, &count, "SELECT count(*) FROM hit WHERE run_id = $1 AND state = $2", "bt", id, from);
    if (status == PLM_OK) {
        status = plm_sql_run(store, "UPDATE hit SET state = $3 WHERE run_id = $1 AND state = $2",
                             "btt", id, from, to);
    }
    if (status == PLM_OK) {
        *n = (uint64_t)count;
    }
    return status;
}

typedef struct hit_walk {
    plm_store *store;
    plm_hit_fn *fn;
    void *context;
    plm_arena *arena;
    int64_t number; /* of the record in `stored` */
    plm_stored_record stored;
} hit_walk;

plm_status plm_row_hit(plm_hit *hit, const plm_db_driver *d, plm_statement *s)
{
    const plm_span run_id = d->column_bytes(s, 0);
    const plm_span link = d->column_bytes(s, 3);
    if (run_id.n != sizeof hit->run_id || (link.n != 0 && link.n != sizeof hit->link)) {
        return PLM_E_STORE;
    }
    *hit = (plm_hit){
        .number = (uint32_t)d->column_int(s, 1),
        .record = d->column_int(s, 2),
        .has_link = link.n > 0,
        .grade = (uint8_t)d->column_int(s, 4),
        .score = (int32_t)d->column_int(s, 5),
        .rules = d->column_text(s, 6),
        .words = d->column_text(s, 7),
        .state = d->column_text(s, 8),
        .cleared = (uint32_t)d->column_int(s, 9),
        .officer = d->column_text(s, 10),
        .second = d->column_text(s, 11),
        .remark = d->column_text(s, 12),
        .peer_number = (uint32_t)d->column_int(s, 13),
        .fields = d->column_text(s, 14),
        .outcome = d->column_text(s, 15),
        .retention = plm_store_date_of(d->column_int(s, 16)),
    };
    memcpy(hit->run_id, run_id.p, run_id.n);
    if (link.n > 0) {
        memcpy(hit->link, link.p, link.n);
    }
    return PLM_OK;
}

static plm_status hit_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    hit_walk *w = (hit_walk *)walk;
    plm_hit hit;
    plm_status status = plm_row_hit(&hit, d, s);
    if (status == PLM_OK && w->number != hit.record) {
        plm_arena_reset(w->arena);
        w->number = 0;
        status = plm_store_get_record(w->store, hit.record, w->arena, &w->stored);
        w->number = status == PLM_OK ? hit.record : 0;
        status = status == PLM_E_NOT_FOUND ? PLM_E_STORE : status;
    }
    return status == PLM_OK ? w->fn(w->context, &hit, &w->stored) : status;
}

plm_status plm_store_each_hit(plm_store *store, const plm_hit_filter *filter, plm_hit_fn *fn,
                              void *context)
{
    static const plm_hit_filter any = {0};
    const plm_hit_filter *f = filter != NULL ? filter : &any;
    plm_arena arena;
    plm_statement *s;
    plm_arena_init(&arena, (size_t)4 << 20);
    hit_walk walk = {.store = store, .fn = fn, .context = context, .arena = &arena};
    const plm_span id = plm_span_of(f->run_id, f->run_id != NULL ? 16 : 0);
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT " PLM_HIT_COLUMNS " FROM hit JOIN run ON run.id = hit.run_id "
                      "WHERE (length($1) = 0 OR run_id = $1) AND ($2 = 0 OR number = $2) AND "
                      "($3 = '' OR hit.state = $3) ORDER BY run.started_ms, run_id, number",
                      "bit", id, (int64_t)f->number, f->state != NULL ? f->state : "");
    if (status == PLM_OK) {
        status = plm_sql_walk(store, s, hit_row, &walk);
    }
    plm_arena_wipe(&arena);
    return status;
}

static plm_status look_at_run(void *context, const plm_run *run)
{
    (void)plm_prefix_look((plm_prefix *)context, run->id);
    return PLM_OK;
}

plm_status plm_store_find_run(plm_store *store, const char *prefix, uint8_t id[static 16])
{
    plm_prefix search = {.text = prefix, .id_bytes = 16};
    plm_status status = plm_store_each_run(store, look_at_run, &search);
    return status == PLM_OK ? plm_prefix_end(&search, id) : status;
}
