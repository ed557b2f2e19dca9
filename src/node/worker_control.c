/* SPDX-License-Identifier: Apache-2.0 */
#include "node/worker_internal.h"

#include "base/ct.h"

#include <stdlib.h>
#include <string.h>

enum {
    PINS_MAX = 4096
};

static plm_status take_pins(plm_worker *w, plm_reader *r)
{
    uint16_t n;
    if (plm_rd_u16(r, &n) < 0 || n == 0 || n > PINS_MAX) {
        return PLM_E_PROTOCOL;
    }
    w->pins = (plm_tls_pin *)calloc(n, sizeof *w->pins);
    if (w->pins == NULL) {
        return PLM_E_NOMEM;
    }
    for (w->n_pins = 0; w->n_pins < n; w->n_pins++) {
        plm_tls_pin *pin = &w->pins[w->n_pins];
        if (plm_rd_string16(r, pin->party, sizeof pin->party) < 0 ||
            plm_rd_copy(r, pin->identity, sizeof pin->identity) < 0) {
            return PLM_E_PROTOCOL;
        }
    }
    return PLM_OK;
}

plm_status plm_worker_take_start(plm_worker *w, plm_span payload, plm_tls_identity *identity)
{
    plm_reader r = payload;
    uint8_t is_asker;
    uint8_t errand;
    uint32_t timeout_ms;
    uint16_t n_threads;
    plm_span certificate;
    plm_span key;
    if (plm_rd_u8(&r, &is_asker) < 0 || plm_rd_u8(&r, &errand) < 0 || errand > PLM_ERRAND_LOOKUP ||
        plm_rd_u32(&r, &timeout_ms) < 0 || plm_rd_u16(&r, &n_threads) < 0 ||
        plm_rd_string16(&r, w->self, sizeof w->self) < 0 ||
        plm_rd_block16(&r, UINT16_MAX, &certificate) < 0 ||
        plm_rd_block16(&r, UINT16_MAX, &key) < 0) {
        return PLM_E_PROTOCOL;
    }
    w->is_asker = is_asker == 1;
    w->errand = (plm_errand)errand;
    w->timeout_ms = timeout_ms;
    w->n_threads = n_threads;
    plm_status status = plm_buf_append(&identity->certificate, certificate.p, certificate.n);
    if (status == PLM_OK) {
        status = plm_buf_append(&identity->key, key.p, key.n);
    }
    if (status == PLM_OK) {
        status = take_pins(w, &r);
    }
    uint8_t is_carried = 0;
    if (status == PLM_OK && (plm_rd_u8(&r, &is_carried) < 0 || is_carried > 1)) {
        status = PLM_E_PROTOCOL;
    }
    w->is_carried = is_carried == 1;
    if (status == PLM_OK && w->is_carried &&
        (plm_rd_copy(&r, w->replay, sizeof w->replay) < 0 ||
         plm_rd_copy(&r, w->channel, sizeof w->channel) < 0 || w->n_pins != 1)) {
        status = PLM_E_PROTOCOL;
    }
    return status == PLM_OK && plm_rd_end(&r) < 0 ? PLM_E_PROTOCOL : status;
}

/* Tokens and labels come before the first leg and between legs. */
static bool may_prepare(const plm_worker *w)
{
    return w->state == PLM_WORKER_TALKING || w->state == PLM_WORKER_BETWEEN;
}

static plm_status take_labels(plm_worker *w, plm_span payload)
{
    return may_prepare(w) ? plm_buf_append(&w->labels, payload.p, payload.n) : PLM_E_PROTOCOL;
}

static plm_status take_tokens(plm_worker *w, plm_span payload)
{
    size_t n = payload.n / PLM_TOKEN_BYTES;
    if (payload.n % PLM_TOKEN_BYTES != 0 || !may_prepare(w) ||
        n > PLM_MATCH_TOKENS_MAX - w->n_tokens) {
        return PLM_E_PROTOCOL;
    }
    if (w->n_tokens + n > w->tokens_capacity) {
        size_t capacity =
            w->tokens_capacity * 2 > w->n_tokens + n ? w->tokens_capacity * 2 : w->n_tokens + n;
        plm_token *tokens = (plm_token *)calloc(capacity, sizeof *tokens);
        if (tokens == NULL) {
            return PLM_E_NOMEM;
        }
        if (w->n_tokens > 0) {
            memcpy(tokens, w->tokens, w->n_tokens * sizeof *tokens);
            plm_wipe(w->tokens, w->n_tokens * sizeof *tokens);
        }
        free(w->tokens);
        w->tokens = tokens;
        w->tokens_capacity = capacity;
    }
    if (n > 0) {
        memcpy(w->tokens + w->n_tokens, payload.p, payload.n);
        w->n_tokens += n;
    }
    return PLM_OK;
}

