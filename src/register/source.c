/* SPDX-License-Identifier: Apache-2.0 */
#include "register/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static plm_status io_error(plm_import *import, const char *name)
{
    int saved = errno;
    plm_diag_error(&import->sink, name, 0, NULL, "%s", strerror(saved));
    errno = saved;
    return PLM_E_IO;
}

void plm_progress_init(plm_progress *progress, plm_import *import)
{
    memset(progress, 0, sizeof *progress);
    progress->import = import;
    import->n_records = 0;
    import->n_quarantined = 0;
    import->n_warnings = 0;
}

plm_status plm_progress_expect(plm_progress *progress, const char *path)
{
    if (strcmp(path, "-") == 0) {
        return PLM_OK;
    }
    struct stat about;
    if (stat(path, &about) != 0) {
        return io_error(progress->import, path);
    }
    if (S_ISREG(about.st_mode) && about.st_size > 0) {
        progress->total += (uint64_t)about.st_size;
    }
    return PLM_OK;
}

plm_status plm_source_open(plm_source *source, plm_progress *progress, const char *path)
{
    memset(source, 0, sizeof *source);
    source->progress = progress;
    source->name = path;
    if (strcmp(path, "-") == 0) {
        source->fd = STDIN_FILENO;
        return PLM_OK;
    }
    source->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0) {
        return io_error(progress->import, path);
    }
    source->owns_fd = true;
    return PLM_OK;
}

void plm_source_open_bytes(plm_source *source, plm_progress *progress, plm_span bytes,
                           const char *name)
{
    memset(source, 0, sizeof *source);
    source->progress = progress;
    source->name = name;
    source->fd = -1;
    source->memory = bytes;
    progress->total += bytes.n;
}

static plm_status report(plm_progress *progress, bool is_end)
{
    if (progress->import->progress == NULL) {
        return PLM_OK;
    }
    if (is_end ? progress->done == progress->reported
               : progress->done - progress->reported < PLM_SOURCE_STEP_BYTES) {
        return PLM_OK;
    }
    progress->reported = progress->done;
    return progress->import->progress(progress->import->context, progress->done, progress->total);
}

plm_status plm_source_read(plm_source *source, void *out, size_t n, size_t *got)
{
    size_t taken = 0;
    if (source->fd < 0) {
        taken = n < source->memory.n ? n : source->memory.n;
        if (taken > 0) {
            memcpy(out, source->memory.p, taken);
            source->memory.p += taken;
            source->memory.n -= taken;
        }
    } else {
        ssize_t result;
        do {
            result = read(source->fd, out, n);
        } while (result < 0 && errno == EINTR);
        if (result < 0) {
            return io_error(source->progress->import, source->name);
        }
        taken = (size_t)result;
    }
    source->progress->done += taken;
    plm_status status = report(source->progress, taken == 0);
    if (status == PLM_OK) {
        *got = taken;
    }
    return status;
}

void plm_source_close(plm_source *source)
{
    if (source->owns_fd) {
        (void)close(source->fd);
    }
    source->owns_fd = false;
    source->fd = -1;
    source->memory = plm_span_of(NULL, 0);
}
