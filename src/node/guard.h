/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard.h - what each process of a node gives up before it does its work, so that whoever takes it
 * over finds less.
 *
 *                  core dumps,  secrets in     Landlock:           seccomp:
 *                  debuggers    locked memory  files, ports        system calls
 *   command        no           the key        -                   -
 *   listener,      no           the key; all   the node's own       sandbox.c, keeper
 *   principal,                  where allowed  directory; no new
 *   postman,                                   listening port
 *   lookups
 *   worker         no           all where      no file, no port,    sandbox.c, worker
 *                               allowed        no signal
 *
 * Landlock is the kernel's (since Linux 5.13, its ports since 6.7, signals since 6.12): each kernel
 * is asked for what it has. The seccomp filters are always there.
 */
#ifndef PLM_NODE_GUARD_H
#define PLM_NODE_GUARD_H

#include <palermo/status.h>

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * No core dump, no debugger and no look into /proc by other processes of the same user; no more
 * privileges by what it executes. PLM_E_IO.
 */
plm_status plm_guard_process(void) PLM_MUST_CHECK;

/*
 * Keeps the n bytes at p out of the swap space and out of dumps. A child made by fork has to ask
 * again. PLM_E_LIMIT: this process may lock no more memory (RLIMIT_MEMLOCK).
 */
plm_status plm_guard_memory(const void *p, size_t n) PLM_MUST_CHECK;

/*
 * The same for all that this process has or will have, as it comes to use it. PLM_E_LIMIT: it may
 * not lock without a limit; nothing is locked then, since it would run into the limit later.
 */
plm_status plm_guard_all_memory(void) PLM_MUST_CHECK;

typedef enum plm_guard_use {
    PLM_GUARD_READ, /* and execute */
    PLM_GUARD_WRITE /* read, write, make and remove files */
} plm_guard_use;

typedef struct plm_guard_path {
    const char *path; /* a file, or a directory with all below; skipped if it is not there */
    plm_guard_use use;
} plm_guard_path;

/* Whether connections may still be made; no port can be listened on in either case. */
typedef enum plm_guard_ports {
    PLM_GUARD_NO_PORTS,
    PLM_GUARD_CONNECT
} plm_guard_ports;

/*
 * From now on this process and its children reach these paths only. After plm_guard_process; call
 * while there is one thread. PLM_E_NOT_FOUND: the kernel has no Landlock. PLM_E_IO.
 */
plm_status plm_guard_reach(const plm_guard_path *paths, size_t n,
                           plm_guard_ports ports) PLM_MUST_CHECK;

/* Limits of a process: setrlimit of both; lower than it is already stays. PLM_E_IO. */
plm_status plm_guard_limit(int resource, unsigned long long most) PLM_MUST_CHECK;

/*
 * How much a child that has just been started may take, memory that it writes to (RLIMIT_DATA) and
 * processor time. The former can be raised again, by us alone if the child may not call setrlimit.
 * Beyond it the child is told that there is no memory; beyond its time it is ended. Where the
 * sanitizers map their shadow there is no limit of memory. PLM_E_IO.
 */
plm_status plm_guard_memory_most(pid_t child, uint64_t bytes) PLM_MUST_CHECK;
plm_status plm_guard_time_most(pid_t child, uint64_t seconds) PLM_MUST_CHECK;

#endif
