/* SPDX-License-Identifier: Apache-2.0 */
#include "node/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

plm_status plm_guard_limit(int resource, unsigned long long most)
{
    struct rlimit now;
    const __rlimit_resource_t which = (__rlimit_resource_t)resource;
    if (getrlimit(which, &now) != 0) {
        return PLM_E_IO;
    }
    now.rlim_max = now.rlim_max < most ? now.rlim_max : most;
    now.rlim_cur = now.rlim_cur < now.rlim_max ? now.rlim_cur : now.rlim_max;
    return setrlimit(which, &now) == 0 ? PLM_OK : PLM_E_IO;
}

#if defined(__SANITIZE_ADDRESS__)
#    define HAS_SHADOW 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define HAS_SHADOW 1
#    endif
#endif

plm_status plm_guard_memory_most(pid_t child, uint64_t bytes)
{
#ifdef HAS_SHADOW
    (void)child;
    (void)bytes;
    return PLM_OK;
#else
    struct rlimit limit;
    if (prlimit(child, RLIMIT_DATA, NULL, &limit) != 0) {
        return PLM_E_IO;
    }
    limit.rlim_cur = limit.rlim_max < bytes ? limit.rlim_max : bytes;
    return prlimit(child, RLIMIT_DATA, &limit, NULL) == 0 ? PLM_OK : PLM_E_IO;
#endif
}

plm_status plm_guard_time_most(pid_t child, uint64_t seconds)
{
    const struct rlimit limit = {seconds, seconds};
    struct rlimit before;
    if (prlimit(child, RLIMIT_CPU, NULL, &before) != 0) {
        return PLM_E_IO;
    }
    return before.rlim_max <= seconds || prlimit(child, RLIMIT_CPU, &limit, NULL) == 0 ? PLM_OK
                                                                                       : PLM_E_IO;
}

plm_status plm_guard_process(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                   plm_guard_limit(RLIMIT_CORE, 0) == PLM_OK
               ? PLM_OK
               : PLM_E_IO;
}

plm_status plm_guard_memory(const void *p, size_t n)
{
    if (mlock(p, n) != 0) {
        return PLM_E_LIMIT;
    }
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t before = (uintptr_t)p % page; /* from the beginning of its first page */
    uint8_t *begin;
    memcpy(&begin, &p, sizeof begin); /* the pages are changed in what the kernel does with them */
    begin -= before;
    /* A page that can't be left out of dumps is in none all the same: there are none. */
    (void)madvise(begin, before + n, MADV_DONTDUMP);
    return PLM_OK;
}

plm_status plm_guard_all_memory(void)
{
    struct rlimit most;
    if (getrlimit(RLIMIT_MEMLOCK, &most) != 0 || most.rlim_cur != RLIM_INFINITY) {
        return PLM_E_LIMIT;
    }
    return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 ? PLM_OK : PLM_E_LIMIT;
}

/*
 * Landlock as the kernel's documentation has it (Documentation/userspace-api/landlock.rst). Debian
 * 12's headers know its second version: what came later is written out here.
 */
typedef struct ruleset {
    uint64_t files;
    uint64_t ports;  /* since version 4 */
    uint64_t scoped; /* since version 6 */
} ruleset;

enum {
    BIND = 1,
    CONNECT = 2,
    ABSTRACT_SOCKETS = 1,
    SIGNALS = 2
};

#define TRUNCATES (UINT64_C(1) << 14) /* since version 3 */

static const uint64_t of_a_file = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                                  LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATES;
static const uint64_t to_read =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t to_write = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                                 LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                 TRUNCATES;

static ruleset all_that_version_has(long version, plm_guard_ports ports)
{
    ruleset all = {.files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
    if (version >= 2) {
        all.files |= LANDLOCK_ACCESS_FS_REFER;
    }
    if (version >= 3) {
        all.files |= TRUNCATES;
    }
    if (version >= 4) {
        all.ports = ports == PLM_GUARD_NO_PORTS ? BIND | CONNECT : BIND;
    }
    if (version >= 6) {
        all.scoped = ABSTRACT_SOCKETS | SIGNALS;
    }
    return all;
}

static bool allow(int rules, const plm_guard_path *p, uint64_t handled)
{
    struct stat about;
    int fd = open(p->path, O_PATH | O_CLOEXEC);
    if (fd < 0) {
        return true; /* what is not there needs no leave */
    }
    struct landlock_path_beneath_attr beneath = {
        .allowed_access = handled & (p->use == PLM_GUARD_WRITE ? to_write : to_read),
        .parent_fd = fd,
    };
    bool is_good = fstat(fd, &about) == 0;
    if (is_good && !S_ISDIR(about.st_mode)) {
        beneath.allowed_access &= of_a_file;
    }
    is_good = is_good &&
              syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
    (void)close(fd);
    return is_good;
}

plm_status plm_guard_reach(const plm_guard_path *paths, size_t n, plm_guard_ports ports)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) {
        return PLM_E_NOT_FOUND;
    }
    const ruleset all = all_that_version_has(version, ports);
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (rules < 0) {
        return PLM_E_IO;
    }
    bool is_good = true;
    for (size_t i = 0; is_good && i < n; i++) {
        is_good = allow(rules, &paths[i], all.files);
    }
    is_good = is_good && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    (void)close(rules);
    return is_good ? PLM_OK : PLM_E_IO;
}
