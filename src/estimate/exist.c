/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/exist.h"

#include "estimate/loglin.h"
#include "estimate/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Entries are small fractions with small denominators: far from this, or zero. */
#define TINY 1e-9

static const uint64_t prime = 0x7fffffff; /* 2^31 - 1 */

struct plm_exist {
    unsigned n_max;           /* cells and terms at most */
    uint64_t *modular;        /* n_max * n_max */
    double *rows;             /* n_max * n_max: A_S reduced, then the simplex tableau */
    double *null;             /* n_max * n_max: K, then B */
    unsigned *pivot;          /* n_max: the column that leads each reduced row */
    uint8_t *positive, *zero; /* n_max each: kept cells with and without persons */
};

plm_status plm_exist_create(plm_exist **out, unsigned n_lists)
{
    size_t n = (size_t)1 << n_lists;
    plm_exist *work = (plm_exist *)calloc(1, sizeof *work);
    if (work == NULL) {
        return PLM_E_NOMEM;
    }
    work->n_max = (unsigned)n;
    work->modular = (uint64_t *)calloc(n * n, sizeof *work->modular);
    /* The tableau has up to n rows and 2 n + 1 columns. */
    work->rows = (double *)calloc(n * (2 * n + 2), sizeof *work->rows);
    work->null = (double *)calloc(2 * n * n, sizeof *work->null);
    work->pivot = (unsigned *)calloc(n, sizeof *work->pivot);
    work->positive = (uint8_t *)calloc(2 * n, sizeof *work->positive);
    if (work->modular == NULL || work->rows == NULL || work->null == NULL || work->pivot == NULL ||
        work->positive == NULL) {
        plm_exist_destroy(work);
        return PLM_E_NOMEM;
    }
    work->zero = work->positive + n;
    *out = work;
    return PLM_OK;
}

void plm_exist_destroy(plm_exist *work)
{
    if (work != NULL) {
        free(work->modular);
        free(work->rows);
        free(work->null);
        free(work->pivot);
        free(work->positive);
        free(work);
    }
}

static uint64_t inverse_mod(uint64_t a)
{
    uint64_t result = 1;
    for (uint64_t e = prime - 2; e != 0; e >>= 1) {
        if ((e & 1U) != 0) {
            result = result * a % prime;
        }
        a = a * a % prime;
    }
    return result;
}

/*
 * Whether A_S has full column rank modulo the prime, and so over the integers too. (If it has not
 * modulo the prime, reduce() has the last word.)
 */
static bool has_full_rank(plm_exist *work, unsigned n_rows, const uint8_t *term, unsigned n_terms)
{
    if (n_rows < n_terms) {
        return false;
    }
    uint64_t *a = work->modular;
    for (unsigned r = 0; r < n_rows; r++) {
        for (unsigned c = 0; c < n_terms; c++) {
            a[(size_t)r * n_terms + c] = (work->positive[r] & term[c]) == term[c];
        }
    }
    for (unsigned c = 0; c < n_terms; c++) {
        unsigned lead = c;
        while (lead < n_rows && a[(size_t)lead * n_terms + c] == 0) {
            lead++;
        }
        if (lead == n_rows) {
            return false;
        }
        uint64_t *top = a + (size_t)c * n_terms;
        uint64_t *found = a + (size_t)lead * n_terms;
        for (unsigned j = c; lead != c && j < n_terms; j++) {
            uint64_t swap = top[j];
            top[j] = found[j];
            found[j] = swap;
        }
        uint64_t inverse = top[c] == 1 ? 1 : inverse_mod(top[c]);
        for (unsigned r = c + 1; r < n_rows; r++) {
            uint64_t *row = a + (size_t)r * n_terms;
            if (row[c] == 0) {
                continue;
            }
            uint64_t minus = prime - row[c] * inverse % prime;
            for (unsigned j = c; j < n_terms; j++) {
                row[j] = (row[j] + minus * top[j]) % prime;
            }
        }
    }
    return true;
}

