/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sum.c - points of edwards25519 in extended coordinates (Hisil, Wong, Carter, Dawson, Twisted
 * Edwards curves revisited, Asiacrypt 2008, sections 3.1 and 3.3), and buckets of them.
 */
#include "crypto/sum.h"

#include "crypto/field25519.h"

#include <string.h>

enum {
    WEIGHT_BITS = 253,
    DIGIT_BITS_MAX = 7,
    BUCKETS_MAX = 1 << (DIGIT_BITS_MAX - 1)
};

typedef struct point {
    plm_fe x, y, z, t;
} point;

/* A point with z = 1, as it is added. */
typedef struct ready_point {
    plm_fe sum;        /* y + x */
    plm_fe difference; /* y - x */
    plm_fe product;    /* 2 d x y */
} ready_point;

/* RFC 9496 section 4.1: D, twice it, and INVSQRT_A_MINUS_D; SQRT_M1. */
static const plm_fe d = {
    {0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff}};
static const plm_fe d2 = {
    {0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff}};
static const plm_fe invsqrt_a_minus_d = {
    {0xfdaa805d40ea, 0x2eb482e57d339, 0x7610274bc58, 0x6510b613dc8ff, 0x786c8905cfaff}};
static const plm_fe sqrt_m1 = {
    {0x61b274a0ea0b0, 0xd5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d}};

static point identity(void)
{
    const point p = {plm_fe_small(0), plm_fe_small(1), plm_fe_small(1), plm_fe_small(0)};
    return p;
}

/* From E, F, G, H of the formulas. */
static point finish(const plm_fe *e, const plm_fe *f, const plm_fe *g, const plm_fe *h)
{
    const point p = {plm_fe_mul(e, f), plm_fe_mul(g, h), plm_fe_mul(f, g), plm_fe_mul(e, h)};
    return p;
}

/* p + q, or p - q: of -q = (-x, y) sum and difference change places, and the product its sign. */
static point add_ready(const point *p, const ready_point *q, bool is_minus)
{
    const plm_fe minus = plm_fe_sub(&p->y, &p->x);
    const plm_fe plus = plm_fe_add(&p->y, &p->x);
    const plm_fe a = plm_fe_mul(&minus, is_minus ? &q->sum : &q->difference);
    const plm_fe b = plm_fe_mul(&plus, is_minus ? &q->difference : &q->sum);
    const plm_fe c = plm_fe_mul(&p->t, &q->product);
    const plm_fe z2 = plm_fe_add(&p->z, &p->z);
    const plm_fe e = plm_fe_sub(&b, &a);
    const plm_fe f = is_minus ? plm_fe_add(&z2, &c) : plm_fe_sub(&z2, &c);
    const plm_fe g = is_minus ? plm_fe_sub(&z2, &c) : plm_fe_add(&z2, &c);
    const plm_fe h = plm_fe_add(&b, &a);
    return finish(&e, &f, &g, &h);
}

static point add(const point *p, const point *q)
{
    const plm_fe p_minus = plm_fe_sub(&p->y, &p->x);
    const plm_fe p_plus = plm_fe_add(&p->y, &p->x);
    const plm_fe q_minus = plm_fe_sub(&q->y, &q->x);
    const plm_fe q_plus = plm_fe_add(&q->y, &q->x);
    const plm_fe a = plm_fe_mul(&p_minus, &q_minus);
    const plm_fe b = plm_fe_mul(&p_plus, &q_plus);
    const plm_fe t = plm_fe_mul(&p->t, &q->t);
    const plm_fe c = plm_fe_mul(&t, &d2);
    const plm_fe z = plm_fe_mul(&p->z, &q->z);
    const plm_fe z2 = plm_fe_add(&z, &z);
    const plm_fe e = plm_fe_sub(&b, &a);
    const plm_fe f = plm_fe_sub(&z2, &c);
    const plm_fe g = plm_fe_add(&z2, &c);
    const plm_fe h = plm_fe_add(&b, &a);
    return finish(&e, &f, &g, &h);
}

