/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sum.c - few elements: digits that are sparse, and multiples of each element (Straus, Addition
 * chains of vectors, 1964; the digits: Solinas, Efficient arithmetic on Koblitz curves, 2000,
 * section 4.2). Many: buckets.
 */
#include "crypto/sum.h"

#include "crypto/point25519.h"

#include <string.h>

enum {
    WEIGHT_BITS = 253,
    PADDED_BYTES = PLM_SCALAR_BYTES + 8, /* so that eight bytes can be read anywhere */
    FEW = 64,                            /* of one block */
    MANY = 256,                          /* from which on buckets cost less */
    SPARSE_BITS = 5,
    SPARSE_DIGITS = WEIGHT_BITS + SPARSE_BITS,
    MULTIPLES = 1 << (SPARSE_BITS - 2), /* 1, 3, 5, ..., 15 times the element */
    DIGIT_BITS_MIN = 7,
    DIGITS_MAX = WEIGHT_BITS / DIGIT_BITS_MIN + 1,
    BUCKETS_MAX = 1 << 7
};

typedef struct few {
    plm_addend multiples[FEW][MULTIPLES];
    int16_t digits[FEW][SPARSE_DIGITS];
} few;

static void pad(uint8_t out[PADDED_BYTES], const uint8_t weight[static PLM_SCALAR_BYTES])
{
    memcpy(out, weight, PLM_SCALAR_BYTES);
    memset(out + PLM_SCALAR_BYTES, 0, PADDED_BYTES - PLM_SCALAR_BYTES);
}

/* Bits `at` to at + n - 1 of a weight, at below 8 * PLM_SCALAR_BYTES. */
static int bits_of(const uint8_t padded[PADDED_BYTES], unsigned at, unsigned n)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < 4; i++) {
        v |= (uint32_t)padded[at / 8 + i] << (8 * i);
    }
    return (int)(v >> (at % 8) & ((1U << n) - 1));
}

/* Digits that are 0 or odd, from -15 to 15, of which no five neighbours have two that are not 0. */
static void cut_sparsely(int16_t digits[SPARSE_DIGITS],
                         const uint8_t weight[static PLM_SCALAR_BYTES])
{
    uint8_t padded[PADDED_BYTES];
    int carry = 0;
    pad(padded, weight);
    memset(digits, 0, SPARSE_DIGITS * sizeof *digits);
    for (unsigned at = 0; at < WEIGHT_BITS + 1;) {
        const int window = bits_of(padded, at, SPARSE_BITS) + carry;
        if ((window & 1) == 0) {
            at++;
            continue;
        }
        carry = window > 1 << (SPARSE_BITS - 1);
        digits[at] = (int16_t)(window - (carry << SPARSE_BITS));
        at += SPARSE_BITS;
    }
}

static void make_multiples(plm_addend out[MULTIPLES], const plm_point *p)
{
    plm_point_factors c = plm_point_double(p);
    const plm_point twice = plm_point_of(&c);
    out[0] = plm_addend_of(p);
    for (size_t i = 1; i < MULTIPLES; i++) {
        c = plm_point_add(&twice, &out[i - 1], false, true);
        const plm_point next = plm_point_of(&c);
        out[i] = plm_addend_of(&next);
    }
}

static plm_point sum_few(const few *f, size_t n)
{
    plm_point_factors c = {plm_fe_small(0), plm_fe_small(1), plm_fe_small(1), plm_fe_small(1)};
    for (size_t digit = SPARSE_DIGITS; digit-- > 0;) {
        const plm_point p = plm_point_to_double(&c);
        c = plm_point_double(&p);
        for (size_t i = 0; i < n; i++) {
            const int v = f->digits[i][digit];
            if (v != 0) {
                const plm_point q = plm_point_of(&c);
                c = plm_point_add(&q, &f->multiples[i][(v < 0 ? -v : v) / 2], v < 0, true);
            }
        }
    }
    return plm_point_of(&c);
}

static bool sum_by_multiples(plm_point *out, uint8_t (*const weights)[PLM_SCALAR_BYTES],
                             const uint8_t *elements, size_t n)
{
    few f;
    for (size_t i = 0; i < n; i++) {
        plm_point p;
        if (!plm_point_decode(&p, elements + i * PLM_ELEMENT_BYTES)) {
            return false;
        }
        make_multiples(f.multiples[i], &p);
        cut_sparsely(f.digits[i], weights[i]);
    }
    *out = sum_few(&f, n);
    return true;
}

