/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What large registers need: records fetched by their numbers, some thirty at once, as a walk over
 * all of them gives them; a register deleted piece by piece, of which nobody sees a half.
 */
#include "store/loading.h"
#include "store/lookups.h"
#include "store/page.h"
#include "store/sql.h"
#include "store_fixture.h"

enum {
    N_RECORDS = 200, /* of each register */
    AT_ONCE = 10     /* fewer: deleted in pieces */
};

/* Two registers whose records have their numbers in turn, and values in common. */
static void fill(fixture *f)
{
    static const char *const offences[] = {"TIP.5", "UNTOC.5"};
    int64_t ids[2] = {0};
    fixture_open(f);
    CHECK_STATUS(plm_store_begin(f->store), PLM_OK);
    CHECK_STATUS(plm_store_register(f->store, "one", "csv", 5, &ids[0]), PLM_OK);
    CHECK_STATUS(plm_store_register(f->store, "two", "csv", 5, &ids[1]), PLM_OK);
    for (size_t i = 0; i < (size_t)2 * N_RECORDS; i++) {
        char id[16];
        char texts[3][24];
        plm_value values[3];
        plm_put_result result;
        (void)snprintf(id, sizeof id, "id-%zu", i);
        (void)snprintf(texts[0], sizeof texts[0], "value %zu", i / 2);
        (void)snprintf(texts[1], sizeof texts[1], "value");
        (void)snprintf(texts[2], sizeof texts[2], "%zu", 1000 - i);
        for (size_t v = 0; v < 3; v++) {
            values[v] =
                (plm_value){v < 2 ? PLM_IDENT_NAME : PLM_IDENT_PHONE, (unsigned)v, id, texts[v]};
        }
        const plm_record record = {.id = id,
                                   .kind = PLM_KIND_PERSON,
                                   .role = PLM_ROLE_SUSPECT,
                                   .grading = "B2",
                                   .retention = {2030, 1, (uint8_t)(1 + i % 28)},
                                   .facts = {.year = 1990},
                                   .offences = offences,
                                   .n_offences = i % 3,
                                   .values = values,
                                   .n_values = i % 4};
        CHECK_STATUS(plm_store_put_record(f->store, ids[i % 2], &record, 5, &result), PLM_OK);
    }
    for (size_t r = 0; r < 2; r++) {
        CHECK_STATUS(plm_store_put_quarantine(f->store, ids[r], "a.csv", 3, NULL, "why", 5),
                     PLM_OK);
    }
    CHECK_STATUS(plm_store_commit(f->store), PLM_OK);
    fixture_sql(f, "INSERT INTO run (id, is_asker, peer, accord_hash, purpose, case_ref, officer, "
                   "state, n_own, n_peer, charged, started_ms, ended_ms, proposal, acceptance, "
                   "receipt) VALUES (x'00000000000000000000000000000001', 1, 'P', x'00', 'p', '', "
                   "'', 'done', 1, 1, 0, 1, 1, x'', x'', x'')");
}

static void add_hits(const fixture *f)
{
    for (int64_t number = 1; number <= 4; number++) {
        const plm_hit hit = {.run_id = {[15] = 1},
                             .number = (uint32_t)number,
                             .record = number,
                             .rules = "r",
                             .words = "",
                             .state = "known",
                             .officer = "",
                             .second = "",
                             .remark = "",
                             .fields = "",
                             .outcome = ""};
        CHECK_STATUS(plm_store_add_hit(f->store, &hit), PLM_OK);
    }
}

/* --- by their numbers --- */

typedef struct told {
    uint8_t digests[2 * N_RECORDS][32];
    int64_t numbers[2 * N_RECORDS];
    size_t n;
    size_t n_of_two;
} told;

static plm_status tell(void *context, const plm_stored_record *r)
{
    told *t = (told *)context;
    plm_record_digest(t->digests[t->n], &r->record);
    t->numbers[t->n++] = r->number;
    t->n_of_two += strcmp(r->register_name, "two") == 0 && !r->is_seed;
    return PLM_OK;
}

