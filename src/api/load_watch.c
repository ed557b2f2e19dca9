/* SPDX-License-Identifier: Apache-2.0 */
#include "api/load_watch.h"

#include "net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TELL_EVERY_MS = 200
};

static void write_step(int fd, const plm_load_step step)
{
    /* What can't be written is progress that nobody sees. */
    const ssize_t n = pwrite(fd, &step, sizeof step, 0);
    (void)n;
}

void plm_load_watch_begin(plm_load_watcher *out, const plm_api *api, const char *id)
{
    *out = (plm_load_watcher){.fd = -1};
    if (plm_upload_path(api, id, out->file) != PLM_OK ||
        plm_upload_beside(api, id, "step", out->path) < 0) {
        return;
    }
    out->fd = open(out->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (out->fd >= 0 && flock(out->fd, LOCK_EX | LOCK_NB) != 0) {
        /* Another request loads the same file: its steps are those that are told. */
        (void)close(out->fd);
        out->fd = -1;
    }
    if (out->fd >= 0) {
        write_step(out->fd, out->step);
    }
}

plm_status plm_load_watch_tell(plm_load_watcher *w, const char *phase, uint64_t done,
                               uint64_t total)
{
    const int64_t now = plm_clock_ms();
    const bool is_new = strcmp(w->step.phase, phase) != 0;
    if (!is_new && now - w->told_ms < TELL_EVERY_MS) {
        return PLM_OK;
    }
    w->told_ms = now;
    w->step.done = done;
    w->step.total = total;
    (void)snprintf(w->step.phase, sizeof w->step.phase, "%s", phase);
    if (w->fd >= 0) {
        write_step(w->fd, w->step);
    }
    /* What is read is not old: no sweep takes it (plm_upload_sweep). */
    return w->file[0] != '\0' && utimensat(AT_FDCWD, w->file, NULL, 0) != 0 && errno == ENOENT
               ? PLM_E_CANCELLED
               : PLM_OK;
}

void plm_load_watch_end(plm_load_watcher *w)
{
    if (w->path[0] != '\0' && w->fd >= 0) {
        (void)unlink(w->path);
        (void)close(w->fd);
        w->fd = -1;
    }
}

plm_status plm_load_watch_read(plm_load_step *out, const plm_api *api, const char *id)
{
    char path[PATH_MAX];
    plm_status status = PLM_E_NOT_FOUND;
    if (plm_upload_path(api, id, path) != PLM_OK || plm_upload_beside(api, id, "step", path) < 0) {
        return status;
    }
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return status;
    }
    plm_load_step step;
    if (flock(fd, LOCK_SH | LOCK_NB) != 0 && pread(fd, &step, sizeof step, 0) == sizeof step) {
        step.phase[sizeof step.phase - 1] = '\0';
        *out = step;
        status = PLM_OK;
    }
    (void)close(fd);
    return status;
}
