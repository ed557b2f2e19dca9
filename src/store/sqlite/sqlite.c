/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite.c - the driver for SQLite: a file of one node, in write-ahead mode, synced at every
 * commit.
 */
#include "store/db.h"
#include "store/sqlite/bulk.h"
#include "store/sqlite/migrate.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sqlite3_stmt *of(plm_statement *s)
{
    return (sqlite3_stmt *)s;
}

static void db_close(plm_db *db)
{
    plm_sqlite_unlock_load(db);
    (void)sqlite3_finalize(db->rollback);
    (void)sqlite3_close(db->handle);
    free(db->load_path);
    free(db->scratch);
    free(db);
}

static const char *db_error(plm_db *db)
{
    int code = sqlite3_errcode(db->handle);
    if (db->words[0] != '\0') {
        return db->words;
    }
    return code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE
               ? ""
               : sqlite3_errmsg(db->handle);
}

static plm_status status_of(int result)
{
    return result == SQLITE_OK ? PLM_OK : result == SQLITE_NOMEM ? PLM_E_NOMEM : PLM_E_STORE;
}

static plm_status execute(plm_db *db, const char *sql)
{
    return status_of(sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

/* IMMEDIATE: who reads to decide what to write must not be overtaken in between. */
static plm_status db_begin(plm_db *db, bool writes)
{
    db->words[0] = '\0';
    return execute(db, writes ? "BEGIN IMMEDIATE" : "BEGIN");
}

static plm_status db_commit(plm_db *db)
{
    return execute(db, "COMMIT");
}

/* Prepared when the store was opened: where memory has run out there is none for the statement. */
static void db_rollback(plm_db *db)
{
    if (sqlite3_get_autocommit(db->handle) != 0) {
        return; /* the database has rolled back by itself already */
    }
    (void)sqlite3_step(db->rollback);
    (void)sqlite3_reset(db->rollback);
}

static bool db_has_given_up(plm_db *db)
{
    return sqlite3_get_autocommit(db->handle) != 0;
}

static plm_status db_prepare(plm_db *db, const char *sql, plm_statement **out)
{
    sqlite3_stmt *s = NULL;
    int result = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL);
    if (result == SQLITE_OK) {
        *out = (plm_statement *)s;
    }
    return status_of(result);
}

static void db_finalize(plm_statement *s)
{
    (void)sqlite3_finalize(of(s));
}

static void db_reset(plm_statement *s)
{
    (void)sqlite3_reset(of(s));
    (void)sqlite3_clear_bindings(of(s));
}

/* Rows come one by one whatever their number. */
static void db_walk(plm_statement *s)
{
    (void)s;
}

/* "$3" is the name of a parameter to SQLite, whose own number may be another. */
static int parameter(plm_statement *s, int i)
{
    char name[16];
    (void)snprintf(name, sizeof name, "$%d", i);
    return sqlite3_bind_parameter_index(of(s), name);
}

static plm_status db_bind_int(plm_statement *s, int i, int64_t v)
{
    return status_of(sqlite3_bind_int64(of(s), parameter(s, i), v));
}

static plm_status db_bind_text(plm_statement *s, int i, const char *v)
{
    return status_of(sqlite3_bind_text(of(s), parameter(s, i), v, -1, SQLITE_STATIC));
}

static plm_status db_bind_bytes(plm_statement *s, int i, plm_span v)
{
    return status_of(v.n == 0
                         ? sqlite3_bind_zeroblob(of(s), parameter(s, i), 0)
                         : sqlite3_bind_blob64(of(s), parameter(s, i), v.p, v.n, SQLITE_STATIC));
}

static plm_status db_step(plm_statement *s)
{
    int result = sqlite3_step(of(s));
    switch (result) {
    case SQLITE_ROW:
        return PLM_OK;
    case SQLITE_DONE:
        return PLM_E_NOT_FOUND;
    case SQLITE_NOMEM:
        return PLM_E_NOMEM;
    case SQLITE_CONSTRAINT:
        result = sqlite3_extended_errcode(sqlite3_db_handle(of(s)));
        return result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY
                   ? PLM_E_EXISTS
                   : PLM_E_STORE;
    default:
        return PLM_E_STORE;
    }
}

static int64_t db_column_int(plm_statement *s, int i)
{
    return sqlite3_column_int64(of(s), i);
}

static const char *db_column_text(plm_statement *s, int i)
{
    return (const char *)sqlite3_column_text(of(s), i);
}

static plm_span db_column_bytes(plm_statement *s, int i)
{
    const void *p = sqlite3_column_blob(of(s), i);
    return plm_span_of(p, (size_t)sqlite3_column_bytes(of(s), i));
}

/* The next number is one more than the highest. */
static plm_status db_settle(plm_db *db)
{
    (void)db;
    return PLM_OK;
}

static const char *db_scratch(plm_db *db)
{
    return db->scratch;
}

static bool db_column_is_null(plm_statement *s, int i)
{
    return sqlite3_column_type(of(s), i) == SQLITE_NULL;
}

const plm_db_driver plm_sqlite_driver = {
    .close = db_close,
    .error = db_error,
    .begin = db_begin,
    .commit = db_commit,
    .rollback = db_rollback,
    .has_given_up = db_has_given_up,
    .prepare = db_prepare,
    .finalize = db_finalize,
    .reset = db_reset,
    .walk = db_walk,
    .bind_int = db_bind_int,
    .bind_text = db_bind_text,
    .bind_bytes = db_bind_bytes,
    .step = db_step,
    .column_int = db_column_int,
    .column_text = db_column_text,
    .column_bytes = db_column_bytes,
    .column_is_null = db_column_is_null,
    .bulk = plm_sqlite_bulk,
    .set_load_mode = plm_sqlite_set_load_mode,
    .lock_load = plm_sqlite_lock_load,
    .unlock_load = plm_sqlite_unlock_load,
    .pause = plm_sqlite_pause,
    .say = plm_sqlite_say,
    .scratch = db_scratch,
    .settle = db_settle,
    .is_durable = "SELECT 1",
    .is_writable = "SELECT 1", /* or it would not have been opened */
    .list_columns =
        "SELECT t.name, c.name, CASE c.type WHEN 'INTEGER' THEN 'i' WHEN 'TEXT' THEN 't' ELSE 'b' "
        "END, c.pk FROM pragma_table_list t, pragma_table_info(t.name) c WHERE t.schema = 'main' "
        "AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT IN ('migration', "
        "'backup', 'base', 'record_search') ORDER BY t.name, c.name",
    .list_references = "SELECT DISTINCT t.name, k.\"table\" FROM pragma_table_list t, "
                       "pragma_foreign_key_list(t.name) k WHERE t.schema = 'main'",
};

static plm_status configure(plm_db *db)
{
    (void)sqlite3_extended_result_codes(db->handle, 0);
    if (sqlite3_busy_handler(db->handle, plm_sqlite_wait, db) != SQLITE_OK ||
        plm_sqlite_bulk_register(db) != SQLITE_OK) {
        return PLM_E_STORE;
    }
    /* Names and numbers must not survive their deletion in free pages: secure_delete. */
    return execute(db, "PRAGMA page_size = 8192;" /* of a file that is made now */
                       "PRAGMA trusted_schema = OFF;"
                       "PRAGMA foreign_keys = ON;"
                       "PRAGMA secure_delete = ON;"
                       "PRAGMA journal_mode = WAL;"
                       "PRAGMA synchronous = FULL;"
                       "PRAGMA cache_size = -16384;");
}

/* The file is made readable by its owner only, before SQLite writes to it. */
static plm_status make_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return fd >= 0 && close(fd) == 0 ? PLM_OK : PLM_E_IO;
}

