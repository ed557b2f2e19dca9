/* SPDX-License-Identifier: Apache-2.0 */
#include "net/local.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    BACKLOG = 64
};

static plm_status address_of(struct sockaddr_un *out, const char *path)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (path[0] == '\0' || strlen(path) >= sizeof out->sun_path) {
        return PLM_E_LIMIT;
    }
    memcpy(out->sun_path, path, strlen(path) + 1);
    return PLM_OK;
}

plm_status plm_net_connect_local(const char *path, int *fd)
{
    struct sockaddr_un address;
    plm_status status = address_of(&address, path);
    if (status != PLM_OK) {
        return status;
    }
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) {
        return PLM_E_IO;
    }
    if (connect(s, (const struct sockaddr *)&address, sizeof address) != 0) {
        const bool nobody = errno == ENOENT || errno == ECONNREFUSED;
        (void)close(s);
        return nobody ? PLM_E_NOT_FOUND : PLM_E_IO;
    }
    *fd = s;
    return PLM_OK;
}

plm_status plm_net_listen_local(const char *path, int *fd)
{
    struct sockaddr_un address;
    int other;
    plm_status status = address_of(&address, path);
    if (status == PLM_OK) {
        status = plm_net_connect_local(path, &other);
        if (status == PLM_OK) {
            (void)close(other);
            return PLM_E_EXISTS;
        }
    }
    if (status != PLM_E_NOT_FOUND) {
        return status;
    }
    (void)unlink(path);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0) {
        return PLM_E_IO;
    }
    const mode_t before = umask(0177);
    const int bound = bind(s, (const struct sockaddr *)&address, sizeof address);
    (void)umask(before);
    if (bound != 0 || listen(s, BACKLOG) != 0) {
        (void)close(s);
        return PLM_E_IO;
    }
    *fd = s;
    return PLM_OK;
}

bool plm_net_is_loopback(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage room;
    } address = {.room = {0}};
    socklen_t n = sizeof address;
    if (getsockname(fd, &address.any, &n) != 0) {
        return false;
    }
    if (address.any.sa_family == AF_INET) {
        return (ntohl(address.v4.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
    }
    return address.any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr);
}

bool plm_net_is_of(int fd, uid_t user)
{
    struct ucred peer;
    socklen_t n = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && n == sizeof peer &&
           peer.uid == user;
}

plm_status plm_net_send_fd(int channel, int fd)
{
    char byte = 0;
    struct iovec one = {&byte, 1};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.room = {0}};
    struct msghdr message = {.msg_iov = &one,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    return sendmsg(channel, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? PLM_OK : PLM_E_IO;
}

plm_status plm_net_receive_fd(int channel, int *fd)
{
    char byte;
    struct iovec one = {&byte, 1};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.room = {0}};
    struct msghdr message = {.msg_iov = &one,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    const ssize_t n = recvmsg(channel, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0) {
        return errno == EAGAIN || errno == EINTR ? PLM_E_NOT_FOUND : PLM_E_IO;
    }
    const struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    if (n == 0) {
        return PLM_E_TRUNCATED;
    }
    if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
        c->cmsg_len != CMSG_LEN(sizeof(int))) {
        return PLM_E_IO;
    }
    memcpy(fd, CMSG_DATA(c), sizeof *fd);
    return PLM_OK;
}
