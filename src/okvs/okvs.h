/* SPDX-License-Identifier: Apache-2.0 */
/*
 * okvs.h - an oblivious key-value store over F = GF(2^128): a vector P of columns such that
 * Decode(P, x_i) = v_i for n given pairs, and P says nothing of the x_i where the v_i are random.
 *
 * Raghuraman and Rindal, "Blazing fast PSI from improved OKVS and subfield VOLE", CCS 2022:
 * clusters (section 4.3), weight 3, dense columns that are powers of one field element
 * (section 4.2). A token x belongs to one bin; its row has three ones among the bin's sparse
 * columns, and k, k^2, ... k^g in the bin's dense ones:
 *
 *     h = AES_r(x) ^ x, four words of 32 bits       bin         = h0 * n_bins / 2^32
 *                                                   positions   = h1, h2, h3, scaled, made distinct
 *     P:  | bin 0: n_sparse | n_dense | bin 1: n_sparse | n_dense | ...      k = h as an element of
 * F
 *
 *     Decode(P, x) = P[p1] + P[p2] + P[p3] + k D_1 + k^2 D_2 + ... + k^g D_g       (of its bin)
 *
 * Encoding takes time that depends on the tokens through r, which is random and new for each store.
 * Decoding touches memory at places that depend on h. Neither is constant time in the tokens; see
 * spec/threat-model.md. Functions are pure and use any thread; different bins may be worked on at
 * once.
 */
#ifndef PLM_OKVS_OKVS_H
#define PLM_OKVS_OKVS_H

#include "crypto/kernel.h"

#include <palermo/status.h>
#include <palermo/token.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    PLM_OKVS_LAMBDA = 40,          /* statistical security: a store fails with 2^-40 */
    PLM_OKVS_BIN_TOKENS = 1 << 18, /* what a bin holds on average where there are many */
    PLM_OKVS_DENSE_MAX = 16,
    PLM_OKVS_ROWS_MIN = 32 /* the fits below were made for no fewer */
};

typedef struct plm_okvs_params {
    size_t n;          /* tokens of the whole store */
    uint32_t n_bins;   /* beta */
    uint32_t bin_rows; /* tokens of a bin, at most */
    uint32_t n_sparse; /* columns of a bin: e * bin_rows */
    uint32_t n_dense;  /* g-hat */
} plm_okvs_params;

/* lambda(e): failures of a store of n rows and n_sparse columns are 2^-this (CCS 2022,
 * section 4.1). */
double plm_okvs_security(double n_rows, double n_sparse);
/* Columns for n_rows so that plm_okvs_security is at least lambda. */
uint32_t plm_okvs_sparse_columns(uint32_t n_rows, double lambda);
/* Dense columns for n_rows in n_sparse columns: floor(lambda / ((w - 2) log2(n_sparse))), at
 * least 1. */
uint32_t plm_okvs_dense_columns(uint32_t n_sparse, double lambda);
/*
 * The largest load of n_bins bins by n tokens, but for a probability of 2^-lambda for any one of
 * them (Chernoff's bound for the binomial distribution, union over the bins).
 */
uint32_t plm_okvs_bin_load(size_t n, uint32_t n_bins, double lambda);
/* All of it for n tokens, as both parties compute it. PLM_E_ARGUMENT: more than 2^31 - 1. */
plm_status plm_okvs_params_init(plm_okvs_params *out, size_t n) PLM_MUST_CHECK;

static inline uint32_t plm_okvs_bin_columns(const plm_okvs_params *p)
{
    return p->n_sparse + p->n_dense;
}

static inline size_t plm_okvs_columns(const plm_okvs_params *p)
{
    return (size_t)p->n_bins * plm_okvs_bin_columns(p);
}

/* The bin of a row hash h. */
static inline uint32_t plm_okvs_bin(plm_block h, uint32_t n_bins)
{
    return (uint32_t)(((h[0] & 0xFFFFFFFFU) * n_bins) >> 32);
}

/* The three distinct positions of a row hash, each below n_sparse (at least 3). */
typedef struct plm_okvs_row {
    uint32_t at[3];
} plm_okvs_row;

