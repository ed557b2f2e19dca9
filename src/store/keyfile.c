/* SPDX-License-Identifier: Apache-2.0 */
#include "store/keyfile.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "store/keyfile_internal.h"

#include <sodium.h>
#include <string.h>

enum {
    MAGIC_BYTES = 6,
    VERSION = 1,
    SALT_BYTES = crypto_pwhash_argon2id_SALTBYTES,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEALED_BYTES = 32 + crypto_aead_xchacha20poly1305_ietf_ABYTES,
    HEAD_BYTES = MAGIC_BYTES + 1 + 1 + 4 + 4 + SALT_BYTES + NONCE_BYTES,
    FILE_BYTES = HEAD_BYTES + SEALED_BYTES + 32,
    /* What a file may ask for: a hostile one must not eat the machine. */
    OPSLIMIT_MAX = 16,
    MEMLIMIT_MAX_KIB = 1 << 20
};

static const uint8_t magic[MAGIC_BYTES] = {'P', 'L', 'M', 'K', 'E', 'Y'};

_Static_assert(SALT_BYTES == 16 && NONCE_BYTES == 24 && SEALED_BYTES == 48, "keyfile.h's drawing");

typedef struct parts {
    uint8_t kind;
    uint32_t opslimit;
    uint32_t memlimit_kib;
    plm_span salt;
    plm_span nonce;
    plm_span sealed;
    plm_span public_key;
} parts;

static plm_status split(parts *out, plm_span file)
{
    plm_reader r = file;
    plm_span head;
    uint8_t version;
    if (plm_rd_take(&r, MAGIC_BYTES, &head) < 0 || memcmp(head.p, magic, MAGIC_BYTES) != 0 ||
        plm_rd_u8(&r, &version) < 0 || version != VERSION || plm_rd_u8(&r, &out->kind) < 0 ||
        plm_rd_u32(&r, &out->opslimit) < 0 || plm_rd_u32(&r, &out->memlimit_kib) < 0 ||
        plm_rd_take(&r, SALT_BYTES, &out->salt) < 0 ||
        plm_rd_take(&r, NONCE_BYTES, &out->nonce) < 0 ||
        plm_rd_take(&r, SEALED_BYTES, &out->sealed) < 0 ||
        plm_rd_take(&r, 32, &out->public_key) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_SYNTAX;
    }
    if ((out->kind != PLM_UNLOCK_PASSPHRASE && out->kind != PLM_UNLOCK_KEY_FILE) ||
        out->opslimit < 1 || out->opslimit > OPSLIMIT_MAX || out->memlimit_kib < 8 ||
        out->memlimit_kib > MEMLIMIT_MAX_KIB) {
        return PLM_E_SYNTAX;
    }
    return PLM_OK;
}

/* Associated data: everything but the ciphertext. */
static void associated(uint8_t out[HEAD_BYTES + 32], const uint8_t *head, const uint8_t *public_key)
{
    memcpy(out, head, HEAD_BYTES);
    memcpy(out + HEAD_BYTES, public_key, 32);
}

static plm_status derive(uint8_t key[static 32], plm_span secret, const uint8_t *salt,
                         uint32_t opslimit, uint32_t memlimit_kib)
{
    if (secret.n == 0 || secret.n > PLM_UNLOCK_SECRET_MAX) {
        return PLM_E_ARGUMENT;
    }
    return crypto_pwhash(key, 32, (const char *)secret.p, secret.n, salt, opslimit,
                         (size_t)memlimit_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

plm_status plm_keyfile_seal_with(plm_buf *out, plm_unlock_kind kind, plm_span secret,
                                 const uint8_t seed[static 32], uint32_t opslimit,
                                 uint32_t memlimit_kib)
{
    uint8_t file[FILE_BYTES];
    uint8_t ad[HEAD_BYTES + 32];
    uint8_t key[32];
    uint8_t *salt = file + MAGIC_BYTES + 10;
    uint8_t *nonce = salt + SALT_BYTES;
    uint8_t *sealed = file + HEAD_BYTES;
    memcpy(file, magic, MAGIC_BYTES);
    file[MAGIC_BYTES] = VERSION;
    file[MAGIC_BYTES + 1] = (uint8_t)kind;
    plm_store_u32(file + MAGIC_BYTES + 2, opslimit);
    plm_store_u32(file + MAGIC_BYTES + 6, memlimit_kib);
    plm_random(salt, SALT_BYTES);
    plm_random(nonce, NONCE_BYTES);
    plm_identity_public(sealed + SEALED_BYTES, seed);
    associated(ad, file, sealed + SEALED_BYTES);
    plm_status status = derive(key, secret, salt, opslimit, memlimit_kib);
    if (status == PLM_OK) {
        (void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, seed, 32, ad, sizeof ad,
                                                         NULL, nonce, key);
        status = plm_buf_append(out, file, sizeof file);
    }
    plm_wipe(key, sizeof key);
    return status;
}

plm_status plm_keyfile_seal(plm_buf *out, plm_unlock_kind kind, plm_span secret, bool is_uniform,
                            const uint8_t seed[static 32])
{
    return plm_keyfile_seal_with(
        out, kind, secret, seed, is_uniform ? PLM_KEYFILE_UNIFORM_OPSLIMIT : PLM_KEYFILE_OPSLIMIT,
        is_uniform ? PLM_KEYFILE_UNIFORM_MEMLIMIT_KIB : PLM_KEYFILE_MEMLIMIT_KIB);
}

plm_status plm_keyfile_open(uint8_t seed[static 32], plm_span file, plm_span secret)
{
    parts p;
    uint8_t ad[HEAD_BYTES + 32];
    uint8_t key[32];
    uint8_t opened[32];
    uint8_t public_key[32];
    plm_status status = split(&p, file);
    if (status != PLM_OK) {
        return status;
    }
    associated(ad, file.p, p.public_key.p);
    status = derive(key, secret, p.salt.p, p.opslimit, p.memlimit_kib);
    if (status == PLM_OK) {
        int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
            opened, NULL, NULL, p.sealed.p, p.sealed.n, ad, sizeof ad, p.nonce.p, key);
        status = result == 0 ? PLM_OK : PLM_E_LOCKED;
    }
    if (status == PLM_OK) {
        plm_identity_public(public_key, opened);
        status = memcmp(public_key, p.public_key.p, sizeof public_key) == 0 ? PLM_OK : PLM_E_LOCKED;
    }
    if (status == PLM_OK) {
        memcpy(seed, opened, 32);
    }
    plm_wipe(key, sizeof key);
    plm_wipe(opened, sizeof opened);
    return status;
}

plm_status plm_keyfile_peek(plm_unlock_kind *kind, uint8_t public_key[static 32], plm_span file)
{
    parts p;
    plm_status status = split(&p, file);
    if (status == PLM_OK) {
        *kind = (plm_unlock_kind)p.kind;
        memcpy(public_key, p.public_key.p, 32);
    }
    return status;
}
