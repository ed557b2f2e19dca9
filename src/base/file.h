/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - whole files: read with a maximum, written so that a reader sees the old or the new one.
 */
#ifndef PLM_BASE_FILE_H
#define PLM_BASE_FILE_H

#include "base/bytes.h"

#include <limits.h>

/* As open(2), for a file that is there, and fsync(2); begun again where a signal ended them early.
 */
int plm_fd_open(const char *path, int flags);
int plm_fd_sync(int fd);
/* All of the bytes, by as many calls as it takes. PLM_E_IO (errno says why): some may be written.
 */
plm_status plm_fd_write(int fd, plm_span bytes) PLM_MUST_CHECK;

/*
 * Appends the file's bytes to `out`, whose maximum bounds the file; path "-" is standard input.
 * PLM_E_IO (errno says why), PLM_E_LIMIT, PLM_E_NOMEM; on failure `out` is as before.
 */
plm_status plm_file_read(const char *path, plm_buf *out) PLM_MUST_CHECK;

/*
 * Writes beside the file, syncs, and renames over it. mode as for open(2). With `exclusive` an
 * existing file is left alone and PLM_E_EXISTS returned. PLM_E_IO.
 */
plm_status plm_file_write(const char *path, plm_span bytes, unsigned mode,
                          bool exclusive) PLM_MUST_CHECK;

/*
 * Gives a file another name, which none may have yet. Where files can have two names it keeps the
 * first one as well, for the caller to take away: what a file system for sticks does not have.
 * PLM_E_EXISTS, PLM_E_IO (errno says why).
 */
plm_status plm_file_name(const char *from, const char *to) PLM_MUST_CHECK;

/* Renames over `to`, and syncs the directory of it. PLM_E_IO (errno says why). */
plm_status plm_file_rename(const char *from, const char *to) PLM_MUST_CHECK;

/* The directory that a path names a file of; it need not be there. PLM_E_LIMIT. */
plm_status plm_file_directory(char out[static PATH_MAX], const char *path) PLM_MUST_CHECK;
/* The file's name is on the disk when its directory is. PLM_E_IO (errno says why), PLM_E_LIMIT. */
plm_status plm_file_sync_directory(const char *path) PLM_MUST_CHECK;

/*
 * Holds the file, which is made if need be, until *fd is closed. PLM_E_EXISTS: another process
 * holds it. PLM_E_IO (errno says why).
 */
plm_status plm_file_lock(const char *path, int *fd) PLM_MUST_CHECK;

#endif
