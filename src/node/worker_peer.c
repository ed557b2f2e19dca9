/* SPDX-License-Identifier: Apache-2.0 */
#include "node/worker_internal.h"

#include "crypto/sign.h"
#include "node/lookup_frames.h"
#include "node/parcel_check.h"

#include <string.h>

enum {
    READ_STEP = 1 << 17,
    READ_TURNS = 32 /* then the engine, the principal and the clock have theirs */
};

plm_status plm_worker_send(plm_worker *w, plm_frame_type type, plm_span payload)
{
    w->sent_ms = plm_clock_ms();
    return plm_frame_write(&w->sending, type, payload, &w->out);
}

/* The value that both ends of the channel share. */
static plm_status get_channel(const plm_worker *w, uint8_t out[static 32])
{
    if (w->is_carried) {
        memcpy(out, w->channel, sizeof w->channel);
        return PLM_OK;
    }
    return plm_conn_exporter(w->conn, out);
}

/* Tells the principal who is at the other end. */
static plm_status tell_connected(plm_worker *w, size_t pin)
{
    uint8_t channel[32];
    uint8_t message[4 + PLM_HASH_BYTES + 1];
    plm_status status = get_channel(w, channel);
    if (status != PLM_OK) {
        return status;
    }
    plm_store_u32(message, (uint32_t)pin);
    plm_hash256(message + 4, plm_span_of(channel, sizeof channel));
    message[4 + PLM_HASH_BYTES] = (uint8_t)w->errand;
    w->state = PLM_WORKER_TALKING;
    w->asks_dry = false;
    w->step_ms = plm_clock_ms();
    return plm_control_queue(&w->control, PLM_CONTROL_CONNECTED,
                             plm_span_of(message, sizeof message));
}

/* The channel stands: both sides say who they are, and the frames' chains start. */
static plm_status greet(plm_worker *w)
{
    uint8_t channel[32];
    plm_status status = get_channel(w, channel);
    if (status != PLM_OK) {
        return status;
    }
    plm_chain_init(&w->sending, channel, w->is_asker);
    plm_chain_init(&w->receiving, channel, !w->is_asker);
    plm_hello hello = {.software = "palermo-" PALERMO_VERSION};
    hello.errand = w->is_asker ? w->errand : PLM_ERRAND_RUN;
    memcpy(hello.party, w->self, sizeof hello.party);
    plm_buf payload;
    plm_buf_init(&payload, 256);
    status = plm_hello_encode(&hello, &payload);
    if (status == PLM_OK) {
        status = plm_worker_send(w, PLM_FRAME_HELLO, plm_buf_span(&payload));
    }
    plm_buf_wipe(&payload);
    w->state = PLM_WORKER_GREETING;
    w->step_ms = plm_clock_ms();
    /* Who carries a first file knows whom to, and has more to say than HELLO. */
    return status == PLM_OK && w->is_carried && w->is_asker ? tell_connected(w, 0) : status;
}

static plm_status take_hello(plm_worker *w, plm_span payload)
{
    plm_hello hello;
    size_t pin = w->is_carried ? 0 : plm_conn_peer(w->conn);
    plm_status status = plm_hello_decode(&hello, payload);
    if (status != PLM_OK) {
        return status;
    }
    const bool is_ahead = w->is_carried && w->is_asker;
    if (w->is_greeted || (!is_ahead && w->state != PLM_WORKER_GREETING)) {
        return PLM_E_PROTOCOL;
    }
    w->is_greeted = true;
    if (pin >= w->n_pins || strcmp(hello.party, w->pins[pin].party) != 0) {
        return PLM_E_AUTH;
    }
    if (w->is_asker && hello.errand != PLM_ERRAND_RUN) {
        return PLM_E_PROTOCOL;
    }
    w->errand = w->is_asker ? w->errand : hello.errand;
    return is_ahead ? PLM_OK : tell_connected(w, pin);
}

/* Keeps a message whose turn has not come; the peer may be one step ahead, never two. */
static plm_status hold(plm_worker *w, plm_frame_type type, uint8_t leg, plm_span payload)
{
    w->is_held = true;
    w->held_type = type;
    w->held_leg = leg;
    plm_buf_clear(&w->held);
    return plm_buf_append(&w->held, payload.p, payload.n);
}

static bool is_of_errand(plm_errand errand, plm_frame_type type)
{
    bool is_delivery = type == PLM_FRAME_PARCEL || type == PLM_FRAME_ACKNOWLEDGEMENT;
    if (errand == PLM_ERRAND_LOOKUP) {
        return plm_lookup_is_frame(type);
    }
    return (is_delivery || type == PLM_FRAME_TURN) == (errand == PLM_ERRAND_DELIVER) &&
           !plm_lookup_is_own_frame(type);
}

/*
 * A signed message goes to the principal as it is; the worker has no say in it. What is delivered
 * is taken apart here first: a malformed one does not get to the principal.
 */
