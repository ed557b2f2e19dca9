/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading many records does what putting them one by one does: the two stores have the same
 * content, down to the records' numbers, whatever comes new, changed or unchanged. What dies on the
 * way is seen by nobody and leaves nothing; others write meanwhile.
 */
#include "store/copy.h"
#include "store/loader.h"
#include "store/loader_write.h"
#include "store/page.h"
#include "store/sql.h"
#include "store_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    N_PUTS = 1600,
    N_IDS = 1800,
    NOW = 5
};

typedef struct drawn {
    char id[24];
    char texts[4][24];
    plm_value values[4];
    const char *offences[2];
    plm_record record;
} drawn;

/* SplitMix64 (Steele, Lea, Flood 2014): the same records in each run of the test. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* which: of the ids. Its content depends on it and on `edition` alone. */
static void draw(drawn *d, uint64_t which, uint64_t edition)
{
    uint64_t start = which * 2 + edition * 1000003;
    uint64_t *state = &start;
    static const char *const codes[] = {"TIP.5", "UNTOC.5", "SOM.6"};
    *d = (drawn){.record = {.kind = PLM_KIND_PERSON, .role = PLM_ROLE_SUSPECT, .grading = "B2"}};
    /* One id has the character that the driver puts between ids. */
    (void)snprintf(d->id, sizeof d->id, which == 7 ? "a\x1f%d" : "id-%d", (int)which);
    size_t n = next(state) % 5;
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(d->texts[i], sizeof d->texts[i], "value %d", (int)(next(state) % 3));
        d->values[i] =
            (plm_value){PLM_IDENT_NAME, (unsigned)(next(state) % 2), d->texts[i], d->texts[i]};
    }
    d->record.id = d->id;
    d->record.values = d->values;
    d->record.n_values = n;
    d->record.n_offences = next(state) % 3;
    for (size_t i = 0; i < d->record.n_offences; i++) {
        d->offences[i] = codes[next(state) % 3];
    }
    d->record.offences = d->offences;
    d->record.is_minor = next(state) % 2 != 0;
}

/* The i-th record of an edition: the later one has more of them, and every third is another. */
static void draw_nth(drawn *d, uint64_t i, uint64_t edition)
{
    const uint64_t which = i * 1009 % N_IDS;
    draw(d, which, which % 3 == 0 ? edition : 0);
}

static uint64_t n_of(uint64_t edition)
{
    return N_PUTS + edition * (N_IDS - N_PUTS);
}

static void put_one_by_one(plm_store *store, uint64_t edition, uint64_t n[3])
{
    int64_t id = 0;
    CHECK_STATUS(plm_store_begin(store), PLM_OK);
    CHECK_STATUS(plm_store_register(store, "r", "csv", NOW, &id), PLM_OK);
    CHECK_STATUS(plm_store_clear_quarantine(store, id), PLM_OK);
    for (uint64_t i = 0; i < n_of(edition); i++) {
        drawn d;
        plm_put_result result = PLM_PUT_UNCHANGED;
        draw_nth(&d, i, edition);
        CHECK_STATUS(plm_store_put_record(store, id, &d.record, NOW, &result), PLM_OK);
        n[result]++;
    }
    for (uint64_t line = 1; edition == 0 && line < 1100; line++) {
        CHECK_STATUS(
            plm_store_put_quarantine(store, id, "a.csv", line, line % 2 ? "f" : NULL, "why", NOW),
            PLM_OK);
    }
    CHECK_STATUS(plm_store_put_setting(store, "loaded", "yes"), PLM_OK);
    CHECK_STATUS(plm_store_commit(store), PLM_OK);
}

static plm_status note_commit(void *context)
{
    return plm_store_put_setting((plm_store *)context, "loaded", "yes");
}

static plm_status put_all(plm_loader *loader, uint64_t edition)
{
    plm_status status = PLM_OK;
    for (uint64_t i = 0; status == PLM_OK && i < n_of(edition); i++) {
        drawn d;
        draw_nth(&d, i, edition);
        status = plm_loader_put(loader, &d.record);
    }
    for (uint64_t line = 1; status == PLM_OK && edition == 0 && line < 1100; line++) {
        const plm_batch_refusal refusal = {"a.csv", line, line % 2 ? "f" : NULL, "why"};
        status = plm_loader_refuse(loader, &refusal);
    }
    return status;
}

static void load_at_once(plm_store *store, uint64_t edition, uint64_t n[3])
{
    const plm_loader_calls calls = {note_commit, NULL, store};
    plm_loader *loader = NULL;
    CHECK_STATUS(plm_loader_begin(&loader, store, "r", "csv", NOW), PLM_OK);
    CHECK_STATUS(put_all(loader, edition), PLM_OK);
    CHECK_STATUS(plm_loader_end(loader, true, &calls, n), PLM_OK);
}

