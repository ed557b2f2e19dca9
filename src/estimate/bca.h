/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bca.h - bootstrap with full reselection and BCa intervals (Efron 1987; Chan, Silverman, Vincent
 * 2021, section 4; spec/estimate.md, section 5).
 *
 * A resample puts the n persons observed anew into the cells, in proportion to the counts; the
 * estimator selects its model again on every one of them. With B < N below, ties between the
 * estimate and a resample count half, and two values within a relative 1e-9 are a tie: whether
 * rounding noise puts an equal value above or below must not move the interval.
 */
#ifndef PLM_ESTIMATE_BCA_H
#define PLM_ESTIMATE_BCA_H

#include "estimate/work.h"

#define PLM_BCA_TIE 1e-9

/* From counts to an estimate of the total: INFINITY or NAN where there is none. */
typedef double plm_estimator_fn(const void *config, plm_loglin *work, const double *count,
                                unsigned n_lists);

typedef struct plm_estimator {
    plm_estimator_fn *run;
    const void *config; /* borrowed; read by several threads */
} plm_estimator;

/* Sparse stepwise at its threshold; the main effects alone. */
extern const plm_estimator plm_estimator_stepwise;
extern const plm_estimator plm_estimator_main;

typedef struct plm_bca {
    double estimate;
    unsigned n;          /* resamples */
    unsigned n_infinite; /* of them without a finite estimate (they stand at the upper end) */
    double z0;           /* bias correction */
    double acceleration;
    double *sorted; /* the resamples' estimates, ascending; owned (plm_bca_wipe) */
} plm_bca;

/*
 * n_resamples with the seed: the same for any number of threads. out is to be wiped in any case.
 * PLM_E_CANCELLED, PLM_E_NOMEM.
 */
plm_status plm_bca_run(plm_bca *out, const plm_table *table, const plm_estimator *estimator,
                       unsigned n_resamples, uint64_t seed, const plm_work *work,
                       const char *phase) PLM_MUST_CHECK;
void plm_bca_wipe(plm_bca *bca);

/* The resample of that number. */
void plm_bca_resample(const plm_table *table, uint64_t seed, uint64_t number, double *count);

/*
 * The limit at alpha (0.025 for the lower end of 95 %); INFINITY where it lies among resamples
 * without an estimate, NAN where estimate or acceleration are no numbers.
 */
double plm_bca_limit(const plm_bca *bca, double alpha);
/* The same with everything given; sorted: n values, ascending. */
double plm_bca_limit_of(const double *sorted, size_t n, double z0, double acceleration,
                        double alpha);

/* z0 with half-ties. */
double plm_bca_bias(const double *sorted, size_t n, double estimate);
/* The acceleration from the jackknife J_w by one person of each cell with count[w] > 0. */
double plm_bca_acceleration(const double *count, const double *jackknife, unsigned n_cells);

/* R's quantile of type 8 (Hyndman and Fan 1996) of n ascending values. */
double plm_quantile8(const double *sorted, size_t n, double p);
void plm_sort_doubles(double *x, size_t n);

#endif
