/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connection.c - one connection to PostgreSQL: opening it, coming back, transactions.
 */
#include "store/postgresql/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * What every connection is told. Nothing here is worth compiling: of tables that have just been
 * filled the planner knows too little to tell what is.
 */
static const char session[] =
    "SET jit = off; SET client_min_messages = warning; SET lock_timeout = 10000; SET "
    "statement_timeout = 0; "
    "SET idle_in_transaction_session_timeout = 0; SET bytea_output = 'hex'; " PLM_PG_SYNC_COMMITS;

enum {
    CONNECTION_PARAMETERS_MAX = 100 /* more than libpq knows */
};

/* Pauses before the attempts to come back, in milliseconds. */
static const long pauses_ms[] = {0, 250, 1000, 4000};

/* The first line of the words, without the program's name or the severity before it. */
static void keep_words(char *out, size_t size, const char *words)
{
    static const char *const severities[] = {"ERROR:  ", "FATAL:  ", "PANIC:  "};
    size_t n_out = 0;
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++) {
        if (strncmp(words, severities[i], strlen(severities[i])) == 0) {
            words += strlen(severities[i]);
        }
    }
    /* libpq tells of an attempt in two lines, of which the second says why. */
    for (; *words != '\0' && n_out + 1 < size; words++) {
        bool is_space = (unsigned char)*words <= ' ';
        if (!is_space || (n_out > 0 && out[n_out - 1] != ' ')) {
            out[n_out++] = is_space ? ' ' : *words;
        }
    }
    while (n_out > 0 && out[n_out - 1] == ' ') {
        n_out--;
    }
    out[n_out] = '\0';
}

plm_status plm_pg_failed(plm_db *db, PGresult *result)
{
    const char *state = result != NULL ? plm_pq.PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *words = result != NULL ? plm_pq.PQresultErrorMessage(result)
                                       : plm_pq.PQerrorMessage(db->connection);
    plm_status status = PLM_E_STORE;
    if (state != NULL && strcmp(state, "23505") == 0) { /* unique_violation */
        status = PLM_E_EXISTS;
    }
    if (state != NULL && strcmp(state, "55P03") == 0) { /* lock_not_available */
        words = "another process has been writing for too long";
    }
    keep_words(db->error, sizeof db->error, words[0] != '\0' ? words : "the connection was lost");
    plm_pq.PQclear(result);
    return status;
}

plm_status plm_pg_execute(plm_db *db, const char *sql)
{
    PGresult *result = plm_pq.PQexec(db->connection, sql);
    ExecStatusType how = plm_pq.PQresultStatus(result);
    if (how != PGRES_COMMAND_OK && how != PGRES_TUPLES_OK) {
        return plm_pg_failed(db, result);
    }
    plm_pq.PQclear(result);
    return PLM_OK;
}

bool plm_pg_is_lost(const plm_db *db)
{
    return plm_pq.PQstatus(db->connection) != CONNECTION_OK;
}

static plm_status start_session(plm_db *db)
{
    db->generation++;
    db->in_transaction = false;
    db->is_failed = false;
    (void)plm_pq.PQsetErrorVerbosity(db->connection,
                                     PQERRORS_TERSE); /* details name keys' values */
    return plm_pg_execute(db, session);
}

plm_status plm_pg_revive(plm_db *db)
{
    if (!plm_pg_is_lost(db)) {
        return PLM_OK;
    }
    if (db->in_transaction) {
        return plm_pg_failed(db, NULL);
    }
    plm_status status = PLM_E_STORE;
    for (size_t i = 0; status != PLM_OK && i < sizeof pauses_ms / sizeof *pauses_ms; i++) {
        const struct timespec pause = {pauses_ms[i] / 1000, pauses_ms[i] % 1000 * 1000000};
        (void)nanosleep(&pause, NULL);
        plm_pq.PQreset(db->connection);
        status = plm_pg_is_lost(db) ? plm_pg_failed(db, NULL) : start_session(db);
    }
    return status;
}

plm_status plm_pg_begin(plm_db *db, bool writes)
{
    const char *sql = !writes         ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                      : db->is_beside ? "BEGIN; LOCK TABLE loading IN SHARE MODE"
                                      : "BEGIN; LOCK TABLE migration IN EXCLUSIVE MODE";
    plm_status status = plm_pg_revive(db);
    if (status == PLM_OK) {
        status = plm_pg_execute(db, sql);
    }
    if (status != PLM_OK && plm_pg_is_lost(db)) {
        /* The server went while nobody looked; nothing has happened yet. */
        status = plm_pg_revive(db);
        if (status == PLM_OK) {
            status = plm_pg_execute(db, sql);
        }
    }
    if (status != PLM_OK) {
        plm_pq.PQclear(plm_pq.PQexec(db->connection, "ROLLBACK"));
        return PLM_E_STORE;
    }
    db->in_transaction = true;
    return PLM_OK;
}

