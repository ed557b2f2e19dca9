/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net.h - sockets, TLS 1.3 and clocks: the only place with file descriptors and time.
 *
 * TLS: 1.3 only, both sides authenticated. A node makes a fresh Ed25519 key and certificate for
 * every connection, valid for a day and signed by its identity key; the peer checks that signature
 * against the identity keys its accords pin (no certificate authority, no names from DNS). The
 * process that holds the TLS key therefore never needs the identity key.
 */
#ifndef PLM_NET_NET_H
#define PLM_NET_NET_H

#include "base/bytes.h"

/*
 * Starts OpenSSL: everything that it or the C library would load at first use is loaded now, so
 * that a process may give up opening files afterwards; no configuration file is read. Idempotent,
 * any thread; plm_tls_identity_make and plm_conn_create_tls call it. PLM_E_CRYPTO, PLM_E_NOMEM.
 */
plm_status plm_net_init(void) PLM_MUST_CHECK;

/* Monotonic, and UTC since 1970. */
int64_t plm_clock_ms(void);
int64_t plm_clock_us(void); /* monotonic, microseconds */
int64_t plm_wall_ms(void);

/*
 * "host:port", "[v6]:port"; port 0 takes a free one. *port gets the one taken. The fd is
 * non-blocking. PLM_E_ARGUMENT (not an address), PLM_E_UNREACHABLE (the name does not resolve),
 * PLM_E_IO (in use, not ours, not allowed), PLM_E_NOMEM.
 */
plm_status plm_net_listen(const char *address, int *fd, uint16_t *port) PLM_MUST_CHECK;
/*
 * Tries each address of the name until one answers; resolving the name blocks, and its time counts.
 * PLM_E_UNREACHABLE, PLM_E_TIMEOUT, PLM_E_ARGUMENT (not an address), PLM_E_IO, PLM_E_NOMEM. The fd
 * is non-blocking, close-on-exec.
 */
plm_status plm_net_connect(const char *address, int timeout_ms, int *fd) PLM_MUST_CHECK;
/* Takes a connection; the fd is non-blocking, close-on-exec. PLM_E_IO. */
plm_status plm_net_accept(int listener, int *fd) PLM_MUST_CHECK;

/*
 * Where the connection comes from, for limits: the IPv6 address's network of 64 bits, or the whole
 * IPv4 address, mapped (RFC 4291 section 2.5.5.2). PLM_E_IO.
 */
plm_status plm_net_origin(int fd, uint8_t out[static 16]) PLM_MUST_CHECK;

/*
 * Looks whether the first thing that came is a whole TLS record with a ClientHello in it (RFC 8446
 * section 5.1): five bytes are looked at and none is taken. PLM_E_NOT_FOUND: not all is there yet;
 * poll for POLLIN wakes when it is. PLM_E_PROTOCOL: it is something else, or longer than a
 * ClientHello of a peer. PLM_E_TRUNCATED: the peer has gone.
 */
plm_status plm_net_first_word(int fd) PLM_MUST_CHECK;

/* What one side of one connection presents. DER; key is SECRET. */
typedef struct plm_tls_identity {
    plm_buf certificate;
    plm_buf key;
} plm_tls_identity;

/*
 * A fresh TLS key and its certificate, subject CN = party code, signed by the identity seed, valid
 * from a day before to a day after now_ms. *out is overwritten: the caller wipes it afterwards.
 * PLM_E_ARGUMENT (not a party code), PLM_E_CRYPTO, PLM_E_NOMEM.
 */
plm_status plm_tls_identity_make(plm_tls_identity *out, const char *party,
                                 const uint8_t seed[static 32], int64_t now_ms) PLM_MUST_CHECK;
void plm_tls_identity_wipe(plm_tls_identity *identity);

/*
 * Makes an identity and throws it away: what the libraries prepare at their first use is then there
 * in every process that is forked from now on. PLM_E_CRYPTO, PLM_E_NOMEM.
 */
plm_status plm_tls_warm_up(void) PLM_MUST_CHECK;

/* A peer the accords allow: its certificate must have this CN and be signed by this key. */
typedef struct plm_tls_pin {
    char party[33];
    uint8_t identity[32];
} plm_tls_pin;

typedef struct plm_conn plm_conn;

/*
 * A TLS connection over fd (consumed, also on failure). pins: n_pins allowed peers; copied.
 * PLM_E_CRYPTO (a malformed key or certificate of our own), PLM_E_NOMEM, PLM_E_IO (not an fd).
 */
plm_status plm_conn_create_tls(plm_conn **out, int fd, bool is_server,
                               const plm_tls_identity *identity, const plm_tls_pin *pins,
                               size_t n_pins) PLM_MUST_CHECK;
/* Without TLS, for benchmarks and for state-machine tests over a socket pair. */
plm_status plm_conn_create_plain(plm_conn **out, int fd) PLM_MUST_CHECK;
/* Sends close_notify if it can without waiting, closes, wipes. conn may be NULL. */
void plm_conn_destroy(plm_conn *conn);
int plm_conn_fd(const plm_conn *conn);
/*
 * POLLIN and POLLOUT bits to wait for before calling again; 0: nothing more will come of it. Bytes
 * may wait inside TLS, so read until PLM_E_NOT_FOUND before waiting.
 */
short plm_conn_events(const plm_conn *conn);
/*
 * One step of the handshake; PLM_OK when done. PLM_E_NOT_FOUND: wait for plm_conn_events.
 * PLM_E_AUTH: the peer's certificate is not of a pinned party, or it refuses ours (also seen at the
 * first read in TLS 1.3). PLM_E_TRUNCATED, PLM_E_PROTOCOL, PLM_E_TAMPERED (bad record MAC).
 */
plm_status plm_conn_handshake(plm_conn *conn) PLM_MUST_CHECK;
/*
 * After the handshake: number of the pin that the peer fits (SIZE_MAX before, or without TLS); the
 * 32-byte exporter value (RFC 8446 section 7.5; PLM_E_ARGUMENT before, or without TLS).
 */
size_t plm_conn_peer(const plm_conn *conn);
plm_status plm_conn_exporter(const plm_conn *conn, uint8_t out[static 32]) PLM_MUST_CHECK;
/*
 * Appends what has arrived, at most `most` bytes. PLM_OK with *got > 0; PLM_E_NOT_FOUND: nothing
 * now; PLM_E_TRUNCATED: the stream ended (*clean says whether by close_notify / orderly FIN);
 * PLM_E_TAMPERED, PLM_E_AUTH, PLM_E_PROTOCOL, PLM_E_IO, PLM_E_TIMEOUT (the network's keep-alive);
 * PLM_E_LIMIT: `in` is full. A failure comes after all that arrived before it, and stays.
 */
plm_status plm_conn_read(plm_conn *conn, plm_buf *in, size_t most, size_t *got,
                         bool *clean) PLM_MUST_CHECK;
/* The last read took all that had come: there is nothing more before poll says so. */
bool plm_conn_is_drained(const plm_conn *conn);
/*
 * Sends from the front of `out`, as much as the network takes, and consumes it; what is left must
 * stay at the front. PLM_OK if some went; PLM_E_NOT_FOUND: wait (or read on: the peer has closed,
 * and the reason is among what it sent). PLM_E_ARGUMENT if `out` is empty. Statuses as for reads.
 */
plm_status plm_conn_write(plm_conn *conn, plm_buf *out) PLM_MUST_CHECK;
/* Bytes that went over the wire, TLS and all. */
uint64_t plm_conn_bytes_sent(const plm_conn *conn);
uint64_t plm_conn_bytes_received(const plm_conn *conn);

#endif
