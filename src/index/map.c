/* SPDX-License-Identifier: Apache-2.0 */
#include "index/map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static plm_status map_fd(plm_map *out, int fd, size_t n, int protection)
{
    if (n == 0) {
        *out = (plm_map){NULL, 0};
        return PLM_OK;
    }
    void *p = mmap(NULL, n, protection, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        return errno == ENOMEM ? PLM_E_NOMEM : PLM_E_IO;
    }
    *out = (plm_map){(uint8_t *)p, n};
    return PLM_OK;
}

plm_status plm_map_open(plm_map *out, const char *path)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return PLM_E_IO;
    }
    plm_status status = fstat(fd, &about) != 0 ? PLM_E_IO : PLM_OK;
    if (status == PLM_OK && !S_ISREG(about.st_mode)) {
        errno = EINVAL;
        status = PLM_E_IO;
    }
    if (status == PLM_OK) {
        status = map_fd(out, fd, (size_t)about.st_size, PROT_READ);
    }
    int saved = errno;
    (void)close(fd);
    errno = saved;
    return status;
}

void plm_map_close(plm_map *map)
{
    if (map->p != NULL) {
        (void)munmap(map->p, map->n);
    }
    *map = (plm_map){NULL, 0};
}

plm_status plm_map_create(plm_map_file *out, const char *path, size_t n)
{
    *out = (plm_map_file){.fd = -1};
    int length = snprintf(out->path, sizeof out->path, "%s", path);
    int longer = snprintf(out->temporary, sizeof out->temporary, "%s.XXXXXX", path);
    if (length < 0 || longer < 0 || (size_t)longer >= sizeof out->temporary) {
        return PLM_E_LIMIT;
    }
    out->fd = mkostemp(out->temporary, O_CLOEXEC);
    if (out->fd < 0) {
        out->temporary[0] = '\0';
        return PLM_E_IO;
    }
    /* Reserved now: a full disk is an error here and not a signal at a write later. */
    int failure = n > 0 ? posix_fallocate(out->fd, 0, (off_t)n) : 0;
    if (failure != 0) {
        errno = failure;
        return PLM_E_IO;
    }
    return map_fd(&out->map, out->fd, n, PROT_READ | PROT_WRITE);
}

/* The name is on the disk when the directory is. */
static plm_status sync_directory(const char *path)
{
    char directory[PATH_MAX];
    (void)snprintf(directory, sizeof directory, "%s", path);
    char *slash = strrchr(directory, '/');
    if (slash == NULL) {
        (void)snprintf(directory, sizeof directory, ".");
    } else {
        slash[slash == directory ? 1 : 0] = '\0';
    }
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return PLM_E_IO;
    }
    int result = fsync(fd);
    (void)close(fd);
    return result == 0 ? PLM_OK : PLM_E_IO;
}

plm_status plm_map_finish(plm_map_file *file, plm_status status)
{
    plm_map_close(&file->map);
    if (status == PLM_OK && (fsync(file->fd) != 0 || rename(file->temporary, file->path) != 0)) {
        status = PLM_E_IO;
    }
    if (status == PLM_OK) {
        file->temporary[0] = '\0';
        status = sync_directory(file->path);
    }
    int saved = errno;
    if (file->temporary[0] != '\0') {
        (void)unlink(file->temporary);
    }
    if (file->fd >= 0) {
        (void)close(file->fd);
    }
    *file = (plm_map_file){.fd = -1};
    errno = saved;
    return status;
}
