/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_engine.c - one side of a matching engine over a plain connection: with a length of four
 * bytes before each message, or in Palermo's frames, whose keyed chain a run in a node pays as
 * well.
 */
#include "cli/bench.h"
#include "net/net.h"
#include "wire/frame.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum {
    OUT_HIGH = 1 << 16,
    OUT_MAX = 8 << 20,
    IN_MAX = 8 << 20,
    READ_STEP = 1 << 16,
    USUAL_MESSAGE = 3 << 16, /* longer ones are rare */
    LENGTH_BYTES = 4
};

typedef struct side {
    const plm_bench_config *config;
    plm_conn *conn;
    plm_match *match;
    plm_chain sending;
    plm_chain receiving;
    plm_buf in;
    plm_buf out;
    plm_bench_side *result;
    bool is_ended;
    int64_t mark; /* when the last piece of time was told to its phase */
} side;

/* What went by since the last call belongs to this phase. */
static void charge(side *s, const char *phase)
{
    plm_bench_side *r = s->result;
    int64_t now = plm_clock_us();
    size_t i = 0;
    while (i < r->n_phases && strcmp(r->phases[i].name, phase) != 0) {
        i++;
    }
    if (i == r->n_phases && i < PLM_BENCH_PHASES) {
        (void)snprintf(r->phases[i].name, PLM_BENCH_PHASE_NAME, "%s", phase);
        r->n_phases++;
    }
    if (i < PLM_BENCH_PHASES) {
        r->phases[i].seconds += (double)(now - s->mark) * 1e-6;
    }
    s->mark = now;
}

/* The next whole message of `in`, behind `used`; PLM_E_NOT_FOUND if it is not all there. */
static plm_status next_message(side *s, size_t used, plm_span *message, size_t *bytes)
{
    plm_span rest = plm_span_of(s->in.data + used, s->in.n - used);
    if (s->config->with_frames) {
        plm_frame frame;
        plm_status status = plm_frame_read(&s->receiving, rest, &frame, bytes);
        *message = frame.payload;
        return status;
    }
    if (rest.n < LENGTH_BYTES || rest.n - LENGTH_BYTES < plm_load_u32(rest.p)) {
        return PLM_E_NOT_FOUND;
    }
    *message = plm_span_of(rest.p + LENGTH_BYTES, plm_load_u32(rest.p));
    *bytes = LENGTH_BYTES + message->n;
    return PLM_OK;
}

