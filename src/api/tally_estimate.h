/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_estimate.h - from the table that the parties of a tally have signed to what an estimate
 * starts from: the numbers of the strata that are wanted, added up, and what is known of them -
 * how much noise there is in each, or which were left out and below what.
 */
#ifndef PLM_API_TALLY_ESTIMATE_H
#define PLM_API_TALLY_ESTIMATE_H

#include "estimate/errors.h"
#include "estimate/table_read.h"
#include "node/tally_view.h"

/*
 * proposal: its parties and strata count. only: "sex=female" and the like, all of which must hold
 * of a stratum; NULL-terminated, or NULL for all strata. Fills *out (to be wiped in any case) and
 * what rates say of noise; how links fail stays as it is in them. PLM_E_INVALID: *wrong is the wish
 * that the tally is not by, or NULL where no stratum has these values; PLM_E_NOMEM.
 */
plm_status plm_tally_estimate_table(const plm_tally_proposal *proposal,
                                    const plm_tally_table *table, const char *const *only,
                                    const char **wrong, plm_table_file *out,
                                    plm_error_rates *rates) PLM_MUST_CHECK;

/* The sigma of discrete Gaussian noise of this rho; sensitivity: in L2, squared. */
double plm_tally_deviation(uint32_t rho_milli, uint32_t sensitivity);

#endif