static inline plm_okvs_row plm_okvs_row_of(plm_block h, uint32_t n_sparse)
{
    uint32_t a = (uint32_t)(((h[0] >> 32) * n_sparse) >> 32);
    uint32_t b = (uint32_t)(((h[1] & 0xFFFFFFFFU) * (n_sparse - 1)) >> 32);
    uint32_t c = (uint32_t)(((h[1] >> 32) * (n_sparse - 2)) >> 32);
    b += b >= a;
    uint32_t low = a < b ? a : b;
    uint32_t high = a < b ? b : a;
    c += c >= low;
    c += c >= high;
    plm_okvs_row row = {{a, b, c}};
    return row;
}

/* Where tokens come from: n of the caller's, borrowed, and behind them as many random ones as
 * asked. */
typedef struct plm_okvs_source {
    const plm_token *tokens; /* SECRET */
    size_t n;
    plm_aes_key dummies; /* SECRET; token number i >= n is E(i) */
} plm_okvs_source;

void plm_okvs_source_init(plm_okvs_source *s, const plm_token *tokens, size_t n);
/* Tokens first to first + n - 1. */
void plm_okvs_source_read(const plm_okvs_source *s, size_t first, size_t n, plm_block *out);

/* Tokens sorted into their bins, and which token of the caller's each is. */
typedef struct plm_okvs_partition {
    plm_block *tokens; /* SECRET; those of bin b from starts[b] to starts[b + 1] */
    uint32_t *index;   /* the token's number in the caller's array; >= n: a dummy; or NULL */
    size_t *starts;    /* n_bins + 1 */
    size_t n;
    size_t bytes; /* of all this, one piece of memory */
} plm_okvs_partition;

/*
 * Sorts the first n_padded tokens of a source into the bins of params (whose n is n_padded or
 * more) by row hashes under `rows`; in one bin they stand as they come. how: PLM_OKVS_INDEX or 0,
 * with PLM_OKVS_LIMIT or without. PLM_E_NOMEM; PLM_E_LIMIT: a bin would hold more than bin_rows and
 * may not, which a new key mends (probability 2^-40). *out: wipe with plm_okvs_partition_wipe.
 */
enum {
    PLM_OKVS_INDEX = 1, /* tells which token each is */
    PLM_OKVS_LIMIT = 2
};
plm_status plm_okvs_partition_init(plm_okvs_partition *out, const plm_okvs_params *params,
                                   const plm_aes_key *rows, const plm_okvs_source *source,
                                   size_t n_padded, unsigned how) PLM_MUST_CHECK;
void plm_okvs_partition_wipe(plm_okvs_partition *p);

/* What one thread needs to encode a bin; sized by the params. */
typedef struct plm_okvs_workspace plm_okvs_workspace;
plm_status plm_okvs_workspace_create(plm_okvs_workspace **out,
                                     const plm_okvs_params *params) PLM_MUST_CHECK;
void plm_okvs_workspace_destroy(plm_okvs_workspace *w);

/*
 * Encodes one bin: P[0 .. bin_columns) such that Decode(P, x_i) = v_i for the bin's n tokens, with
 * distinct x_i of row hashes hashes[i]; values: v_i, SECRET, overwritten. Free columns are what
 * columns held before: random, made by the caller. PLM_E_LIMIT: no solution (2^-40); PLM_E_NOMEM.
 * columns is undefined then.
 */
plm_status plm_okvs_encode_bin(plm_okvs_workspace *w, const plm_okvs_params *params,
                               const plm_block *hashes, plm_block *values, size_t n,
                               plm_block *columns) PLM_MUST_CHECK;

/* out[i] = Decode(columns, x_i) for n row hashes of one bin; out may not be hashes. */
void plm_okvs_decode_bin(const plm_okvs_params *params, const plm_block *columns,
                         const plm_block *hashes, size_t n, plm_block *out);

/* out[i] ^= k_i D_1 + ... + k_i^g D_g: the dense part of n rows. */
void plm_okvs_add_dense(const plm_okvs_params *params, const plm_block *columns,
                        const plm_block *hashes, size_t n, plm_block *out);

/* The rows that could not be peeled off, and their values; for solve.c. */
typedef struct plm_okvs_core {
    const uint32_t *rows; /* their numbers */
    size_t n;
    const plm_block *hashes;
    const plm_block *values;
} plm_okvs_core;

/* Solves them: sets the dense columns and the sparse ones they meet. As plm_okvs_encode_bin. */
plm_status plm_okvs_solve_core(const plm_okvs_params *params, const plm_okvs_core *core,
                               plm_block *columns) PLM_MUST_CHECK;

#endif
