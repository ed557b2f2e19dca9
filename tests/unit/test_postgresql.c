/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PostgreSQL driver, against a server (tests/support/postgresql.py): its schema is SQLite's, it
 * keeps writers apart, survives a taken key and a lost connection, and refuses what is no store.
 */
#include "store/postgresql/migrate.h"
#include "store/sql.h"
#include "store/sqlite/migrate.h"
#include "store_fixture.h"

#include <pthread.h>
#include <unistd.h>

static plm_status open_at(const char *where, bool create, const char *words)
{
    char error[PLM_STORE_ERROR_MAX] = "";
    plm_store *store = NULL;
    plm_status status = plm_store_open(&store, where, create, error);
    if (words != NULL && !CHECK(strstr(error, words) != NULL)) {
        printf("# said: %s\n", error);
    }
    plm_store_close(store);
    return status;
}

static void test_what_is_no_uri_or_has_a_password(void)
{
    CHECK_STATUS(open_at("postgresql://a:secret@/x", true, "a password does not belong there"),
                 PLM_E_ARGUMENT);
    CHECK_STATUS(open_at("postgres:///x?password=secret", true, "a password does not belong"),
                 PLM_E_ARGUMENT);
    CHECK_STATUS(open_at("postgresql:///x?sslpassword=secret", true, "a password does not belong"),
                 PLM_E_ARGUMENT);
    CHECK_STATUS(open_at("postgresql:///x?no_such=1", true, "no_such"), PLM_E_ARGUMENT);
    CHECK_STATUS(open_at("postgresql:///x?host=/nonexistent", true, "/nonexistent"), PLM_E_STORE);
    CHECK(!plm_store_is_postgresql("/var/lib/postgresql://x"));
}

static void test_what_is_no_store_is_refused(void)
{
    fixture f;
    fixture_make(&f);
    /* The functions of the fixture are no tables: the schema is empty. */
    CHECK_STATUS(open_at(f.path, false, "no store of Palermo"), PLM_E_NOT_FOUND);
    fixture_sql(&f, "CREATE TABLE something (x int)");
    CHECK_STATUS(open_at(f.path, false, "not a store"), PLM_E_STORE);
    CHECK_STATUS(open_at(f.path, true, "not a store"), PLM_E_STORE);
    fixture_sql(&f, "DROP TABLE something");
    CHECK_STATUS(open_at(f.path, true, NULL), PLM_OK);
    fixture_sql(&f, "UPDATE migration SET digest = 'another' WHERE number = 2");
    CHECK_STATUS(open_at(f.path, false, "its migration 2 is not the one"), PLM_E_STORE);
    fixture_close(&f);
    fixture_open(&f);
    char sql[100];
    (void)snprintf(sql, sizeof sql, "INSERT INTO migration VALUES (%zu, '', '')",
                   plm_postgresql_n_migrations + 1);
    fixture_sql(&f, sql);
    CHECK_STATUS(open_at(f.path, false, "too old"), PLM_E_STORE);
    fixture_close(&f);
}

static void test_an_older_store_is_brought_up_to_date(void)
{
    for (size_t version = 1; version < plm_postgresql_n_migrations; version += 2) {
        fixture f;
        fixture_make(&f);
        fixture_sql(&f, "CREATE TABLE migration (number BIGINT PRIMARY KEY, name TEXT COLLATE "
                        "\"C\" NOT NULL, digest TEXT COLLATE \"C\" NOT NULL)");
        for (size_t i = 0; i < version; i++) {
            char mark[256];
            char digest[65];
            const plm_migration *m = &plm_postgresql_migrations[i];
            plm_migration_digest(digest, m);
            (void)snprintf(mark, sizeof mark, "INSERT INTO migration VALUES (%zu, '%s', '%s')",
                           i + 1, m->name, digest);
            PGconn *c = PQconnectdb(f.path);
            PQclear(PQexec(c, m->sql));
            PQfinish(c);
            fixture_sql(&f, mark);
        }
        fixture_sql(&f, "INSERT INTO setting VALUES ('k', 'kept')");
        CHECK_STATUS(open_at(f.path, false, NULL), PLM_OK);
        CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM migration"),
                     plm_postgresql_n_migrations);
        CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM setting WHERE value = 'kept'"), 1);
        fixture_close(&f);
    }
}

