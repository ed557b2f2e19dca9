/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/confine.h"

#include "cli/say.h"
#include "node/guard.h"
#include "node/sandbox.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

static bool has_swap(void)
{
    struct sysinfo about;
    return sysinfo(&about) != 0 || about.totalswap > 0;
}

void plm_confine_memory(const void *secret, size_t n, bool say)
{
    if (plm_guard_all_memory() == PLM_OK) {
        return;
    }
    bool is_locked = plm_guard_memory(secret, n) == PLM_OK;
    if (say && has_swap()) {
        (void)fprintf(
            stderr,
            "palermo serve: %s may reach this machine's swap space, since memory can't be "
            "locked without a limit; encrypt the swap space, or give LimitMEMLOCK=infinity "
            "(ulimit -l unlimited)\n",
            is_locked ? "records and tokens, but not the identity key,"
                      : "the identity key, records and tokens");
    }
}

plm_status plm_confine_keeper(const plm_home *home, const char *command)
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    const plm_guard_path paths[] = {
        {home->directory, PLM_GUARD_WRITE},
        {"/dev/null", PLM_GUARD_WRITE},
        {"/tmp", PLM_GUARD_WRITE}, /* large sorts of the store */
        {"/var/tmp", PLM_GUARD_WRITE},
        {program, PLM_GUARD_READ},
        {"/usr", PLM_GUARD_READ},
        {"/lib", PLM_GUARD_READ},
        {"/lib64", PLM_GUARD_READ},
        {"/etc", PLM_GUARD_READ}, /* names of hosts, the loader's cache, time zones */
        {"/run", PLM_GUARD_READ}, /* where /etc/resolv.conf may lead to */
        {"/dev/urandom", PLM_GUARD_READ},
        {"/sys/devices/system/cpu", PLM_GUARD_READ},
    };
    plm_status status = plm_guard_process();
    if (status == PLM_OK) {
        status = plm_guard_reach(paths, sizeof paths / sizeof *paths, PLM_GUARD_CONNECT);
        if (status == PLM_E_NOT_FOUND) {
            plm_say_error(command, "this kernel has no Landlock: a process of this node that is "
                                   "taken over reaches all files of its user");
            status = PLM_OK;
        }
    }
    if (status == PLM_OK) {
        status = plm_sandbox_keep();
    }
    if (status != PLM_OK) {
        plm_say_error(command, "the kernel does not let the node give up its privileges");
    }
    return status;
}
