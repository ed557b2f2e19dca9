/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"
#include "net/net.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 5000
};

static void test_clocks(void)
{
    const int64_t before = plm_clock_ms();
    const int64_t wall = plm_wall_ms();
    CHECK(wall > INT64_C(1577836800000)); /* 2020 */
    (void)poll(NULL, 0, 20);
    const int64_t went = plm_clock_ms() - before;
    CHECK(went >= 19 && went < PATIENCE_MS);
    const int64_t wall_went = plm_wall_ms() - wall;
    CHECK(wall_went >= 19 && wall_went < PATIENCE_MS);
}

static void test_bad_addresses(void)
{
    static const char *const bad[] = {
        "",
        ":7000",
        "localhost",
        "localhost:",
        "localhost:70000",
        "localhost:-1",
        "localhost:1x",
        "a b:1",
        "::1:7000",
        "[::1]",
        "[::1]7000",
        "[::1]:",
        "[]:1",
        "[::1:7000",
        "a/b:1",
        "[127.0.0.1]:1",
        "[host]:1",
        "localhost:000001",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int fd = -7;
        uint16_t port = 7;
        if (!CHECK_STATUS(plm_net_listen(bad[i], &fd, &port), PLM_E_ARGUMENT) ||
            !CHECK_STATUS(plm_net_connect(bad[i], 100, &fd), PLM_E_ARGUMENT)) {
            printf("# \"%s\"\n", bad[i]);
        }
        CHECK(fd == -7 && port == 7);
    }
    int fd;
    CHECK_STATUS(plm_net_connect("127.0.0.1:0", 100, &fd), PLM_E_ARGUMENT);
    char *longest = (char *)malloc(400);
    memset(longest, 'a', 400);
    memcpy(longest + 390, ":1", 3);
    CHECK_STATUS(plm_net_connect(longest, 100, &fd), PLM_E_ARGUMENT);
    free(longest);
}

static int option(int fd, int level, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    CHECK(getsockopt(fd, level, name, &value, &size) == 0);
    return value;
}

static void check_fd(int fd, bool is_stream)
{
    CHECK((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    if (is_stream) {
        CHECK(option(fd, IPPROTO_TCP, TCP_NODELAY) == 1);
        CHECK(option(fd, SOL_SOCKET, SO_KEEPALIVE) == 1);
    }
}

static bool wait_for(int fd, short events)
{
    struct pollfd wait = {fd, events, 0};
    return poll(&wait, 1, PATIENCE_MS) == 1;
}

static void meet_at(const char *listen_at, const char *connect_format)
{
    int listener;
    int asker;
    int holder;
    uint16_t port = 0;
    char address[64];
    if (!CHECK_STATUS(plm_net_listen(listen_at, &listener, &port), PLM_OK)) {
        return;
    }
    CHECK(port != 0);
    check_fd(listener, false);
    CHECK_STATUS(plm_net_accept(listener, &holder), PLM_E_IO); /* nobody there; and no waiting */
    (void)snprintf(address, sizeof address, "%s:%u", connect_format, (unsigned)port);
    if (CHECK_STATUS(plm_net_connect(address, PATIENCE_MS, &asker), PLM_OK)) {
        check_fd(asker, true);
        CHECK(wait_for(listener, POLLIN));
        if (CHECK_STATUS(plm_net_accept(listener, &holder), PLM_OK)) {
            check_fd(holder, true);
            CHECK(send(asker, "x", 1, 0) == 1);
            CHECK(wait_for(holder, POLLIN));
            (void)close(holder);
        }
        (void)close(asker);
    }
    int second;
    CHECK_STATUS(plm_net_listen(address, &second, &port), PLM_E_IO); /* in use */
    (void)close(listener);
    /* Nobody listens there any more; and the port is free again at once. */
    CHECK_STATUS(plm_net_connect(address, PATIENCE_MS, &asker), PLM_E_UNREACHABLE);
    if (CHECK_STATUS(plm_net_listen(address, &listener, &port), PLM_OK)) {
        (void)close(listener);
    }
}

static bool has_v6(void)
{
    const struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    const bool good = fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return good;
}

static void test_meeting(void)
{
    meet_at("127.0.0.1:0", "127.0.0.1");
    meet_at("localhost:0", "localhost");
    if (has_v6()) {
        meet_at("[::1]:0", "[::1]");
    } else {
        printf("# no IPv6 here\n");
    }
}

static void test_unresolved(void)
{
    int fd;
    uint16_t port;
    /* RFC 6761 section 6.4: never resolves. */
    CHECK_STATUS(plm_net_connect("nobody.invalid:1", PATIENCE_MS, &fd), PLM_E_UNREACHABLE);
    CHECK_STATUS(plm_net_listen("nobody.invalid:0", &fd, &port), PLM_E_UNREACHABLE);
}

/* A listener whose queue is full drops what comes: to the caller, a black hole. */
static void test_timeout(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    int filled[16];
    size_t n_filled = 0;
    plm_status status = PLM_OK;
    char address[64];
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(listener, (const struct sockaddr *)&at, sizeof at) == 0);
    CHECK(listen(listener, 0) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&at, &size) == 0);
    (void)snprintf(address, sizeof address, "127.0.0.1:%u", (unsigned)ntohs(at.sin_port));
    int64_t began = 0;
    while (status == PLM_OK && n_filled < 16) {
        began = plm_clock_ms();
        status = plm_net_connect(address, 150, &filled[n_filled]);
        n_filled += status == PLM_OK;
    }
    const int64_t took = plm_clock_ms() - began;
    CHECK_STATUS(status, PLM_E_TIMEOUT);
    CHECK(took >= 140 && took < PATIENCE_MS);
    CHECK_STATUS(plm_net_connect(address, 0, &listener), PLM_E_TIMEOUT);
    CHECK_STATUS(plm_net_connect(address, -5, &listener), PLM_E_TIMEOUT);
    while (n_filled > 0) {
        (void)close(filled[--n_filled]);
    }
    (void)close(listener);
}

