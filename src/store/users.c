/* SPDX-License-Identifier: Apache-2.0 */
/*
 * users.c - users, their tokens and sessions.
 */
#include "store/users.h"

#include "store/sql.h"

#include <stdio.h>
#include <string.h>

static const char *const role_names[PLM_USER_ROLE_COUNT] = {
    [PLM_USER_ANALYST] = "analyst",
    [PLM_USER_OFFICER] = "officer",
    [PLM_USER_SUPERVISOR] = "supervisor",
    [PLM_USER_AUDITOR] = "auditor",
};

const char *plm_user_role_name(plm_user_role role)
{
    return (unsigned)role < PLM_USER_ROLE_COUNT ? role_names[role] : "unknown";
}

plm_status plm_user_role_find(plm_user_role *out, const char *name)
{
    for (unsigned i = 0; i < PLM_USER_ROLE_COUNT; i++) {
        if (strcmp(role_names[i], name) == 0) {
            *out = (plm_user_role)i;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}

plm_status plm_store_add_user(plm_store *store, const plm_user *user)
{
    return plm_sql_run(store,
                       "INSERT INTO api_user (name, role, password, created_ms) "
                       "VALUES ($1, $2, $3, $4)",
                       "ttti", user->name, plm_user_role_name(user->role), user->password,
                       user->created_ms);
}

/* name, role, password, created_ms from column `first` on. */
static plm_status read_user(plm_user *out, const plm_db_driver *d, plm_statement *s, int first)
{
    const char *name = d->column_text(s, first);
    const char *role = d->column_text(s, first + 1);
    const char *password = d->column_text(s, first + 2);
    plm_user user = {.created_ms = d->column_int(s, first + 3)};
    if (name == NULL || role == NULL || password == NULL || strlen(name) >= sizeof user.name ||
        strlen(password) >= sizeof user.password ||
        plm_user_role_find(&user.role, role) != PLM_OK) {
        return PLM_E_STORE;
    }
    memcpy(user.name, name, strlen(name) + 1);
    memcpy(user.password, password, strlen(password) + 1);
    *out = user;
    return PLM_OK;
}

/* The user that a started statement's first row begins with; resets it. */
static plm_status take_user(plm_store *store, plm_statement *s, plm_user *out)
{
    plm_status status = store->driver->step(s);
    if (status == PLM_OK) {
        status = read_user(out, store->driver, s, 0);
    }
    store->driver->reset(s);
    return status;
}

plm_status plm_store_get_user(plm_store *store, const char *name, plm_user *out)
{
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT name, role, password, created_ms FROM api_user WHERE name = $1", "t",
        name);
    return status == PLM_OK ? take_user(store, s, out) : status;
}

plm_status plm_store_set_password(plm_store *store, const char *name, const char *password,
                                  const uint8_t *keep)
{
    int64_t found;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status =
        plm_sql_int(store, &found, "UPDATE api_user SET password = $2 WHERE name = $1 RETURNING 1",
                    "tt", name, password);
    if (status == PLM_OK) {
        status = plm_sql_run(store, "DELETE FROM api_session WHERE user_name = $1 AND hash <> $2",
                             "tb", name, plm_span_of(keep, keep != NULL ? 32 : 0));
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_store_drop_user(plm_store *store, const char *name)
{
    int64_t found;
    return plm_sql_int(store, &found, "DELETE FROM api_user WHERE name = $1 RETURNING 1", "t",
                       name);
}

typedef struct user_walk {
    plm_user_fn *fn;
    void *context;
} user_walk;

static plm_status user_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const user_walk *w = (const user_walk *)walk;
    plm_user user;
    plm_status status = read_user(&user, d, s, 0);
    if (status != PLM_OK) {
        return status;
    }
    user.n_tokens = (uint64_t)d->column_int(s, 4);
    return w->fn(w->context, &user);
}

plm_status plm_store_each_user(plm_store *store, plm_user_fn *fn, void *context)
{
    user_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT name, role, password, created_ms, (SELECT count(*) FROM api_token "
                      "WHERE api_token.user_name = api_user.name) FROM api_user ORDER BY name",
                      "");
    return status == PLM_OK ? plm_sql_walk(store, s, user_row, &walk) : status;
}

plm_status plm_store_add_token(plm_store *store, const plm_api_token_row *row)
{
    return plm_sql_run(store,
                       "INSERT INTO api_token (id, user_name, hash, label, created_ms, "
                       "expires_ms, used_ms) VALUES ($1, $2, $3, $4, $5, $6, 0)",
                       "btbtii", plm_span_of(row->id, sizeof row->id), row->user_name,
                       plm_span_of(row->hash, sizeof row->hash), row->label, row->created_ms,
                       row->expires_ms);
}

plm_status plm_store_drop_token(plm_store *store, const char *user_name,
                                const uint8_t id[static PLM_TOKEN_ID_BYTES])
{
    int64_t found;
    return plm_sql_int(store, &found,
                       "DELETE FROM api_token WHERE user_name = $1 AND id = $2 RETURNING 1", "tb",
                       user_name, plm_span_of(id, PLM_TOKEN_ID_BYTES));
}

typedef struct token_walk {
    plm_api_token_fn *fn;
    void *context;
} token_walk;

static plm_status token_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const token_walk *w = (const token_walk *)walk;
    const plm_span id = d->column_bytes(s, 0);
    const plm_span hash = d->column_bytes(s, 2);
    plm_api_token_row row = {.user_name = d->column_text(s, 1),
                             .label = d->column_text(s, 3),
                             .created_ms = d->column_int(s, 4),
                             .expires_ms = d->column_int(s, 5),
                             .used_ms = d->column_int(s, 6)};
    if (id.n != sizeof row.id || hash.n != sizeof row.hash) {
        return PLM_E_STORE;
    }
    memcpy(row.id, id.p, id.n);
    memcpy(row.hash, hash.p, hash.n);
    return w->fn(w->context, &row);
}

plm_status plm_store_each_token(plm_store *store, const char *user_name, plm_api_token_fn *fn,
                                void *context)
{
    token_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT id, user_name, hash, label, created_ms, expires_ms, used_ms "
                      "FROM api_token WHERE user_name = $1 ORDER BY created_ms, id",
                      "t", user_name);
    return status == PLM_OK ? plm_sql_walk(store, s, token_row, &walk) : status;
}

