/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_match.c - the principal while the engine works: tokens, labels and a base in, hits with
 * their labels and a base out.
 */
#include "node/session_internal.h"

#include "base/ct.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Sends what is queued before more is put in, so that the queue stays short. */
static plm_status drain(plm_session *session)
{
    session->heard_ms = plm_clock_ms();
    while (session->control.out.n > 0 && !session->control.ended) {
        const size_t before = session->control.out.n;
        plm_status status = plm_session_tick(session);
        if (status != PLM_OK) {
            return status;
        }
        if (session->control.out.n < before) {
            session->heard_ms = plm_clock_ms();
        }
        if (plm_session_is_overdue(session)) {
            return PLM_E_TIMEOUT;
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

/* In messages that hold whole items. */
plm_status plm_session_send_array(plm_session *session, plm_control_type type, const void *items,
                                  size_t n, size_t item_bytes)
{
    const size_t step = PLM_CONTROL_MESSAGE_MAX / item_bytes;
    const uint8_t *bytes = (const uint8_t *)items;
    plm_status status = PLM_OK;
    for (size_t at = 0; status == PLM_OK && at < n; at += step) {
        size_t count = n - at < step ? n - at : step;
        status = plm_control_queue(&session->control, type,
                                   plm_span_of(bytes + at * item_bytes, count * item_bytes));
        if (status == PLM_OK) {
            status = drain(session);
        }
    }
    return status;
}

static plm_status send_leg(plm_session *session, const plm_session_leg *leg)
{
    plm_control_engine start = {
        .n_padded = leg->n_padded,
        .n_peer = leg->n_peer,
        .engine = leg->engine,
        .leg = leg->number,
        .is_last = leg->is_last,
        .is_receiver = leg->is_receiver,
        .label_bytes = leg->label_bytes,
        .base =
            leg->base != NULL ? plm_span_of(leg->base->bytes, leg->base->n) : plm_span_of(NULL, 0),
    };
    memcpy(start.context, leg->context, sizeof start.context);
    plm_buf message;
    plm_buf_init(&message, PLM_CONTROL_MESSAGE_MAX);
    plm_status status = plm_session_limit_leg(session, leg);
    if (status == PLM_OK) {
        status = plm_session_send_array(session, PLM_CONTROL_TOKENS, leg->tokens, leg->n_tokens,
                                        sizeof *leg->tokens);
    }
    if (status == PLM_OK && leg->labels != NULL && leg->label_bytes > 0) {
        status = plm_session_send_array(session, PLM_CONTROL_LABELS, leg->labels, leg->n_tokens,
                                        leg->label_bytes);
    }
    if (status == PLM_OK) {
        status = plm_control_write_engine(&message, &start);
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&session->control, PLM_CONTROL_ENGINE, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    return status;
}

static void free_labels(plm_session_result *result)
{
    if (result->labels != NULL) {
        plm_wipe(result->labels, result->n_hits * result->label_bytes);
    }
    free(result->labels);
}

/* Room for n hits; not realloc, since the old labels must be wiped. */
static plm_status reserve_hits(plm_session_result *result, size_t n)
{
    const size_t label_bytes = result->label_bytes;
    if (n <= result->capacity) {
        return PLM_OK;
    }
    size_t capacity = result->capacity * 2 > n ? result->capacity * 2 : n;
    uint32_t *hits = (uint32_t *)malloc(capacity * sizeof *hits);
    uint8_t *labels = label_bytes > 0 ? (uint8_t *)malloc(capacity * label_bytes) : NULL;
    if (hits == NULL || (label_bytes > 0 && labels == NULL)) {
        free(hits);
        free(labels);
        return PLM_E_NOMEM;
    }
    if (result->n_hits > 0) {
        memcpy(hits, result->hits, result->n_hits * sizeof *hits);
        if (labels != NULL) {
            memcpy(labels, result->labels, result->n_hits * label_bytes);
        }
    }
    free(result->hits);
    free_labels(result);
    result->hits = hits;
    result->labels = labels;
    result->capacity = capacity;
    return PLM_OK;
}

static plm_status take_hits(const plm_session_leg *leg, plm_session_result *result,
                            plm_span payload)
{
    const size_t each = 4 + (size_t)leg->label_bytes;
    plm_reader r = payload;
    uint8_t number;
    if (plm_rd_u8(&r, &number) < 0 || number != leg->number || r.n % each != 0 ||
        r.n / each > leg->n_tokens - result->n_hits) {
        return PLM_E_PROTOCOL;
    }
    size_t n = result->n_hits + r.n / each;
    plm_status status = reserve_hits(result, n);
    while (status == PLM_OK && result->n_hits < n) {
        uint32_t index;
        size_t at = result->n_hits;
        if (plm_rd_u32(&r, &index) < 0 || index >= leg->n_tokens ||
            (at > 0 && index <= result->hits[at - 1]) ||
            (leg->label_bytes > 0 &&
             plm_rd_copy(&r, result->labels + at * leg->label_bytes, leg->label_bytes) < 0)) {
            return PLM_E_PROTOCOL;
        }
        result->hits[at] = index;
        result->n_hits++;
    }
    return status;
}

/* One of each leg, and only of an engine that keeps them. */
static plm_status take_base(const plm_session_leg *leg, plm_session_result *result,
                            plm_span payload)
{
    plm_control_base m;
    plm_status status = plm_control_read_base(&m, payload);
    if (status != PLM_OK) {
        return status;
    }
    if (leg->engine != PLM_ENGINE_VOLE || m.leg != leg->number || result->base.n > 0) {
        return PLM_E_PROTOCOL;
    }
    memcpy(result->base.bytes, m.bytes.p, m.bytes.n);
    result->base.n = m.bytes.n;
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

static plm_status take_leg_done(const plm_session_leg *leg, plm_span payload)
{
    plm_reader r = payload;
    uint8_t number;
    return plm_rd_u8(&r, &number) < 0 || plm_rd_end(&r) < 0 || number != leg->number
               ? PLM_E_PROTOCOL
               : PLM_OK;
}

/* What the worker says of a leg under way; *is_done when it says that it is over. */
static plm_status take_message(const plm_session_leg *leg, plm_session_result *result,
                               const plm_control_message *message, bool *is_done)
{
    if (message->type == PLM_CONTROL_HITS && leg->is_receiver) {
        return take_hits(leg, result, message->payload);
    }
    if (message->type == PLM_CONTROL_BASE) {
        return take_base(leg, result, message->payload);
    }
    *is_done = true;
    if (message->type == PLM_CONTROL_ENGINE_DONE && leg->is_last) {
        return take_done(result, message->payload);
    }
    return message->type == PLM_CONTROL_LEG_DONE && !leg->is_last
               ? take_leg_done(leg, message->payload)
               : PLM_E_PROTOCOL;
}

plm_status plm_session_run_leg(plm_session *session, const plm_session_leg *leg,
                               plm_session_result *result)
{
    *result = (plm_session_result){.label_bytes = leg->label_bytes};
    bool is_done = false;
    plm_status status = send_leg(session, leg);
    while (status == PLM_OK && !is_done) {
        plm_control_message message;
        status = plm_session_next(session, &message);
        if (status == PLM_OK) {
            status = take_message(leg, result, &message, &is_done);
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
    free_labels(result);
    plm_wipe(result, sizeof *result);
}
