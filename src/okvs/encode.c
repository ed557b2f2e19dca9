/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encode.c - one bin: peel rows off, solve what is left, put the rows back.
 *
 * A column that only one row meets can always be set last. So such rows are taken off, which frees
 * other columns, until none is left or a core remains (Molloy, SODA 2004). A column keeps how many
 * rows meet it and the xor of their numbers, so that the last one is known without any list; both
 * in one word, so that all columns of a bin are near a second-level cache.
 *
 *     columns:  | 3 : r1^r2^r3 | 1 : r7 | 0 : 0 | ...     12 and 20 bits
 *     order:    row, column, the row's other two columns; ...  in the order of taking off
 */
#include "okvs/okvs.h"

#include "base/big.h"

enum {
    ROW_BITS = 20,
    BATCH = 32 /* rows whose memory is asked for before it is needed */
};

static const uint32_t one_row = (uint32_t)1 << ROW_BITS;
static const uint32_t too_many = (uint32_t)1 << 31; /* half of what can be counted */

typedef struct taken {
    uint32_t row;
    uint32_t column;
    uint32_t others[2]; /* columns of the row */
} taken;

struct plm_okvs_workspace { /* one piece of memory: this, then the arrays */
    size_t bytes;
    uint32_t *columns; /* n_sparse */
    taken *order;      /* bin_rows */
    uint32_t *single;  /* columns that one row meets: a queue of n_sparse, and one that is written
                          and not kept */
    uint8_t *is_taken; /* by row */
    uint32_t *core;    /* bin_rows */
};

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

plm_status plm_okvs_workspace_create(plm_okvs_workspace **out, const plm_okvs_params *params)
{
    if (params->bin_rows > one_row) {
        return PLM_E_ARGUMENT;
    }
    size_t n = (size_t)params->bin_rows + 1;
    size_t columns = aligned(params->n_sparse * sizeof(uint32_t));
    size_t order = aligned(n * sizeof(taken));
    size_t single = aligned(((size_t)params->n_sparse + 1) * sizeof(uint32_t));
    size_t core = aligned(n * sizeof(uint32_t));
    size_t bytes = aligned(sizeof(plm_okvs_workspace)) + columns + order + single + core + n;
    uint8_t *at = (uint8_t *)plm_big_create(bytes);
    if (at == NULL) {
        return PLM_E_NOMEM;
    }
    plm_okvs_workspace *w = (plm_okvs_workspace *)(void *)at;
    at += aligned(sizeof *w);
    w->bytes = bytes;
    w->columns = (uint32_t *)(void *)at;
    w->order = (taken *)(void *)(at += columns);
    w->single = (uint32_t *)(void *)(at += order);
    w->core = (uint32_t *)(void *)(at += single);
    w->is_taken = at + core;
    *out = w;
    return PLM_OK;
}

void plm_okvs_workspace_destroy(plm_okvs_workspace *w)
{
    if (w != NULL) {
        plm_big_destroy(w, w->bytes);
    }
}

/* PLM_E_LIMIT: so many rows meet one column that most of them are the same. */
static plm_status count_columns(plm_okvs_workspace *w, const plm_okvs_params *params,
                                const plm_block *hashes, size_t n)
{
    uint32_t *columns = w->columns;
    uint32_t seen = 0;
    memset(columns, 0, params->n_sparse * sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        plm_okvs_row row = plm_okvs_row_of(hashes[i], params->n_sparse);
        for (unsigned j = 0; j < 3; j++) {
            uint32_t *met = &columns[row.at[j]];
            *met = (*met + one_row) ^ (uint32_t)i;
            seen |= *met;
        }
    }
    return (seen & too_many) != 0 ? PLM_E_LIMIT : PLM_OK;
}

static inline bool is_single(uint32_t column)
{
    return column >> ROW_BITS == 1;
}

