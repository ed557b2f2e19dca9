/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registers.c - registers and what of them could not be loaded.
 */
#include "store/loading.h"
#include "store/sql.h"

plm_status plm_store_register(plm_store *store, const char *name, const char *format,
                              int64_t now_ms, int64_t *id)
{
    plm_status status = plm_sql_run(
        store,
        "INSERT INTO register (name, format, loaded_ms) VALUES ($1, $2, $3) "
        "ON CONFLICT (name) DO UPDATE SET format = excluded.format, loaded_ms = excluded.loaded_ms",
        "tti", name, format, now_ms);
    return status == PLM_OK
               ? plm_sql_int(store, id, "SELECT id FROM register WHERE name = $1", "t", name)
               : status;
}

plm_status plm_store_put_quarantine(plm_store *store, int64_t register_id, const char *file,
                                    uint64_t line, const char *field, const char *reason,
                                    int64_t now_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO quarantine (register_id, file, line, field, reason, seen_ms) "
                       "VALUES ($1, $2, $3, $4, $5, $6)",
                       "ititti", register_id, file, (int64_t)line, field, reason, now_ms);
}

plm_status plm_store_clear_quarantine(plm_store *store, int64_t register_id)
{
    return plm_sql_run(store, "DELETE FROM quarantine WHERE register_id = $1", "i", register_id);
}

typedef struct register_walk {
    plm_register_fn *fn;
    void *context;
} register_walk;

static plm_status register_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const register_walk *w = (const register_walk *)walk;
    const plm_register_info info = {.id = d->column_int(s, 0),
                                    .name = d->column_text(s, 1),
                                    .format = d->column_text(s, 2),
                                    .loaded_ms = d->column_int(s, 3),
                                    .n_records = (uint64_t)d->column_int(s, 4),
                                    .n_quarantined = (uint64_t)d->column_int(s, 5)};
    return w->fn(w->context, &info);
}

plm_status plm_store_each_register(plm_store *store, plm_register_fn *fn, void *context)
{
    register_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT id, name, format, loaded_ms, "
        "(SELECT count(*) FROM record WHERE record.register_id = register.id AND "
        "record.id < " PLM_UNSEEN_RECORD "), "
        "(SELECT count(*) FROM quarantine WHERE quarantine.register_id = register.id AND "
        "quarantine.id < " PLM_UNSEEN_QUARANTINE ") FROM register "
        "WHERE " PLM_SEEN_REGISTER " ORDER BY name",
        "");
    return status == PLM_OK ? plm_sql_walk(store, s, register_row, &walk) : status;
}

typedef struct quarantine_walk {
    plm_quarantine_fn *fn;
    void *context;
} quarantine_walk;

static plm_status quarantine_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const quarantine_walk *w = (const quarantine_walk *)walk;
    const plm_quarantine_row row = {.register_name = d->column_text(s, 0),
                                    .file = d->column_text(s, 1),
                                    .line = (uint64_t)d->column_int(s, 2),
                                    .field = d->column_text(s, 3),
                                    .reason = d->column_text(s, 4)};
    return w->fn(w->context, &row);
}

plm_status plm_store_each_quarantine(plm_store *store, const char *register_name,
                                     plm_quarantine_fn *fn, void *context)
{
    quarantine_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT register.name, file, line, field, reason FROM quarantine "
        "JOIN register ON register.id = quarantine.register_id "
        "WHERE ($1 IS NULL OR register.name = $1) AND quarantine.id < " PLM_UNSEEN_QUARANTINE
        " ORDER BY register.name, quarantine.id",
        "t", register_name);
    return status == PLM_OK ? plm_sql_walk(store, s, quarantine_row, &walk) : status;
}