static void test_plain(void)
{
    int pair[2];
    plm_conn *a;
    plm_conn *b;
    plm_buf out;
    plm_buf in;
    size_t got = 9;
    bool clean = true;
    uint8_t exporter[32];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_STATUS(plm_conn_create_plain(&a, pair[0]), PLM_OK);
    CHECK_STATUS(plm_conn_create_plain(&b, pair[1]), PLM_OK);
    plm_buf_init(&out, 4 << 20);
    plm_buf_init(&in, 1 << 20);
    CHECK_STATUS(plm_conn_handshake(a), PLM_OK);
    CHECK_STATUS(plm_conn_exporter(a, exporter), PLM_E_ARGUMENT);
    CHECK(plm_conn_peer(a) == SIZE_MAX);
    CHECK_STATUS(plm_conn_write(a, &out), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_conn_read(b, &in, 0, &got, &clean), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_conn_read(b, &in, 10, &got, &clean), PLM_E_NOT_FOUND);
    CHECK(got == 0 && !clean && plm_conn_events(b) == POLLIN);
    /* More than the socket takes: what is left stays, in order. */
    const size_t n = 3 << 20;
    CHECK_STATUS(plm_buf_reserve(&out, n), PLM_OK);
    for (size_t i = 0; i < n; i++) {
        out.data[i] = (uint8_t)(i * 2654435761U >> 13);
    }
    out.n = n;
    size_t n_read = 0;
    while (n_read < n) {
        if (out.n > 0) {
            plm_status status = plm_conn_write(a, &out);
            CHECK(status == PLM_OK || status == PLM_E_NOT_FOUND);
            CHECK(status == PLM_OK || plm_conn_events(a) == (POLLIN | POLLOUT));
        }
        if (!CHECK_STATUS(plm_conn_read(b, &in, 100000, &got, &clean), PLM_OK) ||
            !CHECK(got > 0 && got <= 100000 && got == in.n)) {
            break;
        }
        bool same = true;
        for (size_t i = 0; i < got; i++) {
            same = same && in.data[i] == (uint8_t)((n_read + i) * 2654435761U >> 13);
        }
        CHECK(same);
        n_read += got;
        plm_buf_consume(&in, got);
    }
    CHECK(plm_conn_bytes_sent(a) == n && plm_conn_bytes_received(b) == n);
    CHECK(plm_conn_bytes_received(a) == 0 && plm_conn_bytes_sent(b) == 0);
    /* A full input buffer is the caller's matter and breaks nothing. */
    plm_buf small;
    plm_buf_init(&small, 3);
    CHECK_STATUS(plm_buf_append(&out, "1234", 4), PLM_OK);
    CHECK_STATUS(plm_conn_write(a, &out), PLM_OK);
    CHECK_STATUS(plm_conn_read(b, &small, 10, &got, &clean), PLM_OK);
    CHECK_EQ_INT(got, 3);
    CHECK_STATUS(plm_conn_read(b, &small, 10, &got, &clean), PLM_E_LIMIT);
    plm_buf_clear(&small);
    plm_conn_destroy(a);
    CHECK_STATUS(plm_conn_read(b, &small, 10, &got, &clean), PLM_OK);
    CHECK_STATUS(plm_conn_read(b, &small, 10, &got, &clean), PLM_E_TRUNCATED);
    CHECK(clean && got == 0 && plm_conn_events(b) == 0);
    /* SIGPIPE would end this program here. */
    CHECK_STATUS(plm_buf_append(&out, "1234", 4), PLM_OK);
    CHECK_STATUS(plm_conn_write(b, &out), PLM_E_TRUNCATED);
    CHECK_STATUS(plm_conn_write(b, &out), PLM_E_TRUNCATED);
    plm_conn_destroy(b);
    plm_conn_destroy(NULL);
    plm_buf_wipe(&out);
    plm_buf_wipe(&in);
    plm_buf_wipe(&small);
}

