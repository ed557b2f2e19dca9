/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls.h"
#include "net/transport.h"

#include "base/ct.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    READ_STEP = 1 << 14 /* a TLS record's content, at most (RFC 8446 section 5.1) */
};

struct plm_conn {
    plm_transport io;
    SSL_CTX *context; /* NULL: without TLS */
    SSL *ssl;
    plm_tls_peer peer;
    bool is_ready;       /* the handshake is done */
    bool handshake_out;  /* the handshake waits for room to write */
    bool read_out;       /* a read waits for room to write (an answer of TLS itself) */
    bool write_out;      /* a write waits for room */
    bool is_drained;     /* the last read took all that had come */
    bool write_broken;   /* nothing more can be sent, but something may still be read */
    plm_status failed;   /* the first failure stays */
    plm_status read_end; /* the stream's end, as reads report it */
    bool clean;
};

static plm_status create(plm_conn **out, int fd)
{
    int flags = fcntl(fd, F_GETFL);
    plm_conn *conn = (plm_conn *)calloc(1, sizeof *conn);
    if (conn == NULL || flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
        plm_status status = conn == NULL ? PLM_E_NOMEM : PLM_E_IO;
        free(conn);
        (void)close(fd);
        return status;
    }
    conn->io.fd = fd;
    *out = conn;
    return PLM_OK;
}

plm_status plm_conn_create_plain(plm_conn **out, int fd)
{
    plm_conn *conn;
    plm_status status = create(&conn, fd);
    if (status == PLM_OK) {
        conn->is_ready = true;
        *out = conn;
    }
    return status;
}

static plm_status copy_pins(plm_tls_peer *peer, const plm_tls_pin *pins, size_t n_pins)
{
    peer->pins = (plm_tls_pin *)calloc(n_pins > 0 ? n_pins : 1, sizeof *pins);
    if (peer->pins == NULL) {
        return PLM_E_NOMEM;
    }
    if (n_pins > 0) {
        memcpy(peer->pins, pins, n_pins * sizeof *pins);
    }
    for (size_t i = 0; i < n_pins; i++) {
        peer->pins[i].party[sizeof pins->party - 1] = '\0';
    }
    peer->n_pins = n_pins;
    peer->found = n_pins;
    return PLM_OK;
}

static plm_status start_tls(plm_conn *conn, bool is_server)
{
    BIO *bio = plm_transport_bio(&conn->io);
    conn->ssl = SSL_new(conn->context);
    if (conn->ssl == NULL || bio == NULL) {
        (void)BIO_free(bio);
        return PLM_E_NOMEM;
    }
    SSL_set_bio(conn->ssl, bio, bio);
    if (is_server) {
        SSL_set_accept_state(conn->ssl);
    } else {
        SSL_set_connect_state(conn->ssl);
        conn->handshake_out = true; /* the client speaks first */
    }
    return PLM_OK;
}

plm_status plm_conn_create_tls(plm_conn **out, int fd, bool is_server,
                               const plm_tls_identity *identity, const plm_tls_pin *pins,
                               size_t n_pins)
{
    plm_conn *conn;
    plm_status status = create(&conn, fd);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_net_init();
    if (status == PLM_OK) {
        status = copy_pins(&conn->peer, pins, n_pins);
    }
    if (status == PLM_OK) {
        status = plm_tls_context_create(&conn->context, is_server, identity, &conn->peer);
    }
    if (status == PLM_OK) {
        status = start_tls(conn, is_server);
    }
    if (status != PLM_OK) {
        plm_conn_destroy(conn);
        return status;
    }
    *out = conn;
    return PLM_OK;
}

void plm_conn_destroy(plm_conn *conn)
{
    if (conn == NULL) {
        return;
    }
    if (conn->ssl != NULL) {
        ERR_clear_error();
        if (conn->is_ready && conn->failed == PLM_OK && !conn->write_broken) {
            (void)SSL_shutdown(conn->ssl); /* one try; its result changes nothing */
        }
        SSL_free(conn->ssl);
        ERR_clear_error();
    }
    SSL_CTX_free(conn->context);
    (void)close(conn->io.fd);
    free(conn->peer.pins);
    plm_wipe(conn, sizeof *conn);
    free(conn);
}

