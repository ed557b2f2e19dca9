/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing.h - the verb of palermo standing that is no operation of the API.
 */
#ifndef PLM_CLI_STANDING_H
#define PLM_CLI_STANDING_H

/* The exit status; of several runs the first that failed counts. */
int plm_standing_run(int argc, char **argv);

#endif
