/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identify.h - passwords, sessions and tokens (spec/api.md section 3).
 *
 *   secret    32 random bytes, in hexadecimal in a cookie or after "Bearer "
 *   hash      BLAKE2b-256 of it under the label of its use: what the store keeps. A fast hash will
 *             do, since nobody guesses 256 bits
 *   CSRF      BLAKE2b-256 of a session's secret under another label: what a page must send besides
 *             the cookie, which the browser sends by itself
 *   password  Argon2id (RFC 9106) with libsodium's interactive costs
 */
#ifndef PLM_API_IDENTIFY_H
#define PLM_API_IDENTIFY_H

#include "api/api.h"

enum {
    PLM_API_SESSION_MS = 12 * 60 * 60 * 1000, /* from sign-in */
    PLM_API_IDLE_MS = 30 * 60 * 1000          /* without a request */
};

#define PLM_API_COOKIE        "palermo"
#define PLM_API_COOKIE_SECURE "__Host-palermo"
#define PLM_API_TOKEN_PREFIX  "palermo-"

/* A new secret and what the store keeps of it. secret: SECRET. */
void plm_api_secret_make(char secret[static PLM_API_SECRET_TEXT], uint8_t hash[static 32],
                         const char *label);
#define PLM_API_LABEL_SESSION "palermo/api session"
#define PLM_API_LABEL_TOKEN   "palermo/api token"

/* The CSRF token of a session's secret. */
void plm_api_csrf_of(char out[static PLM_API_CSRF_TEXT], const char *secret);

/* password: SECRET. PLM_E_NOMEM (Argon2id wants 64 MiB). */
plm_status plm_api_password_hash(char out[static PLM_PASSWORD_HASH_MAX],
                                 const char *password) PLM_MUST_CHECK;
/*
 * PLM_E_AUTH: it is not the one. hash "": there is none, and the time is spent all the same, so
 * that nobody learns from it which names exist.
 */
plm_status plm_api_password_check(const char *hash, const char *password) PLM_MUST_CHECK;

/* Whether a new user's name may be: 1 to 64 of a-z 0-9 . _ - and no other. */
bool plm_api_is_user_name(const char *name);

#endif