/* Every third number is of no record. */
static void test_some_are_as_in_a_walk_over_all(void)
{
    static told all;
    static told some;
    int64_t numbers[2 * N_RECORDS];
    fixture f;
    fill(&f);
    fixture_sql(&f, fixture_is_postgresql() ? "DELETE FROM record WHERE id % 3 = 0"
                                            : "PRAGMA foreign_keys = ON; "
                                              "DELETE FROM record WHERE id % 3 = 0");
    for (int64_t i = 0; i < 2 * N_RECORDS; i++) {
        numbers[i] = i + 1;
    }
    CHECK_STATUS(plm_store_each_record(f.store, NULL, tell, &all), PLM_OK);
    CHECK_STATUS(plm_store_each_of(f.store, numbers, 2 * N_RECORDS, tell, &some), PLM_OK);
    CHECK_EQ_INT(all.n, 2 * N_RECORDS - 2 * N_RECORDS / 3);
    CHECK(all.n_of_two > 100);
    CHECK_EQ_MEM(&all, &some, sizeof all);
    for (size_t i = 0; i < all.n; i++) {
        plm_arena arena;
        plm_stored_record r;
        uint8_t digest[32] = {0};
        plm_arena_init(&arena, 1 << 20);
        CHECK_STATUS(plm_store_get_record(f.store, all.numbers[i], &arena, &r), PLM_OK);
        plm_record_digest(digest, &r.record);
        CHECK_EQ_MEM(digest, all.digests[i], 32);
        plm_arena_wipe(&arena);
    }
    CHECK_STATUS(plm_store_each_of(f.store, numbers, 0, tell, &some), PLM_OK);
    CHECK_EQ_INT(some.n, all.n);
    fixture_close(&f);
}

static plm_status refuse(void *context, const plm_stored_record *r)
{
    ++*(int *)context;
    return r->number > 2 ? PLM_E_CANCELLED : PLM_OK;
}

static void test_a_callback_ends_it(void)
{
    const int64_t numbers[] = {1, 2, 3, 4, 5};
    int n = 0;
    fixture f;
    fill(&f);
    CHECK_STATUS(plm_store_each_of(f.store, numbers, 5, refuse, &n), PLM_E_CANCELLED);
    CHECK_EQ_INT(n, 3);
    fixture_close(&f);
}

/* --- a register that is deleted --- */

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

static plm_status count_register(void *context, const plm_register_info *info)
{
    *(int64_t *)context += 1000 + (int64_t)info->n_records + (int64_t)info->n_quarantined;
    return PLM_OK;
}

static plm_status count_hit(void *context, const plm_hit *hit, const plm_stored_record *r)
{
    *(int64_t *)context += hit->record == r->number;
    return PLM_OK;
}

/* What readers see is the register "two" alone; and the parts of its records are whole. */
static void check_only_two_is_seen(const fixture *f)
{
    static told walked;
    static told fetched;
    int64_t numbers[2 * N_RECORDS];
    int64_t n[4] = {0};
    uint64_t n_records = 0;
    const plm_record_query all = {
        .type = "", .canonical = "", .source_id = "", .register_name = ""};
    const plm_record_query by_value = {
        .type = "name", .canonical = "value", .source_id = "", .register_name = ""};
    memset(&walked, 0, sizeof walked);
    memset(&fetched, 0, sizeof fetched);
    for (int64_t i = 0; i < 2 * N_RECORDS; i++) {
        numbers[i] = i + 1;
    }
    CHECK_STATUS(plm_store_each_record(f->store, NULL, tell, &walked), PLM_OK);
    CHECK_EQ_INT(walked.n, N_RECORDS);
    CHECK_EQ_INT(walked.n_of_two, N_RECORDS);
    CHECK_STATUS(plm_store_each_of(f->store, numbers, 2 * N_RECORDS, tell, &fetched), PLM_OK);
    CHECK_EQ_MEM(&walked, &fetched, sizeof walked);
    CHECK_STATUS(plm_store_each_number(f->store, count_number, &n[0]), PLM_OK);
    CHECK_STATUS(plm_store_page_records(f->store, &all, 1000, count_record, &n[0]), PLM_OK);
    CHECK_EQ_INT(n[0], 2 * N_RECORDS);
    CHECK_STATUS(plm_store_page_records(f->store, &by_value, 1000, count_record, &n[1]), PLM_OK);
    CHECK_EQ_INT(n[1], N_RECORDS / 2); /* each second of them has it */
    CHECK_STATUS(plm_store_each_register(f->store, count_register, &n[2]), PLM_OK);
    CHECK_EQ_INT(n[2], 1000 + N_RECORDS + 1);
    CHECK_STATUS(plm_store_each_hit(f->store, NULL, count_hit, &n[3]), PLM_OK);
    CHECK_EQ_INT(n[3], 2);
    CHECK_STATUS(plm_store_count_records(f->store, &n_records), PLM_OK);
    CHECK_EQ_INT(n_records, N_RECORDS);
}

