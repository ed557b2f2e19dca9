/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: what is put is what is got; unchanged content writes nothing; what must go together
 * goes together; what is no store is refused.
 */
#include "store_fixture.h"

#include "tap.h"

#include <sys/stat.h>

static const uint8_t hash_a[32] = {0xaa};

static const char *const offences[] = {"TIP.5", "UNTOC.5"};
static const plm_value values[] = {
    {PLM_IDENT_NAME, 0, "Ivan  Petrov", "Ivan Petrov"},
    {PLM_IDENT_IMEI, PLM_IDENT_CHECK_FAILED, "490154203237519", "49015420323751"},
};

static plm_record make_record(const char *id)
{
    const plm_record record = {.id = id,
                               .kind = PLM_KIND_PERSON,
                               .role = PLM_ROLE_WANTED,
                               .is_assessment = true,
                               .grading = "B2",
                               .retention = {2030, 5, 6},
                               .offences = offences,
                               .n_offences = 2,
                               .values = values,
                               .n_values = 2};
    return record;
}

static int64_t make_register(plm_store *store, const char *name)
{
    int64_t id = 0;
    CHECK_STATUS(plm_store_register(store, name, "csv", 5, &id), PLM_OK);
    return id;
}

static plm_put_result put(plm_store *store, int64_t register_id, const plm_record *record)
{
    plm_put_result result = PLM_PUT_UNCHANGED;
    CHECK_STATUS(plm_store_put_record(store, register_id, record, 6, &result), PLM_OK);
    return result;
}

typedef struct seen_records {
    int n;
    int64_t last;
    char ids[8][16];
} seen_records;

static plm_status see_record(void *context, const plm_stored_record *r)
{
    seen_records *seen = (seen_records *)context;
    CHECK(r->number > seen->last);
    seen->last = r->number;
    (void)snprintf(seen->ids[seen->n++ % 8], 16, "%s", r->record.id);
    CHECK_EQ_INT(r->record.role, PLM_ROLE_WANTED);
    CHECK_EQ_STR(r->record.grading, "B2");
    CHECK(r->record.is_assessment && !r->record.is_minor);
    CHECK_EQ_INT(r->record.retention.year, 2030);
    CHECK_EQ_INT(r->record.retention.day, 6);
    if (CHECK_EQ_INT(r->record.n_offences, 2) && CHECK_EQ_INT(r->record.n_values, 2)) {
        CHECK_EQ_STR(r->record.offences[0], "TIP.5");
        CHECK_EQ_STR(r->record.offences[1], "UNTOC.5");
        CHECK_EQ_STR(r->record.values[0].raw, "Ivan  Petrov");
        CHECK_EQ_STR(r->record.values[0].canonical, "Ivan Petrov");
        CHECK_EQ_INT(r->record.values[1].type, PLM_IDENT_IMEI);
        CHECK_EQ_INT(r->record.values[1].flags, PLM_IDENT_CHECK_FAILED);
    }
    return PLM_OK;
}

static void test_records(void)
{
    fixture f;
    seen_records seen = {0};
    uint64_t n = 0;
    plm_arena arena;
    plm_stored_record got;
    fixture_open(&f);
    int64_t one = make_register(f.store, "one");
    int64_t two = make_register(f.store, "two");
    CHECK_EQ_INT(make_register(f.store, "one"), one);
    const plm_record a = make_record("a");
    const plm_record b = make_record("b");
    CHECK_EQ_INT(put(f.store, one, &a), PLM_PUT_INSERTED);
    CHECK_EQ_INT(put(f.store, one, &b), PLM_PUT_INSERTED);
    CHECK_EQ_INT(put(f.store, two, &a), PLM_PUT_INSERTED);
    CHECK_STATUS(plm_store_count_records(f.store, &n), PLM_OK);
    CHECK_EQ_INT(n, 3);
    CHECK_STATUS(plm_store_each_record(f.store, NULL, see_record, &seen), PLM_OK);
    CHECK_EQ_INT(seen.n, 3);
    seen = (seen_records){0};
    CHECK_STATUS(plm_store_each_record(f.store, "one", see_record, &seen), PLM_OK);
    CHECK_EQ_INT(seen.n, 2);
    CHECK_EQ_STR(seen.ids[1], "b");
    plm_arena_init(&arena, 1 << 20);
    CHECK_STATUS(plm_store_get_record(f.store, seen.last, &arena, &got), PLM_OK);
    CHECK_EQ_STR(got.record.id, "b");
    CHECK_EQ_STR(got.register_name, "one");
    CHECK_STATUS(plm_store_get_record(f.store, 999, &arena, &got), PLM_E_NOT_FOUND);
    plm_arena_wipe(&arena);
    fixture_close(&f);
}

