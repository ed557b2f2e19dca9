/* SPDX-License-Identifier: Apache-2.0 */
#include "store/loader_write.h"

#include "store/dates.h"
#include "store/records.h"
#include "store/sql.h"

#include <string.h>

static plm_cell number_cell(int64_t v)
{
    return (plm_cell){.number = v};
}

static plm_cell text_cell(const char *v)
{
    return (plm_cell){.is_null = v == NULL, .bytes = v != NULL ? plm_span_str(v) : (plm_span){0}};
}

/* --- which records are there --- */

static plm_status look_up_one(plm_load_writer *w, plm_batch_record *b)
{
    plm_status status = plm_record_find(w->store, w->loading.register_id, b->record.id, b->digest,
                                        &b->number, &b->is_same);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* The source ids in one text; those that would break it up are looked up by themselves. */
static plm_status list_sources(plm_load_writer *w, plm_batch *batch, plm_buf *out)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < batch->n; i++) {
        plm_batch_record *b = &batch->records[i];
        const plm_span id = plm_span_str(b->record.id);
        if (strstr(b->record.id, PLM_SOURCES_BETWEEN) != NULL) {
            status = look_up_one(w, b);
            continue;
        }
        if (out->n > 0) {
            status = plm_buf_append(out, PLM_SOURCES_BETWEEN, 1);
        }
        if (status == PLM_OK) {
            status = plm_buf_append(out, id.p, id.n);
        }
    }
    return status == PLM_OK ? plm_buf_append_u8(out, 0) : status;
}

