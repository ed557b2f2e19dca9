/* SPDX-License-Identifier: Apache-2.0 */
#include "node/serve.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    POLL_MS = 250,
    MOST_RUNS = 1024
};

typedef struct running {
    pid_t principals[MOST_RUNS];
    unsigned n;
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
    while (r->n > 0) {
        if (*config->stop > 1) {
            for (unsigned i = 0; i < r->n; i++) {
                (void)kill(r->principals[i], SIGTERM);
            }
        }
        reap(r, config);
        if (r->n > 0) {
            (void)poll(NULL, 0, POLL_MS);
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
