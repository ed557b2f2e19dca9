/* SPDX-License-Identifier: Apache-2.0 */
/*
 * classes.h - Bayesian latent-class model of an overlap table (Manrique-Vallier, "Bayesian
 * population size estimation using Dirichlet process mixtures", Biometrics 2016; spec/estimate.md,
 * section 8).
 *
 * Every person belongs to one of K classes; within a class the lists are independent. Class sizes
 * come from a truncated Dirichlet process. A Gibbs sampler draws classes, probabilities and the
 * number unseen in turn; several chains from scattered starts tell whether they reached the same
 * law. Where they did not, there is a warning and no summary.
 */
#ifndef PLM_ESTIMATE_CLASSES_H
#define PLM_ESTIMATE_CLASSES_H

#include "estimate/work.h"

enum {
    PLM_CLASSES_MAX = 20,
    PLM_CLASSES_CHAINS_MAX = 16
};

/* Chains whose R-hat is at least that have not mixed. */
#define PLM_CLASSES_RHAT_MAX 1.05
/* And a summary wants at least so many independent draws. */
#define PLM_CLASSES_ESS_MIN 400.0

typedef struct plm_classes_config {
    unsigned n_classes; /* K; 10 is the usual */
    double a, b;        /* Gamma prior of the concentration; 0.25 and 0.25 */
    unsigned n_chains;  /* 2 or more */
    unsigned n_burn;    /* sweeps thrown away */
    unsigned n_kept;    /* draws kept of each chain */
    unsigned thin;      /* sweeps for each draw */
    uint64_t seed;
} plm_classes_config;

typedef struct plm_classes {
    unsigned n_chains;
    unsigned n_kept;
    double *total;  /* draws of N, chain after chain; owned (plm_classes_wipe) */
    double *sorted; /* all of them, ascending */
    double rhat;    /* split R-hat of the ranks (Vehtari and others 2021): INFINITY if apart */
    double ess;     /* effective sample size of all chains */
    double median, low, high; /* NAN unless is_mixed */
    double median_mcse;       /* Monte-Carlo standard error of the median */
    double chain_median[PLM_CLASSES_CHAINS_MAX];
    bool is_mixed;
    bool is_ceiling_hit; /* a draw reached 10^12, where the sampler stops growing */
} plm_classes;

/* The usual: K 10, 4 chains of 5,000 sweeps burnt and 25 x 1,000 more. */
void plm_classes_default(plm_classes_config *config);
/* out is to be wiped in any case. PLM_E_ARGUMENT, PLM_E_CANCELLED, PLM_E_NOMEM. */
plm_status plm_classes_run(plm_classes *out, const plm_table *table,
                           const plm_classes_config *config, const plm_work *work) PLM_MUST_CHECK;
void plm_classes_wipe(plm_classes *classes);

/* Split R-hat on normalised ranks, and effective sample size, of n_chains chains of n draws. */
plm_status plm_chains_diagnose(const double *draws, unsigned n_chains, unsigned n, double *rhat,
                               double *ess) PLM_MUST_CHECK;

#endif
