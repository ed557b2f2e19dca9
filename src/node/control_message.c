/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control_message.c - the control messages that have parts.
 */
#include "node/control.h"

enum {
    ENGINE_BYTES = 8 + 8 + 1 + 1 + 1 + 1 + 2 + PLM_HASH_BYTES + 2
};

static bool is_engine(const plm_control_engine *m)
{
    bool is_bare = m->base.n == 0 && m->label_bytes == 0;
    bool fits = m->base.n <= PLM_MATCH_BASE_MAX && m->label_bytes <= PLM_CONTROL_LABEL_MAX;
    return m->leg < PLM_CONTROL_LEGS_MAX &&
           ((m->engine == PLM_ENGINE_OPRF && is_bare) || (m->engine == PLM_ENGINE_VOLE && fits));
}

plm_status plm_control_write_engine(plm_buf *out, const plm_control_engine *m)
{
    if (!is_engine(m)) {
        return PLM_E_ARGUMENT;
    }
    uint8_t head[ENGINE_BYTES - PLM_HASH_BYTES - 2];
    plm_store_u64(head, m->n_padded);
    plm_store_u64(head + 8, m->n_peer);
    head[16] = (uint8_t)m->engine;
    head[17] = m->leg;
    head[18] = m->is_last ? 1 : 0;
    head[19] = m->is_receiver ? 1 : 0;
    plm_store_u16(head + 20, m->label_bytes);
    /* With room for all of it, nothing is half-written. */
    plm_status status = plm_buf_reserve(out, ENGINE_BYTES + m->base.n);
    if (status == PLM_OK) {
        status = plm_buf_append(out, head, sizeof head);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(out, m->context, sizeof m->context);
    }
    return status == PLM_OK ? plm_buf_append_block16(out, m->base) : status;
}

plm_status plm_control_read_engine(plm_control_engine *out, plm_span payload)
{
    plm_reader r = payload;
    plm_control_engine m = {0};
    uint8_t engine;
    uint8_t is_last;
    uint8_t is_receiver;
    if (plm_rd_u64(&r, &m.n_padded) < 0 || plm_rd_u64(&r, &m.n_peer) < 0 ||
        plm_rd_u8(&r, &engine) < 0 || plm_rd_u8(&r, &m.leg) < 0 || plm_rd_u8(&r, &is_last) < 0 ||
        plm_rd_u8(&r, &is_receiver) < 0 || plm_rd_u16(&r, &m.label_bytes) < 0 ||
        plm_rd_copy(&r, m.context, sizeof m.context) < 0 ||
        plm_rd_block16(&r, PLM_MATCH_BASE_MAX, &m.base) < 0 || plm_rd_end(&r) < 0 || is_last > 1 ||
        is_receiver > 1) {
        return PLM_E_PROTOCOL;
    }
    m.engine = (plm_match_engine)engine;
    m.is_last = is_last == 1;
    m.is_receiver = is_receiver == 1;
    if (!is_engine(&m)) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

plm_status plm_control_write_base(plm_buf *out, const plm_control_base *m)
{
    if (m->leg >= PLM_CONTROL_LEGS_MAX || m->bytes.n == 0 || m->bytes.n > PLM_MATCH_BASE_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = plm_buf_reserve(out, 1 + m->bytes.n);
    if (status == PLM_OK) {
        status = plm_buf_append_u8(out, m->leg);
    }
    return status == PLM_OK ? plm_buf_append(out, m->bytes.p, m->bytes.n) : status;
}

plm_status plm_control_read_base(plm_control_base *out, plm_span payload)
{
    plm_reader r = payload;
    uint8_t leg;
    if (plm_rd_u8(&r, &leg) < 0 || leg >= PLM_CONTROL_LEGS_MAX || r.n == 0 ||
        r.n > PLM_MATCH_BASE_MAX) {
        return PLM_E_PROTOCOL;
    }
    *out = (plm_control_base){leg, r};
    return PLM_OK;
}