static void check_same_content(plm_store *one, const fixture *many)
{
    plm_content a;
    plm_content b;
    CHECK_STATUS(plm_store_content(one, NULL, NULL, &a), PLM_OK);
    CHECK_STATUS(plm_store_content(many->store, NULL, NULL, &b), PLM_OK);
    CHECK_EQ_INT(a.n_rows, b.n_rows);
    CHECK_EQ_MEM(a.digest, b.digest, 32);
    /* What is searched is what there is. */
    CHECK_EQ_INT(fixture_int(many, "SELECT count(*) FROM record_search"),
                 fixture_int(many, "SELECT count(*) FROM (SELECT DISTINCT canonical, record_id "
                                   "FROM record_value) AS v"));
    CHECK_EQ_INT(fixture_int(many, "SELECT count(*) FROM record_search s WHERE NOT EXISTS "
                                   "(SELECT 1 FROM record_value v WHERE v.canonical = s.canonical "
                                   "AND v.record_id = s.record_id)"),
                 0);
}

/* A store that records are put into one by one: a file, whatever the other is. */
static plm_store *open_file(char path[64])
{
    plm_store *store = NULL;
    char error[PLM_STORE_ERROR_MAX];
    (void)snprintf(path, 64, "/tmp/plm-loader-XXXXXX");
    int fd = mkstemp(path);
    CHECK(fd >= 0 && close(fd) == 0);
    CHECK_STATUS(plm_store_open(&store, path, true, error), PLM_OK);
    return store;
}

static void close_file(plm_store *store, const char *path)
{
    plm_store_close(store);
    (void)unlink(path);
}

static void test_it_is_as_one_by_one(void)
{
    char path[64];
    fixture many;
    uint64_t n[2][3] = {{0}};
    plm_store *one = open_file(path);
    fixture_open(&many);
    put_one_by_one(one, 0, n[0]);
    load_at_once(many.store, 0, n[1]);
    CHECK(n[0][PLM_PUT_INSERTED] == N_PUTS);
    CHECK_EQ_MEM(n[0], n[1], sizeof n[0]);
    check_same_content(one, &many);
    /* Where most is there. */
    memset(n, 0, sizeof n);
    put_one_by_one(one, 1, n[0]);
    load_at_once(many.store, 1, n[1]);
    CHECK(n[0][PLM_PUT_INSERTED] == N_IDS - N_PUTS && n[0][PLM_PUT_UPDATED] > 300 &&
          n[0][PLM_PUT_UNCHANGED] > 700);
    CHECK_EQ_MEM(n[0], n[1], sizeof n[0]);
    check_same_content(one, &many);
    close_file(one, path);
    fixture_close(&many);
}

static plm_status count_number(void *context, int64_t number)
{
    *(int64_t *)context += number > 0;
    return PLM_OK;
}

static plm_status count_record(void *context, const plm_stored_record *record)
{
    *(int64_t *)context += record->number > 0;
    return PLM_OK;
}

typedef struct found_list {
    int64_t numbers[N_IDS];
    size_t n;
} found_list;

static plm_status list_record(void *context, const plm_stored_record *record)
{
    found_list *list = (found_list *)context;
    CHECK(list->n == 0 || list->numbers[list->n - 1] < record->number);
    list->numbers[list->n++] = record->number;
    return PLM_OK;
}

/* All records with a value, page by page. */
static void list_pages(plm_store *store, const char *type, size_t limit, found_list *list)
{
    plm_record_query query = {
        .type = type, .canonical = "value 1", .source_id = "", .register_name = "r"};
    size_t before;
    list->n = 0;
    do {
        before = list->n;
        CHECK_STATUS(plm_store_page_records(store, &query, limit, list_record, list), PLM_OK);
        CHECK(list->n - before <= limit);
        query.after = list->n > 0 ? list->numbers[list->n - 1] : 0;
    } while (list->n - before == limit);
}

static void test_records_are_found_by_a_value(void)
{
    static const size_t limits[] = {1, 7, 29, 30, 31, 1000};
    static found_list all;
    static found_list paged;
    fixture f;
    uint64_t n[3];
    fixture_open(&f);
    load_at_once(f.store, 0, n);
    list_pages(f.store, "name", 10000, &all);
    CHECK(all.n > 300);
    CHECK_EQ_INT(all.n, fixture_int(&f, "SELECT count(DISTINCT record_id) FROM record_value WHERE "
                                        "raw = 'value 1'"));
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        list_pages(f.store, "name", limits[i], &paged);
        CHECK_EQ_INT(paged.n, all.n);
        CHECK_EQ_MEM(paged.numbers, all.numbers, all.n * sizeof *all.numbers);
    }
    list_pages(f.store, "phone", 50, &paged);
    CHECK_EQ_INT(paged.n, 0);
    fixture_close(&f);
}

