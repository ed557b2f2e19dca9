/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coverage.h - how often the 95 % intervals hold the truth, on simulated populations of known size
 * (spec/estimate.md, section 13).
 */
#ifndef PLM_ESTIMATE_COVERAGE_H
#define PLM_ESTIMATE_COVERAGE_H

#include "estimate/work.h"

typedef enum plm_coverage_method {
    PLM_COVERAGE_MAIN,          /* independent lists, Wald's interval */
    PLM_COVERAGE_STEPWISE_WALD, /* selected model, Wald's interval as if it had been given */
    PLM_COVERAGE_STEPWISE,      /* selected model, BCa with reselection */
    PLM_COVERAGE_BIC,           /* best of all models, BCa with reselection; up to 5 lists */
    PLM_COVERAGE_GRAPHS,        /* average over graphs; up to 5 lists */
    PLM_COVERAGE_CHAO,          /* "holds" where it is at most the truth */
    PLM_COVERAGE_METHODS
} plm_coverage_method;

typedef struct plm_coverage_config {
    unsigned n_lists;
    uint64_t truth; /* N */
    /* Probability of each history, the empty one included: 2^n_lists of them. */
    double probability[PLM_TABLE_CELLS_MAX];
    unsigned n_simulations;
    unsigned n_resamples; /* of each bootstrap */
    bool with_bic;
    bool with_graphs;
    uint64_t seed;
} plm_coverage_config;

typedef struct plm_coverage_result {
    unsigned n;      /* simulations with an interval */
    unsigned n_none; /* without estimate or interval */
    double held;     /* share of n whose interval held the truth */
    double ratio;    /* median of estimate over truth */
    double width;    /* median of upper over lower end */
} plm_coverage_result;

typedef struct plm_coverage {
    plm_coverage_result method[PLM_COVERAGE_METHODS];
} plm_coverage;

/* PLM_E_CANCELLED, PLM_E_NOMEM. */
plm_status plm_coverage_run(plm_coverage *out, const plm_coverage_config *config,
                            const plm_work *work) PLM_MUST_CHECK;
const char *plm_coverage_method_name(plm_coverage_method method);

/* The population that a fitted model describes: total its estimate, probabilities its means. */
void plm_coverage_of_fit(plm_coverage_config *config, const plm_loglin *work, unsigned n_lists,
                         const plm_loglin_fit *fit);

#endif
