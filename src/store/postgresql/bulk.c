/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bulk.c - rows into one table by COPY ... FROM STDIN BINARY (PostgreSQL's manual, COPY, "Binary
 * Format"):
 *
 *     "PGCOPY\n" FF 0D 0A 00 | flags (4) | length of more header (4)
 *     for each row:  number of fields (2) | for each: length or -1 (4), bytes
 *     FF FF
 */
#include "store/postgresql/internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TYPES_MAX = 32,
    SQL_MAX = 2048,
    SEND_AT = 1 << 16,
    BUFFER_MAX = 1 << 30
};

struct plm_bulk {
    plm_db *db;
    size_t n_columns;
    char types[TYPES_MAX + 1];
    plm_buf out;
};

static plm_status send(plm_bulk *b)
{
    if (b->out.n > INT_MAX ||
        plm_pq.PQputCopyData(b->db->connection, (const char *)b->out.data, (int)b->out.n) != 1) {
        return plm_pg_failed(b->db, NULL);
    }
    b->out.n = 0;
    return PLM_OK;
}

plm_status plm_pg_bulk_start(plm_db *db, const char *table, const char *columns, const char *types,
                             plm_bulk **out)
{
    static const uint8_t header[19] = "PGCOPY\n\377\r\n";
    char sql[SQL_MAX];
    int n = snprintf(sql, sizeof sql, "COPY %s (%s) FROM STDIN (FORMAT binary)", table, columns);
    size_t n_types = strlen(types);
    if (n < 0 || (size_t)n >= sizeof sql || n_types > TYPES_MAX || !db->in_transaction) {
        return PLM_E_ARGUMENT;
    }
    plm_bulk *b = (plm_bulk *)calloc(1, sizeof *b);
    if (b == NULL) {
        return PLM_E_NOMEM;
    }
    b->db = db;
    b->n_columns = n_types;
    memcpy(b->types, types, n_types + 1);
    plm_buf_init(&b->out, BUFFER_MAX);
    plm_status status = plm_buf_reserve(&b->out, (size_t)2 * SEND_AT);
    if (status == PLM_OK) {
        status = plm_buf_append(&b->out, header, sizeof header);
    }
    if (status == PLM_OK) {
        PGresult *result = plm_pq.PQexec(db->connection, sql);
        if (plm_pq.PQresultStatus(result) == PGRES_COPY_IN) {
            plm_pq.PQclear(result);
        } else {
            db->is_failed = true;
            status = plm_pg_failed(db, result);
        }
    }
    if (status != PLM_OK) {
        plm_buf_wipe(&b->out);
        free(b);
        return status;
    }
    *out = b;
    return PLM_OK;
}

static plm_status append_cell(plm_bulk *b, char type, const plm_cell *cell)
{
    if (cell->is_null) {
        return plm_buf_append_u32(&b->out, UINT32_MAX);
    }
    if (type == 'i') {
        plm_status status = plm_buf_append_u32(&b->out, sizeof cell->number);
        return status == PLM_OK ? plm_buf_append_u64(&b->out, (uint64_t)cell->number) : status;
    }
    if (cell->bytes.n > INT32_MAX) {
        return PLM_E_LIMIT;
    }
    plm_status status = plm_buf_append_u32(&b->out, (uint32_t)cell->bytes.n);
    return status == PLM_OK ? plm_buf_append(&b->out, cell->bytes.p, cell->bytes.n) : status;
}

plm_status plm_pg_bulk_row(plm_bulk *b, const plm_cell *cells)
{
    plm_status status = plm_buf_append_u16(&b->out, (uint16_t)b->n_columns);
    for (size_t i = 0; status == PLM_OK && i < b->n_columns; i++) {
        status = append_cell(b, b->types[i], &cells[i]);
    }
    return status == PLM_OK && b->out.n >= SEND_AT ? send(b) : status;
}

plm_status plm_pg_bulk_end(plm_bulk *b, bool good)
{
    plm_db *db = b->db;
    plm_status status = PLM_OK;
    if (good) {
        status = plm_buf_append_u16(&b->out, UINT16_MAX);
        if (status == PLM_OK) {
            status = send(b);
        }
    }
    int ended = plm_pq.PQputCopyEnd(db->connection, good && status == PLM_OK ? NULL : "given up");
    plm_buf_wipe(&b->out);
    free(b);
    /* The words of the server, which may have given up long before, are in the result. */
    PGresult *result;
    while ((result = plm_pq.PQgetResult(db->connection)) != NULL) {
        if (plm_pq.PQresultStatus(result) == PGRES_COMMAND_OK) {
            plm_pq.PQclear(result);
        } else {
            status = plm_pg_failed(db, result);
        }
        if (plm_pg_is_lost(db)) {
            break;
        }
    }
    if (ended != 1 && status == PLM_OK) {
        status = plm_pg_failed(db, NULL);
    }
    db->is_failed = db->is_failed || status != PLM_OK || !good;
    return status;
}

plm_status plm_pg_drop_index(plm_db *db)
{
    plm_status status = plm_pg_execute(db, "SAVEPOINT plm");
    if (status == PLM_OK) {
        status = plm_pg_execute(db, "SET LOCAL lock_timeout = 1000; "
                                    "DROP INDEX record_value_canonical; "
                                    "SET LOCAL lock_timeout = 10000; RELEASE plm");
        if (status != PLM_OK && !plm_pg_is_lost(db)) {
            status = plm_pg_execute(db, "ROLLBACK TO plm; RELEASE plm") == PLM_OK ? PLM_E_NOT_FOUND
                                                                                  : PLM_E_STORE;
        }
    }
    db->is_failed = db->is_failed || (status != PLM_OK && status != PLM_E_NOT_FOUND);
    return status;
}

plm_status plm_pg_make_index(plm_db *db)
{
    plm_status status =
        plm_pg_execute(db, "SET LOCAL maintenance_work_mem = '256MB'; " PLM_VALUE_INDEX);
    db->is_failed = db->is_failed || status != PLM_OK;
    return status;
}

/* One SELECT for each column that gives out its numbers itself. */
plm_status plm_pg_settle(plm_db *db)
{
    PGresult *list = plm_pq.PQexec(
        db->connection,
        "SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 1), "
        "max(%I) IS NOT NULL) FROM %I', quote_ident(table_name), column_name, column_name, "
        "column_name, table_name) FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND is_identity = 'YES'");
    if (plm_pq.PQresultStatus(list) != PGRES_TUPLES_OK) {
        db->is_failed = true;
        return plm_pg_failed(db, list);
    }
    plm_status status = PLM_OK;
    for (int i = 0; status == PLM_OK && i < plm_pq.PQntuples(list); i++) {
        status = plm_pg_execute(db, plm_pq.PQgetvalue(list, i, 0));
    }
    plm_pq.PQclear(list);
    db->is_failed = db->is_failed || status != PLM_OK;
    return status;
}
