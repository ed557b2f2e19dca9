/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_receiver_input.c - the sender's messages, looked at and kept until they are worked on.
 */
#include "base/ct.h"
#include "match/vole_receiver.h"

/* BEGIN: commitment (32), 0 and the questions, or 1 and a base's name */
static plm_status take_begin(plm_vole_side *s, plm_span whole, plm_reader r)
{
    uint8_t how;
    uint8_t commitment[sizeof s->commitment];
    uint8_t name[PLM_VOLE_ID_BYTES];
    plm_span questions;
    if (s->has_begin || s->again_due || plm_rd_copy(&r, commitment, sizeof commitment) < 0 ||
        plm_rd_u8(&r, &how) < 0 ||
        (s->said_again && !plm_ct_equal(commitment, s->commitment, sizeof commitment))) {
        return PLM_E_PROTOCOL;
    }
    memcpy(s->commitment, commitment, sizeof commitment);
    if (how == PLM_VOLE_BEGIN_KEPT) {
        if (s->said_again || plm_rd_copy(&r, name, sizeof name) < 0 || plm_rd_end(&r) < 0) {
            return PLM_E_PROTOCOL;
        }
        s->knows_base = s->has_kept && plm_ct_equal(name, s->base_id, sizeof name);
        s->said_again = s->again_due = !s->knows_base;
        s->has_begin = s->knows_base;
    } else if (how == PLM_VOLE_BEGIN_FRESH &&
               plm_rd_take(&r, (size_t)PLM_BASE_OTS * PLM_BASE_QUESTION_BYTES, &questions) == 0 &&
               plm_rd_end(&r) == 0) {
        s->has_begin = true;
    } else {
        return PLM_E_PROTOCOL;
    }
    plm_buf_clear(&s->begin);
    return plm_buf_append(&s->begin, whole.p, whole.n);
}

/* TREES: instance (u32), bytes of silent.h */
static plm_status take_trees(plm_vole_side *s, plm_reader r)
{
    uint32_t i;
    if (plm_rd_u32(&r, &i) < 0 || i != s->n_trees_in || i >= s->n_extends_sent ||
        plm_rd_copy(&r, s->trees[i % PLM_VOLE_AHEAD], plm_vole_trees_bytes(&s->v.vole)) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    s->n_trees_in++;
    return PLM_OK;
}

/* PROOF: instance (u32), hash (32) */
static plm_status take_proof(plm_vole_side *s, plm_reader r)
{
    uint32_t i;
    uint8_t proof[PLM_VOLE_PROOF_BYTES];
    if (plm_rd_u32(&r, &i) < 0 || plm_rd_copy(&r, proof, sizeof proof) < 0 || plm_rd_end(&r) < 0 ||
        !s->v.is_malicious || i != s->n_proofs_in || i >= s->n_checks_sent) {
        return PLM_E_PROTOCOL;
    }
    s->n_proofs_in++;
    return plm_vole_receiver_verify(s->vole, i, proof);
}

/* OPEN: w_s (16), what hid it (32). PLM_E_PROOF: another than was committed to. */
static plm_status take_open(plm_vole_side *s, plm_reader r)
{
    uint8_t opening[PLM_VOLE_OPENING_BYTES];
    uint8_t commitment[32];
    if (s->is_open || !s->store_sent || s->n_columns_sent < s->v.n_columns ||
        plm_rd_copy(&r, opening, sizeof opening) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_vole_commit(commitment, &s->v, opening);
    s->w ^= plm_block_load(opening);
    s->is_open = true;
    return plm_ct_equal(commitment, s->commitment, sizeof commitment) ? PLM_OK : PLM_E_PROOF;
}

plm_status plm_vole_receiver_input(plm_vole_side *s, plm_span message)
{
    plm_reader r = message;
    uint8_t type;
    if (plm_rd_u8(&r, &type) < 0) {
        return PLM_E_PROTOCOL;
    }
    switch (type) {
    case PLM_VOLE_BEGIN:
        return take_begin(s, message, r);
    case PLM_VOLE_TREES_MESSAGE:
        return take_trees(s, r);
    case PLM_VOLE_PROOF:
        return take_proof(s, r);
    case PLM_VOLE_OPEN:
        return take_open(s, r);
    case PLM_VOLE_OUTPUTS:
        return plm_vole_keep_outputs(s, r);
    default:
        return PLM_E_PROTOCOL;
    }
}
