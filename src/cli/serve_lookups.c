/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/serve_lookups.h"

#include "cli/log.h"
#include "node/lookup_daemon.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t plm_serve_lookups_start(const plm_node *node, const char *store, const char *directory,
                              const volatile sig_atomic_t *stop)
{
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) {
        _exit(1);
    }
    const plm_lookup_daemon_config config = {
        .node = *node, .store = store, .directory = directory, .stop = stop};
    plm_status status = plm_lookup_daemon_run(&config);
    if (status != PLM_OK) {
        plm_log(PLM_LOG_ERROR, "lookups of programs: %s/%s: %s", directory, PLM_LOOKUP_SOCKET,
                status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
    _exit(status == PLM_OK ? 0 : 1);
}

void plm_serve_lookups_end(pid_t pid)
{
    if (pid > 0) {
        (void)kill(pid, SIGTERM);
        (void)waitpid(pid, NULL, 0);
    }
}
