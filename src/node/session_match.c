/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_match.c - the principal while the engine works: tokens and bases in, hits and bases out.
 */
#include "node/session_internal.h"

#include "base/ct.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Of a run: which of them have us as receiver. */
typedef struct run_legs {
    bool is_receiver[PLM_CONTROL_LEGS_MAX];
    uint8_t n;
} run_legs;

/* Sends what is queued before more is put in, so that the queue stays short. */
static plm_status drain(plm_session *session)
{
    while (session->control.out.n > 0 && !session->control.ended) {
        plm_status status = plm_session_tick(session);
        if (status != PLM_OK) {
            return status;
        }
        if (session->control.out.n > 0) {
            struct pollfd wait = {session->control.fd, POLLOUT, 0};
            (void)poll(&wait, 1, 200);
        }
        /* A worker that talks instead of listening would fill our memory. */
        if (session->control.in.n > PLM_CONTROL_MESSAGE_MAX) {
            return PLM_E_PROTOCOL;
        }
    }
    return PLM_OK;
}

static plm_status send_tokens(plm_session *session, const plm_token *tokens, size_t n)
{
    const size_t step = PLM_CONTROL_MESSAGE_MAX / sizeof *tokens;
    plm_status status = PLM_OK;
    for (size_t at = 0; status == PLM_OK && at < n; at += step) {
        size_t count = n - at < step ? n - at : step;
        status = plm_control_queue(&session->control, PLM_CONTROL_TOKENS,
                                   plm_span_of(tokens + at, count * sizeof *tokens));
        if (status == PLM_OK) {
            status = drain(session);
        }
    }
    return status;
}

uint8_t plm_session_legs(plm_learns learns, bool is_asker,
                         bool is_receiver[static PLM_CONTROL_LEGS_MAX])
{
    uint8_t n = 0;
    memset(is_receiver, 0, PLM_CONTROL_LEGS_MAX * sizeof *is_receiver);
    if (learns & PLM_LEARNS_HOLDER) {
        is_receiver[n++] = !is_asker;
    }
    if (learns & PLM_LEARNS_ASKER) {
        is_receiver[n++] = is_asker;
    }
    return n;
}

static plm_status send_engine(plm_session *session, const plm_session_engine *engine,
                              run_legs *legs)
{
    plm_control_engine start = {
        .n_padded = engine->n_padded,
        .n_peer = engine->n_peer,
        .engine = engine->engine,
        .n_legs = legs->n,
    };
    memcpy(start.context, engine->context, sizeof start.context);
    for (uint8_t i = 0; i < legs->n; i++) {
        start.legs[i] = (plm_control_leg){legs->is_receiver[i], engine->bases[i]};
    }
    plm_buf message;
    plm_buf_init(&message, PLM_CONTROL_MESSAGE_MAX);
    plm_status status = plm_control_write_engine(&message, &start);
    if (status == PLM_OK) {
        status = plm_control_queue(&session->control, PLM_CONTROL_ENGINE, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    return status;
}

static plm_status take_hits(const plm_session_engine *engine, plm_session_result *result,
                            plm_span payload)
{
    plm_reader r = payload;
    uint8_t leg;
    if (plm_rd_u8(&r, &leg) < 0 || r.n % 4 != 0 || r.n / 4 > engine->n_tokens - result->n_hits) {
        return PLM_E_PROTOCOL;
    }
    size_t n = result->n_hits + r.n / 4;
    uint32_t *hits = (uint32_t *)realloc(result->hits, (n > 0 ? n : 1) * sizeof *hits);
    if (hits == NULL) {
        return PLM_E_NOMEM;
    }
    result->hits = hits;
    while (result->n_hits < n) {
        uint32_t index;
        bool is_first = result->n_hits == 0;
        if (plm_rd_u32(&r, &index) < 0 || index >= engine->n_tokens ||
            (!is_first && index <= hits[result->n_hits - 1])) {
            return PLM_E_PROTOCOL;
        }
        hits[result->n_hits++] = index;
    }
    return PLM_OK;
}

/* One of each leg, and only of an engine that keeps them. */
static plm_status take_base(const plm_session_engine *engine, const run_legs *legs,
                            plm_session_result *result, plm_span payload)
{
    plm_control_base m;
    plm_status status = plm_control_read_base(&m, payload);
    if (status != PLM_OK) {
        return status;
    }
    if (engine->engine != PLM_ENGINE_VOLE || m.leg >= legs->n || result->bases[m.leg].n > 0) {
        return PLM_E_PROTOCOL;
    }
    memcpy(result->bases[m.leg].bytes, m.bytes.p, m.bytes.n);
    result->bases[m.leg].n = m.bytes.n;
    return PLM_OK;
}

static plm_status take_done(plm_session_result *result, plm_span payload)
{
    plm_reader r = payload;
    return plm_rd_copy(&r, result->transcript, sizeof result->transcript) < 0 ||
                   plm_rd_u64(&r, &result->bytes_sent) < 0 ||
                   plm_rd_u64(&r, &result->bytes_received) < 0 || plm_rd_end(&r) < 0
               ? PLM_E_PROTOCOL
               : PLM_OK;
}

plm_status plm_session_match(plm_session *session, const plm_session_engine *engine,
                             plm_session_result *result)
{
    *result = (plm_session_result){0};
    run_legs legs;
    legs.n = plm_session_legs(engine->learns, session->config.is_asker, legs.is_receiver);
    bool is_receiver = legs.is_receiver[0] || legs.is_receiver[1];
    bool is_done = false;
    plm_status status = send_tokens(session, engine->tokens, engine->n_tokens);
    if (status == PLM_OK) {
        status = send_engine(session, engine, &legs);
    }
    while (status == PLM_OK && !is_done) {
        plm_control_message message;
        status = plm_session_next(session, &message);
        if (status != PLM_OK) {
            break;
        }
        if (message.type == PLM_CONTROL_HITS && is_receiver) {
            status = take_hits(engine, result, message.payload);
        } else if (message.type == PLM_CONTROL_BASE) {
            status = take_base(engine, &legs, result, message.payload);
        } else if (message.type == PLM_CONTROL_ENGINE_DONE) {
            status = take_done(result, message.payload);
            is_done = true;
        } else {
            status = PLM_E_PROTOCOL;
        }
    }
    if (status != PLM_OK) {
        plm_session_result_wipe(result);
    }
    return status;
}

void plm_session_result_wipe(plm_session_result *result)
{
    free(result->hits);
    plm_wipe(result, sizeof *result);
}
