/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/graphs.h"

#include <stdlib.h>
#include <string.h>

enum {
    GRAPHS_MAX = 1 << 15
};

/* adjacent[v]: the neighbours of v, as a set. */
static void neighbours(unsigned edges, unsigned n_lists, unsigned adjacent[PLM_GRAPHS_LISTS_MAX])
{
    memset(adjacent, 0, PLM_GRAPHS_LISTS_MAX * sizeof *adjacent);
    for (unsigned b = 1; b < n_lists; b++) {
        for (unsigned a = 0; a < b; a++) {
            if ((edges >> (b * (b - 1) / 2 + a) & 1U) != 0) {
                adjacent[a] |= 1U << b;
                adjacent[b] |= 1U << a;
            }
        }
    }
}

static bool is_complete(unsigned set, const unsigned adjacent[PLM_GRAPHS_LISTS_MAX])
{
    for (unsigned rest = set; rest != 0; rest &= rest - 1) {
        unsigned v = (unsigned)__builtin_ctz(rest);
        if ((set & ~(adjacent[v] | 1U << v)) != 0) {
            return false;
        }
    }
    return true;
}

/*
 * Maximum cardinality search (Tarjan and Yannakakis 1984; Blair and Peyton 1993): vertices by
 * their number of earlier neighbours. The graph is decomposable iff those are always complete. A
 * vertex with no more of them than the one before has begins a clique, and they are its separator.
 */
static bool decompose(unsigned edges, unsigned n_lists, plm_graph *out)
{
    unsigned adjacent[PLM_GRAPHS_LISTS_MAX];
    unsigned seen = 0;
    unsigned n_before = 0;
    neighbours(edges, n_lists, adjacent);
    memset(out, 0, sizeof *out);
    out->edges = (uint16_t)edges;
    for (unsigned i = 0; i < n_lists; i++) {
        unsigned best = n_lists;
        unsigned n_best = 0;
        for (unsigned v = 0; v < n_lists; v++) {
            unsigned n = (unsigned)__builtin_popcount(adjacent[v] & seen);
            if ((seen >> v & 1U) == 0 && (best == n_lists || n > n_best)) {
                best = v;
                n_best = n;
            }
        }
        unsigned earlier = adjacent[best] & seen;
        if (!is_complete(earlier, adjacent)) {
            return false;
        }
        if (i == 0 || n_best <= n_before) {
            if (i > 0) {
                out->separator[out->n_cliques - 1] = (uint8_t)earlier;
            }
            out->n_cliques++;
        }
        out->clique[out->n_cliques - 1] = (uint8_t)(earlier | 1U << best);
        seen |= 1U << best;
        n_before = n_best;
    }
    return true;
}

plm_status plm_graphs_all(plm_graph **graphs, size_t *n, unsigned n_lists)
{
    if (n_lists < PLM_TABLE_LISTS_MIN || n_lists > PLM_GRAPHS_LISTS_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_graph *all = (plm_graph *)calloc(GRAPHS_MAX, sizeof *all);
    if (all == NULL) {
        return PLM_E_NOMEM;
    }
    size_t n_all = 0;
    for (unsigned edges = 0; edges < 1U << (n_lists * (n_lists - 1) / 2); edges++) {
        n_all += decompose(edges, n_lists, &all[n_all]);
    }
    *graphs = all;
    *n = n_all;
    return PLM_OK;
}

void plm_graph_model(const plm_graph *graph, unsigned n_lists, plm_model *model)
{
    plm_model_main(model, n_lists);
    for (unsigned i = 0; i < graph->n_cliques; i++) {
        plm_model_add(model, graph->clique[i]);
    }
}
