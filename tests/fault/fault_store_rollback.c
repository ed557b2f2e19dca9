/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transaction is rolled back where there is no memory at all: otherwise it would stay open,
 * nothing could be written any more - not even that a run is broken -, and others would wait for
 * its lock. SQLite's own memory is made to fail.
 */
#include "store/store.h"
#include "tap.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sqlite3_mem_methods real;
static bool has_memory = true;

static void *take(int n)
{
    return has_memory ? real.xMalloc(n) : NULL;
}

static void *take_again(void *p, int n)
{
    return has_memory ? real.xRealloc(p, n) : NULL;
}

/* A store in a directory of its own. */
typedef struct place {
    char directory[40];
    plm_store *store;
} place;

static bool open_place(place *p)
{
    char path[80];
    char error[PLM_STORE_ERROR_MAX];
    *p = (place){.directory = "/tmp/palermo-rollback-XXXXXX"};
    CHECK(mkdtemp(p->directory) != NULL);
    (void)snprintf(path, sizeof path, "%s/palermo.db", p->directory);
    return CHECK_STATUS(plm_store_open(&p->store, path, true, error), PLM_OK);
}

static void close_place(place *p)
{
    static const char *const names[] = {"palermo.db", "palermo.db-load"};
    char path[80];
    plm_store_close(p->store);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", p->directory, names[i]);
        (void)unlink(path);
    }
    CHECK(rmdir(p->directory) == 0);
}

static void test_rollback(void)
{
    place p;
    plm_buf value;
    plm_buf_init(&value, 100);
    if (open_place(&p)) {
        plm_store *store = p.store;
        CHECK_STATUS(plm_store_begin(store), PLM_OK);
        CHECK_STATUS(plm_store_put_setting(store, "a", "lost"), PLM_OK);
        has_memory = false;
        plm_store_rollback(store);
        has_memory = true;
        CHECK_STATUS(plm_store_get_setting(store, "a", &value), PLM_E_NOT_FOUND);
        CHECK_STATUS(plm_store_begin(store), PLM_OK);
        CHECK_STATUS(plm_store_put_setting(store, "a", "kept"), PLM_OK);
        CHECK_STATUS(plm_store_commit(store), PLM_OK);
        CHECK_STATUS(plm_store_get_setting(store, "a", &value), PLM_OK);
        CHECK(plm_span_equal(plm_buf_span(&value), plm_span_str("kept")));
    }
    close_place(&p);
    plm_buf_wipe(&value);
}

/* SQLite rolls back by itself; nobody looked at the error, and goes on. */
static void test_going_on(void)
{
    place p;
    plm_buf value;
    plm_buf_init(&value, 100);
    if (open_place(&p)) {
        char long_value[20000];
        memset(long_value, 'x', sizeof long_value - 1);
        long_value[sizeof long_value - 1] = '\0';
        CHECK_STATUS(plm_store_put_setting(p.store, "long", long_value), PLM_OK);
        CHECK_STATUS(plm_store_begin(p.store), PLM_OK);
        CHECK_STATUS(plm_store_put_setting(p.store, "a", "one half"), PLM_OK);
        has_memory = false;
        CHECK(plm_store_put_setting(p.store, "long", long_value) != PLM_OK);
        has_memory = true;
        CHECK(plm_store_put_setting(p.store, "b", "the other half") != PLM_OK);
        CHECK(plm_store_commit(p.store) != PLM_OK);
        plm_store_rollback(p.store);
        CHECK_STATUS(plm_store_get_setting(p.store, "a", &value), PLM_E_NOT_FOUND);
        CHECK_STATUS(plm_store_get_setting(p.store, "b", &value), PLM_E_NOT_FOUND);
    }
    close_place(&p);
    plm_buf_wipe(&value);
}

int main(void)
{
    sqlite3_mem_methods faulty;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) != SQLITE_OK) {
        return 1;
    }
    faulty = real;
    faulty.xMalloc = take;
    faulty.xRealloc = take_again;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty) != SQLITE_OK) {
        return 1;
    }
    TAP_RUN(test_rollback);
    TAP_RUN(test_going_on);
    return tap_done();
}
