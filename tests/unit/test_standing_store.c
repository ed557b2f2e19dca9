/* SPDX-License-Identifier: Apache-2.0 */
/* Series of runs in the store: what was entered, what was told, and that it goes with its record.
 */
#include "store_fixture.h"

#include "store/standing.h"
#include "tap.h"

static const uint8_t one[16] = {1};
static const uint8_t two[16] = {2};
static const uint8_t run_a[16] = {0xa};
static const uint8_t run_b[16] = {0xb};

static plm_standing_row row_of(const uint8_t id[static 16], int64_t created_ms)
{
    plm_standing_row row = {.is_asker = true,
                            .peer = "BB-TWO",
                            .purpose = "suspects",
                            .case_ref = "CASE-1",
                            .officer = "One",
                            .every_ms = 3600000,
                            .created_ms = created_ms};
    memcpy(row.id, id, sizeof row.id);
    return row;
}

/* Records 1 to n of a register, the last of them in the register of test persons. */
static void add_records(const fixture *f, unsigned n)
{
    char sql[512];
    fixture_sql(f, "INSERT INTO register (id, name, format, loaded_ms) VALUES (1, 'people', 'csv', "
                   "0), (2, 'seed', 'seed', 0)");
    for (unsigned i = 1; i <= n; i++) {
        (void)snprintf(sql, sizeof sql,
                       "INSERT INTO record (id, register_id, source_id, kind, role, is_minor, "
                       "is_assessment, grading, retention, digest, loaded_ms) VALUES "
                       "(%u, %d, 'r%u', 'person', 'suspect', 0, 0, '', 0, x'00', 0)",
                       i, i == n ? 2 : 1, i);
        fixture_sql(f, sql);
    }
}

static void test_a_series_is_kept_as_it_is(void)
{
    fixture f;
    plm_standing_row row = row_of(one, 7);
    plm_standing_row got;
    fixture_open(&f);
    CHECK_STATUS(plm_store_standing_get(f.store, one, &got), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_store_standing_update(f.store, &row), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_store_standing_add(f.store, &row), PLM_OK);
    CHECK_STATUS(plm_store_standing_add(f.store, &row), PLM_E_EXISTS);
    row.state = PLM_STANDING_PAUSED;
    row.next_ms = 11;
    row.last_ms = 12;
    row.whole_ms = 13;
    row.n_done = 14;
    row.failures = 15;
    row.failed_ms = 16;
    memset(row.key, 0x11, sizeof row.key);
    memset(row.last_run, 0x22, sizeof row.last_run);
    memset(row.confirmed_run, 0x33, sizeof row.confirmed_run);
    memcpy(row.failure, "timeout", 8);
    memcpy(row.clause, "/purposes/0", 12);
    CHECK_STATUS(plm_store_standing_update(f.store, &row), PLM_OK);
    CHECK_STATUS(plm_store_standing_get(f.store, one, &got), PLM_OK);
    CHECK(got.is_asker && got.state == PLM_STANDING_PAUSED && got.every_ms == row.every_ms);
    CHECK_EQ_STR(got.peer, "BB-TWO");
    CHECK_EQ_STR(got.case_ref, "CASE-1");
    CHECK_EQ_STR(got.failure, "timeout");
    CHECK_EQ_STR(got.clause, "/purposes/0");
    CHECK_EQ_MEM(got.key, row.key, sizeof row.key);
    CHECK_EQ_MEM(got.last_run, row.last_run, sizeof row.last_run);
    CHECK_EQ_MEM(got.confirmed_run, row.confirmed_run, sizeof row.confirmed_run);
    CHECK(got.next_ms == 11 && got.last_ms == 12 && got.whole_ms == 13 && got.n_done == 14 &&
          got.failures == 15 && got.failed_ms == 16 && got.created_ms == 7);
    fixture_close(&f);
}

static plm_status count_mark(void *context, int64_t record, plm_span marks)
{
    int64_t *sum = (int64_t *)context;
    sum[0]++;
    sum[1] += record;
    sum[2] += (int64_t)marks.n;
    return PLM_OK;
}

