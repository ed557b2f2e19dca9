/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SQL_MAX = 2048
};

/* --- the virtual table: https://www.sqlite.org/vtab.html --- */

typedef struct rows_table {
    sqlite3_vtab base;
    plm_db *db;
} rows_table;

static plm_sqlite_rows *rows_of(sqlite3_vtab_cursor *cursor)
{
    return &((rows_table *)cursor->pVtab)->db->rows;
}

static int connect_rows(sqlite3 *handle, void *context, int n, const char *const *arguments,
                        sqlite3_vtab **out, char **error)
{
    char sql[SQL_MAX] = "CREATE TABLE rows(c0";
    size_t used = strlen(sql);
    (void)n;
    (void)arguments;
    (void)error;
    for (int i = 1; i < PLM_BULK_COLUMNS_MAX; i++) {
        used += (size_t)snprintf(sql + used, sizeof sql - used, ",c%d", i);
    }
    (void)snprintf(sql + used, sizeof sql - used, ")");
    int result = sqlite3_declare_vtab(handle, sql);
    if (result != SQLITE_OK) {
        return result;
    }
    rows_table *table = (rows_table *)calloc(1, sizeof *table);
    if (table == NULL) {
        return SQLITE_NOMEM;
    }
    table->db = (plm_db *)context;
    *out = &table->base;
    return SQLITE_OK;
}

static int disconnect_rows(sqlite3_vtab *table)
{
    free(table);
    return SQLITE_OK;
}

static int plan_rows(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 1;
    return SQLITE_OK;
}

static int open_rows(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    *out = (sqlite3_vtab_cursor *)calloc(1, sizeof **out);
    return *out != NULL ? SQLITE_OK : SQLITE_NOMEM;
}

static int close_rows(sqlite3_vtab_cursor *cursor)
{
    free(cursor);
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *cursor)
{
    plm_sqlite_rows *rows = rows_of(cursor);
    rows->status = rows->bulk->next(rows->bulk->context, rows->cells);
    rows->row++;
    return rows->status == PLM_OK || rows->status == PLM_E_NOT_FOUND ? SQLITE_OK : SQLITE_ERROR;
}

static int filter_rows(sqlite3_vtab_cursor *cursor, int plan, const char *words, int n,
                       sqlite3_value **values)
{
    (void)plan;
    (void)words;
    (void)n;
    (void)values;
    return rows_of(cursor)->bulk != NULL ? next_row(cursor) : SQLITE_ERROR;
}

static int is_at_end(sqlite3_vtab_cursor *cursor)
{
    return rows_of(cursor)->status != PLM_OK;
}

static int give_column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int i)
{
    const plm_sqlite_rows *rows = rows_of(cursor);
    if (i < 0 || (size_t)i >= rows->n_columns) {
        return SQLITE_RANGE;
    }
    const plm_cell *cell = &rows->cells[i];
    const char *bytes = cell->bytes.n > 0 ? (const char *)cell->bytes.p : "";
    if (cell->is_null) {
        sqlite3_result_null(out);
    } else if (rows->bulk->types[i] == 'i') {
        sqlite3_result_int64(out, cell->number);
    } else if (rows->bulk->types[i] == 't') {
        sqlite3_result_text64(out, bytes, cell->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_result_blob64(out, bytes, cell->bytes.n, SQLITE_STATIC);
    }
    return SQLITE_OK;
}

static int give_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
    *out = rows_of(cursor)->row;
    return SQLITE_OK;
}

/* Without xCreate: the table is there by its name alone, and nobody can make another. */
static const sqlite3_module rows_module = {
    .xConnect = connect_rows,
    .xBestIndex = plan_rows,
    .xDisconnect = disconnect_rows,
    .xOpen = open_rows,
    .xClose = close_rows,
    .xFilter = filter_rows,
    .xNext = next_row,
    .xEof = is_at_end,
    .xColumn = give_column,
    .xRowid = give_rowid,
};

int plm_sqlite_bulk_register(plm_db *db)
{
    return sqlite3_create_module(db->handle, "plm_rows", &rows_module, db);
}

/* --- the statement --- */

static plm_status write_sql(char *sql, size_t size, const plm_bulk *bulk, size_t n_columns)
{
    int n = snprintf(sql, size, "INSERT INTO %s (%s) SELECT c0", bulk->table, bulk->columns);
    for (size_t i = 1; i < n_columns && n > 0 && (size_t)n < size; i++) {
        n += snprintf(sql + n, size - (size_t)n, ",c%zu", i);
    }
    if (n > 0 && (size_t)n < size) {
        n += snprintf(sql + n, size - (size_t)n, " FROM plm_rows");
    }
    return n > 0 && (size_t)n < size ? PLM_OK : PLM_E_ARGUMENT;
}

static plm_status status_of(const plm_db *db, int result)
{
    if (result == SQLITE_DONE || result == SQLITE_OK) {
        return PLM_OK;
    }
    if (db->rows.status != PLM_OK && db->rows.status != PLM_E_NOT_FOUND) {
        return db->rows.status;
    }
    int extended = sqlite3_extended_errcode(db->handle);
    return extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY
               ? PLM_E_EXISTS
           : result == SQLITE_NOMEM ? PLM_E_NOMEM
                                    : PLM_E_STORE;
}

plm_status plm_sqlite_bulk(plm_db *db, const plm_bulk *bulk)
{
    char sql[SQL_MAX];
    sqlite3_stmt *insert = NULL;
    const size_t n_columns = strlen(bulk->types);
    if (n_columns == 0 || n_columns > PLM_BULK_COLUMNS_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = write_sql(sql, sizeof sql, bulk, n_columns);
    if (status != PLM_OK) {
        return status;
    }
    db->rows.bulk = bulk;
    db->rows.n_columns = n_columns;
    db->rows.status = PLM_OK;
    db->rows.row = 0;
    int result = sqlite3_prepare_v2(db->handle, sql, -1, &insert, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_step(insert);
    }
    status = status_of(db, result);
    (void)sqlite3_finalize(insert);
    db->rows.bulk = NULL;
    return status;
}
