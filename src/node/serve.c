/* SPDX-License-Identifier: Apache-2.0 */
#include "node/serve.h"

#include "node/door.h"
#include "node/postman.h"
#include "node/timekeeper.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    POLL_MS = 250,
    ARRIVALS_AT_ONCE = 64, /* then the others have their turn */
    GOING_MS = 6000,       /* from being told to go to being ended */
    SCARCE_MS = 250,       /* pause when descriptors or processes have run out; doubled */
    PAUSE_DOUBLINGS = 5,
    POSTMAN_PAUSE_MS = 15 * 60 * 1000,
    /* Of the process beside: pauses between its starts, and after how long it is steady. */
    BACK_OFF_FIRST_MS = 200,
    BACK_OFF_MOST_MS = 60000,
    STEADY_MS = 60000,
    /* How a principal ends, beside 0 and 1: */
    EXIT_REFUSED = 2, /* a run stands in the store that came to nothing */
    EXIT_CAME = 4     /* something came that the postman may have to go on with */
};

/* A process that is sent out now and then: the postman, the timekeeper. */
typedef struct round {
    void (*run)(const plm_serve_config *config); /* never returns */
    pid_t pid;                                   /* 0: it is not on its way */
    unsigned n_failures;
    int64_t sent_out_ms;
} round;

enum {
    POSTMAN,
    TIMEKEEPER,
    ROUNDS
};

typedef struct listener {
    const plm_serve_config *config;
    int fd;
    plm_door *door;
    plm_guest *guests;
    size_t n_guests;
    struct pollfd *polls;
    plm_guest **polled; /* whose each of polls is; NULL: the listener's own */
    unsigned n_scarce;  /* times in a row that we could not take or begin one */
    int64_t scarce_until_ms;
    round rounds[ROUNDS];
    pid_t beside; /* 0: none */
    int64_t beside_started_ms;
    int64_t beside_wait_ms;
} listener;

static void note_scarcity(listener *l)
{
    l->scarce_until_ms = plm_clock_ms() + ((int64_t)SCARCE_MS << l->n_scarce);
    l->n_scarce += l->n_scarce < PAUSE_DOUBLINGS;
}

static void leave(listener *l, plm_guest *guest, bool was_refused)
{
    if (guest->fd >= 0) {
        (void)close(guest->fd);
    }
    plm_door_leave(l->door, guest, was_refused, plm_clock_ms());
}

/* A guest without a process goes at once; a principal is told, and ends its worker. */
static void tell_to_go(listener *l, plm_guest *guest)
{
    if (guest->pid > 0) {
        guest->told_ms = plm_clock_ms();
        (void)kill((pid_t)guest->pid, SIGTERM);
    } else {
        leave(l, guest, false);
    }
}

/*
 * In a child: it does not outlive its listener, which has the node's lock, or nobody could serve
 * the node before its run is over.
 */
static void end_with(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 || getppid() != parent) {
        _exit(1);
    }
}

/* In a child: what is the listener's and its guests', but for one (NULL: for none). */
static void close_others(const listener *l, const plm_guest *guest)
{
    (void)close(l->fd);
    for (size_t i = 0; i < l->n_guests; i++) {
        if (l->guests[i].fd >= 0 && &l->guests[i] != guest) {
            (void)close(l->guests[i].fd);
        }
    }
}

/* The last run that the principal said it is in (note_run); false: none. */
static bool last_run(int fd, uint8_t id[static PLM_RUN_ID_BYTES])
{
    uint8_t word[2 * PLM_RUN_ID_BYTES + 1];
    bool is_there = false;
    ssize_t n;
    while ((n = recv(fd, word, sizeof word, MSG_DONTWAIT)) > 0) {
        if (n == PLM_RUN_ID_BYTES) {
            memcpy(id, word, PLM_RUN_ID_BYTES);
            is_there = true;
        }
    }
    return is_there;
}

/* A principal came to its end, and did not just stop, as without randomness or by a signal. */
static bool was_in_order(int how)
{
    const int code = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    return code == 0 || code == EXIT_REFUSED || code == EXIT_CAME;
}

