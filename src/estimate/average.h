/* SPDX-License-Identifier: Apache-2.0 */
/*
 * average.h - the posterior of the total, averaged over all decomposable graphs (Madigan and York
 * 1997; Lum, Johndrow and Ball, "dga"; spec/estimate.md, section 7).
 *
 *   log p(graph, N) = sum over cliques of L - sum over separators of L
 *                     + log multinomial(N) - prior * log N,
 *   L_S = sum over the 2^|S| cells of S of lnGamma(count + delta 2^(t - |S|))
 *         - 2^|S| lnGamma(delta 2^(t - |S|)),
 *
 * where N - n persons stand in the cell of those on no list. Every whole N up to a bound, then
 * points further and further apart, until what lies beyond is negligible: nothing is cut off
 * silently. N goes by in a stream, so that six lists work too.
 */
#ifndef PLM_ESTIMATE_AVERAGE_H
#define PLM_ESTIMATE_AVERAGE_H

#include "estimate/graphs.h"
#include "estimate/work.h"

/* The mass beyond the last N at which the stream ends. */
#define PLM_AVERAGE_TAIL 1e-6

typedef struct plm_average_config {
    double delta; /* of the Dirichlet law, in each cell; 0 means 2^-t */
    double prior; /* p(N) proportional to N^-prior; 1 is the usual */
    double n_max; /* the largest N; 0: until the tail is negligible */
} plm_average_config;

typedef struct plm_average {
    unsigned n_lists;
    size_t n_points;
    double *total;  /* N of each point, ascending */
    double *mass;   /* its share of the posterior; sums to 1 */
    size_t n_exact; /* the first points stand for one N each */
    size_t n_graphs;
    plm_graph *graph; /* by descending posterior */
    double *posterior;
    double median, mode;
    double tail;      /* estimated mass beyond the last point, as a share; INFINITY: no bound */
    double edge;      /* density at the last point over the greatest */
    unsigned n_modes; /* peaks that stand out by a fifth of the highest one's height */
} plm_average;

/*
 * table: 2 to 6 lists, n at least 1. out is to be wiped in any case. PLM_E_ARGUMENT,
 * PLM_E_CANCELLED, PLM_E_NOMEM.
 */
plm_status plm_average_run(plm_average *out, const plm_table *table,
                           const plm_average_config *config, const plm_work *work) PLM_MUST_CHECK;
void plm_average_wipe(plm_average *average);
/* The smallest point up to which a share p of the posterior lies. */
double plm_average_quantile(const plm_average *average, double p);

#endif