/* --- the two schemas are one --- */

enum {
    LIST_MAX = 1 << 16
};

static void append_row(char *list, const char *a, const char *b, const char *c, const char *d)
{
    size_t n = strlen(list);
    (void)snprintf(list + n, LIST_MAX - n, "%s %s %s %s\n", a, b, c, d);
}

static void list_sqlite(char *list, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    char error[PLM_STORE_ERROR_MAX];
    char path[] = "/tmp/plm-schema-XXXXXX";
    int fd = mkstemp(path);
    plm_store *store = NULL;
    CHECK(fd >= 0 && close(fd) == 0);
    list[0] = '\0';
    CHECK_STATUS(plm_store_open(&store, path, true, error), PLM_OK);
    plm_store_close(store);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    if (!CHECK(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK)) {
        printf("# %s\n", sqlite3_errmsg(db));
    }
    while (sqlite3_step(s) == SQLITE_ROW) {
        append_row(list, (const char *)sqlite3_column_text(s, 0),
                   (const char *)sqlite3_column_text(s, 1), (const char *)sqlite3_column_text(s, 2),
                   (const char *)sqlite3_column_text(s, 3));
    }
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(db);
    (void)unlink(path);
}

static void list_postgresql(char *list, const char *uri, const char *sql)
{
    PGconn *c = PQconnectdb(uri);
    PGresult *r = PQexec(c, sql);
    list[0] = '\0';
    if (!CHECK(PQresultStatus(r) == PGRES_TUPLES_OK)) {
        printf("# %s\n", PQerrorMessage(c));
    }
    for (int i = 0; i < PQntuples(r); i++) {
        append_row(list, PQgetvalue(r, i, 0), PQgetvalue(r, i, 1), PQgetvalue(r, i, 2),
                   PQgetvalue(r, i, 3));
    }
    PQclear(r);
    PQfinish(c);
}

static void check_same(const char *uri, const char *what, const char *sqlite, const char *pg)
{
    static char a[LIST_MAX];
    static char b[LIST_MAX];
    list_sqlite(a, sqlite);
    list_postgresql(b, uri, pg);
    CHECK(strlen(a) > 300);
    if (!CHECK(strcmp(a, b) == 0)) {
        size_t i = 0;
        while (a[i] == b[i]) {
            i++;
        }
        while (i > 0 && a[i - 1] != '\n') {
            i--;
        }
        printf("# %s: SQLite has %.60s\n# PostgreSQL has %.60s\n", what, a + i, b + i);
    }
}

