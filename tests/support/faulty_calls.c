/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faulty_calls.c - the functions that stand before those of the C library. Each does what the real
 * one does, or fails the way it can.
 */
#include "faulty.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* NAME(f) is what is called instead of f; REAL(f) is f. */
#ifdef FAULTY_WRAP
#    define NAME(f)                                   __wrap_##f
#    define REAL(f)                                   __real_##f
#    define FIND(result, name, parameters, arguments) result REAL(name) parameters;
#else
#    define NAME(f) f
#    define REAL(f) real_##f
#    define FIND(result, name, parameters, arguments) \
        static result REAL(name) parameters           \
        {                                             \
            static union {                            \
                void *found;                          \
                result(*call) parameters;             \
            } next;                                   \
            if (next.found == NULL) {                 \
                next.found = dlsym(RTLD_NEXT, #name); \
            }                                         \
            return next.call arguments;               \
        }
#endif

#define STAND_BEFORE(result, name, kind, error, failure, parameters, arguments) \
    FIND(result, name, parameters, arguments)                                   \
    result NAME(name) parameters;                                               \
    result NAME(name) parameters                                                \
    {                                                                           \
        return faulty_fails(kind, error) ? (failure) : REAL(name) arguments;    \
    }

/* Memory. dlsym itself allocates, so a library takes the C library's own names for these. */
#ifdef FAULTY_WRAP
#    define ALLOCATE(name, parameters, arguments) \
        STAND_BEFORE(void *, name, FAULTY_ALLOC, ENOMEM, NULL, parameters, arguments)
#else
#    define ALLOCATE(name, parameters, arguments)                                       \
        void *__libc_##name parameters;                                                 \
        void *name parameters                                                           \
        {                                                                               \
            return faulty_fails(FAULTY_ALLOC, ENOMEM) ? NULL : __libc_##name arguments; \
        }
#endif
ALLOCATE(malloc, (size_t n), (n))
ALLOCATE(calloc, (size_t n, size_t size), (n, size))
ALLOCATE(realloc, (void *p, size_t n), (p, n))
#ifdef FAULTY_WRAP
ALLOCATE(aligned_alloc, (size_t alignment, size_t n), (alignment, n))
ALLOCATE(strdup, (const char *s), (s))
ALLOCATE(strndup, (const char *s, size_t n), (s, n))
#else
void *__libc_memalign(size_t alignment, size_t n);
void *aligned_alloc(size_t alignment, size_t n)
{
    return faulty_fails(FAULTY_ALLOC, ENOMEM) ? NULL : __libc_memalign(alignment, n);
}
#endif

/* Files and sockets. */
STAND_BEFORE(ssize_t, read, FAULTY_READ, EIO, -1, (int fd, void *p, size_t n), (fd, p, n))
STAND_BEFORE(ssize_t, pread64, FAULTY_READ, EIO, -1, (int fd, void *p, size_t n, off64_t at),
             (fd, p, n, at))
STAND_BEFORE(ssize_t, write, FAULTY_WRITE, ENOSPC, -1, (int fd, const void *p, size_t n),
             (fd, p, n))
STAND_BEFORE(ssize_t, pwrite64, FAULTY_WRITE, ENOSPC, -1,
             (int fd, const void *p, size_t n, off64_t at), (fd, p, n, at))
STAND_BEFORE(int, ftruncate64, FAULTY_WRITE, ENOSPC, -1, (int fd, off64_t n), (fd, n))
STAND_BEFORE(int, rename, FAULTY_WRITE, EIO, -1, (const char *from, const char *to), (from, to))
STAND_BEFORE(size_t, fwrite, FAULTY_WRITE, ENOSPC, 0,
             (const void *p, size_t size, size_t n, FILE *f), (p, size, n, f))
STAND_BEFORE(int, fsync, FAULTY_SYNC, EIO, -1, (int fd), (fd))
STAND_BEFORE(int, fdatasync, FAULTY_SYNC, EIO, -1, (int fd), (fd))
STAND_BEFORE(ssize_t, send, FAULTY_SEND, EIO, -1, (int fd, const void *p, size_t n, int flags),
             (fd, p, n, flags))
STAND_BEFORE(ssize_t, recv, FAULTY_RECEIVE, EIO, -1, (int fd, void *p, size_t n, int flags),
             (fd, p, n, flags))
STAND_BEFORE(int, socket, FAULTY_OPEN, EMFILE, -1, (int domain, int type, int protocol),
             (domain, type, protocol))
STAND_BEFORE(int, socketpair, FAULTY_OPEN, EMFILE, -1,
             (int domain, int type, int protocol, int pair[2]), (domain, type, protocol, pair))
STAND_BEFORE(int, accept4, FAULTY_OPEN, EMFILE, -1,
             (int fd, struct sockaddr *from, socklen_t *size, int flags), (fd, from, size, flags))
STAND_BEFORE(FILE *, fopen64, FAULTY_OPEN, EMFILE, NULL, (const char *path, const char *mode),
             (path, mode))

FIND(int, open64, (const char *path, int flags, mode_t mode), (path, flags, mode))
int NAME(open64)(const char *path, int flags, ...);
int NAME(open64)(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return faulty_fails(FAULTY_OPEN, EMFILE) ? -1 : REAL(open64)(path, flags, mode);
}

/* Randomness. What asks the kernel past the C library is met where it calls syscall. */
#ifndef FAULTY_WRAP
STAND_BEFORE(ssize_t, getrandom, FAULTY_RANDOM, EIO, -1, (void *p, size_t n, unsigned flags),
             (p, n, flags))
STAND_BEFORE(int, getentropy, FAULTY_RANDOM, EIO, -1, (void *p, size_t n), (p, n))
FIND(long, syscall, (long number, long a, long b, long c, long d, long e, long f),
     (number, a, b, c, d, e, f))
long syscall(long number, ...)
{
    long a[6];
    va_list args;
    va_start(args, number);
    for (int i = 0; i < 6; i++) {
        a[i] = va_arg(args, long);
    }
    va_end(args);
    return number == SYS_getrandom && faulty_fails(FAULTY_RANDOM, EIO)
               ? -1
               : REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
#endif

/* Processes and threads. */
STAND_BEFORE(pid_t, fork, FAULTY_FORK, EAGAIN, -1, (void), ())
STAND_BEFORE(int, posix_spawn, FAULTY_FORK, EAGAIN, EAGAIN,
             (pid_t *restrict pid, const char *restrict path,
              const posix_spawn_file_actions_t *restrict actions,
              const posix_spawnattr_t *restrict how, char *const arguments[restrict],
              char *const environment[restrict]),
             (pid, path, actions, how, arguments, environment))
STAND_BEFORE(int, pthread_create, FAULTY_FORK, EAGAIN, EAGAIN,
             (pthread_t *restrict thread, const pthread_attr_t *restrict how, void *(*run)(void *),
              void *restrict arg),
             (thread, how, run, arg))

/* The time of day; what counts since the start goes on undisturbed. */
FIND(int, clock_gettime, (clockid_t clock, struct timespec *now), (clock, now))
int NAME(clock_gettime)(clockid_t clock, struct timespec *now);
int NAME(clock_gettime)(clockid_t clock, struct timespec *now)
{
    int result = REAL(clock_gettime)(clock, now);
    if (result == 0 && clock == CLOCK_REALTIME) {
        now->tv_sec += faulty_clock_ms() / 1000;
    }
    return result;
}

#ifndef FAULTY_WRAP
FIND(time_t, time, (time_t * now), (now))
time_t time(time_t *now)
{
    time_t moved = REAL(time)(NULL) + faulty_clock_ms() / 1000;
    if (now != NULL) {
        *now = moved;
    }
    return moved;
}
#endif

#ifdef FAULTY_WRAP
/*
 * Leaks are looked for as a process ends, however it ends; and the sanitizer that looks needs calls
 * and files that a node's processes give up.
 */
int __lsan_do_recoverable_leak_check(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap__exit(int status)
{
    __real__exit(__lsan_do_recoverable_leak_check() != 0 ? FAULTY_LEAKED : status);
}

int __wrap_plm_guard_process(void);
int __wrap_plm_guard_process(void)
{
    return 0;
}

int __wrap_plm_guard_reach(const void *paths, size_t n, int ports);
int __wrap_plm_guard_reach(const void *paths, size_t n, int ports)
{
    (void)paths;
    (void)n;
    (void)ports;
    return 0;
}

int __wrap_plm_sandbox_keep(void);
int __wrap_plm_sandbox_keep(void)
{
    return 0;
}

int __wrap_plm_sandbox_enter(void);
int __wrap_plm_sandbox_enter(void)
{
    return 0;
}
#endif
