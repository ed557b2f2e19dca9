/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sql.h - the store's own short hand: cached statements, parameters by a type string.
 */
#ifndef PLM_STORE_SQL_H
#define PLM_STORE_SQL_H

#include "store/db.h"
#include "store/store.h"

enum {
    PLM_STORE_STATEMENTS_MAX = 192
};

/*
 * Records and quarantined rows from these numbers on are of a load that is under way, and nobody
 * looks at them (store/loading.h).
 */
#define PLM_UNSEEN_RECORD "(SELECT coalesce(min(first_record), 9223372036854775807) FROM loading)"
#define PLM_UNSEEN_QUARANTINE \
    "(SELECT coalesce(min(first_quarantine), 9223372036854775807) FROM loading)"

/* Of `record`: it is neither of a load that is under way nor of a register that is being deleted.
 */
#define PLM_SEEN_RECORD              \
    "record.id < " PLM_UNSEEN_RECORD \
    " AND record.register_id NOT IN (SELECT register_id FROM loading WHERE state = 'dropping')"
/* Of `register`: it is there, and not being deleted. */
#define PLM_SEEN_REGISTER \
    "register.id NOT IN (SELECT register_id FROM loading WHERE is_new = 1 OR state = 'dropping')"

struct plm_store {
    plm_db *db;
    const plm_db_driver *driver;
    bool in_transaction;
    struct {
        const char *sql; /* by address: every SQL text is one static string */
        plm_statement *statement;
    } cache[PLM_STORE_STATEMENTS_MAX];
    size_t n_cached;
};

/*
 * The store once more, on a connection beside its own (store/db.h, open_beside); the caller closes
 * it. PLM_E_NOT_FOUND: the database has one writer. PLM_E_STORE, PLM_E_NOMEM.
 */
plm_status plm_store_open_beside(plm_store **out, plm_store *store) PLM_MUST_CHECK;

/*
 * A prepared statement with its parameters bound. types: one letter a parameter - i (int64_t),
 * t (const char *, may be NULL), b (plm_span). Reset it when done.
 */
plm_status plm_sql_start(plm_store *store, plm_statement **out, const char *sql, const char *types,
                         ...) PLM_MUST_CHECK;
/* Runs a statement that gives no rows. PLM_E_EXISTS where a key is taken. */
plm_status plm_sql_run(plm_store *store, const char *sql, const char *types, ...) PLM_MUST_CHECK;
/* Runs a statement that gives one integer. PLM_E_NOT_FOUND: no row. */
plm_status plm_sql_int(plm_store *store, int64_t *out, const char *sql, const char *types,
                       ...) PLM_MUST_CHECK;

/* A column of exactly n bytes; PLM_E_STORE: it has another number of them. */
plm_status plm_sql_bytes(const plm_db_driver *d, plm_statement *s, int column, uint8_t *out,
                         size_t n) PLM_MUST_CHECK;

/* Called for each row of a walk; a status other than PLM_OK ends it and is returned. */
typedef plm_status plm_sql_row_fn(void *walk, const plm_db_driver *d, plm_statement *s);
/* Steps through a started statement to its end, and resets it; row may run other statements. */
plm_status plm_sql_walk(plm_store *store, plm_statement *s, plm_sql_row_fn *row,
                        void *walk) PLM_MUST_CHECK;
/* The same for one that gives a few rows at most: they are fetched at once. */
plm_status plm_sql_rows(plm_store *store, plm_statement *s, plm_sql_row_fn *row,
                        void *walk) PLM_MUST_CHECK;

#endif
