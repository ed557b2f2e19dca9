/* SPDX-License-Identifier: Apache-2.0 */
#include "net/transport.h"

#include <errno.h>
#include <sys/socket.h>

static BIO_METHOD *method; /* written once by plm_transport_init, then only read */

static bool is_wait(int error)
{
    return error == EAGAIN; /* on Linux the same number as EWOULDBLOCK */
}

ssize_t plm_transport_send(plm_transport *io, const void *p, size_t n)
{
    ssize_t sent;
    do {
        sent = send(io->fd, p, n, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent > 0) {
        io->sent += (uint64_t)sent;
    } else if (sent < 0 && !is_wait(errno)) {
        io->error = errno;
    }
    return sent;
}

ssize_t plm_transport_receive(plm_transport *io, void *p, size_t n)
{
    ssize_t got;
    do {
        got = recv(io->fd, p, n, 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        io->received += (uint64_t)got;
    } else if (got == 0) {
        io->ended = true;
    } else if (!is_wait(errno)) {
        io->error = errno;
    }
    return got;
}

plm_status plm_transport_status(const plm_transport *io)
{
    switch (io->error) {
    case 0:
    case EPIPE:
    case ECONNRESET:
    case ECONNABORTED:
        return PLM_E_TRUNCATED;
    case ETIMEDOUT:
        return PLM_E_TIMEOUT;
    default:
        return PLM_E_IO;
    }
}

static int bio_write(BIO *bio, const char *p, int n)
{
    plm_transport *io = (plm_transport *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t sent = plm_transport_send(io, p, n > 0 ? (size_t)n : 0);
    if (sent < 0 && is_wait(errno)) {
        BIO_set_retry_write(bio);
    }
    return (int)sent;
}

static int bio_read(BIO *bio, char *p, int n)
{
    plm_transport *io = (plm_transport *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (n <= 0) {
        return 0; /* recv would take this for the end of the stream */
    }
    ssize_t got = plm_transport_receive(io, p, (size_t)n);
    if (got < 0 && is_wait(errno)) {
        BIO_set_retry_read(bio);
    }
    return (int)got;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    const plm_transport *io = (const plm_transport *)BIO_get_data(bio);
    (void)number;
    (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH:
        return 1;
    case BIO_CTRL_EOF:
        return io->ended ? 1 : 0;
    default:
        return 0;
    }
}

plm_status plm_transport_init(void)
{
    if (method != NULL) {
        return PLM_OK;
    }
    BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "palermo socket");
    if (made == NULL || !BIO_meth_set_write(made, bio_write) ||
        !BIO_meth_set_read(made, bio_read) || !BIO_meth_set_ctrl(made, bio_control)) {
        BIO_meth_free(made);
        return PLM_E_NOMEM;
    }
    method = made;
    return PLM_OK;
}

BIO *plm_transport_bio(plm_transport *io)
{
    BIO *bio = method != NULL ? BIO_new(method) : NULL;
    if (bio != NULL) {
        BIO_set_data(bio, io);
        BIO_set_init(bio, 1);
    }
    return bio;
}
