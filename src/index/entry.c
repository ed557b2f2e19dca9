/* SPDX-License-Identifier: Apache-2.0 */
#include "index/entry.h"

#include "base/ct.h"
#include "crypto/hasher.h"
#include "crypto/sign.h"

#include <sodium.h>
#include <string.h>

enum {
    NONCE_BYTES = crypto_aead_chacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_chacha20poly1305_ietf_ABYTES,
    KEY_AT = 32 /* in the PRF output */
};

_Static_assert((int)NONCE_BYTES + (int)TAG_BYTES == PLM_LABEL_SEAL_BYTES, "seal");

void plm_index_key_of(plm_index_key *out, const uint8_t prf[static PLM_OPRF_OUTPUT_BYTES])
{
    plm_hasher h;
    memcpy(out->fingerprint.b, prf, PLM_FINGERPRINT_BYTES);
    plm_hasher_init(&h, "palermo/1 index-label");
    plm_hasher_fixed(&h, prf + KEY_AT, PLM_OPRF_OUTPUT_BYTES - KEY_AT);
    plm_hasher_final(&h, out->label_key);
}

int plm_fingerprint_compare(const plm_fingerprint *a, const plm_fingerprint *b)
{
    return memcmp(a->b, b->b, sizeof a->b);
}

uint32_t plm_fingerprint_bucket(const plm_fingerprint *f, unsigned bits)
{
    return bits == 0 ? 0 : plm_load_u32(f->b) >> (32 - bits);
}

/*
 *   +----------+---------------+------------------+-------------------+---------+
 *   | flags u8 | reference, 16 | u16 n, contact   | u16 n, handling   | zeroes  |
 *   +----------+---------------+------------------+-------------------+---------+
 */
static plm_status encode(plm_buf *out, const plm_index_label *label)
{
    const uint8_t flags = label->is_urgent ? 1 : 0;
    plm_status status = plm_buf_append_u8(out, flags);
    if (status == PLM_OK) {
        status = plm_buf_append(out, label->reference, sizeof label->reference);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(out, plm_span_str(label->contact));
    }
    return status == PLM_OK ? plm_buf_append_block16(out, plm_span_str(label->handling)) : status;
}

static plm_status decode(plm_index_label *out, plm_span plain)
{
    plm_reader r = plain;
    plm_index_label label = {0};
    uint8_t flags;
    if (plm_rd_u8(&r, &flags) < 0 || flags > 1 ||
        plm_rd_copy(&r, label.reference, sizeof label.reference) < 0 ||
        plm_rd_string16(&r, label.contact, sizeof label.contact) < 0 ||
        plm_rd_string16(&r, label.handling, sizeof label.handling) < 0) {
        return PLM_E_TAMPERED;
    }
    for (size_t i = 0; i < r.n; i++) {
        if (r.p[i] != 0) {
            return PLM_E_TAMPERED;
        }
    }
    label.is_urgent = flags == 1;
    *out = label;
    return PLM_OK;
}

size_t plm_index_label_bytes(const plm_index_label *label)
{
    const size_t n = 1 + PLM_LABEL_REFERENCE_BYTES + 2 +
                     strnlen(label->contact, sizeof label->contact) + 2 +
                     strnlen(label->handling, sizeof label->handling);
    return (n + PLM_LABEL_STEP - 1) / PLM_LABEL_STEP * PLM_LABEL_STEP;
}

plm_status plm_index_label_seal(uint8_t *out, size_t plain_bytes, const plm_index_key *key,
                                const plm_index_label *label)
{
    uint8_t plain[PLM_LABEL_PLAIN_MAX] = {0};
    plm_index_label same;
    plm_buf buf;
    if (plain_bytes > sizeof plain) {
        return PLM_E_ARGUMENT;
    }
    plm_buf_init(&buf, plain_bytes);
    plm_status status = encode(&buf, label);
    if (status == PLM_OK && decode(&same, plm_buf_span(&buf)) == PLM_OK) {
        memcpy(plain, buf.data, buf.n);
        plm_random(out, NONCE_BYTES);
        (void)crypto_aead_chacha20poly1305_ietf_encrypt(
            out + NONCE_BYTES, NULL, plain, plain_bytes, key->fingerprint.b,
            sizeof key->fingerprint.b, NULL, out, key->label_key);
    } else if (status == PLM_OK || status == PLM_E_LIMIT) {
        status = PLM_E_ARGUMENT;
    }
    plm_buf_wipe(&buf);
    plm_wipe(plain, sizeof plain);
    return status;
}

plm_status plm_index_label_open(plm_index_label *out, const plm_index_key *key, plm_span sealed)
{
    uint8_t plain[PLM_LABEL_PLAIN_MAX];
    if (sealed.n < PLM_LABEL_SEAL_BYTES || sealed.n - PLM_LABEL_SEAL_BYTES > sizeof plain) {
        return PLM_E_TAMPERED;
    }
    if (crypto_aead_chacha20poly1305_ietf_decrypt(
            plain, NULL, NULL, sealed.p + NONCE_BYTES, sealed.n - NONCE_BYTES, key->fingerprint.b,
            sizeof key->fingerprint.b, sealed.p, key->label_key) != 0) {
        return PLM_E_TAMPERED;
    }
    plm_status status = decode(out, plm_span_of(plain, sealed.n - PLM_LABEL_SEAL_BYTES));
    plm_wipe(plain, sizeof plain);
    return status;
}
