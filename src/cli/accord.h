/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord.h - the verbs of palermo accord; each gets its own name as argv[0].
 */
#ifndef PLM_CLI_ACCORD_H
#define PLM_CLI_ACCORD_H

int plm_accord_command_draft(int argc, char **argv);
int plm_accord_command_adopt(int argc, char **argv);
int plm_accord_command_ratify(int argc, char **argv);
int plm_accord_command_add(int argc, char **argv);
int plm_accord_command_list(int argc, char **argv);
int plm_accord_command_show(int argc, char **argv);
int plm_accord_command_explain(int argc, char **argv);
int plm_accord_command_offences(int argc, char **argv);

#endif
