/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TYPES_MAX = 32,
    SQL_MAX = 2048
};

struct plm_bulk {
    sqlite3_stmt *insert;
    int n_columns;
    char types[TYPES_MAX + 1];
};

plm_status plm_sqlite_bulk_start(plm_db *db, const char *table, const char *columns,
                                 const char *types, plm_bulk **out)
{
    char sql[SQL_MAX];
    size_t n_types = strlen(types);
    if (n_types == 0 || n_types > TYPES_MAX) {
        return PLM_E_ARGUMENT;
    }
    int n = snprintf(sql, sizeof sql, "INSERT INTO %s (%s) VALUES (?", table, columns);
    for (size_t i = 1; i < n_types && n > 0 && (size_t)n < sizeof sql - 4; i++) {
        n += snprintf(sql + n, sizeof sql - (size_t)n, ",?");
    }
    if (n < 0 || (size_t)n + 2 > sizeof sql) {
        return PLM_E_ARGUMENT;
    }
    (void)snprintf(sql + n, sizeof sql - (size_t)n, ")");
    plm_bulk *b = (plm_bulk *)calloc(1, sizeof *b);
    if (b == NULL) {
        return PLM_E_NOMEM;
    }
    b->n_columns = (int)n_types;
    memcpy(b->types, types, n_types + 1);
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &b->insert, NULL) !=
        SQLITE_OK) {
        free(b);
        return PLM_E_STORE;
    }
    *out = b;
    return PLM_OK;
}

static int bind_cell(plm_bulk *b, int i, const plm_cell *cell)
{
    if (cell->is_null) {
        return sqlite3_bind_null(b->insert, i + 1);
    }
    switch (b->types[i]) {
    case 'i':
        return sqlite3_bind_int64(b->insert, i + 1, cell->number);
    case 't':
        return sqlite3_bind_text64(b->insert, i + 1,
                                   cell->bytes.n > 0 ? (const char *)cell->bytes.p : "",
                                   cell->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
    default:
        return cell->bytes.n == 0 ? sqlite3_bind_zeroblob(b->insert, i + 1, 0)
                                  : sqlite3_bind_blob64(b->insert, i + 1, cell->bytes.p,
                                                        cell->bytes.n, SQLITE_STATIC);
    }
}

plm_status plm_sqlite_bulk_row(plm_bulk *b, const plm_cell *cells)
{
    int result = SQLITE_OK;
    for (int i = 0; result == SQLITE_OK && i < b->n_columns; i++) {
        result = bind_cell(b, i, &cells[i]);
    }
    if (result != SQLITE_OK) {
        return PLM_E_STORE;
    }
    result = sqlite3_step(b->insert);
    int extended = sqlite3_extended_errcode(sqlite3_db_handle(b->insert));
    (void)sqlite3_reset(b->insert);
    if (result == SQLITE_CONSTRAINT) {
        return extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY
                   ? PLM_E_EXISTS
                   : PLM_E_STORE;
    }
    return result == SQLITE_DONE ? PLM_OK : PLM_E_STORE;
}

plm_status plm_sqlite_bulk_end(plm_bulk *b, bool good)
{
    (void)good;
    (void)sqlite3_finalize(b->insert);
    free(b);
    return PLM_OK;
}
