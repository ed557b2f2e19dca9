/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_engine.c - one side of a matching engine over a plain connection with Palermo's frames.
 */
#include "cli/bench.h"
#include "net/net.h"
#include "wire/frame.h"

#include <poll.h>
#include <string.h>

enum {
    OUT_HIGH = 1 << 20,
    OUT_MAX = 8 << 20,
    READ_STEP = 1 << 17
};

typedef struct side {
    plm_conn *conn;
    plm_match *match;
    plm_chain sending;
    plm_chain receiving;
    plm_buf in;
    plm_buf out;
} side;

static plm_status take_frames(side *s)
{
    size_t used_all = 0;
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        plm_frame frame;
        size_t used;
        status = plm_frame_read(
            &s->receiving, plm_span_of(s->in.data + used_all, s->in.n - used_all), &frame, &used);
        if (status == PLM_OK) {
            status = plm_match_input(s->match, frame.payload.p, frame.payload.n);
            used_all += used;
        }
    }
    plm_buf_consume(&s->in, used_all);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status move(side *s, bool *progressed)
{
    size_t got = 0;
    bool clean = false;
    plm_status status = plm_conn_read(s->conn, &s->in, READ_STEP, &got, &clean);
    if (status == PLM_OK) {
        *progressed = true;
        status = take_frames(s);
    }
    if (status != PLM_OK && status != PLM_E_NOT_FOUND) {
        return status;
    }
    unsigned wants = plm_match_wants(s->match);
    if ((wants & PLM_MATCH_OUTPUT) && s->out.n < OUT_HIGH) {
        const uint8_t *message;
        size_t n;
        status = plm_match_output(s->match, &message, &n);
        if (status == PLM_OK) {
            status =
                plm_frame_write(&s->sending, PLM_FRAME_ENGINE, plm_span_of(message, n), &s->out);
        }
        *progressed = true;
    } else if (wants & PLM_MATCH_WORK) {
        status = plm_match_work(s->match);
        *progressed = true;
    } else {
        status = PLM_OK;
    }
    if (status == PLM_OK && s->out.n > 0) {
        status = plm_conn_write(s->conn, &s->out);
        *progressed = *progressed || status == PLM_OK;
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status run(side *s)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK && (!(plm_match_wants(s->match) & PLM_MATCH_DONE) || s->out.n > 0)) {
        bool progressed = false;
        status = move(s, &progressed);
        if (status == PLM_OK && !progressed) {
            struct pollfd wait = {plm_conn_fd(s->conn), plm_conn_events(s->conn), 0};
            if (s->out.n > 0) {
                wait.events |= POLLOUT;
            }
            (void)poll(&wait, 1, 1000);
        }
    }
    return status;
}

plm_status plm_bench_side_engine(const plm_bench_config *config, bool is_receiver,
                                 const plm_token *tokens, int fd, plm_bench_result *result)
{
    static const uint8_t channel[32] = {0}; /* a benchmark has nothing to hide */
    side s = {0};
    plm_buf_init(&s.in, (size_t)4 * PLM_FRAME_PAYLOAD_MAX);
    plm_buf_init(&s.out, OUT_MAX);
    plm_chain_init(&s.sending, channel, is_receiver);
    plm_chain_init(&s.receiving, channel, !is_receiver);
    const plm_match_config match = {.engine = PLM_ENGINE_OPRF,
                                    .role = is_receiver ? PLM_MATCH_RECEIVER : PLM_MATCH_SENDER,
                                    .tokens = tokens,
                                    .n = config->n,
                                    .n_peer = config->n,
                                    .n_threads = config->n_threads};
    plm_status status = plm_conn_create_plain(&s.conn, fd);
    if (status == PLM_OK) {
        status = plm_match_create(&s.match, &match);
    }
    if (status == PLM_OK) {
        status = run(&s);
    }
    if (status == PLM_OK && is_receiver) {
        const uint32_t *hits;
        size_t n;
        status = plm_match_hits(s.match, &hits, &n);
        result->n_hits = n;
    }
    if (s.conn != NULL) {
        result->bytes_sent = plm_conn_bytes_sent(s.conn);
        result->bytes_received = plm_conn_bytes_received(s.conn);
    }
    plm_match_destroy(s.match);
    plm_conn_destroy(s.conn);
    plm_buf_wipe(&s.in);
    plm_buf_wipe(&s.out);
    return status;
}
