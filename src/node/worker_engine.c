/* SPDX-License-Identifier: Apache-2.0 */
#include "node/worker_internal.h"

#include "base/ct.h"

#include <string.h>

enum {
    HITS_BYTES = 1 << 18,       /* of one message to the principal */
    CONTROL_OUT_HIGH = 1 << 20, /* no more is told while more than this waits for the principal */
    PROGRESS_EVERY_MS = 200
};

uint64_t plm_worker_evaluated(const plm_worker *w)
{
    return w->evaluated + (w->match != NULL ? plm_match_evaluated(w->match) : 0);
}

plm_status plm_worker_engine_input(plm_worker *w, uint8_t leg, plm_span message)
{
    plm_transcript_update(&w->transcript, !w->is_asker, leg, message);
    return plm_match_input(w->match, message.p, message.n);
}

/* Each leg is bound to the run and to its own number. A message that came early is taken now. */
static plm_status start_leg(plm_worker *w, const plm_control_engine *m)
{
    uint8_t context[PLM_HASH_BYTES + 1];
    memcpy(context, m->context, PLM_HASH_BYTES);
    context[PLM_HASH_BYTES] = m->leg;
    w->is_last = m->is_last;
    w->config = (plm_match_config){
        .engine = m->engine,
        .role = m->is_receiver ? PLM_MATCH_RECEIVER : PLM_MATCH_SENDER,
        .tokens = w->tokens,
        .n = w->n_tokens,
        .n_padded = (size_t)m->n_padded,
        .n_peer = (size_t)m->n_peer,
        .context = context,
        .context_bytes = sizeof context,
        .n_threads = w->n_threads,
        .label_bytes = m->label_bytes,
        .labels = w->labels.n > 0 ? w->labels.data : NULL,
        .base = m->base.n > 0 ? m->base.p : NULL,
        .base_bytes = m->base.n,
    };
    w->state = PLM_WORKER_ENGINE;
    plm_status status = plm_match_create(&w->match, &w->config);
    /* Both are the engine's by now, and the base is the principal's message, soon overwritten. */
    w->config.context = NULL;
    w->config.base = NULL;
    w->config.base_bytes = 0;
    return status == PLM_OK && !w->is_carried ? plm_worker_engine_held(w) : status;
}

plm_status plm_worker_engine_held(plm_worker *w)
{
    if (!w->is_held || w->held_type != PLM_FRAME_ENGINE || w->match == NULL ||
        w->held_leg != w->leg) {
        return PLM_OK;
    }
    w->is_held = false;
    plm_status status = plm_worker_engine_input(w, w->leg, plm_buf_span(&w->held));
    plm_buf_clear(&w->held);
    return status;
}

void plm_worker_note_proposal(plm_worker *w, plm_span message)
{
    plm_proposal proposal;
    if (w->is_proposed) {
        return;
    }
    w->is_proposed = true;
    if (message.n > PLM_SIGNATURE_BYTES &&
        plm_proposal_decode(&proposal, plm_span_of(message.p, message.n - PLM_SIGNATURE_BYTES)) ==
            PLM_OK) {
        w->proposed = proposal.engine;
    }
}

/* The labels are there that the leg asks for, and no others. */
static bool has_labels(const plm_worker *w, const plm_control_engine *m)
{
    size_t bytes;
    return plm_size_mul(w->n_tokens, m->is_receiver ? 0 : m->label_bytes, &bytes) == 0 &&
           w->labels.n == bytes;
}

plm_status plm_worker_start_engine(plm_worker *w, plm_span payload)
{
    plm_control_engine m;
    plm_status status = plm_control_read_engine(&m, payload);
    if (status != PLM_OK) {
        return status;
    }
    bool is_first = w->state == PLM_WORKER_TALKING && !w->is_through && m.leg == 0;
    bool is_next = w->state == PLM_WORKER_BETWEEN && m.leg == w->leg;
    if (!(is_first || is_next) || m.engine != w->proposed || !has_labels(w, &m)) {
        return PLM_E_PROTOCOL;
    }
    if (is_first) {
        plm_transcript_init(&w->transcript);
    }
    return start_leg(w, &m);
}

static plm_status append_hit(plm_worker *w, plm_buf *message, size_t at, uint32_t index)
{
    const uint8_t *label = NULL;
    plm_status status = plm_buf_append_u32(message, index);
    if (status == PLM_OK && w->config.label_bytes > 0) {
        status = plm_match_label(w->match, at, &label);
    }
    return status == PLM_OK && label != NULL ? plm_buf_append(message, label, w->config.label_bytes)
                                             : status;
}

/* One message of them; no more is queued than the principal keeps up with. */
static plm_status tell_hits(plm_worker *w, const uint32_t *indices, size_t n)
{
    const size_t each = 4 + w->config.label_bytes;
    const size_t step = HITS_BYTES / each;
    const size_t last = n - w->n_told > step ? w->n_told + step : n;
    plm_buf message;
    plm_buf_init(&message, 1 + step * each);
    plm_status status = plm_buf_append_u8(&message, w->leg);
    for (size_t at = w->n_told; status == PLM_OK && at < last; at++) {
        status = append_hit(w, &message, at, indices[at]);
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&w->control, PLM_CONTROL_HITS, plm_buf_span(&message));
    }
    if (status == PLM_OK) {
        w->n_told = last;
    }
    plm_buf_wipe(&message);
    return status;
}

