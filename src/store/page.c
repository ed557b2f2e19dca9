/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.c - runs, requests, ledger, records and quarantine page by page; hits are in page_hits.c.
 */
#include "store/page.h"

#include "ident/ident.h"
#include "store/rows.h"

typedef struct page_walk {
    plm_run_fn *run;
    plm_request_fn *request;
    plm_ledger_fn *entry;
    plm_quarantine_page_fn *quarantine;
    plm_junk_type_fn *junk;
    void *context;
} page_walk;

static plm_status run_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const page_walk *w = (const page_walk *)walk;
    plm_run run;
    plm_status status = plm_row_run(&run, d, s);
    return status == PLM_OK ? w->run(w->context, &run) : status;
}

plm_status plm_store_page_runs(plm_store *store, const plm_run_query *query, size_t limit,
                               plm_run_fn *fn, void *context)
{
    page_walk walk = {.run = fn, .context = context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT " PLM_RUN_COLUMNS " FROM run WHERE ($1 = '' OR state = $1) AND "
        "($2 = '' OR peer = $2) AND ($3 = '' OR purpose = $3) AND ($4 < 0 OR is_asker = $4) AND "
        "($5 = 0 OR started_ms < $6 OR (started_ms = $6 AND id < $7)) "
        "ORDER BY started_ms DESC, id DESC LIMIT $8",
        "tttiiibi", query->state, query->peer, query->purpose, (int64_t)query->is_asker,
        (int64_t)query->has_cursor, query->after_ms, plm_span_of(query->after_id, 16),
        (int64_t)limit);
    return status == PLM_OK ? plm_sql_walk(store, s, run_row, &walk) : status;
}

static plm_status request_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const page_walk *w = (const page_walk *)walk;
    plm_request_row row;
    plm_status status = plm_row_request(&row, d, s);
    return status == PLM_OK ? w->request(w->context, &row) : status;
}

plm_status plm_store_page_requests(plm_store *store, const plm_request_query *query, size_t limit,
                                   plm_request_fn *fn, void *context)
{
    page_walk walk = {.request = fn, .context = context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT " PLM_REQUEST_COLUMNS " FROM request WHERE ($1 = '' OR peer = $1) AND "
        "($2 < 0 OR is_ours = $2) AND ($3 < 0 OR state = $3) AND "
        "($4 = 0 OR changed_ms < $5 OR (changed_ms = $5 AND id < $6)) "
        "ORDER BY changed_ms DESC, id DESC LIMIT $7",
        "tiiiibi", query->peer, (int64_t)query->is_ours, (int64_t)query->state,
        (int64_t)query->has_cursor, query->after_ms, plm_span_of(query->after_id, 16),
        (int64_t)limit);
    return status == PLM_OK ? plm_sql_walk(store, s, request_row, &walk) : status;
}

static plm_status entry_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const page_walk *w = (const page_walk *)walk;
    plm_ledger_row row;
    plm_row_ledger(&row, d, s);
    return w->entry(w->context, &row);
}

plm_status plm_store_page_ledger(plm_store *store, const plm_ledger_query *query, size_t limit,
                                 plm_ledger_fn *fn, void *context)
{
    page_walk walk = {.entry = fn, .context = context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT " PLM_LEDGER_COLUMNS " WHERE ($1 = '' OR kind = $1) AND time_ms >= $2 AND "
        "time_ms < $3 AND ($4 = 0 OR l.sequence < $4) ORDER BY l.sequence DESC LIMIT $5",
        "tiiii", query->kind, query->from_ms, query->to_ms, (int64_t)query->before, (int64_t)limit);
    return status == PLM_OK ? plm_sql_walk(store, s, entry_row, &walk) : status;
}

static plm_status quarantine_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const page_walk *w = (const page_walk *)walk;
    const plm_quarantine_row row = {.register_name = d->column_text(s, 1),
                                    .file = d->column_text(s, 2),
                                    .line = (uint64_t)d->column_int(s, 3),
                                    .field = d->column_text(s, 4),
                                    .reason = d->column_text(s, 5)};
    return w->quarantine(w->context, d->column_int(s, 0), &row);
}

plm_status plm_store_page_quarantine(plm_store *store, const char *register_name, int64_t after,
                                     size_t limit, plm_quarantine_page_fn *fn, void *context)
{
    page_walk walk = {.quarantine = fn, .context = context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT quarantine.id, register.name, file, line, field, reason FROM quarantine "
        "JOIN register ON register.id = quarantine.register_id "
        "WHERE ($1 = '' OR register.name = $1) AND quarantine.id > $2 AND quarantine.id "
        "< " PLM_UNSEEN_QUARANTINE " ORDER BY quarantine.id LIMIT $3",
        "tii", register_name, after, (int64_t)limit);
    return status == PLM_OK ? plm_sql_walk(store, s, quarantine_row, &walk) : status;
}

static plm_status junk_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const page_walk *w = (const page_walk *)walk;
    const plm_junk_type type = {.type = d->column_text(s, 0),
                                .n_values = (uint64_t)d->column_int(s, 1),
                                .n_distinct = (uint64_t)d->column_int(s, 2),
                                .n_flagged = {(uint64_t)d->column_int(s, 3),
                                              (uint64_t)d->column_int(s, 4),
                                              (uint64_t)d->column_int(s, 5)}};
    return w->junk(w->context, &type);
}

plm_status plm_store_junk_types(plm_store *store, const char *register_name, plm_junk_type_fn *fn,
                                void *context)
{
    page_walk walk = {.junk = fn, .context = context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT type, count(*), count(DISTINCT canonical), "
                      "sum(CASE WHEN flags & $2 <> 0 THEN 1 ELSE 0 END), "
                      "sum(CASE WHEN flags & $3 <> 0 THEN 1 ELSE 0 END), "
                      "sum(CASE WHEN flags & $4 <> 0 THEN 1 ELSE 0 END) "
                      "FROM record_value JOIN record ON record.id = record_id "
                      "JOIN register ON register.id = record.register_id WHERE register.name = $1 "
                      "AND " PLM_SEEN_RECORD " GROUP BY type ORDER BY type",
                      "tiii", register_name, (int64_t)PLM_IDENT_CHECK_FAILED,
                      (int64_t)PLM_IDENT_UNCHECKED, (int64_t)PLM_IDENT_TEST);
    return status == PLM_OK ? plm_sql_walk(store, s, junk_row, &walk) : status;
}
