/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head.c - heads of ledgers, as nodes show them to each other (spec/wire.md section 4.7).
 *
 *   head:  +-------------+----------+---------+----------+----------+
 *          | party u16+n | size u64 | root 32 | chain 32 | time u64 |
 *          +-------------+----------+---------+----------+----------+
 *   HEAD:  +-----------------------+------------------------+
 *          | own u16+n: head || 64 | last u16+n: head || 64 |  last may be empty
 *          +-----------------------+------------------------+
 */
#include "wire/field.h"
#include "wire/message.h"

enum {
    SIGNED_HEAD_MAX = 2 + PLM_CODE_MAX + 8 + 2 * PLM_HASH_BYTES + 8 + PLM_SIGNATURE_BYTES
};

plm_status plm_head_encode(const plm_head *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->party, sizeof m->party);
    plm_writer_require(&w, m->size <= INT64_MAX);
    plm_writer_u64(&w, m->size);
    plm_writer_bytes(&w, m->root, sizeof m->root);
    plm_writer_bytes(&w, m->chain, sizeof m->chain);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

plm_status plm_head_decode(plm_head *out, plm_span body)
{
    plm_reader r = body;
    plm_head m = {0};
    if (plm_rd_field(&r, PLM_FIELD_PARTY, m.party, sizeof m.party) < 0 ||
        plm_rd_count(&r, INT64_MAX, &m.size) < 0 || plm_rd_copy(&r, m.root, sizeof m.root) < 0 ||
        plm_rd_copy(&r, m.chain, sizeof m.chain) < 0 || plm_rd_time(&r, &m.time_ms) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

static bool is_signed_head(plm_span s)
{
    plm_head head;
    return s.n > PLM_SIGNATURE_BYTES &&
           plm_head_decode(&head, plm_span_of(s.p, s.n - PLM_SIGNATURE_BYTES)) == PLM_OK;
}

plm_status plm_heads_encode(const plm_heads *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, is_signed_head(m->own) && (m->last.n == 0 || is_signed_head(m->last)));
    plm_writer_u16(&w, (uint16_t)m->own.n);
    plm_writer_bytes(&w, m->own.p, m->own.n);
    plm_writer_u16(&w, (uint16_t)m->last.n);
    plm_writer_bytes(&w, m->last.p, m->last.n);
    return plm_writer_end(&w);
}

plm_status plm_heads_decode(plm_heads *out, plm_span payload)
{
    plm_reader r = payload;
    plm_heads m;
    if (plm_rd_block16(&r, SIGNED_HEAD_MAX, &m.own) < 0 ||
        plm_rd_block16(&r, SIGNED_HEAD_MAX, &m.last) < 0 || plm_rd_end(&r) < 0 ||
        !is_signed_head(m.own) || (m.last.n > 0 && !is_signed_head(m.last))) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}
