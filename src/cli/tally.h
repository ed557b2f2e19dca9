/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - what the files of palermo tally, and palermo estimate, share.
 */
#ifndef PLM_CLI_TALLY_H
#define PLM_CLI_TALLY_H

#include "cli/operation.h"
#include "estimate/errors.h"
#include "estimate/table_read.h"

extern const plm_operation plm_operation_tally_propose; /* tally_propose.c */
extern const plm_operation plm_operation_tally_list;    /* tally_show.c */
extern const plm_operation plm_operation_tally_show;    /* tally_show.c */
extern const plm_operation plm_operation_tally_table;   /* tally_table.c */

/*
 * A tally's table for an estimate: all strata together, or those with the values in `only`
 * ("sex=female"), and what is known of its noise. *out is to be wiped in any case. The exit status,
 * after saying what is wrong.
 */
int plm_tally_for_estimate(const plm_common *common, const plm_access *access, const char *prefix,
                           const char *const *only, const char *command, plm_table_file *out,
                           plm_error_rates *rates);

#endif
