/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/average_stream.h"

#include "estimate/number.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BLOCKS = 16,      /* blocks that one thread handles at a time */
    PIECE_BLOCKS = 512,     /* blocks between two looks at the tail */
    EXACT_MOST = 1 << 18,   /* N taken one by one, at most */
    EXACT_LEAST = 1 << 12,  /* and at least */
    POINTS_TO_DOUBLE = 2048 /* points in which N - n doubles, about, from there on */
};

/* Where the stream ends whatever the tail: then it is told how much lies beyond. */
static const double totals_most = 1e5; /* times n */

/* The grid on which the greatest weight is looked for: N - n from n / 10,000 to 900 n. */
static const double grid_first = 1e-4;
static const double grid_step = 0.04;
static const double grid_span = 16;
/* Weights below the greatest by that many e-folds are nothing. */
static const double negligible = 25;

plm_status plm_stream_init(plm_stream *stream, const plm_table *table,
                           const plm_average_config *config)
{
    memset(stream, 0, sizeof *stream);
    unsigned t = table->n_lists;
    double n = plm_table_total(table);
    if (t > PLM_GRAPHS_LISTS_MAX || !(n >= 1)) {
        return PLM_E_ARGUMENT;
    }
    double delta = config->delta > 0 ? config->delta : ldexp(1, -(int)t);
    stream->n_lists = t;
    stream->n = n;
    stream->prior = config->prior;
    stream->n_max = config->n_max;
    stream->all = ldexp(delta, (int)t);
    for (unsigned set = 0; set < 1U << t; set++) {
        unsigned size = (unsigned)__builtin_popcount(set);
        double share = ldexp(delta, (int)(t - size));
        double in_cell[PLM_STREAM_SETS] = {0};
        for (unsigned h = 1; h < 1U << t; h++) {
            in_cell[h & set] += table->count[h];
        }
        double sum = -ldexp(lgamma(share), (int)size);
        for (unsigned cell = 1; cell < 1U << t; cell++) {
            sum += (cell & set) == cell ? lgamma(in_cell[cell] + share) : 0;
        }
        stream->fixed[set] = sum;
        stream->base[set] = in_cell[0] + share;
    }
    plm_status status = plm_graphs_all(&stream->graph, &stream->n_graphs, t);
    if (status != PLM_OK) {
        return status;
    }
    size_t n_chunks = PIECE_BLOCKS / CHUNK_BLOCKS;
    stream->weight = (double *)calloc(stream->n_graphs, sizeof *stream->weight);
    stream->chunk_weight =
        (double *)calloc(stream->n_graphs * n_chunks, sizeof *stream->chunk_weight);
    return stream->weight == NULL || stream->chunk_weight == NULL ? PLM_E_NOMEM : PLM_OK;
}

void plm_stream_wipe(plm_stream *stream)
{
    free(stream->graph);
    free(stream->weight);
    free(stream->chunk_weight);
    free(stream->total);
    free(stream->mass);
    memset(stream, 0, sizeof *stream);
}

double plm_stream_width(const plm_stream *stream, size_t point)
{
    if (point < stream->n_exact) {
        return 1;
    }
    size_t first = point - (point - stream->n_exact) % PLM_STREAM_BLOCK;
    return stream->total[first + 1] - stream->total[first];
}

/* L_S at N for every set, lnGamma(all) - lnGamma(N + all) being in L of the empty one. */
static void logarithms(const plm_stream *stream, double total, double *out)
{
    for (unsigned set = 0; set < 1U << stream->n_lists; set++) {
        out[set] = stream->fixed[set] + lgamma(stream->base[set] + total - stream->n);
    }
}

/* What all graphs share at N, as a logarithm, without the constant factorials of the counts. */
static double shared(const plm_stream *stream, double total)
{
    return lgamma(total + 1) - lgamma(total - stream->n + 1) - stream->prior * log(total);
}

/* Cliques less separators, one of which is always the empty set. */
static double log_weight(const plm_graph *graph, const double *log_set)
{
    double sum = log_set[graph->clique[0]] - log_set[0];
    for (unsigned i = 1; i < graph->n_cliques; i++) {
        sum += log_set[graph->clique[i]] - log_set[graph->separator[i - 1]];
    }
    return sum;
}

/*
 * Sets the reference to about the greatest logarithm of a weight, and reach to the N of the grid
 * beyond which all weights are negligible. The grid is as fine as a posterior can be narrow: N - n
 * has a relative deviation of some n^-1/2.
 */
static plm_status find_reference(plm_stream *stream)
{
    double log_set[PLM_STREAM_SETS] = {0};
    double step = fmin(grid_step, 4 / sqrt(stream->n));
    size_t n_points = (size_t)(grid_span / step);
    double *best_at = (double *)calloc(n_points, sizeof *best_at);
    double best = -PLM_INFINITY;
    if (best_at == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n_points; i++) {
        double total = stream->n * (1 + grid_first * exp(step * (double)i));
        logarithms(stream, total, log_set);
        best_at[i] = -PLM_INFINITY;
        for (size_t g = 0; g < stream->n_graphs; g++) {
            double w = log_weight(&stream->graph[g], log_set);
            best_at[i] = w > best_at[i] ? w : best_at[i];
        }
        best_at[i] += shared(stream, total);
        best = best_at[i] > best ? best_at[i] : best;
    }
    size_t last = n_points - 1;
    while (last > 0 && best_at[last] < best - negligible) {
        last--;
    }
    stream->reference = best;
    stream->reach = stream->n * (1 + grid_first * exp(step * (double)last));
    free(best_at);
    return PLM_OK;
}

