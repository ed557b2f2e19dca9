/* SPDX-License-Identifier: Apache-2.0 */
/*
 * users.h - who may use the local API: users with roles, tokens, sessions, failed sign-ins, and the
 * answers that repeated requests get again (spec/store.md section 7, spec/api.md).
 *
 * The store compares hashes and text; passwords are hashed and verified by who calls it.
 */
#ifndef PLM_STORE_USERS_H
#define PLM_STORE_USERS_H

#include "store/store.h"

enum {
    PLM_USER_NAME_MAX = 65, /* bytes of a name, terminator included */
    PLM_PASSWORD_HASH_MAX = 128,
    PLM_TOKEN_ID_BYTES = 16
};

typedef enum plm_user_role {
    PLM_USER_ANALYST,
    PLM_USER_OFFICER,
    PLM_USER_SUPERVISOR,
    PLM_USER_AUDITOR,
    PLM_USER_ROLE_COUNT
} plm_user_role;

/* "analyst", ...; never NULL. */
const char *plm_user_role_name(plm_user_role role);
/* PLM_E_NOT_FOUND. */
plm_status plm_user_role_find(plm_user_role *out, const char *name) PLM_MUST_CHECK;

typedef struct plm_user {
    char name[PLM_USER_NAME_MAX];
    plm_user_role role;
    char password[PLM_PASSWORD_HASH_MAX]; /* as libsodium writes it; "": none, tokens only */
    int64_t created_ms;
    uint64_t n_tokens; /* of plm_store_each_user */
} plm_user;

/* PLM_E_EXISTS. */
plm_status plm_store_add_user(plm_store *store, const plm_user *user) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND. */
plm_status plm_store_get_user(plm_store *store, const char *name, plm_user *out) PLM_MUST_CHECK;
/* Sessions of the user but `keep` (32 bytes, or NULL: none) end. PLM_E_NOT_FOUND. */
plm_status plm_store_set_password(plm_store *store, const char *name, const char *password,
                                  const uint8_t *keep) PLM_MUST_CHECK;
/* With tokens and sessions. PLM_E_NOT_FOUND. */
plm_status plm_store_drop_user(plm_store *store, const char *name) PLM_MUST_CHECK;
typedef plm_status plm_user_fn(void *context, const plm_user *user);
/* By name. */
plm_status plm_store_each_user(plm_store *store, plm_user_fn *fn, void *context) PLM_MUST_CHECK;

typedef struct plm_api_token_row {
    uint8_t id[PLM_TOKEN_ID_BYTES];
    const char *user_name;
    uint8_t hash[32]; /* of the secret */
    const char *label;
    int64_t created_ms;
    int64_t expires_ms; /* 0: never */
    int64_t used_ms;    /* 0: not yet */
} plm_api_token_row;

plm_status plm_store_add_token(plm_store *store, const plm_api_token_row *row) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND: the user has none of that id. */
plm_status plm_store_drop_token(plm_store *store, const char *user_name,
                                const uint8_t id[static PLM_TOKEN_ID_BYTES]) PLM_MUST_CHECK;
typedef plm_status plm_api_token_fn(void *context, const plm_api_token_row *row);
/* Of one user, by time. */
plm_status plm_store_each_token(plm_store *store, const char *user_name, plm_api_token_fn *fn,
                                void *context) PLM_MUST_CHECK;
/* The user of a token that counts at now_ms. PLM_E_NOT_FOUND. */
plm_status plm_store_token_user(plm_store *store, const uint8_t hash[static 32], int64_t now_ms,
                                plm_user *out) PLM_MUST_CHECK;

plm_status plm_store_add_session(plm_store *store, const uint8_t hash[static 32],
                                 const char *user_name, int64_t now_ms) PLM_MUST_CHECK;
/* *created_ms, *seen_ms: as it was made, and used last. PLM_E_NOT_FOUND. */
plm_status plm_store_get_session(plm_store *store, const uint8_t hash[static 32], plm_user *out,
                                 int64_t *created_ms, int64_t *seen_ms) PLM_MUST_CHECK;
plm_status plm_store_touch_session(plm_store *store, const uint8_t hash[static 32],
                                   int64_t now_ms) PLM_MUST_CHECK;
/* No error if there is none. */
plm_status plm_store_drop_session(plm_store *store, const uint8_t hash[static 32]) PLM_MUST_CHECK;
/* Those made before one time or not seen since another. */
plm_status plm_store_expire_sessions(plm_store *store, int64_t created_before,
                                     int64_t seen_before) PLM_MUST_CHECK;

/* Failed sign-ins under one key. No row: zeroes. */
typedef struct plm_attempts {
    uint64_t failures;
    int64_t next_ms; /* not before this */
} plm_attempts;

plm_status plm_store_get_attempts(plm_store *store, const uint8_t key[static 32],
                                  plm_attempts *out) PLM_MUST_CHECK;
/* failures 0: forgets it. Rows not written since an hour are forgotten too. */
plm_status plm_store_put_attempts(plm_store *store, const uint8_t key[static 32],
                                  const plm_attempts *attempts, int64_t now_ms) PLM_MUST_CHECK;

/* An answer kept for whoever asks again under the same key. */
typedef struct plm_answer {
    uint8_t digest[32]; /* of the request */
    unsigned status;
    char type[64];
} plm_answer;

/* The body is appended to out. PLM_E_NOT_FOUND: that key is new. */
plm_status plm_store_get_answer(plm_store *store, const char *user_name, const char *key,
                                plm_answer *answer, plm_buf *body) PLM_MUST_CHECK;
/* Answers from before `forget_ms` are forgotten. PLM_E_EXISTS. */
plm_status plm_store_put_answer(plm_store *store, const char *user_name, const char *key,
                                const plm_answer *answer, plm_span body, int64_t now_ms,
                                int64_t forget_ms) PLM_MUST_CHECK;

#endif
