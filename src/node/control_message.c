/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control_message.c - the control messages that have parts.
 */
#include "node/control.h"

enum {
    ENGINE_BYTES = 8 + 8 + 1 + 1 + PLM_HASH_BYTES,
    LEG_BYTES = 1 + 2
};

static bool may_have_base(plm_match_engine engine, size_t bytes)
{
    return bytes == 0 || (engine == PLM_ENGINE_VOLE && bytes <= PLM_MATCH_BASE_MAX);
}

static bool is_engine(const plm_control_engine *m)
{
    bool good = (m->engine == PLM_ENGINE_OPRF || m->engine == PLM_ENGINE_VOLE) && m->n_legs > 0 &&
                m->n_legs <= PLM_CONTROL_LEGS_MAX;
    for (uint8_t i = 0; good && i < m->n_legs; i++) {
        good = may_have_base(m->engine, m->legs[i].base.n);
    }
    return good;
}

plm_status plm_control_write_engine(plm_buf *out, const plm_control_engine *m)
{
    if (!is_engine(m)) {
        return PLM_E_ARGUMENT;
    }
    size_t bytes = ENGINE_BYTES;
    for (uint8_t i = 0; i < m->n_legs; i++) {
        bytes += LEG_BYTES + m->legs[i].base.n;
    }
    /* With room for all of it, nothing is half-written. */
    plm_status status = plm_buf_reserve(out, bytes);
    if (status == PLM_OK) {
        status = plm_buf_append_u64(out, m->n_padded);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(out, m->n_peer);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(out, (uint8_t)m->engine);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(out, m->n_legs);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(out, m->context, sizeof m->context);
    }
    for (uint8_t i = 0; status == PLM_OK && i < m->n_legs; i++) {
        status = plm_buf_append_u8(out, m->legs[i].is_receiver ? 1 : 0);
        if (status == PLM_OK) {
            status = plm_buf_append_block16(out, m->legs[i].base);
        }
    }
    return status;
}

plm_status plm_control_read_engine(plm_control_engine *out, plm_span payload)
{
    plm_reader r = payload;
    plm_control_engine m = {0};
    uint8_t engine;
    if (plm_rd_u64(&r, &m.n_padded) < 0 || plm_rd_u64(&r, &m.n_peer) < 0 ||
        plm_rd_u8(&r, &engine) < 0 || plm_rd_u8(&r, &m.n_legs) < 0 ||
        plm_rd_copy(&r, m.context, sizeof m.context) < 0 || m.n_legs > PLM_CONTROL_LEGS_MAX) {
        return PLM_E_PROTOCOL;
    }
    m.engine = (plm_match_engine)engine;
    for (uint8_t i = 0; i < m.n_legs; i++) {
        uint8_t is_receiver;
        if (plm_rd_u8(&r, &is_receiver) < 0 || is_receiver > 1 ||
            plm_rd_block16(&r, PLM_MATCH_BASE_MAX, &m.legs[i].base) < 0) {
            return PLM_E_PROTOCOL;
        }
        m.legs[i].is_receiver = is_receiver == 1;
    }
    if (plm_rd_end(&r) < 0 || !is_engine(&m)) {
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
