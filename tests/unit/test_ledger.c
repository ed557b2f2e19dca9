/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: what is appended verifies; any byte of any column changed behind its back, a row
 * dropped, swapped or added, is found.
 */
#include "ledger/clock.h"
#include "ledger/ledger.h"

#include "store_fixture.h"
#include "tap.h"

#include <stdio.h>

enum {
    ROWS = 4
};

static void fill(plm_store *store)
{
    static const char *const kinds[ROWS] = {"load", "proposal", "acceptance", "receipt"};
    for (int i = 0; i < ROWS; i++) {
        uint8_t body[5] = {1, 2, 3, 4, (uint8_t)i};
        CHECK_STATUS(plm_ledger_append(store, kinds[i], plm_span_of(body, sizeof body), 1000 + i),
                     PLM_OK);
    }
}

static uint64_t bad_entry(plm_store *store)
{
    uint64_t n = 0;
    uint64_t bad = 0;
    plm_status status = plm_ledger_verify(store, &n, &bad);
    return status == PLM_OK ? 0 : status == PLM_E_STORE ? bad : 999;
}

static void test_append_and_verify(void)
{
    fixture f;
    uint64_t n = 0;
    uint64_t bad = 0;
    uint8_t head[32];
    fixture_open(&f);
    CHECK_STATUS(plm_ledger_verify(f.store, &n, &bad), PLM_OK);
    CHECK_EQ_INT(n, 0);
    fill(f.store);
    CHECK_STATUS(plm_ledger_verify(f.store, &n, &bad), PLM_OK);
    CHECK_EQ_INT(n, ROWS);
    CHECK_STATUS(plm_store_ledger_head(f.store, &n, head), PLM_OK);
    CHECK_EQ_INT(n, ROWS);
    fixture_close(&f);
}

static void test_an_append_goes_with_its_transaction(void)
{
    fixture f;
    uint64_t n = 0;
    uint64_t bad = 0;
    fixture_open(&f);
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    fill(f.store);
    plm_store_rollback(f.store);
    CHECK_STATUS(plm_ledger_verify(f.store, &n, &bad), PLM_OK);
    CHECK_EQ_INT(n, 0);
    fixture_close(&f);
}

static void test_a_taken_number_is_refused(void)
{
    fixture f;
    fixture_open(&f);
    fill(f.store);
    const plm_ledger_row row = {.sequence = 2, .time_ms = 1, .kind = "x"};
    CHECK_STATUS(plm_store_append_ledger(f.store, &row), PLM_E_EXISTS);
    fixture_close(&f);
}

/* Each statement changes one thing; the entry that must be found. */
static void test_tampering_is_found(void)
{
    static const struct {
        const char *sql;
        uint64_t bad;
    } changes[] = {
        {"UPDATE ledger SET time_ms = time_ms + 1 WHERE sequence = 2", 2},
        {"UPDATE ledger SET kind = 'refusal' WHERE sequence = 3", 3},
        {"UPDATE ledger SET body = x'' WHERE sequence = 1", 1},
        {"UPDATE ledger SET hash = zeroblob(32) WHERE sequence = 4", 4},
        {"UPDATE ledger SET hash = x'00' WHERE sequence = 2", 2},
        {"DELETE FROM ledger WHERE sequence = 1", 1},
        {"DELETE FROM ledger WHERE sequence = 3", 3},
        {"UPDATE ledger SET sequence = 9 WHERE sequence = 4", 4},
        {"UPDATE ledger SET sequence = 99 WHERE sequence = 1;"
         "UPDATE ledger SET sequence = 1 WHERE sequence = 2;"
         "UPDATE ledger SET sequence = 2 WHERE sequence = 99",
         1},
        {"INSERT INTO ledger SELECT 5, time_ms, kind, body, hash FROM ledger WHERE sequence = 4",
         5},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        fixture f;
        fixture_open(&f);
        fill(f.store);
        CHECK_EQ_INT(bad_entry(f.store), 0);
        fixture_sql(&f, changes[i].sql);
        if (!CHECK_EQ_INT(bad_entry(f.store), changes[i].bad)) {
            printf("# %s\n", changes[i].sql);
        }
        fixture_close(&f);
    }
}

