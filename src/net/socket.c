/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket.c - addresses, listening, connecting, accepting.
 */
#include "net/net.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HOST_MAX = 254, /* RFC 1035 section 2.3.4: 253 characters, and a terminator */
    BACKLOG = 64,
    KEEPALIVE_IDLE_S = 30,
    KEEPALIVE_INTERVAL_S = 10,
    KEEPALIVE_PROBES = 6
};

typedef struct address {
    char host[HOST_MAX];
    char port[6];
    bool is_v6_literal;
} address;

static bool is_host_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

static bool is_v6_character(char c)
{
    return c == ':' || c == '%' || is_host_character(c);
}

static plm_status parse_port(address *out, const char *port)
{
    size_t n = strspn(port, "0123456789");
    if (n == 0 || n > 5 || port[n] != '\0' || strtoul(port, NULL, 10) > UINT16_MAX) {
        return PLM_E_ARGUMENT;
    }
    memcpy(out->port, port, n + 1);
    return PLM_OK;
}

/* "host:port" or "[v6]:port" */
static plm_status parse_address(address *out, const char *text)
{
    address parsed = {.is_v6_literal = text[0] == '['};
    const char *host = parsed.is_v6_literal ? text + 1 : text;
    const char *end = strchr(host, parsed.is_v6_literal ? ']' : ':');
    if (end == NULL || end == host || end - host >= HOST_MAX) {
        return PLM_E_ARGUMENT;
    }
    size_t n = (size_t)(end - host);
    for (size_t i = 0; i < n; i++) {
        if (parsed.is_v6_literal ? !is_v6_character(host[i]) : !is_host_character(host[i])) {
            return PLM_E_ARGUMENT;
        }
    }
    memcpy(parsed.host, host, n);
    const char *colon = parsed.is_v6_literal ? end + 1 : end;
    if (*colon != ':' || parse_port(&parsed, colon + 1) != PLM_OK) {
        return PLM_E_ARGUMENT;
    }
    *out = parsed;
    return PLM_OK;
}

/* *list: freeaddrinfo. */
static plm_status resolve(struct addrinfo **list, const address *where, int flags)
{
    struct addrinfo hints = {.ai_family = where->is_v6_literal ? AF_INET6 : AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = flags | AI_NUMERICSERV |
                                         (where->is_v6_literal ? AI_NUMERICHOST : 0)};
    switch (getaddrinfo(where->host, where->port, &hints, list)) {
    case 0:
        return PLM_OK;
    case EAI_MEMORY:
        return PLM_E_NOMEM;
    default:
        return where->is_v6_literal ? PLM_E_ARGUMENT : PLM_E_UNREACHABLE;
    }
}

static int open_socket(const struct addrinfo *at)
{
    return socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol);
}

static void close_keeping_errno(int fd)
{
    int error = errno;
    (void)close(fd);
    errno = error;
}

static void set_option(int fd, int level, int option, int value)
{
    /* Comfort, not correctness: a socket that refuses one of these still works. */
    (void)setsockopt(fd, level, option, &value, sizeof value);
}

/* Small messages go at once; a peer whose machine vanished is noticed by the kernel too. */
static void set_options(int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
}

static int listen_on(const struct addrinfo *at, uint16_t *port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage storage;
    } bound = {0};
    socklen_t size = sizeof bound;
    int fd = open_socket(at);
    if (fd < 0) {
        return -1;
    }
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, &bound.any, &size) != 0) {
        close_keeping_errno(fd);
        return -1;
    }
    *port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
    return fd;
}

plm_status plm_net_listen(const char *where, int *fd, uint16_t *port)
{
    address parsed;
    struct addrinfo *list = NULL;
    plm_status status = parse_address(&parsed, where);
    if (status == PLM_OK) {
        status = resolve(&list, &parsed, AI_PASSIVE);
    }
    if (status != PLM_OK) {
        return status;
    }
    int listener = -1;
    for (const struct addrinfo *at = list; at != NULL && listener < 0; at = at->ai_next) {
        listener = listen_on(at, port);
    }
    int error = errno;
    freeaddrinfo(list);
    errno = error;
    if (listener < 0) {
        return PLM_E_IO;
    }
    *fd = listener;
    return PLM_OK;
}

