/* SPDX-License-Identifier: Apache-2.0 */
#include "api/desk.h"

#include "api/front.h"
#include "net/local.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    POLL_MS = 250,
    BACK_OFF_FIRST_MS = 100,
    BACK_OFF_MOST_MS = 60000,
    STEADY_MS = 60000 /* a front that lived so long did not fail at its start */
};

typedef struct front_seat {
    pid_t pid; /* 0: there is none now */
    int channel;
    int64_t started_ms;
    int64_t wait_ms;
} front_seat;

typedef struct desk {
    const plm_desk_config *config;
    front_seat fronts[PLM_API_LISTENERS_MAX];
    struct {
        pid_t pid;
        bool is_local; /* who asked came by a UNIX socket */
    } clerks[PLM_API_CLERKS_MAX];
    size_t n_clerks;
} desk;

/* In the child: two descriptors, nothing to print on, a new program. Never returns. */
static void become_front(const plm_desk_config *config, const plm_api_listener *listener,
                         int channel)
{
    const int channel_high = fcntl(channel, F_DUPFD, 10);
    const int listener_high = fcntl(listener->fd, F_DUPFD, 10);
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (channel_high < 0 || listener_high < 0 || nowhere < 0 || dup2(nowhere, 0) < 0 ||
        dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0 || dup2(channel_high, PLM_FRONT_DESK_FD) < 0 ||
        dup2(listener_high, PLM_FRONT_LISTENER_FD) < 0) {
        _exit(127);
    }
    (void)close_range(PLM_FRONT_LISTENER_FD + 1, ~0U, 0);
    const char *const argv[] = {"palermo", PLM_FRONT_ARGUMENT, listener->is_local ? "local" : "web",
                                config->origin, NULL};
    /* execve takes its strings as char *const but does not change them. */
    union {
        const char *const *in;
        char *const *out;
    } arguments = {argv};
    (void)execv(config->program, arguments.out);
    _exit(127);
}

static void start_front(desk *d, size_t i)
{
    front_seat *front = &d->fronts[i];
    int pair[2];
    const int64_t now = plm_clock_ms();
    if (front->pid > 0 || (front->started_ms > 0 && now - front->started_ms < front->wait_ms) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return;
    }
    front->started_ms = now;
    const pid_t pid = fork();
    if (pid == 0) {
        become_front(d->config, &d->config->listeners[i], pair[1]);
    }
    (void)close(pair[1]);
    if (pid < 0) {
        (void)close(pair[0]);
        return;
    }
    front->pid = pid;
    front->channel = pair[0];
}

static void tell_death(const desk *d, const char *what, int how)
{
    if (WIFSIGNALED(how) && WTERMSIG(how) != SIGTERM && d->config->died != NULL) {
        d->config->died(d->config->context, what, WTERMSIG(how));
    }
}

static void reap(desk *d)
{
    int how = 0;
    for (size_t i = 0; i < d->n_clerks;) {
        if (waitpid(d->clerks[i].pid, &how, WNOHANG) == 0) {
            i++;
            continue;
        }
        tell_death(d, "clerk", how);
        d->clerks[i] = d->clerks[--d->n_clerks];
    }
    for (size_t i = 0; i < d->config->n_listeners; i++) {
        front_seat *front = &d->fronts[i];
        if (front->pid > 0 && waitpid(front->pid, &how, WNOHANG) != 0) {
            tell_death(d, "front", how);
            (void)close(front->channel);
            front->pid = 0;
            const bool was_steady = plm_clock_ms() - front->started_ms >= STEADY_MS;
            const int64_t next =
                was_steady || front->wait_ms == 0 ? BACK_OFF_FIRST_MS : 2 * front->wait_ms;
            front->wait_ms = next < BACK_OFF_MOST_MS ? next : BACK_OFF_MOST_MS;
        }
    }
}

