/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.h - palermo.conf in a node's directory: what an administrator may set, one a line,
 *
 *     # where the node's data are: a file, or a database of PostgreSQL
 *     store = postgresql:///palermo?host=/run/postgresql
 *
 * It holds no secret. A file that is not there sets nothing.
 */
#ifndef PLM_CLI_CONFIG_H
#define PLM_CLI_CONFIG_H

#include "base/diag.h"

#include <limits.h>

typedef struct plm_config {
    char store[PATH_MAX]; /* "": palermo.db in the node's directory */
} plm_config;

/* PLM_E_INVALID, with the file and the line told to sink; PLM_E_IO (errno says why). */
plm_status plm_config_read(plm_config *out, const char *path,
                           const plm_diag_sink *sink) PLM_MUST_CHECK;
/* Writes the file anew, readable by its owner only. PLM_E_EXISTS, PLM_E_IO. */
plm_status plm_config_write(const plm_config *config, const char *path,
                            bool exclusive) PLM_MUST_CHECK;

#endif