/* One block's factors; see the head of average_stream.h. */
typedef struct block {
    double first;
    double stride;
    double log_set[PLM_STREAM_SETS]; /* at the first point */
    double common[PLM_STREAM_BLOCK];
    double factor[PLM_STREAM_SETS][PLM_STREAM_BLOCK];
    double inverse[PLM_STREAM_SETS][PLM_STREAM_BLOCK];
} block;

static void fill_by_products(const plm_stream *stream, block *b)
{
    double x = 1;
    for (unsigned j = 0; j < PLM_STREAM_BLOCK; j++) {
        double total = b->first + j;
        b->common[j] = x * pow(b->first / total, stream->prior);
        x *= (total + 1) / (total + 1 - stream->n);
    }
    for (unsigned set = 0; set < 1U << stream->n_lists; set++) {
        x = 1;
        for (unsigned j = 0; j < PLM_STREAM_BLOCK; j++) {
            double total = b->first + j;
            b->factor[set][j] = x;
            b->inverse[set][j] = 1 / x;
            x *= (stream->base[set] + total - stream->n) / (total + stream->all);
        }
    }
}

/* A block in which no factor leaves e^-100 to e^100, so that no product of six overflows. */
static bool is_gentle(const plm_stream *stream, const block *b)
{
    double most = 0;
    for (unsigned set = 0; set < 1U << stream->n_lists; set++) {
        double share = (stream->base[set] + b->first - stream->n) / (b->first + stream->all);
        most = fmax(most, fabs(log(share)));
    }
    return most * b->stride * PLM_STREAM_BLOCK < 100;
}

static void fill_by_logarithms(const plm_stream *stream, block *b)
{
    for (unsigned j = 0; j < PLM_STREAM_BLOCK; j++) {
        double total = b->first + j * b->stride;
        double whole = lgamma(total + stream->all) - lgamma(b->first + stream->all);
        b->common[j] = b->stride * exp(shared(stream, total) - shared(stream, b->first));
        for (unsigned set = 0; set < 1U << stream->n_lists; set++) {
            double base = stream->base[set] - stream->n;
            double x = exp(lgamma(base + total) - lgamma(base + b->first) - whole);
            b->factor[set][j] = x;
            b->inverse[set][j] = 1 / x;
        }
    }
}

/* Adds the block's weights to mass[] by point and to weight[] by graph. */
static void add_block(const plm_stream *stream, const block *b, double *restrict mass,
                      double *restrict weight)
{
    double constant = shared(stream, b->first) - stream->reference;
    for (size_t g = 0; g < stream->n_graphs; g++) {
        const plm_graph *graph = &stream->graph[g];
        double first = exp(constant + log_weight(graph, b->log_set));
        if (first < 1e-200) {
            continue;
        }
        double x[PLM_STREAM_BLOCK];
        for (unsigned j = 0; j < PLM_STREAM_BLOCK; j++) {
            x[j] = first * b->common[j] * b->factor[graph->clique[0]][j];
        }
        for (unsigned i = 1; i < graph->n_cliques; i++) {
            const double *factor = b->factor[graph->clique[i]];
            const double *inverse = b->inverse[graph->separator[i - 1]];
            for (unsigned j = 0; j < PLM_STREAM_BLOCK; j++) {
                x[j] *= factor[j] * inverse[j];
            }
        }
        double sum = 0;
        for (unsigned j = 0; j < PLM_STREAM_BLOCK; j++) {
            mass[j] += x[j];
            sum += x[j];
        }
        weight[g] += sum;
    }
}

/* The same where factors are too steep: a logarithm for each graph and point. */
static void add_steep_block(const plm_stream *stream, const block *b, double *mass, double *weight)
{
    double log_set[PLM_STREAM_SETS] = {0};
    for (unsigned j = 0; j < PLM_STREAM_BLOCK; j++) {
        double total = b->first + j * b->stride;
        if (stream->n_max > 0 && total > stream->n_max) {
            break;
        }
        logarithms(stream, total, log_set);
        double constant = shared(stream, total) - stream->reference + log(b->stride);
        for (size_t g = 0; g < stream->n_graphs; g++) {
            double x = exp(constant + log_weight(&stream->graph[g], log_set));
            mass[j] += x;
            weight[g] += x;
        }
    }
}

