/* SPDX-License-Identifier: Apache-2.0 */
#include "node/worker.h"

#include <stdio.h>
#include <unistd.h>

plm_status plm_worker_find(char path[static PLM_WORKER_PATH_MAX])
{
    char own[PLM_WORKER_PATH_MAX - sizeof PLM_WORKER_SUFFIX];
    const ssize_t n = readlink("/proc/self/exe", own, sizeof own);
    if (n > 0 && (size_t)n < sizeof own) {
        (void)snprintf(path, PLM_WORKER_PATH_MAX, "%.*s%s", (int)n, own, PLM_WORKER_SUFFIX);
        if (access(path, X_OK) == 0) {
            return PLM_OK;
        }
    }
    (void)snprintf(path, PLM_WORKER_PATH_MAX, "%s", PLM_WORKER_INSTALLED);
    return access(path, X_OK) == 0 ? PLM_OK : PLM_E_NO_WORKER;
}
