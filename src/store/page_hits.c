/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page_hits.c - hits page by page: run after run, in each by number, which is the key of both
 * tables, so that a page costs no more in the middle of a long list than at its beginning.
 */
#include "store/page.h"
#include "store/rows.h"
#include "store/sql.h"

#include <stdlib.h>
#include <string.h>

typedef struct hit_page {
    plm_store *store;
    const plm_hit_query *query;
    size_t left;
    plm_hit_page_fn *fn;
    void *context;
    plm_arena arena; /* of the record */
    plm_run run;     /* whose hits are walked; strings in run_arena */
    plm_arena run_arena;
    bool has_run;
} hit_page;

static plm_status give_hit(void *walk, const plm_db_driver *d, plm_statement *s)
{
    hit_page *p = (hit_page *)walk;
    plm_hit hit;
    plm_stored_record record;
    plm_arena_reset(&p->arena);
    plm_status status = plm_row_hit(&hit, d, s);
    if (status == PLM_OK) {
        status = plm_store_get_record(p->store, hit.record, &p->arena, &record);
        status = status == PLM_E_NOT_FOUND ? PLM_E_STORE : status;
    }
    if (status == PLM_OK) {
        p->left--;
        status = p->fn(p->context, &p->run, &hit, &record);
    }
    return status;
}

/* What a query asks of a hit, but for its run: parameters $1 to $8, of FILTER_TYPES. */
#define FROM_HIT                                \
    " FROM hit "                                \
    "JOIN record ON record.id = hit.record_id " \
    "JOIN register ON register.id = record.register_id "
#define FILTER                                                                      \
    "($1 = '' OR $1 LIKE '%,' || hit.state || ',%') "                               \
    "AND ($2 = '' OR register.name = $2) AND ($3 = '' OR record.role = $3) "        \
    "AND ($4 = '' OR ' ' || rules || ' ' LIKE '% ' || $4 || ' %') "                 \
    "AND ($5 = '' OR lower(record.source_id) LIKE lower($5) ESCAPE '\\' OR EXISTS " \
    "(SELECT 1 FROM record_value WHERE record_value.record_id = hit.record_id "     \
    "AND type = 'name' AND lower(raw) LIKE lower($5) ESCAPE '\\')) "                \
    "AND ($6 = '' OR outcome = CASE WHEN $6 = 'none' THEN '' ELSE $6 END) "         \
    "AND ($7 < 0 OR grade = $7) "                                                   \
    "AND ($8 = 1 AND register.format = 'seed' OR $8 = 0 AND register.format <> 'seed') "
#define FILTER_TYPES "ttttttii"
#define FILTER_VALUES(q)                                                            \
    (q)->states, (q)->register_name, (q)->role, (q)->rule, (q)->text, (q)->outcome, \
        (int64_t)(q)->grade, (int64_t)(q)->seeds

/* The hits of p->run behind number `after`. */
static plm_status give_hits(hit_page *p, uint32_t after)
{
    plm_statement *s;
    plm_status status =
        plm_sql_start(p->store, &s,
                      "SELECT " PLM_HIT_COLUMNS FROM_HIT "WHERE " FILTER
                      "AND run_id = $9 AND number > $10 ORDER BY number LIMIT $11",
                      FILTER_TYPES "bii", FILTER_VALUES(p->query),
                      plm_span_of(p->run.id, sizeof p->run.id), (int64_t)after, (int64_t)p->left);
    return status == PLM_OK ? plm_sql_walk(p->store, s, give_hit, p) : status;
}

static plm_status keep_run(void *context, const plm_run *run)
{
    hit_page *p = (hit_page *)context;
    plm_arena_reset(&p->run_arena);
    p->run = *run;
    p->run.peer = plm_arena_string(&p->run_arena, plm_span_str(run->peer));
    p->run.purpose = plm_arena_string(&p->run_arena, plm_span_str(run->purpose));
    p->run.case_ref = plm_arena_string(&p->run_arena, plm_span_str(run->case_ref));
    p->run.officer = plm_arena_string(&p->run_arena, plm_span_str(run->officer));
    p->run.failure = NULL;
    p->run.clause = NULL;
    p->run.proposal = plm_span_of(NULL, 0);
    p->run.acceptance = plm_span_of(NULL, 0);
    p->run.receipt = plm_span_of(NULL, 0);
    p->has_run = true;
    return p->run.peer != NULL && p->run.purpose != NULL && p->run.case_ref != NULL &&
                   p->run.officer != NULL
               ? PLM_OK
               : PLM_E_NOMEM;
}

/* The run of that id, if the filters take it. */
static plm_status find_run(hit_page *p, const uint8_t *id)
{
    const plm_run_query *q = &p->query->run;
    p->has_run = false;
    plm_status status = plm_store_each_run_of(p->store, id, keep_run, p);
    p->has_run = p->has_run && (q->peer[0] == '\0' || strcmp(q->peer, p->run.peer) == 0) &&
                 (q->purpose[0] == '\0' || strcmp(q->purpose, p->run.purpose) == 0) &&
                 (q->is_asker < 0 || q->is_asker == (int)p->run.is_asker);
    return status;
}