static void check_marks(const fixture *f, const uint8_t id[static 16], int64_t n, int64_t records,
                        int64_t bytes)
{
    int64_t sum[3] = {0, 0, 0};
    CHECK_STATUS(plm_store_each_standing_mark(f->store, id, count_mark, sum), PLM_OK);
    CHECK_EQ_INT(sum[0], n);
    CHECK_EQ_INT(sum[1], records);
    CHECK_EQ_INT(sum[2], bytes);
}

static void test_marks_go_with_their_record(void)
{
    static const uint8_t bytes[24] = {1};
    fixture f;
    fixture_open(&f);
    add_records(&f, 5);
    plm_standing_row a = row_of(one, 1);
    plm_standing_row b = row_of(two, 2);
    CHECK_STATUS(plm_store_standing_add(f.store, &a), PLM_OK);
    CHECK_STATUS(plm_store_standing_add(f.store, &b), PLM_OK);
    /* The first time by the shortest way; number 9 is not there any more, number 3 has none. */
    const plm_standing_mark first[] = {{1, plm_span_of(bytes, 8)},
                                       {2, plm_span_of(bytes, 16)},
                                       {3, plm_span_of(NULL, 0)},
                                       {4, plm_span_of(bytes, 24)},
                                       {9, plm_span_of(bytes, 8)}};
    CHECK_STATUS(plm_store_put_standing_marks(f.store, one, first, 5, true), PLM_OK);
    check_marks(&f, one, 3, 7, 48);
    check_marks(&f, two, 0, 0, 0);
    const plm_standing_mark second[] = {{1, plm_span_of(NULL, 0)},
                                        {2, plm_span_of(bytes, 8)},
                                        {5, plm_span_of(bytes, 8)},
                                        {9, plm_span_of(bytes, 8)}};
    CHECK_STATUS(plm_store_put_standing_marks(f.store, one, second, 4, false), PLM_OK);
    CHECK_STATUS(plm_store_put_standing_marks(f.store, two, first, 5, true), PLM_OK);
    check_marks(&f, one, 3, 11, 40);
    fixture_sql(&f, "DELETE FROM record WHERE id = 4");
    check_marks(&f, one, 2, 7, 16);
    check_marks(&f, two, 2, 3, 24);
    CHECK_STATUS(plm_store_standing_forget(f.store, one), PLM_OK);
    check_marks(&f, one, 0, 0, 0);
    check_marks(&f, two, 2, 3, 24);
    fixture_close(&f);
}

static plm_standing_evidence evidence(int64_t record, const char *link, uint8_t what)
{
    plm_standing_evidence e = {.record = record, .link = plm_span_str(link)};
    memset(e.digest, what, sizeof e.digest);
    return e;
}

static bool was_told(const fixture *f, const uint8_t id[static 16], int64_t record,
                     const char *link, uint8_t what)
{
    bool yes = false;
    const plm_standing_evidence e = evidence(record, link, what);
    CHECK_STATUS(plm_store_standing_was_told(f->store, id, &e, &yes), PLM_OK);
    return yes;
}

static void tell(const fixture *f, int64_t record, const char *link, uint8_t what,
                 const uint8_t run[static 16], uint32_t number)
{
    const plm_standing_evidence e = evidence(record, link, what);
    CHECK_STATUS(plm_store_standing_tell(f->store, one, &e, run, number), PLM_OK);
}

