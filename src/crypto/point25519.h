/* SPDX-License-Identifier: Apache-2.0 */
/*
 * point25519.h - points of edwards25519 that are public, and ristretto255's encodings of them
 * (RFC 9496): what crypto/sum.h is made of.
 *
 * Extended coordinates (Hisil, Wong, Carter, Dawson, Twisted Edwards curves revisited, Asiacrypt
 * 2008, sections 3.1 and 3.3): x = X/Z, y = Y/Z, T = XY/Z. A result is kept as the four factors E,
 * F, G and H of its coordinates until it is known what comes next: a doubling needs no T.
 *
 * NOT constant time. Bounds of the limbs (field25519.h): all coordinates are products, so that
 * what is written here as a sum of at most three of them, one subtracted, may go into a product.
 */
#ifndef PLM_CRYPTO_POINT25519_H
#define PLM_CRYPTO_POINT25519_H

#include "crypto/field25519.h"
#include "crypto/ristretto.h"

typedef struct plm_point {
    plm_fe x, y, z, t;
} plm_point;

/* x = E F, y = G H, z = F G, t = E H. */
typedef struct plm_point_factors {
    plm_fe e, f, g, h;
} plm_point_factors;

/* A point as it is added: y + x, y - x, 2 d t, and z; for z = 1 it is left out of the product. */
typedef struct plm_addend {
    plm_fe sum, difference, product, z;
} plm_addend;

/* RFC 9496 section 4.1: twice D. */
static const plm_fe plm_point_d2 = {
    {0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff}};

static inline plm_point plm_point_identity(void)
{
    const plm_point p = {plm_fe_small(0), plm_fe_small(1), plm_fe_small(1), plm_fe_small(0)};
    return p;
}

static inline plm_point plm_point_of(const plm_point_factors *c)
{
    const plm_point p = {plm_fe_mul(&c->e, &c->f), plm_fe_mul(&c->g, &c->h),
                         plm_fe_mul(&c->f, &c->g), plm_fe_mul(&c->e, &c->h)};
    return p;
}

/* Without t, which is 0 and must not be used: for a doubling. */
static inline plm_point plm_point_to_double(const plm_point_factors *c)
{
    const plm_point p = {plm_fe_mul(&c->e, &c->f), plm_fe_mul(&c->g, &c->h),
                         plm_fe_mul(&c->f, &c->g), plm_fe_small(0)};
    return p;
}

static inline plm_addend plm_addend_of(const plm_point *p)
{
    const plm_addend q = {plm_fe_add(&p->y, &p->x), plm_fe_sub(&p->y, &p->x),
                          plm_fe_mul(&p->t, &plm_point_d2), p->z};
    return q;
}

/* 2 p; all four signs are turned, which leaves the products as they are. */
static inline plm_point_factors plm_point_double(const plm_point *p)
{
    const plm_fe a = plm_fe_square(&p->x);
    const plm_fe b = plm_fe_square(&p->y);
    const plm_fe z = plm_fe_square(&p->z);
    const plm_fe z2 = plm_fe_add(&z, &z);
    const plm_fe xy = plm_fe_add(&p->x, &p->y);
    const plm_fe s = plm_fe_square(&xy);
    plm_point_factors c;
    c.h = plm_fe_add(&a, &b);
    c.e = plm_fe_sub(&c.h, &s);
    c.g = plm_fe_sub(&a, &b);
    c.f = plm_fe_add(&z2, &c.g);
    return c;
}

/*
 * p + q, or p - q: of -q = (-x, y) sum and difference change places, and the product its sign.
 * has_z: q->z is not 1.
 */
static inline plm_point_factors plm_point_add(const plm_point *p, const plm_addend *q,
                                              bool is_minus, bool has_z)
{
    const plm_fe minus = plm_fe_sub(&p->y, &p->x);
    const plm_fe plus = plm_fe_add(&p->y, &p->x);
    const plm_fe a = plm_fe_mul(&minus, is_minus ? &q->sum : &q->difference);
    const plm_fe b = plm_fe_mul(&plus, is_minus ? &q->difference : &q->sum);
    const plm_fe t = plm_fe_mul(&p->t, &q->product);
    const plm_fe z = has_z ? plm_fe_mul(&p->z, &q->z) : p->z;
    const plm_fe z2 = plm_fe_add(&z, &z);
    plm_point_factors c;
    c.e = plm_fe_sub(&b, &a);
    c.f = is_minus ? plm_fe_add(&z2, &t) : plm_fe_sub(&z2, &t);
    c.g = is_minus ? plm_fe_sub(&z2, &t) : plm_fe_add(&z2, &t);
    c.h = plm_fe_add(&b, &a);
    return c;
}

/* RFC 9496 section 4.3.1. False: no canonical encoding, or the identity's. z is 1. */
bool plm_point_decode(plm_point *out, const uint8_t in[static PLM_ELEMENT_BYTES]);
/* Section 4.3.2. */
void plm_point_encode(uint8_t out[static PLM_ELEMENT_BYTES], const plm_point *p);

#endif
