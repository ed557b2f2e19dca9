/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord.h - the verbs of palermo accord; each gets its own name as argv[0].
 */
#ifndef PLM_CLI_ACCORD_H
#define PLM_CLI_ACCORD_H

#include "cli/home.h"
#include "node/agreement.h"

int plm_accord_command_draft(int argc, char **argv);
int plm_accord_command_adopt(int argc, char **argv);
int plm_accord_command_ratify(int argc, char **argv);
int plm_accord_command_add(int argc, char **argv);
int plm_accord_command_list(int argc, char **argv);
int plm_accord_command_show(int argc, char **argv);
int plm_accord_command_explain(int argc, char **argv);
int plm_accord_command_amend(int argc, char **argv);
int plm_accord_command_denounce(int argc, char **argv);
int plm_accord_command_status(int argc, char **argv);
int plm_accord_command_diff(int argc, char **argv);
int plm_accord_command_offences(int argc, char **argv);

/* What the verbs share; each says on standard error what is wrong, after `command`. */

plm_status plm_accord_read_file(const char *command, const char *path, plm_buf *out) PLM_MUST_CHECK;
/* The adopted accord whose hash `text` is: 64 hexadecimal digits, or its first 8 or more. */
plm_status plm_accord_load(const plm_home *home, const char *command, const char *text,
                           plm_agreement **out) PLM_MUST_CHECK;
/* A document to that file, or to standard output if path is NULL. */
plm_status plm_accord_write_document(const char *command, const char *path,
                                     plm_span document) PLM_MUST_CHECK;

#endif
