/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loading.c - how a connection to SQLite loads, and the lock of those who do.
 */
#include "store/sqlite/bulk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    WAIT_MS = 10000,
    PAUSE_NS = 1000000,
    LOCK_PAUSE_NS = 50000000,
    LET_IN_EVERY_MS = 50,
    LET_IN_NS = 2500000 /* more than PAUSE_NS, and what a timer may be late by */
};

static int64_t clock_ms(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * SQLite's own handler sleeps longer and longer and so misses the moments in which a load lets
 * others in (store/loader.c).
 */
int plm_sqlite_wait(void *context, int n_calls)
{
    plm_db *db = (plm_db *)context;
    const struct timespec pause = {0, PAUSE_NS};
    if (n_calls == 0) {
        db->waiting_since_ms = clock_ms();
    }
    (void)nanosleep(&pause, NULL);
    return clock_ms() - db->waiting_since_ms < WAIT_MS;
}

/* Who waits looks every millisecond, so none that waits is passed over. */
void plm_sqlite_pause(plm_db *db)
{
    const struct timespec pause = {0, LET_IN_NS};
    if (clock_ms() - db->paused_ms >= LET_IN_EVERY_MS) {
        (void)nanosleep(&pause, NULL);
        db->paused_ms = clock_ms();
    }
}

#define AT_WORK                                                  \
    "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -131072; " \
    "PRAGMA wal_autocheckpoint = 16384"

plm_status plm_sqlite_set_load_mode(plm_db *db, plm_load_mode mode)
{
    static const char *const settings[] = {
        [PLM_LOAD_NONE] = "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; "
                          "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 1000",
        [PLM_LOAD_FILL] = "PRAGMA foreign_keys = OFF; " AT_WORK,
        [PLM_LOAD_SETTLE] = "PRAGMA foreign_keys = ON; " AT_WORK,
        [PLM_LOAD_DROP] = "PRAGMA foreign_keys = ON; " AT_WORK,
    };
    const bool has_triggers = mode == PLM_LOAD_NONE || mode == PLM_LOAD_SETTLE;
    int result = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, has_triggers, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_exec(db->handle, settings[mode], NULL, NULL, NULL);
    }
    return result == SQLITE_OK ? PLM_OK : PLM_E_STORE;
}

void plm_sqlite_say(plm_db *db, const char *words)
{
    (void)snprintf(db->words, sizeof db->words, "%s", words);
}

/* Whether the locked file is still the one of that name: who had the lock takes it away. */
static bool is_there(int fd, const char *path)
{
    struct stat locked;
    struct stat named;
    return fstat(fd, &locked) == 0 && stat(path, &named) == 0 && locked.st_dev == named.st_dev &&
           locked.st_ino == named.st_ino;
}

/* PLM_E_EXISTS: somebody has it. */
static plm_status try_lock(plm_db *db)
{
    int fd = open(db->load_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        plm_sqlite_say(db, "the file that says who is loading can't be made");
        return PLM_E_STORE;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_there(fd, db->load_path)) {
        db->load_lock = fd;
        return PLM_OK;
    }
    (void)close(fd);
    plm_sqlite_say(db, "another process is loading a register");
    return PLM_E_EXISTS;
}

plm_status plm_sqlite_lock_load(plm_db *db, unsigned wait_ms)
{
    const struct timespec pause = {0, LOCK_PAUSE_NS};
    const int64_t start = clock_ms();
    plm_status status = try_lock(db);
    while (status == PLM_E_EXISTS && clock_ms() - start < (int64_t)wait_ms) {
        (void)nanosleep(&pause, NULL);
        status = try_lock(db);
    }
    if (status == PLM_OK) {
        plm_sqlite_say(db, "");
    }
    return status;
}

void plm_sqlite_unlock_load(plm_db *db)
{
    if (db->load_lock >= 0) {
        (void)unlink(db->load_path);
        (void)close(db->load_lock);
        db->load_lock = -1;
    }
}
