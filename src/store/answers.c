/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.c - failed sign-ins, and answers kept for requests that are repeated (store/users.h).
 */
#include "store/sql.h"
#include "store/users.h"

#include <stdio.h>
#include <string.h>

enum {
    ATTEMPTS_MS = 60 * 60 * 1000
};

plm_status plm_store_get_attempts(plm_store *store, const uint8_t key[static 32], plm_attempts *out)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_attempts found = {0, 0};
    plm_status status =
        plm_sql_start(store, &s, "SELECT failures, next_ms FROM api_attempt WHERE key = $1", "b",
                      plm_span_of(key, 32));
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        found = (plm_attempts){(uint64_t)d->column_int(s, 0), d->column_int(s, 1)};
    }
    d->reset(s);
    if (status == PLM_OK || status == PLM_E_NOT_FOUND) {
        *out = found;
        return PLM_OK;
    }
    return status;
}

plm_status plm_store_put_attempts(plm_store *store, const uint8_t key[static 32],
                                  const plm_attempts *attempts, int64_t now_ms)
{
    const plm_span k = plm_span_of(key, 32);
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sql_run(store, "DELETE FROM api_attempt WHERE key = $1 OR last_ms < $2", "bi", k,
                         now_ms - ATTEMPTS_MS);
    if (status == PLM_OK && attempts->failures > 0) {
        status = plm_sql_run(store,
                             "INSERT INTO api_attempt (key, failures, next_ms, last_ms) "
                             "VALUES ($1, $2, $3, $4)",
                             "biii", k, (int64_t)attempts->failures, attempts->next_ms, now_ms);
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_store_get_answer(plm_store *store, const char *user_name, const char *key,
                                plm_answer *answer, plm_buf *body)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT digest, status, type, body FROM api_answer WHERE user_name = $1 AND key = $2", "tt",
        user_name, key);
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        const plm_span digest = d->column_bytes(s, 0);
        plm_answer found = {.status = (unsigned)d->column_int(s, 1)};
        (void)snprintf(found.type, sizeof found.type, "%s", d->column_text(s, 2));
        status = digest.n == sizeof found.digest ? PLM_OK : PLM_E_STORE;
        if (status == PLM_OK) {
            memcpy(found.digest, digest.p, digest.n);
            const plm_span bytes = d->column_bytes(s, 3);
            status = plm_buf_append(body, bytes.p, bytes.n);
        }
        if (status == PLM_OK) {
            *answer = found;
        }
    }
    d->reset(s);
    return status;
}

plm_status plm_store_put_answer(plm_store *store, const char *user_name, const char *key,
                                const plm_answer *answer, plm_span body, int64_t now_ms,
                                int64_t forget_ms)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sql_run(store, "DELETE FROM api_answer WHERE created_ms < $1", "i", forget_ms);
    if (status == PLM_OK) {
        status = plm_sql_run(store,
                             "INSERT INTO api_answer (user_name, key, digest, status, type, body, "
                             "created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                             "ttbitbi", user_name, key,
                             plm_span_of(answer->digest, sizeof answer->digest),
                             (int64_t)answer->status, answer->type, body, now_ms);
    }
    return plm_store_leave(store, mine, status);
}
