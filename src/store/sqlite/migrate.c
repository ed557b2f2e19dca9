/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/migrate.h"

#include <stdio.h>
#include <string.h>

enum {
    APPLICATION_ID = 0x504C4D4F
}; /* "PLMO" */

static int pragma_int(sqlite3 *db, const char *sql, int *out)
{
    sqlite3_stmt *s = NULL;
    int result = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_step(s);
        if (result == SQLITE_ROW) {
            *out = sqlite3_column_int(s, 0);
            result = SQLITE_OK;
        }
    }
    (void)sqlite3_finalize(s);
    return result;
}

static int apply(sqlite3 *db, size_t number, const plm_migration *m)
{
    char digest[65];
    plm_migration_digest(digest, m);
    char *mark = sqlite3_mprintf("INSERT INTO migration (number, name, digest) VALUES (%d, %Q, %Q);"
                                 "PRAGMA user_version = %d; PRAGMA application_id = %d;",
                                 (int)number, m->name, digest, (int)number, APPLICATION_ID);
    if (mark == NULL) {
        return SQLITE_NOMEM;
    }
    int result = sqlite3_exec(db, m->sql, NULL, NULL, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_exec(db, mark, NULL, NULL, NULL);
    }
    sqlite3_free(mark);
    return result;
}

/* All missing migrations in one transaction: a store is of one version or of another. */
static int apply_all(sqlite3 *db, size_t from)
{
    int result = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    int version = 0;
    if (result == SQLITE_OK) {
        result = pragma_int(db, "PRAGMA user_version", &version);
    }
    if (result == SQLITE_OK && (size_t)version > from) {
        from = (size_t)version; /* another process was faster */
    }
    if (result == SQLITE_OK) {
        result = sqlite3_exec(db,
                              "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, "
                              "name TEXT NOT NULL, digest TEXT NOT NULL) STRICT",
                              NULL, NULL, NULL);
    }
    for (size_t i = from; result == SQLITE_OK && i < plm_sqlite_n_migrations; i++) {
        result = apply(db, i + 1, &plm_sqlite_migrations[i]);
    }
    if (result == SQLITE_OK) {
        return sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return result;
}

/* The migrations that were applied are the ones this program knows. */
static int check_digests(sqlite3 *db, size_t n, size_t *different)
{
    sqlite3_stmt *s = NULL;
    int result =
        sqlite3_prepare_v2(db, "SELECT digest FROM migration WHERE number = ?1", -1, &s, NULL);
    *different = 0;
    for (size_t i = 0; result == SQLITE_OK && i < n && *different == 0; i++) {
        char digest[65];
        plm_migration_digest(digest, &plm_sqlite_migrations[i]);
        (void)sqlite3_bind_int(s, 1, (int)i + 1);
        const int step = sqlite3_step(s);
        const char *found = step == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;
        if (found != NULL ? strcmp(found, digest) != 0 : step == SQLITE_DONE) {
            *different = i + 1;
        } else if (found == NULL) {
            result = step == SQLITE_ROW ? SQLITE_NOMEM : step; /* the column is NOT NULL */
        }
        (void)sqlite3_reset(s);
    }
    (void)sqlite3_finalize(s);
    return result;
}

plm_status plm_sqlite_migrate(sqlite3 *db, bool create, char *error, size_t size)
{
    int id = 0;
    int version = 0;
    size_t different = 0;
    int result = pragma_int(db, "PRAGMA application_id", &id);
    if (result == SQLITE_OK) {
        result = pragma_int(db, "PRAGMA user_version", &version);
    }
    bool is_new = result == SQLITE_OK && id == 0 && version == 0;
    if (is_new && create) {
        int n_tables = 0;
        result = pragma_int(db, "SELECT count(*) FROM sqlite_schema", &n_tables);
        is_new = result == SQLITE_OK && n_tables == 0;
    }
    if (result != SQLITE_OK) {
        (void)snprintf(error, size, "%s", sqlite3_errmsg(db));
        return PLM_E_STORE;
    }
    if ((id != APPLICATION_ID && !(is_new && create)) || version < 0) {
        (void)snprintf(error, size, "it is a database, but not a store of Palermo");
        return PLM_E_STORE;
    }
    if ((size_t)version > plm_sqlite_n_migrations) {
        (void)snprintf(error, size,
                       "it is of version %d, and this program knows %zu: it is too old", version,
                       plm_sqlite_n_migrations);
        return PLM_E_STORE;
    }
    if ((size_t)version < plm_sqlite_n_migrations) {
        result = apply_all(db, (size_t)version);
    }
    if (result == SQLITE_OK) {
        result = check_digests(db, plm_sqlite_n_migrations, &different);
    }
    if (result != SQLITE_OK) {
        (void)snprintf(error, size, "%s",
                       sqlite3_errcode(db) == result ? sqlite3_errmsg(db) : sqlite3_errstr(result));
        return PLM_E_STORE;
    }
    if (different > 0) {
        (void)snprintf(error, size, "its migration %zu is not the one this program knows",
                       different);
        return PLM_E_STORE;
    }
    return PLM_OK;
}
