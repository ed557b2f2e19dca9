/* SPDX-License-Identifier: Apache-2.0 */
/*
 * solve.c - the rows that peeling leaves: elimination over GF(2) in the sparse columns, then over F
 * in the dense ones.
 *
 * Each row is carried with its dense part and its value, so that a row whose sparse part vanishes
 * says something of the dense columns alone:
 *
 *     | bits: sparse columns that core rows meet | k, k^2, ... k^g | value |
 */
#include "okvs/okvs.h"

#include "base/ct.h"

#include <stdlib.h>

enum {
    CORE_MAX = 4096, /* rows; a larger core means that peeling failed */
    PARTS = PLM_OKVS_DENSE_MAX + 1
};

typedef struct part {
    plm_block dense[PARTS]; /* the value in dense[n_dense] */
} part;

typedef struct elimination {
    size_t n_rows;
    size_t n_columns;
    size_t n_words;
    uint64_t *bits; /* n_rows * n_words */
    part *parts;
    uint32_t *columns; /* of the bin, by number here */
    uint8_t *is_pivot; /* by column */
    size_t *pivot;     /* of a row: its column, or n_columns */
    unsigned n_dense;
} elimination;

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void wipe(elimination *e)
{
    if (e->parts != NULL) {
        plm_wipe(e->parts, e->n_rows * sizeof *e->parts);
    }
    free(e->bits);
    free(e->parts);
    free(e->columns);
    free(e->is_pivot);
    free(e->pivot);
}

static plm_status number_columns(elimination *e, const plm_okvs_core *core, uint32_t n_sparse)
{
    size_t n = 0;
    e->columns = (uint32_t *)calloc(3 * core->n, sizeof *e->columns);
    if (e->columns == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < core->n; i++) {
        plm_okvs_row row = plm_okvs_row_of(core->hashes[core->rows[i]], n_sparse);
        memcpy(e->columns + 3 * i, row.at, sizeof row.at);
    }
    qsort(e->columns, 3 * core->n, sizeof *e->columns, compare_numbers);
    for (size_t i = 0; i < 3 * core->n; i++) {
        if (n == 0 || e->columns[n - 1] != e->columns[i]) {
            e->columns[n++] = e->columns[i];
        }
    }
    e->n_columns = n;
    e->n_words = (n + 63) / 64;
    return PLM_OK;
}

static void fill_row(elimination *e, const plm_okvs_core *core, uint32_t n_sparse, size_t i)
{
    uint32_t row = core->rows[i];
    plm_okvs_row positions = plm_okvs_row_of(core->hashes[row], n_sparse);
    for (unsigned j = 0; j < 3; j++) {
        const uint32_t *found = (const uint32_t *)bsearch(
            &positions.at[j], e->columns, e->n_columns, sizeof *e->columns, compare_numbers);
        size_t c = (size_t)(found - e->columns);
        e->bits[i * e->n_words + c / 64] |= (uint64_t)1 << (c % 64);
    }
    plm_block power = plm_block_of(1, 0);
    for (unsigned g = 0; g < e->n_dense; g++) {
        power = plm_gf_mul(power, core->hashes[row]);
        e->parts[i].dense[g] = power;
    }
    e->parts[i].dense[e->n_dense] = core->values[row];
}

static plm_status build(elimination *e, const plm_okvs_core *core, uint32_t n_sparse)
{
    plm_status status = number_columns(e, core, n_sparse);
    if (status != PLM_OK) {
        return status;
    }
    e->bits = (uint64_t *)calloc(e->n_rows * e->n_words + 1, sizeof *e->bits);
    e->parts = (part *)calloc(e->n_rows + 1, sizeof *e->parts);
    e->is_pivot = (uint8_t *)calloc(e->n_columns + 1, 1);
    e->pivot = (size_t *)calloc(e->n_rows + 1, sizeof *e->pivot);
    if (e->bits == NULL || e->parts == NULL || e->is_pivot == NULL || e->pivot == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < e->n_rows; i++) {
        fill_row(e, core, n_sparse, i);
    }
    return PLM_OK;
}

static size_t first_column(const elimination *e, size_t row)
{
    for (size_t w = 0; w < e->n_words; w++) {
        uint64_t word = e->bits[row * e->n_words + w];
        if (word != 0) {
            return 64 * w + (size_t)__builtin_ctzll(word);
        }
    }
    return e->n_columns;
}

static void add_row(elimination *e, size_t to, size_t from)
{
    for (size_t w = 0; w < e->n_words; w++) {
        e->bits[to * e->n_words + w] ^= e->bits[from * e->n_words + w];
    }
    for (unsigned g = 0; g <= e->n_dense; g++) {
        e->parts[to].dense[g] ^= e->parts[from].dense[g];
    }
}

