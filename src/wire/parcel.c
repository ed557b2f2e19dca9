/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcel.c - what is delivered, and the word that it was (spec/wire.md section 11).
 */
#include "wire/parcel.h"

#include "crypto/sign.h"
#include "wire/field.h"

#include <string.h>

static const struct {
    const char *name;
    const char *sentence;
} verdicts[PLM_PARCEL_VERDICT_COUNT] = {
    [PLM_PARCEL_TAKEN] = {"taken", "taken"},
    [PLM_PARCEL_BAD_SIGNATURE] = {"signature", "the signature is not the sender's"},
    [PLM_PARCEL_BAD_ADDRESS] = {"address", "from or to somebody else"},
    [PLM_PARCEL_BAD_ACCORD] = {"accord", "no accord in force between the two, or another one"},
    [PLM_PARCEL_BAD_KIND] = {"kind", "of an unknown kind"},
    [PLM_PARCEL_BAD_CONTENT] = {"content", "malformed or incomplete"},
    [PLM_PARCEL_BAD_CHAIN] = {"chain", "does not follow what was sent and received before"},
    [PLM_PARCEL_NOT_ALLOWED] = {"not-allowed", "not allowed in the state the request was in"},
    [PLM_PARCEL_NO_REQUEST] = {"no-request", "of an unknown request or attachment"},
};

const char *plm_parcel_verdict_name(unsigned verdict)
{
    return verdict < PLM_PARCEL_VERDICT_COUNT ? verdicts[verdict].name : "unknown";
}

const char *plm_parcel_verdict_sentence(unsigned verdict)
{
    return verdict < PLM_PARCEL_VERDICT_COUNT ? verdicts[verdict].sentence : "unknown";
}

plm_status plm_parcel_encode(const plm_parcel *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, m->kind != 0 && m->meta.n <= PLM_PARCEL_META_MAX);
    plm_writer_u8(&w, m->kind);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->from, sizeof m->from);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->to, sizeof m->to);
    plm_writer_bytes(&w, m->accord_hash, sizeof m->accord_hash);
    plm_writer_time(&w, m->time_ms);
    plm_writer_u16(&w, (uint16_t)m->meta.n);
    plm_writer_bytes(&w, m->meta.p, m->meta.n);
    plm_writer_bytes(&w, m->content_hash, sizeof m->content_hash);
    return plm_writer_end(&w);
}

plm_status plm_parcel_decode(plm_parcel *out, plm_span body)
{
    plm_reader r = body;
    plm_parcel m = {0};
    if (plm_rd_u8(&r, &m.kind) < 0 || m.kind == 0 ||
        plm_rd_field(&r, PLM_FIELD_PARTY, m.from, sizeof m.from) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PARTY, m.to, sizeof m.to) < 0 ||
        plm_rd_copy(&r, m.accord_hash, sizeof m.accord_hash) < 0 ||
        plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_block16(&r, PLM_PARCEL_META_MAX, &m.meta) < 0 ||
        plm_rd_copy(&r, m.content_hash, sizeof m.content_hash) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

plm_status plm_parcel_pack(plm_buf *out, plm_span signed_body, plm_span content)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, signed_body.n > PLM_SIGNATURE_BYTES &&
                               signed_body.n <= PLM_PARCEL_SIGNED_MAX &&
                               content.n <= PLM_PARCEL_CONTENT_MAX);
    plm_writer_u16(&w, (uint16_t)signed_body.n);
    plm_writer_bytes(&w, signed_body.p, signed_body.n);
    plm_writer_bytes(&w, content.p, content.n);
    return plm_writer_end(&w);
}

plm_status plm_parcel_unpack(plm_span payload, plm_span *signed_body, plm_span *content,
                             plm_parcel *out)
{
    plm_reader r = payload;
    plm_span both;
    plm_parcel m;
    uint8_t hash[PLM_HASH_BYTES];
    if (plm_rd_block16(&r, PLM_PARCEL_SIGNED_MAX, &both) < 0 || both.n <= PLM_SIGNATURE_BYTES ||
        r.n > PLM_PARCEL_CONTENT_MAX ||
        plm_parcel_decode(&m, plm_span_of(both.p, both.n - PLM_SIGNATURE_BYTES)) != PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    plm_hash256(hash, r);
    if (memcmp(hash, m.content_hash, sizeof hash) != 0) {
        return PLM_E_PROTOCOL;
    }
    *signed_body = both;
    *content = r;
    *out = m;
    return PLM_OK;
}

void plm_parcel_id(uint8_t out[static PLM_HASH_BYTES], plm_span signed_body)
{
    plm_hash256(out, plm_span_of(signed_body.p, signed_body.n - PLM_SIGNATURE_BYTES));
}

plm_status plm_acknowledgement_encode(const plm_acknowledgement *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_bytes(&w, m->parcel_id, sizeof m->parcel_id);
    plm_writer_require(&w, m->verdict < PLM_PARCEL_VERDICT_COUNT);
    plm_writer_u8(&w, m->verdict);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

plm_status plm_acknowledgement_decode(plm_acknowledgement *out, plm_span body)
{
    plm_reader r = body;
    plm_acknowledgement m = {0};
    if (plm_rd_copy(&r, m.parcel_id, sizeof m.parcel_id) < 0 || plm_rd_u8(&r, &m.verdict) < 0 ||
        m.verdict >= PLM_PARCEL_VERDICT_COUNT || plm_rd_time(&r, &m.time_ms) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

plm_status plm_turn_decode(bool *goes_on, plm_span payload)
{
    plm_reader r = payload;
    uint8_t value;
    if (plm_rd_u8(&r, &value) < 0 || value > 1 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *goes_on = value == 1;
    return PLM_OK;
}
