/* SPDX-License-Identifier: Apache-2.0 */
#include "api/identify.h"

#include "base/ct.h"
#include "base/utf8.h"
#include "crypto/hasher.h"
#include "crypto/sign.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    SECRET_DIGITS = PLM_API_SECRET_TEXT - 1,
    TOUCH_EVERY_MS = 5 * 60 * 1000
};

static void hash_secret(uint8_t out[static 32], const char *secret, const char *label)
{
    plm_hasher h;
    plm_hasher_init(&h, label);
    plm_hasher_bytes(&h, plm_span_str(secret));
    plm_hasher_final(&h, out);
}

void plm_api_secret_make(char secret[static PLM_API_SECRET_TEXT], uint8_t hash[static 32],
                         const char *label)
{
    uint8_t random[SECRET_DIGITS / 2];
    plm_random(random, sizeof random);
    plm_hex_encode(secret, random, sizeof random);
    plm_wipe(random, sizeof random);
    hash_secret(hash, secret, label);
}

void plm_api_csrf_of(char out[static PLM_API_CSRF_TEXT], const char *secret)
{
    uint8_t hash[32];
    hash_secret(hash, secret, "palermo/api csrf");
    plm_hex_encode(out, hash, sizeof hash);
}

plm_status plm_api_password_hash(char out[static PLM_PASSWORD_HASH_MAX], const char *password)
{
    _Static_assert(crypto_pwhash_STRBYTES <= PLM_PASSWORD_HASH_MAX, "the hash has room");
    return crypto_pwhash_str_alg(
               out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
               crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

plm_status plm_api_password_check(const char *hash, const char *password)
{
    char nobody[PLM_PASSWORD_HASH_MAX];
    if (hash[0] == '\0') {
        /* As much work as for a password that is there. */
        plm_status status = plm_api_password_hash(nobody, password);
        return status == PLM_OK ? PLM_E_AUTH : status;
    }
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0 ? PLM_OK : PLM_E_AUTH;
}

bool plm_api_is_user_name(const char *name)
{
    const size_t n = strlen(name);
    return n > 0 && n < PLM_USER_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

/* The cookie's value in a Cookie header; false: it is not there, or is no secret of ours. */
static bool find_cookie(const char *header, const char *name, char out[static PLM_API_SECRET_TEXT])
{
    const size_t n = strlen(name);
    while (*header != '\0') {
        header += strspn(header, " ;");
        const size_t length = strcspn(header, ";");
        if (length == n + 1 + SECRET_DIGITS && strncmp(header, name, n) == 0 && header[n] == '=') {
            memcpy(out, header + n + 1, SECRET_DIGITS);
            out[SECRET_DIGITS] = '\0';
            return strspn(out, "0123456789abcdef") == SECRET_DIGITS;
        }
        header += length;
    }
    return false;
}

static void set_user(plm_api_who *who, const plm_user *user)
{
    memcpy(who->name, user->name, sizeof who->name);
    who->role = (int)user->role;
}

static plm_status by_session(plm_api_who *who, const plm_api *api, const char *secret,
                             const char *csrf, bool changes)
{
    plm_store *store = api->node->store;
    plm_user user;
    int64_t created_ms = 0;
    int64_t seen_ms = 0;
    hash_secret(who->session, secret, PLM_API_LABEL_SESSION);
    plm_status status = plm_store_get_session(store, who->session, &user, &created_ms, &seen_ms);
    if (status == PLM_E_NOT_FOUND) {
        return PLM_OK;
    }
    if (status != PLM_OK) {
        return status;
    }
    if (api->now_ms >= created_ms + PLM_API_SESSION_MS ||
        api->now_ms >= seen_ms + PLM_API_IDLE_MS) {
        return plm_store_drop_session(store, who->session);
    }
    plm_api_csrf_of(who->csrf, secret);
    if (changes &&
        (strlen(csrf) != strlen(who->csrf) || !plm_ct_equal(csrf, who->csrf, strlen(who->csrf)))) {
        return PLM_E_AUTH;
    }
    set_user(who, &user);
    who->by = PLM_API_BY_SESSION;
    who->expires_ms = created_ms + PLM_API_SESSION_MS;
    return api->now_ms - seen_ms >= TOUCH_EVERY_MS
               ? plm_store_touch_session(store, who->session, api->now_ms)
               : PLM_OK;
}

static plm_status by_token(plm_api_who *who, const plm_api *api, const char *text)
{
    static const char scheme[] = "Bearer " PLM_API_TOKEN_PREFIX;
    uint8_t hash[32];
    plm_user user;
    if (strncmp(text, scheme, sizeof scheme - 1) != 0 ||
        strlen(text) != sizeof scheme - 1 + SECRET_DIGITS) {
        return PLM_OK;
    }
    hash_secret(hash, text + sizeof scheme - 1, PLM_API_LABEL_TOKEN);
    plm_status status = plm_store_token_user(api->node->store, hash, api->now_ms, &user);
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    set_user(who, &user);
    who->by = PLM_API_BY_TOKEN;
    return PLM_OK;
}

plm_status plm_api_identify(plm_api_who *who, const plm_api *api,
                            const plm_api_credentials *credentials, bool changes)
{
    char secret[PLM_API_SECRET_TEXT];
    *who = (plm_api_who){.by = PLM_API_BY_NOTHING};
    plm_status status = PLM_OK;
    if (credentials->authorization[0] != '\0') {
        status = by_token(who, api, credentials->authorization);
    } else if (find_cookie(credentials->cookie, PLM_API_COOKIE_SECURE, secret) ||
               find_cookie(credentials->cookie, PLM_API_COOKIE, secret)) {
        status = by_session(who, api, secret, credentials->csrf, changes);
    } else if (credentials->is_operator && plm_utf8_is_text(plm_span_str(credentials->officer)) &&
               strlen(credentials->officer) < sizeof who->name) {
        who->by = PLM_API_BY_OPERATOR;
        who->role = PLM_API_OPERATOR;
        memcpy(who->name, credentials->officer, strlen(credentials->officer) + 1);
    }
    plm_wipe(secret, sizeof secret);
    return status;
}
