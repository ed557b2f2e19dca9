/* SPDX-License-Identifier: Apache-2.0 */
#include "store/copy.h"

#include "crypto/hasher.h"
#include "store/loading.h"
#include "store/tables.h"

#include <stdlib.h>
#include <string.h>

enum {
    SQL_MAX = 8192,
    TELL_EVERY = 4096,
    /* What a hash is told of a value, before its bytes. */
    TAG_NULL = 0,
    TAG_NUMBER = 1,
    TAG_TEXT = 2,
    TAG_BYTES = 3
};

/* What goes on while tables are read, and perhaps written. */
typedef struct job {
    plm_store *from;
    plm_store *to; /* NULL: only read */
    plm_copy_fn *fn;
    void *context;
    uint64_t done;
    uint64_t total;
    plm_tables tables;
    uint8_t digests[PLM_TABLES_MAX][32]; /* in the tables' order by name */
    uint64_t n_rows[PLM_TABLES_MAX];
} job;

static plm_status append_names(plm_buf *out, const plm_table *t, bool key)
{
    plm_status status = PLM_OK;
    size_t n = key ? t->n_key : t->n_columns;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        status = plm_buf_printf(out, "%s%s", i > 0 ? "," : "", t->columns[key ? t->key[i] : i]);
    }
    return status;
}

/* A statement for this use alone: the store's cache knows texts that stay. */
static plm_status prepare(plm_store *store, const plm_buf *sql, plm_statement **out)
{
    return store->driver->prepare(store->db, (const char *)sql->data, out);
}

static plm_status prepare_read(plm_store *store, const plm_table *t, plm_buf *sql,
                               plm_statement **out)
{
    plm_status status = plm_buf_printf(sql, "SELECT ");
    if (status == PLM_OK) {
        status = append_names(sql, t, false);
    }
    if (status == PLM_OK) {
        status = plm_buf_printf(sql, " FROM %s ORDER BY ", t->name);
    }
    if (status == PLM_OK) {
        status = append_names(sql, t, true);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(sql, 0);
    }
    return status == PLM_OK ? prepare(store, sql, out) : status;
}

static void take_cell(plm_cell *cell, const plm_db_driver *d, plm_statement *s, int i, char type)
{
    *cell = (plm_cell){.is_null = d->column_is_null(s, i)};
    if (!cell->is_null && type == 'i') {
        cell->number = d->column_int(s, i);
    } else if (!cell->is_null) {
        cell->bytes = d->column_bytes(s, i);
    }
}

static void hash_cell(plm_hasher *h, const plm_cell *cell, char type)
{
    if (cell->is_null) {
        plm_hasher_number(h, TAG_NULL);
    } else if (type == 'i') {
        plm_hasher_number(h, TAG_NUMBER);
        plm_hasher_number(h, (uint64_t)cell->number);
    } else {
        plm_hasher_number(h, type == 't' ? TAG_TEXT : TAG_BYTES);
        plm_hasher_bytes(h, cell->bytes);
    }
}

static plm_status tell(job *j, const plm_table *t)
{
    return j->fn != NULL && j->done % TELL_EVERY == 0
               ? j->fn(j->context, t->name, j->done, j->total)
               : PLM_OK;
}

/* A walk over all rows of one table. */
typedef struct row_walk {
    job *j;
    size_t which;
    plm_statement *s;
    plm_hasher hasher;
} row_walk;

/* The next row, hashed. */
static plm_status next_row(void *context, plm_cell *cells)
{
    row_walk *w = (row_walk *)context;
    job *j = w->j;
    const plm_db_driver *d = j->from->driver;
    const plm_table *t = &j->tables.list[w->which];
    plm_status status = d->step(w->s);
    if (status != PLM_OK) {
        return status;
    }
    for (size_t i = 0; i < t->n_columns; i++) {
        take_cell(&cells[i], d, w->s, (int)i, t->types[i]);
        hash_cell(&w->hasher, &cells[i], t->types[i]);
    }
    j->done++;
    j->n_rows[w->which]++;
    return tell(j, t);
}

static plm_status read_rows(row_walk *w)
{
    plm_cell cells[PLM_TABLE_COLUMNS_MAX];
    plm_status status;
    do {
        status = next_row(w, cells);
    } while (status == PLM_OK);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status copy_rows(row_walk *w)
{
    const plm_table *t = &w->j->tables.list[w->which];
    plm_store *to = w->j->to;
    plm_buf names;
    plm_buf_init(&names, SQL_MAX);
    plm_status status = append_names(&names, t, false);
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&names, 0);
    }
    if (status == PLM_OK) {
        const plm_bulk bulk = {t->name, (const char *)names.data, t->types, next_row, w};
        status = to->driver->bulk(to->db, &bulk);
    }
    plm_buf_wipe(&names);
    return status;
}

static plm_status do_table(job *j, size_t which)
{
    const plm_table *t = &j->tables.list[which];
    row_walk w = {.j = j, .which = which};
    plm_buf sql;
    plm_buf_init(&sql, SQL_MAX);
    plm_hasher_init(&w.hasher, "palermo store table");
    plm_hasher_bytes(&w.hasher, plm_span_str(t->name));
    plm_status status = prepare_read(j->from, t, &sql, &w.s);
    if (status == PLM_OK) {
        j->from->driver->walk(w.s);
        status = j->to != NULL ? copy_rows(&w) : read_rows(&w);
    }
    plm_hasher_number(&w.hasher, j->n_rows[which]);
    plm_hasher_final(&w.hasher, j->digests[which]);
    if (w.s != NULL) {
        j->from->driver->reset(w.s);
        j->from->driver->finalize(w.s);
    }
    plm_buf_wipe(&sql);
    return status;
}

