/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loglin.h - one log-linear model fitted to one table (spec/estimate.md, section 3).
 *
 *   N_w ~ Poisson(mu_w),  log mu_w = sum of alpha_theta over the model's terms theta within w,
 *   estimate = n + exp(alpha_0).
 *
 * Empty overlaps: where nobody stands on all lists of a term theta, alpha_theta is minus infinity;
 * theta and every cell above it are left out and the rest is fitted (Chan, Silverman, Vincent,
 * JASA 2021, section 2). Whether the rest has a maximum-likelihood estimate, and whether it is one
 * alone, is found out before fitting (plm_loglin_check).
 */
#ifndef PLM_ESTIMATE_LOGLIN_H
#define PLM_ESTIMATE_LOGLIN_H

#include "estimate/model.h"

/* Why a model has no estimate; a bit set, 0 if it has one. */
enum {
    PLM_LOGLIN_NO_MAXIMUM = 1,   /* the likelihood grows without end: no estimate exists */
    PLM_LOGLIN_UNIDENTIFIED = 2, /* several parameters give the same likelihood */
    PLM_LOGLIN_STALLED = 4       /* Newton's iteration did not converge */
};

typedef struct plm_loglin_fit {
    unsigned trouble;    /* bits of the above; if not 0, the numbers below are NAN */
    unsigned n_terms;    /* intercept and dropped terms included */
    unsigned n_infinite; /* terms at minus infinity */
    int df;              /* cells kept less finite terms */
    double estimate;     /* of the total; INFINITY where no estimate exists */
    double log_dark;     /* alpha_0: the logarithm of the number on no list */
    double se_log_dark;
    double deviance;
    double aic; /* dropped terms count */
    double bic; /* with log n, n the persons observed */
} plm_loglin_fit;

/* Memory for fits of models with so many lists; one thread at a time. */
typedef struct plm_loglin plm_loglin;

/* n_lists: 2 to 8. Owned by the caller. PLM_E_ARGUMENT, PLM_E_NOMEM. */
plm_status plm_loglin_create(plm_loglin **out, unsigned n_lists) PLM_MUST_CHECK;
void plm_loglin_destroy(plm_loglin *work);

/*
 * Fits the model to the counts (by history, count[0] not looked at). offset: NULL, or what is
 * added to log mu of each history. A model without an estimate is no failure: see `trouble`.
 */
void plm_loglin_run(plm_loglin *work, const double *count, const plm_model *model,
                    const double *offset, plm_loglin_fit *fit);

/* The fitted mean of each history after a run without trouble; 0 for cells left out. */
const double *plm_loglin_means(const plm_loglin *work);

/*
 * Fits with count[0] = dark as if it had been counted, and gives the deviance of all cells in
 * *deviance: for profile likelihoods. False where it does not converge.
 */
bool plm_loglin_run_total(plm_loglin *work, const double *count, const plm_model *model,
                          double dark, double *deviance);

/*
 * Existence and identifiability alone: the PLM_LOGLIN_ bits of the model on these counts. Depends
 * on which counts are zero, and on nothing else of them.
 */
unsigned plm_loglin_check(plm_loglin *work, const double *count, const plm_model *model);

/* Estimate at alpha_0 plus z standard errors: Wald's limits, on the logarithm's scale. */
double plm_loglin_wald(const plm_loglin_fit *fit, double n, double z);

#endif
