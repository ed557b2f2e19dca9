/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field25519.h - arithmetic modulo p = 2^255 - 19 on public values, in five limbs of 51 bits
 * (Bernstein, Duif, Lange, Schwabe, Yang, High-speed high-security signatures, 2012, section 4).
 *
 * Products take and give limbs below 2^54 and 2^52; sums and differences of two such results may go
 * into a product, no further ones.
 */
#ifndef PLM_CRYPTO_FIELD25519_H
#define PLM_CRYPTO_FIELD25519_H

#include <stdbool.h>
#include <stdint.h>

typedef struct plm_fe {
    uint64_t v[5];
} plm_fe;

__extension__ typedef unsigned __int128 plm_u128;

static const uint64_t plm_fe_mask = (UINT64_C(1) << 51) - 1;

static inline plm_fe plm_fe_small(uint64_t v)
{
    const plm_fe out = {{v, 0, 0, 0, 0}};
    return out;
}

static inline plm_fe plm_fe_add(const plm_fe *a, const plm_fe *b)
{
    plm_fe out;
    for (int i = 0; i < 5; i++) {
        out.v[i] = a->v[i] + b->v[i];
    }
    return out;
}

/* a + 4p - b */
static inline plm_fe plm_fe_sub(const plm_fe *a, const plm_fe *b)
{
    plm_fe out;
    out.v[0] = a->v[0] + UINT64_C(0x1fffffffffffb4) - b->v[0];
    for (int i = 1; i < 5; i++) {
        out.v[i] = a->v[i] + UINT64_C(0x1ffffffffffffc) - b->v[i];
    }
    return out;
}

static inline plm_fe plm_fe_carry(plm_u128 t[5])
{
    plm_fe out;
    for (int i = 0; i < 4; i++) {
        t[i + 1] += (uint64_t)(t[i] >> 51);
        out.v[i] = (uint64_t)t[i] & plm_fe_mask;
    }
    out.v[4] = (uint64_t)t[4] & plm_fe_mask;
    out.v[0] += 19 * (uint64_t)(t[4] >> 51);
    out.v[1] += out.v[0] >> 51;
    out.v[0] &= plm_fe_mask;
    return out;
}

static inline plm_fe plm_fe_mul(const plm_fe *x, const plm_fe *y)
{
    const uint64_t *a = x->v;
    const uint64_t *b = y->v;
    const uint64_t b1 = 19 * b[1];
    const uint64_t b2 = 19 * b[2];
    const uint64_t b3 = 19 * b[3];
    const uint64_t b4 = 19 * b[4];
    plm_u128 t[5] = {
        (plm_u128)a[0] * b[0] + (plm_u128)a[1] * b4 + (plm_u128)a[2] * b3 + (plm_u128)a[3] * b2 +
            (plm_u128)a[4] * b1,
        (plm_u128)a[0] * b[1] + (plm_u128)a[1] * b[0] + (plm_u128)a[2] * b4 + (plm_u128)a[3] * b3 +
            (plm_u128)a[4] * b2,
        (plm_u128)a[0] * b[2] + (plm_u128)a[1] * b[1] + (plm_u128)a[2] * b[0] +
            (plm_u128)a[3] * b4 + (plm_u128)a[4] * b3,
        (plm_u128)a[0] * b[3] + (plm_u128)a[1] * b[2] + (plm_u128)a[2] * b[1] +
            (plm_u128)a[3] * b[0] + (plm_u128)a[4] * b4,
        (plm_u128)a[0] * b[4] + (plm_u128)a[1] * b[3] + (plm_u128)a[2] * b[2] +
            (plm_u128)a[3] * b[1] + (plm_u128)a[4] * b[0],
    };
    return plm_fe_carry(t);
}

static inline plm_fe plm_fe_square(const plm_fe *x)
{
    const uint64_t *a = x->v;
    const uint64_t d0 = 2 * a[0];
    const uint64_t d1 = 2 * a[1];
    const uint64_t d2 = 2 * a[2];
    const uint64_t n3 = 19 * a[3];
    const uint64_t n4 = 19 * a[4];
    plm_u128 t[5] = {
        (plm_u128)a[0] * a[0] + (plm_u128)d1 * n4 + (plm_u128)d2 * n3,
        (plm_u128)d0 * a[1] + (plm_u128)d2 * n4 + (plm_u128)a[3] * n3,
        (plm_u128)d0 * a[2] + (plm_u128)a[1] * a[1] + (plm_u128)(2 * a[3]) * n4,
        (plm_u128)d0 * a[3] + (plm_u128)d1 * a[2] + (plm_u128)a[4] * n4,
        (plm_u128)d0 * a[4] + (plm_u128)d1 * a[3] + (plm_u128)a[2] * a[2],
    };
    return plm_fe_carry(t);
}

/* Little-endian, the top bit left out. */
plm_fe plm_fe_load(const uint8_t in[32]);
/* The one encoding below p. */
void plm_fe_store(uint8_t out[32], const plm_fe *a);
bool plm_fe_equal(const plm_fe *a, const plm_fe *b);
/* The lowest bit of the encoding (RFC 9496 section 3.1). */
bool plm_fe_is_negative(const plm_fe *a);
plm_fe plm_fe_negate(const plm_fe *a);
plm_fe plm_fe_absolute(const plm_fe *a);

/*
 * SQRT_RATIO_M1 of RFC 9496 section 4.2: the non-negative root of u/v, or of i*u/v if that is the
 * square; which of them is returned.
 */
bool plm_fe_sqrt_ratio(plm_fe *out, const plm_fe *u, const plm_fe *v);

#endif