/* Tables, columns, types, NOT NULL; primary keys; foreign keys and what they do; indexes. */
static void test_the_schema_is_that_of_sqlite(void)
{
    fixture f;
    fixture_open(&f);
    check_same(f.path, "columns",
               "SELECT t.name, c.name, CASE c.type WHEN 'INTEGER' THEN 'bigint' WHEN 'BLOB' THEN "
               "'bytea' WHEN 'TEXT' THEN 'text/C' ELSE '?' END, CASE WHEN c.\"notnull\" OR c.pk "
               "THEN 'required' ELSE 'optional' END FROM pragma_table_list t, "
               "pragma_table_info(t.name) c WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' "
               "ORDER BY t.name, c.name",
               "SELECT table_name::text COLLATE \"C\", column_name::text COLLATE \"C\", CASE WHEN "
               "data_type = 'text' THEN 'text/' || collation_name ELSE data_type END, CASE "
               "is_nullable WHEN 'NO' THEN 'required' ELSE 'optional' END FROM "
               "information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2");
    check_same(f.path, "keys",
               "SELECT t.name, c.pk, c.name, '' FROM pragma_table_list t, "
               "pragma_table_info(t.name) c WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' "
               "AND c.pk > 0 ORDER BY t.name, c.pk",
               "SELECT k.table_name::text COLLATE \"C\", ordinal_position, column_name, '' FROM "
               "information_schema.key_column_usage k JOIN information_schema.table_constraints c "
               "USING (constraint_schema, constraint_name) WHERE k.table_schema = current_schema() "
               "AND constraint_type = 'PRIMARY KEY' ORDER BY 1, 2");
    check_same(f.path, "references",
               "SELECT t.name, k.\"from\", k.\"table\", k.\"to\" || ' ' || k.on_delete FROM "
               "pragma_table_list t, pragma_foreign_key_list(t.name) k WHERE t.schema = 'main' "
               "AND t.name NOT IN ('record', 'record_value', 'record_offence') "
               "ORDER BY t.name, k.\"from\"",
               "SELECT c.conrelid::regclass::text COLLATE \"C\", a.attname::text COLLATE \"C\", "
               "c.confrelid::regclass::text, b.attname || CASE confdeltype WHEN 'c' THEN "
               "' CASCADE' WHEN 'a' THEN ' NO ACTION' ELSE '?' END FROM pg_constraint c "
               "JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1] "
               "JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = confkey[1] "
               "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace "
               "ORDER BY 1, 2");
    check_same(
        f.path, "indexes",
        "SELECT t.name, group_concat(c.name, ','), i.\"unique\", i.partial FROM "
        "pragma_table_list t, pragma_index_list(t.name) i, pragma_index_info(i.name) c "
        "WHERE t.schema = 'main' AND i.origin <> 'pk' GROUP BY t.name, i.name "
        "ORDER BY t.name, 2",
        "SELECT i.indrelid::regclass::text COLLATE \"C\", (SELECT string_agg(attname, ',' "
        "ORDER BY array_position(i.indkey::int2[], attnum)) COLLATE \"C\" FROM pg_attribute "
        "WHERE attrelid = i.indrelid AND attnum = ANY (i.indkey::int2[])), "
        "i.indisunique::int, (i.indpred IS NOT NULL)::int FROM pg_index i JOIN pg_class c ON "
        "c.oid = i.indrelid WHERE NOT indisprimary AND c.relnamespace = "
        "current_schema()::regnamespace ORDER BY 1, 2");
    fixture_close(&f);
}

/* --- writers --- */

enum {
    N_WRITERS = 4,
    N_TURNS = 25
};

static void *count_up(void *path)
{
    char error[PLM_STORE_ERROR_MAX];
    plm_store *store = NULL;
    plm_status status = plm_store_open(&store, (const char *)path, false, error);
    for (int i = 0; status == PLM_OK && i < N_TURNS; i++) {
        int64_t n = 0;
        status = plm_store_begin(store);
        if (status == PLM_OK) {
            status = plm_sql_int(store, &n, "SELECT failures FROM delivery WHERE peer = 'P'", "");
        }
        if (status == PLM_OK) {
            status = plm_sql_run(store, "UPDATE delivery SET failures = $1 WHERE peer = 'P'", "i",
                                 n + 1);
        }
        if (status == PLM_OK) {
            status = plm_store_commit(store);
        }
    }
    plm_store_close(store);
    return status == PLM_OK ? NULL : path;
}

/* Each reads, and writes what it read and one more: none may overtake another in between. */
static void test_writers_are_serial(void)
{
    fixture f;
    pthread_t threads[N_WRITERS];
    fixture_open(&f);
    fixture_sql(&f, "INSERT INTO delivery VALUES ('P', 0, 0)");
    for (size_t i = 0; i < N_WRITERS; i++) {
        CHECK(pthread_create(&threads[i], NULL, count_up, f.path) == 0);
    }
    for (size_t i = 0; i < N_WRITERS; i++) {
        void *failed = NULL;
        CHECK(pthread_join(threads[i], &failed) == 0 && failed == NULL);
    }
    CHECK_EQ_INT(fixture_int(&f, "SELECT failures FROM delivery"), N_WRITERS * N_TURNS);
    fixture_close(&f);
}