/* Reduced row echelon form; rows without a pivot have no sparse part left. */
static void eliminate(elimination *e)
{
    for (size_t i = 0; i < e->n_rows; i++) {
        size_t c = first_column(e, i);
        e->pivot[i] = c;
        if (c == e->n_columns) {
            continue;
        }
        e->is_pivot[c] = 1;
        for (size_t k = 0; k < e->n_rows; k++) {
            if (k != i && ((e->bits[k * e->n_words + c / 64] >> (c % 64)) & 1)) {
                add_row(e, k, i);
            }
        }
    }
}

static void scale(part *p, unsigned n_dense, plm_block by)
{
    for (unsigned g = 0; g <= n_dense; g++) {
        p->dense[g] = plm_gf_mul(p->dense[g], by);
    }
}

static void add_scaled(part *to, const part *from, unsigned n_dense, plm_block by)
{
    for (unsigned g = 0; g <= n_dense; g++) {
        to->dense[g] ^= plm_gf_mul(from->dense[g], by);
    }
}

static bool is_zero(plm_block b)
{
    return (b[0] | b[1]) == 0;
}

/* The dense columns from the n <= n_dense rows `gap`; those without a pivot stay as they are. */
static plm_status solve_dense(part *const *gap, size_t n, unsigned n_dense, plm_block *dense)
{
    unsigned pivot[PLM_OKVS_DENSE_MAX];
    for (size_t i = 0; i < n; i++) {
        unsigned g = 0;
        while (g < n_dense && is_zero(gap[i]->dense[g])) {
            g++;
        }
        if (g == n_dense) {
            return PLM_E_LIMIT; /* dependent rows: two tokens with the same row */
        }
        pivot[i] = g;
        scale(gap[i], n_dense, plm_gf_inverse(gap[i]->dense[g]));
        for (size_t k = 0; k < n; k++) {
            if (k != i) {
                add_scaled(gap[k], gap[i], n_dense, gap[k]->dense[g]);
            }
        }
    }
    plm_block solved[PLM_OKVS_DENSE_MAX];
    memcpy(solved, dense, n_dense * sizeof *solved);
    for (size_t i = 0; i < n; i++) {
        solved[pivot[i]] = plm_block_zero();
    }
    plm_block values[PLM_OKVS_DENSE_MAX];
    for (size_t i = 0; i < n; i++) {
        values[i] = gap[i]->dense[n_dense];
        for (unsigned g = 0; g < n_dense; g++) {
            values[i] ^= plm_gf_mul(gap[i]->dense[g], solved[g]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        solved[pivot[i]] = values[i];
    }
    memcpy(dense, solved, n_dense * sizeof *solved);
    return PLM_OK;
}

/* Pivot columns from the dense ones and the free sparse ones. */
static void solve_sparse(const elimination *e, const plm_block *dense, plm_block *columns)
{
    for (size_t i = 0; i < e->n_rows; i++) {
        if (e->pivot[i] == e->n_columns) {
            continue;
        }
        plm_block value = e->parts[i].dense[e->n_dense];
        for (unsigned g = 0; g < e->n_dense; g++) {
            value ^= plm_gf_mul(e->parts[i].dense[g], dense[g]);
        }
        for (size_t c = 0; c < e->n_columns; c++) {
            bool is_met = (e->bits[i * e->n_words + c / 64] >> (c % 64)) & 1;
            if (is_met && !e->is_pivot[c]) {
                value ^= columns[e->columns[c]];
            }
        }
        columns[e->columns[e->pivot[i]]] = value;
    }
}

plm_status plm_okvs_solve_core(const plm_okvs_params *params, const plm_okvs_core *core,
                               plm_block *columns)
{
    elimination e = {.n_rows = core->n, .n_dense = params->n_dense};
    if (core->n > CORE_MAX) {
        return PLM_E_LIMIT;
    }
    plm_status status = build(&e, core, params->n_sparse);
    if (status == PLM_OK) {
        part *gap[PLM_OKVS_DENSE_MAX];
        size_t n_gap = 0;
        eliminate(&e);
        for (size_t i = 0; i < e.n_rows && status == PLM_OK; i++) {
            if (e.pivot[i] == e.n_columns) {
                status = n_gap == params->n_dense ? PLM_E_LIMIT : PLM_OK;
                gap[status == PLM_OK ? n_gap++ : 0] = &e.parts[i];
            }
        }
        plm_block *dense = columns + params->n_sparse;
        if (status == PLM_OK) {
            status = solve_dense(gap, n_gap, params->n_dense, dense);
        }
        if (status == PLM_OK) {
            solve_sparse(&e, dense, columns);
        }
    }
    wipe(&e);
    return status;
}
