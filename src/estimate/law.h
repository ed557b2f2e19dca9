/* SPDX-License-Identifier: Apache-2.0 */
/*
 * law.h - what an estimate says of the total as a law: bootstrap samples and posteriors, in one
 * form for the pictures of the report and for its JSON.
 */
#ifndef PLM_ESTIMATE_LAW_H
#define PLM_ESTIMATE_LAW_H

#include "estimate/estimate.h"

enum {
    PLM_LAWS_MAX = 4,
    PLM_LAW_BINS = 110
};

/* Weighted values in ascending order, or equally likely ones if mass is NULL; borrowed from the
 * estimate. */
typedef struct plm_law {
    const char *method; /* as in the methods' table: "stepwise", "bic", "graphs", "classes" */
    const char *name;   /* for people */
    char note[96];
    unsigned colour;
    const double *value;
    const double *mass;
    size_t n;
    double median;
} plm_law;

/* The laws that an estimate has, at most PLM_LAWS_MAX. Returns how many. */
size_t plm_laws_of(const plm_estimate *e, plm_law *laws);

/*
 * The part of the axis on which they are looked at: from the known persons to the largest of their
 * 98 % quantiles, where that is finite and below a hundred times the known.
 */
void plm_laws_range(const plm_law *laws, size_t n, double known, double *low, double *high);

/* The law's weight in each of the bins between low and high; what lies outside counts nowhere. */
void plm_law_bins(const plm_law *law, double low, double high, double bin[static PLM_LAW_BINS]);

#endif
