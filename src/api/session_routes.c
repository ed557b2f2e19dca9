/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_routes.c - signing in and out, passwords, tokens, and who there is (spec/api.md section
 * 3). Users are added at the command line alone: whoever could add one here could be two persons.
 */
#include "api/answer.h"
#include "api/identify.h"
#include "api/routes.h"
#include "base/ct.h"
#include "crypto/hasher.h"
#include "crypto/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    FREE_FAILURES = 4,      /* under one name, before it has to wait */
    FREE_FAILURES_ALL = 60, /* under all names together */
    FIRST_WAIT_MS = 5000,
    LONGEST_WAIT_MS = 15 * 60 * 1000,
    DAY_MS = 24 * 60 * 60 * 1000
};

static json_t *session_json(const plm_api_call *call, const plm_api_who *who)
{
    const char *role =
        who->role == PLM_API_OPERATOR ? "operator" : plm_user_role_name((plm_user_role)who->role);
    return json_pack("{s:s, s:s, s:o, s:o, s:s}", "user", who->name, "role", role, "csrf",
                     plm_api_text(who->csrf), "expires", plm_api_time(who->expires_ms), "authority",
                     call->api->node->code);
}

/* --- failed sign-ins ---------------------------------------------------------------------------
 */

static void attempt_key(uint8_t key[static 32], const char *name)
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo/api attempt");
    plm_hasher_bytes(&h, plm_span_str(name));
    plm_hasher_final(&h, key);
}

static int64_t wait_of(uint64_t failures, uint64_t free_failures)
{
    int64_t wait = FIRST_WAIT_MS;
    if (failures <= free_failures) {
        return 0;
    }
    for (uint64_t i = free_failures + 1; i < failures && wait < LONGEST_WAIT_MS; i++) {
        wait *= 2;
    }
    return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

/*
 * Counts the attempt as failed before it is judged, so that many at once are counted too. *wait_ms
 * above 0: not yet; nothing was counted.
 */
static plm_status count_attempt(plm_store *store, const char *name, uint64_t free_failures,
                                int64_t now_ms, int64_t *wait_ms)
{
    uint8_t key[32];
    plm_attempts attempts;
    attempt_key(key, name);
    plm_status status = plm_store_get_attempts(store, key, &attempts);
    if (status != PLM_OK) {
        return status;
    }
    if (attempts.next_ms > now_ms) {
        *wait_ms = attempts.next_ms - now_ms;
        return PLM_OK;
    }
    attempts.failures++;
    attempts.next_ms = now_ms + wait_of(attempts.failures, free_failures);
    return plm_store_put_attempts(store, key, &attempts, now_ms);
}

static plm_status count_attempts(plm_store *store, const char *name, int64_t now_ms,
                                 int64_t *wait_ms)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    /* No user has the name "": that row counts all of them. */
    status = count_attempt(store, "", FREE_FAILURES_ALL, now_ms, wait_ms);
    if (status == PLM_OK && *wait_ms == 0) {
        status = count_attempt(store, name, FREE_FAILURES, now_ms, wait_ms);
    }
    return plm_store_leave(store, mine, status);
}

static plm_status forget_attempts(plm_store *store, const char *name, int64_t now_ms)
{
    const plm_attempts none = {0, 0};
    uint8_t key[32];
    attempt_key(key, name);
    plm_status status = plm_store_put_attempts(store, key, &none, now_ms);
    attempt_key(key, "");
    return status == PLM_OK ? plm_store_put_attempts(store, key, &none, now_ms) : status;
}

/* Said if it is too early for this name, and true. */
static bool is_too_early(plm_api_call *call, int64_t wait_ms)
{
    if (wait_ms <= 0) {
        return false;
    }
    call->answer.retry_after_s = (unsigned)((wait_ms + 999) / 1000);
    (void)plm_api_problem(call, 429, "too-often", NULL,
                          "too many failed attempts: try again in %u seconds",
                          call->answer.retry_after_s);
    plm_api_problem_add(call, "retry_after", json_integer(call->answer.retry_after_s));
    return true;
}

/*
 * One password is judged at a time, all over the node: each takes the memory that makes guessing
 * dear, and who may ask for it need not be signed in.
 */
static plm_status judge_password(const plm_api *api, const char *hash, const char *password)
{
    char path[PATH_MAX];
    int fd = -1;
    if (api->home != NULL &&
        snprintf(path, sizeof path, "%s/password.lock", api->home) < (int)sizeof path) {
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    }
    if (fd >= 0 && TEMP_FAILURE_RETRY(flock(fd, LOCK_EX)) != 0) {
        (void)close(fd);
        return PLM_E_IO;
    }
    plm_status status = plm_api_password_check(hash, password);
    if (fd >= 0) {
        (void)close(fd);
    }
    return status;
}

