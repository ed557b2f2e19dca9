/* SPDX-License-Identifier: Apache-2.0 */
#include "node/serve_internal.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void plm_listener_end_with(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 || getppid() != parent) {
        _exit(1);
    }
}

void plm_listener_close_others(const plm_listener *l, const plm_guest *guest)
{
    (void)close(l->fd);
    for (size_t i = 0; i < l->n_guests; i++) {
        if (l->guests[i].fd >= 0 && &l->guests[i] != guest) {
            (void)close(l->guests[i].fd);
        }
    }
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
        if (poll(&wait, 1, PLM_LISTENER_POLL_MS) > 0) {
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

void plm_listener_prepare_leaving(void)
{
    (void)signal(SIGUSR1, note_leaving);
}

/* The principal: everything it needs it opens itself. Never returns. */
static void be_principal(plm_listener *l, const plm_guest *guest, int fd, int channel)
{
    static const uint8_t no_run[PLM_RUN_ID_BYTES];
    const plm_serve_config *config = l->config;
    plm_node node = {.leave = &is_leaving};
    plm_outcome outcome = {0};
    plm_listener_close_others(l, guest);
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
        _exit(has_run ? PLM_EXIT_REFUSED : 1);
    }
    _exit(outcome.delivery.n_taken > 0 ? PLM_EXIT_CAME : 0);
}

void plm_listener_start_principal(plm_listener *l, plm_guest *guest)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        plm_listener_note_scarcity(l);
        plm_listener_leave(l, guest, false);
        return;
    }
    const pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        plm_listener_end_with(parent);
        (void)close(pair[0]);
        be_principal(l, guest, guest->fd, pair[1]);
    }
    (void)close(pair[1]);
    (void)close(guest->fd);
    guest->fd = pair[0];
    guest->pid = pid;
    if (pid < 0) {
        plm_listener_note_scarcity(l);
        plm_listener_leave(l, guest, false);
    } else {
        l->n_scarce = 0;
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
    return code == 0 || code == PLM_EXIT_REFUSED || code == PLM_EXIT_CAME;
}

bool plm_listener_mend_after(plm_listener *l, plm_guest *guest, int how)
{
    uint8_t id[PLM_RUN_ID_BYTES];
    if (was_in_order(how) || l->config->mend == NULL || guest->fd < 0 || !last_run(guest->fd, id)) {
        return false;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        plm_listener_close_others(l, NULL);
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
