/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db.h - what the store wants of a database: the driver that SQLite implements and PostgreSQL will.
 *
 * SQL is written once, in the subset both speak: numbered parameters ($1, $2, ...), bytes, text
 * and 64-bit integers, INSERT ... ON CONFLICT. Only migrations differ (store/<driver>/migrations).
 */
#ifndef PLM_STORE_DB_H
#define PLM_STORE_DB_H

#include "base/bytes.h"

typedef struct plm_db plm_db;
typedef struct plm_statement plm_statement;

typedef struct plm_db_driver {
    void (*close)(plm_db *db);
    /* Words about the last failure; borrowed until the next call. */
    const char *(*error)(plm_db *db);
    /* Runs statements without parameters or results. PLM_E_STORE. */
    plm_status (*execute)(plm_db *db, const char *sql);
    plm_status (*prepare)(plm_db *db, const char *sql, plm_statement **out);
    void (*finalize)(plm_statement *s);
    /* Ends a walk and forgets the parameters. */
    void (*reset)(plm_statement *s);
    /* Parameters count from 1; text and bytes are borrowed until reset. NULL text binds NULL. */
    plm_status (*bind_int)(plm_statement *s, int i, int64_t v);
    plm_status (*bind_text)(plm_statement *s, int i, const char *v);
    plm_status (*bind_bytes)(plm_statement *s, int i, plm_span v);
    /* PLM_OK: a row. PLM_E_NOT_FOUND: no more. PLM_E_EXISTS: a key is taken. PLM_E_STORE. */
    plm_status (*step)(plm_statement *s);
    /* Columns count from 0; text and bytes are borrowed until the next step or reset. */
    int64_t (*column_int)(plm_statement *s, int i);
    const char *(*column_text)(plm_statement *s, int i); /* NULL for NULL */
    plm_span (*column_bytes)(plm_statement *s, int i);
} plm_db_driver;

/*
 * Opens the SQLite file at path, made if `create`, with its schema up to date. PLM_E_NOT_FOUND,
 * PLM_E_STORE with words in error (size bytes).
 */
plm_status plm_sqlite_open(plm_db **out, const char *path, bool create, char *error,
                           size_t size) PLM_MUST_CHECK;
extern const plm_db_driver plm_sqlite_driver;

#endif