static void swap_rows(double *a, double *b, unsigned n)
{
    for (unsigned j = 0; j < n; j++) {
        double swap = a[j];
        a[j] = b[j];
        b[j] = swap;
    }
}

/* Reduced row echelon form in place, n_columns wide; gives the rank, columns in work->pivot. */
static unsigned reduce(plm_exist *work, double *a, unsigned n_rows, unsigned n_columns)
{
    unsigned rank = 0;
    for (unsigned c = 0; c < n_columns && rank < n_rows; c++) {
        unsigned best = rank;
        for (unsigned r = rank + 1; r < n_rows; r++) {
            if (fabs(a[(size_t)r * n_columns + c]) > fabs(a[(size_t)best * n_columns + c])) {
                best = r;
            }
        }
        double *top = a + (size_t)rank * n_columns;
        if (fabs(a[(size_t)best * n_columns + c]) < TINY) {
            continue;
        }
        if (best != rank) {
            swap_rows(top, a + (size_t)best * n_columns, n_columns);
        }
        double scale = 1 / top[c];
        for (unsigned j = c; j < n_columns; j++) {
            top[j] *= scale;
        }
        for (unsigned r = 0; r < n_rows; r++) {
            double *row = a + (size_t)r * n_columns;
            double factor = row[c];
            if (r != rank && factor != 0) {
                for (unsigned j = c; j < n_columns; j++) {
                    row[j] -= factor * top[j];
                }
            }
        }
        work->pivot[rank++] = c;
    }
    return rank;
}

/* K' (a row for each dimension of A_S' null space, n_terms wide) into work->null; its rows. */
static unsigned null_space(plm_exist *work, unsigned n_rows, const uint8_t *term, unsigned n_terms)
{
    double *a = work->rows;
    for (unsigned r = 0; r < n_rows; r++) {
        for (unsigned c = 0; c < n_terms; c++) {
            a[(size_t)r * n_terms + c] = (work->positive[r] & term[c]) == term[c] ? 1 : 0;
        }
    }
    unsigned rank = reduce(work, a, n_rows, n_terms);
    unsigned dimension = 0;
    unsigned next = 0;
    for (unsigned c = 0; c < n_terms; c++) {
        if (next < rank && work->pivot[next] == c) {
            next++;
            continue;
        }
        double *k = work->null + (size_t)dimension++ * n_terms;
        memset(k, 0, n_terms * sizeof *k);
        k[c] = 1;
        for (unsigned r = 0; r < rank; r++) {
            k[work->pivot[r]] = -a[(size_t)r * n_terms + c];
        }
    }
    return dimension;
}

/*
 * The tableau of phase one of the simplex method for B'y = -B'1, y >= 0. b: B', n_rows x n_columns.
 *
 *   [ columns of y | artificial columns | right side >= 0 ]     n_rows of them
 */
static void build_tableau(plm_exist *work, const double *b, unsigned n_rows, unsigned n_columns)
{
    unsigned width = n_columns + n_rows + 1;
    memset(work->rows, 0, (size_t)n_rows * width * sizeof *work->rows);
    for (unsigned r = 0; r < n_rows; r++) {
        double *row = work->rows + (size_t)r * width;
        double right = 0;
        for (unsigned c = 0; c < n_columns; c++) {
            right -= b[(size_t)r * n_columns + c];
        }
        double sign = right < 0 ? -1 : 1;
        for (unsigned c = 0; c < n_columns; c++) {
            row[c] = sign * b[(size_t)r * n_columns + c];
        }
        row[n_columns + r] = 1;
        row[width - 1] = sign * right;
        work->pivot[r] = n_columns + r;
    }
}

/* The lowest column of y that lowers the sum of the artificial variables; n_columns if none does.
 */
static unsigned entering(const plm_exist *work, unsigned n_rows, unsigned n_columns)
{
    unsigned width = n_columns + n_rows + 1;
    for (unsigned c = 0; c < n_columns; c++) {
        double gain = 0;
        for (unsigned r = 0; r < n_rows; r++) {
            gain += work->pivot[r] >= n_columns ? work->rows[(size_t)r * width + c] : 0;
        }
        if (gain > TINY) {
            return c;
        }
    }
    return n_columns;
}

