/* SPDX-License-Identifier: Apache-2.0 */
#include "store/postgresql/migrate.h"

#include <stdio.h>
#include <string.h>

/* One value of one row, as text, into out. PLM_E_NOT_FOUND: no row, or NULL. */
static plm_status query(plm_db *db, char *out, size_t size, const char *sql)
{
    PGresult *result = plm_pq.PQexec(db->connection, sql);
    if (plm_pq.PQresultStatus(result) != PGRES_TUPLES_OK) {
        return plm_pg_failed(db, result);
    }
    bool is_there = plm_pq.PQntuples(result) > 0 && !plm_pq.PQgetisnull(result, 0, 0);
    if (is_there) {
        (void)snprintf(out, size, "%s", plm_pq.PQgetvalue(result, 0, 0));
    }
    plm_pq.PQclear(result);
    return is_there ? PLM_OK : PLM_E_NOT_FOUND;
}

static plm_status query_flag(plm_db *db, bool *out, const char *sql)
{
    char text[8] = "";
    plm_status status = query(db, text, sizeof text, sql);
    *out = text[0] == 't';
    return status;
}

/* The migrations that were applied, in *n; each is the one this program knows. */
static plm_status check_applied(plm_db *db, size_t *n, char *error, size_t size)
{
    PGresult *result =
        plm_pq.PQexec(db->connection, "SELECT number, digest FROM migration ORDER BY number");
    if (plm_pq.PQresultStatus(result) != PGRES_TUPLES_OK) {
        return plm_pg_failed(db, result);
    }
    plm_status status = PLM_OK;
    *n = (size_t)plm_pq.PQntuples(result);
    if (*n > plm_postgresql_n_migrations) {
        (void)snprintf(error, size,
                       "it is of version %zu, and this program knows %zu: it is too old", *n,
                       plm_postgresql_n_migrations);
        status = PLM_E_STORE;
    }
    for (size_t i = 0; status == PLM_OK && i < *n; i++) {
        char number[24];
        char digest[65];
        (void)snprintf(number, sizeof number, "%zu", i + 1);
        plm_migration_digest(digest, &plm_postgresql_migrations[i]);
        if (strcmp(plm_pq.PQgetvalue(result, (int)i, 0), number) != 0 ||
            strcmp(plm_pq.PQgetvalue(result, (int)i, 1), digest) != 0) {
            (void)snprintf(error, size, "its migration %zu is not the one this program knows",
                           i + 1);
            status = PLM_E_STORE;
        }
    }
    plm_pq.PQclear(result);
    return status;
}

static plm_status apply(plm_db *db, size_t number, const plm_migration *m)
{
    char digest[65];
    char mark[256];
    plm_migration_digest(digest, m);
    (void)snprintf(mark, sizeof mark,
                   "INSERT INTO migration (number, name, digest) VALUES (%zu, '%s', '%s')", number,
                   m->name, digest);
    plm_status status = plm_pg_execute(db, m->sql);
    return status == PLM_OK ? plm_pg_execute(db, mark) : status;
}

/*
 * All missing migrations in one transaction: a store is of one version or of another. The advisory
 * lock is for two processes that both find no table to lock.
 */
static plm_status apply_all(plm_db *db, char *error, size_t size)
{
    size_t n = 0;
    plm_status status = plm_pg_execute(
        db, "BEGIN; SELECT pg_advisory_xact_lock(1347177807, hashtext(current_schema())); "
            "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, "
            "name TEXT COLLATE \"C\" NOT NULL, digest TEXT COLLATE \"C\" NOT NULL); "
            "LOCK TABLE migration IN EXCLUSIVE MODE");
    if (status == PLM_OK) {
        status = check_applied(db, &n, error, size);
    }
    for (size_t i = n; status == PLM_OK && i < plm_postgresql_n_migrations; i++) {
        status = apply(db, i + 1, &plm_postgresql_migrations[i]);
    }
    if (status == PLM_OK) {
        status = plm_pg_execute(db, "COMMIT");
    }
    if (status != PLM_OK && !plm_pg_is_lost(db)) {
        plm_pq.PQclear(plm_pq.PQexec(db->connection, "ROLLBACK"));
    }
    return status;
}

/* Whether there is a store, or room for one. */
static plm_status look(plm_db *db, bool create, bool *is_new, char *error, size_t size)
{
    bool is_store = false;
    bool is_empty = false;
    char schema[80] = "";
    plm_status status = query(db, schema, sizeof schema, "SELECT current_schema()");
    if (status == PLM_E_NOT_FOUND) {
        (void)snprintf(error, size, "no schema of the search path is there");
        return PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = query_flag(db, &is_store,
                            "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'migration' "
                            "AND schemaname = current_schema())");
    }
    if (status == PLM_OK) {
        status = query_flag(db, &is_empty,
                            "SELECT NOT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = "
                            "current_schema())");
    }
    if (status == PLM_OK && is_empty && !create) {
        (void)snprintf(error, size, "there is no store of Palermo in it");
        return PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK && !is_store && !is_empty) {
        (void)snprintf(error, size, "it is a database, but not a store of Palermo");
        return PLM_E_STORE;
    }
    *is_new = is_empty;
    return status;
}

plm_status plm_postgresql_migrate(plm_db *db, bool create, char *error, size_t size)
{
    bool is_new = false;
    size_t n = 0;
    error[0] = '\0';
    plm_status status = look(db, create, &is_new, error, size);
    if (status == PLM_OK && !is_new) {
        status = check_applied(db, &n, error, size);
    }
    if (status == PLM_OK && n < plm_postgresql_n_migrations) {
        status = apply_all(db, error, size);
    }
    if (status != PLM_OK && error[0] == '\0') {
        (void)snprintf(error, size, "%s", db->error);
    }
    return status == PLM_OK || status == PLM_E_NOT_FOUND ? status : PLM_E_STORE;
}
