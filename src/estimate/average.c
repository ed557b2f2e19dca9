/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/average.h"

#include "estimate/average_stream.h"
#include "estimate/number.h"

#include <stdlib.h>
#include <string.h>

enum {
    MODE_BINS = 60
};

/* Graphs by descending weight; equal ones in the order of their edges. */
typedef struct ranked {
    double weight;
    plm_graph graph;
} ranked;

static int compare_ranked(const void *a, const void *b)
{
    const ranked *x = (const ranked *)a;
    const ranked *y = (const ranked *)b;
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return (x->graph.edges > y->graph.edges) - (x->graph.edges < y->graph.edges);
}

static plm_status rank_graphs(plm_average *out, const plm_stream *stream)
{
    ranked *all = (ranked *)calloc(stream->n_graphs, sizeof *all);
    out->graph = (plm_graph *)calloc(stream->n_graphs, sizeof *out->graph);
    out->posterior = (double *)calloc(stream->n_graphs, sizeof *out->posterior);
    if (all == NULL || out->graph == NULL || out->posterior == NULL) {
        free(all);
        return PLM_E_NOMEM;
    }
    double sum = 0;
    for (size_t i = 0; i < stream->n_graphs; i++) {
        all[i].weight = stream->weight[i];
        all[i].graph = stream->graph[i];
        sum += stream->weight[i];
    }
    qsort(all, stream->n_graphs, sizeof *all, compare_ranked);
    for (size_t i = 0; i < stream->n_graphs; i++) {
        out->graph[i] = all[i].graph;
        out->posterior[i] = all[i].weight / sum;
    }
    out->n_graphs = stream->n_graphs;
    free(all);
    return PLM_OK;
}

double plm_average_quantile(const plm_average *average, double p)
{
    double sum = 0;
    for (size_t i = 0; i < average->n_points; i++) {
        sum += average->mass[i];
        if (sum >= p) {
            return average->total[i];
        }
    }
    return average->total[average->n_points - 1];
}

/*
 * Peaks of a histogram between the 0.5 % and the 99.5 % quantile: a peak counts if the valley
 * between it and the last counted one is below both by a fifth of the highest bin.
 */
static unsigned count_modes(const plm_average *average)
{
    double low = plm_average_quantile(average, 0.005);
    double high = plm_average_quantile(average, 0.995);
    double bin[MODE_BINS] = {0};
    double highest = 0;
    size_t n_inside = 0;
    for (size_t i = 0; i < average->n_points; i++) {
        n_inside += average->total[i] >= low && average->total[i] <= high;
    }
    /* Several points to a bin, or their distance would look like valleys. */
    size_t n_bins = n_inside / 8 < MODE_BINS ? n_inside / 8 : MODE_BINS;
    for (size_t i = 0; i < average->n_points && high > low; i++) {
        double place = (average->total[i] - low) / (high - low) * (double)n_bins;
        if (place >= 0 && place < (double)n_bins) {
            bin[(size_t)place] += average->mass[i];
        }
    }
    for (size_t i = 0; i < n_bins; i++) {
        highest = bin[i] > highest ? bin[i] : highest;
    }
    unsigned n_modes = 1;
    double peak = 0;
    double valley = PLM_INFINITY;
    for (size_t i = 0; i < n_bins; i++) {
        if (bin[i] > peak && valley == PLM_INFINITY) {
            peak = bin[i];
        } else if (bin[i] < peak - highest / 5 && bin[i] < valley) {
            valley = bin[i];
        } else if (valley != PLM_INFINITY && bin[i] > valley + highest / 5) {
            n_modes++;
            peak = bin[i];
            valley = PLM_INFINITY;
        }
    }
    return n_modes;
}

/* Masses to shares; mode and median. */
static void summarise(plm_average *out, const plm_stream *stream)
{
    double sum = 0;
    double highest = 0;
    for (size_t i = 0; i < out->n_points; i++) {
        sum += out->mass[i];
    }
    for (size_t i = 0; i < out->n_points; i++) {
        double density = out->mass[i] / plm_stream_width(stream, i);
        if (density > highest) {
            highest = density;
            out->mode = out->total[i];
        }
        out->mass[i] /= sum;
    }
    size_t last = out->n_points - 1;
    out->edge = out->mass[last] * sum / plm_stream_width(stream, last) / highest;
    out->tail = stream->tail;
    out->median = plm_average_quantile(out, 0.5);
    out->n_modes = count_modes(out);
}

plm_status plm_average_run(plm_average *out, const plm_table *table,
                           const plm_average_config *config, const plm_work *work)
{
    plm_stream stream;
    memset(out, 0, sizeof *out);
    plm_status status = plm_stream_init(&stream, table, config);
    if (status == PLM_OK) {
        status = plm_stream_run(&stream, work);
    }
    if (status == PLM_OK) {
        status = rank_graphs(out, &stream);
    }
    if (status == PLM_OK) {
        out->n_lists = table->n_lists;
        out->n_points = stream.n_points;
        out->n_exact = stream.n_exact;
        out->total = stream.total;
        out->mass = stream.mass;
        summarise(out, &stream);
        stream.total = NULL;
        stream.mass = NULL;
    }
    plm_stream_wipe(&stream);
    return status;
}

void plm_average_wipe(plm_average *average)
{
    free(average->total);
    free(average->mass);
    free(average->graph);
    free(average->posterior);
    memset(average, 0, sizeof *average);
}
