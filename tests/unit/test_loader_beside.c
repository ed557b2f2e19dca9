/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second hand of a load (store/loader_beside.h): what it is at keeps those waiting who would
 * mend the load, and after them it writes nothing any more.
 */
#include "store/loader_beside.h"
#include "store/loader_write.h"
#include "store_fixture.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum {
    NOW = 1000,
    N_RECORDS = 300,
    N_LATE = 5,
    WAIT_S = 60
};

/* --- a load of a few records --- */

typedef struct load {
    plm_load_writer w;
    plm_batch *batch;
} load;

static void load_begin(load *l, plm_store *store)
{
    *l = (load){.w.store = store, .batch = (plm_batch *)calloc(1, sizeof(plm_batch))};
    plm_batch_init(l->batch);
    CHECK_STATUS(plm_sorter_create(&l->w.sorter, "/tmp", 1 << 16), PLM_OK);
    CHECK_STATUS(plm_loading_begin(store, "r", "csv", NOW, &l->w.loading, &l->w.looks_up), PLM_OK);
    CHECK_STATUS(plm_load_beside_create(&l->w.beside, store, &l->w.loading), PLM_OK);
    l->w.next_record = l->w.loading.first_record;
    l->w.next_quarantine = l->w.loading.first_quarantine;
    for (int i = 0; i < N_RECORDS; i++) {
        char id[32];
        const plm_value value = {.type = PLM_IDENT_NAME, .raw = id, .canonical = id};
        const plm_record record = {.id = id, .grading = "", .values = &value, .n_values = 1};
        (void)snprintf(id, sizeof id, "id %d", i);
        CHECK_STATUS(plm_batch_add(l->batch, &record), PLM_OK);
    }
    CHECK_STATUS(plm_load_write(&l->w, &l->batch, 1), PLM_OK);
}

static void load_free(load *l)
{
    plm_load_beside_destroy(l->w.beside);
    plm_sorter_destroy(l->w.sorter);
    plm_batch_wipe(l->batch);
    free(l->batch);
}

/* Values behind those that the first record has. */
typedef struct late_rows {
    int64_t record;
    int64_t n;
} late_rows;

static plm_status late_row(void *context, plm_cell *cells)
{
    late_rows *rows = (late_rows *)context;
    const plm_cell text = {.bytes = plm_span_str("name")};
    if (rows->n == N_LATE) {
        return PLM_E_NOT_FOUND;
    }
    cells[0] = (plm_cell){.number = rows->record};
    cells[1] = (plm_cell){.number = 100 + rows->n++};
    cells[2] = text;
    cells[3] = (plm_cell){.number = 0};
    cells[4] = text;
    cells[5] = text;
    return PLM_OK;
}

static plm_status put_late(load *l)
{
    late_rows rows = {.record = l->w.loading.first_record};
    const plm_bulk bulk = {"record_value", "record_id, position, type, flags, raw, canonical",
                           "iititt", late_row, &rows};
    plm_load_beside_put(l->w.beside, &bulk);
    return plm_load_beside_join(l->w.beside, l->w.store);
}

/* --- who mends --- */

typedef struct mender {
    const fixture *f;
    plm_status status;
} mender;

static void *mend(void *context)
{
    mender *m = (mender *)context;
    char error[PLM_STORE_ERROR_MAX];
    plm_store *store = NULL;
    m->status = plm_store_open(&store, m->f->path, false, error);
    if (m->status == PLM_OK) {
        m->status = plm_loading_mend(store);
    }
    plm_store_close(store);
    return NULL;
}

/* Until somebody waits for the table `loading` of this test's schema. */
static bool somebody_waits(const fixture *f)
{
    const struct timespec pause = {0, 10000000};
    for (int i = 0; i < WAIT_S * 100; i++) {
        if (fixture_int(f, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = "
                           "'loading'::regclass") > 0) {
            return true;
        }
        (void)nanosleep(&pause, NULL);
    }
    return false;
}

static void test_who_mends_waits_and_then_nothing_comes(void)
{
    fixture f;
    load l;
    pthread_t thread;
    fixture_open(&f);
    load_begin(&l, f.store);
    mender m = {.f = &f};
    if (l.w.beside == NULL) {
        CHECK(!fixture_is_postgresql()); /* SQLite has one writer */
        plm_loading_give_up(f.store, &l.w.loading);
        load_free(&l);
        fixture_close(&f);
        return;
    }
    CHECK_STATUS(put_late(&l), PLM_OK);
    f.store->driver->unlock_load(f.store->db); /* as if the first connection had been lost */
    CHECK(pthread_create(&thread, NULL, mend, &m) == 0);
    CHECK(somebody_waits(&f));
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record"), N_RECORDS);
    CHECK_STATUS(plm_load_beside_leave(l.w.beside, f.store, PLM_OK), PLM_OK);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_STATUS(m.status, PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_value"), 0);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM loading"), 0);
    CHECK_STATUS(put_late(&l), PLM_E_STORE);
    CHECK(strstr(plm_store_error(f.store), "another process has ended this load") != NULL);
    CHECK_STATUS(plm_load_beside_leave(l.w.beside, f.store, PLM_E_STORE), PLM_E_STORE);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_value"), 0);
    load_free(&l);
    fixture_close(&f);
}

/* What the first connection does not commit the second does not either. */
static void test_both_or_the_first_alone(void)
{
    fixture f;
    load l;
    fixture_open(&f);
    load_begin(&l, f.store);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_value"), N_RECORDS);
    if (l.w.beside != NULL) {
        CHECK_STATUS(put_late(&l), PLM_OK);
        CHECK_STATUS(plm_load_beside_leave(l.w.beside, f.store, PLM_E_STORE), PLM_E_STORE);
    }
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_value"), N_RECORDS);
    plm_loading_give_up(f.store, &l.w.loading);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_value"), 0);
    load_free(&l);
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_who_mends_waits_and_then_nothing_comes);
    TAP_RUN(test_both_or_the_first_alone);
    return tap_done();
}
