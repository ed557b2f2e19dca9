/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.c - what a party says of another's head (spec/wire.md section 4.9).
 *
 *   +-------------+---------+------------+----------+
 *   | party u16+n | head 32 | verdict u8 | time u64 |
 *   +-------------+---------+------------+----------+
 */
#include "wire/field.h"
#include "wire/message.h"

const char *plm_verdict_name(unsigned verdict)
{
    static const char *const names[PLM_VERDICT_COUNT] = {"consistent", "rollback", "fork",
                                                         "rewritten"};
    return verdict < PLM_VERDICT_COUNT ? names[verdict] : "unknown";
}

plm_status plm_witness_encode(const plm_witness *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->party, sizeof m->party);
    plm_writer_bytes(&w, m->head, sizeof m->head);
    plm_writer_require(&w, (unsigned)m->verdict < PLM_VERDICT_COUNT);
    plm_writer_u8(&w, (uint8_t)m->verdict);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

plm_status plm_witness_decode(plm_witness *out, plm_span body)
{
    plm_reader r = body;
    plm_witness m = {0};
    uint8_t verdict;
    if (plm_rd_field(&r, PLM_FIELD_PARTY, m.party, sizeof m.party) < 0 ||
        plm_rd_copy(&r, m.head, sizeof m.head) < 0 || plm_rd_u8(&r, &verdict) < 0 ||
        verdict >= PLM_VERDICT_COUNT || plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.verdict = (plm_verdict)verdict;
    *out = m;
    return PLM_OK;
}
