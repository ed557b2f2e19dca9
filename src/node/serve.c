/* SPDX-License-Identifier: Apache-2.0 */
#include "node/serve_internal.h"

#include "node/postman.h"
#include "node/timekeeper.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ARRIVALS_AT_ONCE = 64, /* then the others have their turn */
    GOING_MS = 6000,       /* from being told to go to being ended */
    SCARCE_MS = 250,       /* pause when descriptors or processes have run out; doubled */
    SCARCE_DOUBLINGS = 5
};

void plm_listener_note_scarcity(plm_listener *l)
{
    l->scarce_until_ms = plm_clock_ms() + ((int64_t)SCARCE_MS << l->n_scarce);
    l->n_scarce += l->n_scarce < SCARCE_DOUBLINGS;
}

void plm_listener_leave(plm_listener *l, plm_guest *guest, bool was_refused)
{
    if (guest->fd >= 0) {
        (void)close(guest->fd);
    }
    plm_door_leave(l->door, guest, was_refused, plm_clock_ms());
}

/* A guest without a process goes at once; a principal is told, and ends its worker. */
static void tell_to_go(plm_listener *l, plm_guest *guest)
{
    if (guest->pid > 0) {
        guest->told_ms = plm_clock_ms();
        (void)kill((pid_t)guest->pid, SIGTERM);
    } else {
        plm_listener_leave(l, guest, false);
    }
}

static void reap(plm_listener *l)
{
    const plm_serve_config *config = l->config;
    for (size_t i = 0; i < l->n_guests; i++) {
        plm_guest *g = &l->guests[i];
        int how;
        pid_t pid = g->pid > 0 ? waitpid((pid_t)g->pid, &how, WNOHANG) : 0;
        if (pid == 0) {
            if (g->told_ms > 0 && plm_clock_ms() - g->told_ms > GOING_MS) {
                (void)kill((pid_t)g->pid, SIGKILL);
            }
            continue;
        }
        if (pid > 0 && WIFSIGNALED(how) && config->died != NULL) {
            config->died(config->context, pid, WTERMSIG(how));
        }
        if (pid > 0 && plm_listener_mend_after(l, g, how)) {
            continue;
        }
        if (pid > 0 && WIFEXITED(how) && WEXITSTATUS(how) == PLM_EXIT_CAME) {
            l->rounds[PLM_ROUND_POSTMAN].sent_out_ms = 0;
        }
        plm_listener_leave(l, g, pid > 0 && WIFEXITED(how) && WEXITSTATUS(how) == PLM_EXIT_REFUSED);
    }
    plm_listener_reap_others(l);
}

static void take_arrivals(plm_listener *l)
{
    for (int i = 0; i < ARRIVALS_AT_ONCE; i++) {
        uint8_t origin[PLM_DOOR_ADDRESS_BYTES];
        plm_guest *goes = NULL;
        int fd;
        if (plm_net_accept(l->fd, &fd) != PLM_OK) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
                plm_listener_note_scarcity(l);
            }
            return;
        }
        plm_guest *guest = plm_net_origin(fd, origin) == PLM_OK
                               ? plm_door_arrive(l->door, origin, plm_clock_ms(), &goes)
                               : NULL;
        if (goes != NULL) {
            tell_to_go(l, goes);
        }
        if (guest == NULL) {
            (void)close(fd);
            continue;
        }
        guest->fd = fd;
    }
}

/* A silent one has spoken, or gone; a principal asks for a place, or has ended (see reap). */
static void take_word(plm_listener *l, plm_guest *guest, short events)
{
    static const uint8_t yes = 1;
    static const uint8_t no = 0;
    int64_t now = plm_clock_ms();
    if (guest->state == PLM_GUEST_SILENT) {
        plm_status status = plm_net_first_word(guest->fd);
        if (status == PLM_OK) {
            plm_door_speak(guest, now);
        } else if (status != PLM_E_NOT_FOUND || (events & (POLLHUP | POLLRDHUP | POLLERR))) {
            plm_listener_leave(l, guest, false);
        }
        return;
    }
    uint8_t party[32];
    if (guest->state != PLM_GUEST_HANDSHAKE ||
        recv(guest->fd, party, sizeof party, MSG_DONTWAIT) != (ssize_t)sizeof party) {
        return;
    }
    plm_status status = plm_door_admit(l->door, guest, party, now);
    if (status != PLM_E_NOT_FOUND) {
        (void)send(guest->fd, status == PLM_OK ? &yes : &no, 1, MSG_NOSIGNAL);
    }
}

static void keep_the_door(plm_listener *l)
{
    static const uint8_t yes = 1;
    static const uint8_t no = 0;
    int64_t now = plm_clock_ms();
    plm_guest *goes = NULL;
    plm_guest *next;
    while ((next = plm_door_overdue(l->door, now)) != NULL) {
        if (next->state == PLM_GUEST_QUEUED) {
            (void)send(next->fd, &no, 1, MSG_NOSIGNAL);
        } else {
            tell_to_go(l, next);
        }
    }
    while ((next = plm_door_next(l->door, now)) != NULL) {
        (void)send(next->fd, &yes, 1, MSG_NOSIGNAL);
    }
    while (now >= l->scarce_until_ms && (next = plm_door_begin(l->door, now, &goes)) != NULL) {
        plm_listener_start_principal(l, next);
    }
    if (goes != NULL) {
        tell_to_go(l, goes);
    }
}

