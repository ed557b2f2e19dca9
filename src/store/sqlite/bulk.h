/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bulk.h - rows into one table of a SQLite store: one prepared INSERT.
 */
#ifndef PLM_STORE_SQLITE_BULK_H
#define PLM_STORE_SQLITE_BULK_H

#include "store/db.h"

#include <sqlite3.h>

struct plm_db {
    sqlite3 *handle;
};

/* As plm_db_driver says. */
plm_status plm_sqlite_bulk_start(plm_db *db, const char *table, const char *columns,
                                 const char *types, plm_bulk **out) PLM_MUST_CHECK;
plm_status plm_sqlite_bulk_row(plm_bulk *b, const plm_cell *cells) PLM_MUST_CHECK;
plm_status plm_sqlite_bulk_end(plm_bulk *b, bool good) PLM_MUST_CHECK;

#endif
