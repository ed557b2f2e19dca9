/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graphs.h - the decomposable graphs on the lists: 8, 61, 822 and 18,154 for 3 to 6 lists.
 *
 * An edge says that two lists depend on each other given the rest. A graph is decomposable if every
 * cycle of four or more has a chord; then it is a tree of cliques joined at separators, and the
 * marginal likelihood of a hyper-Dirichlet law has a closed form (Dawid and Lauritzen 1993;
 * Madigan and York, "Bayesian methods for estimation of the size of a closed population",
 * Biometrika 1997).
 */
#ifndef PLM_ESTIMATE_GRAPHS_H
#define PLM_ESTIMATE_GRAPHS_H

#include "estimate/model.h"

enum {
    PLM_GRAPHS_LISTS_MAX = 6
};

typedef struct plm_graph {
    uint16_t edges; /* bit of (a, b), a < b: b (b - 1) / 2 + a */
    uint8_t n_cliques;
    uint8_t clique[PLM_GRAPHS_LISTS_MAX]; /* as sets of lists */
    /* One fewer than the cliques; empty ones, between unconnected parts, included. */
    uint8_t separator[PLM_GRAPHS_LISTS_MAX];
} plm_graph;

/* All of them; *graphs is owned by the caller (free). PLM_E_ARGUMENT: not 2 to 6 lists. */
plm_status plm_graphs_all(plm_graph **graphs, size_t *n, unsigned n_lists) PLM_MUST_CHECK;
/* The log-linear model whose maximal terms are the graph's cliques. */
void plm_graph_model(const plm_graph *graph, unsigned n_lists, plm_model *model);

#endif
