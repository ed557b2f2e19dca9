/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faulty.c - makes one call to the system fail: the n-th allocation, read, write, sync, send,
 * receive, random bytes, open or fork of a chosen process, or be the last thing that it comes to;
 * and moves the clock.
 *
 * Two forms of one source. As a library for LD_PRELOAD it stands before the C library for
 * everything in the process. With FAULTY_WRAP it is linked into a program by the linker's --wrap,
 * for the calls of that program's own code alone: so it works above AddressSanitizer, which looks
 * for leaks on the way.
 *
 * What to do stands in a file beside the library (or the program), shared by all processes of the
 * scenario and read at each call, so that a driver can count first and then choose
 * (tests/e2e/faulty.py has the same layout):
 *
 *   magic u32 | kind u32 | role u32 | is_sticky u32 | n u64 | error i32 | is_traced u32 |
 *   clock_ms i64 | n_failed u64 | calls u64 x KINDS | n_traced u64 | room u64 | traces u64 x room
 */
#include "faulty.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    MAGIC = 0x46414C54,
    DIES = -1,  /* for an error: the process is gone before the call, as by kill -9 */
    DIED = 137, /* its exit status, as a shell has it; a worker's filter lets it kill nobody */
    DEPTH = 32  /* frames of a stack that are looked at */
};

enum {         /* roles of a process */
    COMMAND,   /* the program as it was started: a command, the listener */
    PRINCIPAL, /* forked by it */
    WORKER,
    FRONT, /* of the local API */
    ANY = 255
};

typedef struct faulty_file {
    uint32_t magic;
    uint32_t kind;
    uint32_t role;
    uint32_t is_sticky; /* all from the n-th on */
    uint64_t n;         /* which call fails, from 1; 0: none */
    int32_t error;      /* errno of the failure; 0: what is usual; DIES */
    uint32_t is_traced;
    int64_t clock_ms; /* added to the time of day */
    _Atomic uint64_t n_failed;
    _Atomic uint64_t calls[FAULTY_KINDS];
    _Atomic uint64_t n_traced;
    uint64_t room;
    uint64_t traces[]; /* hash of each call's stack, of the kind and role looked at */
} faulty_file;

static faulty_file *state;
static uint32_t role;
static uintptr_t program_begin; /* its code */
static uintptr_t program_end;
static __thread bool is_inside;

/* The program is the first object that the loader lists. */
static int find_program(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            program_begin = info->dlpi_addr + part->p_vaddr;
            program_end = program_begin + part->p_memsz;
        }
    }
    return 1;
}

static void after_fork(void)
{
    if (role == COMMAND) {
        role = PRINCIPAL;
    }
}

/* What is a program of its own is told by its argument; where it is confined there is no /proc. */
static uint32_t find_role(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    return strcmp(word, "worker-process") == 0  ? WORKER
           : strcmp(word, "front-process") == 0 ? FRONT
                                                : COMMAND;
}

static bool find_directory(char *path, size_t size)
{
#ifdef FAULTY_WRAP
    ssize_t n = readlink("/proc/self/exe", path, size - 1);
    if (n <= 0) {
        return false;
    }
    path[n] = '\0';
#else
    Dl_info info;
    if (dladdr((void *)&state, &info) == 0 || strlen(info.dli_fname) >= size) {
        return false;
    }
    (void)snprintf(path, size, "%s", info.dli_fname);
#endif
    char *slash = strrchr(path, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    return slash != NULL;
}

/* The C library hands its constructors what main gets. */
__attribute__((constructor)) static void begin(int argc, char **argv)
{
    char directory[PATH_MAX];
    char path[PATH_MAX + 16];
    void *frames[DEPTH];
    struct stat about;
    is_inside = true;
    if (!find_directory(directory, sizeof directory)) {
        goto out;
    }
    (void)snprintf(path, sizeof path, "%s/faulty.state", directory);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0) {
        goto out; /* without the file nothing fails */
    }
    void *mapped = mmap(NULL, (size_t)about.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    (void)backtrace(frames, DEPTH); /* loads what it needs now */
    (void)dl_iterate_phdr(find_program, NULL);
    role = find_role(argc, argv);
    (void)pthread_atfork(NULL, NULL, after_fork);
    if (mapped != MAP_FAILED && ((faulty_file *)mapped)->magic == MAGIC) {
        state = (faulty_file *)mapped;
    }
out:
    is_inside = false;
}

/* A place is the way through the program itself, whatever libraries do below. */
static void trace(void)
{
    void *frames[DEPTH];
    is_inside = true;
    int n = backtrace(frames, DEPTH);
    is_inside = false;
    uint64_t hash = 0xCBF29CE484222325U; /* FNV-1a */
    for (int i = 0; i < n; i++) {
        uintptr_t at = (uintptr_t)frames[i];
        if (at >= program_begin && at < program_end) {
            hash = (hash ^ (at - program_begin)) * 0x100000001B3U;
        }
    }
    uint64_t at = atomic_fetch_add(&state->n_traced, 1);
    if (at < state->room) {
        state->traces[at] = hash;
    }
}

bool faulty_fails(faulty_kind kind, int error)
{
    if (state == NULL || is_inside || (state->role != ANY && state->role != role)) {
        return false;
    }
    uint64_t number = atomic_fetch_add(&state->calls[kind], 1) + 1;
    if (kind != state->kind) {
        return false;
    }
    if (state->is_traced) {
        trace();
    }
    if (state->n == 0 || number < state->n || (number > state->n && !state->is_sticky)) {
        return false;
    }
    (void)atomic_fetch_add(&state->n_failed, 1);
    if (state->error == DIES) {
        (void)syscall(SYS_exit_group, DIED);
    }
    errno = state->error != 0 ? state->error : error;
    return true;
}

int64_t faulty_clock_ms(void)
{
    return state != NULL ? state->clock_ms : 0;
}
