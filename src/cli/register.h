/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register.h - verbs of palermo register that have a file of their own.
 */
#ifndef PLM_CLI_REGISTER_H
#define PLM_CLI_REGISTER_H

/* find: argv[0] is the verb. The exit status. */
int plm_register_find(int argc, char **argv);

#endif
