/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls_link.h - two connections in one thread, with somebody in between who can change or cut.
 *
 *     asker (TLS client) ==== socket pair ==== link ==== socket pair ==== holder (TLS server)
 *
 * Each side greets with 64 bytes of its own and waits for the other's. Then the asker closes, and
 * the holder sees that it did. All steps are non-blocking and taken in turn; nothing sleeps.
 */
#ifndef PLM_TESTS_TLS_LINK_H
#define PLM_TESTS_TLS_LINK_H

#include "net/net.h"
#include "tap.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LINK_WORDS = 64,
    LINK_IDLE_ROUNDS = 8 /* without progress: a stall */
};

/* [0]: from the asker to the holder, [1]: back. */
typedef struct tls_fault {
    bool flips;
    bool cuts;
    unsigned direction;
    uint64_t at; /* byte of that direction */
    uint8_t mask;
} tls_fault;

typedef struct tls_link {
    int fds[2]; /* asker's end, holder's end */
    bool ended[2];
    uint64_t n[2]; /* bytes taken in that direction */
    tls_fault fault;
} tls_link;

typedef enum tls_stage {
    TLS_STAGE_HANDSHAKE,
    TLS_STAGE_TALKING,
    TLS_STAGE_CLOSING,
    TLS_STAGE_OVER
} tls_stage;

typedef struct tls_side {
    plm_conn *conn;
    tls_stage stage;
    bool is_asker;
    plm_status status; /* once over */
    size_t peer;
    uint8_t exporter[32];
    plm_buf out;
    plm_buf in;
    bool clean;
    bool greeted; /* its handshake was done */
} tls_side;

static inline void tls_link_close(tls_link *link, unsigned i)
{
    if (link->fds[i] >= 0) {
        (void)close(link->fds[i]);
        link->fds[i] = -1;
    }
}

/* Moves what there is in one direction; true if anything moved. */
static inline bool tls_link_move(tls_link *link, unsigned direction)
{
    uint8_t bytes[4096];
    const int from = link->fds[direction];
    const int to = link->fds[1 - direction];
    if (from < 0 || link->ended[direction]) {
        return false;
    }
    ssize_t n = recv(from, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) {
        return false;
    }
    if (n <= 0) {
        link->ended[direction] = true;
        if (to >= 0) {
            (void)shutdown(to, SHUT_WR);
        }
        return true;
    }
    const tls_fault *fault = &link->fault;
    const uint64_t first = link->n[direction];
    link->n[direction] += (uint64_t)n;
    const bool is_here =
        fault->direction == direction && fault->at >= first && fault->at < first + (uint64_t)n;
    size_t n_pass = (size_t)n;
    if (is_here && fault->flips) {
        bytes[fault->at - first] ^= fault->mask;
    }
    if (is_here && fault->cuts) {
        n_pass = (size_t)(fault->at - first);
    }
    if (to >= 0 && n_pass > 0) {
        ssize_t sent = send(to, bytes, n_pass, MSG_NOSIGNAL);
        (void)sent; /* a side that is gone does not matter */
    }
    if (is_here && fault->cuts) {
        tls_link_close(link, 0);
        tls_link_close(link, 1);
    }
    return true;
}

static inline void tls_side_end(tls_side *side, plm_status status)
{
    side->status = status;
    side->stage = TLS_STAGE_OVER;
    plm_conn_destroy(side->conn);
    side->conn = NULL;
}

static inline void tls_side_greet(tls_side *side)
{
    uint8_t words[LINK_WORDS];
    memset(words, side->is_asker ? 'a' : 'h', sizeof words);
    side->greeted = true;
    side->peer = plm_conn_peer(side->conn);
    CHECK_STATUS(plm_conn_exporter(side->conn, side->exporter), PLM_OK);
    CHECK_STATUS(plm_buf_append(&side->out, words, sizeof words), PLM_OK);
    side->stage = TLS_STAGE_TALKING;
}

