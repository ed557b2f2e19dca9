/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/carried.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "wire/field.h"

#include <sodium.h>
#include <string.h>

#define NAME_CARRIED "carried-file"

static const uint8_t magic[8] = {'P', 'L', 'M', 'A', 'I', 'R', '1', 0};

enum {
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEAL_TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES
};

plm_status plm_carried_ephemeral(uint8_t out[static PLM_CARRIED_KEY_BYTES],
                                 const uint8_t secret[static PLM_CARRIED_KEY_BYTES])
{
    return crypto_scalarmult_base(out, secret) == 0 ? PLM_OK : PLM_E_CRYPTO;
}

/* The identity key as a key of X25519. */
static bool identity_secret(uint8_t out[static 32], const uint8_t seed[static 32])
{
    uint8_t pair[crypto_sign_SECRETKEYBYTES];
    uint8_t identity[crypto_sign_PUBLICKEYBYTES];
    bool is_good = crypto_sign_seed_keypair(identity, pair, seed) == 0 &&
                   crypto_sign_ed25519_sk_to_curve25519(out, pair) == 0;
    plm_wipe(pair, sizeof pair);
    return is_good;
}

/* What both sides get of the asker's ephemeral and the holder's identity key. */
static bool first_secret(uint8_t out[static 32], const plm_carried_keys *keys)
{
    uint8_t own[32];
    uint8_t point[32];
    if (keys->is_asker) {
        return crypto_sign_ed25519_pk_to_curve25519(point, keys->identity) == 0 &&
               crypto_scalarmult(out, keys->secret, point) == 0;
    }
    bool is_good =
        identity_secret(own, keys->seed) && crypto_scalarmult(out, own, keys->peer_ephemeral) == 0;
    plm_wipe(own, sizeof own);
    return is_good;
}

/* BLAKE2b of name, secrets, both identities, both ephemerals (the holder's zero at first), id. */
static plm_status derive(uint8_t out[static 32], const char *name, const plm_carried_keys *keys,
                         bool is_both, const uint8_t *id)
{
    static const uint8_t nothing[32];
    uint8_t first[32] = {0};
    uint8_t second[32] = {0};
    uint8_t own_identity[32];
    uint8_t own[32];
    crypto_generichash_state h;
    if (!first_secret(first, keys) || crypto_scalarmult_base(own, keys->secret) != 0 ||
        (is_both && crypto_scalarmult(second, keys->secret, keys->peer_ephemeral) != 0)) {
        plm_wipe(first, sizeof first);
        return PLM_E_CRYPTO;
    }
    plm_identity_public(own_identity, keys->seed);
    const uint8_t *asker = keys->is_asker ? own_identity : keys->identity;
    const uint8_t *holder = keys->is_asker ? keys->identity : own_identity;
    const uint8_t *asker_key = keys->is_asker ? own : keys->peer_ephemeral;
    const uint8_t *holder_key = !is_both ? nothing : keys->is_asker ? keys->peer_ephemeral : own;
    (void)crypto_generichash_init(&h, NULL, 0, 32);
    (void)crypto_generichash_update(&h, (const uint8_t *)name, strlen(name) + 1);
    (void)crypto_generichash_update(&h, first, sizeof first);
    (void)crypto_generichash_update(&h, second, sizeof second);
    (void)crypto_generichash_update(&h, asker, 32);
    (void)crypto_generichash_update(&h, holder, 32);
    (void)crypto_generichash_update(&h, asker_key, 32);
    (void)crypto_generichash_update(&h, holder_key, 32);
    (void)crypto_generichash_update(&h, id, PLM_CARRIED_ID_BYTES);
    (void)crypto_generichash_final(&h, out, 32);
    plm_wipe(&h, sizeof h);
    plm_wipe(first, sizeof first);
    plm_wipe(second, sizeof second);
    return PLM_OK;
}

plm_status plm_carried_channel(uint8_t out[static 32], const plm_carried_keys *keys,
                               const uint8_t id[static PLM_CARRIED_ID_BYTES])
{
    return derive(out, "palermo/1 carried channel", keys, false, id);
}

/* The asker's first file is sealed before the holder's ephemeral key is known. */
static plm_status seal_key(uint8_t out[static 32], const plm_carried_keys *keys,
                           const plm_carried *head)
{
    bool is_first = head->from_asker && head->number == 1;
    return derive(out, is_first ? "palermo/1 carried first" : "palermo/1 carried seal", keys,
                  !is_first, head->id);
}

static bool is_head(const plm_carried *m)
{
    return m->kind == PLM_CARRIED_SESSION && m->number >= 1 && m->number <= PLM_CARRIED_NUMBER_MAX;
}

static plm_status write_head(plm_buf *out, const plm_carried *m, const uint8_t *nonce, size_t n)
{
    plm_writer w = plm_writer_begin(out);
    uint8_t numbers[4];
    plm_writer_bytes(&w, magic, sizeof magic);
    plm_writer_u8(&w, (uint8_t)m->kind);
    plm_writer_u8(&w, m->from_asker ? 1 : 0);
    plm_store_u32(numbers, m->number);
    plm_writer_bytes(&w, numbers, sizeof numbers);
    plm_writer_bytes(&w, m->id, sizeof m->id);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->from, sizeof m->from);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->to, sizeof m->to);
    plm_writer_time(&w, m->time_ms);
    plm_writer_bytes(&w, m->ephemeral, sizeof m->ephemeral);
    plm_writer_bytes(&w, m->answers, sizeof m->answers);
    plm_writer_bytes(&w, nonce, NONCE_BYTES);
    plm_store_u32(numbers, (uint32_t)n);
    plm_writer_bytes(&w, numbers, sizeof numbers);
    return plm_writer_end(&w);
}