static void check_nothing_is_left(const fixture *f)
{
    CHECK_EQ_INT(fixture_int(f, "SELECT count(*) FROM record"), N_RECORDS);
    CHECK_EQ_INT(fixture_int(f, "SELECT count(*) FROM register"), 1);
    CHECK_EQ_INT(fixture_int(f, "SELECT count(*) FROM loading"), 0);
    CHECK_EQ_INT(fixture_int(f, "SELECT count(*) FROM record_value WHERE NOT EXISTS "
                                "(SELECT 1 FROM record WHERE record.id = record_id)"),
                 0);
    CHECK_EQ_INT(fixture_int(f, "SELECT count(*) FROM record_offence WHERE NOT EXISTS "
                                "(SELECT 1 FROM record WHERE record.id = record_id)"),
                 0);
    CHECK_EQ_INT(fixture_int(f, "SELECT count(*) FROM record_search"),
                 fixture_int(f, "SELECT count(*) FROM (SELECT DISTINCT canonical, record_id FROM "
                                "record_value) AS v"));
}

/* Within the transaction: told once, and undone if it says so. */
static plm_status note(void *context)
{
    return plm_store_put_setting((plm_store *)context, "dropped", "yes");
}

static plm_status say_no(void *context)
{
    ++*(int *)context;
    return PLM_E_IO;
}

static void test_it_goes_in_pieces(void)
{
    fixture f;
    int n = 0;
    fill(&f);
    add_hits(&f);
    CHECK_STATUS(plm_loading_drop_register(f.store, "one", AT_ONCE, say_no, &n), PLM_E_IO);
    CHECK_EQ_INT(n, 1);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record"), 2 * N_RECORDS);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM hit"), 4);
    CHECK_STATUS(plm_loading_drop_register(f.store, "one", AT_ONCE, note, f.store), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM setting WHERE key = 'dropped'"), 1);
    check_only_two_is_seen(&f);
    check_nothing_is_left(&f);
    CHECK_STATUS(plm_loading_drop_register(f.store, "one", AT_ONCE, note, f.store),
                 PLM_E_NOT_FOUND);
    /* The other way gives the same. */
    CHECK_STATUS(plm_loading_drop_register(f.store, "two", N_RECORDS, NULL, NULL), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record"), 0);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_search"), 0);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM hit"), 0);
    fixture_close(&f);
}

static plm_status sum_number(void *context, int64_t number)
{
    int64_t *sum = (int64_t *)context;
    sum[0]++;
    sum[1] += number;
    return PLM_OK;
}

/* An index that is updated withdraws what was in the register, whichever way it went. */
static void test_what_goes_is_noted(void)
{
    for (int64_t at_once = AT_ONCE; at_once <= N_RECORDS; at_once += N_RECORDS - AT_ONCE) {
        fixture f;
        int64_t mark = 0;
        int64_t last = 0;
        int64_t sum[2] = {0, 0};
        fill(&f);
        CHECK_STATUS(plm_store_last_number(f.store, &last), PLM_OK);
        CHECK_EQ_INT(last, 2 * N_RECORDS);
        CHECK_STATUS(plm_store_mark_changes(f.store, &mark), PLM_OK);
        CHECK_STATUS(plm_loading_drop_register(f.store, "one", at_once, NULL, NULL), PLM_OK);
        CHECK_STATUS(plm_store_each_changed(f.store, mark, last, sum_number, sum), PLM_OK);
        CHECK_EQ_INT(sum[0], N_RECORDS);
        CHECK_EQ_INT(sum[1], N_RECORDS * N_RECORDS); /* 1 + 3 + ... */
        fixture_close(&f);
    }
}

