/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/confine.h"

#include "cli/say.h"
#include "node/guard.h"
#include "node/sandbox.h"
#include "node/worker.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

enum {
    STORE_PATHS = 4 + PLM_STORE_FILES_MAX
};

/*
 * What a store outside the node's directory wants: its file's own directory; of PostgreSQL, where
 * libpq looks for passwords, services and certificates, and what those or the URI name.
 */
static size_t add_store(plm_guard_path *paths, const plm_home *home,
                        char text[STORE_PATHS][PATH_MAX])
{
    const char *user = getenv("HOME");
    const char *services = getenv("PGSERVICEFILE");
    char error[PLM_STORE_ERROR_MAX];
    plm_store *store = NULL;
    if (!plm_store_is_postgresql(home->store_path)) {
        (void)snprintf(text[0], PATH_MAX, "%s", home->store_path);
        paths[0] = (plm_guard_path){dirname(text[0]), PLM_GUARD_WRITE};
        return 1;
    }
    size_t n = 0;
    static const char *const names[] = {".pgpass", ".postgresql", ".pg_service.conf"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(text[n++], PATH_MAX, "%.4000s/%s", user != NULL ? user : "", names[i]);
    }
    (void)snprintf(text[n++], PATH_MAX, "%s", services != NULL ? services : "");
    if (plm_store_open(&store, home->store_path, false, error) == PLM_OK) {
        n += plm_store_files(store, text + n);
        plm_store_close(store);
    }
    for (size_t i = 0; i < n; i++) {
        paths[i] = (plm_guard_path){text[i], PLM_GUARD_READ};
    }
    return n;
}

plm_status plm_confine_keeper(const plm_home *home, const char *command)
{
    char text[STORE_PATHS][PATH_MAX];
    char program[PATH_MAX];
    char worker[PLM_WORKER_PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    enum {
        N_ALWAYS = 13
    };
    plm_guard_path paths[N_ALWAYS + STORE_PATHS] = {
        {home->directory, PLM_GUARD_WRITE}, {"/dev/null", PLM_GUARD_WRITE},
        {"/tmp", PLM_GUARD_WRITE}, /* large sorts of the store */
        {"/var/tmp", PLM_GUARD_WRITE},      {program, PLM_GUARD_READ},
        {worker, PLM_GUARD_READ},           {"/usr", PLM_GUARD_READ},
        {"/lib", PLM_GUARD_READ},           {"/lib64", PLM_GUARD_READ},
        {"/etc", PLM_GUARD_READ}, /* names of hosts, the loader's cache, time zones */
        {"/run", PLM_GUARD_READ}, /* where /etc/resolv.conf may lead to */
        {"/dev/urandom", PLM_GUARD_READ},   {"/sys/devices/system/cpu", PLM_GUARD_READ},
    };
    const size_t n_paths = N_ALWAYS + add_store(paths + N_ALWAYS, home, text);
    plm_status status = plm_worker_find(worker);
    if (status != PLM_OK) {
        char why[PLM_WORKER_WHY_MAX];
        plm_say_error(command, "%s", plm_worker_why(why));
        return status;
    }
    status = plm_guard_process();
    if (status == PLM_OK) {
        status = plm_guard_reach(paths, n_paths, PLM_GUARD_CONNECT);
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
