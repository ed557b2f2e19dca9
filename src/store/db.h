/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db.h - what the store wants of a database: the driver that SQLite and PostgreSQL implement.
 *
 * SQL is written once, in the subset both speak: numbered parameters ($1, $2, ...), bytes, text
 * and 64-bit integers, INSERT ... ON CONFLICT. Only migrations differ (store/<driver>/migrations).
 *
 * Writers are serial on both (spec/store.md): a transaction that writes holds the store's one write
 * lock from its first statement on, and so does a single statement that writes. Within such a
 * transaction a taken key (PLM_E_EXISTS) undoes that one statement; after any other failure the
 * transaction can only be rolled back.
 */
#ifndef PLM_STORE_DB_H
#define PLM_STORE_DB_H

#include "base/bytes.h"

#include <limits.h>

typedef struct plm_db plm_db;
typedef struct plm_statement plm_statement;

/* One value of a row; NULL, or as the column's type letter says: i (number), t or b (bytes). */
typedef struct plm_cell {
    bool is_null;
    int64_t number;
    plm_span bytes;
} plm_cell;

/* The control character "unit separator" (ASCII). */
#define PLM_SOURCES_BETWEEN "\x1f"

/*
 * The next row; what its cells point to is borrowed until the next call. PLM_E_NOT_FOUND: there are
 * no more. Any other status ends the work and is returned.
 */
typedef plm_status plm_next_row_fn(void *context, plm_cell *cells);

/* Rows on their way into one table. */
typedef struct plm_bulk {
    const char *table;
    const char *columns; /* their names with a comma between */
    const char *types;   /* a letter for each */
    plm_next_row_fn *next;
    void *context;
} plm_bulk;

enum {
    PLM_BULK_COLUMNS_MAX = 32
};

/* How a connection works while it loads. */
typedef enum plm_load_mode {
    PLM_LOAD_NONE,   /* as always */
    PLM_LOAD_FILL,   /* pieces need not outlive a loss of power; who deletes a record deletes its
                        parts and their entries before; references are not checked where the
                        database can do that */
    PLM_LOAD_SETTLE, /* pieces need not outlive a loss of power */
    PLM_LOAD_DROP    /* the same; who deletes a record deletes its parts and their entries before */
} plm_load_mode;

typedef struct plm_db_driver {
    void (*close)(plm_db *db);
    /* Words about the last failure, "" if there was none; borrowed until the next call. */
    const char *(*error)(plm_db *db);
    /* plm_store_files; NULL: none. */
    size_t (*files)(plm_db *db, char out[][PATH_MAX], size_t max);
    /*
     * begin: one that writes waits up to ten seconds for those who write; one that does not sees
     * one state of the store throughout. PLM_E_STORE.
     */
    plm_status (*begin)(plm_db *db, bool writes);
    plm_status (*commit)(plm_db *db);
    /* Every statement was reset. Can't fail in a way the caller could handle. */
    void (*rollback)(plm_db *db);
    /* Whether the transaction that was begun is no more: without memory, or on a full disk, a
     * database may roll back by itself. NULL: it then refuses what follows by itself, too. */
    bool (*has_given_up)(plm_db *db);
    /* sql: borrowed until finalize. */
    plm_status (*prepare)(plm_db *db, const char *sql, plm_statement **out);
    void (*finalize)(plm_statement *s);
    /* Ends a walk and forgets the parameters. */
    void (*reset)(plm_statement *s);
    /*
     * Says before the first step of a SELECT that it may give any number of rows, and that other
     * statements may run between its steps.
     */
    void (*walk)(plm_statement *s);
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
    bool (*column_is_null)(plm_statement *s, int i);
    /*
     * Puts rows into a table by the shortest way the database has, within a transaction that
     * writes. `next` must not use this connection. PLM_E_EXISTS: a key is taken; then, as after
     * any other failure, the transaction can only be rolled back.
     */
    plm_status (*bulk)(plm_db *db, const plm_bulk *bulk);
    /* Outside of transactions. */
    plm_status (*set_load_mode)(plm_db *db, plm_load_mode mode);
    /*
     * One process at a time loads into a store. The lock is the connection's, and goes with it and
     * its process; it is waited for up to wait_ms. PLM_E_EXISTS: another has it.
     */
    plm_status (*lock_load)(plm_db *db, unsigned wait_ms);
    void (*unlock_load)(plm_db *db);
    /*
     * Another connection to the same store, on which who has the load lock puts rows beside those
     * of the first; the caller closes it. Its transactions that write do not wait for writers, only
     * for who writes the table `loading`, and who writes that waits for them. NULL: the database
     * has one writer. PLM_E_STORE: there is none to be had.
     */
    plm_status (*open_beside)(plm_db *db, plm_db **out);
    /* Between two transactions of a load: lets others in, where they do not queue. */
    void (*pause)(plm_db *db);
    /* Puts words where `error` finds them until the next transaction begins. */
    void (*say)(plm_db *db, const char *words);
    /* A directory for files without a name that hold what the store holds. */
    const char *(*scratch)(plm_db *db);
    /* Numbers that the database gives out itself go on after those in its tables. */
    plm_status (*settle)(plm_db *db);
    /*
     * Many rows are in these tables (names with a comma between) that were not: the planner learns
     * of them, outside of transactions. What fails is of no consequence. NULL: it knows without.
     */
    void (*learn)(plm_db *db, const char *tables);
    /*
     * A SELECT of (id, digest, source_id) of a register's ($1) records with one of the source ids
     * ($2) with PLM_SOURCES_BETWEEN between; NULL: one look-up each costs no journey.
     */
    const char *find_sources;
    /* A SELECT of 1 or 0: what is committed outlives a loss of power. */
    const char *is_durable;
    /* The same: changes are taken. */
    const char *is_writable;
    /*
     * SELECTs that say what tables there are, but for `migration`, `backup`, `base` and
     * `record_search`:
     * (table, column, type letter, place in the key from 1 or 0), by table and column;
     * (table, table that it refers to).
     */
    const char *list_columns;
    const char *list_references;
} plm_db_driver;

/* One numbered file of store/<driver>/migrations, embedded by tools/embed.py; number from 1. */
typedef struct plm_migration {
    const char *name;
    const char *sql;
} plm_migration;

/* Hexadecimal BLAKE2b-256 of a migration's text, by which a store remembers it. */
void plm_migration_digest(char out[static 65], const plm_migration *m);

/*
 * Opens the SQLite file at path, made if `create`, with its schema up to date. PLM_E_NOT_FOUND,
 * PLM_E_STORE with words in error (size bytes).
 */
plm_status plm_sqlite_open(plm_db **out, const char *path, bool create, char *error,
                           size_t size) PLM_MUST_CHECK;
extern const plm_db_driver plm_sqlite_driver;

/*
 * The same for the PostgreSQL database that a URI (postgresql://...) names; `create` makes the
 * tables, not the database. A URI with a password in it is refused: PLM_E_ARGUMENT.
 */
plm_status plm_postgresql_open(plm_db **out, const char *uri, bool create, char *error,
                               size_t size) PLM_MUST_CHECK;
extern const plm_db_driver plm_postgresql_driver;

#endif