/* 2 p; of E, F, G and H all four signs are turned, which leaves the products as they are. */
static point twice(const point *p)
{
    const plm_fe a = plm_fe_square(&p->x);
    const plm_fe b = plm_fe_square(&p->y);
    const plm_fe z = plm_fe_square(&p->z);
    const plm_fe c = plm_fe_add(&z, &z);
    const plm_fe xy = plm_fe_add(&p->x, &p->y);
    const plm_fe s = plm_fe_square(&xy);
    const plm_fe h = plm_fe_add(&a, &b);
    const plm_fe e = plm_fe_sub(&h, &s);
    const plm_fe g = plm_fe_sub(&a, &b);
    const plm_fe one = plm_fe_small(1);
    const plm_fe g_small = plm_fe_mul(&g, &one); /* before it goes into another sum */
    const plm_fe f = plm_fe_add(&c, &g_small);
    return finish(&e, &f, &g_small, &h);
}

/* Decode of RFC 9496 section 4.3.1. False: no canonical encoding, or the identity's. */
static bool decode(ready_point *out, const uint8_t in[static PLM_ELEMENT_BYTES])
{
    static const uint8_t zeroes[PLM_ELEMENT_BYTES] = {0};
    uint8_t again[PLM_ELEMENT_BYTES];
    const plm_fe one = plm_fe_small(1);
    const plm_fe s = plm_fe_load(in);
    plm_fe_store(again, &s);
    if (memcmp(again, in, sizeof again) != 0 || (in[0] & 1) != 0 ||
        memcmp(in, zeroes, sizeof zeroes) == 0) {
        return false;
    }
    const plm_fe ss = plm_fe_square(&s);
    const plm_fe u1 = plm_fe_sub(&one, &ss);
    const plm_fe u2 = plm_fe_add(&one, &ss);
    const plm_fe u2_sqr = plm_fe_square(&u2);
    plm_fe t = plm_fe_square(&u1);
    t = plm_fe_mul(&t, &d);
    t = plm_fe_add(&t, &u2_sqr);
    const plm_fe v = plm_fe_negate(&t);
    t = plm_fe_mul(&v, &u2_sqr);
    plm_fe root;
    const bool is_square = plm_fe_sqrt_ratio(&root, &one, &t);
    const plm_fe den_x = plm_fe_mul(&root, &u2);
    t = plm_fe_mul(&root, &den_x);
    const plm_fe den_y = plm_fe_mul(&t, &v);
    const plm_fe s2 = plm_fe_add(&s, &s);
    t = plm_fe_mul(&s2, &den_x);
    const plm_fe x = plm_fe_absolute(&t);
    const plm_fe y = plm_fe_mul(&u1, &den_y);
    const plm_fe xy = plm_fe_mul(&x, &y);
    const plm_fe zero = plm_fe_small(0);
    if (!is_square || plm_fe_is_negative(&xy) || plm_fe_equal(&y, &zero)) {
        return false;
    }
    out->sum = plm_fe_add(&y, &x);
    out->difference = plm_fe_sub(&y, &x);
    out->product = plm_fe_mul(&xy, &d2);
    return true;
}

/* Encode of RFC 9496 section 4.3.2. */
static void encode(uint8_t out[static PLM_ELEMENT_BYTES], const point *p)
{
    const plm_fe one = plm_fe_small(1);
    const plm_fe plus = plm_fe_add(&p->z, &p->y);
    const plm_fe minus = plm_fe_sub(&p->z, &p->y);
    const plm_fe u1 = plm_fe_mul(&plus, &minus);
    const plm_fe u2 = plm_fe_mul(&p->x, &p->y);
    plm_fe t = plm_fe_square(&u2);
    t = plm_fe_mul(&t, &u1);
    plm_fe root;
    (void)plm_fe_sqrt_ratio(&root, &one, &t);
    const plm_fe den1 = plm_fe_mul(&root, &u1);
    const plm_fe den2 = plm_fe_mul(&root, &u2);
    t = plm_fe_mul(&den1, &den2);
    const plm_fe z_inv = plm_fe_mul(&t, &p->t);
    t = plm_fe_mul(&p->t, &z_inv);
    const bool rotates = plm_fe_is_negative(&t);
    const plm_fe ix = plm_fe_mul(&p->x, &sqrt_m1);
    const plm_fe iy = plm_fe_mul(&p->y, &sqrt_m1);
    const plm_fe enchanted = plm_fe_mul(&den1, &invsqrt_a_minus_d);
    const plm_fe x = rotates ? iy : p->x;
    plm_fe y = rotates ? ix : p->y;
    const plm_fe den_inv = rotates ? enchanted : den2;
    t = plm_fe_mul(&x, &z_inv);
    if (plm_fe_is_negative(&t)) {
        y = plm_fe_negate(&y);
    }
    t = plm_fe_sub(&p->z, &y);
    t = plm_fe_mul(&den_inv, &t);
    t = plm_fe_absolute(&t);
    plm_fe_store(out, &t);
}