/* How far who died was: nothing; half of the entries; those of the records, and some records. */
static const char *const deaths[] = {
    "SELECT 1",
    "DELETE FROM record_search WHERE canonical < 'value 5' AND record_id IN "
    "(SELECT id FROM record WHERE register_id = 1)",
    "DELETE FROM record_search WHERE record_id IN (SELECT id FROM record WHERE register_id = 1); "
    "DELETE FROM record_value WHERE record_id < 77 AND record_id IN "
    "(SELECT id FROM record WHERE register_id = 1); "
    "DELETE FROM record WHERE id < 77 AND register_id = 1",
};

static void test_what_dies_is_not_seen_and_goes(void)
{
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        fixture f;
        uint64_t n_expired = 0;
        fill(&f);
        add_hits(&f);
        fixture_sql(&f, "DELETE FROM hit WHERE record_id IN (SELECT id FROM record WHERE "
                        "register_id = 1)");
        fixture_sql(&f, "INSERT INTO loading (id, token, state, register_id, is_new, first_record, "
                        "first_quarantine, now_ms) VALUES (1, 7, 'dropping', 1, 0, "
                        "9223372036854775807, 9223372036854775807, 0)");
        fixture_sql(&f, deaths[i]);
        check_only_two_is_seen(&f);
        /* A run that had chosen a record of it before comes to nothing with it. */
        const plm_hit late = {.run_id = {[15] = 1},
                              .number = 9,
                              .record = 399,
                              .rules = "r",
                              .words = "",
                              .state = "known",
                              .officer = "",
                              .second = "",
                              .remark = "",
                              .fields = "",
                              .outcome = ""};
        CHECK_STATUS(plm_store_add_hit(f.store, &late), PLM_OK);
        CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM hit"), 2);
        CHECK_STATUS(plm_store_expire(f.store, (plm_date){2000, 1, 1}, &n_expired), PLM_OK);
        CHECK_EQ_INT(n_expired, 0);
        check_only_two_is_seen(&f);
        check_nothing_is_left(&f);
        fixture_close(&f);
    }
}

/* Who has the lock is at work: the others see it, and wait for nothing. */
static void test_one_at_a_time(void)
{
    fixture f;
    plm_store *second = NULL;
    plm_put_result result;
    char error[PLM_STORE_ERROR_MAX];
    const plm_record r = {.id = "new", .grading = ""};
    fill(&f);
    CHECK_STATUS(plm_store_open(&second, f.path, false, error), PLM_OK);
    CHECK_STATUS(second->driver->lock_load(second->db, 0), PLM_OK);
    fixture_sql(&f, "INSERT INTO loading (id, token, state, register_id, is_new, first_record, "
                    "first_quarantine, now_ms) VALUES (1, 7, 'dropping', 1, 0, "
                    "9223372036854775807, 9223372036854775807, 0)");
    CHECK_STATUS(plm_store_put_record(f.store, 2, &r, 5, &result), PLM_E_STORE);
    CHECK(strstr(plm_store_error(f.store), "deleted") != NULL);
    CHECK_STATUS(plm_store_drop_register(f.store, "one", NULL, NULL), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_store_drop_register(f.store, "two", NULL, NULL), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record"), N_RECORDS);
    second->driver->unlock_load(second->db);
    CHECK_STATUS(plm_loading_mend(f.store), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record"), 0);
    plm_store_close(second);
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_some_are_as_in_a_walk_over_all);
    TAP_RUN(test_a_callback_ends_it);
    TAP_RUN(test_it_goes_in_pieces);
    TAP_RUN(test_what_goes_is_noted);
    TAP_RUN(test_what_dies_is_not_seen_and_goes);
    TAP_RUN(test_one_at_a_time);
    return tap_done();
}