/* The parts of a file; borrowed from it. */
typedef struct parts {
    plm_span head; /* all before the sealed bytes */
    const uint8_t *nonce;
    plm_span sealed;
} parts;

static plm_status split(plm_carried *out, parts *p, plm_span file)
{
    plm_reader r = file;
    plm_carried m = {0};
    uint8_t start[sizeof magic];
    uint8_t kind;
    uint8_t from_asker;
    uint32_t n;
    plm_span nonce;
    if (plm_rd_copy(&r, start, sizeof start) < 0 || memcmp(start, magic, sizeof magic) != 0 ||
        plm_rd_u8(&r, &kind) < 0 || plm_rd_u8(&r, &from_asker) < 0 || from_asker > 1 ||
        plm_rd_u32(&r, &m.number) < 0 || plm_rd_copy(&r, m.id, sizeof m.id) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PARTY, m.from, sizeof m.from) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PARTY, m.to, sizeof m.to) < 0 ||
        plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_copy(&r, m.ephemeral, sizeof m.ephemeral) < 0 ||
        plm_rd_copy(&r, m.answers, sizeof m.answers) < 0 ||
        plm_rd_take(&r, NONCE_BYTES, &nonce) < 0 || plm_rd_u32(&r, &n) < 0 || n < SEAL_TAG_BYTES ||
        n > PLM_CARRIED_SEALED_MAX) {
        return PLM_E_SYNTAX;
    }
    m.kind = (plm_carried_kind)kind;
    m.from_asker = from_asker == 1;
    p->head = plm_span_of(file.p, file.n - r.n);
    p->nonce = nonce.p;
    if (plm_rd_take(&r, n, &p->sealed) < 0 || r.n != PLM_SIGNATURE_BYTES || !is_head(&m)) {
        return PLM_E_SYNTAX;
    }
    *out = m;
    return PLM_OK;
}

plm_status plm_carried_seal(plm_buf *out, const plm_carried *head, const plm_carried_keys *keys,
                            plm_span content)
{
    uint8_t key[32];
    uint8_t nonce[NONCE_BYTES];
    uint8_t signature[PLM_SIGNATURE_BYTES];
    plm_buf file;
    if (!is_head(head)) {
        return PLM_E_ARGUMENT;
    }
    if (content.n > PLM_CARRIED_SEALED_MAX - SEAL_TAG_BYTES) {
        return PLM_E_LIMIT;
    }
    plm_status status = seal_key(key, keys, head);
    if (status != PLM_OK) {
        return status;
    }
    const size_t sealed_bytes = content.n + SEAL_TAG_BYTES;
    plm_buf_init(&file, PLM_CARRIED_HEAD_MAX + sealed_bytes + PLM_SIGNATURE_BYTES);
    plm_random(nonce, sizeof nonce);
    status = write_head(&file, head, nonce, sealed_bytes);
    if (status == PLM_OK) {
        status = plm_buf_reserve(&file, sealed_bytes + PLM_SIGNATURE_BYTES);
    }
    if (status == PLM_OK) {
        (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
            file.data + file.n, NULL, content.p, content.n, file.data, file.n, NULL, nonce, key);
        file.n += sealed_bytes;
        status = plm_identity_sign(signature, keys->seed, NAME_CARRIED, plm_buf_span(&file));
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&file, signature, sizeof signature);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(out, file.data, file.n);
    }
    plm_wipe(key, sizeof key);
    plm_buf_wipe(&file);
    return status;
}

plm_status plm_carried_read(plm_carried *out, plm_span file)
{
    parts p;
    return split(out, &p, file);
}

plm_status plm_carried_verify(plm_span file, const uint8_t identity[static 32])
{
    plm_span body;
    plm_status status = plm_identity_open(&body, file, identity, NAME_CARRIED);
    return status == PLM_E_PROTOCOL ? PLM_E_AUTH : status;
}

plm_status plm_carried_open(plm_buf *out, plm_span file, const plm_carried_keys *keys)
{
    plm_carried head;
    parts p;
    uint8_t key[32];
    plm_status status = split(&head, &p, file);
    if (status == PLM_OK) {
        status = seal_key(key, keys, &head);
    }
    if (status != PLM_OK) {
        return status;
    }
    const size_t n = p.sealed.n - SEAL_TAG_BYTES;
    status = plm_buf_reserve(out, n);
    if (status == PLM_OK && crypto_aead_xchacha20poly1305_ietf_decrypt(
                                out->data + out->n, NULL, NULL, p.sealed.p, p.sealed.n, p.head.p,
                                p.head.n, p.nonce, key) != 0) {
        status = PLM_E_AUTH;
    }
    if (status == PLM_OK) {
        out->n += n;
    }
    plm_wipe(key, sizeof key);
    return status;
}
