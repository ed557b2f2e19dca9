/* SPDX-License-Identifier: Apache-2.0 */
#include "node/session_internal.h"
#include "node/worker.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CLOSE_GRACE_MS = 2500,
    POLL_MS = 200,
    SILENCE_SLACK_MS = 5000 /* beyond what the worker waits for its peer */
};

/* Tells the worker that we are here, or that we have changed our mind. */
static plm_status say_tick(plm_session *session)
{
    const plm_span nothing = {NULL, 0};
    const volatile sig_atomic_t *cancel = session->config.cancel;
    if (cancel != NULL && *cancel != 0 && !session->cancelled) {
        session->cancelled = true;
        const uint8_t code = PLM_E_CANCELLED;
        plm_status status =
            plm_control_queue(&session->control, PLM_CONTROL_CANCEL, plm_span_of(&code, 1));
        if (status != PLM_OK) {
            return PLM_E_CANCELLED;
        }
    }
    plm_status status = PLM_OK;
    int64_t now = plm_clock_ms();
    if (!session->cancelled && now - session->ticked_ms > session->config.timeout_ms / 8) {
        session->ticked_ms = now;
        status = plm_control_queue(&session->control, PLM_CONTROL_TICK, nothing);
    }
    return status;
}

plm_status plm_session_tick(plm_session *session)
{
    plm_status status = say_tick(session);
    return status == PLM_OK ? plm_control_step(&session->control) : status;
}

static plm_status take_failure(plm_session *session, plm_span payload)
{
    plm_reader r = payload;
    uint8_t status;
    uint8_t peer_status;
    uint64_t evaluated;
    if (plm_rd_u8(&r, &status) < 0 || plm_rd_u8(&r, &peer_status) < 0 ||
        plm_rd_u64(&r, &evaluated) < 0 || plm_rd_end(&r) < 0 || status == PLM_OK ||
        status >= PLM_STATUS_COUNT) {
        return PLM_E_PROTOCOL;
    }
    session->has_evaluated = true;
    session->evaluated = evaluated;
    session->peer_failure =
        peer_status < PLM_STATUS_COUNT ? (plm_status)peer_status : PLM_E_PROTOCOL;
    return (plm_status)status;
}

/* A phase is one word: it goes to a terminal, and a worker may say anything. */
static bool is_word(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 'a' || *text > 'z') {
            return false;
        }
    }
    return true;
}

static plm_status take_progress(plm_session *session, plm_span payload)
{
    plm_reader r = payload;
    uint8_t leg;
    char phase[64];
    plm_run_progress progress = {.phase = phase};
    if (plm_rd_u8(&r, &leg) < 0 || plm_rd_u64(&r, &progress.done) < 0 ||
        plm_rd_u64(&r, &progress.total) < 0 || plm_rd_string16(&r, phase, sizeof phase) < 0 ||
        plm_rd_end(&r) < 0 || !is_word(phase)) {
        return PLM_E_PROTOCOL;
    }
    if (session->config.progress != NULL) {
        session->config.progress(session->config.progress_context, &progress);
    }
    return PLM_OK;
}

/*
 * What a worker tells of a run that is not over: progress, and of a carried one also its stream and
 * that nothing is left to do. PLM_E_EXISTS: the message is none of these.
 */
static plm_status take_aside(plm_session *session, const plm_control_message *message)
{
    plm_carry *carry = session->config.carry;
    if (message->type == PLM_CONTROL_PROGRESS) {
        return take_progress(session, message->payload);
    }
    if (carry != NULL && message->type == PLM_CONTROL_TO_CARRY) {
        return plm_buf_append(&carry->out, message->payload.p, message->payload.n);
    }
    if (carry != NULL && message->type == PLM_CONTROL_DRY) {
        plm_reader r = message->payload;
        uint32_t number;
        if (plm_rd_u32(&r, &number) < 0 || plm_rd_end(&r) < 0) {
            return PLM_E_PROTOCOL;
        }
        /* An earlier answer was overtaken by the message that came before it. */
        carry->is_dry = number == session->dry_number;
        return carry->is_dry ? PLM_E_TIMEOUT : PLM_OK;
    }
    return PLM_E_EXISTS;
}

