/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_kernel.c - every kernel of the tier that PALERMO_CPU names, keys and blocks secret; and what
 * is made of them in the field.
 */
#include "ct.h"

#include "crypto/transpose.h"

enum {
    N = 45 /* several widths of every tier's loops, and a rest in each */
};

static plm_block in[N];
static plm_block more[N];
static plm_block out[2 * N];

static const plm_kernels *kernels(void)
{
    return plm_kernels_best();
}

static void expand(plm_aes_key *key)
{
    plm_block secret;
    ct_fill_secret(&secret, sizeof secret);
    kernels()->key(key, secret);
}

static void fill(void)
{
    ct_fill_secret(in, sizeof in);
    ct_fill_secret(more, sizeof more);
}

static void key_schedule(void)
{
    plm_aes_key key;
    expand(&key);
    ct_expect_blocks(key.round, 11);
}

static void encrypt(void)
{
    plm_aes_key key;
    expand(&key);
    fill();
    kernels()->encrypt(&key, out, in, N);
    ct_expect_blocks(out, N);
}

static void hash(void)
{
    plm_aes_key key;
    expand(&key);
    fill();
    kernels()->hash(&key, out, in, N);
    ct_expect_blocks(out, N);
}

static void counter(void)
{
    plm_aes_key key;
    expand(&key);
    kernels()->counter(&key, out, 0xFFFFFFF0U, N);
    ct_expect_blocks(out, N);
}

static void ggm(void)
{
    plm_aes_key keys[2];
    plm_block sums[2];
    expand(&keys[0]);
    expand(&keys[1]);
    fill();
    ct_fill_secret(sums, sizeof sums);
    kernels()->ggm(keys, out, in, N, sums);
    ct_expect_blocks(out, (size_t)2 * N);
    ct_expect_blocks(sums, 2);
}

static void davies_meyer(void)
{
    fill();
    kernels()->davies_meyer(out, in, more, N);
    ct_expect_blocks(out, N);
}

static void mul(void)
{
    fill();
    kernels()->mul(out, in, more, N);
    ct_expect_blocks(out, N);
}

static void mul_add(void)
{
    fill();
    ct_fill_secret(out, sizeof out);
    kernels()->mul_add(out, in, more[0], N);
    ct_expect_blocks(out, N);
}

static void polynomial(void)
{
    fill();
    for (size_t n = 0; n <= N; n += 5) {
        plm_block sum = kernels()->polynomial(more[0], more[1], in, n);
        ct_expect_blocks(&sum, 1);
    }
}

static void gf_pow(void)
{
    uint64_t exponent;
    fill();
    ct_fill_secret(&exponent, sizeof exponent);
    out[0] = plm_gf_pow(in[0], exponent);
    ct_expect_blocks(out, 1);
}

static void gf_inverse(void)
{
    fill();
    out[0] = plm_gf_inverse(in[0]);
    ct_expect_blocks(out, 1);
}

static void transpose(void)
{
    static plm_block columns[256];
    static plm_block rows[256];
    ct_fill_secret(columns, sizeof columns);
    plm_transpose(rows, columns, 2);
    ct_expect_blocks(rows, 256);
}

const ct_case ct_kernel_cases[] = {{"key", key_schedule},
                                   {"encrypt", encrypt},
                                   {"hash", hash},
                                   {"counter", counter},
                                   {"ggm", ggm},
                                   {"davies_meyer", davies_meyer},
                                   {"mul", mul},
                                   {"mul_add", mul_add},
                                   {"polynomial", polynomial},
                                   {"gf_pow", gf_pow},
                                   {"gf_inverse", gf_inverse},
                                   {"transpose", transpose},
                                   {NULL, NULL}};
