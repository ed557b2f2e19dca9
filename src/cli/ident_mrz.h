/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident_mrz.h - palermo ident mrz.
 */
#ifndef PLM_CLI_IDENT_MRZ_H
#define PLM_CLI_IDENT_MRZ_H

/* argv[0] is "mrz"; the exit status. */
int plm_command_ident_mrz(int argc, char **argv);

#endif