int plm_conn_fd(const plm_conn *conn)
{
    return conn->io.fd;
}

short plm_conn_events(const plm_conn *conn)
{
    if (conn->failed != PLM_OK) {
        return 0;
    }
    if (!conn->is_ready) {
        return conn->handshake_out ? POLLOUT : POLLIN;
    }
    const bool wants_out = (conn->read_out || conn->write_out) && !conn->write_broken;
    const bool wants_in = conn->read_end == PLM_OK;
    return (short)((wants_in ? POLLIN : 0) | (wants_out ? POLLOUT : 0));
}

/* What an unsuccessful call of OpenSSL means; *wants_out: it waits for room to write. */
static plm_status tls_status(plm_conn *conn, int result, bool *wants_out)
{
    *wants_out = false;
    switch (SSL_get_error(conn->ssl, result)) {
    case SSL_ERROR_WANT_WRITE:
        *wants_out = true;
        return PLM_E_NOT_FOUND;
    case SSL_ERROR_WANT_READ:
        return PLM_E_NOT_FOUND;
    case SSL_ERROR_ZERO_RETURN:
        conn->clean = true;
        return PLM_E_TRUNCATED;
    case SSL_ERROR_SYSCALL:
        return plm_transport_status(&conn->io);
    case SSL_ERROR_SSL:
        return conn->peer.refused ? PLM_E_AUTH : plm_tls_error_status(conn->is_ready);
    default:
        return PLM_E_PROTOCOL;
    }
}

static plm_status fail(plm_conn *conn, plm_status why)
{
    conn->failed = why;
    return why;
}

plm_status plm_conn_handshake(plm_conn *conn)
{
    if (conn->is_ready || conn->failed != PLM_OK) {
        return conn->failed;
    }
    ERR_clear_error();
    int result = SSL_do_handshake(conn->ssl);
    if (result != 1) {
        plm_status status = tls_status(conn, result, &conn->handshake_out);
        return status == PLM_E_NOT_FOUND ? status : fail(conn, status);
    }
    if (conn->peer.found >= conn->peer.n_pins) {
        return fail(conn, PLM_E_AUTH);
    }
    if (!plm_tls_has_protocol(conn->ssl) || SSL_version(conn->ssl) != TLS1_3_VERSION) {
        return fail(conn, PLM_E_PROTOCOL);
    }
    conn->is_ready = true;
    return PLM_OK;
}

size_t plm_conn_peer(const plm_conn *conn)
{
    return conn->ssl != NULL && conn->is_ready ? conn->peer.found : SIZE_MAX;
}

plm_status plm_conn_exporter(const plm_conn *conn, uint8_t out[static 32])
{
    static const char label[] = "EXPORTER-palermo-1";
    uint8_t value[32];
    if (conn->ssl == NULL || !conn->is_ready) {
        return PLM_E_ARGUMENT;
    }
    ERR_clear_error();
    if (SSL_export_keying_material(conn->ssl, value, sizeof value, label, sizeof label - 1, NULL, 0,
                                   0) != 1) {
        return PLM_E_CRYPTO;
    }
    memcpy(out, value, sizeof value);
    plm_wipe(value, sizeof value);
    return PLM_OK;
}

/* One read of at most n bytes: PLM_OK with *got > 0. */
static plm_status read_some(plm_conn *conn, uint8_t *p, size_t n, size_t *got)
{
    if (conn->ssl != NULL) {
        ERR_clear_error();
        int result = SSL_read_ex(conn->ssl, p, n, got);
        if (result == 1) {
            return PLM_OK;
        }
        *got = 0;
        return tls_status(conn, result, &conn->read_out);
    }
    ssize_t taken = plm_transport_receive(&conn->io, p, n);
    if (taken > 0) {
        *got = (size_t)taken;
        return PLM_OK;
    }
    if (taken < 0 && conn->io.error == 0) {
        return PLM_E_NOT_FOUND;
    }
    conn->clean = taken == 0;
    return plm_transport_status(&conn->io);
}

