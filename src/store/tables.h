/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tables.h - which tables a store has, from the database's own catalogue, in an order in which no
 * table comes before one that it refers to.
 */
#ifndef PLM_STORE_TABLES_H
#define PLM_STORE_TABLES_H

#include "store/sql.h"

enum {
    PLM_TABLES_MAX = 96,
    PLM_TABLE_COLUMNS_MAX = 32,
    PLM_TABLE_NAME_MAX = 64
};

typedef struct plm_table {
    char name[PLM_TABLE_NAME_MAX];
    char columns[PLM_TABLE_COLUMNS_MAX][PLM_TABLE_NAME_MAX]; /* by name */
    char types[PLM_TABLE_COLUMNS_MAX + 1];                   /* a letter each: i, t, b */
    size_t n_columns;
    size_t key[PLM_TABLE_COLUMNS_MAX]; /* the columns of the primary key, in its order */
    size_t n_key;
    size_t refers_to[PLM_TABLE_COLUMNS_MAX];
    size_t n_refers_to;
} plm_table;

typedef struct plm_tables {
    plm_table list[PLM_TABLES_MAX];
    size_t order[PLM_TABLES_MAX]; /* of list, which is by name */
    size_t n;
} plm_tables;

/* PLM_E_STORE: the catalogue can't be read, or holds what no store has. */
plm_status plm_tables_read(plm_tables *out, plm_store *store) PLM_MUST_CHECK;
/*
 * Puts `a` in an order that holds for `b` as well, whose tables are the same (one database may know
 * of a reference by a foreign key, the other by a trigger). PLM_E_STORE.
 */
plm_status plm_tables_agree(plm_tables *a, const plm_tables *b) PLM_MUST_CHECK;
/* Whether two stores have the same tables with the same columns and keys. */
bool plm_tables_equal(const plm_tables *a, const plm_tables *b);

#endif
