/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_run.c - starts the two sides of a measurement and waits for both.
 */
#include "cli/bench.h"
#include "net/net.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct child {
    pid_t pid;
    int start[2];
    int tell[2];
} child;

static void close_all(int a, int b)
{
    (void)close(a);
    (void)close(b);
}

/* fds: both ends of the connection; the child keeps its own. */
static plm_status start_child(child *c, const plm_bench_config *config, plm_match_role role,
                              const int fds[2])
{
    if (pipe(c->start) != 0) {
        return PLM_E_IO;
    }
    if (pipe(c->tell) != 0) {
        close_all(c->start[0], c->start[1]);
        return PLM_E_IO;
    }
    c->pid = fork();
    if (c->pid == 0) {
        close_all(c->start[1], c->tell[0]);
        (void)close(fds[1 - (int)role]); /* or the end of the other would never be seen */
        plm_bench_be_side(config, role, fds[role], c->start[0], c->tell[1]);
    }
    (void)close(c->tell[1]);
    if (c->pid < 0) {
        close_all(c->start[0], c->start[1]);
        (void)close(c->tell[0]);
        return PLM_E_IO;
    }
    return PLM_OK;
}

static plm_status connect_pair(int fds[2])
{
    int listener;
    uint16_t port;
    char address[32];
    plm_status status = plm_net_listen("127.0.0.1:0", &listener, &port);
    if (status != PLM_OK) {
        return status;
    }
    (void)snprintf(address, sizeof address, "127.0.0.1:%u", port);
    status = plm_net_connect(address, 5000, &fds[0]);
    if (status == PLM_OK) {
        status = plm_net_accept(listener, &fds[1]);
        if (status != PLM_OK) {
            (void)close(fds[0]);
        }
    }
    (void)close(listener);
    return status;
}

/* The naive exchange reads and writes without polling. */
static void make_blocking(int fd)
{
    (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

static plm_status finish_child(child *c, plm_bench_side *result)
{
    int how = 0;
    bool read_all = read(c->tell[0], result, sizeof *result) == (ssize_t)sizeof *result;
    pid_t ended = waitpid(c->pid, &how, 0);
    close_all(c->start[0], c->start[1]);
    (void)close(c->tell[0]);
    bool good = read_all && ended == c->pid && WIFEXITED(how) && WEXITSTATUS(how) == 0;
    return good ? result->status : PLM_E_WORKER_DIED;
}

/* A side that only saw the other go away has nothing to say about why. */
static plm_status worse_of(plm_status a, plm_status b)
{
    return a == PLM_OK || (a == PLM_E_TRUNCATED && b != PLM_OK) ? b : a;
}

static plm_status wait_for_both(child sides[2], plm_bench_result *result)
{
    char ready;
    plm_status status = PLM_OK;
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        status = read(sides[i].tell[0], &ready, 1) == 1 ? PLM_OK : PLM_E_WORKER_DIED;
    }
    double started = plm_bench_now();
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        status = write(sides[i].start[1], "g", 1) == 1 ? PLM_OK : PLM_E_IO;
    }
    for (int i = 0; i < 2; i++) {
        if (status != PLM_OK) {
            (void)kill(sides[i].pid, SIGKILL); /* it may wait for the other for ever */
        }
        status = worse_of(status, finish_child(&sides[i], &result->side[i]));
        double seconds = result->side[i].ended - started;
        result->seconds = seconds > result->seconds ? seconds : result->seconds;
    }
    return status;
}

plm_status plm_bench_run(const plm_bench_config *config, plm_bench_result *result)
{
    int fds[2];
    child sides[2] = {{0}};
    *result = (plm_bench_result){0};
    plm_status status = connect_pair(fds);
    if (status != PLM_OK) {
        return status;
    }
    if (config->is_naive) {
        make_blocking(fds[0]);
        make_blocking(fds[1]);
    }
    status = start_child(&sides[0], config, PLM_MATCH_SENDER, fds);
    if (status == PLM_OK) {
        status = start_child(&sides[1], config, PLM_MATCH_RECEIVER, fds);
        if (status != PLM_OK) {
            plm_bench_side ignored;
            (void)kill(sides[0].pid, SIGKILL);
            plm_status ended = finish_child(&sides[0], &ignored);
            (void)ended;
        }
    }
    close_all(fds[0], fds[1]);
    return status == PLM_OK ? wait_for_both(sides, result) : status;
}
