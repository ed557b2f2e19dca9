/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loading.c - how a connection to PostgreSQL loads, and the lock of those who do.
 *
 * The lock is the session's: an advisory lock on a number of our own and that of this store's table
 * `migration`, so that nodes with a schema each in one database are apart.
 *
 * palermo.parts_are_gone is read by the triggers of migration 0016; where a connection is made anew
 * it is not set, and they look for what is not there.
 */
#include "store/postgresql/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    LOCK_PAUSE_NS = 50000000
};

#define LOAD_KEY "1347177807, ('migration'::regclass::oid::bigint - 2147483648)::int" /* "PLMO" */

plm_status plm_pg_set_load_mode(plm_db *db, plm_load_mode mode)
{
    static const char *const settings[] = {
        [PLM_LOAD_NONE] =
            "RESET palermo.parts_are_gone; RESET synchronous_commit; " PLM_PG_SYNC_COMMITS,
        [PLM_LOAD_FILL] = "SET palermo.parts_are_gone = 'on'; SET synchronous_commit = off",
        [PLM_LOAD_SETTLE] = "RESET palermo.parts_are_gone; SET synchronous_commit = off",
        [PLM_LOAD_DROP] = "SET palermo.parts_are_gone = 'on'; SET synchronous_commit = off",
    };
    plm_status status = plm_pg_revive(db);
    if (status == PLM_OK) {
        status = plm_pg_execute(db, settings[mode]);
    }
    return status;
}

static plm_status try_lock(plm_db *db)
{
    PGresult *result = plm_pq.PQexec(db->connection, "SELECT pg_try_advisory_lock(" LOAD_KEY ")");
    if (plm_pq.PQresultStatus(result) != PGRES_TUPLES_OK || plm_pq.PQntuples(result) != 1) {
        return plm_pg_failed(db, result);
    }
    bool got = plm_pq.PQgetvalue(result, 0, 0)[0] == 't';
    plm_pq.PQclear(result);
    return got ? PLM_OK : PLM_E_EXISTS;
}

plm_status plm_pg_lock_load(plm_db *db, unsigned wait_ms)
{
    const struct timespec pause = {0, LOCK_PAUSE_NS};
    const unsigned n_times = wait_ms / (LOCK_PAUSE_NS / 1000000);
    plm_status status = plm_pg_revive(db);
    if (status == PLM_OK) {
        status = try_lock(db);
    }
    for (unsigned i = 0; status == PLM_E_EXISTS && i < n_times; i++) {
        (void)nanosleep(&pause, NULL);
        status = try_lock(db);
    }
    if (status == PLM_E_EXISTS) {
        plm_pg_say(db, "another process is loading a register");
    }
    return status;
}

void plm_pg_unlock_load(plm_db *db)
{
    if (!plm_pg_is_lost(db)) {
        plm_pq.PQclear(plm_pq.PQexec(db->connection, "SELECT pg_advisory_unlock(" LOAD_KEY ")"));
    }
}

/* Who waits for the write lock has it next: the server's queue is in order. */
void plm_pg_pause(plm_db *db)
{
    (void)db;
}

void plm_pg_say(plm_db *db, const char *words)
{
    (void)snprintf(db->error, sizeof db->error, "%s", words);
}

const char *plm_pg_scratch(plm_db *db)
{
    const char *directory = getenv("TMPDIR");
    (void)db;
    return directory != NULL && directory[0] != '\0' ? directory : "/var/tmp";
}
