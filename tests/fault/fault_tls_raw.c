/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers that do not run this code: plain OpenSSL, set up wrongly in one way each.
 */
#include "crypto/sign.h"
#include "net/transport.h"
#include "tls_link.h"
#include "x509_forge.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

static const uint8_t seed_a[32] = {1};
static const uint8_t seed_h[32] = {2};

static const unsigned char our_protocol[] = "\x09palermo/1";
static const unsigned char other_protocol[] = "\x08http/1.1";

/* How the raw peer differs from what it should be. */
typedef struct raw_spec {
    const char *what;
    bool tls12;
    bool no_certificate;
    bool no_protocol;
    bool other_protocol;
    bool two_certificates;
    bool ec_certificate;
    bool other_group;
    plm_status want; /* of our side */
    int alert;       /* what we tell the raw peer; 0: not looked at */
} raw_spec;

typedef struct raw_side {
    plm_transport io;
    SSL_CTX *context;
    SSL *ssl;
    bool is_over;
    bool is_ready;
    int alert; /* what it was told at the end; 0: nothing */
    bool has_spoken;
    size_t n_heard;
    unsigned n_sessions; /* tickets it was given */
} raw_side;

static int accept_any(X509_STORE_CTX *store, void *context)
{
    (void)store;
    (void)context;
    return 1;
}

static int count_session(SSL *ssl, SSL_SESSION *session)
{
    raw_side *raw = (raw_side *)SSL_get_app_data(ssl);
    (void)session;
    raw->n_sessions++;
    return 0;
}

static int take_protocol(SSL *ssl, const unsigned char **out, unsigned char *n_out,
                         const unsigned char *offered, unsigned n_offered, void *context)
{
    (void)ssl;
    (void)offered;
    (void)n_offered;
    (void)context;
    *out = our_protocol + 1;
    *n_out = our_protocol[0];
    return SSL_TLSEXT_ERR_OK;
}

