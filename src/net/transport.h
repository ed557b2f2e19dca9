/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transport.h - a connected socket that counts its bytes, raises no SIGPIPE, and remembers how it
 * ended; and the OpenSSL BIO over it.
 */
#ifndef PLM_NET_TRANSPORT_H
#define PLM_NET_TRANSPORT_H

#include "base/bytes.h"

#include <openssl/bio.h>
#include <sys/types.h>

typedef struct plm_transport {
    int fd;
    uint64_t sent;
    uint64_t received;
    bool ended; /* an orderly FIN came */
    int error;  /* the errno that broke it; 0 while it is whole */
} plm_transport;

/* As send(2) and recv(2); never SIGPIPE, never EINTR. -1 with errno EAGAIN: wait. */
ssize_t plm_transport_send(plm_transport *io, const void *p, size_t n);
ssize_t plm_transport_receive(plm_transport *io, void *p, size_t n);
/* What the transport's own end means: PLM_E_TRUNCATED, PLM_E_TIMEOUT, PLM_E_IO. */
plm_status plm_transport_status(const plm_transport *io);

/* Makes the BIO's method, once. PLM_E_NOMEM. */
plm_status plm_transport_init(void) PLM_MUST_CHECK;
/* A BIO that borrows io; NULL if memory runs out or plm_transport_init was not called. */
BIO *plm_transport_bio(plm_transport *io);

#endif
