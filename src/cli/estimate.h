/* SPDX-License-Identifier: Apache-2.0 */
/*
 * estimate.h - what palermo estimate prints on a terminal.
 */
#ifndef PLM_CLI_ESTIMATE_H
#define PLM_CLI_ESTIMATE_H

#include "estimate/estimate.h"

/* palermo estimate; is_of_tally: palermo tally estimate, which takes a tally's id for a file. */
int plm_estimate_main(int argc, char **argv, bool is_of_tally);

/* The summary on standard output. */
void plm_say_estimate(const plm_estimate *estimate, const char *file);

#endif
