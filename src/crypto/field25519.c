/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/field25519.h"

#include <string.h>

/* SQRT_M1 of RFC 9496 section 4.1: 2^((p-1)/4). */
static const plm_fe sqrt_m1 = {
    {0x61b274a0ea0b0, 0xd5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d}};

static uint64_t load_u64(const uint8_t *in)
{
    uint64_t v = 0;
    for (int i = 7; i >= 0; i--) {
        v = v << 8 | in[i];
    }
    return v;
}

plm_fe plm_fe_load(const uint8_t in[32])
{
    plm_fe out;
    out.v[0] = load_u64(in) & plm_fe_mask;
    out.v[1] = (load_u64(in + 6) >> 3) & plm_fe_mask;
    out.v[2] = (load_u64(in + 12) >> 6) & plm_fe_mask;
    out.v[3] = (load_u64(in + 19) >> 1) & plm_fe_mask;
    out.v[4] = (load_u64(in + 24) >> 12) & plm_fe_mask;
    return out;
}

/* All limbs below 2^51, the value below 2^255. */
static plm_fe tight(const plm_fe *a)
{
    plm_fe t = *a;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 4; i++) {
            t.v[i + 1] += t.v[i] >> 51;
            t.v[i] &= plm_fe_mask;
        }
        t.v[0] += 19 * (t.v[4] >> 51);
        t.v[4] &= plm_fe_mask;
    }
    return t;
}

void plm_fe_store(uint8_t out[32], const plm_fe *a)
{
    plm_fe t = tight(a);
    /* q = 1 if t >= p: then t + 19 reaches 2^255. */
    uint64_t q = (t.v[0] + 19) >> 51;
    for (int i = 1; i < 5; i++) {
        q = (t.v[i] + q) >> 51;
    }
    t.v[0] += 19 * q;
    for (int i = 0; i < 4; i++) {
        t.v[i + 1] += t.v[i] >> 51;
        t.v[i] &= plm_fe_mask;
    }
    t.v[4] &= plm_fe_mask;
    const uint64_t w[4] = {t.v[0] | t.v[1] << 51, t.v[1] >> 13 | t.v[2] << 38,
                           t.v[2] >> 26 | t.v[3] << 25, t.v[3] >> 39 | t.v[4] << 12};
    for (int i = 0; i < 32; i++) {
        out[i] = (uint8_t)(w[i / 8] >> (8 * (i % 8)));
    }
}

bool plm_fe_equal(const plm_fe *a, const plm_fe *b)
{
    uint8_t x[32];
    uint8_t y[32];
    plm_fe_store(x, a);
    plm_fe_store(y, b);
    return memcmp(x, y, sizeof x) == 0;
}

bool plm_fe_is_negative(const plm_fe *a)
{
    uint8_t x[32];
    plm_fe_store(x, a);
    return (x[0] & 1) != 0;
}

plm_fe plm_fe_negate(const plm_fe *a)
{
    const plm_fe zero = plm_fe_small(0);
    const plm_fe t = plm_fe_sub(&zero, a);
    return tight(&t);
}

plm_fe plm_fe_absolute(const plm_fe *a)
{
    return plm_fe_is_negative(a) ? plm_fe_negate(a) : *a;
}

static plm_fe square_times(plm_fe a, int n)
{
    for (int i = 0; i < n; i++) {
        a = plm_fe_square(&a);
    }
    return a;
}

/* a^((p-5)/8) = a^(2^252 - 3), by exponents 2^k - 1. */
static plm_fe power(const plm_fe *a)
{
    plm_fe t = plm_fe_square(a);
    const plm_fe e2 = plm_fe_mul(&t, a); /* 2^2 - 1 */
    t = square_times(e2, 1);
    const plm_fe e3 = plm_fe_mul(&t, a);
    t = square_times(e3, 2);
    const plm_fe e5 = plm_fe_mul(&t, &e2);
    t = square_times(e5, 5);
    const plm_fe e10 = plm_fe_mul(&t, &e5);
    t = square_times(e10, 10);
    const plm_fe e20 = plm_fe_mul(&t, &e10);
    t = square_times(e20, 20);
    t = plm_fe_mul(&t, &e20);
    t = square_times(t, 10);
    const plm_fe e50 = plm_fe_mul(&t, &e10);
    t = square_times(e50, 50);
    const plm_fe e100 = plm_fe_mul(&t, &e50);
    t = square_times(e100, 100);
    t = plm_fe_mul(&t, &e100);
    t = square_times(t, 50);
    const plm_fe e250 = plm_fe_mul(&t, &e50);
    t = square_times(e250, 2);
    return plm_fe_mul(&t, a);
}

bool plm_fe_sqrt_ratio(plm_fe *out, const plm_fe *u, const plm_fe *v)
{
    plm_fe t = plm_fe_square(v);
    const plm_fe v3 = plm_fe_mul(&t, v);
    t = plm_fe_square(&v3);
    const plm_fe v7 = plm_fe_mul(&t, v);
    const plm_fe uv7 = plm_fe_mul(u, &v7);
    t = power(&uv7);
    const plm_fe uv3 = plm_fe_mul(u, &v3);
    plm_fe r = plm_fe_mul(&uv3, &t);
    t = plm_fe_square(&r);
    const plm_fe check = plm_fe_mul(v, &t);
    const plm_fe minus_u = plm_fe_negate(u);
    const plm_fe minus_ui = plm_fe_mul(&minus_u, &sqrt_m1);
    const bool is_right = plm_fe_equal(&check, u);
    const bool is_flipped = plm_fe_equal(&check, &minus_u);
    if (is_flipped || plm_fe_equal(&check, &minus_ui)) {
        r = plm_fe_mul(&r, &sqrt_m1);
    }
    *out = plm_fe_absolute(&r);
    return is_right || is_flipped;
}
