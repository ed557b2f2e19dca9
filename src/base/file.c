/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int plm_fd_open(const char *path, int flags)
{
    int fd;
    do {
        fd = open(path, flags);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

int plm_fd_sync(int fd)
{
    int result;
    do {
        result = fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result;
}

static plm_status read_all(int fd, plm_buf *out)
{
    for (;;) {
        size_t room = out->max - out->n;
        size_t step = room < 65536 ? room : 65536;
        if (step == 0) {
            uint8_t probe;
            ssize_t n = read(fd, &probe, 1);
            if (n < 0 && errno == EINTR) {
                continue;
            }
            return n == 0 ? PLM_OK : n < 0 ? PLM_E_IO : PLM_E_LIMIT;
        }
        plm_status status = plm_buf_reserve(out, step);
        if (status != PLM_OK) {
            return status;
        }
        ssize_t n = read(fd, out->data + out->n, step);
        if (n == 0) {
            return PLM_OK;
        }
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return PLM_E_IO;
        }
        out->n += (size_t)n;
    }
}

plm_status plm_file_read(const char *path, plm_buf *out)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : plm_fd_open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return PLM_E_IO;
    }
    size_t before = out->n;
    plm_status status = read_all(fd, out);
    if (status != PLM_OK) {
        out->n = before;
    }
    if (!is_stdin) {
        int saved = errno;
        (void)close(fd);
        errno = saved;
    }
    return status;
}

plm_status plm_fd_write(int fd, plm_span bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return PLM_E_IO;
        }
        bytes.p += n;
        bytes.n -= (size_t)n;
    }
    return PLM_OK;
}

plm_status plm_file_directory(char out[static PATH_MAX], const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t n = slash == NULL ? 0 : (size_t)(slash - path);
    if (n >= PATH_MAX) {
        return PLM_E_LIMIT;
    }
    if (n == 0) {
        memcpy(out, slash == NULL ? "." : "/", 2);
    } else {
        memcpy(out, path, n);
        out[n] = '\0';
    }
    return PLM_OK;
}

plm_status plm_file_sync_directory(const char *path)
{
    char directory[PATH_MAX];
    plm_status status = plm_file_directory(directory, path);
    if (status != PLM_OK) {
        return status;
    }
    int fd = plm_fd_open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return PLM_E_IO;
    }
    int result = plm_fd_sync(fd);
    (void)close(fd);
    return result == 0 ? PLM_OK : PLM_E_IO;
}

/* Makes the rename itself durable; a directory that can't be synced is not an error of ours. */
static void sync_directory(const char *path)
{
    plm_status status = plm_file_sync_directory(path);
    (void)status;
}

plm_status plm_file_name(const char *from, const char *to)
{
    if (link(from, to) == 0 || ((errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) &&
                                renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)) {
        return PLM_OK;
    }
    return errno == EEXIST ? PLM_E_EXISTS : PLM_E_IO;
}

plm_status plm_file_write(const char *path, plm_span bytes, unsigned mode, bool exclusive)
{
    char temporary[PATH_MAX];
    int length = snprintf(temporary, sizeof temporary, "%s.tmp.%ld", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof temporary) {
        errno = ENAMETOOLONG;
        return PLM_E_IO;
    }
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0) {
        return PLM_E_IO;
    }
    plm_status status = plm_fd_write(fd, bytes);
    if (status == PLM_OK && plm_fd_sync(fd) != 0) {
        status = PLM_E_IO;
    }
    if (close(fd) != 0 && status == PLM_OK) {
        status = PLM_E_IO;
    }
    if (status == PLM_OK && exclusive) {
        status = plm_file_name(temporary, path);
    } else if (status == PLM_OK && rename(temporary, path) != 0) {
        status = PLM_E_IO;
    }
    if (status != PLM_OK || exclusive) {
        int saved = errno;
        (void)unlink(temporary);
        errno = saved;
    }
    if (status == PLM_OK) {
        sync_directory(path);
    }
    return status;
}

plm_status plm_file_rename(const char *from, const char *to)
{
    if (rename(from, to) != 0) {
        return PLM_E_IO;
    }
    sync_directory(to);
    return PLM_OK;
}

plm_status plm_file_lock(const char *path, int *fd)
{
    const int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (opened < 0) {
        return PLM_E_IO;
    }
    if (flock(opened, LOCK_EX | LOCK_NB) != 0) {
        plm_status status = errno == EWOULDBLOCK ? PLM_E_EXISTS : PLM_E_IO;
        (void)close(opened);
        return status;
    }
    *fd = opened;
    return PLM_OK;
}