static plm_status stop_at_once(void *context, const plm_stored_record *r)
{
    (void)r;
    ++*(int *)context;
    return PLM_E_CANCELLED;
}

static void test_a_callback_ends_the_walk(void)
{
    fixture f;
    int n = 0;
    fixture_open(&f);
    int64_t one = make_register(f.store, "one");
    const plm_record a = make_record("a");
    const plm_record b = make_record("b");
    (void)put(f.store, one, &a);
    (void)put(f.store, one, &b);
    CHECK_STATUS(plm_store_each_record(f.store, NULL, stop_at_once, &n), PLM_E_CANCELLED);
    CHECK_EQ_INT(n, 1);
    CHECK_EQ_INT(put(f.store, one, &a), PLM_PUT_UNCHANGED); /* the store is usable again */
    fixture_close(&f);
}

static void test_the_same_again_writes_nothing(void)
{
    fixture f;
    fixture_open(&f);
    int64_t one = make_register(f.store, "one");
    plm_record a = make_record("a");
    (void)put(f.store, one, &a);
    int64_t before = fixture_int(&f, "SELECT max(id) + sum(loaded_ms) FROM record");
    plm_put_result result = PLM_PUT_INSERTED;
    CHECK_STATUS(plm_store_put_record(f.store, one, &a, 777, &result), PLM_OK);
    CHECK_EQ_INT(result, PLM_PUT_UNCHANGED);
    CHECK_EQ_INT(fixture_int(&f, "SELECT max(id) + sum(loaded_ms) FROM record"), before);
    a.n_values = 1;
    CHECK_EQ_INT(put(f.store, one, &a), PLM_PUT_UPDATED);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_value"), 1);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record"), 1);
    fixture_close(&f);
}

static void test_transactions(void)
{
    fixture f;
    bool mine = true;
    uint64_t n = 9;
    fixture_open(&f);
    const plm_record a = make_record("a");
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    CHECK_STATUS(plm_store_begin(f.store), PLM_E_ARGUMENT);
    int64_t one = make_register(f.store, "one");
    (void)put(f.store, one, &a);
    CHECK_STATUS(plm_store_enter(f.store, &mine), PLM_OK);
    CHECK(!mine);
    CHECK_STATUS(plm_store_leave(f.store, mine, PLM_OK), PLM_OK);
    plm_store_rollback(f.store);
    CHECK_STATUS(plm_store_count_records(f.store, &n), PLM_OK);
    CHECK_EQ_INT(n, 0);
    CHECK_STATUS(plm_store_commit(f.store), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_store_enter(f.store, &mine), PLM_OK);
    CHECK(mine);
    (void)make_register(f.store, "two");
    CHECK_STATUS(plm_store_leave(f.store, mine, PLM_E_CANCELLED), PLM_E_CANCELLED);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM register"), 0);
    fixture_close(&f);
}

static plm_run make_run(uint8_t number, plm_run_state state, uint64_t charged)
{
    plm_run run = {.id = {number},
                   .peer = "AA-ONE",
                   .purpose = "p",
                   .case_ref = "c",
                   .officer = "o",
                   .state = state,
                   .n_own = 10,
                   .n_peer = 20,
                   .charged = charged,
                   .started_ms = 1000 + number,
                   .proposal = plm_span_str("proposal")};
    memcpy(run.accord_hash, hash_a, sizeof run.accord_hash);
    return run;
}

static plm_status keep_states(void *context, const plm_run *run)
{
    ((int *)context)[run->id[0]] = (int)run->state + (run->charged == 0 ? 100 : 0);
    CHECK(plm_span_equal(run->proposal, plm_span_str("proposal")));
    return PLM_OK;
}

