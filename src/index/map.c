/* SPDX-License-Identifier: Apache-2.0 */
#include "index/map.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    ENDING = 7 /* characters of ".XXXXXX" */
};

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
    int fd = plm_fd_open(path, O_RDONLY | O_CLOEXEC);
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

plm_status plm_map_room(uint64_t *out, const char *path)
{
    char directory[PATH_MAX];
    struct statvfs about;
    plm_status status = plm_file_directory(directory, path);
    if (status != PLM_OK || TEMP_FAILURE_RETRY(statvfs(directory, &about)) != 0) {
        return PLM_E_IO;
    }
    *out = (uint64_t)about.f_bavail * about.f_frsize;
    return PLM_OK;
}

/* A stop and a continuation are enough to end it early, on a tmpfs: it is begun again. */
static plm_status reserve(int fd, size_t n)
{
    int failure = 0;
    do {
        failure = n > 0 ? posix_fallocate(fd, 0, (off_t)n) : 0;
    } while (failure == EINTR);
    errno = failure;
    return failure == 0 ? PLM_OK : PLM_E_IO;
}

/* Its process holds a file that is being made: one that nobody holds was left behind. */
static void remove_if_left(int directory, const char *name)
{
    struct stat about;
    const int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        (void)unlinkat(directory, name, 0);
    }
    (void)close(fd);
}

static void remove_left(const char *path)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const size_t n = strlen(name);
    const struct dirent *entry;
    DIR *all = plm_file_directory(directory, path) == PLM_OK ? opendir(directory) : NULL;
    while (all != NULL && (entry = readdir(all)) != NULL) {
        if (strncmp(entry->d_name, name, n) == 0 && entry->d_name[n] == '.' &&
            strlen(entry->d_name + n) == ENDING) {
            remove_if_left(dirfd(all), entry->d_name);
        }
    }
    if (all != NULL) {
        (void)closedir(all);
    }
}

/* A new file of that pattern, which others see is held; -1. */
static int open_temporary(char path[static PATH_MAX], const char *pattern)
{
    struct stat about = {.st_nlink = 0};
    int fd = -1;
    while (about.st_nlink == 0) { /* taken for one that was left, before it was held */
        if (fd >= 0) {
            (void)close(fd);
        }
        (void)snprintf(path, PATH_MAX, "%s", pattern);
        fd = mkostemp(path, O_CLOEXEC);
        if (fd < 0) {
            path[0] = '\0';
            return -1;
        }
        if (TEMP_FAILURE_RETRY(flock(fd, LOCK_EX)) != 0 || fstat(fd, &about) != 0) {
            return fd; /* a file system without locks: nothing there is taken for left either */
        }
    }
    return fd;
}

plm_status plm_map_create(plm_map_file *out, const char *path, size_t n)
{
    char pattern[PATH_MAX];
    *out = (plm_map_file){.fd = -1};
    int length = snprintf(out->path, sizeof out->path, "%s", path);
    int longer = snprintf(pattern, sizeof pattern, "%s.XXXXXX", path);
    if (length < 0 || longer < 0 || (size_t)longer >= sizeof pattern) {
        return PLM_E_LIMIT;
    }
    remove_left(path);
    out->fd = open_temporary(out->temporary, pattern);
    if (out->fd < 0) {
        return PLM_E_IO;
    }
    /* Reserved now: a full disk is an error here and not a signal at a write later. */
    plm_status status = reserve(out->fd, n);
    return status == PLM_OK ? map_fd(&out->map, out->fd, n, PROT_READ | PROT_WRITE) : status;
}

plm_status plm_map_finish(plm_map_file *file, plm_status status)
{
    plm_map_close(&file->map);
    if (status == PLM_OK &&
        (plm_fd_sync(file->fd) != 0 || rename(file->temporary, file->path) != 0)) {
        status = PLM_E_IO;
    }
    if (status == PLM_OK) {
        file->temporary[0] = '\0';
        status = plm_file_sync_directory(file->path);
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
