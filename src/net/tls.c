/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls.h"

#include "net/certificate.h"
#include "net/transport.h"

#include "crypto/sign.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

enum {
    PEER_CERTIFICATES_MAX = 4096, /* bytes of a peer's certificate message; ours has under 400 */
    READ_AHEAD_BYTES = 1 << 16
};

/* ALPN's form: a length, then the name. */
static const unsigned char protocol[] = "\x09palermo/1";
enum {
    PROTOCOL_BYTES = sizeof protocol - 1
};

static plm_status init_status;

static void init_once(void)
{
    uint8_t random[1];
    struct tm tm;
    const time_t now = 0;
    /* No tables of words for errors, nor of the names of all ciphers there ever were. */
    const uint64_t options = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_SSL_STRINGS |
                             OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
                             OPENSSL_INIT_NO_ADD_ALL_DIGESTS;
    init_status = plm_crypto_init();
    if (init_status == PLM_OK &&
        (OPENSSL_init_ssl(options, NULL) != 1 || RAND_bytes(random, sizeof random) != 1)) {
        init_status = PLM_E_CRYPTO;
    }
    if (init_status == PLM_OK) {
        init_status = plm_transport_init();
    }
    /* Certificates' dates go through gmtime_r, whose first call reads the time zone's file. */
    (void)gmtime_r(&now, &tm);
}

plm_status plm_net_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    return pthread_once(&once, init_once) == 0 ? init_status : PLM_E_CRYPTO;
}

/*
 * Replaces OpenSSL's chain building altogether: one certificate, of a pinned party. The alert says
 * bad_certificate whatever the reason was.
 */
static int verify_peer(X509_STORE_CTX *store, void *context)
{
    plm_tls_peer *peer = (plm_tls_peer *)context;
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    const STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(store);
    peer->found = peer->n_pins;
    if (certificate != NULL && chain != NULL && sk_X509_num(chain) == 1) {
        peer->found = plm_certificate_find_pin(certificate, peer->pins, peer->n_pins);
    }
    peer->refused = peer->found >= peer->n_pins;
    X509_STORE_CTX_set_error(store, peer->refused ? X509_V_ERR_CERT_UNTRUSTED : X509_V_OK);
    return peer->refused ? 0 : 1;
}

/* A client that does not name our protocol is turned away before it learns who we are. */
static int check_client_hello(SSL *ssl, int *alert, void *context)
{
    const unsigned char *extension;
    size_t n;
    (void)context;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation,
                                  &extension, &n) != 1) {
        *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
        return SSL_CLIENT_HELLO_ERROR;
    }
    return SSL_CLIENT_HELLO_SUCCESS;
}

static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *n_out,
                           const unsigned char *offered, unsigned n_offered, void *context)
{
    (void)ssl;
    (void)context;
    for (unsigned at = 0; at < n_offered; at += 1U + offered[at]) {
        if (n_offered - at >= PROTOCOL_BYTES &&
            memcmp(offered + at, protocol, PROTOCOL_BYTES) == 0) {
            *out = offered + at + 1;
            *n_out = PROTOCOL_BYTES - 1;
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool plm_tls_has_protocol(const SSL *ssl)
{
    const unsigned char *selected;
    unsigned n;
    SSL_get0_alpn_selected(ssl, &selected, &n);
    return n == PROTOCOL_BYTES - 1 && memcmp(selected, protocol + 1, n) == 0;
}

static bool set_algorithms(SSL_CTX *context)
{
    /* Arrays, since the macros behind these names cast const away. */
    char groups[] = "X25519:P-256";
    char signatures[] = "ed25519";
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                             "TLS_CHACHA20_POLY1305_SHA256") == 1 &&
           SSL_CTX_set1_groups_list(context, groups) == 1 &&
           SSL_CTX_set1_sigalgs_list(context, signatures) == 1 &&
           SSL_CTX_set1_client_sigalgs_list(context, signatures) == 1;
}

/* No resumption in any form: every connection proves both identities anew. */
static bool set_sessions(SSL_CTX *context)
{
    (void)SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                           SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
    (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_mode(context,
                           SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_max_cert_list(context, PEER_CERTIFICATES_MAX);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, READ_AHEAD_BYTES);
    return SSL_CTX_set_num_tickets(context, 0) == 1 && SSL_CTX_set_max_early_data(context, 0) == 1;
}

static bool set_identity(SSL_CTX *context, const plm_tls_identity *identity)
{
    if (identity->certificate.n > INT32_MAX || identity->key.n > INT32_MAX) {
        return false;
    }
    const unsigned char *der = identity->key.data;
    EVP_PKEY *key = d2i_PrivateKey(EVP_PKEY_ED25519, NULL, &der, (long)identity->key.n);
    const bool is_good = key != NULL &&
                         SSL_CTX_use_certificate_ASN1(context, (int)identity->certificate.n,
                                                      identity->certificate.data) == 1 &&
                         SSL_CTX_use_PrivateKey(context, key) == 1 &&
                         SSL_CTX_check_private_key(context) == 1;
    EVP_PKEY_free(key);
    return is_good;
}

plm_status plm_tls_context_create(SSL_CTX **out, bool is_server, const plm_tls_identity *identity,
                                  plm_tls_peer *peer)
{
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
    /* SSL_CTX_set_alpn_protos alone gives 0 for success. */
    if (context == NULL || !set_algorithms(context) || !set_sessions(context) ||
        !set_identity(context, identity) ||
        SSL_CTX_set_alpn_protos(context, protocol, PROTOCOL_BYTES) != 0) {
        SSL_CTX_free(context);
        ERR_clear_error();
        return PLM_E_CRYPTO;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(context, verify_peer, peer);
    if (is_server) {
        SSL_CTX_set_client_hello_cb(context, check_client_hello, NULL);
        SSL_CTX_set_alpn_select_cb(context, select_protocol, NULL);
    }
    *out = context;
    return PLM_OK;
}