static void test_what_was_told(void)
{
    fixture f;
    fixture_open(&f);
    add_records(&f, 3);
    plm_standing_row a = row_of(one, 1);
    plm_standing_row b = row_of(two, 2);
    CHECK_STATUS(plm_store_standing_add(f.store, &a), PLM_OK);
    CHECK_STATUS(plm_store_standing_add(f.store, &b), PLM_OK);
    CHECK(!was_told(&f, one, 1, "link-a", 7));
    tell(&f, 1, "link-a", 7, run_a, 1);
    tell(&f, 1, "link-a", 7, run_b, 2); /* again: as before */
    CHECK(was_told(&f, one, 1, "link-a", 7));
    /* Of another series, record, partner, or thing that agrees it was not. */
    CHECK(!was_told(&f, two, 1, "link-a", 7));
    CHECK(!was_told(&f, one, 2, "link-a", 7));
    CHECK(!was_told(&f, one, 1, "link-b", 7));
    CHECK(!was_told(&f, one, 1, "link-a", 8));
    /* An engine without links asks about any partner. */
    CHECK(was_told(&f, one, 1, "", 7));
    /* What was told without one is of the first that comes with one, and of no second. */
    tell(&f, 2, "", 7, run_a, 2);
    CHECK(was_told(&f, one, 2, "link-c", 7));
    CHECK(!was_told(&f, one, 2, "link-d", 7));
    CHECK(was_told(&f, one, 2, "link-c", 7));
    /* A test person is found anew each time; what is gone is not there. */
    tell(&f, 3, "link-a", 7, run_a, 3);
    tell(&f, 99, "link-a", 7, run_a, 4);
    CHECK(!was_told(&f, one, 3, "link-a", 7));
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM standing_told"), 2);
    fixture_sql(&f, "DELETE FROM record WHERE id = 1");
    CHECK(!was_told(&f, one, 1, "link-a", 7));
    fixture_close(&f);
}

static void test_untelling_leaves_what_lapsed(void)
{
    fixture f;
    fixture_open(&f);
    add_records(&f, 5);
    plm_standing_row a = row_of(one, 1);
    CHECK_STATUS(plm_store_standing_add(f.store, &a), PLM_OK);
    plm_run run = {.peer = "BB-TWO",
                   .purpose = "suspects",
                   .case_ref = "c",
                   .officer = "o",
                   .state = PLM_RUN_DONE};
    memcpy(run.id, run_a, sizeof run.id);
    CHECK_STATUS(plm_store_add_run(f.store, &run), PLM_OK);
    bool yes = true;
    CHECK_STATUS(plm_store_is_asked(f.store, "BB-TWO", run.accord_hash, "suspects", "c", &yes),
                 PLM_OK);
    CHECK(!yes);
    memcpy(run.id, run_b, sizeof run.id);
    run.state = PLM_RUN_RUNNING;
    CHECK_STATUS(plm_store_add_run(f.store, &run), PLM_OK);
    CHECK_STATUS(plm_store_is_asked(f.store, "BB-TWO", run.accord_hash, "suspects", "c", &yes),
                 PLM_OK);
    CHECK(yes);
    CHECK_STATUS(plm_store_is_asked(f.store, "BB-TWO", run.accord_hash, "suspects", "d", &yes),
                 PLM_OK);
    CHECK(!yes);
    static const char *const states[] = {"pending", "lapsed", "released"};
    for (uint32_t i = 0; i < 3; i++) {
        plm_hit hit = {.number = i + 1,
                       .record = i + 1,
                       .rules = "phone",
                       .words = "",
                       .state = states[i],
                       .officer = "",
                       .second = "",
                       .remark = "",
                       .fields = "",
                       .outcome = ""};
        memcpy(hit.run_id, run_a, sizeof hit.run_id);
        CHECK_STATUS(plm_store_add_hit(f.store, &hit), PLM_OK);
        tell(&f, i + 1, "link", 7, run_a, i + 1);
    }
    tell(&f, 4, "link", 7, run_b, 1);
    CHECK_STATUS(plm_store_standing_untell(f.store, one, run_a), PLM_OK);
    CHECK(!was_told(&f, one, 1, "link", 7));
    CHECK(was_told(&f, one, 2, "link", 7));
    CHECK(!was_told(&f, one, 3, "link", 7));
    CHECK(was_told(&f, one, 4, "link", 7));
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_a_series_is_kept_as_it_is);
    TAP_RUN(test_marks_go_with_their_record);
    TAP_RUN(test_what_was_told);
    TAP_RUN(test_untelling_leaves_what_lapsed);
    return tap_done();
}
