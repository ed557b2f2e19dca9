/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seed.h - the verbs of palermo seed; each gets its own name as argv[0].
 */
#ifndef PLM_CLI_SEED_H
#define PLM_CLI_SEED_H

int plm_seed_command_report(int argc, char **argv);

#endif
