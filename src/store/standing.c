/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing.c - series of runs that repeat, and what was entered in the last of each.
 */
#include "store/standing.h"

#include "base/ct.h"
#include "store/sql.h"

#include <stdlib.h>
#include <string.h>

static const char *const state_names[PLM_STANDING_STATE_COUNT] = {
    [PLM_STANDING_ACTIVE] = "active",
    [PLM_STANDING_PAUSED] = "paused",
    [PLM_STANDING_STOPPED] = "stopped",
};

const char *plm_standing_state_name(unsigned state)
{
    return state < PLM_STANDING_STATE_COUNT ? state_names[state] : "unknown";
}

#define COLUMNS                                                                                \
    "id, is_asker, peer, accord_hash, purpose, case_ref, offence, officer, state, every_ms, "  \
    "key, created_ms, next_ms, last_ms, whole_ms, last_run, confirmed_run, n_done, failures, " \
    "failed_ms, failure, clause"

plm_status plm_store_standing_add(plm_store *store, const plm_standing_row *row)
{
    return plm_sql_run(
        store,
        "INSERT INTO standing (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
        "$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        "bitbtttttibiiiibbiiitt", plm_span_of(row->id, sizeof row->id), (int64_t)row->is_asker,
        row->peer, plm_span_of(row->accord_hash, sizeof row->accord_hash), row->purpose,
        row->case_ref, row->offence, row->officer, plm_standing_state_name(row->state),
        row->every_ms, plm_span_of(row->key, sizeof row->key), row->created_ms, row->next_ms,
        row->last_ms, row->whole_ms, plm_span_of(row->last_run, sizeof row->last_run),
        plm_span_of(row->confirmed_run, sizeof row->confirmed_run), (int64_t)row->n_done,
        (int64_t)row->failures, row->failed_ms, row->failure, row->clause);
}

plm_status plm_store_standing_update(plm_store *store, const plm_standing_row *row)
{
    int64_t found;
    return plm_sql_int(
        store, &found,
        "UPDATE standing SET offence = $2, officer = $3, state = $4, every_ms = $5, key = $6, "
        "created_ms = $7, next_ms = $8, last_ms = $9, whole_ms = $10, last_run = $11, "
        "confirmed_run = $12, n_done = $13, failures = $14, failed_ms = $15, failure = $16, "
        "clause = $17 WHERE id = $1 RETURNING 1",
        "btttibiiiibbiiitt", plm_span_of(row->id, sizeof row->id), row->offence, row->officer,
        plm_standing_state_name(row->state), row->every_ms, plm_span_of(row->key, sizeof row->key),
        row->created_ms, row->next_ms, row->last_ms, row->whole_ms,
        plm_span_of(row->last_run, sizeof row->last_run),
        plm_span_of(row->confirmed_run, sizeof row->confirmed_run), (int64_t)row->n_done,
        (int64_t)row->failures, row->failed_ms, row->failure, row->clause);
}

static plm_status take_text(const plm_db_driver *d, plm_statement *s, int column, char *out,
                            size_t size)
{
    const char *text = d->column_text(s, column);
    if (text == NULL || strlen(text) >= size) {
        return PLM_E_STORE;
    }
    memcpy(out, text, strlen(text) + 1);
    return PLM_OK;
}

static plm_status take_state(const plm_db_driver *d, plm_statement *s, int column,
                             plm_standing_state *out)
{
    const char *name = d->column_text(s, column);
    for (unsigned i = 0; name != NULL && i < PLM_STANDING_STATE_COUNT; i++) {
        if (strcmp(name, state_names[i]) == 0) {
            *out = (plm_standing_state)i;
            return PLM_OK;
        }
    }
    return PLM_E_STORE;
}

static plm_status read_row(plm_standing_row *row, const plm_db_driver *d, plm_statement *s)
{
    *row = (plm_standing_row){.is_asker = d->column_int(s, 1) != 0,
                              .every_ms = d->column_int(s, 9),
                              .created_ms = d->column_int(s, 11),
                              .next_ms = d->column_int(s, 12),
                              .last_ms = d->column_int(s, 13),
                              .whole_ms = d->column_int(s, 14),
                              .n_done = (uint64_t)d->column_int(s, 17),
                              .failures = (uint64_t)d->column_int(s, 18),
                              .failed_ms = d->column_int(s, 19)};
    plm_status status;
    if ((status = plm_sql_bytes(d, s, 0, row->id, sizeof row->id)) != PLM_OK ||
        (status = take_text(d, s, 2, row->peer, sizeof row->peer)) != PLM_OK ||
        (status = plm_sql_bytes(d, s, 3, row->accord_hash, sizeof row->accord_hash)) != PLM_OK ||
        (status = take_text(d, s, 4, row->purpose, sizeof row->purpose)) != PLM_OK ||
        (status = take_text(d, s, 5, row->case_ref, sizeof row->case_ref)) != PLM_OK ||
        (status = take_text(d, s, 6, row->offence, sizeof row->offence)) != PLM_OK ||
        (status = take_text(d, s, 7, row->officer, sizeof row->officer)) != PLM_OK ||
        (status = take_state(d, s, 8, &row->state)) != PLM_OK ||
        (status = plm_sql_bytes(d, s, 10, row->key, sizeof row->key)) != PLM_OK ||
        (status = plm_sql_bytes(d, s, 15, row->last_run, sizeof row->last_run)) != PLM_OK ||
        (status = plm_sql_bytes(d, s, 16, row->confirmed_run, sizeof row->confirmed_run)) !=
            PLM_OK ||
        (status = take_text(d, s, 20, row->failure, sizeof row->failure)) != PLM_OK) {
        return status;
    }
    return take_text(d, s, 21, row->clause, sizeof row->clause);
}