static void test_runs(void)
{
    fixture f;
    uint64_t tokens = 0;
    uint64_t runs = 0;
    int states[8] = {0};
    fixture_open(&f);
    plm_run run = make_run(1, PLM_RUN_RUNNING, 100);
    CHECK_STATUS(plm_store_add_run(f.store, &run), PLM_OK);
    CHECK_STATUS(plm_store_add_run(f.store, &run), PLM_E_EXISTS);
    run.state = PLM_RUN_DONE;
    CHECK_STATUS(plm_store_update_run(f.store, &run), PLM_OK);
    run = make_run(2, PLM_RUN_REFUSED, 0);
    CHECK_STATUS(plm_store_add_run(f.store, &run), PLM_OK);
    run = make_run(3, PLM_RUN_RUNNING, 30);
    CHECK_STATUS(plm_store_add_run(f.store, &run), PLM_OK);
    run = make_run(4, PLM_RUN_RUNNING, 4);
    run.peer = "ZZ-OTHER";
    CHECK_STATUS(plm_store_add_run(f.store, &run), PLM_OK);
    run = make_run(5, PLM_RUN_DONE, 5000);
    run.is_asker = true; /* what we asked is not charged to the peer */
    CHECK_STATUS(plm_store_add_run(f.store, &run), PLM_OK);
    CHECK_STATUS(plm_store_usage(f.store, "AA-ONE", hash_a, "p", 0, &tokens, &runs), PLM_OK);
    CHECK_EQ_INT(tokens, 130);
    CHECK_EQ_INT(runs, 2);
    CHECK_STATUS(plm_store_usage(f.store, "AA-ONE", hash_a, "p", 1002, &tokens, &runs), PLM_OK);
    CHECK_EQ_INT(tokens, 30);
    CHECK_STATUS(plm_store_usage(f.store, "AA-ONE", hash_a, "q", 0, &tokens, &runs), PLM_OK);
    CHECK_EQ_INT(tokens + runs, 0);
    CHECK_STATUS(plm_store_break_run(f.store, (const uint8_t[16]){3}, "worker-died", true, 9),
                 PLM_OK);
    CHECK_STATUS(plm_store_break_run(f.store, (const uint8_t[16]){4}, "worker-died", false, 9),
                 PLM_OK);
    CHECK_STATUS(plm_store_break_run(f.store, (const uint8_t[16]){1}, "worker-died", true, 9),
                 PLM_OK); /* done already: left as it is */
    CHECK_STATUS(plm_store_break_run(f.store, (const uint8_t[16]){77}, "x", true, 9),
                 PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_store_each_run(f.store, keep_states, states), PLM_OK);
    CHECK_EQ_INT(states[1], PLM_RUN_DONE);
    CHECK_EQ_INT(states[2], PLM_RUN_REFUSED + 100);
    CHECK_EQ_INT(states[3], PLM_RUN_BROKEN + 100);
    CHECK_EQ_INT(states[4], PLM_RUN_BROKEN);
    fixture_close(&f);
}

static plm_status count_hit(void *context, const plm_hit *hit, const plm_stored_record *record)
{
    CHECK_EQ_STR(hit->rules, "phone email");
    CHECK(hit->number == 1 && hit->has_link && hit->link[0] == 7 && hit->score == -5);
    CHECK_EQ_STR(hit->state, "known");
    CHECK_EQ_INT(hit->retention.year, 2030);
    CHECK_EQ_STR(record->record.id, "a");
    ++*(int *)context;
    return PLM_OK;
}

static plm_hit make_hit(const plm_run *run, int64_t record)
{
    plm_hit hit = {.number = 1,
                   .record = record,
                   .link = {7},
                   .has_link = true,
                   .score = -5,
                   .rules = "phone email",
                   .words = "",
                   .state = "known",
                   .officer = "",
                   .second = "",
                   .remark = "",
                   .fields = "",
                   .outcome = "",
                   .retention = {2030, 1, 1}};
    memcpy(hit.run_id, run->id, sizeof hit.run_id);
    return hit;
}

