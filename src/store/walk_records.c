/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk_records.c - reading records: three ordered cursors walked in step,
 *
 *   record          1           2     3 ...
 *   record_offence  1 1         2       ...
 *   record_value    1 1 1 1     2 2   3 ...
 *
 * so that a million records cost three queries.
 */
#include "store/dates.h"
#include "store/rows.h"

#include <string.h>

enum {
    ROW_ARENA_MAX = 4 << 20
};

/* Two side cursors; each stands on its next row, or is at its end. */
typedef struct cursor {
    plm_statement *s;
    bool at_end;
} cursor;

typedef struct record_walk {
    plm_store *store;
    cursor offences;
    cursor values;
    plm_arena *arena;
    plm_record_fn *fn;
    void *context;
    const char *offence_list[PLM_RECORD_OFFENCES_MAX];
    plm_value value_list[PLM_RECORD_VALUES_MAX];
} record_walk;

static plm_status advance(const plm_db_driver *d, cursor *c)
{
    plm_status status = d->step(c->s);
    c->at_end = status == PLM_E_NOT_FOUND;
    return c->at_end ? PLM_OK : status;
}

/* Moves to the first row of that record, past those of records that nobody sees. */
static plm_status advance_to(const plm_db_driver *d, cursor *c, int64_t number)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK && !c->at_end && d->column_int(c->s, 0) < number) {
        status = advance(d, c);
    }
    return status;
}

/* A terminated copy of a text column. */
static plm_status copy_text(const plm_db_driver *d, plm_statement *s, int column, plm_arena *arena,
                            const char **out)
{
    const char *text = d->column_text(s, column);
    if (text == NULL) {
        return PLM_E_STORE;
    }
    *out = plm_arena_string(arena, plm_span_str(text));
    return *out != NULL ? PLM_OK : PLM_E_NOMEM;
}

static plm_status take_offences(record_walk *w, const plm_db_driver *d, int64_t number,
                                plm_record *record)
{
    plm_status status = advance_to(d, &w->offences, number);
    record->offences = w->offence_list;
    while (status == PLM_OK && !w->offences.at_end && d->column_int(w->offences.s, 0) == number) {
        if (record->n_offences == PLM_RECORD_OFFENCES_MAX) {
            return PLM_E_STORE;
        }
        status = copy_text(d, w->offences.s, 1, w->arena, &w->offence_list[record->n_offences++]);
        if (status == PLM_OK) {
            status = advance(d, &w->offences);
        }
    }
    return status;
}

static plm_status take_values(record_walk *w, const plm_db_driver *d, int64_t number,
                              plm_record *record)
{
    plm_status status = advance_to(d, &w->values, number);
    plm_statement *s = w->values.s;
    record->values = w->value_list;
    while (status == PLM_OK && !w->values.at_end && d->column_int(s, 0) == number) {
        if (record->n_values == PLM_RECORD_VALUES_MAX) {
            return PLM_E_STORE;
        }
        plm_value *v = &w->value_list[record->n_values++];
        const char *type = d->column_text(s, 1);
        if (type == NULL || plm_ident_type_find(&v->type, type) != PLM_OK) {
            return PLM_E_STORE;
        }
        v->flags = (unsigned)d->column_int(s, 2);
        status = copy_text(d, s, 3, w->arena, &v->raw);
        if (status == PLM_OK) {
            status = copy_text(d, s, 4, w->arena, &v->canonical);
        }
        if (status == PLM_OK) {
            status = advance(d, &w->values);
        }
    }
    return status;
}

plm_status plm_row_stored(plm_stored_record *out, const plm_db_driver *d, plm_statement *s)
{
    const char *kind = d->column_text(s, 3);
    const char *role = d->column_text(s, 4);
    const char *grading = d->column_text(s, 7);
    *out = (plm_stored_record){
        .number = d->column_int(s, 0),
        .register_name = d->column_text(s, 1),
        .is_seed = d->column_int(s, 9) != 0,
        .record = {.id = d->column_text(s, 2),
                   .is_minor = d->column_int(s, 5) != 0,
                   .is_assessment = d->column_int(s, 6) != 0,
                   .retention = plm_store_date_of(d->column_int(s, 8)),
                   .facts = {(plm_sex)d->column_int(s, 10), (plm_exploitation)d->column_int(s, 11),
                             (uint16_t)d->column_int(s, 12)}}};
    if (kind == NULL || role == NULL || grading == NULL || strlen(grading) >= PLM_GRADING_MAX ||
        plm_kind_find(&out->record.kind, kind) != PLM_OK ||
        plm_role_find(&out->record.role, role) != PLM_OK ||
        (unsigned)out->record.facts.sex >= PLM_SEX_COUNT ||
        (unsigned)out->record.facts.exploitation >= PLM_EXPLOITATION_COUNT ||
        out->record.facts.year > PLM_FACT_YEAR_MAX) {
        return PLM_E_STORE;
    }
    memcpy(out->record.grading, grading, strlen(grading) + 1);
    return PLM_OK;
}