/* Asked behind all we said: the answer comes behind all that the worker has to say to it. */
static plm_status ask_if_dry(plm_session *session, bool *asked)
{
    if (session->config.carry == NULL || *asked) {
        return PLM_OK;
    }
    uint8_t number[4];
    *asked = true;
    plm_store_u32(number, ++session->dry_number);
    return plm_control_queue(&session->control, PLM_CONTROL_IS_DRY,
                             plm_span_of(number, sizeof number));
}

bool plm_session_is_overdue(const plm_session *session)
{
    const plm_session_config *config = &session->config;
    const int64_t now = plm_clock_ms();
    return (config->longest_ms > 0 && now - session->began_ms > config->longest_ms) ||
           now - session->heard_ms > 2 * (int64_t)config->timeout_ms + SILENCE_SLACK_MS;
}

/* Waits for the worker, left_ms at most (negative: as it pleases), and reads what it says. */
static plm_status wait_for_worker(plm_session *session, int64_t left_ms)
{
    struct pollfd wait = {session->control.fd, plm_control_events(&session->control), 0};
    int most = session->config.timeout_ms / 8;
    most = most > POLL_MS ? POLL_MS : most;
    most = left_ms >= 0 && left_ms < most ? (int)left_ms : most;
    return poll(&wait, 1, most) > 0 ? plm_control_hear(&session->control) : PLM_OK;
}

/* The worker's next word; PLM_E_NOT_FOUND if none comes before `end` (0: no end). */
static plm_status next_before(plm_session *session, int64_t end, plm_control_message *message)
{
    session->heard_ms = plm_clock_ms(); /* it was we who were silent until now */
    bool asked = false;
    bool is_last = false;
    for (;;) {
        plm_status status = ask_if_dry(session, &asked);
        if (status == PLM_OK) {
            status = say_tick(session);
        }
        if (status == PLM_OK) {
            status = plm_control_flush(&session->control);
        }
        if (status == PLM_OK) {
            status = plm_control_next(&session->control, message);
        }
        if (status == PLM_OK) {
            session->heard_ms = plm_clock_ms();
        }
        if (status == PLM_E_NOT_FOUND && plm_session_is_overdue(session)) {
            return PLM_E_TIMEOUT;
        }
        if (status == PLM_E_TRUNCATED) {
            return session->cancelled ? PLM_E_CANCELLED : PLM_E_WORKER_DIED;
        }
        if (status == PLM_OK && message->type == PLM_CONTROL_TICK) {
            continue;
        }
        if (status == PLM_OK) {
            plm_status aside = take_aside(session, message);
            if (aside == PLM_OK) {
                continue;
            }
            status = aside == PLM_E_EXISTS ? PLM_OK : aside;
        }
        if (status == PLM_OK && message->type == PLM_CONTROL_FAILED) {
            return take_failure(session, message->payload);
        }
        if (status != PLM_E_NOT_FOUND || is_last) {
            return status;
        }
        const int64_t left = end == 0 ? -1 : end - plm_clock_ms();
        is_last = end != 0 && left <= 0;
        status = wait_for_worker(session, is_last ? 0 : left);
        if (status != PLM_OK) {
            return status;
        }
    }
}

plm_status plm_session_next(plm_session *session, plm_control_message *message)
{
    return next_before(session, 0, message);
}

/* Of a worker that closed its end before it knew the peer: it ends soon, or is ended at close. */
static plm_status why_it_died(plm_session *session)
{
    const int64_t end = plm_clock_ms() + CLOSE_GRACE_MS;
    int how = 0;
    pid_t ended = 0;
    while ((ended = waitpid(session->worker, &how, WNOHANG)) == 0 && plm_clock_ms() < end) {
        (void)poll(NULL, 0, 5);
    }
    if (ended != 0) {
        session->worker = -1;
    }
    return ended > 0 && WIFEXITED(how) && WEXITSTATUS(how) == PLM_WORKER_EXIT_FOREIGN
               ? PLM_E_NO_WORKER
               : PLM_E_WORKER_DIED;
}

