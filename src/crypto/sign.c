/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"

#include "base/ct.h"

#include <sodium.h>
#include <string.h>

_Static_assert(PLM_IDENTITY_SEED_BYTES == crypto_sign_SEEDBYTES, "Ed25519 seed");
_Static_assert(PLM_IDENTITY_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519 public key");
_Static_assert(PLM_IDENTITY_SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519 signature");

plm_status plm_crypto_init(void)
{
    return sodium_init() < 0 ? PLM_E_CRYPTO : PLM_OK;
}

void plm_random(void *out, size_t n)
{
    randombytes_buf(out, n);
}

void plm_hash256(uint8_t out[static 32], plm_span message)
{
    (void)crypto_generichash(out, 32, message.p, message.n, NULL, 0);
}

void plm_identity_public(uint8_t out[static PLM_IDENTITY_PUBLIC_BYTES],
                         const uint8_t seed[static PLM_IDENTITY_SEED_BYTES])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    (void)crypto_sign_seed_keypair(out, secret, seed);
    plm_wipe(secret, sizeof secret);
}

/* "palermo/1 " || name || 0x00 || body */
static plm_status signed_bytes(plm_buf *out, const char *name, plm_span body)
{
    static const char prefix[] = "palermo/1 ";
    size_t max;
    if (plm_size_add(body.n, sizeof prefix + strlen(name) + 1, &max) < 0) {
        return PLM_E_LIMIT;
    }
    plm_buf_init(out, max);
    plm_status status = plm_buf_append(out, prefix, sizeof prefix - 1);
    if (status == PLM_OK) {
        status = plm_buf_append(out, name, strlen(name) + 1);
    }
    return status == PLM_OK ? plm_buf_append(out, body.p, body.n) : status;
}

plm_status plm_identity_sign(uint8_t signature[static PLM_IDENTITY_SIGNATURE_BYTES],
                             const uint8_t seed[static PLM_IDENTITY_SEED_BYTES], const char *name,
                             plm_span body)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    plm_buf message;
    plm_status status = signed_bytes(&message, name, body);
    if (status == PLM_OK) {
        (void)crypto_sign_seed_keypair(public_key, secret, seed);
        (void)crypto_sign_detached(signature, NULL, message.data, message.n, secret);
        plm_wipe(secret, sizeof secret);
    }
    plm_buf_wipe(&message);
    return status;
}

plm_status plm_identity_verify(const uint8_t signature[static PLM_IDENTITY_SIGNATURE_BYTES],
                               const uint8_t public_key[static PLM_IDENTITY_PUBLIC_BYTES],
                               const char *name, plm_span body)
{
    plm_buf message;
    plm_status status = signed_bytes(&message, name, body);
    if (status == PLM_OK &&
        crypto_sign_verify_detached(signature, message.data, message.n, public_key) != 0) {
        status = PLM_E_AUTH;
    }
    plm_buf_wipe(&message);
    return status;
}

plm_status plm_identity_sign_append(plm_buf *out,
                                    const uint8_t seed[static PLM_IDENTITY_SEED_BYTES],
                                    const char *name, plm_span body)
{
    uint8_t signature[PLM_IDENTITY_SIGNATURE_BYTES];
    plm_status status = plm_identity_sign(signature, seed, name, body);
    if (status == PLM_OK) {
        status = plm_buf_reserve(out, body.n + sizeof signature);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(out, body.p, body.n);
    }
    return status == PLM_OK ? plm_buf_append(out, signature, sizeof signature) : status;
}

plm_status plm_identity_open(plm_span *body, plm_span message,
                             const uint8_t public_key[static PLM_IDENTITY_PUBLIC_BYTES],
                             const char *name)
{
    if (message.n < PLM_IDENTITY_SIGNATURE_BYTES) {
        return PLM_E_PROTOCOL;
    }
    const plm_span content = plm_span_of(message.p, message.n - PLM_IDENTITY_SIGNATURE_BYTES);
    plm_status status = plm_identity_verify(message.p + content.n, public_key, name, content);
    if (status == PLM_OK) {
        *body = content;
    }
    return status;
}
