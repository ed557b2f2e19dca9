/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.c - the holder does not agree, and says by which clause (spec/wire.md section 4.5).
 *
 *   +------------------+----------+-------+------------------+----------+
 *   | proposal hash 32 | code u16 | u16 n | clause, n bytes  | time u64 |
 *   +------------------+----------+-------+------------------+----------+
 */
#include "wire/field.h"
#include "wire/message.h"

static bool is_code(uint16_t code)
{
    return code >= 1 && code <= PLM_REFUSAL_CODE_LAST;
}

plm_status plm_refusal_encode(const plm_refusal_message *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_bytes(&w, m->proposal_hash, sizeof m->proposal_hash);
    plm_writer_require(&w, is_code(m->code));
    plm_writer_u16(&w, m->code);
    plm_writer_string(&w, PLM_FIELD_POINTER, m->clause, sizeof m->clause);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

plm_status plm_refusal_decode(plm_refusal_message *out, plm_span body)
{
    plm_reader r = body;
    plm_refusal_message m = {0};
    if (plm_rd_copy(&r, m.proposal_hash, sizeof m.proposal_hash) < 0 ||
        plm_rd_u16(&r, &m.code) < 0 || !is_code(m.code) ||
        plm_rd_field(&r, PLM_FIELD_POINTER, m.clause, sizeof m.clause) < 0 ||
        plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}
