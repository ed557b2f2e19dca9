/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the verbs of palermo rules; each gets its own name as argv[0] and returns the exit
 * status.
 */
#ifndef PLM_CLI_RULES_H
#define PLM_CLI_RULES_H

int plm_rules_command_explain(int argc, char **argv);
int plm_rules_command_tables(int argc, char **argv);
int plm_rules_command_table(int argc, char **argv);
int plm_rules_command_add(int argc, char **argv);
int plm_rules_command_drop(int argc, char **argv);

#endif
