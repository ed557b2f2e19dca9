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

static void test_rollback(void)
{
    char directory[] = "/tmp/palermo-rollback-XXXXXX";
    char path[sizeof directory + 16];
    char error[PLM_STORE_ERROR_MAX];
    plm_store *store = NULL;
    plm_buf value;
    CHECK(mkdtemp(directory) != NULL);
    (void)snprintf(path, sizeof path, "%s/palermo.db", directory);
    plm_buf_init(&value, 100);
    if (CHECK_STATUS(plm_store_open(&store, path, true, error), PLM_OK)) {
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
    plm_store_close(store);
    plm_buf_wipe(&value);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/palermo.db-load", directory);
    (void)unlink(path);
    CHECK(rmdir(directory) == 0);
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
    return tap_done();
}