/* --- sessions ----------------------------------------------------------------------------------
 */

static void set_cookie(plm_api_call *call, const char *secret)
{
    (void)snprintf(call->answer.cookie, sizeof call->answer.cookie,
                   "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
                   call->secure ? PLM_API_COOKIE_SECURE : PLM_API_COOKIE, secret,
                   call->secure ? "; Secure" : "", secret[0] == '\0' ? "; Max-Age=0" : "");
}

static plm_status begin_session(plm_api_call *call, const plm_user *user)
{
    plm_store *store = call->api->node->store;
    const int64_t now = call->api->now_ms;
    char secret[PLM_API_SECRET_TEXT];
    plm_api_who who = {
        .role = (int)user->role, .by = PLM_API_BY_SESSION, .expires_ms = now + PLM_API_SESSION_MS};
    memcpy(who.name, user->name, sizeof who.name);
    plm_api_secret_make(secret, who.session, PLM_API_LABEL_SESSION);
    plm_api_csrf_of(who.csrf, secret);
    plm_status status =
        plm_store_expire_sessions(store, now - PLM_API_SESSION_MS, now - PLM_API_IDLE_MS);
    if (status == PLM_OK) {
        status = plm_store_add_session(store, who.session, user->name, now);
    }
    if (status == PLM_OK) {
        status = plm_api_json(call, 201, session_json(call, &who));
    }
    if (status == PLM_OK) {
        set_cookie(call, secret);
    }
    plm_wipe(secret, sizeof secret);
    return status;
}

static plm_status sign_in(plm_api_call *call)
{
    static const char *const members[] = {"name", "password", NULL};
    plm_store *store = call->api->node->store;
    const plm_json_at root = plm_api_root(call);
    const char *name = "";
    const char *password = "";
    plm_user user = {.password = ""};
    int64_t wait_ms = 0;
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "name", 1, PLM_USER_NAME_MAX - 1, &name);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "password", 1, 1024, &password);
    }
    if (status == PLM_OK) {
        status = count_attempts(store, name, call->api->now_ms, &wait_ms);
    }
    if (status == PLM_OK && is_too_early(call, wait_ms)) {
        return PLM_OK;
    }
    if (status == PLM_OK) {
        status = plm_store_get_user(store, name, &user);
        status = status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    if (status == PLM_OK) {
        status = judge_password(call->api, user.password, password);
    }
    if (status == PLM_E_AUTH) {
        return plm_api_problem(call, 401, "sign-in", NULL, "name or password is wrong");
    }
    if (status == PLM_OK) {
        status = forget_attempts(store, name, call->api->now_ms);
    }
    return status == PLM_OK ? begin_session(call, &user) : status;
}

static plm_status get_session(plm_api_call *call)
{
    return plm_api_json(call, 200, session_json(call, call->who));
}

static plm_status sign_out(plm_api_call *call)
{
    plm_status status = PLM_OK;
    if (call->who->by == PLM_API_BY_SESSION) {
        status = plm_store_drop_session(call->api->node->store, call->who->session);
        set_cookie(call, "");
    }
    return status == PLM_OK ? plm_api_done(call) : status;
}

static plm_status change_password(plm_api_call *call)
{
    static const char *const members[] = {"old", "new", NULL};
    plm_store *store = call->api->node->store;
    const plm_json_at root = plm_api_root(call);
    const char *old = "";
    const char *new = "";
    plm_user user;
    char hash[PLM_PASSWORD_HASH_MAX];
    int64_t wait_ms = 0;
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "old", 1, 1024, &old);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "new", 12, 1024, &new);
    }
    if (status == PLM_OK) {
        status = plm_store_get_user(store, call->who->name, &user);
    }
    if (status == PLM_OK) {
        status = count_attempts(store, user.name, call->api->now_ms, &wait_ms);
    }
    if (status == PLM_OK && is_too_early(call, wait_ms)) {
        return PLM_OK;
    }
    if (status == PLM_OK) {
        status = judge_password(call->api, user.password, old);
    }
    if (status == PLM_E_AUTH) {
        return plm_api_problem(call, 403, "password", "/old", "that is not the password");
    }
    if (status == PLM_OK) {
        status = plm_api_password_hash(hash, new);
    }
    if (status == PLM_OK) {
        status = forget_attempts(store, user.name, call->api->now_ms);
    }
    if (status == PLM_OK) {
        const bool has_session = call->who->by == PLM_API_BY_SESSION;
        status =
            plm_store_set_password(store, user.name, hash, has_session ? call->who->session : NULL);
    }
    return status == PLM_OK ? plm_api_done(call) : status;
}

