/* SPDX-License-Identifier: Apache-2.0 */
#include "node/session.h"

#include "node/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CLOSE_GRACE_MS = 2500
};

/*
 * In the child: descriptors 3 and 4, nothing else, and a new program. What a worker in the peer's
 * hands would print must not stand in our log or in a command's answer, nor may it read what is
 * typed. Never returns.
 */
static void become_worker(const char *program, int control_fd, int peer_fd)
{
    /* Moved out of the way first, in case they are 3 and 4 the other way round. */
    int control_high = fcntl(control_fd, F_DUPFD, 10);
    int peer_high = fcntl(peer_fd, F_DUPFD, 10);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (control_high < 0 || peer_high < 0 || nowhere < 0 || dup2(nowhere, 0) < 0 ||
        dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0 ||
        dup2(control_high, PLM_WORKER_CONTROL_FD) < 0 || dup2(peer_high, PLM_WORKER_PEER_FD) < 0) {
        _exit(127);
    }
    (void)close_range(PLM_WORKER_PEER_FD + 1, ~0U, 0);
    const char *const argv[] = {"palermo", PLM_WORKER_ARGUMENT, NULL};
    /* execve takes its strings as char *const but does not change them. */
    union {
        const char *const *in;
        char *const *out;
    } arguments = {argv};
    (void)execv(program, arguments.out);
    _exit(127);
}

static plm_status spawn(plm_session *session, int peer_fd)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return PLM_E_IO;
    }
    pid_t pid = fork();
    if (pid == 0) {
        become_worker(session->config.program, pair[1], peer_fd);
    }
    (void)close(pair[1]);
    if (pid < 0) {
        (void)close(pair[0]);
        return PLM_E_IO;
    }
    session->worker = pid;
    return plm_control_init(&session->control, pair[0]);
}

static plm_status append_pins(plm_buf *out, const plm_tls_pin *pins, size_t n)
{
    plm_status status = n > UINT16_MAX ? PLM_E_LIMIT : plm_buf_append_u16(out, (uint16_t)n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        status = plm_buf_append_block16(out, plm_span_str(pins[i].party));
        if (status == PLM_OK) {
            status = plm_buf_append(out, pins[i].identity, sizeof pins[i].identity);
        }
    }
    return status;
}

/* The connection's own TLS identity is made here, since only we have the identity key. */
static plm_status queue_start(plm_session *session)
{
    const plm_session_config *config = &session->config;
    plm_tls_identity identity = {0};
    plm_buf start;
    plm_buf_init(&start, PLM_CONTROL_MESSAGE_MAX);
    plm_status status = plm_tls_identity_make(&identity, config->self, config->seed, plm_wall_ms());
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&start, config->is_asker ? 1 : 0);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u32(&start, (uint32_t)config->timeout_ms);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u16(&start, (uint16_t)config->n_threads);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&start, plm_span_str(config->self));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&start, plm_buf_span(&identity.certificate));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&start, plm_buf_span(&identity.key));
    }
    if (status == PLM_OK) {
        status = append_pins(&start, config->pins, config->n_pins);
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&session->control, PLM_CONTROL_START, plm_buf_span(&start));
    }
    plm_buf_wipe(&start);
    plm_tls_identity_wipe(&identity);
    return status;
}

plm_status plm_session_tick(plm_session *session)
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

/* Waits for the worker's next message that is not about progress; failures become the status. */
static plm_status next_message(plm_session *session, plm_control_message *message)
{
    for (;;) {
        plm_status status = plm_session_tick(session);
        if (status == PLM_OK) {
            status = plm_control_next(&session->control, message);
        }
        if (status == PLM_E_TRUNCATED) {
            return session->cancelled ? PLM_E_CANCELLED : PLM_E_WORKER_DIED;
        }
        if (status == PLM_OK && message->type == PLM_CONTROL_PROGRESS) {
            status = take_progress(session, message->payload);
            if (status == PLM_OK) {
                continue;
            }
        }
        if (status == PLM_OK && message->type == PLM_CONTROL_FAILED) {
            return take_failure(session, message->payload);
        }
        if (status != PLM_E_NOT_FOUND) {
            return status;
        }
        struct pollfd wait = {session->control.fd, plm_control_events(&session->control), 0};
        int most = session->config.timeout_ms / 8;
        (void)poll(&wait, 1, most > 200 ? 200 : most);
    }
}

