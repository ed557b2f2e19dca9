/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tables.h"

#include <string.h>

static plm_status copy_name(char out[PLM_TABLE_NAME_MAX], const char *name)
{
    size_t n = name != NULL ? strlen(name) : 0;
    /* It goes into SQL: names of a store are words. */
    if (n == 0 || n >= PLM_TABLE_NAME_MAX ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") != n) {
        return PLM_E_STORE;
    }
    memcpy(out, name, n + 1);
    return PLM_OK;
}

static plm_status column_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    plm_tables *tables = (plm_tables *)walk;
    char name[PLM_TABLE_NAME_MAX];
    const char *type = d->column_text(s, 2);
    plm_status status = copy_name(name, d->column_text(s, 0));
    if (status != PLM_OK || type == NULL) {
        return PLM_E_STORE;
    }
    if (tables->n == 0 || strcmp(tables->list[tables->n - 1].name, name) != 0) {
        if (tables->n == PLM_TABLES_MAX) {
            return PLM_E_STORE;
        }
        memcpy(tables->list[tables->n++].name, name, sizeof name);
    }
    plm_table *t = &tables->list[tables->n - 1];
    int64_t place = d->column_int(s, 3);
    if (t->n_columns == PLM_TABLE_COLUMNS_MAX || place < 0 || place > PLM_TABLE_COLUMNS_MAX) {
        return PLM_E_STORE;
    }
    if (place > 0) {
        t->key[place - 1] = t->n_columns;
        t->n_key++;
    }
    t->types[t->n_columns] = type[0];
    return copy_name(t->columns[t->n_columns++], d->column_text(s, 1));
}

static size_t find(const plm_tables *tables, const char *name)
{
    size_t i = 0;
    while (i < tables->n && (name == NULL || strcmp(tables->list[i].name, name) != 0)) {
        i++;
    }
    return i;
}

static plm_status reference_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    plm_tables *tables = (plm_tables *)walk;
    size_t from = find(tables, d->column_text(s, 0));
    size_t to = find(tables, d->column_text(s, 1));
    if (from == tables->n || to == tables->n || from == to) {
        return PLM_OK;
    }
    plm_table *t = &tables->list[from];
    if (t->n_refers_to == PLM_TABLE_COLUMNS_MAX) {
        return PLM_E_STORE;
    }
    t->refers_to[t->n_refers_to++] = to;
    return PLM_OK;
}

/* Takes again and again the first by name of those that refer to taken ones only. */
static plm_status put_in_order(plm_tables *tables)
{
    bool taken[PLM_TABLES_MAX] = {false};
    for (size_t n = 0; n < tables->n; n++) {
        size_t next = tables->n;
        for (size_t i = 0; i < tables->n && next == tables->n; i++) {
            bool is_free = !taken[i];
            for (size_t k = 0; is_free && k < tables->list[i].n_refers_to; k++) {
                is_free = taken[tables->list[i].refers_to[k]];
            }
            next = is_free ? i : next;
        }
        if (next == tables->n) {
            return PLM_E_STORE;
        }
        taken[next] = true;
        tables->order[n] = next;
    }
    return PLM_OK;
}

plm_status plm_tables_read(plm_tables *out, plm_store *store)
{
    plm_statement *s;
    memset(out, 0, sizeof *out);
    plm_status status = plm_sql_start(store, &s, store->driver->list_columns, "");
    if (status == PLM_OK) {
        status = plm_sql_rows(store, s, column_row, out);
    }
    if (status == PLM_OK) {
        status = plm_sql_start(store, &s, store->driver->list_references, "");
    }
    if (status == PLM_OK) {
        status = plm_sql_rows(store, s, reference_row, out);
    }
    for (size_t i = 0; status == PLM_OK && i < out->n; i++) {
        status = out->list[i].n_key > 0 ? PLM_OK : PLM_E_STORE;
    }
    return status == PLM_OK ? put_in_order(out) : status;
}

bool plm_tables_equal(const plm_tables *a, const plm_tables *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++) {
        const plm_table *s = &a->list[i];
        const plm_table *t = &b->list[i];
        same = strcmp(s->name, t->name) == 0 && s->n_columns == t->n_columns &&
               strcmp(s->types, t->types) == 0 && s->n_key == t->n_key &&
               memcmp(s->key, t->key, sizeof s->key) == 0 &&
               memcmp(s->columns, t->columns, sizeof s->columns) == 0;
    }
    return same;
}

plm_status plm_tables_agree(plm_tables *a, const plm_tables *b)
{
    for (size_t i = 0; i < a->n; i++) {
        plm_table *t = &a->list[i];
        for (size_t k = 0; k < b->list[i].n_refers_to; k++) {
            if (t->n_refers_to == PLM_TABLE_COLUMNS_MAX) {
                return PLM_E_STORE;
            }
            t->refers_to[t->n_refers_to++] = b->list[i].refers_to[k];
        }
    }
    return put_in_order(a);
}