/* Bits `at` to at + n - 1 of a weight. */
static unsigned bits_of(const uint8_t weight[static PLM_SCALAR_BYTES], unsigned at, unsigned n)
{
    unsigned v = 0;
    for (unsigned i = 0; i < n && at + i < 8 * PLM_SCALAR_BYTES; i++) {
        v |= (unsigned)(weight[(at + i) / 8] >> ((at + i) % 8) & 1) << i;
    }
    return v;
}

/* Digits from -2^(c-1) + 1 to 2^(c-1), the lowest first. */
static void cut(int8_t *digits, size_t n_digits, const uint8_t weight[static PLM_SCALAR_BYTES],
                unsigned c)
{
    unsigned carry = 0;
    for (size_t i = 0; i < n_digits; i++) {
        const int digit = (int)(bits_of(weight, (unsigned)i * c, c) + carry);
        carry = digit > 1 << (c - 1);
        digits[i] = (int8_t)(carry ? digit - (1 << c) : digit);
    }
}

/* 1 b_1 + 2 b_2 + ...: each bucket is in the running sum as often as its number says. */
static point sum_buckets(const point *buckets, size_t n)
{
    point running = buckets[n - 1];
    point sum = running;
    for (size_t i = n - 1; i-- > 0;) {
        running = add(&running, &buckets[i]);
        sum = add(&sum, &running);
    }
    return sum;
}

/* Digits of so many bits that the additions into buckets and of buckets are about as many. */
static unsigned digit_bits(size_t n)
{
    return n >= 128 ? 7 : n >= 48 ? 6 : n >= 16 ? 5 : n >= 6 ? 4 : 3;
}

static bool sum_block(point *out, uint8_t (*const weights)[PLM_SCALAR_BYTES],
                      const uint8_t *elements, size_t n)
{
    ready_point points[PLM_SUM_BLOCK];
    int8_t digits[PLM_SUM_BLOCK][WEIGHT_BITS / 3 + 2];
    point buckets[BUCKETS_MAX];
    const unsigned c = digit_bits(n);
    const size_t n_digits = WEIGHT_BITS / c + 1;
    const size_t n_buckets = (size_t)1 << (c - 1);
    for (size_t i = 0; i < n; i++) {
        if (!decode(&points[i], elements + i * PLM_ELEMENT_BYTES)) {
            return false;
        }
        cut(digits[i], n_digits, weights[i], c);
    }
    point sum = identity();
    for (size_t digit = n_digits; digit-- > 0;) {
        for (unsigned i = 0; i < c; i++) {
            sum = twice(&sum);
        }
        for (size_t i = 0; i < n_buckets; i++) {
            buckets[i] = identity();
        }
        for (size_t i = 0; i < n; i++) {
            const int v = digits[i][digit];
            if (v != 0) {
                point *bucket = &buckets[(v < 0 ? -v : v) - 1];
                *bucket = add_ready(bucket, &points[i], v < 0);
            }
        }
        const point part = sum_buckets(buckets, n_buckets);
        sum = add(&sum, &part);
    }
    *out = sum;
    return true;
}

plm_status plm_element_sum(uint8_t out[static PLM_ELEMENT_BYTES],
                           uint8_t (*const weights)[PLM_SCALAR_BYTES], const uint8_t *elements,
                           size_t n)
{
    static const uint8_t zeroes[PLM_ELEMENT_BYTES] = {0};
    uint8_t encoded[PLM_ELEMENT_BYTES];
    point sum = identity();
    if (n == 0) {
        return PLM_E_ARGUMENT;
    }
    for (size_t at = 0; at < n; at += PLM_SUM_BLOCK) {
        const size_t left = n - at;
        point part;
        if (!sum_block(&part, weights + at, elements + at * PLM_ELEMENT_BYTES,
                       left < PLM_SUM_BLOCK ? left : PLM_SUM_BLOCK)) {
            return PLM_E_PROTOCOL;
        }
        sum = add(&sum, &part);
    }
    encode(encoded, &sum);
    if (memcmp(encoded, zeroes, sizeof zeroes) == 0) {
        return PLM_E_PROTOCOL;
    }
    memcpy(out, encoded, sizeof encoded);
    return PLM_OK;
}
