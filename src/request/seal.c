/* SPDX-License-Identifier: Apache-2.0 */
#include "request/seal.h"

#include "base/ct.h"

#include <sodium.h>
#include <string.h>

_Static_assert(PLM_SEALED_KEY_BYTES == PLM_SEAL_KEY_BYTES + crypto_box_SEALBYTES, "libsodium's");
_Static_assert(PLM_SEAL_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "libsodium's");

enum {
    AD_BYTES = PLM_HASH_BYTES + 8 + 4
};

plm_status plm_seal_key(uint8_t sealed[static PLM_SEALED_KEY_BYTES],
                        const uint8_t key[static PLM_SEAL_KEY_BYTES],
                        const uint8_t identity[static 32])
{
    uint8_t point[crypto_box_PUBLICKEYBYTES];
    if (crypto_sign_ed25519_pk_to_curve25519(point, identity) != 0 ||
        crypto_box_seal(sealed, key, PLM_SEAL_KEY_BYTES, point) != 0) {
        return PLM_E_CRYPTO;
    }
    return PLM_OK;
}

plm_status plm_seal_open_key(uint8_t key[static PLM_SEAL_KEY_BYTES],
                             const uint8_t sealed[static PLM_SEALED_KEY_BYTES],
                             const uint8_t seed[static 32])
{
    uint8_t pair[crypto_sign_SECRETKEYBYTES];
    uint8_t identity[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret[crypto_box_SECRETKEYBYTES];
    uint8_t point[crypto_box_PUBLICKEYBYTES];
    bool is_good = crypto_sign_seed_keypair(identity, pair, seed) == 0 &&
                   crypto_sign_ed25519_sk_to_curve25519(secret, pair) == 0 &&
                   crypto_scalarmult_base(point, secret) == 0 &&
                   crypto_box_seal_open(key, sealed, PLM_SEALED_KEY_BYTES, point, secret) == 0;
    plm_wipe(pair, sizeof pair);
    plm_wipe(secret, sizeof secret);
    return is_good ? PLM_OK : PLM_E_AUTH;
}

size_t plm_seal_chunk_bytes(const plm_attachment *a, uint32_t index)
{
    uint64_t before = (uint64_t)index * PLM_ATTACHMENT_CHUNK;
    uint64_t left = a->bytes > before ? a->bytes - before : 0;
    return left < PLM_ATTACHMENT_CHUNK ? (size_t)left : PLM_ATTACHMENT_CHUNK;
}

/* The key is of this file alone, so that its chunks' numbers never repeat under it. */
static void chunk_nonce(uint8_t nonce[static crypto_aead_xchacha20poly1305_ietf_NPUBBYTES],
                        uint8_t ad[static AD_BYTES], const plm_attachment *a, uint32_t index)
{
    memset(nonce, 0, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    plm_store_u32(nonce, index);
    memcpy(ad, a->hash, PLM_HASH_BYTES);
    plm_store_u64(ad + PLM_HASH_BYTES, a->bytes);
    plm_store_u32(ad + PLM_HASH_BYTES + 8, index);
}

plm_status plm_seal_chunk(plm_buf *out, const uint8_t key[static PLM_SEAL_KEY_BYTES],
                          const plm_attachment *a, uint32_t index, plm_span chunk)
{
    uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
    uint8_t ad[AD_BYTES];
    plm_status status = plm_buf_reserve(out, chunk.n + PLM_SEAL_TAG_BYTES);
    if (status != PLM_OK) {
        return status;
    }
    chunk_nonce(nonce, ad, a, index);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(out->data + out->n, NULL, chunk.p, chunk.n, ad,
                                                     sizeof ad, NULL, nonce, key);
    out->n += chunk.n + PLM_SEAL_TAG_BYTES;
    return PLM_OK;
}

plm_status plm_seal_open_chunk(plm_buf *out, const uint8_t key[static PLM_SEAL_KEY_BYTES],
                               const plm_attachment *a, uint32_t index, plm_span sealed)
{
    uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
    uint8_t ad[AD_BYTES];
    if (sealed.n != plm_seal_chunk_bytes(a, index) + PLM_SEAL_TAG_BYTES) {
        return PLM_E_AUTH;
    }
    plm_status status = plm_buf_reserve(out, sealed.n - PLM_SEAL_TAG_BYTES);
    if (status != PLM_OK) {
        return status;
    }
    chunk_nonce(nonce, ad, a, index);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out->data + out->n, NULL, NULL, sealed.p,
                                                   sealed.n, ad, sizeof ad, nonce, key) != 0) {
        return PLM_E_AUTH;
    }
    out->n += sealed.n - PLM_SEAL_TAG_BYTES;
    return PLM_OK;
}