/* --- users and tokens --------------------------------------------------------------------------
 */

static plm_status add_user(void *context, const plm_user *user)
{
    json_t *one = json_pack("{s:s, s:s, s:o, s:b, s:I}", "name", user->name, "role",
                            plm_user_role_name(user->role), "created",
                            plm_api_time(user->created_ms), "has_password",
                            (int)(user->password[0] != '\0'), "tokens", (json_int_t)user->n_tokens);
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* {"items": list}, or the status. */
static plm_status answer_list(plm_api_call *call, plm_status status, json_t *list)
{
    if (status != PLM_OK) {
        json_decref(list);
        return status;
    }
    return plm_api_json(call, 200, json_pack("{s:o}", "items", list));
}

static plm_status get_users(plm_api_call *call)
{
    json_t *list = json_array();
    plm_status status = plm_store_each_user(call->api->node->store, add_user, list);
    return answer_list(call, status, list);
}

static plm_status add_token(void *context, const plm_api_token_row *row)
{
    json_t *one = json_pack("{s:o, s:s, s:s, s:o, s:o, s:o}", "token",
                            plm_api_hex(row->id, sizeof row->id), "user", row->user_name, "label",
                            row->label, "created", plm_api_time(row->created_ms), "expires",
                            plm_api_time(row->expires_ms), "used", plm_api_time(row->used_ms));
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status get_tokens(plm_api_call *call)
{
    json_t *list = json_array();
    plm_status status =
        plm_store_each_token(call->api->node->store, call->who->name, add_token, list);
    return answer_list(call, status, list);
}

static plm_status make_token(plm_api_call *call)
{
    static const char *const members[] = {"label", "days", NULL};
    const plm_json_at root = plm_api_root(call);
    const char *label = "";
    int64_t days = 0;
    char secret[PLM_API_SECRET_TEXT];
    char text[sizeof PLM_API_TOKEN_PREFIX + PLM_API_SECRET_TEXT];
    plm_api_token_row row = {.user_name = call->who->name, .created_ms = call->api->now_ms};
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "label", 1, 64, &label);
    }
    if (status == PLM_OK) {
        status = plm_api_integer(&root, "days", 1, 3650, &days);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (call->who->by != PLM_API_BY_SESSION) {
        return plm_api_problem(call, 403, "session", NULL,
                               "a token is made by who signed in, or with 'palermo user token'");
    }
    plm_random(row.id, sizeof row.id);
    plm_api_secret_make(secret, row.hash, PLM_API_LABEL_TOKEN);
    row.label = label;
    row.expires_ms = days > 0 ? row.created_ms + days * DAY_MS : 0;
    (void)snprintf(text, sizeof text, "%s%s", PLM_API_TOKEN_PREFIX, secret);
    status = plm_store_add_token(call->api->node->store, &row);
    if (status == PLM_OK) {
        status = plm_api_json(call, 201,
                              json_pack("{s:o, s:s, s:s, s:o}", "token",
                                        plm_api_hex(row.id, sizeof row.id), "secret", text, "label",
                                        label, "expires", plm_api_time(row.expires_ms)));
    }
    plm_wipe(secret, sizeof secret);
    plm_wipe(text, sizeof text);
    return status;
}

static plm_status drop_token(plm_api_call *call)
{
    uint8_t id[PLM_TOKEN_ID_BYTES];
    plm_status status = plm_api_argument_hex(call, 0, id, sizeof id);
    if (status == PLM_OK) {
        status = plm_store_drop_token(call->api->node->store, call->who->name, id);
    }
    return status == PLM_OK ? plm_api_done(call) : status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/session", PLM_API_EVERYBODY, 0, PLM_API_JSON, 4096, sign_in, NULL},
    {"GET", "/v1/session", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_session, NULL},
    {"DELETE", "/v1/session", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, sign_out, NULL},
    {"PUT", "/v1/session/password", PLM_API_ALL, 0, PLM_API_JSON, 8192, change_password, NULL},
    {"GET", "/v1/users", PLM_API_OVERSIGHT, 0, PLM_API_NO_BODY, 0, get_users, NULL},
    {"GET", "/v1/tokens", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_tokens, NULL},
    {"POST", "/v1/tokens", PLM_API_ALL, 0, PLM_API_JSON, 4096, make_token, NULL},
    {"DELETE", "/v1/tokens/{token}", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, drop_token, NULL},
};

const plm_api_table plm_api_session_routes = {routes, sizeof routes / sizeof *routes};
