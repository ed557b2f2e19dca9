/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two threads over loopback TCP: much data both ways at once, and a refusal that reaches somebody
 * who is busy sending.
 */
#include "crypto/sign.h"
#include "net/net.h"
#include "tap.h"
#include "wire/frame.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    N_MESSAGES = 24,
    MESSAGE_BYTES = 1 << 20,
    PATIENCE_MS = 20000
};

static const uint8_t seeds[3][32] = {{1}, {2}, {3}};

/* One thread's side. */
typedef struct side {
    int fd;
    bool is_asker;
    const uint8_t *seed;
    unsigned n_to_send;
    plm_status status;
    unsigned n_heard;
    bool clean;
    uint64_t sent;
    uint64_t received;
} side;

static plm_conn *make_conn(const side *s)
{
    plm_tls_pin pin = {0};
    plm_tls_identity identity;
    plm_conn *conn = NULL;
    memcpy(pin.party, s->is_asker ? "XH" : "XA", 3);
    plm_identity_public(pin.identity, seeds[s->is_asker ? 1 : 0]);
    if (plm_tls_identity_make(&identity, s->is_asker ? "XA" : "XH", s->seed, plm_wall_ms()) ==
        PLM_OK) {
        plm_status status = plm_conn_create_tls(&conn, s->fd, !s->is_asker, &identity, &pin, 1);
        (void)status; /* seen by conn */
        plm_tls_identity_wipe(&identity);
    }
    return conn;
}

static plm_status await(plm_conn *conn, bool wants_out)
{
    struct pollfd wait = {plm_conn_fd(conn), plm_conn_events(conn), 0};
    wait.events = (short)(wait.events | (wants_out ? POLLOUT : 0));
    return poll(&wait, 1, PATIENCE_MS) > 0 ? PLM_OK : PLM_E_TIMEOUT;
}

static plm_status shake_hands(plm_conn *conn)
{
    for (;;) {
        plm_status status = plm_conn_handshake(conn);
        if (status != PLM_E_NOT_FOUND) {
            return status;
        }
        status = await(conn, false);
        if (status != PLM_OK) {
            return status;
        }
    }
}

/* Frames of pseudo-random content, so that nothing lost or doubled can pass. */
static plm_status queue_next(plm_chain *chain, unsigned i, unsigned n, plm_buf *out)
{
    static const plm_span nothing = {NULL, 0};
    if (i == n) {
        return plm_frame_write(chain, PLM_FRAME_END, nothing, out);
    }
    uint8_t *payload = (uint8_t *)malloc(MESSAGE_BYTES);
    if (payload == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t at = 0; at < MESSAGE_BYTES; at++) {
        payload[at] = (uint8_t)((at + i) * 2654435761U >> 11);
    }
    plm_status status =
        plm_frame_write(chain, PLM_FRAME_ENGINE, plm_span_of(payload, MESSAGE_BYTES), out);
    free(payload);
    return status;
}

