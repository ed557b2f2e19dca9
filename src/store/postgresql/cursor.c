/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cursor.c - walks over any number of rows, of which PLM_PG_FETCH are in memory.
 *
 * A connection runs one statement at a time, and between the rows of a walk others run; so a walk
 * is a cursor on the server. Outside a transaction it is WITH HOLD: the server keeps its rows, of
 * one state of the store, until it is closed, whatever begins and ends in between.
 */
#include "store/postgresql/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

plm_status plm_pg_cursor_fetch(plm_statement *s)
{
    plm_db *db = s->db;
    char sql[64];
    if (!s->has_cursor || s->cursor_generation != db->generation) {
        (void)snprintf(db->error, sizeof db->error, "the connection was lost during a walk");
        return PLM_E_STORE;
    }
    (void)snprintf(sql, sizeof sql, "FETCH %d FROM %s", PLM_PG_FETCH, s->name);
    PGresult *result =
        plm_pq.PQexecParams(db->connection, sql, 0, NULL, NULL, NULL, NULL, PLM_PG_BINARY);
    if (plm_pq.PQresultStatus(result) != PGRES_TUPLES_OK) {
        db->is_failed = db->in_transaction;
        return plm_pg_failed(db, result);
    }
    plm_pg_take_rows(s, result);
    s->is_at_end = s->n_rows < PLM_PG_FETCH;
    return PLM_OK;
}

plm_status plm_pg_cursor_open(plm_statement *s)
{
    plm_db *db = s->db;
    char *sql = NULL;
    int n = asprintf(&sql, "DECLARE %s NO SCROLL CURSOR %s FOR %s", s->name,
                     db->in_transaction ? "" : "WITH HOLD", s->sql);
    if (n < 0) {
        return PLM_E_NOMEM;
    }
    PGresult *result = plm_pq.PQexecParams(db->connection, sql, s->n_parameters, s->types,
                                           s->values, s->lengths, s->formats, PLM_PG_BINARY);
    free(sql);
    if (plm_pq.PQresultStatus(result) != PGRES_COMMAND_OK) {
        return plm_pg_failed(db, result);
    }
    plm_pq.PQclear(result);
    s->has_cursor = true;
    s->cursor_generation = db->generation;
    return plm_pg_cursor_fetch(s);
}

void plm_pg_cursor_close(plm_statement *s)
{
    plm_db *db = s->db;
    char sql[48];
    s->has_cursor = false;
    /* One that went with its transaction or its connection needs no closing. */
    if (s->cursor_generation == db->generation && !plm_pg_is_lost(db) &&
        plm_pq.PQtransactionStatus(db->connection) != PQTRANS_INERROR) {
        (void)snprintf(sql, sizeof sql, "CLOSE %s", s->name);
        plm_pq.PQclear(plm_pq.PQexec(db->connection, sql));
    }
}