/* All runs, from that of the cursor on. */
static plm_status give_runs(hit_page *p)
{
    plm_run_query next = p->query->run;
    plm_status status = PLM_OK;
    if (next.has_cursor) {
        status = find_run(p, next.after_id);
        if (status == PLM_OK && p->has_run) {
            status = give_hits(p, p->query->after_number);
        }
    }
    while (status == PLM_OK && p->left > 0) {
        p->has_run = false;
        status = plm_store_page_runs(p->store, &next, 1, keep_run, p);
        if (status != PLM_OK || !p->has_run) {
            break;
        }
        next.has_cursor = true;
        next.after_ms = p->run.started_ms;
        memcpy(next.after_id, p->run.id, sizeof next.after_id);
        status = give_hits(p, 0);
    }
    return status;
}

plm_status plm_store_page_hits(plm_store *store, const plm_hit_query *query, size_t limit,
                               plm_hit_page_fn *fn, void *context)
{
    hit_page p = {.store = store, .query = query, .left = limit, .fn = fn, .context = context};
    plm_status status;
    plm_arena_init(&p.arena, (size_t)4 << 20);
    plm_arena_init(&p.run_arena, (size_t)1 << 20);
    if (query->run_id != NULL) {
        status = find_run(&p, query->run_id);
        if (status == PLM_OK && p.has_run) {
            status = give_hits(&p, query->run.has_cursor ? query->after_number : 0);
        }
    } else {
        status = give_runs(&p);
    }
    plm_arena_wipe(&p.arena);
    plm_arena_wipe(&p.run_arena);
    return status;
}

plm_status plm_store_count_hits_of(plm_store *store, const plm_hit_query *query, uint64_t *n)
{
    const plm_run_query *run = &query->run;
    const plm_span run_id =
        query->run_id != NULL ? plm_span_of(query->run_id, 16) : plm_span_of(NULL, 0);
    int64_t count = 0;
    plm_status status =
        plm_sql_int(store, &count,
                    "SELECT count(*)" FROM_HIT "JOIN run ON run.id = hit.run_id WHERE " FILTER
                    "AND ($9 = 0 OR run_id = $10) AND ($11 = '' OR peer = $11) "
                    "AND ($12 = '' OR purpose = $12) AND ($13 < 0 OR is_asker = $13)",
                    FILTER_TYPES "ibtti", FILTER_VALUES(query), (int64_t)(query->run_id != NULL),
                    run_id, run->peer, run->purpose, (int64_t)run->is_asker);
    if (status == PLM_OK) {
        *n = (uint64_t)count;
    }
    return status;
}

plm_status plm_store_count_hits(plm_store *store, const uint8_t run_id[static 16], uint64_t *n)
{
    int64_t count = 0;
    plm_status status =
        plm_sql_int(store, &count,
                    "SELECT count(*) FROM hit JOIN record ON record.id = hit.record_id "
                    "JOIN register ON register.id = record.register_id "
                    "WHERE run_id = $1 AND register.format <> 'seed'",
                    "b", plm_span_of(run_id, 16));
    if (status == PLM_OK) {
        *n = (uint64_t)count;
    }
    return status;
}

typedef struct count_walk {
    plm_count_fn *fn;
    void *context;
} count_walk;

static plm_status count_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const count_walk *w = (const count_walk *)walk;
    return w->fn(w->context, d->column_text(s, 0), (uint64_t)d->column_int(s, 1));
}

typedef struct state_walk {
    plm_state_count_fn *fn;
    void *context;
} state_walk;

static plm_status count_state(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const state_walk *w = (const state_walk *)walk;
    return w->fn(w->context, d->column_text(s, 0), d->column_text(s, 1),
                 (uint64_t)d->column_int(s, 2));
}

plm_status plm_store_count_states(plm_store *store, plm_state_count_fn *fn, void *context)
{
    state_walk walk = {fn, context};
    plm_statement *s;
    /* Counted by run first: there are few runs, and a hit has the run's number and no party. */
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT run.peer, counted.state, CAST(sum(counted.n) AS BIGINT) FROM (SELECT hit.run_id AS "
        "run_id, "
        "hit.state AS state, count(*) AS n FROM hit JOIN record ON record.id = hit.record_id "
        "JOIN register ON register.id = record.register_id WHERE register.format <> 'seed' "
        "GROUP BY hit.run_id, hit.state) AS counted JOIN run ON run.id = counted.run_id "
        "GROUP BY run.peer, counted.state ORDER BY run.peer, counted.state",
        "");
    return status == PLM_OK ? plm_sql_walk(store, s, count_state, &walk) : status;
}

plm_status plm_store_junk_reasons(plm_store *store, const char *register_name, plm_count_fn *fn,
                                  void *context)
{
    count_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT reason, count(*) AS n FROM quarantine JOIN register ON register.id = register_id "
        "WHERE register.name = $1 AND quarantine.id < " PLM_UNSEEN_QUARANTINE
        " GROUP BY reason ORDER BY n DESC, reason LIMIT 100",
        "t", register_name);
    return status == PLM_OK ? plm_sql_walk(store, s, count_row, &walk) : status;
}
