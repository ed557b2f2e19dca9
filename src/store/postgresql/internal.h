/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h - what the parts of the PostgreSQL driver share.
 *
 *   connection.c   one connection: opening, coming back after it was lost, transactions
 *   statement.c    prepared statements, parameters and results in binary form
 *   cursor.c       walks: any number of rows, a bounded number of them in memory
 *   bulk.c         many rows into one table
 *   loading.c      how a connection loads
 *   migrate.c      the schema
 *
 * Writers. A transaction that writes, and a single statement that does, first takes
 *     LOCK TABLE migration IN EXCLUSIVE MODE
 * which one transaction of a store holds at a time, which keeps no reader waiting, and which goes
 * with the transaction, however it ends. So each statement (READ COMMITTED) sees everything that
 * writers before it committed and nothing changes under a writer's hands, as with SQLite's
 * BEGIN IMMEDIATE (decision 0049).
 *
 * A connection beside another's, with which a load puts in what nobody sees yet, takes
 *     LOCK TABLE loading IN SHARE MODE
 * instead: it waits for nobody but who begins, mends or ends a load, and they wait for it (decision
 * 0081).
 *
 * Taken keys. PostgreSQL fails the whole transaction when an INSERT meets a taken key. A plain
 * INSERT within a transaction is therefore sent in one pipeline with a savepoint around it.
 *
 * A lost connection. What runs outside a transaction and only reads is tried once more on a new
 * connection; so is the beginning of a transaction. Within one, the loss is the caller's to see. A
 * connection that is lost while a commit is under way leaves open whether it happened, as a power
 * cut does; what the callers do then is the same (spec/store.md).
 */
#ifndef PLM_STORE_POSTGRESQL_INTERNAL_H
#define PLM_STORE_POSTGRESQL_INTERNAL_H

#include "store/db.h"
#include "store/postgresql/libpq.h"

#include <sys/types.h>

enum {
    PLM_PG_ERROR_MAX = 256,
    PLM_PG_PARAMETERS_MAX = 32,
    PLM_PG_BINARY = 1,  /* libpq's name for the format of a parameter or a result */
    PLM_PG_FETCH = 500, /* rows of a walk in memory */
    PLM_PG_LOCK_MS = 10000
};

/* Types' numbers in pg_type, the same in every database (catalog/pg_type.dat). */
typedef enum plm_pg_type {
    PLM_PG_BOOL = 16,
    PLM_PG_BYTEA = 17,
    PLM_PG_INT8 = 20,
    PLM_PG_INT2 = 21,
    PLM_PG_INT4 = 23,
    PLM_PG_TEXT = 25
} plm_pg_type;

struct plm_db {
    PGconn *connection;
    pid_t owner;         /* a child of it must not speak on its parent's connection */
    uint64_t generation; /* of the connection: another one knows nothing of what was prepared */
    uint64_t n_names;    /* of statements and cursors, given out so far */
    bool is_beside; /* opened by open_beside */
    bool in_transaction;
    bool is_failed; /* the transaction can only be rolled back */
    char error[PLM_PG_ERROR_MAX];
};

struct plm_statement {
    plm_db *db;
    const char *sql; /* borrowed */
    char name[24];
    bool is_read;        /* SELECT or WITH */
    bool is_guarded;     /* a plain INSERT */
    bool is_walk;        /* see plm_db_driver.walk */
    bool has_cursor;     /* one of this name is open on the server */
    bool is_at_end;      /* no rows beyond those of `result` */
    uint64_t generation; /* of the connection on which it was prepared; 0: on none */
    uint64_t cursor_generation;
    int n_parameters;
    Oid types[PLM_PG_PARAMETERS_MAX];
    const char *values[PLM_PG_PARAMETERS_MAX];
    int lengths[PLM_PG_PARAMETERS_MAX];
    int formats[PLM_PG_PARAMETERS_MAX];
    uint8_t numbers[PLM_PG_PARAMETERS_MAX][8];
    PGresult *result;
    int row;
    int n_rows;
};

/* --- connection.c --- */

/* Notes the words about a failure and clears result, which may be NULL (the connection's own). */
plm_status plm_pg_failed(plm_db *db, PGresult *result) PLM_MUST_CHECK;
/* Runs statements without results or parameters. */
plm_status plm_pg_execute(plm_db *db, const char *sql) PLM_MUST_CHECK;
bool plm_pg_is_lost(const plm_db *db);
/* A connection that was lost is made anew, with pauses between attempts; not in a transaction. */
plm_status plm_pg_revive(plm_db *db) PLM_MUST_CHECK;
plm_status plm_pg_begin(plm_db *db, bool writes) PLM_MUST_CHECK;
plm_status plm_pg_commit(plm_db *db) PLM_MUST_CHECK;
void plm_pg_rollback(plm_db *db);

plm_status plm_pg_open_beside(plm_db *db, plm_db **out) PLM_MUST_CHECK;

/* --- cursor.c --- */

/* Opens a cursor for the statement and fetches its first rows. */
plm_status plm_pg_cursor_open(plm_statement *s) PLM_MUST_CHECK;
plm_status plm_pg_cursor_fetch(plm_statement *s) PLM_MUST_CHECK;
void plm_pg_cursor_close(plm_statement *s);

/* --- statement.c --- */

plm_status plm_pg_prepare(plm_db *db, const char *sql, plm_statement **out) PLM_MUST_CHECK;
void plm_pg_finalize(plm_statement *s);
void plm_pg_reset(plm_statement *s);
void plm_pg_walk(plm_statement *s);
plm_status plm_pg_bind_int(plm_statement *s, int i, int64_t v) PLM_MUST_CHECK;
plm_status plm_pg_bind_text(plm_statement *s, int i, const char *v) PLM_MUST_CHECK;
plm_status plm_pg_bind_bytes(plm_statement *s, int i, plm_span v) PLM_MUST_CHECK;
plm_status plm_pg_step(plm_statement *s) PLM_MUST_CHECK;
int64_t plm_pg_column_int(plm_statement *s, int i);
const char *plm_pg_column_text(plm_statement *s, int i);
plm_span plm_pg_column_bytes(plm_statement *s, int i);
bool plm_pg_column_is_null(plm_statement *s, int i);
/* Takes a result's rows over. */
void plm_pg_take_rows(plm_statement *s, PGresult *result);

/* --- bulk.c: as plm_db_driver says --- */

plm_status plm_pg_bulk(plm_db *db, const plm_bulk *bulk) PLM_MUST_CHECK;
plm_status plm_pg_settle(plm_db *db) PLM_MUST_CHECK;
void plm_pg_learn(plm_db *db, const char *tables);

/* --- loading.c: as plm_db_driver says --- */

plm_status plm_pg_set_load_mode(plm_db *db, plm_load_mode mode) PLM_MUST_CHECK;
plm_status plm_pg_lock_load(plm_db *db, unsigned wait_ms) PLM_MUST_CHECK;
void plm_pg_unlock_load(plm_db *db);
void plm_pg_pause(plm_db *db);
void plm_pg_say(plm_db *db, const char *words);
const char *plm_pg_scratch(plm_db *db);

/* What every connection is told about commits: they are synced whatever the default is. */
#define PLM_PG_SYNC_COMMITS                                 \
    "SELECT set_config('synchronous_commit', 'on', false) " \
    "WHERE current_setting('synchronous_commit') = 'off'"

#endif
