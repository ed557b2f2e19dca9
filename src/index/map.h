/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map.h - files in memory: whole ones to read, and new ones that appear under their name when they
 * are complete.
 */
#ifndef PLM_INDEX_MAP_H
#define PLM_INDEX_MAP_H

#include "base/bytes.h"

#include <limits.h>

typedef struct plm_map {
    uint8_t *p;
    size_t n;
} plm_map;

/* A file to read. PLM_E_IO (errno says why; ENOENT: there is none), PLM_E_NOMEM. */
plm_status plm_map_open(plm_map *out, const char *path) PLM_MUST_CHECK;
/* Unmaps; a zeroed map is left alone. */
void plm_map_close(plm_map *map);

/* A file that is being made beside `path`. */
typedef struct plm_map_file {
    plm_map map;
    int fd;
    char path[PATH_MAX];
    char temporary[PATH_MAX];
} plm_map_file;

/* Bytes that the disk of that file, which need not be there, has for us. PLM_E_IO. */
plm_status plm_map_room(uint64_t *out, const char *path) PLM_MUST_CHECK;
/*
 * n bytes of zeroes, all of them reserved on the disk. What processes that were killed left beside
 * `path` is taken away. PLM_E_IO, PLM_E_NOMEM, PLM_E_LIMIT.
 */
plm_status plm_map_create(plm_map_file *out, const char *path, size_t n) PLM_MUST_CHECK;
/*
 * Brings it to the disk and under its name (status PLM_OK), or takes it away; *file is consumed.
 * The status to go on with: the given one, or PLM_E_IO.
 */
plm_status plm_map_finish(plm_map_file *file, plm_status status) PLM_MUST_CHECK;

#endif
