/* SPDX-License-Identifier: Apache-2.0 */
#include "store/loader.h"

#include "store/batch.h"
#include "store/dates.h"
#include "store/records.h"
#include "store/sql.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    INDEX_LEAST = 2000
};

struct plm_loader {
    plm_store *store;
    int64_t register_id;
    int64_t now_ms;
    int64_t next_number;
    int64_t index_limit; /* new records beyond which the index is taken away */
    bool has_no_index;
    plm_batch *filling; /* the caller's */
    plm_batch *writing; /* the thread's; empty: it waits */
    plm_batch *batches;
    bool is_ending;
    plm_status status; /* of the thread; under mutex, as is `writing` */
    uint64_t n[3];
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

/* --- one batch into the store --- */

static plm_cell number_cell(int64_t v)
{
    return (plm_cell){.number = v};
}

static plm_cell text_cell(const char *v)
{
    return (plm_cell){.bytes = plm_span_str(v)};
}

static plm_status look_up_one(plm_loader *l, plm_batch_record *b)
{
    plm_status status =
        plm_record_find(l->store, l->register_id, b->record.id, b->digest, &b->number, &b->is_same);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* The source ids in one text; those that would break it up are looked up by themselves. */
static plm_status list_sources(plm_loader *l, plm_batch *batch, plm_buf *out)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < batch->n; i++) {
        plm_batch_record *b = &batch->records[i];
        const plm_span id = plm_span_str(b->record.id);
        if (strstr(b->record.id, PLM_SOURCES_BETWEEN) != NULL) {
            status = look_up_one(l, b);
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

/* Marks those of the batch that are in the store. */
static plm_status look_up(plm_loader *l, plm_batch *batch)
{
    const plm_db_driver *d = l->store->driver;
    plm_status status = PLM_OK;
    for (size_t i = 0; d->find_sources == NULL && status == PLM_OK && i < batch->n; i++) {
        status = look_up_one(l, &batch->records[i]);
    }
    if (d->find_sources == NULL || status != PLM_OK) {
        return status;
    }
    plm_buf ids;
    plm_statement *s = NULL;
    plm_buf_init(&ids, PLM_BATCH_BYTES);
    status = list_sources(l, batch, &ids);
    if (status == PLM_OK) {
        status = plm_sql_start(l->store, &s, d->find_sources, "it", l->register_id,
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

static plm_status record_row(plm_loader *l, plm_bulk *bulk, const plm_batch_record *b)
{
    const plm_record *r = &b->record;
    const plm_cell cells[] = {
        number_cell(b->number),
        number_cell(l->register_id),
        text_cell(r->id),
        text_cell(plm_kind_name(r->kind)),
        text_cell(plm_role_name(r->role)),
        number_cell(r->is_minor),
        number_cell(r->is_assessment),
        text_cell(r->grading),
        number_cell(plm_store_date_number(r->retention)),
        {.bytes = plm_span_of(b->digest, 32)},
        number_cell(l->now_ms),
        number_cell((int64_t)r->facts.sex),
        number_cell((int64_t)r->facts.exploitation),
        number_cell((int64_t)r->facts.year),
    };
    return l->store->driver->bulk_row(bulk, cells);
}

static plm_status offence_rows(plm_loader *l, plm_bulk *bulk, const plm_batch_record *b)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < b->record.n_offences; i++) {
        const plm_cell cells[] = {number_cell(b->number), number_cell((int64_t)i),
                                  text_cell(b->record.offences[i])};
        status = l->store->driver->bulk_row(bulk, cells);
    }
    return status;
}

static plm_status value_rows(plm_loader *l, plm_bulk *bulk, const plm_batch_record *b)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < b->record.n_values; i++) {
        const plm_value *v = &b->record.values[i];
        const plm_cell cells[] = {
            number_cell(b->number),
            number_cell((int64_t)i),
            text_cell(plm_ident_type_name(v->type)),
            number_cell((int64_t)v->flags),
            text_cell(v->raw),
            text_cell(v->canonical),
        };
        status = l->store->driver->bulk_row(bulk, cells);
    }
    return status;
}

/* The new records' rows in one of the three tables. */
typedef plm_status rows_fn(plm_loader *l, plm_bulk *bulk, const plm_batch_record *b);

static const struct {
    const char *table;
    const char *columns;
    const char *types;
    rows_fn *rows;
} targets[] = {
    {"record",
     "id, register_id, source_id, kind, role, is_minor, is_assessment, grading, retention, digest, "
     "loaded_ms, sex, exploitation, year",
     "iitttiitibiiii", record_row},
    {"record_offence", "record_id, position, code", "iit", offence_rows},
    {"record_value", "record_id, position, type, flags, raw, canonical", "iititt", value_rows},
};

static plm_status insert_new(plm_loader *l, plm_batch *batch, const bool *is_new)
{
    plm_status status = PLM_OK;
    for (size_t t = 0; status == PLM_OK && t < sizeof targets / sizeof *targets; t++) {
        plm_bulk *bulk;
        status = l->store->driver->bulk_start(l->store->db, targets[t].table, targets[t].columns,
                                              targets[t].types, &bulk);
        if (status != PLM_OK) {
            return status;
        }
        for (size_t i = 0; status == PLM_OK && i < batch->n; i++) {
            status = is_new[i] ? targets[t].rows(l, bulk, &batch->records[i]) : PLM_OK;
        }
        plm_status ended = l->store->driver->bulk_end(bulk, status == PLM_OK);
        status = status == PLM_OK ? ended : status;
    }
    return status;
}

/* Once, when the load turns out to be a large one. */
static plm_status look_at_index(plm_loader *l)
{
    if (l->has_no_index || (int64_t)l->n[PLM_PUT_INSERTED] < l->index_limit) {
        return PLM_OK;
    }
    plm_status status = l->store->driver->drop_index(l->store->db);
    l->has_no_index = status == PLM_OK;
    if (status == PLM_E_NOT_FOUND) {
        l->index_limit = INT64_MAX;
        status = PLM_OK;
    }
    return status;
}

static plm_status write_batch(plm_loader *l, plm_batch *batch)
{
    bool is_new[PLM_BATCH_MAX] = {false};
    size_t n_new = 0;
    plm_status status = look_up(l, batch);
    for (size_t i = 0; status == PLM_OK && i < batch->n; i++) {
        plm_batch_record *b = &batch->records[i];
        is_new[i] = b->number == 0;
        if (is_new[i]) {
            b->number = l->next_number++;
            n_new++;
        } else if (!b->is_same) {
            status = plm_record_replace(l->store, b->number, &b->record, b->digest, l->now_ms);
            l->n[PLM_PUT_UPDATED]++;
        } else {
            l->n[PLM_PUT_UNCHANGED]++;
        }
    }
    if (status == PLM_OK && n_new > 0) {
        status = insert_new(l, batch, is_new);
        l->n[PLM_PUT_INSERTED] += n_new;
    }
    return status == PLM_OK ? look_at_index(l) : status;
}

/* --- the thread --- */

static void *work(void *context)
{
    plm_loader *l = (plm_loader *)context;
    (void)pthread_mutex_lock(&l->mutex);
    for (;;) {
        while (l->writing->n == 0 && !l->is_ending) {
            (void)pthread_cond_wait(&l->changed, &l->mutex);
        }
        if (l->writing->n == 0) {
            break;
        }
        plm_status status = l->status;
        (void)pthread_mutex_unlock(&l->mutex);
        if (status == PLM_OK) {
            status = write_batch(l, l->writing);
        }
        (void)pthread_mutex_lock(&l->mutex);
        l->status = status;
        plm_batch_clear(l->writing);
        (void)pthread_cond_signal(&l->changed);
    }
    (void)pthread_mutex_unlock(&l->mutex);
    return NULL;
}

/* Waits until the thread is idle, and hands it what there is. */
static plm_status hand_over(plm_loader *l)
{
    (void)pthread_mutex_lock(&l->mutex);
    while (l->writing->n > 0) {
        (void)pthread_cond_wait(&l->changed, &l->mutex);
    }
    plm_status status = l->status;
    plm_batch *batch = l->writing;
    l->writing = l->filling;
    l->filling = batch;
    (void)pthread_cond_signal(&l->changed);
    (void)pthread_mutex_unlock(&l->mutex);
    return status;
}

plm_status plm_loader_put(plm_loader *l, const plm_record *record)
{
    plm_status status = plm_batch_add(l->filling, record);
    if (status == PLM_E_EXISTS || status == PLM_E_LIMIT) {
        status = hand_over(l);
        if (status == PLM_OK) {
            status = plm_batch_add(l->filling, record);
        }
    }
    return status;
}

plm_status plm_loader_wait(plm_loader *l)
{
    plm_status status = hand_over(l);
    return status == PLM_OK ? hand_over(l) : status;
}

static void destroy(plm_loader *l)
{
    (void)pthread_cond_destroy(&l->changed);
    (void)pthread_mutex_destroy(&l->mutex);
    plm_batch_wipe(&l->batches[0]);
    plm_batch_wipe(&l->batches[1]);
    free(l->batches);
    free(l);
}

plm_status plm_loader_begin(plm_loader **out, plm_store *store, int64_t register_id, int64_t now_ms)
{
    plm_loader *l = (plm_loader *)calloc(1, sizeof *l);
    if (l == NULL) {
        return PLM_E_NOMEM;
    }
    l->batches = (plm_batch *)calloc(2, sizeof *l->batches);
    if (l->batches == NULL) {
        free(l);
        return PLM_E_NOMEM;
    }
    *l = (plm_loader){.store = store,
                      .register_id = register_id,
                      .now_ms = now_ms,
                      .batches = l->batches,
                      .filling = &l->batches[0],
                      .writing = &l->batches[1]};
    plm_batch_init(l->filling);
    plm_batch_init(l->writing);
    (void)pthread_mutex_init(&l->mutex, NULL);
    (void)pthread_cond_init(&l->changed, NULL);
    plm_status status =
        plm_sql_int(store, &l->next_number, "SELECT coalesce(max(id), 0) + 1 FROM record", "");
    l->index_limit = l->next_number / store->driver->index_factor;
    l->index_limit = l->index_limit > INDEX_LEAST ? l->index_limit : INDEX_LEAST;
    if (status == PLM_OK && pthread_create(&l->thread, NULL, work, l) != 0) {
        status = PLM_E_IO;
    }
    if (status != PLM_OK) {
        destroy(l);
        return status;
    }
    *out = l;
    return PLM_OK;
}

plm_status plm_loader_end(plm_loader *l, bool good, uint64_t n[static 3])
{
    plm_status status = good ? plm_loader_wait(l) : PLM_OK;
    (void)pthread_mutex_lock(&l->mutex);
    l->is_ending = true;
    (void)pthread_cond_signal(&l->changed);
    (void)pthread_mutex_unlock(&l->mutex);
    (void)pthread_join(l->thread, NULL);
    if (good && status == PLM_OK && l->has_no_index) {
        status = l->store->driver->make_index(l->store->db);
    }
    if (good && status == PLM_OK) {
        status = l->store->driver->settle(l->store->db);
    }
    memcpy(n, l->n, sizeof l->n);
    destroy(l);
    return status;
}
