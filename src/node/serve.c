/* SPDX-License-Identifier: Apache-2.0 */
#include "node/serve.h"

#include "node/postman.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    POLL_MS = 250,
    BACK_OFF_FIRST_MS = 200,
    BACK_OFF_MOST_MS = 60000,
    STEADY_MS = 60000,
    MOST_RUNS = 1024
};

typedef struct running {
    pid_t principals[MOST_RUNS];
    unsigned n;
    pid_t postman; /* 0: none is on its way */
    int64_t sent_out_ms;
    pid_t beside; /* 0: none */
    int64_t beside_started_ms;
    int64_t beside_wait_ms;
} running;

static void reap(running *r, const plm_serve_config *config)
{
    for (unsigned i = 0; i < r->n;) {
        int how;
        pid_t pid = waitpid(r->principals[i], &how, WNOHANG);
        if (pid == 0) {
            i++;
            continue;
        }
        if (pid > 0 && WIFSIGNALED(how) && config->died != NULL) {
            config->died(config->context, pid, WTERMSIG(how));
        }
        r->principals[i] = r->principals[--r->n];
    }
    if (r->postman > 0 && waitpid(r->postman, NULL, WNOHANG) != 0) {
        r->postman = 0;
    }
    if (r->beside > 0 && waitpid(r->beside, NULL, WNOHANG) != 0) {
        const bool was_steady = plm_clock_ms() - r->beside_started_ms >= STEADY_MS;
        const int64_t next =
            was_steady || r->beside_wait_ms == 0 ? BACK_OFF_FIRST_MS : 2 * r->beside_wait_ms;
        r->beside_wait_ms = next < BACK_OFF_MOST_MS ? next : BACK_OFF_MOST_MS;
        r->beside = 0;
    }
}

static void keep_beside(running *r, const plm_serve_config *config, int listener)
{
    const int64_t now = plm_clock_ms();
    if (config->beside == NULL || r->beside > 0 ||
        (r->beside_started_ms > 0 && now - r->beside_started_ms < r->beside_wait_ms)) {
        return;
    }
    r->beside_started_ms = now;
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(listener);
        config->beside(config->context);
        _exit(0);
    }
    r->beside = pid > 0 ? pid : 0;
}

/* One at a time: the next looks around when the one before has come back. */
static void send_out_postman(running *r, const plm_serve_config *config, int listener)
{
    int64_t now = plm_clock_ms();
    if (config->deliver_every_ms == 0 || r->postman > 0 ||
        (r->sent_out_ms > 0 && now - r->sent_out_ms < config->deliver_every_ms)) {
        return;
    }
    r->sent_out_ms = now;
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(listener);
        plm_postman_run(config);
    }
    r->postman = pid > 0 ? pid : 0;
}

/* The principal: everything it needs it opens itself. Never returns. */
static void be_principal(const plm_serve_config *config, int fd)
{
    plm_node node = {0};
    plm_outcome outcome = {0};
    plm_status status = config->prepare(config->context, &node);
    if (status == PLM_OK) {
        status = plm_node_answer(&node, fd, &outcome);
    } else {
        (void)close(fd);
    }
    config->finished(config->context, &node, status, &outcome);
    _exit(status == PLM_OK ? 0 : 1);
}

static void take_connection(running *r, const plm_serve_config *config, int listener)
{
    int fd;
    if (plm_net_accept(listener, &fd) != PLM_OK) {
        return; /* the peer went away again, or we are short of descriptors: try later */
    }
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(listener);
        be_principal(config, fd);
    }
    (void)close(fd);
    if (pid > 0) {
        r->principals[r->n++] = pid;
    }
}

static void wait_for_runs(running *r, const plm_serve_config *config)
{
    /* What is not delivered yet is delivered another time. */
    if (r->postman > 0) {
        (void)kill(r->postman, SIGTERM);
    }
    if (r->beside > 0) {
        (void)kill(r->beside, SIGTERM);
    }
    bool is_told = false;
    while (r->n > 0 || r->postman > 0 || r->beside > 0) {
        if (*config->stop > 1 && r->beside > 0 && !is_told) {
            (void)kill(r->beside, SIGTERM);
            is_told = true;
        }
        if (*config->stop > 1) {
            for (unsigned i = 0; i < r->n; i++) {
                (void)kill(r->principals[i], SIGTERM);
            }
        }
        reap(r, config);
        if (r->n > 0 || r->postman > 0 || r->beside > 0) {
            (void)poll(NULL, 0, POLL_MS / 5);
        }
    }
}

plm_status plm_node_serve(const plm_serve_config *config)
{
    running *r = (running *)calloc(1, sizeof *r);
    int listener;
    uint16_t port;
    if (r == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = plm_net_listen(config->address, &listener, &port);
    if (status != PLM_OK) {
        free(r);
        return status;
    }
    config->listening(config->context, port);
    unsigned most = config->most_runs < MOST_RUNS ? config->most_runs : MOST_RUNS;
    while (*config->stop == 0) {
        reap(r, config);
        keep_beside(r, config, listener);
        send_out_postman(r, config, listener);
        struct pollfd wait = {r->n < most ? listener : -1, POLLIN, 0};
        if (poll(&wait, 1, POLL_MS) > 0 && (wait.revents & POLLIN)) {
            take_connection(r, config, listener);
        }
    }
    (void)close(listener);
    wait_for_runs(r, config);
    free(r);
    return PLM_OK;
}
