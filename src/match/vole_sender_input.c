/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_sender_input.c - the receiver's messages, looked at and kept until they are worked on.
 */
#include "match/vole_sender.h"

/* BASE: 128 answers and the trees. */
static plm_status take_base(plm_vole_sending *s, plm_reader r)
{
    if (s->has_kept || s->has_base || s->base_pending ||
        plm_rd_copy(&r, s->base_answers, sizeof s->base_answers) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    s->base_pending = true;
    return PLM_OK;
}

/* AGAIN: the peer has not kept its half; a fresh BEGIN follows. */
static plm_status take_again(plm_vole_sending *s, plm_reader r)
{
    if (!s->has_kept || s->has_base || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    s->has_kept = false;
    s->begin_sent = false;
    return PLM_OK;
}

/* STORE: r (16), w_r (16), n_bins, bin_rows, n_sparse, n_dense (u32 each) */
static plm_status take_store(plm_vole_sending *s, plm_reader r)
{
    uint8_t keys[32];
    uint32_t numbers[4];
    if (s->has_store || !(s->has_base || s->base_pending || s->has_kept) ||
        plm_rd_copy(&r, keys, sizeof keys) < 0 || plm_rd_u32(&r, &numbers[0]) < 0 ||
        plm_rd_u32(&r, &numbers[1]) < 0 || plm_rd_u32(&r, &numbers[2]) < 0 ||
        plm_rd_u32(&r, &numbers[3]) < 0 || plm_rd_end(&r) < 0 || numbers[0] != s->v.store.n_bins ||
        numbers[1] != s->v.store.bin_rows || numbers[2] != s->v.store.n_sparse ||
        numbers[3] != s->v.store.n_dense) {
        return PLM_E_PROTOCOL;
    }
    plm_kernels_best()->key(&s->v.rows, plm_block_load(keys));
    s->w ^= plm_block_load(keys + 16);
    s->has_store = true;
    /* A peer that knows our base goes on without BASE. */
    return s->has_kept && !s->has_base ? plm_vole_start_sending(s, plm_span_of(NULL, 0)) : PLM_OK;
}

/* EXTEND: instance (u32), bytes of silent.h */
static plm_status take_extend(plm_vole_sending *s, plm_reader r)
{
    uint32_t i;
    if (!s->has_store || plm_rd_u32(&r, &i) < 0 || i != s->n_extends_in ||
        i >= s->v.vole.n_instances || i >= s->n_trees_sent + PLM_VOLE_AHEAD ||
        plm_rd_copy(&r, s->extends[i % PLM_VOLE_AHEAD], plm_vole_extend_bytes(&s->v.vole, i)) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    s->n_extends_in++;
    return PLM_OK;
}

/* CHECK: instance (u32), x' (16) */
static plm_status take_check(plm_vole_sending *s, plm_reader r)
{
    uint32_t i;
    uint8_t check[PLM_VOLE_CHECK_BYTES];
    if (plm_rd_u32(&r, &i) < 0 || plm_rd_copy(&r, check, sizeof check) < 0 || plm_rd_end(&r) < 0 ||
        !s->v.is_malicious || i != s->n_checks_in || i >= s->n_trees_sent ||
        i > s->n_proofs_sent + PLM_VOLE_AHEAD) {
        return PLM_E_PROTOCOL;
    }
    plm_vole_sender_prove(s->vole, i, check, s->proofs[i % (PLM_VOLE_AHEAD + 1)]);
    s->n_checks_in++;
    return PLM_OK;
}

/* COLUMNS: first (u32), n (u32), n columns of A + P (16 each) */
static plm_status take_columns(plm_vole_sending *s, plm_reader r)
{
    enum {
        PIECE = 1024
    };
    uint32_t first;
    uint32_t n;
    if (!s->has_store || !s->has_base || plm_rd_u32(&r, &first) < 0 || plm_rd_u32(&r, &n) < 0 ||
        first != s->n_columns_in || n == 0 || n > PLM_VOLE_COLUMNS_PER_MESSAGE ||
        n > s->v.n_columns - first || r.n != (size_t)n * sizeof(plm_block)) {
        return PLM_E_PROTOCOL;
    }
    for (size_t at = 0; at < n; at += PIECE) {
        plm_block piece[PIECE];
        size_t count = n - at < PIECE ? n - at : PIECE;
        memcpy(piece, r.p + at * sizeof *piece, count * sizeof *piece);
        plm_kernels_best()->mul_add(s->columns + first + at, piece, s->ot.delta, count);
    }
    s->n_columns_in += n;
    return PLM_OK;
}

plm_status plm_vole_sender_input(plm_vole_sending *s, plm_span message)
{
    plm_reader r = message;
    uint8_t type;
    if (plm_rd_u8(&r, &type) < 0) {
        return PLM_E_PROTOCOL;
    }
    switch (type) {
    case PLM_VOLE_AGAIN:
        return take_again(s, r);
    case PLM_VOLE_BASE:
        return take_base(s, r);
    case PLM_VOLE_STORE:
        return take_store(s, r);
    case PLM_VOLE_EXTEND:
        return take_extend(s, r);
    case PLM_VOLE_CHECK:
        return take_check(s, r);
    case PLM_VOLE_COLUMNS:
        return take_columns(s, r);
    default:
        return PLM_E_PROTOCOL;
    }
}