/* SQLite says of each statement how many rows it read that no index led it to. */
static void test_no_search_reads_a_table(void)
{
    fixture f;
    uint64_t n[3];
    int64_t found = 0;
    if (fixture_is_postgresql()) {
        return;
    }
    fixture_open(&f);
    load_at_once(f.store, 0, n);
    plm_store_close(f.store);
    char error[PLM_STORE_ERROR_MAX];
    CHECK_STATUS(plm_store_open(&f.store, f.path, false, error), PLM_OK);
    const plm_record_query queries[] = {
        {.type = "name", .canonical = "value 1", .source_id = "", .register_name = ""},
        {.type = "name", .canonical = "value 1", .source_id = "id-4", .register_name = "r"},
        {.type = "", .canonical = "", .source_id = "id-4", .register_name = ""},
        {.type = "", .canonical = "", .source_id = "id-4", .register_name = "r"},
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        CHECK_STATUS(plm_store_page_records(f.store, &queries[i], 50, count_record, &found),
                     PLM_OK);
    }
    CHECK(found > 50);
    for (size_t i = 0; i < f.store->n_cached; i++) {
        sqlite3_stmt *s = (sqlite3_stmt *)f.store->cache[i].statement;
        const int n_read = sqlite3_stmt_status(s, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
        if (!CHECK(n_read <= 2)) { /* registers, and the load that is under way */
            printf("# %d rows: %s\n", n_read, f.store->cache[i].sql);
        }
    }
    fixture_close(&f);
}

/* --- loads that come to nothing --- */

static plm_status count_register(void *context, const plm_register_info *info)
{
    *(int64_t *)context += 1000000 + (int64_t)info->n_records + (int64_t)info->n_quarantined;
    return PLM_OK;
}

static plm_status count_quarantine(void *context, const plm_quarantine_row *row)
{
    *(int64_t *)context += row->line > 0;
    return PLM_OK;
}

/* All that readers see, in one number. */
static int64_t see(plm_store *store)
{
    int64_t seen[6] = {0};
    uint64_t n = 0;
    const plm_record_query all = {
        .type = "", .canonical = "", .source_id = "", .register_name = ""};
    const plm_record_query by_value = {
        .type = "name", .canonical = "value 1", .source_id = "", .register_name = ""};
    CHECK_STATUS(plm_store_each_record(store, NULL, count_record, &seen[0]), PLM_OK);
    CHECK_STATUS(plm_store_each_number(store, count_number, &seen[1]), PLM_OK);
    CHECK_STATUS(plm_store_page_records(store, &by_value, 100000, count_record, &seen[2]), PLM_OK);
    CHECK_STATUS(plm_store_each_register(store, count_register, &seen[3]), PLM_OK);
    CHECK_STATUS(plm_store_each_quarantine(store, NULL, count_quarantine, &seen[4]), PLM_OK);
    CHECK_STATUS(plm_store_page_records(store, &all, 100000, count_record, &seen[5]), PLM_OK);
    CHECK_STATUS(plm_store_count_records(store, &n), PLM_OK);
    return seen[0] + seen[1] + seen[2] + seen[3] + seen[4] + seen[5] + (int64_t)n;
}

/* Writes an edition as far as `state`, and dies. */
static void die(plm_store *store, const char *name, uint64_t edition, plm_loading_state state)
{
    plm_load_writer w = {.store = store};
    plm_batch *batch = (plm_batch *)calloc(1, sizeof *batch);
    const plm_batch_refusal refusal = {"a.csv", 7, NULL, "why"};
    plm_batch_init(batch);
    CHECK_STATUS(plm_loading_begin(store, name, "csv", NOW, &w.loading, &w.looks_up), PLM_OK);
    CHECK_STATUS(plm_sorter_create(&w.sorter, "/tmp", 1 << 16), PLM_OK);
    w.next_record = w.loading.first_record;
    w.next_quarantine = w.loading.first_quarantine;
    for (uint64_t i = 0; i < n_of(edition); i++) {
        drawn d;
        draw_nth(&d, i, edition);
        if (plm_batch_add(batch, &d.record) == PLM_E_LIMIT) {
            CHECK_STATUS(plm_load_write(&w, &batch, 1), PLM_OK);
            plm_batch_clear(batch);
            CHECK_STATUS(plm_batch_add(batch, &d.record), PLM_OK);
        }
    }
    CHECK_STATUS(plm_batch_refuse(batch, &refusal), PLM_OK);
    CHECK_STATUS(plm_load_write(&w, &batch, 1), PLM_OK);
    if (state != PLM_LOADING_FILLING) {
        CHECK_STATUS(plm_load_write_search(&w, NULL, NULL), PLM_OK);
    }
    if (state == PLM_LOADING_SETTLING) {
        CHECK_STATUS(plm_store_begin(store), PLM_OK);
        CHECK_STATUS(plm_sql_run(store,
                                 "UPDATE loading SET state = 'settling', is_new = 0, "
                                 "first_record = $1, first_quarantine = $1",
                                 "i", INT64_MAX),
                     PLM_OK);
        CHECK_STATUS(store->driver->settle(store->db), PLM_OK);
        CHECK_STATUS(plm_store_commit(store), PLM_OK);
    }
    CHECK_STATUS(store->driver->set_load_mode(store->db, PLM_LOAD_NONE), PLM_OK);
    store->driver->unlock_load(store->db);
    plm_sorter_destroy(w.sorter);
    plm_batch_wipe(batch);
    free(batch);
}

static void test_what_dies_is_not_seen_and_goes(void)
{
    fixture f;
    uint64_t n[3];
    uint64_t n_expired;
    plm_content before;
    plm_content after;
    fixture_open(&f);
    load_at_once(f.store, 0, n);
    CHECK_STATUS(plm_store_content(f.store, NULL, NULL, &before), PLM_OK);
    const int64_t seen = see(f.store);
    for (plm_loading_state state = 0; state < PLM_LOADING_SETTLING; state++) {
        for (int is_new = 0; is_new < 2; is_new++) {
            die(f.store, is_new ? "another" : "r", 1, state);
            CHECK(fixture_int(&f, "SELECT count(*) FROM record") > N_PUTS);
            CHECK_EQ_INT(see(f.store), seen);
            CHECK_STATUS(plm_store_expire(f.store, (plm_date){2000, 1, 1}, &n_expired), PLM_OK);
            CHECK_STATUS(plm_store_content(f.store, NULL, NULL, &after), PLM_OK);
            CHECK_EQ_INT(after.n_rows, before.n_rows);
            CHECK_EQ_MEM(after.digest, before.digest, 32);
            CHECK_EQ_INT(see(f.store), seen);
        }
    }
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_search"),
                 fixture_int(&f, "SELECT count(*) FROM (SELECT DISTINCT canonical, record_id FROM "
                                 "record_value) AS v"));
    fixture_close(&f);
}

