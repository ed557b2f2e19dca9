/* SPDX-License-Identifier: Apache-2.0 */
#include "node/worker.h"

#include "base/ct.h"
#include "crypto/replay.h"
#include "crypto/sign.h"
#include "node/sandbox.h"
#include "node/worker_internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    FAREWELL_MS = 1000,
    CARRIED_MAX = 1 << 30 /* of the peer's stream in a carried run */
};

/* Waits for the first message, which says who we are; the connection is made, the filter put on. */
static plm_status begin(plm_worker *w)
{
    plm_tls_identity identity = {0};
    plm_buf_init(&identity.certificate, UINT16_MAX);
    plm_buf_init(&identity.key, UINT16_MAX);
    plm_control_message message;
    plm_status status;
    for (;;) {
        status = plm_control_step(&w->control);
        if (status == PLM_OK) {
            status = plm_control_next(&w->control, &message);
        }
        if (status != PLM_E_NOT_FOUND) {
            break;
        }
        struct pollfd wait = {w->control.fd, POLLIN, 0};
        (void)poll(&wait, 1, -1);
    }
    if (status == PLM_OK) {
        status = message.type == PLM_CONTROL_START
                     ? plm_worker_take_start(w, message.payload, &identity)
                     : PLM_E_PROTOCOL;
    }
    if (status == PLM_OK && w->is_carried) {
        plm_random_replay(w->replay);
        w->n_threads = 1;
        w->in.max = CARRIED_MAX;
    } else if (status == PLM_OK) {
        status = plm_conn_create_tls(&w->conn, PLM_WORKER_PEER_FD, !w->is_asker, &identity, w->pins,
                                     w->n_pins);
    }
    plm_tls_identity_wipe(&identity);
    if (status == PLM_OK) {
        status = plm_sandbox_enter();
    }
    int64_t now = plm_clock_ms();
    w->may_hear_principal = true;
    w->may_hear_peer = true;
    w->heard_ms = now;
    w->sent_ms = now;
    w->ticked_ms = now;
    return status;
}

static plm_status move_control(plm_worker *w, bool *progressed)
{
    plm_status status =
        w->may_hear_principal ? plm_control_hear(&w->control) : plm_control_flush(&w->control);
    w->may_hear_principal = w->may_hear_principal && !w->control.is_drained;
    while (status == PLM_OK) {
        plm_control_message message;
        status = plm_control_next(&w->control, &message);
        if (status == PLM_E_NOT_FOUND) {
            return PLM_OK;
        }
        if (status == PLM_OK) {
            *progressed = true;
            w->ticked_ms = plm_clock_ms();
            status = plm_worker_take_control(w, &message);
        }
    }
    /* The principal is gone: the run ends, and the peer is told so. */
    return status == PLM_E_TRUNCATED ? PLM_E_WORKER_DIED : status;
}

/*
 * HELLO, PROPOSAL, END and all of a delivery take no computing: pings do not put them off, or
 * whoever pings could keep a place for ever.
 */
static bool is_overdue(const plm_worker *w, int64_t now)
{
    bool is_due = w->state == PLM_WORKER_GREETING || w->state == PLM_WORKER_ENDING ||
                  (w->state == PLM_WORKER_TALKING && !w->is_asker && !w->is_proposed) ||
                  (w->state == PLM_WORKER_TALKING && w->errand == PLM_ERRAND_DELIVER);
    return is_due && now - w->step_ms > w->timeout_ms;
}

