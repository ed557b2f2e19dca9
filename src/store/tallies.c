/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tallies.c - a tally's row and its secret.
 */
#include "store/tallies.h"

#include "store/prefix.h"
#include "store/sql.h"

#include <string.h>

plm_status plm_store_add_tally(plm_store *store, const plm_tally_row *row)
{
    return plm_sql_run(store,
                       "INSERT INTO tally (id, is_counter, accord_hash, purpose, state, revision, "
                       "proposal, start, result, secret, officer, epsilon_milli, charged_ms, "
                       "created_ms, deadline_ms, ended_ms, reason, blamed, clause, rho_milli) "
                       "VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
                       "$15, $16, $17, $18, $19)",
                       "bibtibbbbtiiiiiitti", plm_span_of(row->id, 16), (int64_t)row->is_counter,
                       plm_span_of(row->accord_hash, 32), row->purpose, row->state, row->proposal,
                       row->start, row->result, plm_span_of(NULL, 0), row->officer,
                       row->epsilon_milli, row->charged_ms, row->created_ms, row->deadline_ms,
                       row->ended_ms, row->reason, row->blamed, row->clause, row->rho_milli);
}

#define TALLY_COLUMNS                                                                  \
    "id, is_counter, accord_hash, purpose, state, revision, proposal, start, result, " \
    "officer, epsilon_milli, charged_ms, created_ms, deadline_ms, ended_ms, reason, "  \
    "blamed, clause, rho_milli"

static plm_status take_tally(plm_tally_row *out, const plm_db_driver *d, plm_statement *s)
{
    plm_span id = d->column_bytes(s, 0);
    plm_span accord_hash = d->column_bytes(s, 2);
    plm_tally_row row = {.is_counter = d->column_int(s, 1) != 0,
                         .purpose = d->column_text(s, 3),
                         .state = d->column_int(s, 4),
                         .revision = d->column_int(s, 5),
                         .proposal = d->column_bytes(s, 6),
                         .start = d->column_bytes(s, 7),
                         .result = d->column_bytes(s, 8),
                         .officer = d->column_text(s, 9),
                         .epsilon_milli = d->column_int(s, 10),
                         .charged_ms = d->column_int(s, 11),
                         .created_ms = d->column_int(s, 12),
                         .deadline_ms = d->column_int(s, 13),
                         .ended_ms = d->column_int(s, 14),
                         .reason = d->column_int(s, 15),
                         .blamed = d->column_text(s, 16),
                         .clause = d->column_text(s, 17),
                         .rho_milli = d->column_int(s, 18)};
    if (id.n != sizeof row.id || accord_hash.n != sizeof row.accord_hash || row.purpose == NULL ||
        row.officer == NULL || row.blamed == NULL || row.clause == NULL) {
        return PLM_E_STORE;
    }
    memcpy(row.id, id.p, id.n);
    memcpy(row.accord_hash, accord_hash.p, accord_hash.n);
    *out = row;
    return PLM_OK;
}

/* Moves what is borrowed from the statement into the arena. */
static bool keep_texts(plm_tally_row *row, plm_arena *arena)
{
    const char **texts[] = {&row->purpose, &row->officer, &row->blamed, &row->clause};
    plm_span *spans[] = {&row->proposal, &row->start, &row->result};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i] = plm_arena_string(arena, plm_span_str(*texts[i]));
        if (*texts[i] == NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        const char *copy = plm_arena_string(arena, *spans[i]);
        if (copy == NULL) {
            return false;
        }
        *spans[i] = plm_span_of(copy, spans[i]->n);
    }
    return true;
}

plm_status plm_store_get_tally(plm_store *store, const uint8_t id[static 16], plm_arena *arena,
                               plm_tally_row *out)
{
    plm_statement *s;
    plm_tally_row row;
    plm_status status = plm_sql_start(
        store, &s, "SELECT " TALLY_COLUMNS " FROM tally WHERE id = $1", "b", plm_span_of(id, 16));
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    status = status == PLM_OK ? take_tally(&row, store->driver, s) : status;
    if (status == PLM_OK) {
        status = keep_texts(&row, arena) ? PLM_OK : PLM_E_NOMEM;
    }
    store->driver->reset(s);
    if (status == PLM_OK) {
        *out = row;
    }
    return status;
}