plm_status plm_conn_read(plm_conn *conn, plm_buf *in, size_t most, size_t *got, bool *clean)
{
    size_t total = 0;
    plm_status status = PLM_OK;
    if (most == 0 || (!conn->is_ready && conn->failed == PLM_OK)) {
        return PLM_E_ARGUMENT;
    }
    status = conn->failed != PLM_OK ? conn->failed : conn->read_end;
    conn->is_drained = false;
    while (status == PLM_OK && total < most) {
        size_t n = most - total < READ_STEP ? most - total : READ_STEP;
        size_t some = 0;
        if (in->n < in->max && n > in->max - in->n) {
            n = in->max - in->n;
        }
        status = plm_buf_reserve(in, n);
        if (status == PLM_OK) {
            status = read_some(conn, in->data + in->n, n, &some);
            conn->is_drained = status == PLM_E_NOT_FOUND;
            if (status != PLM_OK && status != PLM_E_NOT_FOUND) {
                conn->read_end = status; /* told now, or once what came before it is taken */
            }
        }
        in->n += some;
        total += some;
    }
    if (conn->read_end != PLM_OK && conn->read_end != PLM_E_TRUNCATED) {
        conn->failed = conn->read_end;
    }
    *got = total;
    *clean = total == 0 && conn->clean && conn->read_end == PLM_E_TRUNCATED;
    return total > 0 ? PLM_OK : status;
}

bool plm_conn_is_drained(const plm_conn *conn)
{
    return conn->is_drained;
}

/*
 * The peer has closed; why it did may still wait to be read - an alert, or a last message. Until
 * all of that is read, a write says "wait", for if it failed, that reason would be lost.
 */
static plm_status explain_broken_write(plm_conn *conn)
{
    uint8_t byte;
    bool ignored;
    plm_status status;
    conn->write_broken = true;
    if (conn->read_end != PLM_OK) {
        return fail(conn, conn->read_end);
    }
    if (conn->ssl != NULL) {
        ERR_clear_error();
        int result = SSL_peek(conn->ssl, &byte, 1);
        if (result == 1) {
            return PLM_E_NOT_FOUND;
        }
        status = tls_status(conn, result, &ignored);
    } else {
        if (recv(conn->io.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1) {
            return PLM_E_NOT_FOUND;
        }
        status = plm_transport_status(&conn->io);
    }
    return fail(conn, status == PLM_E_NOT_FOUND ? PLM_E_TRUNCATED : status);
}

/* One write from p: PLM_OK with *sent > 0. */
static plm_status write_some(plm_conn *conn, const uint8_t *p, size_t n, size_t *sent)
{
    conn->write_out = false;
    if (conn->ssl != NULL) {
        ERR_clear_error();
        int result = SSL_write_ex(conn->ssl, p, n, sent);
        if (result == 1) {
            return PLM_OK;
        }
        *sent = 0;
        plm_status status = tls_status(conn, result, &conn->write_out);
        return status == PLM_E_TRUNCATED ? explain_broken_write(conn) : status;
    }
    ssize_t went = plm_transport_send(&conn->io, p, n);
    if (went >= 0) {
        *sent = (size_t)went;
        return PLM_OK;
    }
    if (conn->io.error == 0) {
        conn->write_out = true;
        return PLM_E_NOT_FOUND;
    }
    plm_status status = plm_transport_status(&conn->io);
    return status == PLM_E_TRUNCATED ? explain_broken_write(conn) : status;
}

plm_status plm_conn_write(plm_conn *conn, plm_buf *out)
{
    size_t total = 0;
    plm_status status = conn->failed;
    if (out->n == 0 || (!conn->is_ready && status == PLM_OK)) {
        return PLM_E_ARGUMENT;
    }
    if (status == PLM_OK && conn->write_broken) {
        return explain_broken_write(conn);
    }
    while (status == PLM_OK && total < out->n) {
        size_t some = 0;
        status = write_some(conn, out->data + total, out->n - total, &some);
        total += some;
    }
    if (status != PLM_OK && status != PLM_E_NOT_FOUND) {
        conn->failed = status;
    }
    plm_buf_consume(out, total); /* once, however many records it took */
    return total > 0 ? PLM_OK : status;
}

uint64_t plm_conn_bytes_sent(const plm_conn *conn)
{
    return conn->io.sent;
}

uint64_t plm_conn_bytes_received(const plm_conn *conn)
{
    return conn->io.received;
}
