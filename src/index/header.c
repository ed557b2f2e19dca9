/* SPDX-License-Identifier: Apache-2.0 */
#include "index/header.h"

#include "crypto/sign.h"
#include "wire/field.h"

#include <string.h>

enum {
    MAGIC_BYTES = 8,
    BODY_AT = MAGIC_BYTES + 2,
    BODY_MAX = PLM_INDEX_HEADER_BYTES - BODY_AT - PLM_SIGNATURE_BYTES
};

static const char *magic_of(bool is_changes)
{
    return is_changes ? "PLMCHG\r\n" : "PLMIDX\r\n";
}

static const char *name_of(bool is_changes)
{
    return is_changes ? "lookup-changes" : "lookup-index";
}

unsigned plm_index_bits(uint64_t n_entries)
{
    unsigned bits = 0;
    while (n_entries >> bits > PLM_INDEX_LOAD) {
        bits++;
    }
    return bits;
}

size_t plm_index_sealed_bytes(const plm_index_header *header)
{
    return header->label_bytes == 0 ? 0 : (size_t)header->label_bytes + PLM_LABEL_SEAL_BYTES;
}

/* More buckets than the entries need would be a file that is long for nothing. */
static bool has_fitting_bits(const plm_index_header *h)
{
    const unsigned least = plm_index_bits(h->n_entries);
    return h->bits >= least && h->bits <= least + PLM_INDEX_BITS_SPARE;
}

static bool is_valid(const plm_index_header *h)
{
    static const uint8_t zeroes[PLM_HASH_BYTES] = {0};
    const bool has_index = memcmp(h->index, zeroes, sizeof zeroes) != 0;
    return h->epoch > 0 && h->label_bytes <= PLM_LABEL_PLAIN_MAX &&
           h->label_bytes % PLM_LABEL_STEP == 0 && h->n_entries <= PLM_INDEX_ENTRIES_MAX &&
           h->n_withdrawn <= PLM_INDEX_ENTRIES_MAX &&
           (h->is_changes
                ? h->sequence > 0 && h->bits == 0 && has_index
                : h->sequence == 0 && h->n_withdrawn == 0 && !has_index && has_fitting_bits(h));
}

static plm_status encode_body(plm_buf *out, const plm_index_header *h)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, is_valid(h));
    plm_writer_u8(&w, PLM_INDEX_VERSION);
    plm_writer_string(&w, PLM_FIELD_PARTY, h->party, sizeof h->party);
    plm_writer_bytes(&w, h->accord_hash, sizeof h->accord_hash);
    plm_writer_string(&w, PLM_FIELD_PURPOSE, h->purpose, sizeof h->purpose);
    plm_writer_bytes(&w, h->recipe_digest, sizeof h->recipe_digest);
    plm_writer_u64(&w, h->epoch);
    plm_writer_bytes(&w, h->public_key, sizeof h->public_key);
    plm_writer_u64(&w, h->sequence);
    plm_writer_time(&w, h->made_ms);
    plm_writer_u64(&w, h->n_entries);
    plm_writer_u64(&w, h->n_withdrawn);
    plm_writer_u16(&w, h->label_bytes);
    plm_writer_u8(&w, h->bits);
    plm_writer_bytes(&w, h->root, sizeof h->root);
    plm_writer_bytes(&w, h->index, sizeof h->index);
    return plm_writer_end(&w);
}

static plm_status decode_body(plm_index_header *h, plm_span body)
{
    plm_reader r = body;
    uint8_t version;
    uint64_t epoch;
    if (plm_rd_u8(&r, &version) < 0 || version != PLM_INDEX_VERSION ||
        plm_rd_field(&r, PLM_FIELD_PARTY, h->party, sizeof h->party) < 0 ||
        plm_rd_copy(&r, h->accord_hash, sizeof h->accord_hash) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PURPOSE, h->purpose, sizeof h->purpose) < 0 ||
        plm_rd_copy(&r, h->recipe_digest, sizeof h->recipe_digest) < 0 ||
        plm_rd_count(&r, UINT32_MAX, &epoch) < 0 ||
        plm_rd_copy(&r, h->public_key, sizeof h->public_key) < 0 ||
        plm_rd_u64(&r, &h->sequence) < 0 || plm_rd_time(&r, &h->made_ms) < 0 ||
        plm_rd_u64(&r, &h->n_entries) < 0 || plm_rd_u64(&r, &h->n_withdrawn) < 0 ||
        plm_rd_u16(&r, &h->label_bytes) < 0 || plm_rd_u8(&r, &h->bits) < 0 ||
        plm_rd_copy(&r, h->root, sizeof h->root) < 0 ||
        plm_rd_copy(&r, h->index, sizeof h->index) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    h->epoch = (uint32_t)epoch;
    return is_valid(h) ? PLM_OK : PLM_E_PROTOCOL;
}

plm_status plm_index_header_encode(uint8_t out[static PLM_INDEX_HEADER_BYTES],
                                   const plm_index_header *header, const uint8_t seed[static 32])
{
    plm_buf body;
    uint8_t signature[PLM_SIGNATURE_BYTES];
    plm_buf_init(&body, BODY_MAX);
    plm_status status = encode_body(&body, header);
    if (status == PLM_OK) {
        status =
            plm_identity_sign(signature, seed, name_of(header->is_changes), plm_buf_span(&body));
    }
    if (status == PLM_OK) {
        memset(out, 0, PLM_INDEX_HEADER_BYTES);
        memcpy(out, magic_of(header->is_changes), MAGIC_BYTES);
        plm_store_u16(out + MAGIC_BYTES, (uint16_t)body.n);
        memcpy(out + BODY_AT, body.data, body.n);
        memcpy(out + BODY_AT + body.n, signature, sizeof signature);
    }
    plm_buf_wipe(&body);
    return status;
}

plm_status plm_index_header_decode(plm_index_header *out, plm_span block, const uint8_t *identity)
{
    plm_index_header h = {0};
    plm_reader r = block;
    plm_span magic;
    plm_span body;
    uint8_t signature[PLM_SIGNATURE_BYTES];
    if (block.n != PLM_INDEX_HEADER_BYTES || plm_rd_take(&r, MAGIC_BYTES, &magic) < 0 ||
        plm_rd_block16(&r, BODY_MAX, &body) < 0 ||
        plm_rd_copy(&r, signature, sizeof signature) < 0) {
        return PLM_E_PROTOCOL;
    }
    h.is_changes = memcmp(magic.p, magic_of(true), MAGIC_BYTES) == 0;
    if (!h.is_changes && memcmp(magic.p, magic_of(false), MAGIC_BYTES) != 0) {
        return PLM_E_PROTOCOL;
    }
    for (size_t i = 0; i < r.n; i++) {
        if (r.p[i] != 0) {
            return PLM_E_PROTOCOL;
        }
    }
    plm_status status = decode_body(&h, body);
    if (status == PLM_OK && identity != NULL) {
        status = plm_identity_verify(signature, identity, name_of(h.is_changes), body);
    }
    if (status == PLM_OK) {
        *out = h;
    }
    return status;
}
