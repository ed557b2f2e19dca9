/* SPDX-License-Identifier: Apache-2.0 */
#include "api/front.h"

#include "api/front_internal.h"
#include "net/net.h"
#include "node/sandbox.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 64,
    CONNECTION_BYTES = 32768, /* headers of a request, all of them */
    IDLE_S = 60,
    PATIENCE_MS = 10000, /* from the connection, or the last answer, to the end of the headers; */
    BODY_PIECE = 4096,   /* and for each piece of a body */
    POLL_MS = 1000
};

static void *begin_exchange(void *context, const char *target, struct MHD_Connection *connection)
{
    (void)connection;
    return plm_exchange_create((plm_front *)context, target);
}

static plm_front_connection *connection_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        plm_mhd.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? (plm_front_connection *)info->socket_context : NULL;
}

static enum MHD_Result step(void *context, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *data, size_t *n,
                            void **exchange)
{
    (void)context;
    (void)url;
    (void)version;
    plm_front_connection *c = connection_of(connection);
    if (*exchange == NULL || c == NULL) {
        return MHD_NO; /* there was no memory */
    }
    c->exchange = (plm_exchange *)*exchange;
    c->body_bytes += *n;
    if (c->body_bytes >= BODY_PIECE) {
        c->body_bytes = 0;
        c->since_ms = plm_clock_ms();
    }
    return plm_exchange_step((plm_exchange *)*exchange, connection, method, data, n);
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **exchange,
                         enum MHD_RequestTerminationCode how)
{
    (void)context;
    (void)how;
    plm_front_connection *c = connection_of(connection);
    if (*exchange != NULL) {
        plm_exchange_destroy((plm_exchange *)*exchange);
        *exchange = NULL;
    }
    if (c != NULL) {
        c->exchange = NULL;
        c->body_bytes = 0;
        c->since_ms = plm_clock_ms();
    }
}

static void note_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                            enum MHD_ConnectionNotificationCode what)
{
    plm_front *front = (plm_front *)context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            plm_mhd.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        plm_front_connection *c = (plm_front_connection *)calloc(1, sizeof *c);
        if (c != NULL && info != NULL) {
            *c = (plm_front_connection){
                .next = front->connections, .fd = info->connect_fd, .since_ms = plm_clock_ms()};
            front->connections = c;
        } else {
            free(c);
            c = NULL;
        }
        *socket_context = c;
        return;
    }
    plm_front_connection *gone = (plm_front_connection *)*socket_context;
    plm_front_connection **at = &front->connections;
    while (gone != NULL && *at != gone) {
        at = &(*at)->next;
    }
    if (gone != NULL) {
        *at = gone->next;
        free(gone);
    }
}

/* Nobody keeps a place by saying little, or nothing, or by going away from a stream. */
static void free_places(const plm_front *front)
{
    const int64_t now = plm_clock_ms();
    for (plm_front_connection *c = front->connections; c != NULL; c = c->next) {
        if (c->exchange != NULL && !plm_exchange_awaits_body(c->exchange)) {
            c->since_ms = now; /* it is we who are waited for */
            plm_exchange_see_off(c->exchange, c->fd);
        } else if (now - c->since_ms > PATIENCE_MS) {
            (void)shutdown(c->fd, SHUT_RDWR);
        }
    }
}

/* Escapes stay as they are: target.c takes the address apart. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static plm_status start(plm_front *front)
{
    char error[256];
    if (plm_mhd_load(error, sizeof error) != PLM_OK) {
        const plm_diag_sink sink = {plm_diag_print, stderr};
        plm_diag_error(&sink, "palermo serve", 0, NULL, "no HTTP without libmicrohttpd: %s", error);
        return PLM_E_NOT_FOUND;
    }
    front->daemon = plm_mhd.MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, step, front,
        MHD_OPTION_LISTEN_SOCKET, PLM_FRONT_LISTENER_FD, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_URI_LOG_CALLBACK,
        begin_exchange, front, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, front,
        MHD_OPTION_NOTIFY_CONNECTION, note_connection, front, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_escaped, front, MHD_OPTION_END);
    return front->daemon != NULL ? PLM_OK : PLM_E_IO;
}

/*
 * What a clerk said while something was said to it was read along with that: nothing more may come,
 * and nobody may wait for it. True: a connection goes on.
 */
static bool wake_what_was_read(plm_front *front)
{
    bool is_any = false;
    for (plm_exchange *x = front->exchanges; x != NULL; x = x->next) {
        if (x->is_suspended && x->control.fd >= 0 && x->control.in.n > x->control.taken) {
            plm_exchange_wake(x);
            is_any = is_any || !x->is_suspended;
        }
    }
    return is_any;
}

/* Waits for connections, clerks, and the end of the desk. PLM_E_TRUNCATED: the desk is gone. */
static plm_status wait_for_work(plm_front *front)
{
    struct pollfd waits[2 * CONNECTIONS_MAX + 2];
    plm_exchange *waiting[2 * CONNECTIONS_MAX + 2];
    MHD_UNSIGNED_LONG_LONG until = POLL_MS;
    nfds_t n = 2;
    const union MHD_DaemonInfo *info =
        plm_mhd.MHD_get_daemon_info(front->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL) {
        return PLM_E_IO;
    }
    const bool goes_on = wake_what_was_read(front);
    waits[0] = (struct pollfd){PLM_FRONT_DESK_FD, POLLIN, 0};
    waits[1] = (struct pollfd){info->epoll_fd, POLLIN, 0};
    for (plm_exchange *x = front->exchanges; x != NULL && n < 2 * CONNECTIONS_MAX + 2;
         x = x->next) {
        if (x->control.fd >= 0 && (x->is_suspended || x->control.out.n > 0)) {
            waiting[n] = x;
            waits[n++] = (struct pollfd){x->control.fd, plm_control_events(&x->control), 0};
        }
    }
    if (plm_mhd.MHD_get_timeout(front->daemon, &until) != MHD_YES || until > POLL_MS) {
        until = POLL_MS;
    }
    (void)poll(waits, n, goes_on ? 0 : (int)until);
    if ((waits[0].revents & (POLLIN | POLLHUP)) != 0) {
        return PLM_E_TRUNCATED;
    }
    for (nfds_t i = 2; i < n; i++) {
        if (waits[i].revents != 0) {
            plm_exchange_wake(waiting[i]);
        }
    }
    return plm_mhd.MHD_run(front->daemon) == MHD_YES ? PLM_OK : PLM_E_IO;
}

int plm_front_main(int argc, char **argv)
{
    plm_front front = {.is_local = argc > 2 && strcmp(argv[2], "local") == 0,
                       .user = geteuid(),
                       .origin = argc > 3 ? argv[3] : ""};
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN); /* the desk tells us when to end */
    plm_status status = start(&front);
    if (status == PLM_OK) {
        status = plm_sandbox_enter_front();
    }
    while (status == PLM_OK) {
        status = wait_for_work(&front);
        free_places(&front);
    }
    return status == PLM_E_TRUNCATED ? 0 : 1;
}