/* A principal died in a run: a process in its place marks that broken, and ends. */
static bool mend_after(listener *l, plm_guest *guest)
{
    uint8_t id[PLM_RUN_ID_BYTES];
    if (l->config->mend == NULL || guest->fd < 0 || !last_run(guest->fd, id)) {
        return false;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        close_others(l, NULL);
        l->config->mend(l->config->context, id);
        _exit(0);
    }
    if (pid < 0) {
        return false; /* the next start mends it */
    }
    (void)close(guest->fd);
    guest->fd = -1;
    guest->pid = pid;
    guest->told_ms = 0;
    return true;
}

static void reap(listener *l)
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
        if (pid > 0 && !was_in_order(how) && mend_after(l, g)) {
            continue;
        }
        if (pid > 0 && WIFEXITED(how) && WEXITSTATUS(how) == EXIT_CAME) {
            l->rounds[POSTMAN].sent_out_ms = 0;
        }
        leave(l, g, pid > 0 && WIFEXITED(how) && WEXITSTATUS(how) == EXIT_REFUSED);
    }
    for (size_t i = 0; i < ROUNDS; i++) {
        round *r = &l->rounds[i];
        int how = 0;
        if (r->pid > 0 && waitpid(r->pid, &how, WNOHANG) != 0) {
            r->pid = 0;
            r->n_failures = how == 0 ? 0 : r->n_failures + 1;
        }
    }
    if (l->beside > 0 && waitpid(l->beside, NULL, WNOHANG) != 0) {
        const bool was_steady = plm_clock_ms() - l->beside_started_ms >= STEADY_MS;
        const int64_t next =
            was_steady || l->beside_wait_ms == 0 ? BACK_OFF_FIRST_MS : 2 * l->beside_wait_ms;
        l->beside_wait_ms = next < BACK_OFF_MOST_MS ? next : BACK_OFF_MOST_MS;
        l->beside = 0;
    }
}

static void keep_beside(listener *l)
{
    const int64_t now = plm_clock_ms();
    if (l->config->beside == NULL || l->beside > 0 ||
        (l->beside_started_ms > 0 && now - l->beside_started_ms < l->beside_wait_ms)) {
        return;
    }
    l->beside_started_ms = now;
    pid_t pid = fork();
    if (pid == 0) {
        close_others(l, NULL);
        l->config->beside(l->config->context);
        _exit(0);
    }
    l->beside = pid > 0 ? pid : 0;
}

/* One at a time: the next looks around when the one before has come back. */
static void send_out(listener *l, round *r)
{
    const plm_serve_config *config = l->config;
    int64_t now = plm_clock_ms();
    int64_t pause = config->deliver_every_ms
                    << (r->n_failures < PAUSE_DOUBLINGS ? r->n_failures : PAUSE_DOUBLINGS);
    if (pause > POSTMAN_PAUSE_MS && config->deliver_every_ms < POSTMAN_PAUSE_MS) {
        pause = POSTMAN_PAUSE_MS;
    }
    if (pause == 0 || r->pid > 0 || (r->sent_out_ms > 0 && now - r->sent_out_ms < pause)) {
        return;
    }
    r->sent_out_ms = now;
    const pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        end_with(parent);
        close_others(l, NULL);
        r->run(config);
    }
    r->pid = pid > 0 ? pid : 0;
}

/* In the principal: asks the listener, and lets the peer know meanwhile that we are still here. */
static plm_status ask_for_a_place(void *context, plm_session *session, const plm_tls_pin *pin)
{
    const int fd = *(const int *)context;
    uint8_t verdict = 0;
    if (send(fd, pin->identity, sizeof pin->identity, MSG_NOSIGNAL) !=
        (ssize_t)sizeof pin->identity) {
        return PLM_E_IO;
    }
    for (;;) {
        struct pollfd wait = {fd, POLLIN, 0};
        plm_status status = plm_session_tick(session);
        if (status != PLM_OK) {
            return status;
        }
        if (poll(&wait, 1, POLL_MS) > 0) {
            /* A listener that has died says nothing. */
            return recv(fd, &verdict, 1, 0) == 1 && verdict == 1 ? PLM_OK : PLM_E_LIMIT;
        }
    }
}

/* In the principal: of the run that is to be marked broken if this process dies in it. */
static void note_run(void *context, const uint8_t run_id[static PLM_RUN_ID_BYTES])
{
    const int fd = *(const int *)context;
    /* What can't be said is mended when the node starts. */
    const ssize_t n = send(fd, run_id, PLM_RUN_ID_BYTES, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)n;
}

/* Lookups last as long as their askers like: a principal that answers them looks at this. */
static volatile sig_atomic_t is_leaving;