/* A reader is not kept waiting by a writer, and sees what was committed. */
static void test_readers_do_not_wait(void)
{
    fixture f;
    char error[PLM_STORE_ERROR_MAX];
    plm_store *other = NULL;
    uint64_t n = 9;
    int64_t id;
    fixture_open(&f);
    CHECK_STATUS(plm_store_open(&other, f.path, false, error), PLM_OK);
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    CHECK_STATUS(plm_store_register(f.store, "one", "csv", 1, &id), PLM_OK);
    CHECK_STATUS(plm_store_count_records(other, &n), PLM_OK);
    CHECK_EQ_INT(n, 0);
    CHECK_STATUS(plm_store_commit(f.store), PLM_OK);
    plm_store_close(other);
    fixture_close(&f);
}

static void test_a_taken_key_leaves_the_transaction(void)
{
    fixture f;
    uint8_t id[32] = {1};
    plm_buf out;
    plm_buf_init(&out, 100);
    fixture_open(&f);
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    CHECK_STATUS(plm_store_put_tree(f.store, 1, plm_span_of(id, 32)), PLM_OK);
    CHECK_STATUS(plm_store_put_tree(f.store, 1, plm_span_of(id, 32)), PLM_E_EXISTS);
    CHECK_STATUS(plm_store_put_tree(f.store, 2, plm_span_of(id, 32)), PLM_OK);
    CHECK_STATUS(plm_store_put_setting(f.store, "k", "v"), PLM_OK);
    CHECK_STATUS(plm_store_commit(f.store), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM ledger_tree"), 2);
    /* Any other failure ends it: a commit must not pretend. */
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    CHECK_STATUS(plm_store_put_setting(f.store, "k", "another"), PLM_OK);
    CHECK_STATUS(plm_store_put_ratification(f.store, id, "AA", plm_span_of(NULL, 0), 1),
                 PLM_E_STORE);
    CHECK_STATUS(plm_store_get_setting(f.store, "k", &out), PLM_E_STORE);
    CHECK_STATUS(plm_store_commit(f.store), PLM_E_STORE);
    plm_store_rollback(f.store);
    CHECK_STATUS(plm_store_get_setting(f.store, "k", &out), PLM_OK);
    CHECK(plm_span_equal(plm_buf_span(&out), plm_span_str("v")));
    plm_buf_wipe(&out);
    fixture_close(&f);
}

/* --- walks --- */

enum {
    N_ROWS = 2 * PLM_PG_FETCH + 3
};

typedef struct row_walk {
    plm_store *store;
    int64_t n;
} row_walk;

static plm_status write_between(void *context, const plm_ledger_row *row)
{
    row_walk *w = (row_walk *)context;
    w->n++;
    CHECK_EQ_INT(row->sequence, w->n);
    CHECK_EQ_INT(row->time_ms, -w->n);
    if (w->n % 200 == 0) {
        CHECK_STATUS(plm_store_put_setting(w->store, "k", "v"), PLM_OK);
        CHECK_STATUS(plm_store_begin(w->store), PLM_OK);
        CHECK_STATUS(plm_store_put_setting(w->store, "k", "w"), PLM_OK);
        CHECK_STATUS(plm_store_commit(w->store), PLM_OK);
    }
    return PLM_OK;
}

/* Longer than what is in memory, with other statements and transactions between the rows. */
static void test_a_long_walk(void)
{
    fixture f;
    char sql[200];
    fixture_open(&f);
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO ledger SELECT i, -i, 'k', '', '' FROM generate_series(1, %d) i",
                   N_ROWS);
    fixture_sql(&f, sql);
    row_walk walk = {f.store, 0};
    CHECK_STATUS(plm_store_each_ledger(f.store, write_between, &walk), PLM_OK);
    CHECK_EQ_INT(walk.n, N_ROWS);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM setting"), 1);
    fixture_close(&f);
}

/* Those of this fixture alone: other programs use the server at the same time. */
static void end_sessions(const fixture *f)
{
    fixture_sql(f, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> "
                   "pg_backend_pid() AND application_name = current_setting('application_name')");
}

static plm_status lose_it(void *context, const plm_ledger_row *row)
{
    const fixture *f = (const fixture *)context;
    if (row->sequence == 1) {
        end_sessions(f);
    }
    return PLM_OK;
}

