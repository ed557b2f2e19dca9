/* SPDX-License-Identifier: Apache-2.0 */
/*
 * average_stream.h - the weights of all decomposable graphs at one total N after the other.
 *
 * Of L_S only lnGamma(x_S + N - n) depends on N, x_S being what the cell of those on none of S
 * holds of the persons observed, with its share of the prior. So at N + 1 a graph's weight is that
 * at N times a product over its cliques and separators of x_S + N - n. Sixteen neighbouring N make
 * a block: there is a logarithm for each graph at its first N, and products from there on.
 *
 *   factor[S][j]     product of (x_S + N_i - n) / (N_i + delta 2^t), 0 <= i < j: for cliques
 *   inverse[S][j]    1 / factor[S][j]: for separators
 *   common[j]        what all graphs share
 *
 * Beyond the N that are taken one by one, a block's points stand for `stride` N each.
 */
#ifndef PLM_ESTIMATE_AVERAGE_STREAM_H
#define PLM_ESTIMATE_AVERAGE_STREAM_H

#include "estimate/average.h"

enum {
    PLM_STREAM_SETS = 1 << PLM_GRAPHS_LISTS_MAX,
    PLM_STREAM_BLOCK = 16
};

typedef struct plm_stream {
    unsigned n_lists;
    double n; /* persons observed */
    double prior;
    double n_max;                  /* 0: none */
    double all;                    /* delta 2^t */
    double reference;              /* a logarithm that is taken off all weights */
    double fixed[PLM_STREAM_SETS]; /* L_S without what depends on N */
    double base[PLM_STREAM_SETS];  /* x_S */
    size_t n_graphs;
    plm_graph *graph;
    double *weight; /* of each graph, summed over N */

    double reach; /* an N beyond which all weights are negligible */
    double next;  /* the first N that is in no point yet */
    size_t n_points;
    size_t n_exact; /* points of one N each: the first */
    double *total;  /* N of each point, the middle of what it stands for */
    double *mass;
    double tail;

    double *chunk_weight; /* of the piece under way, by chunk and graph */
} plm_stream;

/* PLM_E_ARGUMENT, PLM_E_NOMEM. plm_stream_wipe in any case. */
plm_status plm_stream_init(plm_stream *stream, const plm_table *table,
                           const plm_average_config *config) PLM_MUST_CHECK;
/* Goes through all N. PLM_E_NOMEM, PLM_E_CANCELLED. */
plm_status plm_stream_run(plm_stream *stream, const plm_work *work) PLM_MUST_CHECK;
/* How many N the point stands for. */
double plm_stream_width(const plm_stream *stream, size_t point);
void plm_stream_wipe(plm_stream *stream);

#endif