/* What each guest is waited for; of one that is known, for its end alone. */
static size_t fill_polls(plm_listener *l)
{
    size_t n = 0;
    if (plm_clock_ms() >= l->scarce_until_ms) {
        l->polled[n] = NULL;
        l->polls[n++] = (struct pollfd){l->fd, POLLIN, 0};
    }
    for (size_t i = 0; i < l->n_guests; i++) {
        plm_guest *g = &l->guests[i];
        if (g->state == PLM_GUEST_NONE || g->state == PLM_GUEST_READY) {
            continue;
        }
        l->polled[n] = g;
        short events = g->state == PLM_GUEST_SILENT      ? POLLIN | POLLRDHUP
                       : g->state == PLM_GUEST_HANDSHAKE ? POLLIN
                                                         : 0;
        l->polls[n++] = (struct pollfd){g->fd, events, 0};
    }
    return n;
}

static void take_turn(plm_listener *l)
{
    size_t n = fill_polls(l);
    if (poll(l->polls, n, PLM_LISTENER_POLL_MS) > 0) {
        for (size_t i = 0; i < n; i++) {
            if (l->polls[i].revents != 0 && l->polled[i] != NULL) {
                take_word(l, l->polled[i], l->polls[i].revents);
            }
        }
        if (n > 0 && l->polled[0] == NULL && l->polls[0].revents != 0) {
            take_arrivals(l);
        }
    }
    reap(l);
    keep_the_door(l);
}

/* How many principals are at work; those who have none yet go. */
static size_t send_strangers_away(plm_listener *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n_guests; i++) {
        plm_guest *g = &l->guests[i];
        if (g->state != PLM_GUEST_NONE && g->pid <= 0) {
            plm_listener_leave(l, g, false);
        }
        n += g->pid > 0;
    }
    return n;
}

static void wait_for_runs(plm_listener *l)
{
    /* What is not delivered or repeated yet is so another time. */
    for (size_t i = 0; i < PLM_ROUNDS; i++) {
        if (l->rounds[i].pid > 0) {
            (void)kill(l->rounds[i].pid, SIGTERM);
        }
    }
    if (l->beside > 0) {
        (void)kill(l->beside, SIGTERM);
    }
    for (size_t i = 0; i < l->n_guests; i++) {
        if (l->guests[i].pid > 0) {
            (void)kill((pid_t)l->guests[i].pid, SIGUSR1); /* answering lookups ends */
        }
    }
    bool is_told = false;
    while (send_strangers_away(l) > 0 || l->rounds[PLM_ROUND_POSTMAN].pid > 0 ||
           l->rounds[PLM_ROUND_TIMEKEEPER].pid > 0 || l->beside > 0) {
        if (*l->config->stop > 1 && l->beside > 0 && !is_told) {
            (void)kill(l->beside, SIGTERM);
            is_told = true;
        }
        for (size_t i = 0; *l->config->stop > 1 && i < l->n_guests; i++) {
            if (l->guests[i].pid > 0) {
                (void)kill((pid_t)l->guests[i].pid, SIGTERM);
            }
        }
        take_turn(l);
    }
}

static plm_status begin(plm_listener *l, uint16_t *port)
{
    const plm_serve_config *config = l->config;
    const plm_door_limits limits = {
        .most_admitted = config->most_runs,
        .most_of_party = config->most_of_party,
        .refusals_per_hour = config->refusals_per_hour,
        .queue_ms = config->timeout_ms / 2,
    };
    plm_status status = plm_tls_warm_up(); /* or each principal would */
    if (status == PLM_OK) {
        status = plm_door_create(&l->door, &limits);
    }
    if (status != PLM_OK) {
        return status;
    }
    l->guests = plm_door_guests(l->door, &l->n_guests);
    l->polls = (struct pollfd *)calloc(l->n_guests + 1, sizeof *l->polls);
    l->polled = (plm_guest **)calloc(l->n_guests + 1, sizeof *l->polled);
    if (l->polls == NULL || l->polled == NULL) {
        return PLM_E_NOMEM;
    }
    return plm_net_listen(config->address, &l->fd, port);
}

plm_status plm_node_serve(const plm_serve_config *config)
{
    plm_listener l = {.config = config,
                      .fd = -1,
                      .rounds = {[PLM_ROUND_POSTMAN] = {.run = plm_postman_run},
                                 [PLM_ROUND_TIMEKEEPER] = {.run = plm_timekeeper_run}}};
    uint16_t port = 0;
    plm_status status = begin(&l, &port);
    if (status == PLM_OK) {
        status = config->confine(config->context);
    }
    if (status == PLM_OK) {
        plm_listener_prepare_leaving();
        config->listening(config->context, port);
        while (*config->stop == 0) {
            plm_listener_keep_beside(&l);
            plm_listener_send_out(&l, &l.rounds[PLM_ROUND_POSTMAN]);
            plm_listener_send_out(&l, &l.rounds[PLM_ROUND_TIMEKEEPER]);
            take_turn(&l);
        }
    }
    if (l.fd >= 0) {
        int error = errno;
        (void)close(l.fd);
        l.fd = -1;
        errno = error;
    }
    if (status == PLM_OK) {
        wait_for_runs(&l);
    }
    free(l.polls);
    free(l.polled);
    plm_door_destroy(l.door);
    return status;
}
