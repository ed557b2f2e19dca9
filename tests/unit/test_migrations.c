/* SPDX-License-Identifier: Apache-2.0 */
/* A store of any earlier version, with something in it, is brought up to date and loses nothing. */
#include "store/sqlite/migrate.h"
#include "store_fixture.h"
#include "tap.h"

/* A file as a program that knew the first `version` migrations left it. */
static void make_old(fixture *f, size_t version)
{
    char mark[512];
    fixture_make(f);
    fixture_sql(f, "CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                   "digest TEXT NOT NULL) STRICT");
    for (size_t i = 0; i < version; i++) {
        const plm_migration *m = &plm_sqlite_migrations[i];
        uint8_t digest[32];
        char hex[65];
        plm_hash256(digest, plm_span_str(m->sql));
        plm_hex_encode(hex, digest, sizeof digest);
        (void)snprintf(mark, sizeof mark,
                       "INSERT INTO migration VALUES (%zu, '%s', '%s'); PRAGMA user_version = %zu; "
                       "PRAGMA application_id = 0x504C4D4F",
                       i + 1, m->name, hex, i + 1);
        fixture_sql(f, m->sql);
        fixture_sql(f, mark);
    }
}

static void test_every_version_becomes_the_last(void)
{
    char error[PLM_STORE_ERROR_MAX] = "";
    for (size_t version = 1; version <= plm_sqlite_n_migrations; version++) {
        fixture f;
        make_old(&f, version);
        fixture_sql(&f, "INSERT INTO setting VALUES ('k', 'kept')");
        if (!CHECK_STATUS(plm_store_open(&f.store, f.path, false, error), PLM_OK)) {
            printf("# from version %zu: %s\n", version, error);
        }
        CHECK_EQ_INT(fixture_int(&f, "PRAGMA user_version"), plm_sqlite_n_migrations);
        CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM migration"), plm_sqlite_n_migrations);
        CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM setting WHERE value = 'kept'"), 1);
        fixture_close(&f);
    }
}

static plm_status take_hit(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    static const char *const rules[] = {"name+birthDate phone", "email"};
    int *n = (int *)context;
    CHECK_EQ_INT(hit->number, *n + 1);
    CHECK_EQ_STR(hit->rules, rules[*n]);
    CHECK_EQ_STR(stored->record.id, *n == 0 ? "a" : "b");
    CHECK(!hit->has_link && hit->grade == 0);
    CHECK_EQ_STR(hit->state, "known");
    CHECK_EQ_INT(hit->retention.year, 2030);
    ++*n;
    return PLM_OK;
}

/* Where each rule was a row, all rules of a record become one hit. */
static void test_hits_by_rule_become_hits_by_record(void)
{
    fixture f;
    char error[PLM_STORE_ERROR_MAX];
    int n = 0;
    make_old(&f, 2);
    fixture_sql(&f,
                "INSERT INTO register VALUES (1, 'r', 'csv', 0);"
                "INSERT INTO record VALUES (5, 1, 'a', 'person', 'suspect', 0, 0, '', 0, x'00', 0),"
                "(6, 1, 'b', 'person', 'suspect', 0, 0, '', 0, x'00', 0);"
                "INSERT INTO run VALUES (x'00112233445566778899aabbccddeeff', 0, 'AA', x'00', 'p', "
                "'c', 'o', 'done', NULL, NULL, 1, 1, 1, 1, 2, x'', x'', x'');"
                "INSERT INTO hit SELECT id, 5, 'phone', 20300101 FROM run;"
                "INSERT INTO hit SELECT id, 6, 'email', 20300101 FROM run;"
                "INSERT INTO hit SELECT id, 5, 'name+birthDate', 20300101 FROM run");
    CHECK_STATUS(plm_store_open(&f.store, f.path, false, error), PLM_OK);
    CHECK_STATUS(plm_store_each_hit(f.store, NULL, take_hit, &n), PLM_OK);
    CHECK_EQ_INT(n, 2);
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_every_version_becomes_the_last);
    TAP_RUN(test_hits_by_rule_become_hits_by_record);
    return tap_done();
}
