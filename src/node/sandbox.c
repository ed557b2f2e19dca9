/* SPDX-License-Identifier: Apache-2.0 */
#include "node/sandbox.h"

#include "node/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum {
    WORKER_FILES = 16 /* descriptors; it has five */
};

/* System calls that need no look at their arguments: what both have. */
static const int allowed[] = {
    /* descriptors that are there */
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(close),
    SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    SCMP_SYS(fstat),
    /* memory (executable mappings are refused below) */
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(mlock),
    SCMP_SYS(munlock),
    SCMP_SYS(membarrier),
    /* threads, time, randomness, signals to oneself, the end */
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrusage),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* What a keeper has besides: files, sockets, children. */
static const int kept[] = {
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(close_range),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    SCMP_SYS(lseek),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(preadv),
    SCMP_SYS(pwritev),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(flock),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd),
    SCMP_SYS(getdents64),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(fchmod),
    SCMP_SYS(chmod),
    SCMP_SYS(fchown),
    SCMP_SYS(umask),
    SCMP_SYS(utimensat),
    SCMP_SYS(fcntl),
    SCMP_SYS(ioctl),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    SCMP_SYS(sendmmsg),
    SCMP_SYS(recvmmsg),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(mincore),
    SCMP_SYS(mlock2),
    SCMP_SYS(mlockall),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(execve),
    SCMP_SYS(wait4),
    SCMP_SYS(waitid),
    SCMP_SYS(kill),
    SCMP_SYS(tgkill),
    SCMP_SYS(getppid),
    SCMP_SYS(getpgrp),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrlimit),
    SCMP_SYS(setrlimit),
    SCMP_SYS(prlimit64),
    SCMP_SYS(prctl),
    SCMP_SYS(arch_prctl),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(clock_getres),
    SCMP_SYS(time),
    SCMP_SYS(alarm),
    SCMP_SYS(setitimer),
    SCMP_SYS(seccomp),
    SCMP_SYS(landlock_create_ruleset),
    SCMP_SYS(landlock_add_rule),
    SCMP_SYS(landlock_restrict_self),
};

/* And what a front needs besides: connections of its one listener, and pairs to hand on. */
static const int allowed_front[] = {
    SCMP_SYS(accept4),    SCMP_SYS(epoll_wait),  SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_ctl),
    SCMP_SYS(socketpair), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
};

static int allow_all(scmp_filter_ctx filter, const int *calls, size_t n)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < n; i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    }
    return result;
}

/* clone3 hides its flags in memory; ENOSYS makes the C library fall back to clone. */
static int allow_clone(scmp_filter_ctx filter, unsigned flags, unsigned values)
{
    const struct scmp_arg_cmp fits =
        SCMP_A0(SCMP_CMP_MASKED_EQ, (scmp_datum_t)flags, (scmp_datum_t)values);
    int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, fits);
    return result == 0 ? seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0)
                       : result;
}

/* Whether it waits: not whom to send signals about it (F_SETOWN), nor that there be any (O_ASYNC).
 */
static int allow_flags(scmp_filter_ctx filter)
{
    int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                                  SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)F_GETFL, 0));
    return result == 0 ? seccomp_rule_add(
                             filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 2,
                             SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)F_SETFL, 0),
                             SCMP_A2(SCMP_CMP_MASKED_EQ, (scmp_datum_t)O_ASYNC, (scmp_datum_t)0))
                       : result;
}

static int add_worker_rules(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp not_executable =
        SCMP_A2(SCMP_CMP_MASKED_EQ, (scmp_datum_t)PROT_EXEC, 0);
    int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable);
    if (result == 0) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_executable);
    }
    if (result == 0) {
        result = allow_clone(filter, CLONE_THREAD, CLONE_THREAD);
    }
    return result == 0 ? allow_flags(filter) : result;
}

static int add_keeper_rules(scmp_filter_ctx filter)
{
    const unsigned namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    int result = allow_all(filter, kept, sizeof kept / sizeof *kept);
    /* Programs, names, the node's and its peers' addresses: no raw packets, no kernel messages. */
    static const int domains[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
    for (size_t i = 0; result == 0 && i < sizeof domains / sizeof *domains; i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                  SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)domains[i], 0));
    }
    if (result == 0) { /* the loader of a worker maps code */
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 0);
    }
    if (result == 0) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 0);
    }
    return result == 0 ? allow_clone(filter, namespaces, 0) : result;
}

static plm_status load(int (*add_rules)(scmp_filter_ctx))
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        return PLM_E_NOMEM;
    }
    int result = allow_all(filter, allowed, sizeof allowed / sizeof *allowed);
    if (result == 0) {
        result = add_rules(filter);
    }
    if (result == 0) {
        result = seccomp_load(filter);
    }
    seccomp_release(filter);
    return result == 0 ? PLM_OK : PLM_E_IO;
}

static int add_front_rules(scmp_filter_ctx filter)
{
    int result = add_worker_rules(filter);
    return result == 0
               ? allow_all(filter, allowed_front, sizeof allowed_front / sizeof *allowed_front)
               : result;
}

plm_status plm_sandbox_keep(void)
{
    return load(add_keeper_rules);
}

/* No file, no port, where the kernel has Landlock; the filter is there in any case. */
static plm_status give_up_files(void)
{
    plm_status status = plm_guard_process();
    if (status == PLM_OK) {
        status = plm_guard_limit(RLIMIT_FSIZE, 0);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = plm_guard_reach(NULL, 0, PLM_GUARD_NO_PORTS);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

plm_status plm_sandbox_enter(void)
{
    plm_status status = plm_guard_limit(RLIMIT_NOFILE, WORKER_FILES);
    if (status == PLM_OK) {
        status = give_up_files();
    }
    return status == PLM_OK ? load(add_worker_rules) : status;
}

plm_status plm_sandbox_enter_front(void)
{
    plm_status status = give_up_files();
    return status == PLM_OK ? load(add_front_rules) : status;
}