static void test_hits_go_with_their_record_and_runs_stay(void)
{
    fixture f;
    int n = 0;
    fixture_open(&f);
    int64_t one = make_register(f.store, "one");
    const plm_record a = make_record("a");
    const plm_run run = make_run(1, PLM_RUN_DONE, 1);
    (void)put(f.store, one, &a);
    CHECK_STATUS(plm_store_add_run(f.store, &run), PLM_OK);
    plm_hit hit = make_hit(&run, fixture_int(&f, "SELECT id FROM record"));
    const plm_hit_filter of_another_run = {.run_id = (const uint8_t[16]){9}};
    const plm_hit_filter of_another_number = {.number = 2};
    const plm_hit_filter of_another_state = {.state = "pending"};
    const plm_hit_filter its_own = {run.id, 1, "known"};
    CHECK_STATUS(plm_store_add_hit(f.store, &hit), PLM_OK);
    CHECK_STATUS(plm_store_add_hit(f.store, &hit), PLM_E_EXISTS);
    CHECK_STATUS(plm_store_each_hit(f.store, NULL, count_hit, &n), PLM_OK);
    CHECK_EQ_INT(n, 1);
    CHECK_STATUS(plm_store_each_hit(f.store, &of_another_run, count_hit, &n), PLM_OK);
    CHECK_STATUS(plm_store_each_hit(f.store, &of_another_number, count_hit, &n), PLM_OK);
    CHECK_STATUS(plm_store_each_hit(f.store, &of_another_state, count_hit, &n), PLM_OK);
    CHECK_EQ_INT(n, 1);
    CHECK_STATUS(plm_store_each_hit(f.store, &its_own, count_hit, &n), PLM_OK);
    CHECK_EQ_INT(n, 2);
    /* A record that was deleted while the run went on leaves no hit, and does not break the run. */
    hit.record++;
    hit.number++;
    CHECK_STATUS(plm_store_add_hit(f.store, &hit), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM hit"), 1);
    CHECK_STATUS(plm_store_drop_register(f.store, "nothing", NULL, NULL), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_store_drop_register(f.store, "one", NULL, NULL), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM hit"), 0);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_value"), 0);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM run"), 1);
    fixture_close(&f);
}

static void test_expiry(void)
{
    fixture f;
    uint64_t n = 9;
    fixture_open(&f);
    int64_t one = make_register(f.store, "one");
    plm_record a = make_record("a");
    plm_record b = make_record("b");
    b.retention = (plm_date){0, 0, 0}; /* none: kept */
    (void)put(f.store, one, &a);
    (void)put(f.store, one, &b);
    CHECK_STATUS(plm_store_expire(f.store, (plm_date){2030, 5, 6}, &n), PLM_OK);
    CHECK_EQ_INT(n, 0); /* the day itself is still its own */
    CHECK_STATUS(plm_store_expire(f.store, (plm_date){2030, 5, 7}, &n), PLM_OK);
    CHECK_EQ_INT(n, 1);
    CHECK_STATUS(plm_store_count_records(f.store, &n), PLM_OK);
    CHECK_EQ_INT(n, 1);
    fixture_close(&f);
}

static plm_status count_accord(void *context, const uint8_t hash[static 32], plm_span bytes,
                               int64_t adopted_ms)
{
    CHECK_EQ_MEM(hash, hash_a, 32);
    CHECK(plm_span_equal(bytes, plm_span_str("text")) && adopted_ms == 5);
    ++*(int *)context;
    return PLM_OK;
}

static plm_status count_ratification(void *context, const char *party, plm_span document,
                                     int64_t received_ms)
{
    CHECK_EQ_STR(party, "AA-ONE");
    CHECK(plm_span_equal(document, plm_span_str("first")) && received_ms == 6);
    ++*(int *)context;
    return PLM_OK;
}

static void test_accords_and_settings(void)
{
    fixture f;
    int n = 0;
    plm_buf out;
    fixture_open(&f);
    plm_buf_init(&out, 100);
    CHECK_STATUS(plm_store_get_accord(f.store, hash_a, &out), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_store_put_accord(f.store, hash_a, plm_span_str("text"), 5), PLM_OK);
    CHECK_STATUS(plm_store_put_accord(f.store, hash_a, plm_span_str("other"), 6), PLM_OK);
    CHECK_STATUS(plm_store_each_accord(f.store, count_accord, &n), PLM_OK);
    CHECK_EQ_INT(n, 1);
    CHECK_STATUS(plm_store_put_ratification(f.store, hash_a, "AA-ONE", plm_span_str("first"), 6),
                 PLM_OK);
    CHECK_STATUS(plm_store_put_ratification(f.store, hash_a, "AA-ONE", plm_span_str("again"), 7),
                 PLM_OK);
    CHECK_STATUS(plm_store_each_ratification(f.store, hash_a, count_ratification, &n), PLM_OK);
    CHECK_EQ_INT(n, 2);
    CHECK_STATUS(plm_store_put_ratification(f.store, (const uint8_t[32]){1}, "X",
                                            plm_span_str("of no accord"), 6),
                 PLM_E_STORE);
    CHECK_STATUS(plm_store_get_setting(f.store, "k", &out), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_store_put_setting(f.store, "k", "one"), PLM_OK);
    CHECK_STATUS(plm_store_put_setting(f.store, "k", "two"), PLM_OK);
    CHECK_STATUS(plm_store_get_setting(f.store, "k", &out), PLM_OK);
    CHECK(plm_span_equal(plm_buf_span(&out), plm_span_str("two")));
    plm_buf_wipe(&out);
    fixture_close(&f);
}