/* Every byte of every body and hash, one after the other. */
static void test_every_byte_counts(void)
{
    fixture f;
    fixture_open(&f);
    fill(f.store);
    for (int row = 1; row <= ROWS; row++) {
        static const struct {
            const char *column;
            int bytes;
        } columns[] = {{"body", 5}, {"hash", 32}};
        for (size_t c = 0; c < 2; c++) {
            for (int byte = 1; byte <= columns[c].bytes; byte++) {
                char change[400];
                char back[200];
                (void)snprintf(back, sizeof back,
                               "UPDATE ledger SET %s = (SELECT v FROM kept) WHERE sequence = %d;"
                               "DROP TABLE kept",
                               columns[c].column, row);
                (void)snprintf(
                    change, sizeof change,
                    "CREATE TABLE kept AS SELECT %s AS v FROM ledger WHERE sequence = %d;"
                    "UPDATE ledger SET %s = CAST(substr(%s, 1, %d) || "
                    "CASE WHEN substr(%s, %d, 1) = x'5a' THEN x'5b' ELSE x'5a' END || "
                    "substr(%s, %d) AS BLOB) WHERE sequence = %d",
                    columns[c].column, row, columns[c].column, columns[c].column, byte - 1,
                    columns[c].column, byte, columns[c].column, byte + 1, row);
                fixture_sql(&f, change);
                CHECK_EQ_INT(bad_entry(f.store), row);
                fixture_sql(&f, back);
            }
        }
    }
    CHECK_EQ_INT(bad_entry(f.store), 0);
    fixture_close(&f);
}

static bool is_ahead(const fixture *f, int64_t now_ms, int64_t seen_ms)
{
    plm_ledger_clock clock = {0};
    CHECK_STATUS(plm_ledger_clock_look(f->store, now_ms, &clock), PLM_OK);
    CHECK_EQ_INT(clock.seen_ms, seen_ms);
    return clock.is_ahead;
}

/* A leap is one from what was seen last, however far the clock has come step by step. */
static void test_a_clock_that_leaps(void)
{
    const int64_t day = 86400000;
    const int64_t begin = 20000 * day;
    const int64_t month = PLM_CLOCK_LEAP_DAYS * day;
    fixture f;
    fixture_open(&f);
    CHECK(!is_ahead(&f, begin, 0)); /* nothing to go by */
    CHECK(!is_ahead(&f, begin + month, begin));
    CHECK(is_ahead(&f, begin + 2 * month + 1, begin + month));
    CHECK(is_ahead(&f, begin + 2 * month + 1, begin + month)); /* and is not forgotten */
    CHECK(!is_ahead(&f, 0, begin + month));                    /* before it was set */
    CHECK(!is_ahead(&f, begin + 2 * month, begin + month));
    CHECK_STATUS(plm_ledger_clock_agree(f.store, begin + 20 * month), PLM_OK);
    CHECK(!is_ahead(&f, begin + 20 * month, begin + 20 * month));
    fixture_close(&f);
}

/* A store of before goes by its ledger; nothing is deleted, and no entry made, in a leap. */
static void test_nothing_is_deleted_in_a_leap(void)
{
    const int64_t day = 86400000;
    const int64_t then = 20000 * day;
    uint64_t n = 99;
    fixture f;
    fixture_open(&f);
    CHECK_STATUS(plm_ledger_append(f.store, "load", plm_span_of(NULL, 0), then), PLM_OK);
    fixture_sql(&f, "INSERT INTO register (id, name, format, loaded_ms) VALUES (1, 'r', 'csv', 0);"
                    "INSERT INTO record (id, register_id, source_id, kind, role, is_minor, "
                    "is_assessment, grading, retention, digest, loaded_ms) VALUES "
                    "(1, 1, 'a', 'person', 'suspect', 0, 0, '', 20300101, x'00', 0)");
    CHECK_STATUS(plm_ledger_expire(f.store, then + 9000 * day, &n), PLM_OK);
    CHECK_EQ_INT(n, 0);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record"), 1);
    CHECK_STATUS(plm_ledger_clock_agree(f.store, then + 9000 * day), PLM_OK);
    CHECK_STATUS(plm_ledger_expire(f.store, then + 9000 * day, &n), PLM_OK);
    CHECK_EQ_INT(n, 1);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record"), 0);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM ledger"), 2);
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_a_clock_that_leaps);
    TAP_RUN(test_nothing_is_deleted_in_a_leap);
    TAP_RUN(test_append_and_verify);
    TAP_RUN(test_an_append_goes_with_its_transaction);
    TAP_RUN(test_a_taken_number_is_refused);
    TAP_RUN(test_tampering_is_found);
    TAP_RUN(test_every_byte_counts);
    return tap_done();
}
