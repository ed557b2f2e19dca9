/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_run.c - starts the two sides of a measurement and waits for both.
 */
#include "cli/bench.h"
#include "net/net.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Token i of a side; the first tenth is the same on both. */
static void fill_tokens(plm_token *tokens, size_t n, bool is_receiver)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t side = i < n / 10 ? 0 : is_receiver ? 1 : 2;
        uint64_t parts[2] = {i, side};
        for (size_t round = 0; round < 2; round++) { /* splitmix64 of (i, side), twice */
            uint64_t z = (parts[0] + 0x9E3779B97F4A7C15U * (parts[1] * 2 + round + 1));
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
            z ^= z >> 31;
            memcpy(tokens[i].b + 8 * round, &z, sizeof z);
        }
    }
}

/* A side in its own process: waits for the start, works, tells its result. Never returns. */
static void be_side(const plm_bench_config *config, bool is_receiver, int fd, int start, int tell)
{
    plm_bench_result result = {0};
    plm_token *tokens = (plm_token *)calloc(config->n, sizeof *tokens);
    uint8_t go;
    if (tokens == NULL) {
        _exit(1);
    }
    fill_tokens(tokens, config->n, is_receiver);
    if (write(tell, "r", 1) != 1 || read(start, &go, 1) != 1) {
        _exit(1);
    }
    plm_status status = config->protocol == PLM_BENCH_NAIVE
                            ? plm_bench_side_naive(config, is_receiver, tokens, fd, &result)
                            : plm_bench_side_engine(config, is_receiver, tokens, fd, &result);
    bool told = write(tell, &result, sizeof result) == (ssize_t)sizeof result;
    _exit(status == PLM_OK && told ? 0 : 1);
}

typedef struct child {
    pid_t pid;
    int start[2];
    int tell[2];
} child;

static plm_status start_child(child *c, const plm_bench_config *config, bool is_receiver, int fd)
{
    if (pipe(c->start) != 0 || pipe(c->tell) != 0) {
        return PLM_E_IO;
    }
    c->pid = fork();
    if (c->pid == 0) {
        be_side(config, is_receiver, fd, c->start[0], c->tell[1]);
    }
    (void)close(fd);
    (void)close(c->start[0]);
    (void)close(c->tell[1]);
    return c->pid < 0 ? PLM_E_IO : PLM_OK;
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
    }
    (void)close(listener);
    return status;
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* The naive exchange reads and writes without polling. */
static void make_blocking(int fd)
{
    (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

static plm_status finish_child(child *c, bool is_receiver, plm_bench_result *result)
{
    plm_bench_result told = {0};
    struct rusage used = {0};
    int how = 0;
    bool read_all = read(c->tell[0], &told, sizeof told) == (ssize_t)sizeof told;
    pid_t ended = wait4(c->pid, &how, 0, &used);
    (void)close(c->start[1]);
    (void)close(c->tell[0]);
    if (!read_all || ended != c->pid || !WIFEXITED(how) || WEXITSTATUS(how) != 0) {
        return PLM_E_WORKER_DIED;
    }
    result->cpu_seconds += seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
    uint64_t rss = (uint64_t)used.ru_maxrss * 1024;
    result->peak_rss_bytes = rss > result->peak_rss_bytes ? rss : result->peak_rss_bytes;
    if (is_receiver) {
        result->bytes_sent = told.bytes_sent;
        result->bytes_received = told.bytes_received;
        result->n_hits = told.n_hits;
    }
    return PLM_OK;
}

plm_status plm_bench_run(const plm_bench_config *config, plm_bench_result *result)
{
    int fds[2];
    child sides[2] = {{0}};
    uint8_t ready;
    *result = (plm_bench_result){0};
    plm_status status = connect_pair(fds);
    if (status != PLM_OK) {
        return status;
    }
    if (config->protocol == PLM_BENCH_NAIVE) {
        make_blocking(fds[0]);
        make_blocking(fds[1]);
    }
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        status = start_child(&sides[i], config, i == 0, fds[i]);
    }
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        status = read(sides[i].tell[0], &ready, 1) == 1 ? PLM_OK : PLM_E_WORKER_DIED;
    }
    int64_t started = plm_clock_us();
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        status = write(sides[i].start[1], "g", 1) == 1 ? PLM_OK : PLM_E_IO;
    }
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        status = finish_child(&sides[i], i == 0, result);
    }
    result->seconds = (double)(plm_clock_us() - started) * 1e-6;
    return status;
}