static void test_a_lost_connection(void)
{
    fixture f;
    char sql[200];
    uint64_t n;
    fixture_open(&f);
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO ledger SELECT i, -i, 'k', '', '' FROM generate_series(1, %d) i",
                   N_ROWS);
    fixture_sql(&f, sql);
    /* Between statements: nobody notices. */
    CHECK_STATUS(plm_store_put_setting(f.store, "k", "1"), PLM_OK);
    end_sessions(&f);
    CHECK_STATUS(plm_store_count_records(f.store, &n), PLM_OK);
    end_sessions(&f);
    CHECK_STATUS(plm_store_put_setting(f.store, "k", "2"), PLM_OK);
    end_sessions(&f);
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    /* Within a transaction: nothing of it stays, and the next one goes well. */
    CHECK_STATUS(plm_store_put_setting(f.store, "k", "3"), PLM_OK);
    end_sessions(&f);
    CHECK_STATUS(plm_store_put_setting(f.store, "k", "4"), PLM_E_STORE);
    CHECK(strstr(plm_store_error(f.store), "terminat") != NULL);
    CHECK_STATUS(plm_store_commit(f.store), PLM_E_STORE);
    plm_store_rollback(f.store);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM setting WHERE value = '2'"), 1);
    /* During a walk. */
    CHECK_STATUS(plm_store_each_ledger(f.store, lose_it, &f), PLM_E_STORE);
    CHECK_STATUS(plm_store_put_setting(f.store, "k", "5"), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM setting WHERE value = '5'"), 1);
    fixture_close(&f);
}

/* Gives its lock back as soon as somebody waits for it. */
static void *give_way(void *context)
{
    PGconn *c = (PGconn *)context;
    bool is_awaited = false;
    for (int turn = 0; !is_awaited && turn < 600; turn++) {
        PGresult *r = PQexec(c, "SELECT FROM pg_locks WHERE NOT granted AND relation = "
                                "'record_value'::regclass");
        is_awaited = PQntuples(r) > 0;
        PQclear(r);
        (void)usleep(10000);
    }
    PQclear(PQexec(c, "COMMIT"));
    return is_awaited ? context : NULL;
}

/* The server's own autovacuum is at work on a table when a load has filled it. */
static void test_what_is_being_vacuumed_is_learned(void)
{
    static const char n_learned[] = "SELECT count(*) FROM pg_class WHERE reltuples >= 0 AND oid IN "
                                    "('record'::regclass, 'record_value'::regclass)";
    fixture f;
    pthread_t thread;
    void *was_awaited = NULL;
    fixture_open(&f);
    PGconn *c = PQconnectdb(f.path);
    CHECK_EQ_INT(fixture_int(&f, n_learned), 0);
    PQclear(PQexec(c, "BEGIN; LOCK TABLE record_value IN SHARE UPDATE EXCLUSIVE MODE"));
    CHECK(pthread_create(&thread, NULL, give_way, c) == 0);
    f.store->driver->learn(f.store->db, "record_value, record");
    CHECK(pthread_join(thread, &was_awaited) == 0 && was_awaited != NULL);
    CHECK_EQ_INT(fixture_int(&f, n_learned), 2);
    PQfinish(c);
    fixture_close(&f);
}

int main(void)
{
    CHECK(plm_crypto_init() == PLM_OK);
    TAP_RUN(test_what_is_no_uri_or_has_a_password);
    TAP_RUN(test_what_is_no_store_is_refused);
    TAP_RUN(test_an_older_store_is_brought_up_to_date);
    TAP_RUN(test_the_schema_is_that_of_sqlite);
    TAP_RUN(test_writers_are_serial);
    TAP_RUN(test_readers_do_not_wait);
    TAP_RUN(test_a_taken_key_leaves_the_transaction);
    TAP_RUN(test_a_long_walk);
    TAP_RUN(test_a_lost_connection);
    TAP_RUN(test_what_is_being_vacuumed_is_learned);
    return tap_done();
}