static plm_status relay(plm_worker *w, plm_frame_type type, plm_span payload)
{
    if (w->state == PLM_WORKER_ENGINE) {
        return hold(w, type, 0, payload); /* the peer's engine is through, ours is not */
    }
    if (w->state != PLM_WORKER_TALKING || !w->is_greeted || !is_of_errand(w->errand, type)) {
        return PLM_E_PROTOCOL;
    }
    if (w->errand == PLM_ERRAND_DELIVER) {
        plm_status formed = plm_parcel_check_frame(type, payload);
        if (formed != PLM_OK) {
            return formed;
        }
        w->step_ms = plm_clock_ms();
    }
    if (w->errand == PLM_ERRAND_LOOKUP) {
        plm_status formed = plm_lookup_check(type, payload);
        if (formed != PLM_OK) {
            return formed;
        }
        w->is_proposed = w->is_proposed || type == PLM_FRAME_LOOKUP_OPEN;
    }
    if (type == PLM_FRAME_PROPOSAL && !w->is_asker) {
        plm_worker_note_proposal(w, payload);
    }
    w->is_accepted = w->is_accepted || (w->is_asker && type == PLM_FRAME_ACCEPTANCE);
    plm_buf message;
    plm_buf_init(&message, PLM_CONTROL_MESSAGE_MAX);
    plm_status status = plm_buf_append_u8(&message, (uint8_t)type);
    if (status == PLM_OK) {
        status = plm_buf_append(&message, payload.p, payload.n);
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&w->control, PLM_CONTROL_MESSAGE, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    w->asks_dry = false; /* the principal has something to do again */
    return status;
}

static plm_status release_held(plm_worker *w)
{
    if (!w->is_held || w->held_type == PLM_FRAME_ENGINE || w->state != PLM_WORKER_TALKING) {
        return PLM_OK; /* engine messages are released when their leg starts */
    }
    w->is_held = false;
    return relay(w, w->held_type, plm_buf_span(&w->held));
}

static plm_status take_engine(plm_worker *w, plm_span payload)
{
    plm_reader r = payload;
    uint8_t leg;
    if (plm_rd_u8(&r, &leg) < 0 || leg >= PLM_CONTROL_LEGS_MAX) {
        return PLM_E_PROTOCOL;
    }
    bool begun = w->state == PLM_WORKER_ENGINE && w->match != NULL;
    if (begun && leg == w->leg) {
        return plm_worker_engine_input(w, leg, r);
    }
    /* Before the acceptance nobody would ever take it, and nothing is read while it is held. */
    bool is_early =
        (w->state == PLM_WORKER_TALKING && w->is_accepted && !w->is_through && leg == 0) ||
        (w->state == PLM_WORKER_BETWEEN && leg == w->leg) ||
        (begun && leg == w->leg + 1 && !w->is_last);
    return is_early ? hold(w, PLM_FRAME_ENGINE, leg, r) : PLM_E_PROTOCOL;
}

/* What heads of ledgers are made of is looked at here, so that the principal gets it well-formed.
 */
static plm_status take_ledger_frame(plm_worker *w, const plm_frame *frame)
{
    plm_heads heads;
    plm_consistency consistency;
    plm_witness witness;
    plm_span body = frame->payload;
    plm_status status = PLM_E_PROTOCOL;
    if (frame->type == PLM_FRAME_HEAD) {
        status = plm_heads_decode(&heads, body);
    } else if (frame->type == PLM_FRAME_CONSISTENCY) {
        status = plm_consistency_decode(&consistency, body);
    } else if (body.n > PLM_SIGNATURE_BYTES) {
        body.n -= PLM_SIGNATURE_BYTES;
        status = plm_witness_decode(&witness, body);
    }
    return status == PLM_OK ? relay(w, frame->type, frame->payload) : status;
}

static plm_status take_frame(plm_worker *w, const plm_frame *frame)
{
    uint8_t code = 0;
    switch (frame->type) {
    case PLM_FRAME_HELLO:
        return take_hello(w, frame->payload);
    case PLM_FRAME_PROPOSAL:
    case PLM_FRAME_ACCEPTANCE:
    case PLM_FRAME_REFUSAL:
    case PLM_FRAME_RECEIPT:
    case PLM_FRAME_PARCEL:
    case PLM_FRAME_ACKNOWLEDGEMENT:
    case PLM_FRAME_TURN:
    case PLM_FRAME_LOOKUP_OPEN:
    case PLM_FRAME_LOOKUP_TERMS:
    case PLM_FRAME_LOOKUP_QUERY:
    case PLM_FRAME_LOOKUP_ANSWER:
    case PLM_FRAME_LOOKUP_FETCH:
    case PLM_FRAME_LOOKUP_PART:
        return relay(w, frame->type, frame->payload);
    case PLM_FRAME_HEAD:
    case PLM_FRAME_CONSISTENCY:
    case PLM_FRAME_WITNESS:
        return take_ledger_frame(w, frame);
    case PLM_FRAME_ENGINE:
        return take_engine(w, frame->payload);
    case PLM_FRAME_PING:
        return frame->payload.n == 0 ? PLM_OK : PLM_E_PROTOCOL;
    case PLM_FRAME_CANCEL:
        return frame->payload.n == 0 ? PLM_E_PEER_CANCEL : PLM_E_PROTOCOL;
    case PLM_FRAME_FAILURE: {
        plm_reader r = frame->payload;
        if (plm_rd_u8(&r, &code) < 0 || plm_rd_end(&r) < 0) {
            return PLM_E_PROTOCOL;
        }
        w->peer_failure = (plm_status)code;
        return PLM_E_PEER_FAILED;
    }
    case PLM_FRAME_END:
        w->peer_ended = true;
        return frame->payload.n == 0 ? PLM_OK : PLM_E_PROTOCOL;
    default:
        return PLM_E_PROTOCOL;
    }
}

/*
 * In a carried run nothing is taken before the principal waits for it, and the engine gets a
 * message only when it has nothing else to do: then a worker that is given several files at once
 * draws and says the same as those that were given them one by one.
 */
static bool may_take(const plm_worker *w)
{
    const bool is_busy = w->match != NULL && plm_match_wants(w->match) != PLM_MATCH_INPUT;
    return !w->is_held && (!w->is_carried || (w->asks_dry && !is_busy));
}

static plm_status take_frames(plm_worker *w)
{
    while (may_take(w)) {
        plm_frame frame;
        size_t used;
        const plm_span rest = plm_span_of(w->in.data + w->in_used, w->in.n - w->in_used);
        plm_status status = plm_frame_read(&w->receiving, rest, &frame, &used);
        if (status == PLM_E_NOT_FOUND) {
            break;
        }
        if (status == PLM_OK) {
            status = take_frame(w, &frame);
        }
        if (status != PLM_OK) {
            return status;
        }
        w->in_used += used;
    }
    plm_buf_consume(&w->in, w->in_used);
    w->in_used = 0;
    return PLM_OK;
}

static plm_status read_peer(plm_worker *w, bool *progressed)
{
    for (int i = 0; i < READ_TURNS && w->may_hear_peer && !w->is_held && !w->peer_ended; i++) {
        size_t got = 0;
        bool clean = false;
        plm_status status = plm_conn_read(w->conn, &w->in, READ_STEP, &got, &clean);
        if (status == PLM_E_NOT_FOUND) {
            w->may_hear_peer = false;
            return PLM_OK;
        }
        if (status != PLM_OK) {
            return status;
        }
        w->may_hear_peer = !plm_conn_is_drained(w->conn);
        w->heard_ms = plm_clock_ms();
        *progressed = true;
        status = take_frames(w);
        if (status != PLM_OK) {
            return status;
        }
    }
    return PLM_OK;
}

plm_status plm_worker_hand_over(plm_worker *w, bool *progressed)
{
    while (w->out.n > 0 && w->control.out.n < PLM_WORKER_OUT_HIGH) {
        size_t n = w->out.n < PLM_WORKER_OUT_HIGH ? w->out.n : PLM_WORKER_OUT_HIGH;
        plm_status status =
            plm_control_queue(&w->control, PLM_CONTROL_TO_CARRY, plm_span_of(w->out.data, n));
        if (status != PLM_OK) {
            return status;
        }
        plm_buf_consume(&w->out, n);
        w->carried_out += n;
        *progressed = true;
    }
    return PLM_OK;
}

/* All of the peer's stream that there is was given to us; ours goes to the principal. */
static plm_status move_carried(plm_worker *w, bool *progressed)
{
    plm_status status = w->state == PLM_WORKER_HANDSHAKE ? greet(w) : release_held(w);
    const size_t waiting = w->in.n;
    if (status == PLM_OK && w->is_held && w->match != NULL &&
        plm_match_wants(w->match) == PLM_MATCH_INPUT) {
        status = plm_worker_engine_held(w);
        *progressed = *progressed || !w->is_held;
    }
    if (status == PLM_OK && waiting > 0 && !w->peer_ended) {
        status = take_frames(w);
        *progressed = *progressed || w->in.n != waiting;
    }
    return status == PLM_OK ? plm_worker_hand_over(w, progressed) : status;
}

plm_status plm_worker_move_peer(plm_worker *w, bool *progressed)
{
    plm_status status;
    if (w->is_carried) {
        return move_carried(w, progressed);
    }
    if (w->state == PLM_WORKER_HANDSHAKE) {
        status = plm_conn_handshake(w->conn);
        if (status != PLM_OK) {
            return status == PLM_E_NOT_FOUND ? PLM_OK : status;
        }
        *progressed = true;
        w->heard_ms = plm_clock_ms();
        status = greet(w);
        if (status != PLM_OK) {
            return status;
        }
    }
    status = release_held(w);
    if (status == PLM_OK && w->in.n > 0) {
        status = take_frames(w); /* what waited behind a held message */
    }
    if (status != PLM_OK) {
        return status;
    }
    status = read_peer(w, progressed);
    while (status == PLM_OK && w->out.n > 0) {
        status = plm_conn_write(w->conn, &w->out);
        if (status == PLM_OK) {
            *progressed = true;
        }
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}