/* One step; true if anything happened. */
static inline bool tls_side_step(tls_side *side)
{
    size_t got = 0;
    plm_status status;
    if (side->stage == TLS_STAGE_OVER) {
        return false;
    }
    if (side->stage == TLS_STAGE_HANDSHAKE) {
        status = plm_conn_handshake(side->conn);
        if (status == PLM_OK) {
            tls_side_greet(side);
        } else if (status != PLM_E_NOT_FOUND) {
            tls_side_end(side, status);
        }
        return status != PLM_E_NOT_FOUND;
    }
    bool moved = false;
    if (side->out.n > 0) {
        status = plm_conn_write(side->conn, &side->out);
        moved = status == PLM_OK;
        if (status != PLM_OK && status != PLM_E_NOT_FOUND) {
            tls_side_end(side, status);
            return true;
        }
    }
    status = plm_conn_read(side->conn, &side->in, 7, &got, &side->clean);
    if (status == PLM_OK && side->in.n >= LINK_WORDS && side->stage == TLS_STAGE_TALKING) {
        side->stage = TLS_STAGE_CLOSING;
    }
    const bool is_orderly = side->stage == TLS_STAGE_CLOSING && side->clean;
    if (status != PLM_OK && status != PLM_E_NOT_FOUND) {
        tls_side_end(side, is_orderly ? PLM_OK : status);
        return true;
    }
    if (side->stage == TLS_STAGE_CLOSING && side->is_asker && side->out.n == 0) {
        tls_side_end(side, PLM_OK);
        return true;
    }
    return moved || status == PLM_OK;
}

/* The two ends of the link, ready for conns to be made over them. */
static inline bool tls_link_open(tls_link *link, int *asker_fd, int *holder_fd)
{
    int pair[2][2];
    if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair[0]) == 0) ||
        !CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair[1]) == 0)) {
        return false;
    }
    link->fds[0] = pair[0][1];
    link->fds[1] = pair[1][1];
    *asker_fd = pair[0][0];
    *holder_fd = pair[1][0];
    return true;
}

static inline void tls_side_begin(tls_side *side, plm_conn *conn, bool is_asker)
{
    *side = (tls_side){.conn = conn, .is_asker = is_asker};
    plm_buf_init(&side->out, 1 << 16);
    plm_buf_init(&side->in, 1 << 16);
}

static inline void tls_side_wipe(tls_side *side)
{
    plm_conn_destroy(side->conn);
    plm_buf_wipe(&side->out);
    plm_buf_wipe(&side->in);
}

/*
 * Runs until both are over; a side that is not by the time nothing moves any more gets
 * PLM_E_TIMEOUT. Closes the link; the sides are the caller's to wipe.
 */
static inline void tls_link_run(tls_link *link, tls_side *asker, tls_side *holder)
{
    unsigned idle = 0;
    while (idle < LINK_IDLE_ROUNDS &&
           (asker->stage != TLS_STAGE_OVER || holder->stage != TLS_STAGE_OVER)) {
        bool moved = tls_side_step(asker);
        moved = tls_link_move(link, 0) || moved;
        moved = tls_side_step(holder) || moved;
        moved = tls_link_move(link, 1) || moved;
        idle = moved ? 0 : idle + 1;
    }
    if (asker->stage != TLS_STAGE_OVER) {
        tls_side_end(asker, PLM_E_TIMEOUT);
    }
    if (holder->stage != TLS_STAGE_OVER) {
        tls_side_end(holder, PLM_E_TIMEOUT);
    }
    tls_link_close(link, 0);
    tls_link_close(link, 1);
}

/* True if that side got exactly what the other said. */
static inline bool tls_side_heard_all(const tls_side *side)
{
    bool good = side->in.n == LINK_WORDS;
    for (size_t i = 0; good && i < side->in.n; i++) {
        good = side->in.data[i] == (side->is_asker ? 'h' : 'a');
    }
    return good;
}

#endif
