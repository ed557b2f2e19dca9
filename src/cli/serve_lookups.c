/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/serve_lookups.h"

#include "cli/confine.h"
#include "cli/log.h"
#include "node/lookup_daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static plm_status confine(void *context)
{
    return plm_confine_keeper((const plm_home *)context, "palermo serve --lookups");
}

void plm_serve_lookups_start(plm_serve_lookups *out, const plm_node *node, const plm_home *home,
                             const volatile sig_atomic_t *stop)
{
    int ends[2];
    plm_home place = *home;
    *out = (plm_serve_lookups){-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return;
    }
    out->pid = fork();
    out->end = ends[1];
    if (out->pid != 0) {
        (void)close(ends[0]);
        return;
    }
    (void)close(ends[1]);
    const plm_lookup_daemon_config config = {.node = *node,
                                             .store = place.store_path,
                                             .directory = place.directory,
                                             .stop = stop,
                                             .until = ends[0],
                                             .confine = confine,
                                             .context = &place};
    plm_status status = plm_lookup_daemon_run(&config);
    if (status != PLM_OK) {
        plm_log(PLM_LOG_ERROR, "lookups of programs: %s/%s: %s", place.directory, PLM_LOOKUP_SOCKET,
                status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
    _exit(status == PLM_OK ? 0 : 1);
}

void plm_serve_lookups_end(plm_serve_lookups *lookups)
{
    if (lookups->end >= 0) {
        (void)close(lookups->end);
    }
    if (lookups->pid > 0) {
        (void)waitpid(lookups->pid, NULL, 0);
    }
    *lookups = (plm_serve_lookups){-1, -1};
}
