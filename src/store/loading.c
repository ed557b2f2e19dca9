/* SPDX-License-Identifier: Apache-2.0 */
#include "store/loading.h"

#include "crypto/sign.h"
#include "store/sql.h"

#include <stdio.h>

enum {
    LOCK_WAIT_MS = 10000,
    AT_ONCE_MAX = 20000 /* changes in the transaction that ends a load */
};

static const char *const state_names[] = {"filling", "searching", "settling", "dropping"};

/* --- beginning --- */

static plm_status find_register(plm_store *store, const char *name, const char *format,
                                plm_loading *out)
{
    plm_status status =
        plm_sql_int(store, &out->register_id, "SELECT id FROM register WHERE name = $1", "t", name);
    out->is_new = status == PLM_E_NOT_FOUND;
    if (out->is_new) {
        status = plm_sql_int(store, &out->register_id,
                             "INSERT INTO register (name, format, loaded_ms) VALUES ($1, $2, $3) "
                             "RETURNING id",
                             "tti", name, format, out->now_ms);
    }
    return status;
}

static plm_status find_numbers(plm_store *store, plm_loading *out, bool *has_records)
{
    int64_t has = 0;
    plm_status status =
        plm_sql_int(store, &out->first_record, "SELECT coalesce(max(id), 0) + 1 FROM record", "");
    if (status == PLM_OK) {
        status = plm_sql_int(store, &out->first_quarantine,
                             "SELECT coalesce(max(id), 0) + 1 FROM quarantine", "");
    }
    if (status == PLM_OK) {
        status = plm_sql_int(
            store, &has,
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM record WHERE register_id = $1) THEN 1 ELSE 0 "
            "END",
            "i", out->register_id);
    }
    *has_records = has != 0;
    return status;
}

