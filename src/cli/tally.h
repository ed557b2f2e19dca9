/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - what the verbs of palermo tally share.
 */
#ifndef PLM_CLI_TALLY_H
#define PLM_CLI_TALLY_H

#include "cli/home.h"
#include "estimate/errors.h"
#include "estimate/table_read.h"
#include "node/tally.h"

typedef struct plm_tally_job {
    const char *command;
    plm_home home;
    plm_node node;
    plm_tally_book book; /* of the tally that was named */
} plm_tally_job;

/*
 * Opens the home and, if prefix is not NULL, the tally whose id begins so; says what is wrong.
 * unlock: the identity key too. End it in any case.
 */
plm_status plm_tally_job_begin(plm_tally_job *job, const plm_common *common, const char *command,
                               const char *prefix, bool unlock) PLM_MUST_CHECK;
int plm_tally_job_end(plm_tally_job *job, plm_status status);

int plm_tally_command_propose(int argc, char **argv);
int plm_tally_command_answer(int argc, char **argv);
int plm_tally_command_list(int argc, char **argv);
int plm_tally_command_show(int argc, char **argv);
int plm_tally_command_table(int argc, char **argv);
int plm_tally_command_estimate(int argc, char **argv);

/* The table of a tally. PLM_E_NOT_FOUND: there is none yet, said on standard error. */
plm_status plm_tally_job_table(const plm_tally_job *job, plm_tally_table *table) PLM_MUST_CHECK;
/*
 * A tally's table for an estimate: all strata together, or those with the values in `only`
 * ("sex=female"), and what is known of its noise. *out is to be wiped in any case.
 */
plm_status plm_tally_for_estimate(const plm_common *common, const char *prefix,
                                  const char *const *only, const char *command, plm_table_file *out,
                                  plm_error_rates *rates) PLM_MUST_CHECK;

#endif