/* Not counted, memory needs no lock of all threads. Once, before anything else is asked. */
static void settle_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* The file of the lock of those who load, and the directory it is in. */
static plm_status name_paths(plm_db *db, const char *path)
{
    const char *slash = strrchr(path, '/');
    db->load_lock = -1;
    if (asprintf(&db->load_path, "%s-load", path) < 0) {
        db->load_path = NULL;
        return PLM_E_NOMEM;
    }
    db->scratch = slash == NULL   ? strdup(".")
                  : slash == path ? strdup("/")
                                  : strndup(path, (size_t)(slash - path));
    return db->scratch != NULL ? PLM_OK : PLM_E_NOMEM;
}

plm_status plm_sqlite_open(plm_db **out, const char *path, bool create, char *error, size_t size)
{
    (void)snprintf(error, size, "out of memory");
    if (create && make_file(path) != PLM_OK) {
        (void)snprintf(error, size, "the file can't be made");
        return PLM_E_STORE;
    }
    if (access(path, F_OK) != 0) {
        (void)snprintf(error, size, "there is no such file");
        return PLM_E_NOT_FOUND;
    }
    plm_db *db = (plm_db *)calloc(1, sizeof *db);
    if (db == NULL) {
        return PLM_E_NOMEM;
    }
    static pthread_once_t memory_is_settled = PTHREAD_ONCE_INIT;
    (void)pthread_once(&memory_is_settled, settle_memory);
    if (name_paths(db, path) != PLM_OK) {
        db_close(db);
        return PLM_E_NOMEM;
    }
    int result =
        sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    plm_status status = status_of(result);
    if (status == PLM_OK) {
        status = configure(db);
    }
    if (status != PLM_OK) {
        (void)snprintf(error, size, "%s", sqlite3_errmsg(db->handle));
    } else {
        status = plm_sqlite_migrate(db->handle, create, error, size);
    }
    if (status == PLM_OK) {
        status = status_of(sqlite3_prepare_v3(db->handle, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT,
                                              &db->rollback, NULL));
    }
    if (status != PLM_OK) {
        db_close(db);
        return status == PLM_E_NOMEM ? status : PLM_E_STORE;
    }
    *out = db;
    return PLM_OK;
}
