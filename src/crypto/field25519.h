/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field25519.h - arithmetic modulo p = 2^255 - 19 on public values, in five limbs of 51 bits
 * (Bernstein, Duif, Lange, Schwabe, Yang, High-speed high-security signatures, 2012, section 4).
 *
 * Products take limbs below 2^54 and give limbs below 2^51 + 2^13. A difference adds 4p, limbs
 * below 2^53: so of three such results the sum, one of them subtracted, may go into a product.
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

/* Written without loops, of which the compiler would keep the limbs in memory. */
static inline plm_fe plm_fe_add(const plm_fe *a, const plm_fe *b)
{
    const plm_fe out = {{a->v[0] + b->v[0], a->v[1] + b->v[1], a->v[2] + b->v[2], a->v[3] + b->v[3],
                         a->v[4] + b->v[4]}};
    return out;
}

/* a + 4p - b */
static inline plm_fe plm_fe_sub(const plm_fe *a, const plm_fe *b)
{
    static const uint64_t p0 = UINT64_C(0x1fffffffffffb4);
    static const uint64_t p1 = UINT64_C(0x1ffffffffffffc);
    const plm_fe out = {{a->v[0] + p0 - b->v[0], a->v[1] + p1 - b->v[1], a->v[2] + p1 - b->v[2],
                         a->v[3] + p1 - b->v[3], a->v[4] + p1 - b->v[4]}};
    return out;
}

static inline plm_fe plm_fe_carry(plm_u128 t0, plm_u128 t1, plm_u128 t2, plm_u128 t3, plm_u128 t4)
{
    t1 += (uint64_t)(t0 >> 51);
    t2 += (uint64_t)(t1 >> 51);
    t3 += (uint64_t)(t2 >> 51);
    t4 += (uint64_t)(t3 >> 51);
    const uint64_t low = ((uint64_t)t0 & plm_fe_mask) + 19 * (uint64_t)(t4 >> 51);
    const plm_fe out = {{low & plm_fe_mask, ((uint64_t)t1 & plm_fe_mask) + (low >> 51),
                         (uint64_t)t2 & plm_fe_mask, (uint64_t)t3 & plm_fe_mask,
                         (uint64_t)t4 & plm_fe_mask}};
    return out;
}

static inline plm_fe plm_fe_mul(const plm_fe *x, const plm_fe *y)
{
    const uint64_t a0 = x->v[0], a1 = x->v[1], a2 = x->v[2], a3 = x->v[3], a4 = x->v[4];
    const uint64_t b0 = y->v[0], b1 = y->v[1], b2 = y->v[2], b3 = y->v[3], b4 = y->v[4];
    const uint64_t n1 = 19 * b1, n2 = 19 * b2, n3 = 19 * b3, n4 = 19 * b4;
    const plm_u128 t0 = (plm_u128)a0 * b0 + (plm_u128)a1 * n4 + (plm_u128)a2 * n3 +
                        (plm_u128)a3 * n2 + (plm_u128)a4 * n1;
    const plm_u128 t1 = (plm_u128)a0 * b1 + (plm_u128)a1 * b0 + (plm_u128)a2 * n4 +
                        (plm_u128)a3 * n3 + (plm_u128)a4 * n2;
    const plm_u128 t2 = (plm_u128)a0 * b2 + (plm_u128)a1 * b1 + (plm_u128)a2 * b0 +
                        (plm_u128)a3 * n4 + (plm_u128)a4 * n3;
    const plm_u128 t3 = (plm_u128)a0 * b3 + (plm_u128)a1 * b2 + (plm_u128)a2 * b1 +
                        (plm_u128)a3 * b0 + (plm_u128)a4 * n4;
    const plm_u128 t4 = (plm_u128)a0 * b4 + (plm_u128)a1 * b3 + (plm_u128)a2 * b2 +
                        (plm_u128)a3 * b1 + (plm_u128)a4 * b0;
    return plm_fe_carry(t0, t1, t2, t3, t4);
}

static inline plm_fe plm_fe_square(const plm_fe *x)
{
    const uint64_t a0 = x->v[0], a1 = x->v[1], a2 = x->v[2], a3 = x->v[3], a4 = x->v[4];
    const uint64_t d0 = 2 * a0, d1 = 2 * a1, d2 = 2 * a2, n3 = 19 * a3, n4 = 19 * a4;
    const plm_u128 t0 = (plm_u128)a0 * a0 + (plm_u128)d1 * n4 + (plm_u128)d2 * n3;
    const plm_u128 t1 = (plm_u128)d0 * a1 + (plm_u128)d2 * n4 + (plm_u128)a3 * n3;
    const plm_u128 t2 = (plm_u128)d0 * a2 + (plm_u128)a1 * a1 + (plm_u128)(2 * a3) * n4;
    const plm_u128 t3 = (plm_u128)d0 * a3 + (plm_u128)d1 * a2 + (plm_u128)a4 * n4;
    const plm_u128 t4 = (plm_u128)d0 * a4 + (plm_u128)d1 * a3 + (plm_u128)a2 * a2;
    return plm_fe_carry(t0, t1, t2, t3, t4);
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
