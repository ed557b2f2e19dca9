/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_run.c - starts the two sides of a measurement and waits for both.
 */
#include "cli/bench.h"
#include "net/net.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double plm_bench_cpu_seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double plm_bench_system_seconds(void)
{
    struct rusage used = {0};
    (void)getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec * 1e-6;
}

/* Token i of a side; the first n_common are the same on both. */
static void fill_tokens(plm_token *tokens, size_t n, size_t n_common, plm_match_role role)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t side = i < n_common ? 0 : role == PLM_MATCH_RECEIVER ? 1 : 2;
        for (size_t round = 0; round < 2; round++) { /* splitmix64 of (i, side), twice */
            uint64_t z = i + 0x9E3779B97F4A7C15U * (side * 2 + round + 1);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
            z ^= z >> 31;
            memcpy(tokens[i].b + 8 * round, &z, sizeof z);
        }
    }
}

/* What of this process is in memory, and of that files' pages; zeros if the system does not tell.
 */
typedef struct resident {
    uint64_t all;
    uint64_t files;
} resident;

static resident look_at_memory(void)
{
    unsigned long long all = 0;
    unsigned long long files = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f != NULL) {
        bool is_told = fscanf(f, "%*s %llu %llu", &all, &files) == 2;
        (void)fclose(f);
        all = is_told ? all : 0;
        files = is_told ? files : 0;
    }
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    return (resident){all * page, files * page};
}

/* A side in its own process: waits for the start, works, tells its result. Never returns. */
static void be_side(const plm_bench_config *config, plm_match_role role, int fd, int start,
                    int tell)
{
    plm_bench_side result = {0};
    size_t n = config->n[role];
    plm_token *tokens = (plm_token *)calloc(n + PLM_MATCH_LABEL_MAX, sizeof *tokens);
    struct rusage used = {0};
    uint8_t go;
    if (tokens == NULL) {
        _exit(1);
    }
    fill_tokens(tokens, n, config->n_common, role);
    if (write(tell, "r", 1) != 1 || read(start, &go, 1) != 1) {
        _exit(1);
    }
    const resident before = look_at_memory();
    plm_status status = config->is_naive ? plm_bench_side_naive(config, role, tokens, fd, &result)
                                         : plm_bench_side_engine(config, role, tokens, fd, &result);
    (void)getrusage(RUSAGE_SELF, &used);
    const resident after = look_at_memory();
    result.peak_rss_bytes = (uint64_t)used.ru_maxrss * 1024;
    const uint64_t others = after.files + (before.all - before.files);
    result.run_bytes = result.peak_rss_bytes > others ? result.peak_rss_bytes - others : 0;
    bool told = write(tell, &result, sizeof result) == (ssize_t)sizeof result;
    _exit(status == PLM_OK && told ? 0 : 1);
}

typedef struct child {
    pid_t pid;
    int start[2];
    int tell[2];
} child;

static plm_status start_child(child *c, const plm_bench_config *config, plm_match_role role, int fd)
{
    if (pipe(c->start) != 0 || pipe(c->tell) != 0) {
        return PLM_E_IO;
    }
    c->pid = fork();
    if (c->pid == 0) {
        be_side(config, role, fd, c->start[0], c->tell[1]);
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
    (void)close(c->start[1]);
    (void)close(c->tell[0]);
    bool good = read_all && ended == c->pid && WIFEXITED(how) && WEXITSTATUS(how) == 0;
    return good ? PLM_OK : PLM_E_WORKER_DIED;
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
    if (config->is_naive) {
        make_blocking(fds[0]);
        make_blocking(fds[1]);
    }
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        status = start_child(&sides[i], config, (plm_match_role)i, fds[i]);
    }
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        status = read(sides[i].tell[0], &ready, 1) == 1 ? PLM_OK : PLM_E_WORKER_DIED;
    }
    int64_t started = plm_clock_us();
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        status = write(sides[i].start[1], "g", 1) == 1 ? PLM_OK : PLM_E_IO;
    }
    for (int i = 0; i < 2; i++) {
        if (status != PLM_OK && sides[i].pid > 0) {
            (void)kill(sides[i].pid, SIGKILL); /* it may wait for the other for ever */
        }
        plm_status ended = sides[i].pid > 0 ? finish_child(&sides[i], &result->side[i]) : status;
        status = status == PLM_OK ? ended : status;
    }
    result->seconds = (double)(plm_clock_us() - started) * 1e-6;
    if (config->keeps_base && !config->is_naive) { /* without the run that made the base */
        const plm_bench_side *side = result->side;
        result->seconds = side[0].seconds > side[1].seconds ? side[0].seconds : side[1].seconds;
    }
    return status;
}