/* Waits until the connection stands, fails, or `end` on the monotonic clock. */
static plm_status await_connection(int fd, int64_t end)
{
    struct pollfd wait = {fd, POLLOUT, 0};
    int ready;
    do {
        int64_t left = end - plm_clock_ms();
        if (left <= 0) {
            return PLM_E_TIMEOUT;
        }
        ready = poll(&wait, 1, left > INT32_MAX ? INT32_MAX : (int)left);
    } while (ready == 0 || (ready < 0 && errno == EINTR));
    int error = 0;
    socklen_t size = sizeof error;
    if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        return PLM_E_IO;
    }
    if (error == 0) {
        return PLM_OK;
    }
    return error == ETIMEDOUT ? PLM_E_TIMEOUT : PLM_E_UNREACHABLE;
}

static plm_status connect_to(const struct addrinfo *at, int64_t end, int *out)
{
    int fd = open_socket(at);
    if (fd < 0) {
        return errno == EAFNOSUPPORT ? PLM_E_UNREACHABLE : PLM_E_IO;
    }
    plm_status status = PLM_OK;
    if (connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
        status =
            errno == EINPROGRESS || errno == EINTR ? await_connection(fd, end) : PLM_E_UNREACHABLE;
    }
    if (status != PLM_OK) {
        close_keeping_errno(fd);
        return status;
    }
    set_options(fd);
    *out = fd;
    return PLM_OK;
}

plm_status plm_net_connect(const char *where, int timeout_ms, int *fd)
{
    address parsed;
    struct addrinfo *list = NULL;
    const int64_t end = plm_clock_ms() + (timeout_ms > 0 ? timeout_ms : 0);
    plm_status status = parse_address(&parsed, where);
    if (status == PLM_OK && strtoul(parsed.port, NULL, 10) == 0) {
        status = PLM_E_ARGUMENT;
    }
    if (status == PLM_OK) {
        status = resolve(&list, &parsed, 0);
    }
    if (status != PLM_OK) {
        return status;
    }
    int n_left = 0;
    for (const struct addrinfo *at = list; at != NULL; at = at->ai_next) {
        n_left++;
    }
    status = PLM_E_UNREACHABLE;
    /* Each address of a name gets its share of what is left, so a dead first one can't eat all. */
    for (const struct addrinfo *at = list; at != NULL && status != PLM_OK; at = at->ai_next) {
        int64_t now = plm_clock_ms();
        status = connect_to(at, now + (end - now) / n_left--, fd);
    }
    freeaddrinfo(list);
    return status;
}

plm_status plm_net_accept(int listener, int *fd)
{
    int taken = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (taken < 0) {
        return PLM_E_IO;
    }
    set_options(taken);
    *fd = taken;
    return PLM_OK;
}

plm_status plm_net_origin(int fd, uint8_t out[static 16])
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage storage;
    } peer = {0};
    socklen_t size = sizeof peer;
    static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    if (getpeername(fd, &peer.any, &size) != 0) {
        return PLM_E_IO;
    }
    memset(out, 0, 16);
    if (peer.any.sa_family == AF_INET6) {
        const bool is_v4 = memcmp(&peer.v6.sin6_addr, mapped, sizeof mapped) == 0;
        memcpy(out, &peer.v6.sin6_addr, is_v4 ? 16 : 8);
    } else {
        memcpy(out, mapped, sizeof mapped);
        memcpy(out + sizeof mapped, &peer.v4.sin_addr, sizeof peer.v4.sin_addr);
    }
    return PLM_OK;
}

plm_status plm_net_first_word(int fd)
{
    enum {
        HEADER_BYTES = 5,
        HANDSHAKE = 22,
        MAJOR_VERSION = 3,
        HELLO_MAX = 8192 /* of a peer it has a few hundred bytes, some thousand with larger keys */
    };
    uint8_t header[HEADER_BYTES];
    int n_waiting = 0;
    ssize_t n = recv(fd, header, sizeof header, MSG_PEEK | MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        return PLM_E_TRUNCATED;
    }
    const size_t length = n == HEADER_BYTES ? (size_t)header[3] << 8 | header[4] : 0;
    if ((n > 0 && header[0] != HANDSHAKE) || (n > 1 && header[1] != MAJOR_VERSION) ||
        (n == HEADER_BYTES && (length == 0 || length > HELLO_MAX))) {
        return PLM_E_PROTOCOL;
    }
    if (ioctl(fd, FIONREAD, &n_waiting) != 0) {
        return PLM_E_TRUNCATED;
    }
    const bool is_whole = n == HEADER_BYTES && (size_t)n_waiting >= HEADER_BYTES + length;
    set_option(fd, SOL_SOCKET, SO_RCVLOWAT, is_whole ? 1 : HEADER_BYTES + (int)length);
    return is_whole ? PLM_OK : PLM_E_NOT_FOUND;
}