plm_status plm_pg_commit(plm_db *db)
{
    if (db->is_failed || plm_pq.PQtransactionStatus(db->connection) != PQTRANS_INTRANS) {
        /* COMMIT would be taken for ROLLBACK, and say it had gone well. */
        return PLM_E_STORE;
    }
    plm_status status = plm_pg_execute(db, "COMMIT");
    if (status != PLM_OK) {
        db->is_failed = true;
        return PLM_E_STORE;
    }
    db->in_transaction = false;
    return PLM_OK;
}

void plm_pg_rollback(plm_db *db)
{
    db->in_transaction = false;
    db->is_failed = false;
    if (!plm_pg_is_lost(db)) {
        plm_pq.PQclear(plm_pq.PQexec(db->connection, "ROLLBACK"));
    }
}

static void pg_close(plm_db *db)
{
    if (db->owner == getpid()) {
        plm_pq.PQfinish(db->connection);
    }
    free(db);
}

static const char *pg_error(plm_db *db)
{
    return db->error;
}

static size_t pg_files(plm_db *db, char out[][PATH_MAX], size_t max)
{
    static const char *const keywords[] = {"passfile", "sslrootcert", "sslcert",
                                           "sslkey",   "sslcrl",      "sslcrldir"};
    size_t n = 0;
    PQconninfoOption *options = plm_pq.PQconninfo(db->connection);
    for (const PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++) {
        for (size_t i = 0; i < sizeof keywords / sizeof *keywords && n < max; i++) {
            if (o->val != NULL && o->val[0] != '\0' && strcmp(o->keyword, keywords[i]) == 0) {
                (void)snprintf(out[n++], PATH_MAX, "%s", o->val);
            }
        }
    }
    plm_pq.PQconninfoFree(options);
    return n;
}

const plm_db_driver plm_postgresql_driver = {
    .close = pg_close,
    .error = pg_error,
    .files = pg_files,
    .begin = plm_pg_begin,
    .commit = plm_pg_commit,
    .rollback = plm_pg_rollback,
    .prepare = plm_pg_prepare,
    .finalize = plm_pg_finalize,
    .reset = plm_pg_reset,
    .walk = plm_pg_walk,
    .bind_int = plm_pg_bind_int,
    .bind_text = plm_pg_bind_text,
    .bind_bytes = plm_pg_bind_bytes,
    .step = plm_pg_step,
    .column_int = plm_pg_column_int,
    .column_text = plm_pg_column_text,
    .column_bytes = plm_pg_column_bytes,
    .column_is_null = plm_pg_column_is_null,
    .bulk = plm_pg_bulk,
    .set_load_mode = plm_pg_set_load_mode,
    .lock_load = plm_pg_lock_load,
    .unlock_load = plm_pg_unlock_load,
    .open_beside = plm_pg_open_beside,
    .pause = plm_pg_pause,
    .say = plm_pg_say,
    .scratch = plm_pg_scratch,
    .settle = plm_pg_settle,
    .learn = plm_pg_learn,
    .find_sources = "SELECT id, digest, source_id FROM record WHERE register_id = $1 AND source_id "
                    "= ANY (string_to_array($2, chr(31)))",
    .is_durable = "SELECT CASE WHEN current_setting('fsync') = 'on' AND "
                  "current_setting('full_page_writes') = 'on' THEN 1 ELSE 0 END",
    .is_writable =
        "SELECT CASE WHEN current_setting('transaction_read_only') = 'off' THEN 1 ELSE 0 END",
    .list_columns =
        "SELECT c.relname, a.attname, CASE a.atttypid WHEN 'bigint'::regtype THEN 'i' WHEN "
        "'text'::regtype THEN 't' ELSE 'b' END, coalesce(array_position(i.indkey::int2[], "
        "a.attnum) + 1, 0) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum "
        "> 0 AND NOT a.attisdropped LEFT JOIN pg_index i ON i.indrelid = c.oid AND "
        "i.indisprimary WHERE c.relkind = 'r' AND c.relnamespace = "
        "current_schema()::regnamespace AND c.relname NOT IN ('migration', 'backup', 'base', "
        "'record_search') ORDER BY c.relname, a.attname",
    .list_references =
        "SELECT DISTINCT c.relname, r.relname FROM pg_constraint k JOIN pg_class c ON c.oid = "
        "k.conrelid JOIN pg_class r ON r.oid = k.confrelid WHERE k.contype = 'f' AND "
        "k.connamespace = current_schema()::regnamespace",
};

