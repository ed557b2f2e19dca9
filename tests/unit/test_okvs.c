/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stores against what they were made from: pairs decode to their values, and nothing else does.
 * (Which stores can't be made: test_okvs_core.c.)
 */
#include "okvs/okvs.h"
#include "tap.h"

#include <stdlib.h>

enum {
    OUTSIDE = 1000 /* tokens asked for that are in no store */
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

static plm_block *blocks(size_t n)
{
    plm_block *out = (plm_block *)calloc(n + 1, sizeof *out);
    if (out == NULL) {
        abort();
    }
    return out;
}

/* A store of n tokens and what it was made from. */
typedef struct example {
    plm_okvs_params params;
    plm_aes_key rows;
    plm_block *tokens; /* of the caller, in no order */
    plm_block *values; /* by the same number */
    plm_okvs_partition parts;
    plm_block *hashes; /* in the order of parts */
    plm_block *columns;
} example;

static plm_status part(plm_okvs_partition *out, const plm_okvs_params *params,
                       const plm_aes_key *rows, const plm_block *tokens, size_t n, size_t n_padded,
                       unsigned how)
{
    plm_okvs_source from;
    plm_okvs_source_init(&from, (const plm_token *)tokens, n);
    return plm_okvs_partition_init(out, params, rows, &from, n_padded, how);
}

static void example_init(example *x, const plm_okvs_params *params)
{
    plm_block key;
    size_t n = params->n;
    *x = (example){.params = *params, .tokens = blocks(n), .values = blocks(n)};
    draw(&key, 1);
    plm_kernels_best()->key(&x->rows, key);
    draw(x->tokens, n);
    draw(x->values, n);
    x->hashes = blocks(n);
    x->columns = blocks(plm_okvs_columns(params));
    CHECK_STATUS(
        part(&x->parts, params, &x->rows, x->tokens, n, n, PLM_OKVS_INDEX | PLM_OKVS_LIMIT),
        PLM_OK);
    plm_kernels_best()->hash(&x->rows, x->hashes, x->parts.tokens, n);
}

static void example_wipe(example *x)
{
    plm_okvs_partition_wipe(&x->parts);
    free(x->tokens);
    free(x->values);
    free(x->hashes);
    free(x->columns);
}

/* Into columns, which hold what the free ones become. */
static plm_status encode(const example *x, plm_block *columns)
{
    plm_okvs_workspace *w = NULL;
    plm_block *values = blocks(x->params.n);
    plm_status status = plm_okvs_workspace_create(&w, &x->params);
    for (size_t i = 0; i < x->params.n; i++) {
        values[i] = x->values[x->parts.index[i]];
    }
    for (uint32_t b = 0; b < x->params.n_bins && status == PLM_OK; b++) {
        size_t first = x->parts.starts[b];
        status = plm_okvs_encode_bin(w, &x->params, x->hashes + first, values + first,
                                     x->parts.starts[b + 1] - first,
                                     columns + (size_t)b * plm_okvs_bin_columns(&x->params));
    }
    plm_okvs_workspace_destroy(w);
    free(values);
    return status;
}

/* One row against its bin, as the header's formula says it: no batches, no Horner's rule. */
static plm_block decode_one(const plm_okvs_params *p, const plm_block *columns, plm_block h)
{
    const plm_block *bin =
        columns + (size_t)plm_okvs_bin(h, p->n_bins) * (p->n_sparse + p->n_dense);
    plm_okvs_row row = plm_okvs_row_of(h, p->n_sparse);
    plm_block out = bin[row.at[0]] ^ bin[row.at[1]] ^ bin[row.at[2]];
    for (uint32_t g = 1; g <= p->n_dense; g++) {
        out ^= plm_gf_mul(plm_gf_pow(h, g), bin[p->n_sparse + g - 1]);
    }
    return out;
}

/* How many of the example's tokens don't decode to their values. */
static size_t wrong_values(const example *x, const plm_block *columns)
{
    size_t n_wrong = 0;
    plm_block *got = blocks(x->params.n);
    for (uint32_t b = 0; b < x->params.n_bins; b++) {
        size_t first = x->parts.starts[b];
        plm_okvs_decode_bin(&x->params, columns + (size_t)b * plm_okvs_bin_columns(&x->params),
                            x->hashes + first, x->parts.starts[b + 1] - first, got + first);
    }
    for (size_t i = 0; i < x->params.n; i++) {
        plm_block value = x->values[x->parts.index[i]];
        n_wrong +=
            !plm_block_equal(got[i], value) ||
            (i < 5000 && !plm_block_equal(decode_one(&x->params, columns, x->hashes[i]), value));
    }
    free(got);
    return n_wrong;
}

/* Tokens of no store that decode to `value`. */
static size_t outsiders(const example *x, const plm_block *columns, plm_block value)
{
    plm_block h[OUTSIDE];
    size_t n = 0;
    draw(h, OUTSIDE);
    for (size_t i = 0; i < OUTSIDE; i++) {
        n += plm_block_equal(decode_one(&x->params, columns, h[i]), value);
    }
    return n;
}

static void check_partition(const example *x)
{
    size_t n_wrong = 0;
    size_t n_seen = 0;
    uint8_t *seen = (uint8_t *)calloc(x->params.n + 1, 1);
    for (uint32_t b = 0; seen != NULL && b < x->params.n_bins; b++) {
        for (size_t i = x->parts.starts[b]; i < x->parts.starts[b + 1]; i++) {
            uint32_t number = x->parts.index[i];
            n_wrong += plm_okvs_bin(x->hashes[i], x->params.n_bins) != b;
            n_wrong += !plm_block_equal(x->parts.tokens[i], x->tokens[number]);
            n_seen += !seen[number];
            seen[number] = 1;
        }
    }
    CHECK_EQ_INT(n_wrong, 0);
    CHECK_EQ_INT(n_seen, x->params.n);
    free(seen);
}

/*
 * All that holds of any store: it decodes, to the same with the same fresh columns; each token
 * fixes one column and no more; with other fresh columns it is another store of the same pairs.
 */
static void check_store(const plm_okvs_params *params)
{
    example x;
    size_t n_columns = plm_okvs_columns(params);
    plm_block *fresh = blocks(n_columns);
    plm_block *other = blocks(n_columns);
    example_init(&x, params);
    check_partition(&x);
    draw(fresh, n_columns);
    memcpy(x.columns, fresh, n_columns * sizeof *fresh);
    draw(other, n_columns);
    CHECK_STATUS(encode(&x, x.columns), PLM_OK);
    CHECK_STATUS(encode(&x, other), PLM_OK);
    CHECK_EQ_INT(wrong_values(&x, x.columns), 0);
    CHECK_EQ_INT(wrong_values(&x, other), 0);
    size_t n_kept = 0;
    size_t n_differ = 0;
    for (size_t i = 0; i < n_columns; i++) {
        n_kept += plm_block_equal(x.columns[i], fresh[i]);
        n_differ += !plm_block_equal(x.columns[i], other[i]);
    }
    CHECK_EQ_INT(n_kept, n_columns - params->n);
    CHECK(3 * n_differ >= n_columns);
    CHECK_STATUS(encode(&x, fresh), PLM_OK);
    CHECK_EQ_MEM(fresh, x.columns, n_columns * sizeof *fresh);
    free(fresh);
    free(other);
    example_wipe(&x);
}

static void test_stores(void)
{
    static const size_t sizes[] = {0, 1, 2, 3, 31, 32, 33, 100, 1000, 5000, 70000, 300000, 600000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        plm_okvs_params params;
        CHECK_STATUS(plm_okvs_params_init(&params, sizes[i]), PLM_OK);
        check_store(&params);
    }
}

/* More bins than a store of this size has of itself. */
static void test_bins(void)
{
    static const size_t sizes[] = {100, 5000, 300000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        plm_okvs_params params = {.n = sizes[i], .n_bins = 7};
        params.bin_rows = plm_okvs_bin_load(params.n, params.n_bins, PLM_OKVS_LAMBDA);
        params.n_sparse = plm_okvs_sparse_columns(params.bin_rows, PLM_OKVS_LAMBDA);
        params.n_dense = plm_okvs_dense_columns(params.n_sparse, PLM_OKVS_LAMBDA);
        check_store(&params);
    }
}

/* One value for all tokens: a lazy store would be constant, and give it to everybody. */
static void test_outsiders(void)
{
    static const size_t sizes[] = {0, 1, 32, 1000, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        example x;
        plm_okvs_params params;
        plm_block value = plm_block_of(i, 0); /* zero among them */
        CHECK_STATUS(plm_okvs_params_init(&params, sizes[i]), PLM_OK);
        example_init(&x, &params);
        for (size_t k = 0; k < params.n; k++) {
            x.values[k] = value;
        }
        draw(x.columns, plm_okvs_columns(&params));
        CHECK_STATUS(encode(&x, x.columns), PLM_OK);
        CHECK_EQ_INT(wrong_values(&x, x.columns), 0);
        CHECK_EQ_INT(outsiders(&x, x.columns, value), 0);
        example_wipe(&x);
    }
}

static void test_duplicates(void)
{
    static const size_t sizes[] = {2, 32, 1000, 70000};
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        example x;
        plm_okvs_params params;
        CHECK_STATUS(plm_okvs_params_init(&params, sizes[i / 2]), PLM_OK);
        example_init(&x, &params);
        size_t last = params.n - 1;
        size_t twin = draw_below((uint32_t)last);
        draw(x.columns, plm_okvs_columns(&params));
        CHECK_STATUS(encode(&x, x.columns), PLM_OK);
        x.hashes[last] = x.hashes[twin];
        if (i % 2) {
            x.values[x.parts.index[last]] = x.values[x.parts.index[twin]];
        }
        CHECK_STATUS(encode(&x, x.columns), PLM_E_LIMIT);
        example_wipe(&x);
    }
}

static void test_limits(void)
{
    example x;
    plm_okvs_params params;
    plm_okvs_partition parts;
    CHECK_STATUS(plm_okvs_params_init(&params, 101), PLM_OK);
    example_init(&x, &params);
    x.params.bin_rows = 100;
    CHECK_STATUS(encode(&x, x.columns), PLM_E_LIMIT);
    x.params.bin_rows = 101;
    CHECK_STATUS(encode(&x, x.columns), PLM_OK);
    params.bin_rows = 100;
    CHECK_STATUS(
        part(&parts, &params, &x.rows, x.tokens, 101, 101, PLM_OKVS_INDEX | PLM_OKVS_LIMIT),
        PLM_E_LIMIT);
    CHECK(parts.tokens == NULL && parts.index == NULL && parts.starts == NULL);
    CHECK_STATUS(part(&parts, &params, &x.rows, x.tokens, 101, 101, PLM_OKVS_INDEX), PLM_OK);
    plm_okvs_partition_wipe(&parts);
    /* Dummies count too, and have numbers of their own. */
    CHECK_STATUS(part(&parts, &params, &x.rows, x.tokens, 90, 101, PLM_OKVS_INDEX | PLM_OKVS_LIMIT),
                 PLM_E_LIMIT);
    CHECK_STATUS(part(&parts, &params, &x.rows, x.tokens, 90, 100, PLM_OKVS_INDEX | PLM_OKVS_LIMIT),
                 PLM_OK);
    unsigned n_dummies = 0;
    for (size_t i = 0; i < 100; i++) {
        n_dummies += parts.index[i] >= 90;
    }
    CHECK_EQ_INT(parts.starts[1], 100);
    CHECK_EQ_INT(n_dummies, 10);
    plm_okvs_partition_wipe(&parts);
    example_wipe(&x);
}

int main(void)
{
    plm_kernels_best()->key(&source, plm_block_of(2022, 3));
    TAP_RUN(test_outsiders);
    TAP_RUN(test_duplicates);
    TAP_RUN(test_limits);
    TAP_RUN(test_bins);
    TAP_RUN(test_stores);
    return tap_done();
}
