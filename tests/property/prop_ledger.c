/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small random ledgers: every byte of every column of every row of chain and tree flipped, rows
 * dropped, swapped and cut off - each is found, and nothing is found where nothing was changed.
 */
#include "ledger/ledger.h"

#include "store_fixture.h"

#include <string.h>

enum {
    LEDGERS = 6,
    ENTRIES_MAX = 7,
    BODY_MAX = 24
};

static uint32_t state = 1;

static uint32_t random_below(uint32_t n)
{
    state = state * 1664525 + 1013904223;
    return (state >> 8) % n;
}

static uint32_t fill(plm_store *store)
{
    static const char *const kinds[] = {"load", "proposal", "receipt", "x"};
    uint32_t n = 2 + random_below(ENTRIES_MAX - 1);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t body[BODY_MAX];
        size_t bytes = random_below(BODY_MAX);
        for (size_t k = 0; k < bytes; k++) {
            body[k] = (uint8_t)random_below(256);
        }
        CHECK_STATUS(plm_ledger_append(store, kinds[random_below(4)], plm_span_of(body, bytes),
                                       (int64_t)random_below(1000000)),
                     PLM_OK);
    }
    return n;
}

static bool is_found(const fixture *f)
{
    uint64_t n;
    uint64_t bad;
    return plm_ledger_verify(f->store, &n, &bad) == PLM_E_STORE;
}

static void run(sqlite3 *db, const char *sql)
{
    char *error = NULL;
    if (!CHECK(sqlite3_exec(db, sql, NULL, NULL, &error) == SQLITE_OK)) {
        printf("# %s: %s\n", sql, error);
    }
    sqlite3_free(error);
}

/* Every byte of that column of that row, each with a bit flipped; what it was comes back. */
static void flip_column(const fixture *f, sqlite3 *db, const char *table, const char *column,
                        uint32_t row, bool is_text)
{
    char sql[200];
    uint8_t bytes[2048];
    sqlite3_stmt *read = NULL;
    sqlite3_stmt *write = NULL;
    int missed = 0;
    (void)snprintf(sql, sizeof sql, "SELECT CAST(%s AS BLOB) FROM %s WHERE sequence = %u", column,
                   table, row);
    CHECK(sqlite3_prepare_v2(db, sql, -1, &read, NULL) == SQLITE_OK);
    CHECK(sqlite3_step(read) == SQLITE_ROW);
    int n = sqlite3_column_bytes(read, 0);
    if (n > 0) {
        memcpy(bytes, sqlite3_column_blob(read, 0), (size_t)n);
    }
    (void)sqlite3_finalize(read);
    (void)snprintf(sql, sizeof sql,
                   is_text ? "UPDATE %s SET %s = CAST(? AS TEXT) WHERE sequence = %u"
                           : "UPDATE %s SET %s = ? WHERE sequence = %u",
                   table, column, row);
    CHECK(sqlite3_prepare_v2(db, sql, -1, &write, NULL) == SQLITE_OK);
    for (int i = 0; i <= n; i++) { /* the last round puts everything back */
        uint8_t was = i < n ? bytes[i] : 0;
        if (i < n) {
            bytes[i] ^= (uint8_t)(1U << random_below(7));
        }
        (void)sqlite3_bind_blob(write, 1, bytes, n, SQLITE_TRANSIENT);
        CHECK(sqlite3_step(write) == SQLITE_DONE);
        (void)sqlite3_reset(write);
        missed += is_found(f) != (i < n);
        if (i < n) {
            bytes[i] = was;
        }
    }
    (void)sqlite3_finalize(write);
    if (!CHECK_EQ_INT(missed, 0)) {
        printf("# %s.%s of row %u\n", table, column, row);
    }
}

static void flip_number(const fixture *f, sqlite3 *db, const char *column, uint32_t row)
{
    for (int bit = 0; bit < 63; bit += 5) {
        char sql[200];
        (void)snprintf(sql, sizeof sql,
                       "UPDATE ledger SET %s = (%s | (1 << %d)) - (%s & (1 << %d)) "
                       "WHERE sequence = %u",
                       column, column, bit, column, bit, row);
        run(db, sql);
        CHECK(is_found(f));
        run(db, sql);
        CHECK(!is_found(f));
    }
}

static void test_every_byte(void)
{
    for (int i = 0; i < LEDGERS; i++) {
        fixture f;
        sqlite3 *db = NULL;
        fixture_open(&f);
        uint32_t n = fill(f.store);
        CHECK(sqlite3_open(f.path, &db) == SQLITE_OK);
        run(db, "PRAGMA synchronous = OFF");
        CHECK(!is_found(&f));
        for (uint32_t row = 1; row <= n; row++) {
            flip_column(&f, db, "ledger", "kind", row, true);
            flip_column(&f, db, "ledger", "body", row, false);
            flip_column(&f, db, "ledger", "hash", row, false);
            flip_column(&f, db, "ledger_tree", "nodes", row, false);
            flip_number(&f, db, "time_ms", row);
        }
        (void)sqlite3_close(db);
        fixture_close(&f);
    }
}

/* Text behind a NUL is seen by nobody who prints it; it is found all the same. */
static void test_hidden_text(void)
{
    fixture f;
    fixture_open(&f);
    (void)fill(f.store);
    fixture_sql(&f, "UPDATE ledger SET kind = kind || CAST(x'0041' AS TEXT) WHERE sequence = 2");
    CHECK(is_found(&f));
    fixture_close(&f);
}

/* Each statement on a ledger of its own; %u is a row that is not the last one. */
static void test_rows(void)
{
    static const char *const changes[] = {
        "DELETE FROM ledger WHERE sequence = %u",
        "DELETE FROM ledger WHERE sequence = %u; DELETE FROM ledger_tree WHERE sequence = %u",
        "DELETE FROM ledger_tree WHERE sequence = %u",
        "DELETE FROM ledger WHERE sequence > %u",
        ("UPDATE ledger SET sequence = 99 WHERE sequence = %u;"
         "UPDATE ledger SET sequence = sequence - 1 WHERE sequence > %u"),
        "UPDATE ledger SET sequence = 1000 WHERE sequence = %u",
        "INSERT INTO ledger SELECT max(sequence) + 1, 1, 'load', x'', zeroblob(32) FROM ledger",
        "INSERT INTO ledger_tree SELECT max(sequence) + 1, zeroblob(32) FROM ledger",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        for (int round = 0; round < 4; round++) {
            fixture f;
            char sql[300];
            fixture_open(&f);
            uint32_t row = 1 + random_below(fill(f.store) - 1);
            (void)snprintf(sql, sizeof sql, "%s", changes[i]);
            for (char *at; (at = strstr(sql, "%u")) != NULL;) {
                at[0] = (char)('0' + row);
                at[1] = ' ';
            }
            fixture_sql(&f, sql);
            if (!CHECK(is_found(&f))) {
                printf("# %s\n", sql);
            }
            fixture_close(&f);
        }
    }
}

int main(void)
{
    TAP_RUN(test_every_byte);
    TAP_RUN(test_hidden_text);
    TAP_RUN(test_rows);
    return tap_done();
}