static plm_status count(plm_store *store, const plm_table *t, uint64_t *n)
{
    plm_statement *s = NULL;
    plm_buf sql;
    plm_buf_init(&sql, SQL_MAX);
    plm_status status = plm_buf_printf(&sql, "SELECT count(*) FROM %s", t->name);
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&sql, 0);
    }
    if (status == PLM_OK) {
        status = prepare(store, &sql, &s);
    }
    if (status == PLM_OK) {
        status = store->driver->step(s);
    }
    if (status == PLM_OK) {
        *n += (uint64_t)store->driver->column_int(s, 0);
    }
    if (s != NULL) {
        store->driver->reset(s);
        store->driver->finalize(s);
    }
    plm_buf_wipe(&sql);
    return status;
}

static plm_status count_all(plm_store *store, const plm_tables *tables, uint64_t *n)
{
    plm_status status = PLM_OK;
    *n = 0;
    for (size_t i = 0; status == PLM_OK && i < tables->n; i++) {
        status = count(store, &tables->list[i], n);
    }
    return status;
}

static void summarise(const job *j, plm_content *out)
{
    plm_hasher h;
    *out = (plm_content){.n_tables = j->tables.n};
    plm_hasher_init(&h, "palermo store content");
    for (size_t i = 0; i < j->tables.n; i++) {
        plm_hasher_fixed(&h, j->digests[i], 32);
        out->n_rows += j->n_rows[i];
    }
    plm_hasher_final(&h, out->digest);
}

/* Reads all tables, in a transaction of the caller's; `to` may be NULL. */
static plm_status do_all(job *j, plm_content *out)
{
    plm_status status = count_all(j->from, &j->tables, &j->total);
    for (size_t i = 0; status == PLM_OK && i < j->tables.n; i++) {
        status = do_table(j, j->tables.order[i]);
    }
    if (status == PLM_OK) {
        summarise(j, out);
    }
    return status;
}

static job *make_job(plm_store *from, plm_store *to, plm_copy_fn *fn, void *context)
{
    job *j = (job *)calloc(1, sizeof *j);
    if (j != NULL) {
        j->from = from;
        j->to = to;
        j->fn = fn;
        j->context = context;
    }
    return j;
}

/* Within the caller's transaction. */
static plm_status read_content(plm_store *store, plm_copy_fn *fn, void *context, plm_content *out)
{
    job *j = make_job(store, NULL, fn, context);
    if (j == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = plm_tables_read(&j->tables, store);
    if (status == PLM_OK) {
        status = do_all(j, out);
    }
    free(j);
    return status;
}

plm_status plm_store_content(plm_store *store, plm_copy_fn *fn, void *context, plm_content *out)
{
    bool mine = !store->in_transaction;
    plm_status status = mine ? store->driver->begin(store->db, false) : PLM_OK;
    if (status != PLM_OK) {
        return status;
    }
    status = read_content(store, fn, context, out);
    if (mine) {
        store->driver->rollback(store->db);
    }
    return status;
}

/* In transactions on both. */
static plm_status copy_and_compare(job *j, plm_content *out)
{
    plm_tables *theirs = (plm_tables *)malloc(sizeof *theirs);
    uint64_t n_there = 0;
    plm_content copied;
    if (theirs == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = plm_tables_read(&j->tables, j->from);
    if (status == PLM_OK) {
        status = plm_tables_read(theirs, j->to);
    }
    if (status == PLM_OK && !plm_tables_equal(&j->tables, theirs)) {
        status = PLM_E_STORE;
    }
    if (status == PLM_OK) {
        status = plm_tables_agree(&j->tables, theirs);
    }
    if (status == PLM_OK) {
        status = count_all(j->to, theirs, &n_there);
    }
    free(theirs);
    if (status == PLM_OK && n_there > 0) {
        status = PLM_E_EXISTS;
    }
    if (status == PLM_OK) {
        status = do_all(j, out);
    }
    if (status == PLM_OK) {
        status = plm_sql_run(j->to,
                             "INSERT INTO record_search SELECT DISTINCT canonical, record_id FROM "
                             "record_value ORDER BY canonical, record_id",
                             "");
    }
    if (status == PLM_OK) {
        status = j->to->driver->settle(j->to->db);
    }
    if (status == PLM_OK) {
        status = read_content(j->to, j->fn, j->context, &copied);
    }
    if (status == PLM_OK && (copied.n_rows != out->n_rows ||
                             memcmp(copied.digest, out->digest, sizeof copied.digest) != 0)) {
        status = PLM_E_PROOF;
    }
    return status;
}

plm_status plm_store_copy(plm_store *to, plm_store *from, bool exclusive, plm_copy_fn *fn,
                          void *context, plm_content *out)
{
    plm_content content;
    job *j = make_job(from, to, fn, context);
    if (j == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = exclusive ? plm_loading_mend(from) : PLM_OK;
    if (status == PLM_OK) {
        status = from->driver->begin(from->db, exclusive);
    }
    if (status != PLM_OK) {
        free(j);
        return status;
    }
    status = exclusive ? plm_loading_is_in_the_way(from, 0) : PLM_OK;
    if (status == PLM_OK) {
        status = plm_store_begin(to);
    }
    if (status == PLM_OK) {
        status = plm_store_leave(to, true, copy_and_compare(j, &content));
    }
    from->driver->rollback(from->db);
    if (status == PLM_OK) {
        *out = content;
        if (to->driver->learn != NULL) {
            to->driver->learn(to->db, PLM_LOADING_ALL);
        }
    }
    free(j);
    return status;
}
