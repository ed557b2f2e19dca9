/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign.h - hashes, randomness and identity signatures (libsodium).
 *
 * Call plm_crypto_init once before anything else of crypto, oprf or match.
 */
#ifndef PLM_CRYPTO_SIGN_H
#define PLM_CRYPTO_SIGN_H

#include "base/bytes.h"

enum {
    PLM_IDENTITY_SEED_BYTES = 32,
    PLM_IDENTITY_PUBLIC_BYTES = 32,
    PLM_IDENTITY_SIGNATURE_BYTES = 64
};

/* Idempotent, any thread. PLM_E_CRYPTO if libsodium can't start (no randomness). */
plm_status plm_crypto_init(void) PLM_MUST_CHECK;

/* n random bytes from the operating system. */
void plm_random(void *out, size_t n);

/* BLAKE2b-256 (RFC 7693), unkeyed. */
void plm_hash256(uint8_t out[static 32], plm_span message);

/* Public key of the Ed25519 identity whose seed this is. seed: SECRET. */
void plm_identity_public(uint8_t out[static PLM_IDENTITY_PUBLIC_BYTES],
                         const uint8_t seed[static PLM_IDENTITY_SEED_BYTES]);

/*
 * Ed25519 (RFC 8032) over "palermo/1 " || name || 0x00 || body; the message layout of
 * wire/message.h. seed: SECRET. PLM_E_NOMEM.
 */
plm_status plm_identity_sign(uint8_t signature[static PLM_IDENTITY_SIGNATURE_BYTES],
                             const uint8_t seed[static PLM_IDENTITY_SEED_BYTES], const char *name,
                             plm_span body) PLM_MUST_CHECK;

/* PLM_E_AUTH if the signature is not of that key, name and body. PLM_E_NOMEM. */
plm_status plm_identity_verify(const uint8_t signature[static PLM_IDENTITY_SIGNATURE_BYTES],
                               const uint8_t public_key[static PLM_IDENTITY_PUBLIC_BYTES],
                               const char *name, plm_span body) PLM_MUST_CHECK;

/* body || signature, appended to out. PLM_E_LIMIT, PLM_E_NOMEM. */
plm_status plm_identity_sign_append(plm_buf *out,
                                    const uint8_t seed[static PLM_IDENTITY_SEED_BYTES],
                                    const char *name, plm_span body) PLM_MUST_CHECK;

/*
 * Splits body || signature and verifies. *body is borrowed from `message`. PLM_E_PROTOCOL if too
 * short, PLM_E_AUTH as above.
 */
plm_status plm_identity_open(plm_span *body, plm_span message,
                             const uint8_t public_key[static PLM_IDENTITY_PUBLIC_BYTES],
                             const char *name) PLM_MUST_CHECK;

#endif
