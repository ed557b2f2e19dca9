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
    SQL_MAX = 2048,
    SEND_AT = 1 << 16,
    BUFFER_MAX = 1 << 30
};

static plm_status send(plm_db *db, plm_buf *out)
{
    if (out->n > INT_MAX ||
        plm_pq.PQputCopyData(db->connection, (const char *)out->data, (int)out->n) != 1) {
        return plm_pg_failed(db, NULL);
    }
    out->n = 0;
    return PLM_OK;
}

static plm_status start(plm_db *db, const plm_bulk *bulk)
{
    char sql[SQL_MAX];
    int n = snprintf(sql, sizeof sql, "COPY %s (%s) FROM STDIN (FORMAT binary)", bulk->table,
                     bulk->columns);
    if (n < 0 || (size_t)n >= sizeof sql || !db->in_transaction) {
        return PLM_E_ARGUMENT;
    }
    PGresult *result = plm_pq.PQexec(db->connection, sql);
    if (plm_pq.PQresultStatus(result) != PGRES_COPY_IN) {
        db->is_failed = true;
        return plm_pg_failed(db, result);
    }
    plm_pq.PQclear(result);
    return PLM_OK;
}

static plm_status append_cell(plm_buf *out, char type, const plm_cell *cell)
{
    if (cell->is_null) {
        return plm_buf_append_u32(out, UINT32_MAX);
    }
    if (type == 'i') {
        plm_status status = plm_buf_append_u32(out, sizeof cell->number);
        return status == PLM_OK ? plm_buf_append_u64(out, (uint64_t)cell->number) : status;
    }
    if (cell->bytes.n > INT32_MAX) {
        return PLM_E_LIMIT;
    }
    plm_status status = plm_buf_append_u32(out, (uint32_t)cell->bytes.n);
    return status == PLM_OK ? plm_buf_append(out, cell->bytes.p, cell->bytes.n) : status;
}

static plm_status append_row(plm_buf *out, const char *types, size_t n, const plm_cell *cells)
{
    plm_status status = plm_buf_append_u16(out, (uint16_t)n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        status = append_cell(out, types[i], &cells[i]);
    }
    return status;
}

static plm_status send_rows(plm_db *db, const plm_bulk *bulk, plm_buf *out)
{
    static const uint8_t header[19] = "PGCOPY\n\377\r\n";
    const size_t n = strlen(bulk->types);
    plm_cell cells[PLM_BULK_COLUMNS_MAX];
    plm_status status = plm_buf_append(out, header, sizeof header);
    while (status == PLM_OK) {
        status = bulk->next(bulk->context, cells);
        if (status == PLM_OK) {
            status = append_row(out, bulk->types, n, cells);
        }
        if (status == PLM_OK && out->n >= SEND_AT) {
            status = send(db, out);
        }
    }
    if (status == PLM_E_NOT_FOUND) {
        status = plm_buf_append_u16(out, UINT16_MAX);
        status = status == PLM_OK ? send(db, out) : status;
    }
    return status;
}

/* The words of the server, which may have given up long before, are in the result. */
static plm_status finish(plm_db *db, plm_status status)
{
    int ended = plm_pq.PQputCopyEnd(db->connection, status == PLM_OK ? NULL : "given up");
    const bool is_ours = status != PLM_OK && status != PLM_E_STORE;
    PGresult *result;
    while ((result = plm_pq.PQgetResult(db->connection)) != NULL) {
        if (plm_pq.PQresultStatus(result) == PGRES_COMMAND_OK) {
            plm_pq.PQclear(result);
        } else {
            plm_status failed = plm_pg_failed(db, result);
            status = is_ours ? status : failed;
        }
        if (plm_pg_is_lost(db)) {
            break;
        }
    }
    return ended != 1 && status == PLM_OK ? plm_pg_failed(db, NULL) : status;
}

plm_status plm_pg_bulk(plm_db *db, const plm_bulk *bulk)
{
    plm_buf out;
    if (strlen(bulk->types) > PLM_BULK_COLUMNS_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_buf_init(&out, BUFFER_MAX);
    plm_status status = plm_buf_reserve(&out, (size_t)2 * SEND_AT);
    if (status == PLM_OK) {
        status = start(db, bulk);
    }
    if (status == PLM_OK) {
        status = finish(db, send_rows(db, bulk, &out));
    }
    plm_buf_wipe(&out);
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

/*
 * The server does it by itself, but not for a minute or so, and not while its autovacuum is at work
 * on the table, which after a load may be minutes: meanwhile it knows the table as it was when the
 * load began, and reads all of it to find a row. An autovacuum gives way to whoever has waited for
 * deadlock_timeout (1 s); a person's VACUUM does not, and is not waited for much longer.
 */
void plm_pg_learn(plm_db *db, const char *tables)
{
    char sql[SQL_MAX];
    while (tables[0] != '\0' && !db->in_transaction && !plm_pg_is_lost(db)) {
        const size_t n = strcspn(tables, ",");
        (void)snprintf(sql, sizeof sql, "SET LOCAL lock_timeout = '4s'; ANALYZE %.*s", (int)n,
                       tables);
        plm_pq.PQclear(plm_pq.PQexec(db->connection, sql));
        tables += n + strspn(tables + n, ", ");
    }
}
