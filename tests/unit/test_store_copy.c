/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy of a store is the store: between two files, and (STORE=postgresql) from a file into a
 * database and back; every change of a row changes the digest.
 */
#include "store/copy.h"
#include "store/tables.h"
#include "store_fixture.h"

/* Values that a careless copy would change: empty, NULL, negative, of many bytes, of any order. */
static void fill(const fixture *f)
{
    fixture_sql(f, "INSERT INTO setting VALUES ('a', ''), ('B', 'x'), ('\xc3\xa9', '\xe2\x82\xac'),"
                   "('b', 'line\nline'), ('', 'empty key')");
    fixture_sql(f, "INSERT INTO register VALUES (7, 'r', 'csv', -5)");
    fixture_sql(f, "INSERT INTO record VALUES (9, 7, 's', 'person', 'suspect', 0, 1, '', 0, "
                   "x'00ff', 9223372036854775807, 1, 2, 2026)");
    fixture_sql(f, "INSERT INTO record_value VALUES (9, 1, 'name', 0, 'B', 'b'), "
                   "(9, 0, 'name', 0, 'A', '')");
    fixture_sql(f, "INSERT INTO run VALUES (x'00112233445566778899aabbccddeeff', 0, 'AA', x'00', "
                   "'p', 'c', 'o', 'done', NULL, '', 1, 1, 1, 1, 2, x'', x'5c', x'0a')");
    fixture_sql(f, "INSERT INTO base VALUES (x'01', 1, 'AA', x'02', 3)");
}

/* A file beside whatever the fixture is. */
static plm_store *open_file(char path[64])
{
    plm_store *store = NULL;
    char error[PLM_STORE_ERROR_MAX];
    (void)snprintf(path, 64, "/tmp/plm-copy-XXXXXX");
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

static void test_there_and_back(void)
{
    fixture f;
    char path[64];
    plm_content first;
    plm_content there;
    plm_content back;
    fixture_open(&f);
    fill(&f);
    CHECK_STATUS(plm_store_content(f.store, NULL, NULL, &first), PLM_OK);
    CHECK_EQ_INT(first.n_rows, 5 + 1 + 1 + 2 + 1);
    plm_store *file = open_file(path);
    CHECK_STATUS(plm_store_copy(file, f.store, true, NULL, NULL, &there), PLM_OK);
    CHECK_EQ_INT(there.n_rows, first.n_rows);
    CHECK_EQ_MEM(there.digest, first.digest, 32);
    /* What there is in neither direction: a base. */
    uint8_t identity[32] = {1};
    int64_t created;
    plm_buf out;
    plm_buf_init(&out, 100);
    CHECK_STATUS(plm_store_base_take(file, identity, true, 4, &out, &created), PLM_E_NOT_FOUND);
    plm_buf_wipe(&out);
    /* There is something: refused, and nothing changes. */
    CHECK_STATUS(plm_store_copy(file, f.store, true, NULL, NULL, &there), PLM_E_EXISTS);
    CHECK_STATUS(plm_store_copy(f.store, file, true, NULL, NULL, &there), PLM_E_EXISTS);
    fixture_sql(&f, "DELETE FROM run; DELETE FROM record_value; DELETE FROM record; "
                    "DELETE FROM register; DELETE FROM setting");
    CHECK_STATUS(plm_store_copy(f.store, file, true, NULL, NULL, &back), PLM_OK);
    CHECK_EQ_MEM(back.digest, first.digest, 32);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM run WHERE failure IS NULL AND clause = ''"),
                 1);
    /* Numbers go on after the highest. */
    int64_t id = 0;
    CHECK_STATUS(plm_store_register(f.store, "next", "csv", 1, &id), PLM_OK);
    CHECK_EQ_INT(id, 8);
    close_file(file, path);
    fixture_close(&f);
}

static void test_every_change_changes_the_digest(void)
{
    static const char *const changes[] = {
        "UPDATE setting SET value = 'y' WHERE key = 'B'",
        "UPDATE setting SET key = 'C' WHERE key = 'B'",
        "DELETE FROM setting WHERE key = ''",
        "UPDATE register SET loaded_ms = -6",
        "UPDATE record SET digest = x'00fe'",
        "UPDATE record_value SET position = 2 WHERE position = 1",
        "UPDATE record_value SET raw = canonical, canonical = raw WHERE position = 0",
        "UPDATE run SET failure = ''",
        "UPDATE run SET clause = NULL",
        "UPDATE run SET acceptance = x'', proposal = x'5c'",
        "INSERT INTO ledger_tree VALUES (1, x'')",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        fixture f;
        plm_content before;
        plm_content after;
        fixture_open(&f);
        fill(&f);
        CHECK_STATUS(plm_store_content(f.store, NULL, NULL, &before), PLM_OK);
        CHECK_STATUS(plm_store_content(f.store, NULL, NULL, &after), PLM_OK);
        CHECK_EQ_MEM(before.digest, after.digest, 32);
        fixture_sql(&f, changes[i]);
        CHECK_STATUS(plm_store_content(f.store, NULL, NULL, &after), PLM_OK);
        if (!CHECK(memcmp(before.digest, after.digest, 32) != 0)) {
            printf("# %s\n", changes[i]);
        }
        fixture_close(&f);
    }
}

static plm_status stop(void *context, const char *table, uint64_t done, uint64_t total)
{
    (void)table;
    (void)total;
    return done >= *(const uint64_t *)context ? PLM_E_CANCELLED : PLM_OK;
}

static void test_a_copy_that_is_ended_leaves_nothing(void)
{
    fixture f;
    char path[64];
    plm_content content;
    uint64_t after = 4096;
    fixture_open(&f);
    plm_store *file = open_file(path);
    CHECK_STATUS(plm_store_begin(file), PLM_OK);
    for (unsigned i = 0; i < 5000; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "k%u", i);
        CHECK_STATUS(plm_store_put_setting(file, key, "v"), PLM_OK);
    }
    CHECK_STATUS(plm_store_commit(file), PLM_OK);
    CHECK_STATUS(plm_store_copy(f.store, file, true, stop, &after, &content), PLM_E_CANCELLED);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM setting"), 0);
    CHECK_STATUS(plm_store_copy(f.store, file, true, NULL, NULL, &content), PLM_OK);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM setting"), 5000);
    close_file(file, path);
    fixture_close(&f);
}

/* All tables, each after those it refers to. */
static void test_tables(void)
{
    fixture f;
    static plm_tables tables;
    fixture_open(&f);
    CHECK_STATUS(plm_tables_read(&tables, f.store), PLM_OK);
    CHECK_EQ_INT(tables.n + 3,
                 fixture_is_postgresql()
                     ? fixture_int(&f, "SELECT count(*) FROM pg_tables WHERE schemaname = "
                                       "current_schema()")
                     : fixture_int(&f, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"));
    size_t place[PLM_TABLES_MAX] = {0};
    size_t n_references = 0;
    for (size_t i = 0; i < tables.n; i++) {
        place[tables.order[i]] = i;
    }
    for (size_t i = 0; i < tables.n; i++) {
        const plm_table *t = &tables.list[i];
        for (size_t k = 0; k < t->n_refers_to; k++, n_references++) {
            CHECK(place[t->refers_to[k]] < place[i]);
        }
    }
    CHECK(n_references > 8);
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_there_and_back);
    TAP_RUN(test_every_change_changes_the_digest);
    TAP_RUN(test_a_copy_that_is_ended_leaves_nothing);
    TAP_RUN(test_tables);
    return tap_done();
}
