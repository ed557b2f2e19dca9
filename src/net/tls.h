/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls.h - the TLS profile (spec/wire.md section 2), and what OpenSSL's errors mean to us.
 */
#ifndef PLM_NET_TLS_H
#define PLM_NET_TLS_H

#include "net/net.h"

#include <openssl/ssl.h>

/* Whom the peer may be, and whom it turned out to be. */
typedef struct plm_tls_peer {
    plm_tls_pin *pins;
    size_t n_pins;
    size_t found; /* n_pins until a certificate has fitted */
    bool refused; /* a certificate came and did not fit */
} plm_tls_peer;

/*
 * A context with the whole profile. `peer` is borrowed for the life of the context.
 * PLM_E_CRYPTO: our own certificate or key is malformed, or they don't belong together.
 */
plm_status plm_tls_context_create(SSL_CTX **out, bool is_server, const plm_tls_identity *identity,
                                  plm_tls_peer *peer) PLM_MUST_CHECK;

/* True if both sides settled on our application protocol (ALPN, RFC 7301). */
bool plm_tls_has_protocol(const SSL *ssl);

/*
 * The status for the oldest error in OpenSSL's queue (SSL_ERROR_SSL). is_ready: the handshake was
 * finished, so that a malformed record can only be the work of someone in between.
 */
plm_status plm_tls_error_status(bool is_ready);

#endif