/* It was part of the register when it died: the rest is done. A record that went meanwhile is made.
 */
static void test_what_dies_settling_is_done(void)
{
    char path[64];
    fixture many;
    uint64_t n[3] = {0};
    uint64_t n_expired;
    plm_store *one = open_file(path);
    fixture_open(&many);
    put_one_by_one(one, 0, n);
    put_one_by_one(one, 1, n);
    load_at_once(many.store, 0, n);
    die(many.store, "r", 1, PLM_LOADING_SETTLING);
    fixture_sql(&many, "DELETE FROM quarantine");
    CHECK_STATUS(plm_store_expire(many.store, (plm_date){2000, 1, 1}, &n_expired), PLM_OK);
    check_same_content(one, &many);
    die(many.store, "r", 0, PLM_LOADING_SETTLING);
    fixture_sql(&many, fixture_is_postgresql() ? "DELETE FROM record WHERE source_id = 'id-3'"
                                               : "PRAGMA foreign_keys = ON; "
                                                 "DELETE FROM record WHERE source_id = 'id-3'");
    CHECK_STATUS(plm_store_expire(many.store, (plm_date){2000, 1, 1}, &n_expired), PLM_OK);
    CHECK_EQ_INT(fixture_int(&many, "SELECT count(*) FROM record WHERE source_id = 'id-3'"), 1);
    CHECK_EQ_INT(fixture_int(&many, "SELECT count(*) FROM loading"), 0);
    CHECK_EQ_INT(fixture_int(&many, "SELECT count(*) FROM loading_record"), 0);
    close_file(one, path);
    fixture_close(&many);
}