static plm_status record_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    record_walk *w = (record_walk *)walk;
    plm_stored_record stored;
    plm_arena_reset(w->arena);
    plm_status status = plm_row_stored(&stored, d, s);
    if (status == PLM_OK) {
        status = take_offences(w, d, stored.number, &stored.record);
    }
    if (status == PLM_OK) {
        status = take_values(w, d, stored.number, &stored.record);
    }
    return status == PLM_OK ? w->fn(w->context, &stored) : status;
}

/* Of records below `end`; register NULL: of any. */
static plm_status start_cursors(record_walk *w, const char *register_name, int64_t end,
                                plm_statement **records)
{
    plm_status status = plm_sql_start(
        w->store, records,
        "SELECT " PLM_STORED_COLUMNS " FROM record JOIN register "
        "ON register.id = record.register_id "
        "WHERE ($1 IS NULL OR register.name = $1) AND " PLM_SEEN_RECORD " ORDER BY record.id",
        "t", register_name);
    if (status == PLM_OK) {
        status =
            plm_sql_start(w->store, &w->offences.s,
                          "SELECT record_id, code FROM record_offence WHERE record_id < $2 AND "
                          "($1 IS NULL OR record_id IN (SELECT record.id FROM record JOIN register "
                          "ON register.id = record.register_id WHERE register.name = $1)) "
                          "ORDER BY record_id, position",
                          "ti", register_name, end);
    }
    if (status == PLM_OK) {
        status =
            plm_sql_start(w->store, &w->values.s,
                          "SELECT record_id, type, flags, raw, canonical FROM record_value "
                          "WHERE record_id < $2 AND "
                          "($1 IS NULL OR record_id IN (SELECT record.id FROM record JOIN register "
                          "ON register.id = record.register_id WHERE register.name = $1)) "
                          "ORDER BY record_id, position",
                          "ti", register_name, end);
    }
    if (status == PLM_OK) {
        w->store->driver->walk(w->offences.s);
        w->store->driver->walk(w->values.s);
        status = advance(w->store->driver, &w->offences);
    }
    return status == PLM_OK ? advance(w->store->driver, &w->values) : status;
}

/* All cursors see one state of the store: a read transaction spans them. */
static plm_status walk_records(record_walk *w, const char *register_name)
{
    const plm_db_driver *d = w->store->driver;
    plm_statement *records = NULL;
    bool mine = !w->store->in_transaction;
    plm_status status = mine ? d->begin(w->store->db, false) : PLM_OK;
    if (status != PLM_OK) {
        return status;
    }
    int64_t unseen = 0;
    status = plm_sql_int(w->store, &unseen, "SELECT " PLM_UNSEEN_RECORD, "");
    if (status == PLM_OK) {
        status = start_cursors(w, register_name, unseen, &records);
    }
    if (status == PLM_OK) {
        status = plm_sql_walk(w->store, records, record_row, w);
    }
    if (w->offences.s != NULL) {
        d->reset(w->offences.s);
    }
    if (w->values.s != NULL) {
        d->reset(w->values.s);
    }
    if (mine) {
        plm_status ended = d->commit(w->store->db);
        status = status == PLM_OK ? ended : status;
    }
    return status;
}

plm_status plm_store_each_record(plm_store *store, const char *register_name, plm_record_fn *fn,
                                 void *context)
{
    plm_arena arena;
    plm_arena_init(&arena, ROW_ARENA_MAX);
    record_walk walk = {.store = store, .arena = &arena, .fn = fn, .context = context};
    plm_status status = walk_records(&walk, register_name);
    plm_arena_wipe(&arena);
    return status;
}

typedef struct number_walk {
    plm_number_fn *fn;
    void *context;
} number_walk;

static plm_status number_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const number_walk *w = (const number_walk *)walk;
    return w->fn(w->context, d->column_int(s, 0));
}

plm_status plm_store_each_number(plm_store *store, plm_number_fn *fn, void *context)
{
    number_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s, "SELECT id FROM record WHERE " PLM_SEEN_RECORD " ORDER BY id", "");
    return status == PLM_OK ? plm_sql_walk(store, s, number_row, &walk) : status;
}
