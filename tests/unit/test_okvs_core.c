/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small stores with too few columns to peel: one that can't be made is exactly one whose matrix
 * lacks rank, by an elimination of our own that knows of no peeling and no difference between
 * sparse and dense columns. And the positions that make the matrix are as random as they should be.
 */
#include "okvs/okvs.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

enum {
    CASES = 2000,
    CASE_ROWS = 24,
    CASE_COLUMNS = 32
};

static plm_aes_key source;
static uint64_t n_drawn;

static void draw(plm_block *out, size_t n)
{
    plm_kernels_best()->counter(&source, out, n_drawn, n);
    n_drawn += n;
}

static uint32_t draw_below(uint32_t n)
{
    plm_block b;
    draw(&b, 1);
    return (uint32_t)(b[0] % n);
}

static size_t naive_rank(plm_block m[CASE_ROWS][CASE_COLUMNS], size_t n_rows, size_t n_columns)
{
    size_t rank = 0;
    for (size_t c = 0; c < n_columns && rank < n_rows; c++) {
        size_t r = rank;
        while (r < n_rows && plm_block_equal(m[r][c], plm_block_zero())) {
            r++;
        }
        if (r == n_rows) {
            continue;
        }
        for (size_t k = 0; k < n_columns; k++) {
            plm_block swap = m[r][k];
            m[r][k] = m[rank][k];
            m[rank][k] = swap;
        }
        plm_block inverse = plm_gf_inverse(m[rank][c]);
        for (r = rank + 1; r < n_rows; r++) {
            plm_block by = plm_gf_mul(m[r][c], inverse);
            for (size_t k = c; k < n_columns && !plm_block_equal(by, plm_block_zero()); k++) {
                m[r][k] ^= plm_gf_mul(by, m[rank][k]);
            }
        }
        rank++;
    }
    return rank;
}

/* Whether rows remain when those that alone meet a column are struck out again and again. */
static bool has_core(const plm_okvs_params *p, const plm_block *hashes)
{
    bool struck[CASE_ROWS] = {false};
    size_t n_left = p->n;
    for (size_t before = n_left + 1; n_left < before;) {
        before = n_left;
        for (uint32_t c = 0; c < p->n_sparse; c++) {
            size_t n_meet = 0;
            size_t which = 0;
            for (size_t r = 0; r < p->n; r++) {
                plm_okvs_row row = plm_okvs_row_of(hashes[r], p->n_sparse);
                bool meets = row.at[0] == c || row.at[1] == c || row.at[2] == c;
                n_meet += meets && !struck[r];
                which = meets && !struck[r] ? r : which;
            }
            struck[which] = struck[which] || n_meet == 1;
            n_left -= n_meet == 1;
        }
    }
    return n_left > 0;
}

static plm_block matrix[CASE_ROWS][CASE_COLUMNS];

static void fill_matrix(const plm_okvs_params *p, const plm_block *hashes)
{
    memset(matrix, 0, sizeof matrix);
    for (size_t r = 0; r < p->n; r++) {
        plm_okvs_row row = plm_okvs_row_of(hashes[r], p->n_sparse);
        for (unsigned j = 0; j < 3; j++) {
            matrix[r][row.at[j]] = plm_block_of(1, 0);
        }
        for (uint32_t g = 0; g < p->n_dense; g++) {
            matrix[r][p->n_sparse + g] = plm_gf_pow(hashes[r], g + 1);
        }
    }
}

/* Encodes random values; *n_wrong: how many don't come back, by the matrix or by plm_okvs_decode.
 */
static plm_status encode(const plm_okvs_params *p, const plm_block *hashes, size_t *n_wrong)
{
    plm_block wanted[CASE_ROWS];
    plm_block values[CASE_ROWS];
    plm_block columns[CASE_COLUMNS];
    plm_okvs_workspace *w = NULL;
    plm_status status = plm_okvs_workspace_create(&w, p);
    draw(wanted, CASE_ROWS);
    draw(columns, CASE_COLUMNS);
    memcpy(values, wanted, sizeof values);
    if (status == PLM_OK) {
        status = plm_okvs_encode_bin(w, p, hashes, values, p->n, columns);
    }
    plm_okvs_workspace_destroy(w);
    if (status == PLM_OK) {
        fill_matrix(p, hashes);
        plm_okvs_decode_bin(p, columns, hashes, p->n, values);
        for (size_t r = 0; r < p->n; r++) {
            plm_block sum = plm_block_zero();
            for (size_t c = 0; c < p->n_sparse + p->n_dense; c++) {
                sum ^= plm_gf_mul(matrix[r][c], columns[c]);
            }
            *n_wrong += !plm_block_equal(sum, wanted[r]) || !plm_block_equal(values[r], wanted[r]);
        }
    }
    return status;
}