static plm_status begin_locked(plm_store *store, const char *name, const char *format,
                               plm_loading *out, bool *has_records)
{
    /* First: whoever can't change the mode must leave no load behind. */
    plm_status status = store->driver->set_load_mode(store->db, PLM_LOAD_FILL);
    if (status == PLM_OK) {
        status = plm_store_begin(store);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = find_register(store, name, format, out);
    if (status == PLM_OK) {
        status = find_numbers(store, out, has_records);
    }
    if (status == PLM_OK) {
        status = plm_sql_run(store,
                             "INSERT INTO loading (id, token, state, register_id, is_new, "
                             "first_record, first_quarantine, now_ms) "
                             "VALUES (1, $1, 'filling', $2, $3, $4, $5, $6)",
                             "iiiiii", out->token, out->register_id, (int64_t)out->is_new,
                             out->first_record, out->first_quarantine, out->now_ms);
    }
    return plm_store_leave(store, true, status);
}

/*
 * A second hand (store/loader_beside.h) may outlive the connection that had the lock: this waits
 * for what it is at, and after it the load is not its own any more.
 */
static plm_status take_over(plm_store *store, plm_loading *left)
{
    plm_random(&left->token, sizeof left->token);
    return plm_sql_run(store, "UPDATE loading SET token = $1", "i", left->token);
}

plm_status plm_loading_mend_locked(plm_store *store)
{
    plm_loading left;
    plm_status status = plm_loading_get(store, &left);
    if (status == PLM_E_NOT_FOUND) {
        return PLM_OK;
    }
    if (status == PLM_OK) {
        status = take_over(store, &left);
    }
    if (status == PLM_OK) {
        status = left.state == PLM_LOADING_SETTLING   ? plm_loading_settle(store, &left, NULL, NULL)
                 : left.state == PLM_LOADING_DROPPING ? plm_loading_drop(store, &left)
                                                      : plm_loading_remove(store, &left);
    }
    return status;
}

plm_status plm_loading_begin(plm_store *store, const char *name, const char *format, int64_t now_ms,
                             plm_loading *out, bool *has_records)
{
    if (store->in_transaction) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = store->driver->lock_load(store->db, LOCK_WAIT_MS);
    if (status != PLM_OK) {
        return status == PLM_E_EXISTS ? PLM_E_STORE : status;
    }
    *out = (plm_loading){.state = PLM_LOADING_FILLING, .now_ms = now_ms};
    plm_random(&out->token, sizeof out->token);
    status = plm_loading_mend_locked(store);
    if (status == PLM_OK) {
        status = begin_locked(store, name, format, out, has_records);
        plm_status calm =
            status != PLM_OK ? store->driver->set_load_mode(store->db, PLM_LOAD_NONE) : PLM_OK;
        (void)calm; /* the connection's own, and the next load sets it */
    }
    if (status != PLM_OK) {
        store->driver->unlock_load(store->db);
    }
    return status;
}

plm_status plm_loading_check(plm_store *store, const plm_loading *loading)
{
    int64_t token;
    plm_status status = plm_sql_int(store, &token, "SELECT token FROM loading", "");
    if (status == PLM_E_NOT_FOUND || (status == PLM_OK && token != loading->token)) {
        store->driver->say(store->db, "another process has ended this load");
        return PLM_E_STORE;
    }
    return status;
}

plm_status plm_loading_set_state(plm_store *store, plm_loading *loading, plm_loading_state state)
{
    plm_status status = plm_store_begin(store);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_loading_check(store, loading);
    if (status == PLM_OK) {
        status = plm_sql_run(store, "UPDATE loading SET state = $1", "t", state_names[state]);
    }
    status = plm_store_leave(store, true, status);
    if (status == PLM_OK) {
        loading->state = state;
    }
    return status;
}

/* --- ending --- */

/* The old rows go, the new ones are seen. */
static plm_status switch_over(plm_store *store, const plm_loading *loading, const char *format)
{
    plm_status status = plm_loading_check(store, loading);
    if (status == PLM_OK) {
        status = plm_sql_run(store, "DELETE FROM quarantine WHERE register_id = $1 AND id < $2",
                             "ii", loading->register_id, loading->first_quarantine);
    }
    if (status == PLM_OK) {
        status = plm_sql_run(store, "UPDATE register SET format = $2, loaded_ms = $3 WHERE id = $1",
                             "iti", loading->register_id, format, loading->now_ms);
    }
    if (status == PLM_OK) {
        status = plm_sql_run(store,
                             "UPDATE loading SET state = 'settling', is_new = 0, "
                             "first_record = $1, first_quarantine = $1",
                             "i", INT64_MAX);
    }
    return status == PLM_OK ? store->driver->settle(store->db) : status;
}

/* In one transaction, if there are few changes. */
static plm_status apply_few(plm_store *store, bool *is_done)
{
    int64_t n = 0;
    plm_status status = plm_sql_int(store, &n, "SELECT count(*) FROM loading_record", "");
    *is_done = n <= AT_ONCE_MAX;
    if (status == PLM_OK && *is_done) {
        status = plm_loading_apply(store, AT_ONCE_MAX, &n);
    }
    if (status == PLM_OK && *is_done) {
        status = plm_sql_run(store, "DELETE FROM loading", "");
    }
    return status;
}

plm_status plm_loading_commit(plm_store *store, plm_loading *loading, const char *format,
                              plm_loading_commit_fn *fn, void *context, plm_loading_fn *progress)
{
    bool is_done = false;
    plm_status status = store->driver->set_load_mode(store->db, PLM_LOAD_NONE);
    if (status == PLM_OK) {
        status = plm_store_begin(store);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = switch_over(store, loading, format);
    if (status == PLM_OK) {
        status = apply_few(store, &is_done);
    }
    if (status == PLM_OK && fn != NULL) {
        status = fn(context);
    }
    status = plm_store_leave(store, true, status);
    if (status == PLM_OK && !is_done) {
        loading->state = PLM_LOADING_SETTLING;
        status = plm_loading_settle(store, loading, progress, context);
    }
    if (status == PLM_OK) {
        store->driver->unlock_load(store->db);
    }
    return status;
}

void plm_loading_give_up(plm_store *store, const plm_loading *loading)
{
    char words[PLM_STORE_ERROR_MAX];
    plm_loading left;
    (void)snprintf(words, sizeof words, "%s", plm_store_error(store));
    plm_store_rollback(store);
    /* What can't be taken away now is by the next: the register does not have it in any case. */
    plm_status status = plm_loading_get(store, &left);
    if (status == PLM_OK && left.token == loading->token) {
        status = plm_loading_mend_locked(store);
    }
    if (status == PLM_OK || status == PLM_E_NOT_FOUND) {
        plm_status calm = store->driver->set_load_mode(store->db, PLM_LOAD_NONE);
        (void)calm; /* the connection's own, and the next load sets it */
    }
    store->driver->unlock_load(store->db);
    store->driver->say(store->db, words);
}

/* --- for others --- */

plm_status plm_loading_mend(plm_store *store)
{
    plm_loading left;
    if (store->in_transaction) {
        return PLM_OK;
    }
    plm_status status = plm_loading_get(store, &left);
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    status = store->driver->lock_load(store->db, 0);
    if (status != PLM_OK) {
        return status == PLM_E_EXISTS ? PLM_OK : status;
    }
    status = plm_loading_mend_locked(store);
    store->driver->unlock_load(store->db);
    return status;
}

plm_status plm_loading_is_in_the_way(plm_store *store, int64_t register_id)
{
    int64_t n;
    plm_status status =
        plm_sql_int(store, &n, "SELECT count(*) FROM loading WHERE $1 = 0 OR register_id = $1", "i",
                    register_id);
    if (status == PLM_OK && n > 0) {
        store->driver->say(store->db,
                           "a register is being loaded or deleted; try again when that is done");
        return PLM_E_STORE;
    }
    return status;
}