/* Silence of the peer or of the principal, and our own word to both that we are still here. */
static plm_status keep_time(plm_worker *w)
{
    int64_t now = plm_clock_ms();
    bool is_greeted = w->state != PLM_WORKER_HANDSHAKE && w->state != PLM_WORKER_GREETING;
    if (w->is_carried) {
        return PLM_OK; /* days may lie between two files; the principal is here or its end is seen
                        */
    }
    if (is_overdue(w, now)) {
        return PLM_E_TIMEOUT;
    }
    if (!w->is_held && now - w->heard_ms > w->timeout_ms) {
        return PLM_E_TIMEOUT;
    }
    if (is_greeted && now - w->ticked_ms > w->timeout_ms) {
        return PLM_E_TIMEOUT;
    }
    if (now - w->told_ms > w->timeout_ms / 4) {
        const plm_span nothing = {NULL, 0};
        w->told_ms = now;
        plm_status status = plm_control_queue(&w->control, PLM_CONTROL_TICK, nothing);
        if (status != PLM_OK) {
            return status;
        }
    }
    if (is_greeted && w->state != PLM_WORKER_ENDING && w->out.n == 0 &&
        now - w->sent_ms > w->timeout_ms / 4) {
        const plm_span nothing = {NULL, 0};
        return plm_worker_send(w, PLM_FRAME_PING, nothing);
    }
    return PLM_OK;
}

static void wait_for_something(plm_worker *w)
{
    struct pollfd fds[2] = {
        {w->control.fd, plm_control_events(&w->control), 0},
        {-1, 0, 0},
    };
    if (w->conn != NULL) {
        fds[1] = (struct pollfd){plm_conn_fd(w->conn), plm_conn_events(w->conn), 0};
    }
    if (w->out.n > 0) {
        fds[1].events |= POLLOUT;
    }
    if (w->is_held || w->peer_ended) {
        fds[1].events &= ~POLLIN;
    }
    /* A hang-up is reported whatever is asked for: don't spin on it while nothing is read. */
    if (fds[1].events == 0) {
        fds[1].fd = -1;
    }
    int64_t most = w->timeout_ms / 8;
    const int n = poll(fds, 2, (int)(most < 10 ? 10 : most > 500 ? 500 : most));
    w->may_hear_principal = w->may_hear_principal || n <= 0 || (fds[0].revents & ~POLLOUT) != 0;
    w->may_hear_peer = w->may_hear_peer || n <= 0 || fds[1].revents != 0;
}

/* Nothing is left to do: the principal, if it asked, hears so behind all that it was told. */
static plm_status tell_dry(plm_worker *w, bool *progressed)
{
    if (!w->asks_dry || *progressed) {
        return PLM_OK;
    }
    uint8_t number[4];
    w->asks_dry = false;
    *progressed = true;
    plm_store_u32(number, w->dry_number);
    return plm_control_queue(&w->control, PLM_CONTROL_DRY, plm_span_of(number, sizeof number));
}

static plm_status run(plm_worker *w)
{
    while (w->state != PLM_WORKER_CLOSED) {
        bool progressed = false;
        plm_status status = move_control(w, &progressed);
        if (status == PLM_OK) {
            status = plm_worker_move_peer(w, &progressed);
        }
        if (status == PLM_OK) {
            status = plm_worker_move_engine(w, &progressed);
        }
        if (status == PLM_OK) {
            status = keep_time(w);
        }
        if (status != PLM_OK) {
            return status;
        }
        const bool is_over = w->peer_ended || w->is_carried;
        if (w->state == PLM_WORKER_ENDING && is_over && w->out.n == 0) {
            w->state = PLM_WORKER_CLOSED;
            break;
        }
        status = tell_dry(w, &progressed);
        if (status != PLM_OK) {
            return status;
        }
        if (!progressed) {
            wait_for_something(w);
        }
    }
    const plm_span nothing = {NULL, 0};
    return plm_control_queue(&w->control, PLM_CONTROL_CLOSED, nothing);
}

/* The peer gets a bare code, and only of failures that tell it nothing it did not cause. */
static void tell_peer(plm_worker *w, plm_status why)
{
    bool may_speak = w->state != PLM_WORKER_HANDSHAKE && w->state != PLM_WORKER_ENDING;
    if (may_speak && why != PLM_E_CANCELLED && why != PLM_E_PEER_FAILED &&
        why != PLM_E_PEER_CANCEL && why != PLM_E_TRUNCATED && why != PLM_E_TAMPERED) {
        uint8_t code = (uint8_t)why;
        plm_status status = plm_worker_send(w, PLM_FRAME_FAILURE, plm_span_of(&code, 1));
        (void)status; /* we are going anyway */
    }
}

