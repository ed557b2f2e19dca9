/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker can't do any more once it has entered its sandbox, tried in a child process; and
 * what it still must be able to do.
 */
#include "node/sandbox.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static bool refused(long result)
{
    return result == -1 && (errno == EPERM || errno == ENOSYS);
}

static void *add_one(void *arg)
{
    ++*(int *)arg;
    return arg;
}

/* Each bit of the exit status is something that went wrong. */
static int try_everything(int fd)
{
    int wrong = 0;
    int counter = 0;
    pthread_t thread;
    char byte;
    if (plm_sandbox_enter() != PLM_OK) {
        return 255;
    }
    wrong |= refused(syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY)) ? 0 : 1;
    wrong |= refused(syscall(SYS_socket, AF_INET, SOCK_STREAM, 0)) ? 0 : 2;
    wrong |= refused(syscall(SYS_execve, "/bin/true", NULL, NULL)) ? 0 : 4;
    wrong |= refused(syscall(SYS_fork)) && refused(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) ? 0 : 8;
    wrong |= refused(syscall(SYS_ptrace, PTRACE_ATTACH, getppid(), 0, 0)) ? 0 : 16;
    wrong |= refused(syscall(SYS_kill, getppid(), 0)) ? 0 : 32;
    wrong |=
        refused((long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
            ? 0
            : 64;
    /* And what the engine needs: its descriptors, memory, threads. */
    void *memory = malloc((size_t)8 << 20);
    bool works = memory != NULL && write(fd, "x", 1) == 1 && read(fd, &byte, 1) == 1 &&
                 pthread_create(&thread, NULL, add_one, &counter) == 0 &&
                 pthread_join(thread, NULL) == 0 && counter == 1;
    free(memory);
    return wrong | (works ? 0 : 128);
}

static void test_sandbox(void)
{
    int pair[2];
    int how = 0;
    if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) ||
        !CHECK(write(pair[0], "y", 1) == 1)) {
        return;
    }
    pid_t pid = fork();
    if (pid == 0) {
        _exit(try_everything(pair[1]));
    }
    CHECK(waitpid(pid, &how, 0) == pid);
    CHECK(WIFEXITED(how));
    CHECK_EQ_INT(WEXITSTATUS(how), 0);
    (void)close(pair[0]);
    (void)close(pair[1]);
}

/* The control: without the sandbox the same things succeed, so the test above can fail. */
static void test_without_sandbox(void)
{
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
    CHECK(fd >= 0);
    (void)close(fd);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    (void)close(fd);
    CHECK(kill(getppid(), 0) == 0);
}

int main(void)
{
    TAP_RUN(test_without_sandbox);
    TAP_RUN(test_sandbox);
    return tap_done();
}