static void set_certificate(SSL_CTX *context, const raw_spec *spec, bool is_server)
{
    const forge f = {.subject = is_server ? "XH" : "XA",
                     .signer = is_server ? seed_h : seed_a,
                     .key_type = spec->ec_certificate ? "P-256" : NULL,
                     .from_days = -1,
                     .to_days = 1};
    EVP_PKEY *key = forge_key(&f);
    X509 *certificate = forge_certificate(&f, key);
    CHECK(SSL_CTX_use_certificate(context, certificate) == 1);
    CHECK(SSL_CTX_use_PrivateKey(context, key) == 1);
    if (spec->two_certificates) {
        CHECK(SSL_CTX_add1_chain_cert(context, certificate) == 1);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static void raw_open(raw_side *raw, const raw_spec *spec, int fd, bool is_server)
{
    *raw = (raw_side){.io = {.fd = fd}};
    CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    raw->context = SSL_CTX_new(TLS_method());
    SSL_CTX_set_verify(raw->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(raw->context, accept_any, NULL);
    CHECK(SSL_CTX_set_max_proto_version(raw->context,
                                        spec->tls12 ? TLS1_2_VERSION : TLS1_3_VERSION) == 1);
    (void)SSL_CTX_set_session_cache_mode(raw->context, SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(raw->context, count_session);
    if (spec->other_group) {
        char groups[] = "X448:P-521";
        CHECK(SSL_CTX_set1_groups_list(raw->context, groups) == 1);
    }
    if (!spec->no_certificate) {
        set_certificate(raw->context, spec, is_server);
    }
    if (!spec->no_protocol) {
        CHECK(SSL_CTX_set_alpn_protos(raw->context,
                                      spec->other_protocol ? other_protocol : our_protocol,
                                      spec->other_protocol ? 9 : 10) == 0);
        SSL_CTX_set_alpn_select_cb(raw->context, take_protocol, NULL);
    }
    raw->ssl = SSL_new(raw->context);
    BIO *bio = plm_transport_bio(&raw->io);
    SSL_set_bio(raw->ssl, bio, bio);
    SSL_set_app_data(raw->ssl, raw);
    if (is_server) {
        SSL_set_accept_state(raw->ssl);
    } else {
        SSL_set_connect_state(raw->ssl);
    }
}

static bool raw_waits(raw_side *raw, int result)
{
    const int error = SSL_get_error(raw->ssl, result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        return true;
    }
    const int reason = ERR_GET_REASON(ERR_peek_error());
    raw->alert =
        error == SSL_ERROR_SSL && reason > SSL_AD_REASON_OFFSET ? reason - SSL_AD_REASON_OFFSET : 0;
    raw->is_over = true;
    return false;
}

/* One step; true if anything happened. */
static bool raw_step(raw_side *raw)
{
    char words[LINK_WORDS] = "secret";
    int result;
    if (raw->is_over) {
        return false;
    }
    ERR_clear_error();
    if (!raw->is_ready) {
        result = SSL_do_handshake(raw->ssl);
        raw->is_ready = result == 1;
        return result == 1 || !raw_waits(raw, result);
    }
    if (!raw->has_spoken) {
        raw->has_spoken = true;
        result = SSL_write(raw->ssl, words, sizeof words);
        return result > 0 || !raw_waits(raw, result);
    }
    result = SSL_read(raw->ssl, words, sizeof words);
    if (result > 0) {
        raw->n_heard += (size_t)result;
        return true;
    }
    return !raw_waits(raw, result);
}

static void raw_close(raw_side *raw)
{
    SSL_free(raw->ssl);
    SSL_CTX_free(raw->context);
    (void)close(raw->io.fd);
    ERR_clear_error();
}

static plm_conn *make_ours(int fd, bool is_server)
{
    plm_tls_pin pin = {.party = "XA"};
    plm_tls_identity identity;
    plm_conn *conn = NULL;
    memcpy(pin.party, is_server ? "XA" : "XH", 3);
    plm_identity_public(pin.identity, is_server ? seed_a : seed_h);
    CHECK_STATUS(plm_tls_identity_make(&identity, is_server ? "XH" : "XA",
                                       is_server ? seed_h : seed_a, plm_wall_ms()),
                 PLM_OK);
    CHECK_STATUS(plm_conn_create_tls(&conn, fd, is_server, &identity, &pin, 1), PLM_OK);
    plm_tls_identity_wipe(&identity);
    return conn;
}

/* Ours against a raw one, until nothing moves. */
static void try_raw(const raw_spec *spec, bool raw_is_server)
{
    tls_link link = {0};
    tls_side ours;
    raw_side raw;
    int fds[2];
    if (!tls_link_open(&link, &fds[0], &fds[1])) {
        return;
    }
    tls_side_begin(&ours, make_ours(fds[raw_is_server ? 0 : 1], !raw_is_server), raw_is_server);
    raw_open(&raw, spec, fds[raw_is_server ? 1 : 0], raw_is_server);
    for (unsigned idle = 0; idle < LINK_IDLE_ROUNDS;) {
        bool moved = tls_side_step(&ours);
        moved = tls_link_move(&link, 0) || moved;
        moved = raw_step(&raw) || moved;
        moved = tls_link_move(&link, 1) || moved;
        idle = moved ? 0 : idle + 1;
    }
    bool good = true;
    if (spec->want == PLM_OK) {
        good = CHECK_EQ_INT(raw.n_heard, LINK_WORDS) && CHECK_EQ_INT(ours.in.n, LINK_WORDS);
    } else {
        good = CHECK_STATUS(ours.status, spec->want) && CHECK_EQ_INT(ours.stage, TLS_STAGE_OVER);
        good = CHECK(!ours.greeted) && good;
        good = CHECK_EQ_INT(ours.in.n, 0) && good;
        good = CHECK_EQ_INT(raw.n_heard, 0) && good;
        good = (spec->alert == 0 || CHECK_EQ_INT(raw.alert, spec->alert)) && good;
        /* No protocol: turned away before it saw our certificate. */
        good = (!spec->no_protocol || raw_is_server || CHECK(!raw.is_ready)) && good;
    }
    good = CHECK_EQ_INT(raw.n_sessions, 0) && good;
    if (!good) {
        printf("# %s, raw %s\n", spec->what, raw_is_server ? "server" : "client");
    }
    tls_side_wipe(&ours);
    raw_close(&raw);
    tls_link_close(&link, 0);
    tls_link_close(&link, 1);
}

static void test_raw_clients(void)
{
    static const raw_spec specs[] = {
        {.what = "right", .want = PLM_OK},
        {.what = "TLS 1.2",
         .tls12 = true,
         .want = PLM_E_PROTOCOL,
         .alert = SSL_AD_PROTOCOL_VERSION},
        {.what = "no certificate",
         .no_certificate = true,
         .want = PLM_E_AUTH,
         .alert = SSL_AD_CERTIFICATE_REQUIRED},
        {.what = "no ALPN",
         .no_protocol = true,
         .want = PLM_E_PROTOCOL,
         .alert = SSL_AD_NO_APPLICATION_PROTOCOL},
        {.what = "another ALPN",
         .other_protocol = true,
         .want = PLM_E_PROTOCOL,
         .alert = SSL_AD_NO_APPLICATION_PROTOCOL},
        {.what = "two certificates",
         .two_certificates = true,
         .want = PLM_E_AUTH,
         .alert = SSL_AD_BAD_CERTIFICATE},
        /* With nothing to sign by an algorithm we take, it sends no certificate at all. */
        {.what = "EC certificate",
         .ec_certificate = true,
         .want = PLM_E_AUTH,
         .alert = SSL_AD_CERTIFICATE_REQUIRED},
        {.what = "other groups", .other_group = true, .want = PLM_E_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        try_raw(&specs[i], false);
    }
}

static void test_raw_servers(void)
{
    static const raw_spec specs[] = {
        /* A TLS server gives tickets unless told not to: the right one is of our own code. */
        {.what = "TLS 1.2", .tls12 = true, .want = PLM_E_PROTOCOL},
        {.what = "no certificate", .no_certificate = true, .want = PLM_E_PROTOCOL},
        {.what = "no ALPN", .no_protocol = true, .want = PLM_E_PROTOCOL},
        {.what = "two certificates", .two_certificates = true, .want = PLM_E_AUTH},
        {.what = "EC certificate", .ec_certificate = true, .want = PLM_E_PROTOCOL},
        {.what = "other groups", .other_group = true, .want = PLM_E_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        try_raw(&specs[i], true);
    }
}

/* Something that is not TLS at all. */
static void test_noise(void)
{
    static const char *const noises[] = {"GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n",
                                         "\x16\x03\x01\xff\xff\x01", "\x15\x03\x03\0\2\2\x28"};
    static const size_t sizes[] = {18, 11, 6, 7};
    for (size_t i = 0; i < 4; i++) {
        int pair[2];
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
        CHECK(write(pair[1], noises[i], sizes[i]) == (ssize_t)sizes[i]);
        plm_conn *conn = make_ours(pair[0], true);
        CHECK_STATUS(plm_conn_handshake(conn), PLM_E_PROTOCOL);
        CHECK_STATUS(plm_conn_handshake(conn), PLM_E_PROTOCOL);
        plm_conn_destroy(conn);
        (void)close(pair[1]);
    }
}

int main(void)
{
    CHECK_STATUS(plm_net_init(), PLM_OK);
    TAP_RUN(test_raw_clients);
    TAP_RUN(test_raw_servers);
    TAP_RUN(test_noise);
    return tap_done();
}