/* What this leg leaves for the next run, if its engine keeps anything. */
static plm_status tell_base(plm_worker *w)
{
    uint8_t bytes[PLM_MATCH_BASE_MAX]; /* SECRET */
    plm_control_base base = {w->leg, {bytes, 0}};
    plm_buf message;
    plm_buf_init(&message, 1 + sizeof bytes);
    plm_status status = plm_match_get_base(w->match, bytes, &base.bytes.n);
    if (status == PLM_OK) {
        status = plm_control_write_base(&message, &base);
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&w->control, PLM_CONTROL_BASE, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    plm_wipe(bytes, sizeof bytes);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status tell_progress(plm_worker *w)
{
    int64_t now = plm_clock_ms();
    if (now - w->progress_ms < PROGRESS_EVERY_MS) {
        return PLM_OK;
    }
    w->progress_ms = now;
    plm_match_progress progress;
    plm_match_get_progress(w->match, &progress);
    plm_buf message;
    plm_buf_init(&message, 256);
    plm_status status = plm_buf_append_u8(&message, w->leg);
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&message, progress.done);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&message, progress.total);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&message, plm_span_str(progress.phase));
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&w->control, PLM_CONTROL_PROGRESS, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    return status;
}

static plm_status tell_done(plm_worker *w)
{
    uint8_t message[PLM_HASH_BYTES + 16];
    plm_transcript_final(&w->transcript, message);
    plm_store_u64(message + PLM_HASH_BYTES,
                  w->is_carried ? w->carried_out + w->out.n : plm_conn_bytes_sent(w->conn));
    plm_store_u64(message + PLM_HASH_BYTES + 8,
                  w->is_carried ? w->carried_in : plm_conn_bytes_received(w->conn));
    w->is_through = true;
    w->state = PLM_WORKER_TALKING;
    return plm_control_queue(&w->control, PLM_CONTROL_ENGINE_DONE,
                             plm_span_of(message, sizeof message));
}

static void forget_tokens(plm_worker *w)
{
    if (w->n_tokens > 0) {
        plm_wipe(w->tokens, w->n_tokens * sizeof *w->tokens);
    }
    w->n_tokens = 0;
    plm_buf_wipe(&w->labels);
}

/* The engine is through: the principal gets the hits, then the base, and the leg is over. */
static plm_status finish_leg(plm_worker *w, bool *progressed)
{
    const uint32_t *indices = NULL;
    size_t n = 0;
    plm_status status = PLM_OK;
    if (w->control.out.n > CONTROL_OUT_HIGH) {
        return PLM_OK;
    }
    *progressed = true;
    if (w->config.role == PLM_MATCH_RECEIVER) {
        status = plm_match_hits(w->match, &indices, &n);
    }
    if (status == PLM_OK && w->n_told < n) {
        return tell_hits(w, indices, n);
    }
    if (status == PLM_OK) {
        status = tell_base(w);
    }
    w->evaluated += plm_match_evaluated(w->match);
    plm_match_destroy(w->match);
    w->match = NULL;
    w->n_told = 0;
    forget_tokens(w);
    if (status != PLM_OK) {
        return status;
    }
    if (w->is_last) {
        return tell_done(w);
    }
    const uint8_t over = w->leg++;
    w->state = PLM_WORKER_BETWEEN;
    return plm_control_queue(&w->control, PLM_CONTROL_LEG_DONE, plm_span_of(&over, 1));
}

static plm_status send_output(plm_worker *w)
{
    const uint8_t *message;
    size_t n;
    plm_status status = plm_match_output(w->match, &message, &n);
    if (status != PLM_OK) {
        return status;
    }
    plm_transcript_update(&w->transcript, w->is_asker, w->leg, plm_span_of(message, n));
    plm_buf payload;
    plm_buf_init(&payload, n + 1);
    status = plm_buf_append_u8(&payload, w->leg);
    if (status == PLM_OK) {
        status = plm_buf_append(&payload, message, n);
    }
    if (status == PLM_OK) {
        status = plm_worker_send(w, PLM_FRAME_ENGINE, plm_buf_span(&payload));
    }
    plm_buf_wipe(&payload);
    return status;
}

plm_status plm_worker_move_engine(plm_worker *w, bool *progressed)
{
    if (w->match == NULL) {
        return PLM_OK;
    }
    plm_status status = PLM_OK;
    unsigned wants = plm_match_wants(w->match);
    const bool is_next = w->is_carried && w->held_type == PLM_FRAME_ENGINE && w->held_leg == w->leg;
    if (w->is_held && !is_next && wants == PLM_MATCH_INPUT) {
        return PLM_E_PROTOCOL; /* the peer went on before it had said all of this leg */
    }
    if (wants & PLM_MATCH_DONE) {
        return finish_leg(w, progressed);
    }
    if ((wants & PLM_MATCH_OUTPUT) && w->out.n < PLM_WORKER_OUT_HIGH) {
        *progressed = true;
        status = send_output(w);
    } else if (wants & PLM_MATCH_WORK) {
        *progressed = true;
        status = plm_match_work(w->match);
    }
    return status == PLM_OK ? tell_progress(w) : status;
}