/* Bytes that came before the end are read before the end is told, also to one that only writes. */
static void test_last_words(void)
{
    int pair[2];
    plm_conn *a;
    plm_buf buf;
    size_t got;
    bool clean;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_STATUS(plm_conn_create_plain(&a, pair[0]), PLM_OK);
    plm_buf_init(&buf, 100);
    CHECK(send(pair[1], "bye", 3, 0) == 3);
    (void)close(pair[1]);
    CHECK_STATUS(plm_buf_append(&buf, "1234", 4), PLM_OK);
    CHECK_STATUS(plm_conn_write(a, &buf), PLM_E_NOT_FOUND);
    CHECK_EQ_INT(plm_conn_events(a), POLLIN);
    CHECK_STATUS(plm_conn_write(a, &buf), PLM_E_NOT_FOUND);
    CHECK_EQ_INT(buf.n, 4);
    CHECK_STATUS(plm_conn_read(a, &buf, 100, &got, &clean), PLM_OK);
    CHECK(buf.n == 7 && memcmp(buf.data, "1234bye", 7) == 0);
    CHECK_STATUS(plm_conn_read(a, &buf, 100, &got, &clean), PLM_E_TRUNCATED);
    CHECK_STATUS(plm_conn_write(a, &buf), PLM_E_TRUNCATED);
    plm_conn_destroy(a);
    plm_buf_wipe(&buf);
}

static const uint8_t seed_a[32] = {1};
static const uint8_t seed_b[32] = {2};

static void test_create_refuses(void)
{
    const plm_tls_pin pin = {.party = "BB"};
    plm_tls_identity good;
    plm_tls_identity bad;
    plm_conn *conn = NULL;
    int pair[2];
    CHECK_STATUS(plm_tls_identity_make(&good, "AA", seed_a, plm_wall_ms()), PLM_OK);
    for (unsigned i = 0; i < 4; i++) {
        CHECK_STATUS(plm_tls_identity_make(&bad, "AA", seed_b, plm_wall_ms()), PLM_OK);
        if (i == 0) {
            bad.key.n--;
        } else if (i == 1) {
            bad.certificate.n--;
        } else if (i == 2) {
            plm_buf_wipe(&bad.certificate);
        }
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
        const plm_tls_identity mixed = {i == 3 ? good.certificate : bad.certificate, bad.key};
        CHECK_STATUS(plm_conn_create_tls(&conn, pair[0], i % 2 == 0, &mixed, &pin, 1),
                     PLM_E_CRYPTO);
        CHECK(conn == NULL);
        CHECK(fcntl(pair[0], F_GETFD) == -1 && errno == EBADF); /* consumed */
        (void)close(pair[1]);
        plm_tls_identity_wipe(&bad);
    }
    CHECK_STATUS(plm_conn_create_tls(&conn, -1, true, &good, &pin, 1), PLM_E_IO);
    CHECK_STATUS(plm_conn_create_plain(&conn, -1), PLM_E_IO);
    plm_tls_identity_wipe(&good);
}

/* Reads and writes before the handshake are the caller's mistake. */
static void test_order(void)
{
    const plm_tls_pin pin = {.party = "BB"};
    plm_tls_identity identity;
    plm_conn *conn;
    plm_buf buf;
    size_t got;
    bool clean;
    uint8_t exporter[32];
    int pair[2];
    plm_buf_init(&buf, 10);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_STATUS(plm_tls_identity_make(&identity, "AA", seed_a, plm_wall_ms()), PLM_OK);
    CHECK_STATUS(plm_conn_create_tls(&conn, pair[0], false, &identity, &pin, 1), PLM_OK);
    CHECK_EQ_INT(plm_conn_events(conn), POLLOUT);
    CHECK_STATUS(plm_buf_append_u8(&buf, 1), PLM_OK);
    CHECK_STATUS(plm_conn_write(conn, &buf), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_conn_read(conn, &buf, 1, &got, &clean), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_conn_exporter(conn, exporter), PLM_E_ARGUMENT);
    CHECK(plm_conn_peer(conn) == SIZE_MAX);
    CHECK(plm_conn_fd(conn) == pair[0]);
    CHECK_STATUS(plm_conn_handshake(conn), PLM_E_NOT_FOUND);
    CHECK_EQ_INT(plm_conn_events(conn), POLLIN);
    (void)close(pair[1]);
    CHECK_STATUS(plm_conn_handshake(conn), PLM_E_TRUNCATED);
    CHECK_STATUS(plm_conn_read(conn, &buf, 1, &got, &clean), PLM_E_TRUNCATED);
    CHECK(!clean);
    plm_conn_destroy(conn);
    plm_tls_identity_wipe(&identity);
    plm_buf_wipe(&buf);
}

int main(void)
{
    TAP_RUN(test_clocks);
    TAP_RUN(test_bad_addresses);
    TAP_RUN(test_meeting);
    TAP_RUN(test_unresolved);
    TAP_RUN(test_timeout);
    TAP_RUN(test_plain);
    TAP_RUN(test_last_words);
    TAP_RUN(test_create_refuses);
    TAP_RUN(test_order);
    return tap_done();
}