static plm_status take_send(plm_worker *w, plm_span payload)
{
    plm_reader r = payload;
    uint8_t type;
    if (plm_rd_u8(&r, &type) < 0 || w->state != PLM_WORKER_TALKING) {
        return PLM_E_PROTOCOL;
    }
    if (w->is_asker && type == PLM_FRAME_PROPOSAL) {
        plm_worker_note_proposal(w, r);
    }
    w->is_accepted = w->is_accepted || (!w->is_asker && type == PLM_FRAME_ACCEPTANCE);
    w->step_ms = plm_clock_ms();
    return plm_worker_send(w, (plm_frame_type)type, r);
}

/* Bytes of the peer's stream, out of a file that the principal has opened. */
static plm_status take_carried(plm_worker *w, plm_span payload)
{
    w->carried_in += payload.n;
    return w->is_carried ? plm_buf_append(&w->in, payload.p, payload.n) : PLM_E_PROTOCOL;
}

static plm_status take_is_dry(plm_worker *w, plm_span payload)
{
    plm_reader r = payload;
    w->asks_dry = true;
    return w->is_carried && plm_rd_u32(&r, &w->dry_number) == 0 && plm_rd_end(&r) == 0
               ? PLM_OK
               : PLM_E_PROTOCOL;
}

static plm_status take_cancel(plm_worker *w, plm_span payload)
{
    const plm_span nothing = {NULL, 0};
    plm_reader r = payload;
    uint8_t code;
    if (plm_rd_u8(&r, &code) < 0 || plm_rd_end(&r) < 0 || code == PLM_OK ||
        code >= PLM_STATUS_COUNT) {
        return PLM_E_PROTOCOL;
    }
    if (code == PLM_E_CANCELLED && w->state != PLM_WORKER_HANDSHAKE &&
        w->state != PLM_WORKER_ENDING) {
        plm_status status = plm_worker_send(w, PLM_FRAME_CANCEL, nothing);
        if (status != PLM_OK) {
            return status;
        }
    }
    return (plm_status)code;
}

plm_status plm_worker_take_control(plm_worker *w, const plm_control_message *message)
{
    const plm_span nothing = {NULL, 0};
    switch (message->type) {
    case PLM_CONTROL_TICK:
        return PLM_OK;
    case PLM_CONTROL_SEND:
        return take_send(w, message->payload);
    case PLM_CONTROL_TOKENS:
        return take_tokens(w, message->payload);
    case PLM_CONTROL_LABELS:
        return take_labels(w, message->payload);
    case PLM_CONTROL_ENGINE:
        return plm_worker_start_engine(w, message->payload);
    case PLM_CONTROL_FINISH:
        w->state = PLM_WORKER_ENDING;
        w->step_ms = plm_clock_ms();
        return plm_worker_send(w, PLM_FRAME_END, nothing);
    case PLM_CONTROL_CANCEL:
        return take_cancel(w, message->payload);
    case PLM_CONTROL_CARRIED:
        return take_carried(w, message->payload);
    case PLM_CONTROL_IS_DRY:
        return take_is_dry(w, message->payload);
    case PLM_CONTROL_START:
    case PLM_CONTROL_CONNECTED:
    case PLM_CONTROL_MESSAGE:
    case PLM_CONTROL_PROGRESS:
    case PLM_CONTROL_HITS:
    case PLM_CONTROL_ENGINE_DONE:
    case PLM_CONTROL_CLOSED:
    case PLM_CONTROL_FAILED:
    case PLM_CONTROL_BASE:
    case PLM_CONTROL_LEG_DONE:
    case PLM_CONTROL_TO_CARRY:
    case PLM_CONTROL_DRY:
    default:
        return PLM_E_PROTOCOL;
    }
}
