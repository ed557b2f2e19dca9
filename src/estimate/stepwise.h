/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stepwise.h - sparse stepwise selection of pairs of lists (Chan, Silverman, Vincent, "Multiple
 * systems estimation for sparse capture data", JASA 2021; spec/estimate.md, section 4).
 *
 * From the main effects: of the pairs that are not in the model, the one whose overlap is the least
 * likely under the model fitted so far joins it, as long as that likelihood is below the threshold
 * and the larger model has an estimate.
 */
#ifndef PLM_ESTIMATE_STEPWISE_H
#define PLM_ESTIMATE_STEPWISE_H

#include "estimate/loglin.h"

#define PLM_STEPWISE_THRESHOLD 0.02

enum {
    PLM_STEPWISE_PAIRS_MAX = PLM_TABLE_LISTS_MAX * (PLM_TABLE_LISTS_MAX - 1) / 2
};

typedef struct plm_stepwise_step {
    uint8_t pair;    /* as a bit mask */
    double p;        /* its one-sided Poisson probability when it joined */
    double estimate; /* of the model with it */
} plm_stepwise_step;

typedef struct plm_stepwise {
    plm_model model;
    plm_loglin_fit fit;   /* of the model; trouble where not even main effects have an estimate */
    double main_estimate; /* with the main effects alone */
    unsigned n_steps;
    plm_stepwise_step step[PLM_STEPWISE_PAIRS_MAX];
    unsigned n_refused; /* improbable pairs that could not join: no estimate with them */
    uint8_t refused[PLM_STEPWISE_PAIRS_MAX]; /* those of the last step */
} plm_stepwise;

/* Selects and fits. work: for the table's number of lists; count: by history. */
void plm_stepwise_run(plm_loglin *work, const double *count, unsigned n_lists, double threshold,
                      plm_stepwise *out);

#endif
