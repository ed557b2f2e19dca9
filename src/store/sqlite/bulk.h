/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bulk.h - a connection to a SQLite store, and rows into one of its tables.
 *
 * Rows come from a virtual table: INSERT INTO t (...) SELECT c0, c1, ... FROM plm_rows is one
 * statement for all of them, which costs half of what a prepared INSERT for each does.
 */
#ifndef PLM_STORE_SQLITE_BULK_H
#define PLM_STORE_SQLITE_BULK_H

#include "store/db.h"

#include <sqlite3.h>

enum {
    PLM_SQLITE_WORDS_MAX = 256
};

/* What the virtual table gives at the moment. */
typedef struct plm_sqlite_rows {
    const plm_bulk *bulk; /* NULL: nothing */
    size_t n_columns;
    plm_status status; /* of the last call of `next` */
    int64_t row;
    plm_cell cells[PLM_BULK_COLUMNS_MAX];
} plm_sqlite_rows;

struct plm_db {
    sqlite3 *handle;
    sqlite3_stmt *rollback;
    char words[PLM_SQLITE_WORDS_MAX]; /* about what SQLite knows nothing of; "": ask it */
    int64_t waiting_since_ms;
    int64_t paused_ms; /* when others were let in last */
    int load_lock;     /* descriptor; -1: not locked */
    char *load_path;
    char *scratch;
    plm_sqlite_rows rows;
};

/* Makes the virtual table known to a connection. An SQLite result. */
int plm_sqlite_bulk_register(plm_db *db);
/* As plm_db_driver says. */
plm_status plm_sqlite_bulk(plm_db *db, const plm_bulk *bulk) PLM_MUST_CHECK;

/* --- loading.c: as plm_db_driver says --- */

plm_status plm_sqlite_set_load_mode(plm_db *db, plm_load_mode mode) PLM_MUST_CHECK;
plm_status plm_sqlite_lock_load(plm_db *db, unsigned wait_ms) PLM_MUST_CHECK;
void plm_sqlite_unlock_load(plm_db *db);
void plm_sqlite_pause(plm_db *db);
void plm_sqlite_say(plm_db *db, const char *words);
/* Waits a millisecond; false after ten seconds. A busy handler (sqlite3_busy_handler). */
int plm_sqlite_wait(void *db, int n_calls);

#endif