static void check_refused(const char *sql, const char *words)
{
    fixture f;
    char error[PLM_STORE_ERROR_MAX] = "";
    plm_store *store = NULL;
    fixture_open(&f);
    plm_store_close(f.store);
    f.store = NULL;
    fixture_sql(&f, sql);
    CHECK_STATUS(plm_store_open(&store, f.path, false, error), PLM_E_STORE);
    if (!CHECK(strstr(error, words) != NULL)) {
        printf("# said: %s\n", error);
    }
    fixture_close(&f);
}

static void test_what_is_no_store_is_refused(void)
{
    fixture f;
    char error[PLM_STORE_ERROR_MAX] = "";
    plm_store *store = NULL;
    fixture_make(&f);
    CHECK_STATUS(plm_store_open(&store, f.path, false, error), PLM_E_NOT_FOUND);
    fixture_sql(&f, "CREATE TABLE something (x)");
    CHECK_STATUS(plm_store_open(&store, f.path, false, error), PLM_E_STORE);
    CHECK(strstr(error, "not a store") != NULL);
    CHECK_STATUS(plm_store_open(&store, f.path, true, error), PLM_E_STORE);
    FILE *file = fopen(f.path, "we");
    if (CHECK(file != NULL)) {
        (void)fprintf(file, "%0600d", 7);
        (void)fclose(file);
    }
    CHECK_STATUS(plm_store_open(&store, f.path, false, error), PLM_E_STORE);
    CHECK_STATUS(plm_store_open(&store, f.directory, false, error), PLM_E_STORE);
    fixture_close(&f);
    check_refused("PRAGMA user_version = 1000", "too old");
    check_refused("UPDATE migration SET digest = 'another'", "migration 1");
    check_refused("PRAGMA application_id = 1", "not a store");
}

static void test_the_file_is_its_owners(void)
{
    fixture f;
    struct stat s;
    fixture_open(&f);
    CHECK(stat(f.path, &s) == 0);
    CHECK_EQ_INT(s.st_mode & 0777, 0600);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND "
                                 "strict = 0 AND name NOT LIKE 'sqlite_%'"),
                 0);
    fixture_close(&f);
}

static void test_deleted_values_do_not_stay_in_the_file(void)
{
    fixture f;
    plm_buf bytes;
    fixture_open(&f);
    int64_t one = make_register(f.store, "one");
    const plm_record a = make_record("a");
    (void)put(f.store, one, &a);
    CHECK_STATUS(plm_store_drop_register(f.store, "one", NULL, NULL), PLM_OK);
    fixture_sql(&f, "PRAGMA wal_checkpoint(TRUNCATE)");
    plm_buf_init(&bytes, 1 << 24);
    FILE *file = fopen(f.path, "re");
    if (CHECK(file != NULL) && CHECK_STATUS(plm_buf_reserve(&bytes, 1 << 20), PLM_OK)) {
        bytes.n = fread(bytes.data, 1, 1 << 20, file);
        (void)fclose(file);
        CHECK(bytes.n > 4096);
        CHECK(memmem(bytes.data, bytes.n, "Ivan", 4) == NULL);
    }
    plm_buf_wipe(&bytes);
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_records);
    TAP_RUN(test_a_callback_ends_the_walk);
    TAP_RUN(test_the_same_again_writes_nothing);
    TAP_RUN(test_transactions);
    TAP_RUN(test_runs);
    TAP_RUN(test_hits_go_with_their_record_and_runs_stay);
    TAP_RUN(test_expiry);
    TAP_RUN(test_accords_and_settings);
    if (!fixture_is_postgresql()) { /* whose own test is test_postgresql */
        TAP_RUN(test_what_is_no_store_is_refused);
        TAP_RUN(test_the_file_is_its_owners);
        TAP_RUN(test_deleted_values_do_not_stay_in_the_file);
    }
    return tap_done();
}