/* Whoever reaches a port, and may have no business here, must not keep out the operator. */
static bool has_room(const desk *d, bool is_local)
{
    size_t n_by_ports = 0;
    for (size_t i = 0; i < d->n_clerks; i++) {
        n_by_ports += !d->clerks[i].is_local;
    }
    return d->n_clerks < PLM_API_CLERKS_MAX && (is_local || n_by_ports < PLM_API_PORT_CLERKS_MAX);
}

/* One request: whoever sent the descriptor waits at its other end. */
static void take_request(desk *d, size_t i)
{
    const plm_api_listener *listener = &d->config->listeners[i];
    int fd;
    if (plm_net_receive_fd(d->fronts[i].channel, &fd) != PLM_OK) {
        return;
    }
    if (!has_room(d, listener->is_local)) {
        (void)close(fd); /* the front says 503 */
        return;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        const int high = fcntl(fd, F_DUPFD, 10);
        if (high < 0 || dup2(high, 3) < 0) {
            _exit(1);
        }
        (void)close_range(4, ~0U, 0);
        plm_clerk_run(d->config, listener, 3);
    }
    (void)close(fd);
    if (pid > 0) {
        d->clerks[d->n_clerks].pid = pid;
        d->clerks[d->n_clerks++].is_local = listener->is_local;
    }
}

static void wait_for_requests(desk *d)
{
    struct pollfd waits[PLM_API_LISTENERS_MAX];
    size_t seats[PLM_API_LISTENERS_MAX];
    nfds_t n = 0;
    for (size_t i = 0; i < d->config->n_listeners; i++) {
        if (d->fronts[i].pid > 0) {
            seats[n] = i;
            waits[n++] = (struct pollfd){d->fronts[i].channel, POLLIN, 0};
        }
    }
    if (poll(waits, n, POLL_MS) <= 0) {
        return;
    }
    for (nfds_t i = 0; i < n; i++) {
        if ((waits[i].revents & POLLIN) != 0) {
            take_request(d, seats[i]);
        }
    }
}

/* Runs under way end by themselves; a second signal cancels them. */
static void close_down(desk *d)
{
    bool is_told = false;
    for (size_t i = 0; i < d->config->n_listeners; i++) {
        if (d->fronts[i].pid > 0) {
            (void)kill(d->fronts[i].pid, SIGTERM);
        }
    }
    while (d->n_clerks > 0) {
        reap(d);
        for (size_t i = 0; *d->config->stop > 1 && !is_told && i < d->n_clerks; i++) {
            (void)kill(d->clerks[i].pid, SIGTERM);
        }
        is_told = *d->config->stop > 1;
        (void)poll(NULL, 0, d->n_clerks > 0 ? POLL_MS / 5 : 0);
    }
}

/*
 * Descriptors that came along with the fork and are the listener's alone: its lock above all, which
 * must not outlive it.
 */
static void close_others(const plm_desk_config *config)
{
    int last = 2;
    for (size_t i = 0; i < config->n_listeners; i++) {
        last = config->listeners[i].fd > last ? config->listeners[i].fd : last;
    }
    for (int fd = 3; fd <= last; fd++) {
        bool is_ours = false;
        for (size_t i = 0; i < config->n_listeners; i++) {
            is_ours = is_ours || config->listeners[i].fd == fd;
        }
        if (!is_ours) {
            (void)close(fd);
        }
    }
    (void)close_range((unsigned)last + 1, ~0U, 0);
}

plm_status plm_desk_run(const plm_desk_config *config)
{
    const struct rlimit no_core = {0, 0};
    static desk d;
    d = (desk){.config = config};
    close_others(config);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &no_core) != 0) {
        return PLM_E_IO;
    }
    while (*config->stop == 0) {
        reap(&d);
        for (size_t i = 0; i < config->n_listeners; i++) {
            start_front(&d, i);
        }
        wait_for_requests(&d);
    }
    close_down(&d);
    return PLM_OK;
}