plm_status plm_session_open(plm_session *session, const plm_session_config *config, int fd)
{
    *session = (plm_session){.config = *config, .worker = -1, .control = {.fd = -1}};
    plm_status status = spawn(session, fd);
    (void)close(fd);
    if (status == PLM_OK) {
        status = queue_start(session);
    }
    plm_control_message message;
    if (status == PLM_OK) {
        status = next_message(session, &message);
    }
    if (status != PLM_OK) {
        return status;
    }
    plm_reader r = message.payload;
    if (message.type != PLM_CONTROL_CONNECTED || plm_rd_u32(&r, &session->pin) < 0 ||
        plm_rd_copy(&r, session->channel, sizeof session->channel) < 0 || plm_rd_end(&r) < 0 ||
        session->pin >= config->n_pins) {
        return PLM_E_PROTOCOL;
    }
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

plm_status plm_session_send(plm_session *session, plm_frame_type type, plm_span message)
{
    plm_buf payload;
    plm_buf_init(&payload, PLM_CONTROL_MESSAGE_MAX);
    plm_status status = plm_buf_append_u8(&payload, (uint8_t)type);
    if (status == PLM_OK) {
        status = plm_buf_append(&payload, message.p, message.n);
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&session->control, PLM_CONTROL_SEND, plm_buf_span(&payload));
    }
    plm_buf_wipe(&payload);
    return status == PLM_OK ? plm_control_step(&session->control) : status;
}

plm_status plm_session_receive(plm_session *session, plm_frame_type *type, plm_buf *out)
{
    plm_control_message message;
    plm_status status = next_message(session, &message);
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

/*
 * Leg 0 has the holder as receiver, leg 1 the asker; only those that `learns` names are run. With
 * both, the holder - who has more to protect - learns first.
 */
static plm_status send_engine(plm_session *session, const plm_session_engine *engine,
                              bool *is_receiver)
{
    uint8_t roles[2] = {0, 0};
    uint8_t n_legs = 0;
    if (engine->learns & PLM_LEARNS_HOLDER) {
        roles[n_legs++] = session->config.is_asker ? 0 : 1;
    }
    if (engine->learns & PLM_LEARNS_ASKER) {
        roles[n_legs++] = session->config.is_asker ? 1 : 0;
    }
    *is_receiver = roles[0] == 1 || roles[1] == 1;
    uint8_t message[8 + 8 + 1 + 1 + 2 + PLM_HASH_BYTES];
    size_t n = 0;
    plm_store_u64(message, engine->n_padded);
    plm_store_u64(message + 8, engine->n_peer);
    n = 16;
    message[n++] = (uint8_t)engine->engine;
    message[n++] = n_legs;
    memcpy(message + n, roles, n_legs);
    n += n_legs;
    memcpy(message + n, engine->context, PLM_HASH_BYTES);
    n += PLM_HASH_BYTES;
    return plm_control_queue(&session->control, PLM_CONTROL_ENGINE, plm_span_of(message, n));
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
    bool is_receiver = false;
    bool is_done = false;
    plm_status status = send_tokens(session, engine->tokens, engine->n_tokens);
    if (status == PLM_OK) {
        status = send_engine(session, engine, &is_receiver);
    }
    while (status == PLM_OK && !is_done) {
        plm_control_message message;
        status = next_message(session, &message);
        if (status != PLM_OK) {
            break;
        }
        if (message.type == PLM_CONTROL_HITS && is_receiver) {
            status = take_hits(engine, result, message.payload);
        } else if (message.type == PLM_CONTROL_ENGINE_DONE) {
            status = take_done(result, message.payload);
            is_done = true;
        } else {
            status = PLM_E_PROTOCOL;
        }
    }
    if (status != PLM_OK) {
        free(result->hits);
        *result = (plm_session_result){0};
    }
    return status;
}

plm_status plm_session_finish(plm_session *session)
{
    const plm_span nothing = {NULL, 0};
    plm_status status = plm_control_queue(&session->control, PLM_CONTROL_FINISH, nothing);
    plm_control_message message;
    if (status == PLM_OK) {
        status = next_message(session, &message);
    }
    return status == PLM_OK && message.type != PLM_CONTROL_CLOSED ? PLM_E_PROTOCOL : status;
}
