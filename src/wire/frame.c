/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/frame.h"

#include "base/ct.h"

#include <sodium.h>
#include <string.h>

enum {
    AT_VERSION = 4,
    AT_TYPE = 5,
    AT_RESERVED = 6,
    AT_SEQUENCE = 8
};

_Static_assert(PLM_CHAIN_BYTES + PLM_FRAME_TAG_BYTES <= crypto_generichash_BYTES_MAX,
               "one BLAKE2b output is the next key and the tag");

/* Next chain key, then tag. */
typedef struct chain_link {
    uint8_t b[PLM_CHAIN_BYTES + PLM_FRAME_TAG_BYTES];
} chain_link;

void plm_chain_init(plm_chain *chain, const uint8_t channel[static 32], bool from_asker)
{
    static const char asker[] = "palermo/1 asker";
    static const char holder[] = "palermo/1 holder";
    const plm_span label = plm_span_str(from_asker ? asker : holder);
    *chain = (plm_chain){.sequence = 0};
    (void)crypto_generichash(chain->key, sizeof chain->key, label.p, label.n, channel, 32);
}

void plm_chain_wipe(plm_chain *chain)
{
    plm_wipe(chain, sizeof *chain);
    chain->dead = true;
}

/* BLAKE2b-384 keyed with the chain key, over header || payload (RFC 7693). */
static void next_link(chain_link *out, const plm_chain *chain, const uint8_t *header,
                      plm_span payload)
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, chain->key, sizeof chain->key, sizeof out->b);
    (void)crypto_generichash_update(&state, header, PLM_FRAME_HEADER_BYTES);
    if (payload.n > 0) {
        (void)crypto_generichash_update(&state, payload.p, payload.n);
    }
    (void)crypto_generichash_final(&state, out->b, sizeof out->b);
    plm_wipe(&state, sizeof state);
}

static void advance(plm_chain *chain, const chain_link *next, unsigned type)
{
    memcpy(chain->key, next->b, sizeof chain->key);
    chain->sequence++;
    chain->ended = type == PLM_FRAME_END;
}

/* Which lengths a frame of this type may have. */
static bool is_length(unsigned type, size_t n)
{
    switch (type) {
    case PLM_FRAME_HELLO:
    case PLM_FRAME_PROPOSAL:
    case PLM_FRAME_ACCEPTANCE:
    case PLM_FRAME_REFUSAL:
    case PLM_FRAME_ENGINE:
    case PLM_FRAME_RECEIPT:
    case PLM_FRAME_PARCEL:
    case PLM_FRAME_ACKNOWLEDGEMENT:
    case PLM_FRAME_HEAD:
    case PLM_FRAME_CONSISTENCY:
    case PLM_FRAME_WITNESS:
    case PLM_FRAME_LOOKUP_OPEN:
    case PLM_FRAME_LOOKUP_TERMS:
    case PLM_FRAME_LOOKUP_QUERY:
    case PLM_FRAME_LOOKUP_ANSWER:
    case PLM_FRAME_LOOKUP_FETCH:
    case PLM_FRAME_LOOKUP_PART:
        return n > 0 && n <= PLM_FRAME_PAYLOAD_MAX;
    case PLM_FRAME_PING:
    case PLM_FRAME_CANCEL:
    case PLM_FRAME_END:
        return n == 0;
    case PLM_FRAME_FAILURE:
    case PLM_FRAME_TURN:
        return n == 1;
    default:
        return false;
    }
}

plm_status plm_frame_write(plm_chain *chain, plm_frame_type type, plm_span payload, plm_buf *out)
{
    if (payload.n > PLM_FRAME_PAYLOAD_MAX) {
        return PLM_E_LIMIT;
    }
    if (chain->ended || chain->dead || !is_length((unsigned)type, payload.n)) {
        return PLM_E_ARGUMENT;
    }
    plm_status status =
        plm_buf_reserve(out, PLM_FRAME_HEADER_BYTES + payload.n + PLM_FRAME_TAG_BYTES);
    if (status != PLM_OK) {
        return status;
    }
    uint8_t *header = out->data + out->n;
    plm_store_u32(header, (uint32_t)payload.n);
    header[AT_VERSION] = PLM_WIRE_VERSION;
    header[AT_TYPE] = (uint8_t)type;
    plm_store_u16(header + AT_RESERVED, 0);
    plm_store_u64(header + AT_SEQUENCE, chain->sequence);
    uint8_t *body = header + PLM_FRAME_HEADER_BYTES;
    if (payload.n > 0) {
        memcpy(body, payload.p, payload.n);
    }
    chain_link next;
    next_link(&next, chain, header, plm_span_of(body, payload.n));
    memcpy(body + payload.n, next.b + PLM_CHAIN_BYTES, PLM_FRAME_TAG_BYTES);
    out->n += PLM_FRAME_HEADER_BYTES + payload.n + PLM_FRAME_TAG_BYTES;
    advance(chain, &next, (unsigned)type);
    plm_wipe(&next, sizeof next);
    return PLM_OK;
}

static plm_status check_header(const plm_chain *chain, const uint8_t *header)
{
    if (header[AT_VERSION] != PLM_WIRE_VERSION || plm_load_u16(header + AT_RESERVED) != 0 ||
        !is_length(header[AT_TYPE], plm_load_u32(header))) {
        return PLM_E_PROTOCOL;
    }
    const uint64_t sequence = plm_load_u64(header + AT_SEQUENCE);
    if (sequence != chain->sequence) {
        return sequence < chain->sequence ? PLM_E_REPLAYED : PLM_E_TAMPERED;
    }
    return PLM_OK;
}

static plm_status refuse(plm_chain *chain, plm_status why)
{
    chain->dead = true;
    return why;
}

plm_status plm_frame_read(plm_chain *chain, plm_span input, plm_frame *out, size_t *used)
{
    if (chain->dead) {
        return PLM_E_PROTOCOL;
    }
    if (input.n == 0) {
        return PLM_E_NOT_FOUND;
    }
    if (chain->ended) {
        return refuse(chain, PLM_E_PROTOCOL);
    }
    if (input.n < PLM_FRAME_HEADER_BYTES) {
        return PLM_E_NOT_FOUND;
    }
    /* The header is judged before its payload is waited for: no one can make us hoard bytes. */
    plm_status status = check_header(chain, input.p);
    if (status != PLM_OK) {
        return refuse(chain, status);
    }
    const plm_span payload = plm_span_of(input.p + PLM_FRAME_HEADER_BYTES, plm_load_u32(input.p));
    const size_t whole = PLM_FRAME_HEADER_BYTES + payload.n + PLM_FRAME_TAG_BYTES;
    if (input.n < whole) {
        return PLM_E_NOT_FOUND;
    }
    chain_link next;
    next_link(&next, chain, input.p, payload);
    const bool is_good =
        plm_ct_equal(next.b + PLM_CHAIN_BYTES, payload.p + payload.n, PLM_FRAME_TAG_BYTES);
    if (is_good) {
        advance(chain, &next, input.p[AT_TYPE]);
        out->type = (plm_frame_type)input.p[AT_TYPE];
        out->payload = payload;
        *used = whole;
    }
    plm_wipe(&next, sizeof next);
    return is_good ? PLM_OK : refuse(chain, PLM_E_TAMPERED);
}

plm_status plm_frame_finish(const plm_chain *chain, size_t bytes_left)
{
    return chain->ended && !chain->dead && bytes_left == 0 ? PLM_OK : PLM_E_TRUNCATED;
}
