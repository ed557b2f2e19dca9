/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile.h - profile-likelihood interval of the total under one model (Cormack 1992; Baillargeon
 * and Rivest, "Rcapture", JSS 2007; spec/estimate.md, section 3.5).
 *
 * With n_0 = N - n put in the dark cell and the model refitted, the multinomial likelihood of N is
 *   l(N) = -deviance(N) / 2 + log(N / n_0) / 2 + constant
 * (Stirling's formula for N! and n_0!). The interval is where l is at most half the chi-squared
 * quantile below its maximum; the lower end is not below n.
 */
#ifndef PLM_ESTIMATE_PROFILE_H
#define PLM_ESTIMATE_PROFILE_H

#include "estimate/loglin.h"

typedef struct plm_profile {
    double maximum; /* the N of greatest likelihood */
    double low;     /* n if the likelihood stays above the line down to n */
    double high;    /* INFINITY if it stays above it as far as was looked */
} plm_profile;

/*
 * fit: what plm_loglin_run gave for model and counts, without trouble. level: 0.95. False where a
 * refit does not converge.
 */
bool plm_profile_run(plm_loglin *work, const double *count, const plm_model *model,
                     const plm_loglin_fit *fit, double level, plm_profile *out);

#endif