static void note_leaving(int number)
{
    (void)number;
    is_leaving = 1;
}

/* The principal: everything it needs it opens itself. Never returns. */
static void be_principal(listener *l, const plm_guest *guest, int fd, int channel)
{
    static const uint8_t no_run[PLM_RUN_ID_BYTES];
    const plm_serve_config *config = l->config;
    plm_node node = {.leave = &is_leaving};
    plm_outcome outcome = {0};
    close_others(l, guest);
    plm_status status = config->prepare(config->context, &node);
    if (status == PLM_OK) {
        node.admit = ask_for_a_place;
        node.began = note_run;
        node.admit_context = &channel;
        status = plm_node_answer(&node, fd, &outcome);
    } else {
        (void)close(fd);
    }
    config->finished(config->context, &node, status, &outcome);
    bool has_run = memcmp(outcome.run_id, no_run, sizeof no_run) != 0;
    if (status != PLM_OK) {
        _exit(has_run ? EXIT_REFUSED : 1);
    }
    _exit(outcome.delivery.n_taken > 0 ? EXIT_CAME : 0);
}

static void start_principal(listener *l, plm_guest *guest)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        note_scarcity(l);
        leave(l, guest, false);
        return;
    }
    const pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        end_with(parent);
        (void)close(pair[0]);
        be_principal(l, guest, guest->fd, pair[1]);
    }
    (void)close(pair[1]);
    (void)close(guest->fd);
    guest->fd = pair[0];
    guest->pid = pid;
    if (pid < 0) {
        note_scarcity(l);
        leave(l, guest, false);
    } else {
        l->n_scarce = 0;
    }
}

static void take_arrivals(listener *l)
{
    for (int i = 0; i < ARRIVALS_AT_ONCE; i++) {
        uint8_t origin[PLM_DOOR_ADDRESS_BYTES];
        plm_guest *goes = NULL;
        int fd;
        if (plm_net_accept(l->fd, &fd) != PLM_OK) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
                note_scarcity(l);
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
static void take_word(listener *l, plm_guest *guest, short events)
{
    static const uint8_t yes = 1;
    static const uint8_t no = 0;
    int64_t now = plm_clock_ms();
    if (guest->state == PLM_GUEST_SILENT) {
        plm_status status = plm_net_first_word(guest->fd);
        if (status == PLM_OK) {
            plm_door_speak(guest, now);
        } else if (status != PLM_E_NOT_FOUND || (events & (POLLHUP | POLLRDHUP | POLLERR))) {
            leave(l, guest, false);
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

static void keep_the_door(listener *l)
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
        start_principal(l, next);
    }
    if (goes != NULL) {
        tell_to_go(l, goes);
    }
}

/* What each guest is waited for; of one that is known, for its end alone. */
static size_t fill_polls(listener *l)
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

static void take_turn(listener *l)
{
    size_t n = fill_polls(l);
    if (poll(l->polls, n, POLL_MS) > 0) {
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
static size_t send_strangers_away(listener *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n_guests; i++) {
        plm_guest *g = &l->guests[i];
        if (g->state != PLM_GUEST_NONE && g->pid <= 0) {
            leave(l, g, false);
        }
        n += g->pid > 0;
    }
    return n;
}

static void wait_for_runs(listener *l)
{
    /* What is not delivered or repeated yet is so another time. */
    for (size_t i = 0; i < ROUNDS; i++) {
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
    while (send_strangers_away(l) > 0 || l->rounds[POSTMAN].pid > 0 ||
           l->rounds[TIMEKEEPER].pid > 0 || l->beside > 0) {
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

static plm_status begin(listener *l, uint16_t *port)
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
    listener l = {
        .config = config,
        .fd = -1,
        .rounds = {
            [POSTMAN] = {.run = plm_postman_run}, [TIMEKEEPER] = {.run = plm_timekeeper_run}}};
    uint16_t port = 0;
    plm_status status = begin(&l, &port);
    if (status == PLM_OK) {
        status = config->confine(config->context);
    }
    if (status == PLM_OK) {
        (void)signal(SIGUSR1, note_leaving); /* before the first fork: no principal lacks it */
        config->listening(config->context, port);
        while (*config->stop == 0) {
            keep_beside(&l);
            send_out(&l, &l.rounds[POSTMAN]);
            send_out(&l, &l.rounds[TIMEKEEPER]);
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