/*
 * One step of leaving: what is left goes out, what still comes in is thrown away, so that the
 * close does not reset the connection before the peer has read our last word. True when it's over.
 */
static bool leave_peer(plm_worker *w)
{
    plm_status status = w->out.n > 0 ? plm_conn_write(w->conn, &w->out) : PLM_OK;
    if (status == PLM_OK || status == PLM_E_NOT_FOUND) {
        size_t got = 0;
        bool clean = false;
        plm_buf_clear(&w->in);
        status = plm_conn_read(w->conn, &w->in, PLM_FRAME_PAYLOAD_MAX, &got, &clean);
    }
    return status != PLM_OK && status != PLM_E_NOT_FOUND;
}

static void say_farewell(plm_worker *w, plm_status why)
{
    uint8_t message[10];
    bool peer_gone = w->conn == NULL || w->state == PLM_WORKER_HANDSHAKE || why == PLM_OK;
    if (why != PLM_OK) {
        if (w->conn != NULL || w->is_carried) {
            tell_peer(w, why);
        }
        if (w->is_carried) {
            bool handed = false;
            plm_status last = plm_worker_hand_over(w, &handed);
            (void)last; /* we are going anyway */
        }
        message[0] = (uint8_t)why;
        message[1] = (uint8_t)w->peer_failure;
        plm_store_u64(message + 2, plm_worker_evaluated(w));
        plm_status status = plm_control_queue(&w->control, PLM_CONTROL_FAILED,
                                              plm_span_of(message, sizeof message));
        (void)status;
    }
    int64_t end = plm_clock_ms() + FAREWELL_MS;
    while (plm_clock_ms() < end) {
        if (!w->control.ended && plm_control_step(&w->control) != PLM_OK) {
            w->control.ended = true;
        }
        peer_gone = peer_gone || leave_peer(w);
        bool principal_told = w->control.ended || w->control.out.n == 0;
        if (principal_told && peer_gone) {
            break;
        }
        struct pollfd wait = {peer_gone ? -1 : plm_conn_fd(w->conn), POLLIN, 0};
        (void)poll(&wait, 1, 10);
    }
}

int plm_worker_main(void)
{
    plm_worker *w = (plm_worker *)calloc(1, sizeof *w);
    if (w == NULL) {
        return 1;
    }
    if (plm_crypto_init() != PLM_OK ||
        plm_control_init(&w->control, PLM_WORKER_CONTROL_FD) != PLM_OK) {
        free(w);
        return 1;
    }
    (void)signal(SIGINT, SIG_IGN); /* Ctrl-C is for the principal, which then says CANCEL */
    plm_buf_init(&w->in, (size_t)4 * PLM_FRAME_PAYLOAD_MAX);
    plm_buf_init(&w->out, PLM_WORKER_OUT_MAX);
    plm_buf_init(&w->held, PLM_FRAME_PAYLOAD_MAX);
    plm_buf_init(&w->labels, (size_t)PLM_MATCH_TOKENS_MAX * PLM_CONTROL_LABEL_MAX);
    plm_status status = begin(w);
    if (status == PLM_OK) {
        status = run(w);
    }
    say_farewell(w, status);
    if (w->tokens != NULL) {
        plm_wipe(w->tokens, w->n_tokens * sizeof *w->tokens);
    }
    plm_wipe(w->replay, sizeof w->replay);
    plm_wipe(w->channel, sizeof w->channel);
    plm_match_destroy(w->match);
    plm_conn_destroy(w->conn);
    plm_control_wipe(&w->control);
    plm_buf_wipe(&w->in);
    plm_buf_wipe(&w->out);
    plm_buf_wipe(&w->held);
    plm_buf_wipe(&w->labels);
    free(w->tokens);
    free(w->pins);
    free(w);
    return status == PLM_OK ? 0 : 1;
}
