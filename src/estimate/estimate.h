/* SPDX-License-Identifier: Apache-2.0 */
/*
 * estimate.h - from an overlap table to the number of persons on no list, by every estimator of
 * this folder, with everything that is known about how far to trust them (spec/estimate.md).
 *
 * There is no single answer in it on purpose: the methods rest on assumptions that no table can
 * prove, and where they disagree, the disagreement is the result.
 */
#ifndef PLM_ESTIMATE_ESTIMATE_H
#define PLM_ESTIMATE_ESTIMATE_H

#include "estimate/average.h"
#include "estimate/bca.h"
#include "estimate/chao.h"
#include "estimate/classes.h"
#include "estimate/coverage.h"
#include "estimate/errors.h"
#include "estimate/finding.h"
#include "estimate/odds.h"
#include "estimate/profile.h"
#include "estimate/search.h"
#include "estimate/stepwise.h"
#include "estimate/table_read.h"
#include "estimate/views.h"

enum {
    PLM_ESTIMATE_PRIORS = 4,
    PLM_ESTIMATE_METHODS_MAX = 8
};

typedef struct plm_estimate_options {
    uint64_t seed;
    unsigned n_resamples;       /* of each bootstrap, 100 or more; 1,000 is the usual */
    unsigned n_simulations;     /* for the coverage on the table's own model; 0: none */
    plm_classes_config classes; /* n_chains 0: no latent classes */
    plm_error_rates rates;
} plm_estimate_options;

/* The usual: 1,000 resamples, 100 simulations, plm_classes_default, no errors. */
void plm_estimate_default(plm_estimate_options *options);

/* Averaging over graphs under another prior. */
typedef struct plm_estimate_prior {
    double delta, prior;
    double median, low, high;
} plm_estimate_prior;

/* Of all models with so many terms, the one with the lowest BIC. */
typedef struct plm_trajectory_point {
    unsigned n_terms;
    size_t place; /* in search.model */
} plm_trajectory_point;

/* One method's answer, for the summary. NAN: none. */
typedef struct plm_method {
    const char *code;                 /* "stepwise": for programs */
    const char *name;                 /* for people */
    const char *interval;             /* what low and high are */
    char model[PLM_MODEL_NAME_BYTES]; /* or empty */
    double estimate, low, high;
    bool is_bound;        /* a lower bound, not an estimate */
    const char *why_none; /* NULL if there is one */
} plm_method;

typedef struct plm_stratum_estimate {
    const plm_stratum *stratum; /* borrowed */
    bool is_refused;
    plm_findings findings;
    double n, main, chao;
    double stepwise, low, high; /* with its BCa interval */
    char model[PLM_MODEL_NAME_BYTES];
} plm_stratum_estimate;

typedef struct plm_estimate {
    double n; /* persons on the lists */
    /* Of those on two lists and more, so many as are expected of counts that were left out. */
    double overlap_left_out;
    size_t n_trajectory;
    size_t n_priors; /* up to 5 lists */
    size_t n_strata;
    plm_stratum_estimate *strata; /* owned */
    plm_profile main_profile;     /* NAN where there is none; so the other two */
    plm_profile stepwise_profile;
    plm_profile best_profile;
    plm_search search;
    plm_bca stepwise_bca;
    plm_bca best_bca;
    plm_chao chao;
    plm_loglin_fit main;
    double expected[PLM_TABLE_LISTS_MAX + 1]; /* persons on k lists if lists were independent */
    plm_estimate_options options;
    plm_average graphs;
    plm_estimate_prior prior[PLM_ESTIMATE_PRIORS];
    plm_coverage coverage;
    plm_classes classes;
    plm_model best; /* by BIC */
    plm_stepwise stepwise;
    plm_table table;
    plm_errors errors;
    plm_odds odds; /* around the stepwise model */
    plm_trajectory_point trajectory[PLM_TABLE_CELLS_MAX];
    plm_views views;
    plm_findings findings;
    bool is_refused; /* then only table, n and findings are filled in */
    bool has_search; /* up to 6 lists, and some model has an estimate */
    bool has_graphs; /* up to 6 lists */
    bool has_classes;
    bool has_odds;
    bool has_errors;
    bool has_coverage;
} plm_estimate;

/*
 * Everything. file: as read, borrowed until plm_estimate_destroy. A table for which no estimate can
 * be given is no failure: see is_refused. *out is owned by the caller. PLM_E_CANCELLED,
 * PLM_E_NOMEM, PLM_E_ARGUMENT (options).
 */
plm_status plm_estimate_create(plm_estimate **out, const plm_table_file *file,
                               const plm_estimate_options *options,
                               const plm_work *work) PLM_MUST_CHECK;
void plm_estimate_destroy(plm_estimate *estimate);

/* The methods' answers in the order in which they are told; how many. */
size_t plm_estimate_methods(const plm_estimate *estimate, plm_method out[PLM_ESTIMATE_METHODS_MAX]);
/* The lowest and the highest estimate of all methods but bounds; false if there are none. */
bool plm_estimate_range(const plm_estimate *estimate, double *low, double *high);

/* Adds what the results say about themselves to estimate->findings. */
void plm_estimate_judge(plm_estimate *estimate);

#endif