static void run_chunks(void *context, size_t first, size_t last)
{
    plm_stream *stream = (plm_stream *)context;
    size_t piece = stream->n_points - (size_t)PIECE_BLOCKS * PLM_STREAM_BLOCK;
    for (size_t chunk = first; chunk < last; chunk++) {
        double *weight = stream->chunk_weight + chunk * stream->n_graphs;
        memset(weight, 0, stream->n_graphs * sizeof *weight);
        for (size_t i = 0; i < CHUNK_BLOCKS; i++) {
            size_t point = piece + (chunk * CHUNK_BLOCKS + i) * PLM_STREAM_BLOCK;
            block b;
            b.first = stream->total[point];
            b.stride = stream->total[point + 1] - b.first;
            if (stream->n_max > 0 && b.first > stream->n_max) {
                continue;
            }
            if (!is_gentle(stream, &b)) {
                add_steep_block(stream, &b, stream->mass + point, weight);
                continue;
            }
            logarithms(stream, b.first, b.log_set);
            if (b.stride > 1) {
                fill_by_logarithms(stream, &b);
            } else {
                fill_by_products(stream, &b);
            }
            for (unsigned j = 0; j < PLM_STREAM_BLOCK; j++) {
                bool is_beyond = stream->n_max > 0 && stream->total[point + j] > stream->n_max;
                b.common[j] = is_beyond ? 0 : b.common[j];
            }
            add_block(stream, &b, stream->mass + point, weight);
        }
    }
}

/* Room for one piece more, and its totals. */
static plm_status extend(plm_stream *stream)
{
    size_t n_more = (size_t)PIECE_BLOCKS * PLM_STREAM_BLOCK;
    size_t n = stream->n_points + n_more;
    double *total = (double *)realloc(stream->total, n * sizeof *total);
    if (total == NULL) {
        return PLM_E_NOMEM;
    }
    stream->total = total;
    double *mass = (double *)realloc(stream->mass, n * sizeof *mass);
    if (mass == NULL) {
        return PLM_E_NOMEM;
    }
    stream->mass = mass;
    double exact = stream->n_max > 0 ? stream->n_max - stream->n + 1 : 10 * stream->n;
    exact = exact < EXACT_LEAST ? EXACT_LEAST : exact > EXACT_MOST ? EXACT_MOST : exact;
    double next = stream->next;
    for (size_t i = stream->n_points; i < n; i += PLM_STREAM_BLOCK) {
        double dark = next - stream->n;
        double stride = dark < exact ? 1 : floor(dark / POINTS_TO_DOUBLE);
        stride = next < stream->reach ? fmin(stride, floor(sqrt(next))) : stride;
        stride = stride < 1 ? 1 : stride;
        for (size_t j = 0; j < PLM_STREAM_BLOCK; j++) {
            total[i + j] = next + (stride - 1) / 2;
            mass[i + j] = 0;
            next += stride;
        }
        stream->n_exact += stride > 1 ? 0 : PLM_STREAM_BLOCK;
    }
    stream->next = next;
    stream->n_points = n;
    return PLM_OK;
}

/*
 * The mass beyond the last point over the mass so far, if the density goes on falling as the power
 * of N by which it fell over the last third of the points.
 */
static double tail_beyond(const plm_stream *stream)
{
    size_t last = stream->n_points - 1;
    size_t before = stream->n_points - (size_t)PIECE_BLOCKS * PLM_STREAM_BLOCK / 3;
    double high = stream->mass[before] / plm_stream_width(stream, before);
    double low = stream->mass[last] / plm_stream_width(stream, last);
    double sum = 0;
    for (size_t i = 0; i < stream->n_points; i++) {
        sum += stream->mass[i];
    }
    if (low <= 0) {
        return 0;
    }
    double power = log(high / low) / log(stream->total[last] / stream->total[before]);
    return power > 1 ? low * stream->total[last] / (power - 1) / sum : PLM_INFINITY;
}

plm_status plm_stream_run(plm_stream *stream, const plm_work *work)
{
    size_t n_chunks = PIECE_BLOCKS / CHUNK_BLOCKS;
    double most = stream->n_max > 0 ? stream->n_max : totals_most * stream->n;
    stream->next = stream->n;
    plm_status status = find_reference(stream);
    if (status != PLM_OK) {
        return status;
    }
    do {
        status = extend(stream);
        if (status == PLM_OK) {
            status = plm_work_run(work, "graphs", n_chunks, 1, run_chunks, stream);
        }
        if (status != PLM_OK) {
            return status;
        }
        for (size_t chunk = 0; chunk < n_chunks; chunk++) {
            const double *weight = stream->chunk_weight + chunk * stream->n_graphs;
            for (size_t g = 0; g < stream->n_graphs; g++) {
                stream->weight[g] += weight[g];
            }
        }
        stream->tail = stream->n_max > 0 ? 0 : tail_beyond(stream);
    } while (stream->next <= most && (stream->n_max > 0 || stream->next < stream->reach ||
                                      stream->tail > PLM_AVERAGE_TAIL));
    while (stream->n_max > 0 && stream->n_points > 1 &&
           stream->total[stream->n_points - 1] > stream->n_max) {
        stream->n_points--;
    }
    stream->n_exact = stream->n_exact < stream->n_points ? stream->n_exact : stream->n_points;
    return PLM_OK;
}