/* n_sparse = 1.1 n: peeling leaves a core, and many a core lacks rank. */
static void test_core(void)
{
    size_t n_good = 0;
    size_t n_disagree = 0;
    size_t n_wrong = 0;
    for (size_t i = 0; i < CASES;) {
        plm_block hashes[CASE_ROWS];
        plm_okvs_params p = {.n = 4 + draw_below(CASE_ROWS - 3), .n_bins = 1};
        p.bin_rows = (uint32_t)p.n;
        p.n_sparse = (uint32_t)(11 * p.n / 10);
        p.n_dense = 1 + draw_below(2) * draw_below(3);
        draw(hashes, CASE_ROWS);
        if (i % 16 == 0) {
            hashes[0] = hashes[1]; /* no number of dense columns helps */
        }
        if (has_core(&p, hashes)) {
            plm_status status = encode(&p, hashes, &n_wrong);
            fill_matrix(&p, hashes);
            bool can = naive_rank(matrix, p.n, p.n_sparse + p.n_dense) == p.n;
            n_disagree += status != (can ? PLM_OK : PLM_E_LIMIT);
            n_good += can;
            i++;
        }
    }
    printf("# %zu of %d cores can be solved\n", n_good, CASES);
    CHECK_EQ_INT(n_disagree, 0);
    CHECK_EQ_INT(n_wrong, 0);
    CHECK(n_good >= CASES / 4 && n_good <= CASES - CASES / 6);
}

/* Chi-square of the bin and the ordered positions together: each of the cells as often. */
static void test_positions(void)
{
    enum {
        BINS = 5,
        SPARSE = 7,
        CELLS = BINS * SPARSE * SPARSE * SPARSE,
        FILLED = BINS * 7 * 6 * 5,
        EACH = 200
    };
    static uint32_t cells[CELLS];
    size_t n_bad = 0;
    for (size_t i = 0; i < (size_t)FILLED * EACH; i++) {
        plm_block h;
        draw(&h, 1);
        plm_okvs_row row = plm_okvs_row_of(h, SPARSE);
        uint32_t bin = plm_okvs_bin(h, BINS);
        uint32_t cell = ((bin * 7 + row.at[0]) * 7 + row.at[1]) * 7 + row.at[2];
        n_bad += row.at[0] == row.at[1] || row.at[0] == row.at[2] || row.at[1] == row.at[2];
        n_bad += row.at[0] >= SPARSE || row.at[1] >= SPARSE || row.at[2] >= SPARSE || bin >= BINS;
        cells[cell < CELLS ? cell : 0]++;
        plm_okvs_row least = plm_okvs_row_of(h, 3);
        n_bad += least.at[0] + least.at[1] + least.at[2] != 3 || least.at[0] == least.at[1] ||
                 least.at[0] > 2 || least.at[1] > 2;
    }
    double sum = 0;
    for (size_t i = 0; i < CELLS; i++) {
        sum += cells[i] > 0 ? ((double)cells[i] - EACH) * ((double)cells[i] - EACH) / EACH : 0;
        n_bad +=
            cells[i] == 0 && i % 7 != i / 7 % 7 && i % 7 != i / 49 % 7 && i / 7 % 7 != i / 49 % 7;
    }
    printf("# chi-square %.1f, %d degrees of freedom\n", sum, FILLED - 1);
    CHECK_EQ_INT(n_bad, 0);
    CHECK(fabs(sum - (FILLED - 1)) < 6 * sqrt(2.0 * (FILLED - 1)));
}

int main(void)
{
    plm_kernels_best()->key(&source, plm_block_of(2022, 4));
    TAP_RUN(test_positions);
    TAP_RUN(test_core);
    return tap_done();
}
