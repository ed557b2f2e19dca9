/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statement.c - prepared statements, with parameters and results in binary form.
 *
 * A statement is prepared when it is first run on a connection, since only then the types of its
 * parameters are known.
 */
#include "store/postgresql/internal.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

plm_status plm_pg_prepare(plm_db *db, const char *sql, plm_statement **out)
{
    plm_statement *s = (plm_statement *)calloc(1, sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    s->db = db;
    s->sql = sql;
    s->is_read = strncmp(sql, "SELECT ", 7) == 0 || strncmp(sql, "WITH ", 5) == 0;
    s->is_guarded = strncmp(sql, "INSERT ", 7) == 0 && strstr(sql, "ON CONFLICT") == NULL;
    (void)snprintf(s->name, sizeof s->name, "plm%" PRIu64, ++db->n_names);
    for (size_t i = 0; i < PLM_PG_PARAMETERS_MAX; i++) {
        s->formats[i] = PLM_PG_BINARY;
    }
    *out = s;
    return PLM_OK;
}

void plm_pg_finalize(plm_statement *s)
{
    plm_pq.PQclear(s->result);
    free(s);
}

void plm_pg_reset(plm_statement *s)
{
    plm_pq.PQclear(s->result);
    s->result = NULL;
    s->row = 0;
    s->n_rows = 0;
    s->n_parameters = 0;
    s->is_walk = false;
    s->is_at_end = false;
    if (s->has_cursor) {
        plm_pg_cursor_close(s);
    }
}

void plm_pg_walk(plm_statement *s)
{
    s->is_walk = s->is_read;
}

static plm_status bind(plm_statement *s, int i, plm_pg_type type, const void *value, size_t n)
{
    if (i < 1 || i > PLM_PG_PARAMETERS_MAX || n > INT_MAX) {
        return PLM_E_ARGUMENT;
    }
    s->types[i - 1] = type;
    s->values[i - 1] = (const char *)value;
    s->lengths[i - 1] = (int)n;
    s->n_parameters = i > s->n_parameters ? i : s->n_parameters;
    return PLM_OK;
}

plm_status plm_pg_bind_int(plm_statement *s, int i, int64_t v)
{
    if (i < 1 || i > PLM_PG_PARAMETERS_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_store_u64(s->numbers[i - 1], (uint64_t)v);
    return bind(s, i, PLM_PG_INT8, s->numbers[i - 1], sizeof s->numbers[i - 1]);
}

plm_status plm_pg_bind_text(plm_statement *s, int i, const char *v)
{
    return bind(s, i, PLM_PG_TEXT, v, v != NULL ? strlen(v) : 0);
}

plm_status plm_pg_bind_bytes(plm_statement *s, int i, plm_span v)
{
    return bind(s, i, PLM_PG_BYTEA, v.n > 0 ? (const void *)v.p : "", v.n);
}

void plm_pg_take_rows(plm_statement *s, PGresult *result)
{
    plm_pq.PQclear(s->result);
    s->result = result;
    s->row = -1;
    s->n_rows = plm_pq.PQntuples(result);
}

static bool is_good(const PGresult *result)
{
    ExecStatusType how = plm_pq.PQresultStatus(result);
    return how == PGRES_COMMAND_OK || how == PGRES_TUPLES_OK;
}

static plm_status prepare_here(plm_statement *s)
{
    plm_db *db = s->db;
    if (s->generation == db->generation) {
        return PLM_OK;
    }
    PGresult *result = plm_pq.PQprepare(db->connection, s->name, s->sql, s->n_parameters, s->types);
    if (!is_good(result)) {
        plm_status status = plm_pg_failed(db, result);
        return status == PLM_E_EXISTS ? PLM_E_STORE : status;
    }
    plm_pq.PQclear(result);
    s->generation = db->generation;
    return PLM_OK;
}

static plm_status run_plain(plm_statement *s)
{
    PGresult *result = plm_pq.PQexecPrepared(s->db->connection, s->name, s->n_parameters, s->values,
                                             s->lengths, s->formats, PLM_PG_BINARY);
    if (!is_good(result)) {
        return plm_pg_failed(s->db, result);
    }
    plm_pg_take_rows(s, result);
    return PLM_OK;
}

/* The next result of a pipeline, whose own end (NULL) is taken with it. */
static PGresult *next_result(PGconn *connection)
{
    PGresult *result = plm_pq.PQgetResult(connection);
    if (result != NULL && plm_pq.PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
        plm_pq.PQclear(plm_pq.PQgetResult(connection));
    }
    return result;
}

static bool send_guarded(const plm_statement *s)
{
    PGconn *c = s->db->connection;
    return plm_pq.PQsendQueryParams(c, "SAVEPOINT plm", 0, NULL, NULL, NULL, NULL, PLM_PG_BINARY) ==
               1 &&
           plm_pq.PQsendQueryPrepared(c, s->name, s->n_parameters, s->values, s->lengths,
                                      s->formats, PLM_PG_BINARY) == 1 &&
           plm_pq.PQsendQueryParams(c, "RELEASE plm", 0, NULL, NULL, NULL, NULL, PLM_PG_BINARY) ==
               1 &&
           plm_pq.PQpipelineSync(c) == 1;
}

/* SAVEPOINT, the statement, RELEASE, in one journey; back to the savepoint if it failed. */
static plm_status run_guarded(plm_statement *s)
{
    plm_db *db = s->db;
    plm_status status = PLM_OK;
    PGresult *rows = NULL;
    if (plm_pq.PQenterPipelineMode(db->connection) != 1 || !send_guarded(s)) {
        return plm_pg_failed(db, NULL);
    }
    for (int i = 0; i < 4 && !plm_pg_is_lost(db); i++) {
        PGresult *result = next_result(db->connection);
        ExecStatusType how = plm_pq.PQresultStatus(result);
        if (i == 1 && is_good(result)) {
            rows = result;
        } else if (how == PGRES_FATAL_ERROR && status == PLM_OK) {
            status = plm_pg_failed(db, result);
        } else {
            plm_pq.PQclear(result);
        }
    }
    if (plm_pq.PQexitPipelineMode(db->connection) != 1 || rows == NULL) {
        status = status == PLM_OK ? plm_pg_failed(db, NULL) : status;
        plm_pq.PQclear(rows);
    } else {
        plm_pg_take_rows(s, rows);
    }
    if (status == PLM_E_EXISTS) {
        plm_status undone = plm_pg_execute(db, "ROLLBACK TO plm; RELEASE plm");
        status = undone == PLM_OK ? PLM_E_EXISTS : PLM_E_STORE;
    }
    return status;
}

static plm_status run_once(plm_statement *s)
{
    if (s->is_walk) {
        return plm_pg_cursor_open(s);
    }
    plm_status status = prepare_here(s);
    if (status != PLM_OK) {
        return status;
    }
    s->is_at_end = true;
    return s->is_guarded && s->db->in_transaction ? run_guarded(s) : run_plain(s);
}

static plm_status run_in_transaction(plm_statement *s)
{
    plm_db *db = s->db;
    if (db->is_failed) {
        return PLM_E_STORE;
    }
    plm_status status = run_once(s);
    db->is_failed = status != PLM_OK && status != PLM_E_EXISTS;
    return status;
}

static plm_status run_alone(plm_statement *s)
{
    plm_db *db = s->db;
    plm_status status = plm_pg_revive(db);
    if (status == PLM_OK) {
        status = run_once(s);
    }
    if (status != PLM_OK && plm_pg_is_lost(db)) {
        status = plm_pg_revive(db);
        if (status == PLM_OK) {
            status = run_once(s);
        }
    }
    return status;
}

/* Under the write lock, like any other. */
static plm_status write_alone(plm_statement *s)
{
    plm_db *db = s->db;
    plm_status status = plm_pg_begin(db, true);
    if (status != PLM_OK) {
        return status;
    }
    status = run_in_transaction(s);
    if (status == PLM_OK) {
        status = plm_pg_commit(db);
    }
    if (status != PLM_OK) {
        plm_pg_rollback(db);
    }
    return status;
}

plm_status plm_pg_step(plm_statement *s)
{
    plm_status status = PLM_OK;
    if (s->result == NULL) {
        status = s->db->in_transaction ? run_in_transaction(s)
                 : s->is_read          ? run_alone(s)
                                       : write_alone(s);
    } else if (s->row + 1 >= s->n_rows && !s->is_at_end) {
        status = plm_pg_cursor_fetch(s);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (s->row + 1 >= s->n_rows) {
        return PLM_E_NOT_FOUND;
    }
    s->row++;
    return PLM_OK;
}

int64_t plm_pg_column_int(plm_statement *s, int i)
{
    if (plm_pq.PQgetisnull(s->result, s->row, i)) {
        return 0;
    }
    const uint8_t *p = (const uint8_t *)plm_pq.PQgetvalue(s->result, s->row, i);
    switch (plm_pq.PQftype(s->result, i)) {
    case PLM_PG_INT8:
        return (int64_t)plm_load_u64(p);
    case PLM_PG_INT4:
        return (int32_t)plm_load_u32(p);
    case PLM_PG_INT2:
        return (int16_t)plm_load_u16(p);
    case PLM_PG_BOOL:
        return *p;
    default:
        return 0;
    }
}

const char *plm_pg_column_text(plm_statement *s, int i)
{
    return plm_pq.PQgetisnull(s->result, s->row, i) ? NULL
                                                    : plm_pq.PQgetvalue(s->result, s->row, i);
}

plm_span plm_pg_column_bytes(plm_statement *s, int i)
{
    return plm_pq.PQgetisnull(s->result, s->row, i)
               ? plm_span_of(NULL, 0)
               : plm_span_of(plm_pq.PQgetvalue(s->result, s->row, i),
                             (size_t)plm_pq.PQgetlength(s->result, s->row, i));
}

bool plm_pg_column_is_null(plm_statement *s, int i)
{
    return plm_pq.PQgetisnull(s->result, s->row, i) != 0;
}