static void test_what_is_given_up_leaves_nothing(void)
{
    fixture f;
    uint64_t n[3];
    plm_content before;
    plm_content after;
    plm_loader *loader = NULL;
    drawn d;
    fixture_open(&f);
    CHECK_STATUS(plm_store_content(f.store, NULL, NULL, &before), PLM_OK);
    CHECK_STATUS(plm_loader_begin(&loader, f.store, "r", "csv", NOW), PLM_OK);
    CHECK_STATUS(put_all(loader, 1), PLM_OK);
    CHECK_STATUS(plm_loader_end(loader, false, NULL, n), PLM_OK);
    CHECK_STATUS(plm_store_content(f.store, NULL, NULL, &after), PLM_OK);
    CHECK_EQ_MEM(after.digest, before.digest, 32);
    /* An id that comes twice, in batches far from each other: told at a put or at the end. */
    CHECK_STATUS(plm_loader_begin(&loader, f.store, "r", "csv", NOW), PLM_OK);
    plm_status status = put_all(loader, 1);
    draw_nth(&d, 0, 1);
    if (status == PLM_OK) {
        status = plm_loader_put(loader, &d.record);
    }
    plm_status ended = plm_loader_end(loader, status == PLM_OK, NULL, n);
    CHECK_STATUS(status == PLM_OK ? ended : status, PLM_E_EXISTS);
    CHECK_STATUS(plm_store_content(f.store, NULL, NULL, &after), PLM_OK);
    CHECK_EQ_MEM(after.digest, before.digest, 32);
    fixture_close(&f);
}

/* --- others --- */

typedef struct other {
    const fixture *f;
    atomic_bool is_over;
    int n_written;
    plm_status status;
} other;

/* Writes as often as it can. */
static void *write_on(void *context)
{
    other *o = (other *)context;
    plm_store *store = NULL;
    char error[PLM_STORE_ERROR_MAX];
    o->status = plm_store_open(&store, o->f->path, false, error);
    while (o->status == PLM_OK && !atomic_load(&o->is_over)) {
        o->status = plm_store_put_setting(store, "other", "was here");
        o->n_written++;
    }
    if (o->status != PLM_OK) {
        printf("# after %d: %s\n", o->n_written, store != NULL ? plm_store_error(store) : error);
    }
    plm_store_close(store);
    return NULL;
}

static void test_others_write_meanwhile(void)
{
    fixture f;
    uint64_t n[3];
    pthread_t thread;
    fixture_open(&f);
    other o = {.f = &f};
    CHECK(pthread_create(&thread, NULL, write_on, &o) == 0);
    load_at_once(f.store, 0, n);
    load_at_once(f.store, 1, n);
    atomic_store(&o.is_over, true);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_STATUS(o.status, PLM_OK);
    CHECK(o.n_written > 2);
    fixture_close(&f);
}

static void test_a_load_at_work_is_left_alone(void)
{
    fixture f;
    uint64_t n[3];
    char error[PLM_STORE_ERROR_MAX];
    plm_store *second = NULL;
    plm_loader *loader = NULL;
    plm_put_result result;
    uint64_t n_expired;
    drawn d;
    fixture_open(&f);
    load_at_once(f.store, 0, n);
    CHECK_STATUS(plm_store_open(&second, f.path, false, error), PLM_OK);
    CHECK_STATUS(plm_loader_begin(&loader, f.store, "r", "csv", NOW), PLM_OK);
    CHECK_STATUS(plm_store_expire(second, (plm_date){2000, 1, 1}, &n_expired), PLM_OK);
    CHECK_STATUS(plm_store_drop_register(second, "r", NULL, NULL), PLM_E_STORE);
    CHECK(strstr(plm_store_error(second), "being loaded") != NULL);
    draw(&d, 1, 0);
    CHECK_STATUS(plm_store_put_record(second, 1, &d.record, NOW, &result), PLM_E_STORE);
    CHECK_STATUS(put_all(loader, 1), PLM_OK);
    CHECK_STATUS(plm_loader_end(loader, true, NULL, n), PLM_OK);
    CHECK(n[PLM_PUT_INSERTED] == N_IDS - N_PUTS);
    CHECK_STATUS(plm_store_drop_register(second, "r", NULL, NULL), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_search"), 0);
    plm_store_close(second);
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_it_is_as_one_by_one);
    TAP_RUN(test_records_are_found_by_a_value);
    TAP_RUN(test_no_search_reads_a_table);
    TAP_RUN(test_what_dies_is_not_seen_and_goes);
    TAP_RUN(test_what_dies_settling_is_done);
    TAP_RUN(test_what_is_given_up_leaves_nothing);
    TAP_RUN(test_others_write_meanwhile);
    TAP_RUN(test_a_load_at_work_is_left_alone);
    return tap_done();
}
