/* SPDX-License-Identifier: Apache-2.0 */
/*
 * errors.h - what linkage errors and privacy noise do to the estimate (spec/estimate.md,
 * section 12).
 *
 * Missed links, rate p: of the records of one person on several lists, one (any, with equal
 * probability) is the anchor, and each other is separated from it with probability p and counted as
 * a person of its own, on that list alone. That inflates the estimate. False links, rate q: each
 * person counted on one list alone is with probability q taken for another one, drawn from those
 * not on that list. That lowers it. Expected counts follow from the true ones; the true ones are
 * found again by iteration.
 *
 * Noise: the counts given are the true ones plus noise of a known law, or small ones were left out
 * (hidden.h). True counts are drawn from their law given what was given, with the fitted model's
 * Poisson law as the prior, over and over.
 */
#ifndef PLM_ESTIMATE_ERRORS_H
#define PLM_ESTIMATE_ERRORS_H

#include "estimate/hidden.h"
#include "estimate/number.h"
#include "estimate/work.h"

typedef enum plm_noise_kind {
    PLM_NOISE_NONE,
    PLM_NOISE_LAPLACE,  /* discrete: P(k) proportional to exp(-epsilon |k|) */
    PLM_NOISE_GAUSSIAN, /* discrete: P(k) proportional to exp(-k^2 / (2 sigma^2)) */
    PLM_NOISE_HIDDEN    /* small counts were left out; the table has what was not */
} plm_noise_kind;

typedef struct plm_error_rates {
    plm_noise_kind noise;
    double scale;       /* epsilon, sigma, or the threshold */
    unsigned n_terms;   /* of noise in each count: as many strata as were added up; 0 means 1 */
    double missed;      /* p, 0 to 0.5 */
    double false_links; /* q, 0 to 0.2 */
    plm_hidden hidden;  /* with PLM_NOISE_HIDDEN */
} plm_error_rates;

typedef struct plm_errors {
    double corrected; /* estimate for the table with expected linkage errors taken out */
    double low, high; /* 95 % over resampling, noise and correction; INFINITY, NAN as they come */
    double median;
    double inflation; /* uncorrected estimate over corrected */
    unsigned n;       /* draws */
    unsigned n_infinite;
    double *sorted;  /* n estimates, ascending; owned (plm_errors_wipe) */
    plm_table table; /* the corrected table */
} plm_errors;

static inline bool plm_error_rates_any(const plm_error_rates *rates)
{
    return rates->noise != PLM_NOISE_NONE || rates->missed > 0 || rates->false_links > 0;
}

/*
 * A true count drawn from its law given the noised one, P(k) proportional to the Poisson law with
 * this mean at k times that of the noise at noised - k. noise: PLM_NOISE_LAPLACE or _GAUSSIAN; of
 * several terms of Laplace noise the sum is taken as normal with their variance.
 */
double plm_noise_draw_true(plm_random *random, const plm_error_rates *rates, double noised,
                           double mean);

/* What is expected to be counted of the true counts. */
void plm_linkage_expect(const plm_table *truth, double missed, double false_links, double *counted);
/* True counts (>= 0) from which the counted ones are expected, as nearly as can be. */
void plm_linkage_correct(const plm_table *counted, double missed, double false_links,
                         plm_table *truth);

/* The one number of all these: over noise, the median; without, the corrected table's estimate. */
static inline double plm_errors_point(const plm_errors *errors, const plm_error_rates *rates)
{
    return rates->noise == PLM_NOISE_NONE ? errors->corrected : errors->median;
}

/*
 * n_draws with the seed. table: the counts as given; with PLM_NOISE_HIDDEN, of what was seen. out
 * is to be wiped in any case. PLM_E_CANCELLED, PLM_E_NOMEM.
 */
plm_status plm_errors_run(plm_errors *out, const plm_table *table, const plm_error_rates *rates,
                          unsigned n_draws, uint64_t seed, const plm_work *work) PLM_MUST_CHECK;
void plm_errors_wipe(plm_errors *errors);

#endif