/* The row that bounds the entering column most, by Bland's rule; n_rows if none does. */
static unsigned leaving(const plm_exist *work, unsigned n_rows, unsigned width, unsigned enter)
{
    unsigned leave = n_rows;
    double best = PLM_INFINITY;
    for (unsigned r = 0; r < n_rows; r++) {
        const double *row = work->rows + (size_t)r * width;
        if (row[enter] < TINY) {
            continue;
        }
        double ratio = row[width - 1] / row[enter];
        bool is_tie = leave < n_rows && fabs(ratio - best) <= TINY;
        if (is_tie ? work->pivot[r] < work->pivot[leave] : ratio < best) {
            best = ratio;
            leave = r;
        }
    }
    return leave;
}

static void pivot_on(plm_exist *work, unsigned n_rows, unsigned width, unsigned leave,
                     unsigned enter)
{
    double *top = work->rows + (size_t)leave * width;
    double scale = 1 / top[enter];
    for (unsigned c = 0; c < width; c++) {
        top[c] *= scale;
    }
    for (unsigned r = 0; r < n_rows; r++) {
        double *row = work->rows + (size_t)r * width;
        double factor = row[enter];
        if (r != leave && factor != 0) {
            for (unsigned c = 0; c < width; c++) {
                row[c] -= factor * top[c];
            }
        }
    }
    work->pivot[leave] = enter;
}

/* Whether B'y = -B'1 for some y >= 0. */
static bool is_feasible(plm_exist *work, const double *b, unsigned n_rows, unsigned n_columns)
{
    unsigned width = n_columns + n_rows + 1;
    build_tableau(work, b, n_rows, n_columns);
    for (;;) {
        unsigned enter = entering(work, n_rows, n_columns);
        unsigned leave = enter < n_columns ? leaving(work, n_rows, width, enter) : n_rows;
        if (leave == n_rows) { /* optimal: the sum is bounded below, so some row always bounds */
            break;
        }
        pivot_on(work, n_rows, width, leave, enter);
    }
    double left = 0;
    for (unsigned r = 0; r < n_rows; r++) {
        left += work->pivot[r] >= n_columns ? work->rows[(size_t)r * width + width - 1] : 0;
    }
    return left < 1e2 * TINY;
}

unsigned plm_exist_check(plm_exist *work, const uint8_t *kept, unsigned n_kept, const double *count,
                         const uint8_t *term, unsigned n_terms)
{
    unsigned n_positive = 0;
    unsigned n_zero = 0;
    for (unsigned i = 0; i < n_kept; i++) {
        if (count[kept[i]] > 0) {
            work->positive[n_positive++] = kept[i];
        } else {
            work->zero[n_zero++] = kept[i];
        }
    }
    if (has_full_rank(work, n_positive, term, n_terms)) {
        return 0;
    }
    unsigned dimension = null_space(work, n_positive, term, n_terms);
    if (dimension == 0) {
        return 0;
    }
    if (n_zero == 0) {
        return PLM_LOGLIN_UNIDENTIFIED;
    }
    double *b = work->null + (size_t)work->n_max * work->n_max; /* B', dimension x n_zero */
    for (unsigned d = 0; d < dimension; d++) {
        const double *k = work->null + (size_t)d * n_terms;
        for (unsigned z = 0; z < n_zero; z++) {
            double sum = 0;
            for (unsigned c = 0; c < n_terms; c++) {
                sum += (work->zero[z] & term[c]) == term[c] ? k[c] : 0;
            }
            b[(size_t)d * n_zero + z] = sum;
        }
    }
    unsigned trouble = is_feasible(work, b, dimension, n_zero) ? 0 : PLM_LOGLIN_NO_MAXIMUM;
    if (reduce(work, b, dimension, n_zero) < dimension) {
        trouble |= PLM_LOGLIN_UNIDENTIFIED;
    }
    return trouble;
}
