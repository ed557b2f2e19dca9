/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hidden.h - counts of which it is known only that they lie below a threshold (spec/estimate.md,
 * section 12): what a tally left out of its table.
 *
 * A count that was left out is an interval-censored Poisson number: below the threshold t, and with
 * mean m of the model,
 *
 *   P(k) = m^k / k! / (1 + m + ... + m^(t-1) / (t-1)!),   k = 0, ..., t - 1.
 *
 * A table may be the sum of several strata of a tally, each with counts left out of its own. The
 * mean of a history is shared out among the strata by their shares of all persons, whatever the
 * history; the shares are estimated from all counts, seen or not (EM: Dempster, Laird, Rubin, JRSS
 * B 1977).
 */
#ifndef PLM_ESTIMATE_HIDDEN_H
#define PLM_ESTIMATE_HIDDEN_H

#include "estimate/random.h"
#include "estimate/stepwise.h"

enum {
    PLM_HIDDEN_STRATA_MAX = 256,
    PLM_HIDDEN_THRESHOLD_MAX = 1000
};

/* In the place of a count that was left out. */
#define PLM_HIDDEN_COUNT (-1.0)

typedef struct plm_hidden {
    unsigned threshold;
    unsigned n_strata;
    double share[PLM_HIDDEN_STRATA_MAX]; /* of the persons, by stratum; they add up to 1 */
    uint8_t is_hidden[PLM_TABLE_CELLS_MAX][PLM_HIDDEN_STRATA_MAX / 8]; /* by history, bit set */
} plm_hidden;

/*
 * What was left out of the cells, and the strata's shares. cells: by stratum, in each 2^n_lists
 * numbers by history, PLM_HIDDEN_COUNT where one was left out. seen: the sums over the strata of
 * what was not left out, by history. PLM_E_ARGUMENT: not 2 to 8 lists, 1 to 256 strata, a threshold
 * from 2 to PLM_HIDDEN_THRESHOLD_MAX.
 */
plm_status plm_hidden_init(plm_hidden *out, unsigned n_lists, unsigned n_strata, unsigned threshold,
                           const double *cells, double *seen) PLM_MUST_CHECK;

/* Of how many strata a history's count was left out. */
unsigned plm_hidden_strata(const plm_hidden *hidden, unsigned history);
/* The expected sum of what was left out of a history whose mean is this. */
double plm_hidden_expect(const plm_hidden *hidden, unsigned history, double mean);
/* The same sum, drawn. */
double plm_hidden_draw(const plm_hidden *hidden, plm_random *random, unsigned history, double mean);

/*
 * Fills the table of what was seen with what is expected of the rest under the model that stepwise
 * selection finds: independent lists first, then the model selected on that, each fitted by EM, so
 * that its means are those of greatest likelihood with the censored counts. Where no model has an
 * estimate, half of what could be. work: for the table's lists.
 */
void plm_hidden_fill(const plm_hidden *hidden, plm_loglin *work, const plm_table *seen,
                     plm_table *out);

#endif