static plm_status look_up_listed(plm_load_writer *w, plm_batch *batch)
{
    const plm_db_driver *d = w->store->driver;
    plm_buf ids;
    plm_statement *s = NULL;
    plm_buf_init(&ids, PLM_BATCH_BYTES);
    plm_status status = list_sources(w, batch, &ids);
    if (status == PLM_OK) {
        status = plm_sql_start(w->store, &s, d->find_sources, "it", w->loading.register_id,
                               (const char *)ids.data);
    }
    while (status == PLM_OK && (status = d->step(s)) == PLM_OK) {
        plm_batch_record *b = plm_batch_find(batch, d->column_bytes(s, 2));
        if (b != NULL) {
            b->number = d->column_int(s, 0);
            b->is_same = plm_span_equal(d->column_bytes(s, 1), plm_span_of(b->digest, 32));
        }
    }
    if (s != NULL) {
        d->reset(s);
    }
    plm_buf_wipe(&ids);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* Marks those of the batch that are in the store. */
static plm_status look_up(plm_load_writer *w, plm_batch *batch)
{
    plm_status status = PLM_OK;
    if (!w->looks_up || batch->n == 0) {
        return PLM_OK;
    }
    if (w->store->driver->find_sources != NULL) {
        return look_up_listed(w, batch);
    }
    for (size_t i = 0; status == PLM_OK && i < batch->n; i++) {
        status = look_up_one(w, &batch->records[i]);
    }
    return status;
}

/* --- rows --- */

/* Where a walk over the records of some batches stands that are new, or that change. */
typedef struct feed {
    plm_load_writer *w;
    plm_batch *const *batches;
    size_t n_batches;
    bool is_change;
    size_t which; /* of the batches */
    size_t i;     /* record */
    size_t part;  /* of it */
} feed;

/* The record at hand; NULL at the end of the batches. */
static const plm_batch_record *record_at(feed *f)
{
    for (; f->which < f->n_batches; f->which++, f->i = 0) {
        const plm_batch *batch = f->batches[f->which];
        for (; f->i < batch->n; f->i++) {
            const plm_batch_record *b = &batch->records[f->i];
            const bool is_new = b->number >= f->w->loading.first_record;
            if (f->is_change ? !is_new && !b->is_same : is_new) {
                return b;
            }
        }
    }
    return NULL;
}

static plm_status record_row(void *context, plm_cell *cells)
{
    feed *f = (feed *)context;
    const plm_batch_record *b = record_at(f);
    if (b == NULL) {
        return PLM_E_NOT_FOUND;
    }
    const plm_record *r = &b->record;
    const plm_cell row[] = {
        number_cell(b->number),
        number_cell(f->w->loading.register_id),
        text_cell(r->id),
        text_cell(plm_kind_name(r->kind)),
        text_cell(plm_role_name(r->role)),
        number_cell(r->is_minor),
        number_cell(r->is_assessment),
        text_cell(r->grading),
        number_cell(plm_store_date_number(r->retention)),
        {.bytes = plm_span_of(b->digest, 32)},
        number_cell(f->w->loading.now_ms),
        number_cell((int64_t)r->facts.sex),
        number_cell((int64_t)r->facts.exploitation),
        number_cell((int64_t)r->facts.year),
    };
    memcpy(cells, row, sizeof row);
    f->i++;
    return PLM_OK;
}

static plm_status offence_row(void *context, plm_cell *cells)
{
    feed *f = (feed *)context;
    const plm_batch_record *b;
    while ((b = record_at(f)) != NULL && f->part == b->record.n_offences) {
        f->i++;
        f->part = 0;
    }
    if (b == NULL) {
        return PLM_E_NOT_FOUND;
    }
    cells[0] = number_cell(b->number);
    cells[1] = number_cell((int64_t)f->part);
    cells[2] = text_cell(b->record.offences[f->part++]);
    return PLM_OK;
}

static plm_status value_row(void *context, plm_cell *cells)
{
    feed *f = (feed *)context;
    const plm_batch_record *b;
    while ((b = record_at(f)) != NULL && f->part == b->record.n_values) {
        f->i++;
        f->part = 0;
    }
    if (b == NULL) {
        return PLM_E_NOT_FOUND;
    }
    const plm_value *v = &b->record.values[f->part];
    cells[0] = number_cell(b->number);
    cells[1] = number_cell((int64_t)f->part++);
    cells[2] = text_cell(plm_ident_type_name(v->type));
    cells[3] = number_cell((int64_t)v->flags);
    cells[4] = text_cell(v->raw);
    cells[5] = text_cell(v->canonical);
    return PLM_OK;
}

static plm_status refusal_row(void *context, plm_cell *cells)
{
    feed *f = (feed *)context;
    while (f->which < f->n_batches && f->i == f->batches[f->which]->n_refusals) {
        f->which++;
        f->i = 0;
    }
    if (f->which == f->n_batches) {
        return PLM_E_NOT_FOUND;
    }
    const plm_batch_refusal *r = &f->batches[f->which]->refusals[f->i++];
    cells[0] = number_cell(f->w->next_quarantine++);
    cells[1] = number_cell(f->w->loading.register_id);
    cells[2] = text_cell(r->file);
    cells[3] = number_cell((int64_t)r->line);
    cells[4] = text_cell(r->field);
    cells[5] = text_cell(r->reason);
    cells[6] = number_cell(f->w->loading.now_ms);
    return PLM_OK;
}

static plm_status insert(const feed *from, const plm_bulk *target, bool is_change)
{
    plm_load_writer *w = from->w;
    feed f = *from;
    f.is_change = is_change;
    plm_bulk bulk = *target;
    bulk.context = &f;
    return w->store->driver->bulk(w->store->db, &bulk);
}

#define RECORD_COLUMNS                                                                      \
    "id, register_id, source_id, kind, role, is_minor, is_assessment, grading, retention, " \
    "digest, "                                                                              \
    "loaded_ms, sex, exploitation, year"
#define RECORD_TYPES    "iitttiitibiiii"
#define OFFENCE_COLUMNS "record_id, position, code"
#define VALUE_COLUMNS   "record_id, position, type, flags, raw, canonical"

enum {
    VALUES = 2, /* the last */
    N_TARGETS = 3
};

/* Where new records go, and those that are to change. */
static const plm_bulk targets[2][N_TARGETS] = {
    {{"record", RECORD_COLUMNS, RECORD_TYPES, record_row, NULL},
     {"record_offence", OFFENCE_COLUMNS, "iit", offence_row, NULL},
     {"record_value", VALUE_COLUMNS, "iititt", value_row, NULL}},
    {{"loading_record", RECORD_COLUMNS, RECORD_TYPES, record_row, NULL},
     {"loading_offence", OFFENCE_COLUMNS, "iit", offence_row, NULL},
     {"loading_value", VALUE_COLUMNS, "iititt", value_row, NULL}},
};

/* Values last: they go beside the others where they can. */
static plm_status insert_new(const feed *from)
{
    plm_load_beside *beside = from->w->beside;
    const size_t n = beside != NULL ? VALUES : N_TARGETS;
    feed values = *from;
    plm_status status = PLM_OK;
    if (beside != NULL) {
        plm_bulk bulk = targets[0][VALUES];
        bulk.context = &values;
        plm_load_beside_put(beside, &bulk);
    }
    for (size_t t = 0; status == PLM_OK && t < n; t++) {
        status = insert(from, &targets[0][t], false);
    }
    if (beside != NULL) {
        plm_status joined = plm_load_beside_join(beside, from->w->store);
        status = status == PLM_OK ? joined : status;
    }
    return status;
}

static plm_status insert_all(const feed *from, const uint64_t n[static 3], size_t n_refusals)
{
    static const plm_bulk refused = {"quarantine",
                                     "id, register_id, file, line, field, reason, seen_ms",
                                     "iititti", refusal_row, NULL};
    plm_status status = n[PLM_PUT_INSERTED] > 0 ? insert_new(from) : PLM_OK;
    for (size_t t = 0; status == PLM_OK && n[PLM_PUT_UPDATED] > 0 && t < N_TARGETS; t++) {
        status = insert(from, &targets[1][t], true);
    }
    return status == PLM_OK && n_refusals > 0 ? insert(from, &refused, false) : status;
}

/* --- batches --- */

/* What is to be done with each record; counted in n. */
static plm_status sort_out(plm_load_writer *w, plm_batch *batch, uint64_t n[static 3])
{
    for (size_t i = 0; i < batch->n; i++) {
        plm_batch_record *b = &batch->records[i];
        plm_put_result result = PLM_PUT_UNCHANGED;
        if (b->number == 0) {
            b->number = w->next_record++;
            result = PLM_PUT_INSERTED;
        } else if (b->number >= w->loading.first_record) {
            return PLM_E_EXISTS; /* it came in an earlier batch */
        } else if (!b->is_same) {
            result = PLM_PUT_UPDATED;
        }
        n[result]++;
    }
    return PLM_OK;
}

static plm_status write_in_transaction(const feed *from, uint64_t n[static 3])
{
    plm_load_writer *w = from->w;
    size_t n_refusals = 0;
    plm_status status = plm_loading_check(w->store, &w->loading);
    for (size_t i = 0; status == PLM_OK && i < from->n_batches; i++) {
        status = look_up(w, from->batches[i]);
        if (status == PLM_OK) {
            status = sort_out(w, from->batches[i], n);
        }
        n_refusals += from->batches[i]->n_refusals;
    }
    return status == PLM_OK ? insert_all(from, n, n_refusals) : status;
}

static plm_status keep_for_search(const feed *from)
{
    feed f = *from;
    const plm_batch_record *b;
    plm_status status = PLM_OK;
    for (; status == PLM_OK && (b = record_at(&f)) != NULL; f.i++) {
        for (size_t i = 0; status == PLM_OK && i < b->record.n_values; i++) {
            status =
                plm_sorter_add(f.w->sorter, plm_span_str(b->record.values[i].canonical), b->number);
        }
    }
    return status;
}

plm_status plm_load_write(plm_load_writer *w, plm_batch *const *batches, size_t n_batches)
{
    const feed from = {.w = w, .batches = batches, .n_batches = n_batches};
    uint64_t n[3] = {0};
    plm_status status = plm_store_begin(w->store);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_leave(w->store, true, write_in_transaction(&from, n));
    if (w->beside != NULL) {
        status = plm_load_beside_leave(w->beside, w->store, status);
    }
    if (status == PLM_OK) {
        status = keep_for_search(&from);
    }
    for (size_t i = 0; i < 3; i++) {
        w->n[i] += n[i];
    }
    w->store->driver->pause(w->store->db);
    return status;
}