plm_status plm_session_open(plm_session *session, const plm_session_config *config, int fd)
{
    *session = (plm_session){
        .config = *config, .worker = -1, .control = {.fd = -1}, .began_ms = plm_clock_ms()};
    plm_status status = plm_session_spawn(session, fd);
    (void)close(fd);
    plm_control_message message;
    if (status == PLM_OK) {
        status = plm_session_next(session, &message);
    }
    if (status != PLM_OK) {
        return status == PLM_E_WORKER_DIED ? why_it_died(session) : status;
    }
    plm_reader r = message.payload;
    uint8_t errand;
    if (message.type != PLM_CONTROL_CONNECTED || plm_rd_u32(&r, &session->pin) < 0 ||
        plm_rd_copy(&r, session->channel, sizeof session->channel) < 0 ||
        plm_rd_u8(&r, &errand) < 0 || errand > PLM_ERRAND_LOOKUP || plm_rd_end(&r) < 0 ||
        session->pin >= config->n_pins || (config->is_asker && errand != config->errand)) {
        return PLM_E_PROTOCOL;
    }
    session->errand = (plm_errand)errand;
    return PLM_OK;
}

void plm_session_fail(plm_session *session, plm_status why)
{
    if (session->worker > 0 && !session->cancelled && !session->control.ended) {
        uint8_t code = (uint8_t)why;
        session->cancelled = true;
        plm_status status =
            plm_control_queue(&session->control, PLM_CONTROL_CANCEL, plm_span_of(&code, 1));
        (void)status; /* a worker that can't be told is ended by plm_session_close */
    }
}

void plm_session_close(plm_session *session)
{
    if (session->worker > 0) {
        /* A worker still at work sees the end of its control, tells its peer and ends. */
        if (session->control.fd >= 0 && plm_control_step(&session->control) == PLM_OK &&
            session->control.out.n == 0) {
            (void)shutdown(session->control.fd, SHUT_WR);
        }
        int64_t end = plm_clock_ms() + CLOSE_GRACE_MS;
        pid_t ended = 0;
        while (plm_clock_ms() < end) {
            ended = waitpid(session->worker, NULL, WNOHANG);
            if (ended != 0) {
                break;
            }
            /* Its last messages are of no interest any more, but must not block it. */
            plm_control_message message;
            if (plm_control_step(&session->control) == PLM_OK) {
                while (plm_control_next(&session->control, &message) == PLM_OK) {
                    /* But a carried run's last words are its last file. */
                    plm_status aside = take_aside(session, &message);
                    (void)aside;
                }
            }
            (void)poll(NULL, 0, 5);
        }
        if (ended == 0) {
            (void)kill(session->worker, SIGKILL);
            (void)waitpid(session->worker, NULL, 0);
        }
        session->worker = -1;
    }
    plm_control_wipe(&session->control);
}

plm_status plm_session_send(plm_session *session, plm_frame_type type, plm_span message)
{
    plm_buf payload;
    plm_buf_init(&payload, PLM_CONTROL_MESSAGE_MAX);
    plm_status status = plm_buf_append_u8(&payload, (uint8_t)type);
    if (status == PLM_OK) {
        status = plm_buf_append(&payload, message.p, message.n);
    }
    if (status == PLM_OK && session->config.carry != NULL) {
        status = plm_carry_say(session->config.carry, &payload);
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&session->control, PLM_CONTROL_SEND, plm_buf_span(&payload));
    }
    plm_buf_wipe(&payload);
    return status == PLM_OK ? plm_control_flush(&session->control) : status;
}

static plm_status receive_before(plm_session *session, int64_t end, plm_frame_type *type,
                                 plm_buf *out)
{
    plm_control_message message;
    plm_status status = next_before(session, end, &message);
    if (status != PLM_OK) {
        return status;
    }
    plm_reader r = message.payload;
    uint8_t frame_type;
    if (message.type != PLM_CONTROL_MESSAGE || plm_rd_u8(&r, &frame_type) < 0) {
        return PLM_E_PROTOCOL;
    }
    *type = (plm_frame_type)frame_type;
    return plm_buf_append(out, r.p, r.n);
}

plm_status plm_session_receive(plm_session *session, plm_frame_type *type, plm_buf *out)
{
    return receive_before(session, 0, type, out);
}

plm_status plm_session_receive_within(plm_session *session, int most_ms, plm_frame_type *type,
                                      plm_buf *out)
{
    return receive_before(session, plm_clock_ms() + most_ms, type, out);
}

plm_status plm_session_finish(plm_session *session)
{
    const plm_span nothing = {NULL, 0};
    plm_status status = plm_control_queue(&session->control, PLM_CONTROL_FINISH, nothing);
    plm_control_message message;
    if (status == PLM_OK) {
        status = plm_session_next(session, &message);
    }
    return status == PLM_OK && message.type != PLM_CONTROL_CLOSED ? PLM_E_PROTOCOL : status;
}
