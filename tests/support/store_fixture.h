/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_fixture.h - a store in a directory of its own, and a second hand on its file.
 */
#ifndef PLM_TESTS_STORE_FIXTURE_H
#define PLM_TESTS_STORE_FIXTURE_H

#include "crypto/sign.h"
#include "store/store.h"
#include "tap.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct fixture {
    char directory[64];
    char path[96];
    plm_store *store;
} fixture;

static inline void fixture_make(fixture *f)
{
    const char *base = getenv("TMPDIR");
    *f = (fixture){.store = NULL};
    (void)snprintf(f->directory, sizeof f->directory, "%.40s/plm-XXXXXX",
                   base != NULL ? base : "/tmp");
    CHECK(plm_crypto_init() == PLM_OK);
    CHECK(mkdtemp(f->directory) != NULL);
    (void)snprintf(f->path, sizeof f->path, "%s/palermo.db", f->directory);
}

static inline void fixture_open(fixture *f)
{
    char error[PLM_STORE_ERROR_MAX];
    fixture_make(f);
    CHECK_STATUS(plm_store_open(&f->store, f->path, true, error), PLM_OK);
}

static inline void fixture_close(fixture *f)
{
    char path[128];
    static const char *const names[] = {"palermo.db", "palermo.db-wal", "palermo.db-shm"};
    plm_store_close(f->store);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", f->directory, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(f->directory);
}

/* Runs SQL on the file behind the store's back. */
static inline void fixture_sql(const fixture *f, const char *sql)
{
    sqlite3 *db = NULL;
    char *error = NULL;
    CHECK(sqlite3_open(f->path, &db) == SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    if (!CHECK(sqlite3_exec(db, sql, NULL, NULL, &error) == SQLITE_OK)) {
        printf("# %s: %s\n", sql, error);
    }
    sqlite3_free(error);
    (void)sqlite3_close(db);
}

/* One integer of the file. */
static inline int64_t fixture_int(const fixture *f, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int64_t value = -1;
    CHECK(sqlite3_open(f->path, &db) == SQLITE_OK);
    if (CHECK(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK) &&
        sqlite3_step(s) == SQLITE_ROW) {
        value = sqlite3_column_int64(s, 0);
    }
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(db);
    return value;
}

#endif
