/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading many records does what putting them one by one does: the two stores have the same
 * content, down to the records' numbers, whatever comes new, changed, unchanged or twice.
 */
#include "store/copy.h"
#include "store/loader.h"
#include "store_fixture.h"

enum {
    N_PUTS = 3200,
    N_IDS = 3600 /* so that some come twice, within a batch and beyond */
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

static void draw(drawn *d, uint64_t *state)
{
    static const char *const codes[] = {"TIP.5", "UNTOC.5", "SOM.6"};
    *d = (drawn){.record = {.kind = PLM_KIND_PERSON, .role = PLM_ROLE_SUSPECT, .grading = "B2"}};
    /* One id has the character that the driver puts between ids. */
    uint64_t which = next(state) % N_IDS;
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

static void put_one_by_one(plm_store *store, int64_t id, uint64_t n[3])
{
    uint64_t state = 1;
    drawn d;
    CHECK_STATUS(plm_store_begin(store), PLM_OK);
    for (int i = 0; i < N_PUTS; i++) {
        plm_put_result result = PLM_PUT_UNCHANGED;
        draw(&d, &state);
        CHECK_STATUS(plm_store_put_record(store, id, &d.record, 5, &result), PLM_OK);
        n[result]++;
    }
    CHECK_STATUS(plm_store_commit(store), PLM_OK);
}

static void load_at_once(plm_store *store, int64_t id, uint64_t n[3])
{
    uint64_t state = 1;
    drawn d;
    plm_loader *loader = NULL;
    CHECK_STATUS(plm_store_begin(store), PLM_OK);
    CHECK_STATUS(plm_loader_begin(&loader, store, id, 5), PLM_OK);
    for (int i = 0; i < N_PUTS; i++) {
        draw(&d, &state);
        CHECK_STATUS(plm_loader_put(loader, &d.record), PLM_OK);
        if (i == N_PUTS / 2) {
            /* In between, the store is the caller's. */
            CHECK_STATUS(plm_loader_wait(loader), PLM_OK);
            CHECK_STATUS(plm_store_put_setting(store, "k", "v"), PLM_OK);
        }
    }
    CHECK_STATUS(plm_loader_end(loader, true, n), PLM_OK);
    CHECK_STATUS(plm_store_commit(store), PLM_OK);
}

static int64_t make_register(plm_store *store)
{
    int64_t id = 0;
    CHECK_STATUS(plm_store_register(store, "r", "csv", 5, &id), PLM_OK);
    return id;
}

static void test_it_is_as_one_by_one(void)
{
    char path[] = "/tmp/plm-loader-XXXXXX";
    char error[PLM_STORE_ERROR_MAX];
    plm_store *one = NULL; /* a file, whatever the other is */
    fixture many;
    plm_content a;
    plm_content b;
    uint64_t n[2][3] = {{0}};
    int fd = mkstemp(path);
    CHECK(fd >= 0 && close(fd) == 0);
    fixture_open(&many);
    CHECK_STATUS(plm_store_open(&one, path, true, error), PLM_OK);
    CHECK_STATUS(plm_store_put_setting(one, "k", "v"), PLM_OK);
    put_one_by_one(one, make_register(one), n[0]);
    load_at_once(many.store, make_register(many.store), n[1]);
    CHECK(n[0][PLM_PUT_INSERTED] > 2000 && n[0][PLM_PUT_UPDATED] > 500);
    CHECK_EQ_MEM(n[0], n[1], sizeof n[0]);
    CHECK_STATUS(plm_store_content(one, NULL, NULL, &a), PLM_OK);
    CHECK_STATUS(plm_store_content(many.store, NULL, NULL, &b), PLM_OK);
    CHECK_EQ_INT(a.n_rows, b.n_rows);
    CHECK_EQ_MEM(a.digest, b.digest, 32);
    /* The same again, where everything is there: what was changed last stays. */
    memset(n, 0, sizeof n);
    put_one_by_one(one, make_register(one), n[0]);
    load_at_once(many.store, make_register(many.store), n[1]);
    CHECK(n[0][PLM_PUT_UNCHANGED] > 1000 && n[0][PLM_PUT_INSERTED] == 0);
    CHECK_EQ_MEM(n[0], n[1], sizeof n[0]);
    CHECK_STATUS(plm_store_content(one, NULL, NULL, &a), PLM_OK);
    CHECK_STATUS(plm_store_content(many.store, NULL, NULL, &b), PLM_OK);
    CHECK_EQ_MEM(a.digest, b.digest, 32);
    CHECK_EQ_INT(fixture_int(&many, fixture_is_postgresql()
                                        ? "SELECT count(*) FROM pg_indexes WHERE indexname = "
                                          "'record_value_canonical' AND schemaname = "
                                          "current_schema()"
                                        : "SELECT count(*) FROM sqlite_schema WHERE name = "
                                          "'record_value_canonical'"),
                 1);
    plm_store_close(one);
    (void)unlink(path);
    fixture_close(&many);
}

static plm_status count_number(void *context, int64_t number)
{
    *(int64_t *)context += number > 0;
    return PLM_OK;
}

static void test_records_are_found_by_a_value(void)
{
    fixture f;
    uint64_t n[3];
    int64_t found = 0;
    int64_t none = 0;
    fixture_open(&f);
    load_at_once(f.store, make_register(f.store), n);
    CHECK_STATUS(plm_store_find_value(f.store, "name", "value 1", count_number, &found), PLM_OK);
    CHECK(found > 500);
    CHECK_EQ_INT(found, fixture_int(&f, "SELECT count(DISTINCT record_id) FROM record_value WHERE "
                                        "raw = 'value 1'"));
    CHECK_STATUS(plm_store_find_value(f.store, "phone", "value 1", count_number, &none), PLM_OK);
    CHECK_EQ_INT(none, 0);
    fixture_close(&f);
}

static void test_what_is_given_up_leaves_nothing(void)
{
    fixture f;
    drawn d;
    uint64_t n[3];
    uint64_t state = 1;
    plm_loader *loader = NULL;
    fixture_open(&f);
    int64_t id = make_register(f.store);
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    CHECK_STATUS(plm_loader_begin(&loader, f.store, id, 5), PLM_OK);
    for (int i = 0; i < N_PUTS; i++) {
        draw(&d, &state);
        CHECK_STATUS(plm_loader_put(loader, &d.record), PLM_OK);
    }
    CHECK_STATUS(plm_loader_end(loader, false, n), PLM_OK);
    plm_store_rollback(f.store);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record"), 0);
    /* A register that is not there: told at the next put or at the end, not lost. */
    loader = NULL;
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    CHECK_STATUS(plm_loader_begin(&loader, f.store, 99, 5), PLM_OK);
    CHECK_STATUS(plm_loader_put(loader, &d.record), PLM_OK);
    CHECK_STATUS(plm_loader_end(loader, true, n), PLM_E_STORE);
    plm_store_rollback(f.store);
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_it_is_as_one_by_one);
    TAP_RUN(test_records_are_found_by_a_value);
    TAP_RUN(test_what_is_given_up_leaves_nothing);
    return tap_done();
}