/* Digits from -2^(c-1) + 1 to 2^(c-1), the lowest first. */
static void cut(int16_t *digits, size_t n_digits, const uint8_t weight[static PLM_SCALAR_BYTES],
                unsigned c)
{
    uint8_t padded[PADDED_BYTES];
    int carry = 0;
    pad(padded, weight);
    for (size_t i = 0; i < n_digits; i++) {
        const int digit = bits_of(padded, (unsigned)i * c, c) + carry;
        carry = digit > 1 << (c - 1);
        digits[i] = (int16_t)(digit - (carry << c));
    }
}

static plm_point add(const plm_point *p, const plm_point *q)
{
    const plm_addend addend = plm_addend_of(q);
    const plm_point_factors c = plm_point_add(p, &addend, false, true);
    return plm_point_of(&c);
}

/* 1 b_1 + 2 b_2 + ...: each bucket is in the running sum as often as its number says. */
static plm_point sum_buckets(const plm_point *buckets, size_t n)
{
    plm_point running = buckets[n - 1];
    plm_point sum = running;
    for (size_t i = n - 1; i-- > 0;) {
        running = add(&running, &buckets[i]);
        sum = add(&sum, &running);
    }
    return sum;
}

/* Digits of so many bits that the additions into buckets and of buckets are about as many. */
static unsigned digit_bits(size_t n)
{
    return n >= 384 ? 8 : DIGIT_BITS_MIN;
}

static bool sum_by_buckets(plm_point *out, uint8_t (*const weights)[PLM_SCALAR_BYTES],
                           const uint8_t *elements, size_t n)
{
    plm_addend addends[PLM_SUM_BLOCK];
    int16_t digits[PLM_SUM_BLOCK][DIGITS_MAX];
    plm_point buckets[BUCKETS_MAX];
    const unsigned c = digit_bits(n);
    const size_t n_digits = WEIGHT_BITS / c + 1;
    const size_t n_buckets = (size_t)1 << (c - 1);
    for (size_t i = 0; i < n; i++) {
        plm_point p;
        if (!plm_point_decode(&p, elements + i * PLM_ELEMENT_BYTES)) {
            return false;
        }
        addends[i] = plm_addend_of(&p);
        cut(digits[i], n_digits, weights[i], c);
    }
    plm_point sum = plm_point_identity();
    for (size_t digit = n_digits; digit-- > 0;) {
        for (unsigned i = 0; i < c; i++) {
            const plm_point_factors twice = plm_point_double(&sum);
            sum = plm_point_of(&twice);
        }
        for (size_t i = 0; i < n_buckets; i++) {
            buckets[i] = plm_point_identity();
        }
        for (size_t i = 0; i < n; i++) {
            const int v = digits[i][digit];
            if (v != 0) {
                plm_point *bucket = &buckets[(v < 0 ? -v : v) - 1];
                const plm_point_factors more = plm_point_add(bucket, &addends[i], v < 0, false);
                *bucket = plm_point_of(&more);
            }
        }
        const plm_point part = sum_buckets(buckets, n_buckets);
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
    plm_point sum = plm_point_identity();
    if (n == 0) {
        return PLM_E_ARGUMENT;
    }
    for (size_t at = 0, block; at < n; at += block) {
        const uint8_t *first = elements + at * PLM_ELEMENT_BYTES;
        const size_t left = n - at;
        const size_t most = left < MANY ? FEW : PLM_SUM_BLOCK;
        plm_point part;
        block = left < most ? left : most;
        const bool is_good = left < MANY ? sum_by_multiples(&part, weights + at, first, block)
                                         : sum_by_buckets(&part, weights + at, first, block);
        if (!is_good) {
            return PLM_E_PROTOCOL;
        }
        sum = add(&sum, &part);
    }
    plm_point_encode(encoded, &sum);
    if (memcmp(encoded, zeroes, sizeof zeroes) == 0) {
        return PLM_E_PROTOCOL;
    }
    memcpy(out, encoded, sizeof encoded);
    return PLM_OK;
}
