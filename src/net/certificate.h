/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate.h - the one form of certificate that Palermo makes and takes (spec/wire.md
 * section 2.2): X.509 v3 (RFC 5280), Ed25519 (RFC 8410), subject and issuer a single CN = party
 * code, signed by the party's identity key. There is no chain and no authority.
 */
#ifndef PLM_NET_CERTIFICATE_H
#define PLM_NET_CERTIFICATE_H

#include "net/net.h"

#include <openssl/x509.h>

/*
 * The number of the first pin that this certificate fits now; n_pins if there is none: every
 * reason looks the same. *certificate is only read (OpenSSL wants it writable for its caches).
 */
size_t plm_certificate_find_pin(X509 *certificate, const plm_tls_pin *pins, size_t n_pins);

#endif
