/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acceptance.c - the holder agrees to the run (spec/wire.md section 4.4).
 *
 *   +------------------+----------+------------+--------------+----------+
 *   | proposal hash 32 | nonce 16 | tokens u64 | features u64 | time u64 |
 *   +------------------+----------+------------+--------------+----------+
 */
#include "wire/field.h"
#include "wire/message.h"

plm_status plm_acceptance_encode(const plm_acceptance *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_bytes(&w, m->proposal_hash, sizeof m->proposal_hash);
    plm_writer_bytes(&w, m->nonce, sizeof m->nonce);
    plm_writer_require(&w, m->n_tokens <= PLM_MATCH_TOKENS_MAX &&
                               m->n_features <= PLM_MATCH_TOKENS_MAX);
    plm_writer_u64(&w, m->n_tokens);
    plm_writer_u64(&w, m->n_features);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

plm_status plm_acceptance_decode(plm_acceptance *out, plm_span body)
{
    plm_reader r = body;
    plm_acceptance m = {0};
    if (plm_rd_copy(&r, m.proposal_hash, sizeof m.proposal_hash) < 0 ||
        plm_rd_copy(&r, m.nonce, sizeof m.nonce) < 0 ||
        plm_rd_count(&r, PLM_MATCH_TOKENS_MAX, &m.n_tokens) < 0 ||
        plm_rd_count(&r, PLM_MATCH_TOKENS_MAX, &m.n_features) < 0 ||
        plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}