/* A command line and a configuration are read by others; a password has files of its own. */
static plm_status check_uri(const char *uri, char *error, size_t size)
{
    char *words = NULL;
    PQconninfoOption *options = plm_pq.PQconninfoParse(uri, &words);
    plm_status status = PLM_OK;
    if (options == NULL) {
        /* libpq's words quote what they are about. */
        const bool may_tell = words != NULL && strchr(uri, '@') == NULL && !strstr(uri, "password");
        keep_words(error, size, may_tell ? words : "is no connection URI that libpq can read");
        status = PLM_E_ARGUMENT;
    }
    for (const PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++) {
        if (o->val != NULL &&
            (strcmp(o->keyword, "password") == 0 || strcmp(o->keyword, "sslpassword") == 0)) {
            (void)snprintf(error, size,
                           "a password does not belong there: put it into ~/.pgpass, a file that "
                           "PGPASSFILE names, or a service file");
            status = PLM_E_ARGUMENT;
        }
    }
    plm_pq.PQconninfoFree(options);
    plm_pq.PQfreemem(words);
    return status;
}

/* Takes the connection, and tells it what each is told. */
static plm_status create(plm_db **out, PGconn *connection, char *error, size_t size)
{
    (void)snprintf(error, size, "out of memory");
    plm_db *db = connection != NULL ? (plm_db *)calloc(1, sizeof *db) : NULL;
    if (db == NULL) {
        plm_pq.PQfinish(connection);
        return PLM_E_NOMEM;
    }
    db->owner = getpid();
    db->connection = connection;
    plm_status status = plm_pg_is_lost(db) ? plm_pg_failed(db, NULL) : start_session(db);
    if (status != PLM_OK) {
        (void)snprintf(error, size, "%s", db->error);
        pg_close(db);
        return status;
    }
    *out = db;
    return PLM_OK;
}

/* What comes after dbname overrides the URI, what comes before is overridden by it. */
static PGconn *connect_to(const char *uri)
{
    static const char *const keywords[] = {"connect_timeout",
                                           "keepalives_idle",
                                           "tcp_user_timeout",
                                           "fallback_application_name",
                                           "dbname",
                                           "client_encoding",
                                           NULL};
    const char *values[] = {"10", "30", "30000", "palermo", uri, "UTF8", NULL};
    return plm_pq.PQconnectdbParams(keywords, values, 1);
}

plm_status plm_postgresql_open(plm_db **out, const char *uri, bool create_tables, char *error,
                               size_t size)
{
    plm_db *db = NULL;
    plm_status status = plm_pq_load(error, size);
    if (status == PLM_OK) {
        status = check_uri(uri, error, size);
    }
    if (status == PLM_OK) {
        status = create(&db, connect_to(uri), error, size);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = plm_postgresql_migrate(db, create_tables, error, size);
    if (status != PLM_OK) {
        pg_close(db);
        return status;
    }
    *out = db;
    return PLM_OK;
}

/* With the same parameters, whatever they came from: URI, service file, environment. */
static PGconn *connect_again(PGconn *connection)
{
    const char *keywords[CONNECTION_PARAMETERS_MAX + 1] = {NULL};
    const char *values[CONNECTION_PARAMETERS_MAX + 1] = {NULL};
    size_t n = 0;
    PQconninfoOption *options = plm_pq.PQconninfo(connection);
    for (const PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++) {
        if (o->val != NULL && n < CONNECTION_PARAMETERS_MAX) {
            keywords[n] = o->keyword;
            values[n++] = o->val;
        }
    }
    PGconn *again = options != NULL ? plm_pq.PQconnectdbParams(keywords, values, 0) : NULL;
    plm_pq.PQconninfoFree(options);
    return again;
}

plm_status plm_pg_open_beside(plm_db *db, plm_db **out)
{
    char error[PLM_PG_ERROR_MAX];
    plm_status status = plm_pg_revive(db);
    if (status == PLM_OK) {
        status = create(out, connect_again(db->connection), error, sizeof error);
    }
    if (status == PLM_OK) {
        (*out)->is_beside = true;
    }
    return status;
}
