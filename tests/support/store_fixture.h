/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_fixture.h - a store of a test's own, and a second hand on it.
 *
 * With STORE=postgresql in the environment it is a schema of the server that
 * PALERMO_TEST_POSTGRESQL names (tests/support/postgresql.py), otherwise a SQLite file in a
 * directory.
 */
#ifndef PLM_TESTS_STORE_FIXTURE_H
#define PLM_TESTS_STORE_FIXTURE_H

#include "crypto/sign.h"
#include "store/store.h"
#include "tap.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef PLM_WITH_POSTGRESQL
#    include <libpq-fe.h>
#endif

typedef struct fixture {
    char directory[64];
    char path[256]; /* what plm_store_open takes */
    plm_store *store;
} fixture;

static inline bool fixture_is_postgresql(void)
{
    const char *store = getenv("STORE");
    return store != NULL && strcmp(store, "postgresql") == 0;
}

#ifdef PLM_WITH_POSTGRESQL
/* SQLite's x'00' and BLOB as PostgreSQL says them. */
static inline void fixture_translate(char *out, size_t size, const char *sql)
{
    bool in_bytes = false;
    size_t n = 0;
    for (; *sql != '\0' && n + 16 < size; sql++) {
        const char *put = NULL;
        if (strncmp(sql, "x'", 2) == 0 && n > 0 && strchr(" (,", out[n - 1]) != NULL) {
            put = "'\\x";
            in_bytes = true;
            sql++;
        } else if (in_bytes && *sql == '\'') {
            put = "'::bytea";
            in_bytes = false;
        } else if (strncmp(sql, "AS BLOB", 7) == 0) {
            put = "AS BYTEA";
            sql += 6;
        }
        n += (size_t)(put != NULL ? snprintf(out + n, size - n, "%s", put)
                                  : snprintf(out + n, size - n, "%c", *sql));
    }
}

/* The second hand's connection stays until another store is asked, or it was lost. */
static inline PGconn *fixture_connection(const char *uri)
{
    static PGconn *connection;
    static char of[256];
    static pid_t owner;
    const bool is_mine = connection != NULL && owner == getpid();
    if (is_mine && strcmp(of, uri) == 0 && PQtransactionStatus(connection) == PQTRANS_IDLE) {
        return connection;
    }
    if (is_mine) {
        PQfinish(connection);
    }
    (void)snprintf(of, sizeof of, "%s", uri);
    owner = getpid();
    connection = PQconnectdb(uri);
    return connection;
}

/* The last statement's first value, -1 if there is none. */
static inline int64_t fixture_pg(const char *uri, const char *sqlite)
{
    int64_t value = -1;
    char sql[2048];
    fixture_translate(sql, sizeof sql, sqlite);
    PGconn *connection = fixture_connection(uri);
    PGresult *result = PQexec(connection, sql);
    if (PQstatus(connection) != CONNECTION_OK) {
        PQclear(result);
        connection = fixture_connection(uri);
        result = PQexec(connection, sql);
    }
    ExecStatusType how = PQresultStatus(result);
    if (!CHECK(how == PGRES_COMMAND_OK || how == PGRES_TUPLES_OK)) {
        printf("# %s: %s\n", sql, PQerrorMessage(connection));
    } else if (how == PGRES_TUPLES_OK && PQntuples(result) > 0) {
        const char *text = PQgetvalue(result, 0, 0);
        value = text[0] == 't' ? 1 : text[0] == 'f' ? 0 : strtoll(text, NULL, 10);
    }
    PQclear(result);
    return value;
}

static inline void fixture_make_schema(fixture *f)
{
    static unsigned n;
    char sql[64];
    const char *server = getenv("PALERMO_TEST_POSTGRESQL");
    char name[32];
    CHECK(server != NULL);
    (void)snprintf(name, sizeof name, "t%ld_%u", (long)getpid(), ++n);
    (void)snprintf(sql, sizeof sql, "CREATE SCHEMA %s", name);
    (void)fixture_pg(server, sql);
    (void)snprintf(f->path, sizeof f->path,
                   "%s&options=-csearch_path%%3D%s&application_name=%s", server, name, name);
    (void)fixture_pg(f->path, "CREATE FUNCTION zeroblob(n int) RETURNS bytea LANGUAGE sql AS "
                              "$$SELECT decode(repeat('00', n), 'hex')$$;"
                              "CREATE FUNCTION instr(t text, u text) RETURNS int LANGUAGE sql AS "
                              "$$SELECT strpos(t, u)$$;"
                              "CREATE FUNCTION hex(b bytea) RETURNS text LANGUAGE sql AS "
                              "$$SELECT upper(encode(b, 'hex'))$$");
}
#endif

static inline void fixture_make(fixture *f)
{
    const char *base = getenv("TMPDIR");
    *f = (fixture){.store = NULL};
    (void)snprintf(f->directory, sizeof f->directory, "%.40s/plm-XXXXXX",
                   base != NULL ? base : "/tmp");
    CHECK(plm_crypto_init() == PLM_OK);
    CHECK(mkdtemp(f->directory) != NULL);
    (void)snprintf(f->path, sizeof f->path, "%s/palermo.db", f->directory);
#ifdef PLM_WITH_POSTGRESQL
    if (fixture_is_postgresql()) {
        fixture_make_schema(f);
    }
#endif
}

static inline void fixture_open(fixture *f)
{
    char error[PLM_STORE_ERROR_MAX] = "";
    fixture_make(f);
    if (!CHECK_STATUS(plm_store_open(&f->store, f->path, true, error), PLM_OK)) {
        printf("# %s\n", error);
    }
}

static inline void fixture_close(fixture *f)
{
    char path[128];
    static const char *const names[] = {"palermo.db", "palermo.db-wal", "palermo.db-shm"};
    plm_store_close(f->store);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", f->directory, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(f->directory);
}

/* Runs SQL behind the store's back. */
static inline void fixture_sql(const fixture *f, const char *sql)
{
    sqlite3 *db = NULL;
    char *error = NULL;
#ifdef PLM_WITH_POSTGRESQL
    if (fixture_is_postgresql()) {
        (void)fixture_pg(f->path, sql);
        return;
    }
#endif
    CHECK(sqlite3_open(f->path, &db) == SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    CHECK(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL) == SQLITE_OK);
    if (!CHECK(sqlite3_exec(db, sql, NULL, NULL, &error) == SQLITE_OK)) {
        printf("# %s: %s\n", sql, error);
    }
    sqlite3_free(error);
    (void)sqlite3_close(db);
}

/* One integer of the store. */
static inline int64_t fixture_int(const fixture *f, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int64_t value = -1;
#ifdef PLM_WITH_POSTGRESQL
    if (fixture_is_postgresql()) {
        return fixture_pg(f->path, sql);
    }
#endif
    CHECK(sqlite3_open(f->path, &db) == SQLITE_OK);
    if (CHECK(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK) &&
        sqlite3_step(s) == SQLITE_ROW) {
        value = sqlite3_column_int64(s, 0);
    }
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(db);
    return value;
}

#endif
