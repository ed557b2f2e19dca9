/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taken.c - the programs in an attacker's hands: linked with all of palermo, and of palermo-worker,
 * into programs that only the test has, by the linker's --wrap. As soon as a worker reads a peer's
 * HELLO, or a message of the engine, or the listener takes a connection, it tries what an attacker
 * would, and tells what came of it: the worker in plain bytes to its peer, which is the only way
 * out it has; the listener on standard error.
 *
 * Which of these it is stands in the program's name: taken-hello, taken-run, taken-greedy (a worker
 * that takes all the memory it can get), taken-listener; the worker's has "-worker" behind it.
 * Beside the program lie the node's directory and the file "secret".
 */
#include "node/door.h"
#include "node/worker.h"
#include "wire/message.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/io_uring.h>
#include <palermo/match.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char directory[PATH_MAX];
static const char *stage = "";

/* Where things are, before anything is given up. */
__attribute__((constructor)) static void look_around(void)
{
    ssize_t n = readlink("/proc/self/exe", directory, sizeof directory - 1);
    directory[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(directory, '/');
    if (slash != NULL) {
        *slash = '\0';
        stage = slash + 1;
    }
}

typedef struct report {
    char text[4096];
    size_t n;
} report;

/* name=0 if it worked, else name=errno. */
static void tell(report *r, const char *name, long result)
{
    int error = result < 0 ? errno : 0;
    int n = snprintf(r->text + r->n, sizeof r->text - r->n, " %s=%d", name, error);
    r->n += n > 0 && r->n + (size_t)n < sizeof r->text ? (size_t)n : 0;
}

static void try_file(report *r, const char *name, const char *path, int flags)
{
    char whole[PATH_MAX + 64];
    (void)snprintf(whole, sizeof whole, "%s%s%s", path[0] == '/' ? "" : directory,
                   path[0] == '/' ? "" : "/", path);
    tell(r, name, syscall(SYS_openat, AT_FDCWD, whole, flags, 0600));
}

static void try_network(report *r)
{
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    tell(r, "socket", fd);
    tell(r, "bind",
         bind(fd >= 0 ? fd : PLM_WORKER_PEER_FD, (struct sockaddr *)&local, sizeof local));
    tell(r, "raw-socket", socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
}

static void try_others(report *r, pid_t other)
{
    char bytes[16];
    char maps[64];
    struct iovec ours = {bytes, sizeof bytes};
    struct iovec theirs = {directory, sizeof bytes}; /* no address matters if it is refused */
    tell(r, "ptrace", ptrace(PTRACE_ATTACH, other, NULL, NULL));
    tell(r, "process_vm_readv", process_vm_readv(other, &ours, 1, &theirs, 1, 0));
    (void)snprintf(maps, sizeof maps, "/proc/%d/mem", (int)other);
    try_file(r, "proc-mem", maps, O_RDONLY);
    (void)snprintf(maps, sizeof maps, "/proc/%d/environ", (int)other);
    try_file(r, "proc-environ", maps, O_RDONLY);
    tell(r, "kill", kill(other, 0));
    tell(r, "pidfd_open", syscall(SYS_pidfd_open, other, 0));
}

static void try_kernel(report *r)
{
    struct io_uring_params ring = {0};
    tell(r, "mount", mount("none", directory, "tmpfs", 0, NULL));
    tell(r, "unshare", unshare(CLONE_NEWUSER));
    tell(r, "bpf", syscall(SYS_bpf, 0, NULL, 0));
    tell(r, "io_uring", syscall(SYS_io_uring_setup, 4, &ring));
    tell(r, "userfaultfd", syscall(SYS_userfaultfd, 0));
    tell(r, "perf_event_open", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
    tell(r, "keyctl", syscall(SYS_keyctl, 0, -3, 0, 0, 0));
    tell(r, "chroot", syscall(SYS_chroot, directory));
    tell(r, "init_module", syscall(SYS_init_module, NULL, 0, ""));
}

#ifdef TAKEN_WORKER
static void *take_memory(size_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* All that there is to be had, and then it falls over. */
static void take_all_memory(void)
{
    const size_t step = (size_t)4 << 20;
    char told[64];
    size_t n = 0;
    for (char *p; n < 512 && (p = (char *)take_memory(step)) != NULL; n++) {
        memset(p, 0x5A, step);
    }
    int length = snprintf(told, sizeof told, "\nTAKEN memory:%zu\nEND\n", n * 4);
    ssize_t sent = write(PLM_WORKER_PEER_FD, told, (size_t)length);
    (void)sent;
    abort();
}

/* What a worker may not, beyond the above. */
static void try_own_process(report *r)
{
    struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
    char *const no_words[] = {NULL};
    tell(r, "execve", syscall(SYS_execve, "/bin/true", no_words, no_words));
    tell(r, "fork", syscall(SYS_fork));
    tell(r, "clone", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    tell(r, "clone3", syscall(SYS_clone3, NULL, 0));
    void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    tell(r, "mmap-code", code == MAP_FAILED ? -1 : 0);
    tell(r, "memory", take_memory((size_t)1 << 30) != NULL ? 0 : -1);
    tell(r, "memfd_create", (long)memfd_create("x", 0));
    tell(r, "prctl", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
    tell(r, "setrlimit", setrlimit(RLIMIT_NOFILE, &more));
    tell(r, "signals-by-fcntl", fcntl(PLM_WORKER_CONTROL_FD, F_SETOWN, 1));
    tell(r, "ioctl", syscall(SYS_ioctl, PLM_WORKER_CONTROL_FD, 0x5412, "x"));
    tell(r, "dup", dup(PLM_WORKER_CONTROL_FD));
    tell(r, "getpeername", getpeername(PLM_WORKER_PEER_FD, &(struct sockaddr){0}, &(socklen_t){0}));
}

/* The kernel copies the set before it looks at the first argument, which is none there is. */
static bool is_readable(const void *p)
{
    return syscall(SYS_rt_sigprocmask, 42, p, NULL, 8) < 0 && errno == EINVAL;
}

/*
 * Whether a record's words lie anywhere on the heap: "Someone Else", masked here so that it is not
 * found in this very program. *n: how many bytes were looked at.
 */
static bool heap_has_a_name(size_t *n)
{
    static const char masked[] = "\x09\x35\x37\x3f\x35\x34\x3f\x7a\x1f\x36\x29\x3f";
    const size_t length = sizeof masked - 1;
    const char *const end = (const char *)(((uintptr_t)sbrk(0)) & ~(uintptr_t)4095);
    const char *begin = end;
    while (is_readable(begin - 4096)) {
        begin -= 4096;
    }
    *n = (size_t)(end - begin);
    for (const char *at = begin; at + length < end; at++) {
        size_t i = 0;
        while (i < length && (char)(at[i] ^ 0x5A) == masked[i]) {
            i++;
        }
        if (i == length) {
            return true;
        }
    }
    return false;
}

static void attack_from_worker(void)
{
    report r = {.n = 0};
    char *words;
    r.n = (size_t)snprintf(r.text, sizeof r.text, "\nTAKEN");
    try_file(&r, "open-store", "BB-TWO/palermo.db", O_RDONLY);
    try_file(&r, "open-key", "BB-TWO/identity.key", O_RDONLY);
    try_file(&r, "open-key-file", "BB-TWO.key", O_RDONLY);
    try_file(&r, "open-passwd", "/etc/passwd", O_RDONLY);
    try_file(&r, "make-file", "/tmp/taken", O_WRONLY | O_CREAT);
    try_network(&r);
    try_others(&r, getppid() > 0 ? getppid() : 1);
    try_others(&r, 1);
    try_own_process(&r);
    try_kernel(&r);
    words = getenv("SECRET_OF_THE_NODE");
    size_t n_looked_at = 0;
    const char *has_name = heap_has_a_name(&n_looked_at) ? "yes" : "no";
    int n = snprintf(r.text + r.n, sizeof r.text - r.n,
                     " environment:%s name-on-heap:%s heap:%zu\nEND\n", words != NULL ? words : "-",
                     has_name, n_looked_at);
    r.n += (size_t)n;
    ssize_t sent = write(PLM_WORKER_PEER_FD, r.text, r.n);
    _exit(sent > 0 ? 0 : 1);
}

plm_status __real_plm_hello_decode(plm_hello *out, plm_span payload);
plm_status __wrap_plm_hello_decode(plm_hello *out, plm_span payload);
plm_status __wrap_plm_hello_decode(plm_hello *out, plm_span payload)
{
    if (strcmp(stage, "taken-hello-worker") == 0) {
        attack_from_worker();
    }
    return __real_plm_hello_decode(out, payload);
}

plm_status __real_plm_match_input(plm_match *match, const uint8_t *message, size_t n);
plm_status __wrap_plm_match_input(plm_match *match, const uint8_t *message, size_t n);
plm_status __wrap_plm_match_input(plm_match *match, const uint8_t *message, size_t n)
{
    if (strcmp(stage, "taken-run-worker") == 0) {
        attack_from_worker();
    }
    if (strcmp(stage, "taken-greedy-worker") == 0) {
        take_all_memory();
    }
    return __real_plm_match_input(match, message, n);
}
#else
static void attack_from_listener(void)
{
    report r = {.n = (size_t)snprintf(r.text, sizeof r.text, "TAKEN")};
    try_file(&r, "open-proc", "/proc/1/status", O_RDONLY);
    try_file(&r, "make-program", "/usr/bin/taken", O_WRONLY | O_CREAT);
    try_network(&r);
    try_others(&r, getppid());
    try_kernel(&r);
    (void)fprintf(stderr, "%s\n", r.text);
}

plm_guest *__real_plm_door_arrive(plm_door *door, const uint8_t *address, int64_t now_ms,
                                  plm_guest **out_goes);
plm_guest *__wrap_plm_door_arrive(plm_door *door, const uint8_t *address, int64_t now_ms,
                                  plm_guest **out_goes);
plm_guest *__wrap_plm_door_arrive(plm_door *door, const uint8_t *address, int64_t now_ms,
                                  plm_guest **out_goes)
{
    if (strcmp(stage, "taken-listener") == 0) {
        attack_from_listener();
    }
    return __real_plm_door_arrive(door, address, now_ms, out_goes);
}
#endif