plm_status plm_store_token_user(plm_store *store, const uint8_t hash[static 32], int64_t now_ms,
                                plm_user *out)
{
    enum {
        USED_EVERY_MS = 60 * 60 * 1000
    };
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT name, role, password, api_user.created_ms FROM api_token "
                      "JOIN api_user ON api_user.name = api_token.user_name "
                      "WHERE hash = $1 AND (expires_ms = 0 OR expires_ms > $2)",
                      "bi", plm_span_of(hash, 32), now_ms);
    if (status == PLM_OK) {
        status = take_user(store, s, out);
    }
    if (status == PLM_OK) {
        /* Within the hour is good enough, and no write for every request. */
        status =
            plm_sql_run(store, "UPDATE api_token SET used_ms = $2 WHERE hash = $1 AND used_ms < $3",
                        "bii", plm_span_of(hash, 32), now_ms, now_ms - USED_EVERY_MS);
    }
    return status;
}

plm_status plm_store_add_session(plm_store *store, const uint8_t hash[static 32],
                                 const char *user_name, int64_t now_ms)
{
    return plm_sql_run(store,
                       "INSERT INTO api_session (hash, user_name, created_ms, seen_ms) "
                       "VALUES ($1, $2, $3, $3)",
                       "bti", plm_span_of(hash, 32), user_name, now_ms);
}

plm_status plm_store_get_session(plm_store *store, const uint8_t hash[static 32], plm_user *out,
                                 int64_t *created_ms, int64_t *seen_ms)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT name, role, password, api_user.created_ms, api_session.created_ms, seen_ms "
        "FROM api_session JOIN api_user ON api_user.name = api_session.user_name WHERE hash = $1",
        "b", plm_span_of(hash, 32));
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        status = read_user(out, d, s, 0);
        *created_ms = d->column_int(s, 4);
        *seen_ms = d->column_int(s, 5);
    }
    d->reset(s);
    return status;
}

plm_status plm_store_touch_session(plm_store *store, const uint8_t hash[static 32], int64_t now_ms)
{
    return plm_sql_run(store, "UPDATE api_session SET seen_ms = $2 WHERE hash = $1", "bi",
                       plm_span_of(hash, 32), now_ms);
}

plm_status plm_store_drop_session(plm_store *store, const uint8_t hash[static 32])
{
    return plm_sql_run(store, "DELETE FROM api_session WHERE hash = $1", "b",
                       plm_span_of(hash, 32));
}

plm_status plm_store_expire_sessions(plm_store *store, int64_t created_before, int64_t seen_before)
{
    return plm_sql_run(store, "DELETE FROM api_session WHERE created_ms < $1 OR seen_ms < $2", "ii",
                       created_before, seen_before);
}
