/* SPDX-License-Identifier: Apache-2.0 */
/*
 * consistency.c - that one head of a ledger is the beginning of another (spec/wire.md section 4.8).
 *
 *   +------------------+-------+-------------+
 *   | has a proof u8   | n u16 | n times 32  |   n at most 64; 0 without a proof
 *   +------------------+-------+-------------+
 */
#include "wire/field.h"
#include "wire/message.h"

plm_status plm_consistency_encode(const plm_consistency *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    bool is_good = m->n <= PLM_PROOF_HASHES_MAX && (m->has_proof || m->n == 0);
    plm_writer_require(&w, is_good);
    plm_writer_u8(&w, m->has_proof ? 1 : 0);
    plm_writer_u16(&w, m->n);
    plm_writer_bytes(&w, m->hashes, is_good ? (size_t)m->n * PLM_HASH_BYTES : 0);
    return plm_writer_end(&w);
}

plm_status plm_consistency_decode(plm_consistency *out, plm_span payload)
{
    plm_reader r = payload;
    plm_consistency m = {0};
    uint8_t has_proof;
    if (plm_rd_u8(&r, &has_proof) < 0 || has_proof > 1 || plm_rd_u16(&r, &m.n) < 0 ||
        m.n > PLM_PROOF_HASHES_MAX || (has_proof == 0 && m.n > 0) ||
        plm_rd_copy(&r, m.hashes, (size_t)m.n * PLM_HASH_BYTES) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.has_proof = has_proof == 1;
    *out = m;
    return PLM_OK;
}