plm_status plm_store_update_tally(plm_store *store, plm_tally_row *row)
{
    int64_t revision;
    plm_status status = plm_sql_int(
        store, &revision,
        "UPDATE tally SET state = $3, start = $4, result = $5, officer = $6, epsilon_milli = $7, "
        "charged_ms = $8, deadline_ms = $9, ended_ms = $10, reason = $11, blamed = $12, "
        "clause = $13, rho_milli = $14, revision = revision + 1 WHERE id = $1 AND revision = $2 "
        "RETURNING revision",
        "biibbtiiiiitti", plm_span_of(row->id, 16), row->revision, row->state, row->start,
        row->result, row->officer, row->epsilon_milli, row->charged_ms, row->deadline_ms,
        row->ended_ms, row->reason, row->blamed, row->clause, row->rho_milli);
    if (status == PLM_OK) {
        row->revision = revision;
    }
    return status == PLM_E_NOT_FOUND ? PLM_E_EXISTS : status;
}

typedef struct tally_walk {
    plm_tally_fn *fn;
    void *context;
} tally_walk;

static plm_status tally_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const tally_walk *w = (const tally_walk *)walk;
    plm_tally_row row;
    plm_status status = take_tally(&row, d, s);
    return status == PLM_OK ? w->fn(w->context, &row) : status;
}

plm_status plm_store_each_tally(plm_store *store, bool going_on, plm_tally_fn *fn, void *context)
{
    tally_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT " TALLY_COLUMNS " FROM tally WHERE $1 = 0 OR ended_ms = 0 ORDER BY created_ms, id",
        "i", (int64_t)going_on);
    return status == PLM_OK ? plm_sql_walk(store, s, tally_row, &walk) : status;
}

static plm_status look_at_tally(void *context, const plm_tally_row *row)
{
    (void)plm_prefix_look((plm_prefix *)context, row->id);
    return PLM_OK;
}

plm_status plm_store_find_tally(plm_store *store, const char *prefix, uint8_t id[static 16])
{
    plm_prefix search = {.text = prefix, .id_bytes = 16};
    plm_status status = plm_store_each_tally(store, false, look_at_tally, &search);
    return status == PLM_OK ? plm_prefix_end(&search, id) : status;
}

plm_status plm_store_tally_usage(plm_store *store, int64_t since_ms, plm_tally_usage *out)
{
    plm_statement *s;
    *out = (plm_tally_usage){0};
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT CAST(coalesce(sum(epsilon_milli), 0) AS BIGINT), CAST(coalesce(sum(rho_milli), 0) "
        "AS BIGINT), count(*) FROM tally WHERE charged_ms > 0 AND charged_ms >= $1",
        "i", since_ms);
    if (status != PLM_OK) {
        return status;
    }
    status = store->driver->step(s);
    if (status == PLM_OK) {
        *out = (plm_tally_usage){(uint64_t)store->driver->column_int(s, 0),
                                 (uint64_t)store->driver->column_int(s, 1),
                                 (uint64_t)store->driver->column_int(s, 2)};
    }
    store->driver->reset(s);
    return status;
}

plm_status plm_store_put_tally_secret(plm_store *store, const uint8_t id[static 16],
                                      plm_span secret)
{
    return plm_sql_run(store, "UPDATE tally SET secret = $2 WHERE id = $1", "bb",
                       plm_span_of(id, 16), secret);
}

plm_status plm_store_get_tally_secret(plm_store *store, const uint8_t id[static 16], plm_buf *out)
{
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s, "SELECT secret FROM tally WHERE id = $1", "b",
                                      plm_span_of(id, 16));
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
