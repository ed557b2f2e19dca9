/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands.h - the subcommands; each gets its own name as argv[0] and returns the exit status.
 */
#ifndef PLM_CLI_COMMANDS_H
#define PLM_CLI_COMMANDS_H

int plm_command_init(int argc, char **argv);
int plm_command_authority(int argc, char **argv);
int plm_command_load(int argc, char **argv);
int plm_command_register(int argc, char **argv);
int plm_command_store(int argc, char **argv);
int plm_command_backup(int argc, char **argv);
int plm_command_restore(int argc, char **argv);
int plm_command_check(int argc, char **argv);
int plm_command_accord(int argc, char **argv);
int plm_command_case(int argc, char **argv);
int plm_command_seed(int argc, char **argv);
int plm_command_serve(int argc, char **argv);
int plm_command_standing(int argc, char **argv);
int plm_command_match(int argc, char **argv);
int plm_command_index(int argc, char **argv);
int plm_command_lookup(int argc, char **argv);
int plm_command_carry(int argc, char **argv);
int plm_command_deliver(int argc, char **argv);
int plm_command_request(int argc, char **argv);
int plm_command_hits(int argc, char **argv);
int plm_command_release(int argc, char **argv);
int plm_command_runs(int argc, char **argv);
int plm_command_ledger(int argc, char **argv);
int plm_command_ident(int argc, char **argv);
int plm_command_synth(int argc, char **argv);
int plm_command_bench(int argc, char **argv);
int plm_command_rules(int argc, char **argv);
int plm_command_evaluate(int argc, char **argv);
int plm_command_status(int argc, char **argv);
int plm_command_user(int argc, char **argv);
int plm_command_estimate(int argc, char **argv);
int plm_command_tally(int argc, char **argv);

#endif
