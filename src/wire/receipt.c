/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt.c - what both sides sign at the end of a run (spec/wire.md section 4.6).
 *
 *   +-----------+------------------+--------------------+-----------+------------+
 *   | run id 16 | proposal hash 32 | acceptance hash 32 | asker u64 | holder u64 |
 *   +-----------+------------------+--------------------+-----------+------------+
 *   | transcript 32 | time u64 |
 *   +---------------+----------+
 */
#include "wire/field.h"
#include "wire/message.h"

plm_status plm_receipt_encode(const plm_receipt *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_bytes(&w, m->run_id, sizeof m->run_id);
    plm_writer_bytes(&w, m->proposal_hash, sizeof m->proposal_hash);
    plm_writer_bytes(&w, m->acceptance_hash, sizeof m->acceptance_hash);
    plm_writer_require(&w,
                       m->n_asker <= PLM_MATCH_TOKENS_MAX && m->n_holder <= PLM_MATCH_TOKENS_MAX);
    plm_writer_u64(&w, m->n_asker);
    plm_writer_u64(&w, m->n_holder);
    plm_writer_bytes(&w, m->transcript, sizeof m->transcript);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

plm_status plm_receipt_decode(plm_receipt *out, plm_span body)
{
    plm_reader r = body;
    plm_receipt m = {0};
    if (plm_rd_copy(&r, m.run_id, sizeof m.run_id) < 0 ||
        plm_rd_copy(&r, m.proposal_hash, sizeof m.proposal_hash) < 0 ||
        plm_rd_copy(&r, m.acceptance_hash, sizeof m.acceptance_hash) < 0 ||
        plm_rd_count(&r, PLM_MATCH_TOKENS_MAX, &m.n_asker) < 0 ||
        plm_rd_count(&r, PLM_MATCH_TOKENS_MAX, &m.n_holder) < 0 ||
        plm_rd_copy(&r, m.transcript, sizeof m.transcript) < 0 || plm_rd_time(&r, &m.time_ms) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}