static plm_status take_messages(side *s)
{
    size_t used_all = 0;
    plm_status status = PLM_OK;
    /* What a machine does not want yet is the next one's. */
    while (status == PLM_OK && (plm_match_wants(s->match) & PLM_MATCH_INPUT)) {
        plm_span message;
        size_t used = 0;
        status = next_message(s, used_all, &message, &used);
        if (status == PLM_OK) {
            status = plm_match_input(s->match, message.p, message.n);
            used_all += used;
        }
    }
    plm_buf_consume(&s->in, used_all);
    charge(s, "input");
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status put_message(side *s)
{
    const uint8_t *message;
    size_t n;
    plm_status status = plm_match_output(s->match, &message, &n);
    if (status != PLM_OK) {
        return status;
    }
    charge(s, "output");
    if (s->config->with_frames) {
        status = plm_frame_write(&s->sending, PLM_FRAME_ENGINE, plm_span_of(message, n), &s->out);
        charge(s, "frames");
        return status;
    }
    status = plm_buf_append_u32(&s->out, (uint32_t)n);
    return status == PLM_OK ? plm_buf_append(&s->out, message, n) : status;
}

static plm_status receive(side *s, bool *progressed)
{
    size_t got = 0;
    bool clean = false;
    if (s->is_ended) {
        return PLM_OK;
    }
    plm_status status = plm_conn_read(s->conn, &s->in, READ_STEP, &got, &clean);
    if (status == PLM_E_NOT_FOUND) {
        return s->in.n > 0 ? take_messages(s) : PLM_OK;
    }
    if (status == PLM_E_TRUNCATED && !(plm_match_wants(s->match) & PLM_MATCH_INPUT)) {
        s->is_ended = true; /* the peer is done, and we have all of it */
        return PLM_OK;
    }
    charge(s, "receive");
    *progressed = true;
    return status == PLM_OK ? take_messages(s) : status;
}

static plm_status move(side *s, bool *progressed)
{
    plm_status status = receive(s, progressed);
    if (status != PLM_OK) {
        return status;
    }
    unsigned wants = plm_match_wants(s->match);
    if ((wants & PLM_MATCH_OUTPUT) && s->out.n < OUT_HIGH) {
        status = put_message(s);
        *progressed = true;
    } else if (wants & PLM_MATCH_WORK) {
        plm_match_progress progress;
        plm_match_get_progress(s->match, &progress);
        status = plm_match_work(s->match);
        charge(s, progress.phase);
        *progressed = true;
    }
    if (status == PLM_OK && s->out.n > 0) {
        status = plm_conn_write(s->conn, &s->out);
        *progressed = *progressed || status == PLM_OK;
        charge(s, "send");
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status run(side *s)
{
    plm_status status = PLM_OK;
    s->mark = plm_clock_us();
    while (status == PLM_OK && (!(plm_match_wants(s->match) & PLM_MATCH_DONE) || s->out.n > 0)) {
        bool progressed = false;
        status = move(s, &progressed);
        if (status == PLM_OK && !progressed) {
            struct pollfd wait = {plm_conn_fd(s->conn), plm_conn_events(s->conn), 0};
            if (s->out.n > 0) {
                wait.events |= POLLOUT;
            }
            (void)poll(&wait, 1, 1000);
            charge(s, "wait");
        }
    }
    return status;
}

/* One match over the connection. */
static plm_status match_once(side *s, plm_match_config *match)
{
    plm_status status = plm_match_create(&s->match, match);
    if (status == PLM_OK) {
        status = run(s);
    }
    return status;
}

static void fill_config(const plm_bench_config *config, plm_match_role role,
                        const plm_token *tokens, plm_match_config *match)
{
    *match = (plm_match_config){.engine = config->engine,
                                .security = config->security,
                                .role = role,
                                .tokens = tokens,
                                .n = config->n[role],
                                .n_peer = config->n[1 - (int)role],
                                .n_threads = config->n_threads,
                                .label_bytes = config->label_bytes};
}

/* A small run first, whose base the measured one goes on with. */
static plm_status warm_up(side *s, plm_match_config match, uint8_t *base, size_t *base_bytes)
{
    size_t least = s->config->n_common;
    match.n = match.n_peer = least < PLM_BENCH_WARM_TOKENS ? least : PLM_BENCH_WARM_TOKENS;
    plm_status status = match_once(s, &match);
    if (status == PLM_OK) {
        status = plm_match_get_base(s->match, base, base_bytes);
    }
    plm_match_destroy(s->match);
    s->match = NULL;
    memset(s->result, 0, sizeof *s->result);
    return status;
}

static plm_status measure(side *s, plm_match_config match, plm_match_role role)
{
    static uint8_t base[PLM_MATCH_BASE_MAX];
    plm_status status = PLM_OK;
    if (s->config->keeps_base) {
        match.base = base;
        status = warm_up(s, match, base, &match.base_bytes);
    }
    uint64_t sent_before = plm_conn_bytes_sent(s->conn);
    int64_t started = plm_clock_us();
    double cpu = plm_bench_cpu_seconds();
    double system = plm_bench_system_seconds();
    if (status == PLM_OK) {
        status = match_once(s, &match);
    }
    s->result->seconds = (double)(plm_clock_us() - started) * 1e-6;
    s->result->cpu_seconds = plm_bench_cpu_seconds() - cpu;
    s->result->system_seconds = plm_bench_system_seconds() - system;
    s->result->bytes_sent = plm_conn_bytes_sent(s->conn) - sent_before;
    if (status == PLM_OK && role == PLM_MATCH_RECEIVER) {
        const uint32_t *hits;
        size_t n;
        status = plm_match_hits(s->match, &hits, &n);
        s->result->n_hits = n;
    }
    return status;
}

plm_status plm_bench_side_engine(const plm_bench_config *config, plm_match_role role,
                                 const plm_token *tokens, int fd, plm_bench_side *result)
{
    static const uint8_t channel[32] = {0}; /* a benchmark has nothing to hide */
    bool is_receiver = role == PLM_MATCH_RECEIVER;
    side s = {.config = config, .result = result};
    plm_match_config match;
    plm_buf_init(&s.in, IN_MAX);
    plm_buf_init(&s.out, OUT_MAX);
    plm_chain_init(&s.sending, channel, is_receiver);
    plm_chain_init(&s.receiving, channel, !is_receiver);
    fill_config(config, role, tokens, &match);
    match.labels = is_receiver || config->label_bytes == 0 ? NULL : tokens[0].b;
    plm_status status = plm_buf_reserve(&s.in, READ_STEP + USUAL_MESSAGE);
    if (status == PLM_OK) {
        status = plm_buf_reserve(&s.out, OUT_HIGH + USUAL_MESSAGE);
    }
    if (status == PLM_OK) {
        status = plm_conn_create_plain(&s.conn, fd);
    }
    if (status == PLM_OK) {
        status = measure(&s, match, role);
    }
    plm_match_destroy(s.match);
    plm_conn_destroy(s.conn);
    plm_buf_wipe(&s.in);
    plm_buf_wipe(&s.out);
    return status;
}