plm_status plm_store_standing_get(plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                                  plm_standing_row *out)
{
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s, "SELECT " COLUMNS " FROM standing WHERE id = $1",
                                      "b", plm_span_of(id, PLM_STANDING_ID_BYTES));
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        status = read_row(out, store->driver, s);
    }
    store->driver->reset(s);
    return status;
}

typedef struct standing_walk {
    plm_standing_fn *fn;
    void *context;
} standing_walk;

static plm_status give_row(void *context, const plm_db_driver *d, plm_statement *s)
{
    const standing_walk *walk = (const standing_walk *)context;
    plm_standing_row row;
    plm_status status = read_row(&row, d, s);
    if (status == PLM_OK) {
        status = walk->fn(walk->context, &row);
    }
    plm_wipe(row.key, sizeof row.key);
    return status;
}

plm_status plm_store_each_standing(plm_store *store, plm_standing_fn *fn, void *context)
{
    standing_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT " COLUMNS " FROM standing ORDER BY created_ms, id", "");
    return status == PLM_OK ? plm_sql_rows(store, s, give_row, &walk) : status;
}

plm_status plm_store_standing_forget(plm_store *store,
                                     const uint8_t id[static PLM_STANDING_ID_BYTES])
{
    const plm_span span = plm_span_of(id, PLM_STANDING_ID_BYTES);
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sql_run(store, "DELETE FROM standing_mark WHERE standing_id = $1", "b", span);
    if (status == PLM_OK) {
        status = plm_sql_run(store, "DELETE FROM standing_told WHERE standing_id = $1", "b", span);
    }
    return plm_store_leave(store, mine, status);
}

/* --- marks --- */

typedef struct mark_walk {
    plm_standing_mark_fn *fn;
    void *context;
} mark_walk;

static plm_status mark_row(void *context, const plm_db_driver *d, plm_statement *s)
{
    const mark_walk *walk = (const mark_walk *)context;
    return walk->fn(walk->context, d->column_int(s, 0), d->column_bytes(s, 1));
}

plm_status plm_store_each_standing_mark(plm_store *store,
                                        const uint8_t id[static PLM_STANDING_ID_BYTES],
                                        plm_standing_mark_fn *fn, void *context)
{
    mark_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s,
                                      "SELECT record_id, marks FROM standing_mark "
                                      "WHERE standing_id = $1 ORDER BY record_id",
                                      "b", plm_span_of(id, PLM_STANDING_ID_BYTES));
    return status == PLM_OK ? plm_sql_walk(store, s, mark_row, &walk) : status;
}

/* Which of the records are there still: both lists ascend. */
typedef struct finding {
    const plm_standing_mark *marks;
    size_t n;
    size_t at;
    bool *is_there;
} finding;

static plm_status find_record(void *context, int64_t number)
{
    finding *f = (finding *)context;
    while (f->at < f->n && f->marks[f->at].record < number) {
        f->at++;
    }
    if (f->at < f->n && f->marks[f->at].record == number) {
        f->is_there[f->at] = true;
    }
    return PLM_OK;
}

/* What is found, on its way into the table. */
typedef struct putting {
    const finding *f;
    plm_span id;
    size_t at;
} putting;

static plm_status next_mark(void *context, plm_cell *cells)
{
    putting *p = (putting *)context;
    while (p->at < p->f->n && (!p->f->is_there[p->at] || p->f->marks[p->at].marks.n == 0)) {
        p->at++;
    }
    if (p->at == p->f->n) {
        return PLM_E_NOT_FOUND;
    }
    const plm_standing_mark *m = &p->f->marks[p->at++];
    cells[0] = (plm_cell){.number = m->record};
    cells[1] = (plm_cell){.bytes = p->id};
    cells[2] = (plm_cell){.bytes = m->marks};
    return PLM_OK;
}

static plm_status put_all(plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                          const finding *f)
{
    putting p = {f, plm_span_of(id, PLM_STANDING_ID_BYTES), 0};
    const plm_bulk bulk = {"standing_mark", "record_id, standing_id, marks", "ibb", next_mark, &p};
    return store->driver->bulk(store->db, &bulk);
}

static plm_status put_each(plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                           const finding *f)
{
    const plm_span span = plm_span_of(id, PLM_STANDING_ID_BYTES);
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < f->n; i++) {
        const plm_standing_mark *m = &f->marks[i];
        if (m->marks.n == 0) {
            status = plm_sql_run(
                store, "DELETE FROM standing_mark WHERE record_id = $1 AND standing_id = $2", "ib",
                m->record, span);
        } else if (f->is_there[i]) {
            status = plm_sql_run(
                store,
                "INSERT INTO standing_mark (record_id, standing_id, marks) VALUES ($1, $2, $3) "
                "ON CONFLICT (record_id, standing_id) DO UPDATE SET marks = excluded.marks",
                "ibb", m->record, span, m->marks);
        }
    }
    return status;
}

plm_status plm_store_put_standing_marks(plm_store *store,
                                        const uint8_t id[static PLM_STANDING_ID_BYTES],
                                        const plm_standing_mark *marks, size_t n, bool has_none)
{
    finding f = {.marks = marks, .n = n};
    bool mine;
    if (n == 0) {
        return PLM_OK;
    }
    f.is_there = (bool *)calloc(n, sizeof *f.is_there);
    if (f.is_there == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = plm_store_enter(store, &mine);
    if (status == PLM_OK) {
        status = plm_store_each_number(store, find_record, &f);
        if (status == PLM_OK) {
            status = has_none ? put_all(store, id, &f) : put_each(store, id, &f);
        }
        status = plm_store_leave(store, mine, status);
    }
    free(f.is_there);
    return status;
}
