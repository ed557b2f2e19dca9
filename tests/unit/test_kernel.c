/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernels: AES against FIPS 197, the field against shift-and-add, and each tier that this
 * processor has against the portable one, at every length up to where the widest loop has gone
 * round twice.
 */
#include "crypto/kernel.h"
#include "numbers.h"
#include "tap.h"

#include <stdlib.h>

enum {
    N_MAX = 150
};

static uint64_t state = 11;

static uint64_t next_number(void)
{
    return test_number(&state);
}

static plm_block next_block(void)
{
    uint64_t low = next_number();
    return plm_block_of(low, next_number());
}

static void fill(plm_block *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = next_block();
    }
}

static plm_block naive_mul(plm_block a, plm_block b)
{
    plm_block out = plm_block_zero();
    for (unsigned bit = 128; bit-- > 0;) {
        out = plm_block_times_x(out);
        if ((b[bit / 64] >> (bit % 64)) & 1) {
            out ^= a;
        }
    }
    return out;
}

/* FIPS 197 appendix B, and the last round key of appendix A.1. */
static void test_fips(const plm_kernels *k)
{
    static const uint8_t key[16] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                    0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
    static const uint8_t plain[16] = {0x32, 0x43, 0xf6, 0xa8, 0x88, 0x5a, 0x30, 0x8d,
                                      0x31, 0x31, 0x98, 0xa2, 0xe0, 0x37, 0x07, 0x34};
    static const uint8_t cipher[16] = {0x39, 0x25, 0x84, 0x1d, 0x02, 0xdc, 0x09, 0xfb,
                                       0xdc, 0x11, 0x85, 0x97, 0x19, 0x6a, 0x0b, 0x32};
    static const uint8_t last[16] = {0xd0, 0x14, 0xf9, 0xa8, 0xc9, 0xee, 0x25, 0x89,
                                     0xe1, 0x3f, 0x0c, 0xc8, 0xb6, 0x63, 0x0c, 0xa6};
    plm_aes_key expanded;
    plm_block in = plm_block_load(plain);
    plm_block out;
    k->key(&expanded, plm_block_load(key));
    CHECK(memcmp(&expanded.round[10], last, 16) == 0); /* key schedule of FIPS 197 A.1 */
    k->encrypt(&expanded, &out, &in, 1);
    CHECK(memcmp(&out, cipher, 16) == 0); /* cipher of FIPS 197 B */
    plm_block dm;
    plm_block as_key = plm_block_load(key);
    k->davies_meyer(&dm, &as_key, &in, 1);
    CHECK(plm_block_equal(dm, out ^ in)); /* Davies-Meyer is the cipher and its input */
}

static void test_field(const plm_kernels *k)
{
    plm_block x127 = plm_block_of(0, (uint64_t)1 << 63);
    plm_block x = plm_block_of(2, 0);
    plm_block out;
    k->mul(&out, &x127, &x, 1);
    CHECK(plm_block_equal(out, plm_block_of(0x87, 0))); /* x^128 = x^7 + x^2 + x + 1 */
    bool all = true;
    for (int i = 0; i < 200; i++) {
        plm_block a = next_block();
        plm_block b = next_block();
        k->mul(&out, &a, &b, 1);
        all = all && plm_block_equal(out, naive_mul(a, b));
    }
    CHECK(all); /* products as by shifting and adding */
}

static void test_powers(void)
{
    plm_block a = next_block();
    plm_block power = plm_block_of(1, 0);
    for (int i = 0; i < 1000; i++) {
        power = plm_gf_mul(power, a);
    }
    CHECK(plm_block_equal(plm_gf_pow(a, 1000), power)); /* as by repeated products */
    plm_block one = plm_block_of(1, 0);
    CHECK(plm_block_equal(plm_gf_pow(a, 0), one)); /* the power 0 is 1 */
    CHECK(plm_block_equal(plm_gf_mul(a, plm_gf_inverse(a)),
                          plm_block_of(1, 0))); /* a inverse a is 1 */
    CHECK(plm_block_equal(plm_gf_inverse(plm_block_zero()), plm_block_zero())); /* 0 stays 0 */
}

static bool same(const plm_block *a, const plm_block *b, size_t n)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

typedef struct inputs {
    plm_aes_key keys[2];
    plm_block a[N_MAX];
    plm_block b[N_MAX];
    plm_block c;
} inputs;

/* Every kernel at one length: what it gives, and that it writes nothing behind the end. */
static bool agrees(const plm_kernels *k, const inputs *in, size_t n)
{
    const plm_kernels *p = &plm_kernels_portable;
    plm_block x[2 * N_MAX + 2];
    plm_block y[2 * N_MAX + 2];
    plm_block sums[2][2] = {{in->a[0], in->a[1]}, {in->a[0], in->a[1]}};
    bool all = true;
#define BOTH(call_x, call_y)   \
    memset(x, 0x55, sizeof x); \
    memset(y, 0x55, sizeof y); \
    call_x;                    \
    call_y;                    \
    all = all && same(x, y, 2 * N_MAX + 2)
    BOTH(k->encrypt(in->keys, x, in->a, n), p->encrypt(in->keys, y, in->a, n));
    BOTH(k->hash(in->keys, x, in->a, n), p->hash(in->keys, y, in->a, n));
    BOTH(k->counter(in->keys, x, in->c[0], n), p->counter(in->keys, y, in->c[0], n));
    BOTH(k->ggm(in->keys, x, in->a, n, sums[0]), p->ggm(in->keys, y, in->a, n, sums[1]));
    all = all && same(sums[0], sums[1], 2);
    BOTH(k->davies_meyer(x, in->a, in->b, n), p->davies_meyer(y, in->a, in->b, n));
    BOTH(k->mul(x, in->a, in->b, n), p->mul(y, in->a, in->b, n));
    BOTH(k->mul_add(x, in->a, in->c, n), p->mul_add(y, in->a, in->c, n));
#undef BOTH
    plm_block horner = in->c;
    for (size_t i = 0; i < n; i++) {
        horner = naive_mul(horner ^ in->a[i], in->b[0]);
    }
    return all && plm_block_equal(horner, k->polynomial(in->c, in->b[0], in->a, n));
}

static void test_tier(const plm_kernels *k)
{
    static inputs in;
    bool all = true;
    for (size_t n = 0; n <= N_MAX && all; n++) {
        fill(in.a, N_MAX);
        fill(in.b, N_MAX);
        in.c = next_block();
        k->key(&in.keys[0], next_block());
        plm_kernels_portable.key(&in.keys[1], next_block());
        all = agrees(k, &in, n);
    }
    CHECK(all); /* as portable at lengths 0 to %d */
    plm_block in_place[40];
    plm_block apart[40];
    fill(in_place, 40);
    k->hash(in.keys, apart, in_place, 40);
    k->hash(in.keys, in_place, in_place, 40);
    CHECK(same(in_place, apart, 40)); /* in place */
}

static void test_tiers(void)
{
    for (int tier = 0; tier < PLM_CPU_TIERS; tier++) {
        const plm_kernels *k = plm_kernels_of((plm_cpu_tier)tier);
        printf("# %s: %s\n", plm_cpu_name((plm_cpu_tier)tier), k == NULL ? "not here" : "tested");
        if (k != NULL) {
            test_fips(k);
            test_field(k);
            test_tier(k);
        }
    }
    CHECK(plm_kernels_best() == plm_kernels_of(plm_cpu_best()));
}

int main(void)
{
    TAP_RUN(test_tiers);
    TAP_RUN(test_powers);
    return tap_done();
}