static plm_status take_frames(side *s, plm_chain *chain, plm_buf *in)
{
    plm_status status = PLM_OK;
    size_t from = 0;
    while (status == PLM_OK) {
        plm_frame frame;
        size_t used;
        status = plm_frame_read(chain, plm_span_of(in->data + from, in->n - from), &frame, &used);
        if (status == PLM_OK) {
            from += used;
            s->n_heard += frame.type == PLM_FRAME_ENGINE && frame.payload.n == MESSAGE_BYTES;
        }
    }
    plm_buf_consume(in, from);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status read_all(side *s, plm_conn *conn, plm_chain *chain, plm_buf *in)
{
    for (;;) {
        size_t got;
        plm_status status = plm_conn_read(conn, in, 1 << 17, &got, &s->clean);
        if (status == PLM_OK) {
            status = take_frames(s, chain, in);
        }
        if (status == PLM_E_TRUNCATED && s->clean && chain->ended) {
            return PLM_OK; /* it said all it had to say, and hung up */
        }
        if (status != PLM_OK) {
            return status == PLM_E_NOT_FOUND ? PLM_OK : status;
        }
    }
}

/* Sends all it has and hears all it is to hear. */
static plm_status converse(side *s, plm_conn *conn, plm_buf *in, plm_buf *out)
{
    uint8_t channel[32];
    plm_chain sending;
    plm_chain receiving;
    unsigned i = 0;
    plm_status status = plm_conn_exporter(conn, channel);
    plm_chain_init(&sending, channel, s->is_asker);
    plm_chain_init(&receiving, channel, !s->is_asker);
    while (status == PLM_OK) {
        while (status == PLM_OK && i <= s->n_to_send && out->n < 2 * MESSAGE_BYTES) {
            status = queue_next(&sending, i++, s->n_to_send, out);
        }
        /* Writes first, and only then looks what was said meanwhile. */
        if (status == PLM_OK && out->n > 0) {
            status = plm_conn_write(conn, out);
            status = status == PLM_E_NOT_FOUND ? PLM_OK : status;
        }
        if (status == PLM_OK) {
            status = read_all(s, conn, &receiving, in);
        }
        if (status == PLM_OK && receiving.ended && out->n == 0 && i > s->n_to_send) {
            return plm_frame_finish(&receiving, in->n);
        }
        if (status == PLM_OK && (out->n > 0 || i > s->n_to_send)) {
            status = await(conn, out->n > 0);
        }
    }
    return status;
}

static void *run_side(void *context)
{
    side *s = (side *)context;
    plm_conn *conn = make_conn(s);
    plm_buf in;
    plm_buf out;
    plm_buf_init(&in, 8 << 20);
    plm_buf_init(&out, 8 << 20);
    s->status = conn != NULL ? shake_hands(conn) : PLM_E_CRYPTO;
    if (s->status == PLM_OK) {
        s->status = converse(s, conn, &in, &out);
    }
    if (conn != NULL) {
        s->sent = plm_conn_bytes_sent(conn);
        s->received = plm_conn_bytes_received(conn);
    }
    plm_conn_destroy(conn);
    plm_buf_wipe(&in);
    plm_buf_wipe(&out);
    return NULL;
}

static bool open_tcp(int *asker, int *holder)
{
    int listener;
    uint16_t port;
    char address[32];
    if (!CHECK_STATUS(plm_net_listen("127.0.0.1:0", &listener, &port), PLM_OK)) {
        return false;
    }
    (void)snprintf(address, sizeof address, "127.0.0.1:%u", (unsigned)port);
    bool good = CHECK_STATUS(plm_net_connect(address, PATIENCE_MS, asker), PLM_OK);
    struct pollfd wait = {listener, POLLIN, 0};
    good = good && CHECK(poll(&wait, 1, PATIENCE_MS) == 1) &&
           CHECK_STATUS(plm_net_accept(listener, holder), PLM_OK);
    (void)close(listener);
    return good;
}

static void run_both(side *asker, side *holder)
{
    pthread_t threads[2];
    asker->is_asker = true;
    if (open_tcp(&asker->fd, &holder->fd)) {
        CHECK(pthread_create(&threads[0], NULL, run_side, asker) == 0);
        CHECK(pthread_create(&threads[1], NULL, run_side, holder) == 0);
        CHECK(pthread_join(threads[0], NULL) == 0);
        CHECK(pthread_join(threads[1], NULL) == 0);
    }
}

static void test_much_both_ways(void)
{
    side asker = {.seed = seeds[0], .n_to_send = N_MESSAGES};
    side holder = {.seed = seeds[1], .n_to_send = N_MESSAGES};
    run_both(&asker, &holder);
    CHECK_STATUS(asker.status, PLM_OK);
    CHECK_STATUS(holder.status, PLM_OK);
    CHECK_EQ_INT(asker.n_heard, N_MESSAGES);
    CHECK_EQ_INT(holder.n_heard, N_MESSAGES);
    CHECK(asker.sent > (uint64_t)N_MESSAGES * MESSAGE_BYTES);
    CHECK(holder.received > (uint64_t)N_MESSAGES * MESSAGE_BYTES);
}

/* The holder refuses the asker's certificate while the asker, who can't know it yet, sends on. */
static void test_refused_while_sending(void)
{
    for (unsigned i = 0; i < 20; i++) {
        side asker = {.seed = seeds[2], .n_to_send = N_MESSAGES};
        side holder = {.seed = seeds[1]};
        run_both(&asker, &holder);
        CHECK_STATUS(holder.status, PLM_E_AUTH);
        CHECK_STATUS(asker.status, PLM_E_AUTH);
        CHECK_EQ_INT(asker.n_heard + holder.n_heard, 0);
    }
}

int main(void)
{
    TAP_RUN(test_much_both_ways);
    TAP_RUN(test_refused_while_sending);
    return tap_done();
}