/* Takes a row off that has column c to itself; gives where the queue ends then. */
static inline size_t take(plm_okvs_workspace *w, uint32_t r, plm_okvs_row row, uint32_t c,
                          taken *out, size_t last)
{
    /* c is one of the three: what the other two are needs no branch. */
    uint32_t first_other = row.at[0] == c ? row.at[1] : row.at[0];
    uint32_t second_other = row.at[0] ^ row.at[1] ^ row.at[2] ^ c ^ first_other;
    *out = (taken){r, c, {first_other, second_other}};
    w->columns[c] = 0;
    for (unsigned j = 0; j < 2; j++) {
        uint32_t *met = &w->columns[out->others[j]];
        *met = (*met - one_row) ^ r;
        /* The queue has room: a column becomes single at most once. */
        w->single[last] = out->others[j];
        last += is_single(*met);
    }
    return last;
}

/* Takes off what can be; gives how many rows that were. */
static size_t peel(plm_okvs_workspace *w, const plm_block *hashes, uint32_t n_sparse)
{
    size_t last = 0;
    size_t n_taken = 0;
    for (uint32_t c = 0; c < n_sparse; c++) {
        w->single[last] = c;
        last += is_single(w->columns[c]);
    }
    for (size_t first = 0; first < last;) {
        size_t n = last - first < BATCH ? last - first : BATCH;
        const uint32_t *single = w->single + first;
        uint32_t r[BATCH];
        plm_okvs_row row[BATCH];
        for (size_t i = 0; i < n; i++) {
            r[i] = w->columns[single[i]] & (one_row - 1);
            __builtin_prefetch(&hashes[r[i]]);
        }
        for (size_t i = 0; i < n; i++) {
            row[i] = plm_okvs_row_of(hashes[r[i]], n_sparse);
            for (unsigned j = 0; j < 3; j++) {
                __builtin_prefetch(&w->columns[row[i].at[j]], 1);
            }
        }
        for (size_t i = 0; i < n; i++) {
            uint32_t c = single[i];
            if (is_single(w->columns[c])) { /* else its row went with another column */
                last = take(w, r[i], row[i], c, &w->order[n_taken++], last);
            }
        }
        first += n;
    }
    return n_taken;
}

static size_t find_core(plm_okvs_workspace *w, size_t n, size_t n_taken)
{
    size_t n_core = 0;
    memset(w->is_taken, 0, n);
    for (size_t i = 0; i < n_taken; i++) {
        w->is_taken[w->order[i].row] = 1;
    }
    for (size_t r = 0; r < n; r++) {
        w->core[n_core] = (uint32_t)r;
        n_core += !w->is_taken[r];
    }
    return n_core;
}

/* Last taken first: each row's own column is met by no row that was put back before. */
static void put_back(const plm_okvs_workspace *w, size_t n_taken, const plm_block *values,
                     plm_block *columns)
{
    enum {
        AHEAD = 16
    };
    for (size_t i = n_taken; i-- > 0;) {
        taken t = w->order[i];
        if (i >= AHEAD) {
            const taken *next = &w->order[i - AHEAD];
            __builtin_prefetch(&values[next->row]);
            __builtin_prefetch(&columns[next->column], 1);
            __builtin_prefetch(&columns[next->others[0]]);
            __builtin_prefetch(&columns[next->others[1]]);
        }
        columns[t.column] = values[t.row] ^ columns[t.others[0]] ^ columns[t.others[1]];
    }
}

plm_status plm_okvs_encode_bin(plm_okvs_workspace *w, const plm_okvs_params *params,
                               const plm_block *hashes, plm_block *values, size_t n,
                               plm_block *columns)
{
    if (n > params->bin_rows) {
        return PLM_E_LIMIT;
    }
    plm_status status = count_columns(w, params, hashes, n);
    if (status != PLM_OK) {
        return status;
    }
    size_t n_taken = peel(w, hashes, params->n_sparse);
    if (n_taken < n) {
        plm_okvs_core core = {
            .rows = w->core, .n = find_core(w, n, n_taken), .hashes = hashes, .values = values};
        status = plm_okvs_solve_core(params, &core, columns);
        if (status != PLM_OK) {
            return status;
        }
    }
    plm_okvs_add_dense(params, columns, hashes, n, values);
    put_back(w, n_taken, values, columns);
    return PLM_OK;
}
