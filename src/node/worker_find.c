/* SPDX-License-Identifier: Apache-2.0 */
#include "node/worker.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Whether it is beside this program; path is where it would be, and errno why it is not. */
static bool find_beside(char path[static PLM_WORKER_PATH_MAX])
{
    char own[PLM_WORKER_PATH_MAX - sizeof PLM_WORKER_SUFFIX];
    const ssize_t n = readlink("/proc/self/exe", own, sizeof own);
    if (n <= 0 || (size_t)n >= sizeof own) {
        (void)snprintf(path, PLM_WORKER_PATH_MAX, "palermo" PLM_WORKER_SUFFIX);
        return false;
    }
    (void)snprintf(path, PLM_WORKER_PATH_MAX, "%.*s%s", (int)n, own, PLM_WORKER_SUFFIX);
    return access(path, X_OK) == 0;
}

plm_status plm_worker_find(char path[static PLM_WORKER_PATH_MAX])
{
    if (find_beside(path)) {
        return PLM_OK;
    }
    (void)snprintf(path, PLM_WORKER_PATH_MAX, "%s", PLM_WORKER_INSTALLED);
    return access(path, X_OK) == 0 ? PLM_OK : PLM_E_NO_WORKER;
}

const char *plm_worker_why(char out[static PLM_WORKER_WHY_MAX])
{
    char beside[PLM_WORKER_PATH_MAX];
    const bool is_beside = find_beside(beside);
    const int error = errno;
    if (is_beside || access(PLM_WORKER_INSTALLED, X_OK) == 0) {
        (void)snprintf(out, PLM_WORKER_WHY_MAX, "%.500s is not the program of version %s",
                       is_beside ? beside : PLM_WORKER_INSTALLED, PALERMO_VERSION);
    } else {
        (void)snprintf(out, PLM_WORKER_WHY_MAX,
                       "neither %.250s (%.60s) nor %.200s (%.60s) can be executed", beside,
                       strerror(error), PLM_WORKER_INSTALLED, strerror(errno));
    }
    return out;
}
