/* SPDX-License-Identifier: Apache-2.0 */
/*
 * avx512.c - four blocks to a register, with VAES and VPCLMULQDQ.
 * Compiled with -maes -mpclmul -mavx512f -mavx512bw -mavx512vl -mvaes -mvpclmulqdq.
 */
#include "crypto/kernel.h"

#include <immintrin.h>

enum {
    WIDE = 4,           /* blocks of a register */
    STEP = 8,           /* registers under way at once */
    GROUP = WIDE * STEP /* blocks */
};

static const uint32_t rcons[10] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1B, 0x36};

static inline __m512i load(const plm_block *p)
{
    return _mm512_loadu_si512(p);
}

/* count blocks, 0 to 4; the rest is zero. */
static inline __m512i load_some(const plm_block *p, size_t count)
{
    return _mm512_maskz_loadu_epi64((__mmask8)((1U << (2 * count)) - 1), p);
}

static inline void store_some(plm_block *p, size_t count, __m512i v)
{
    _mm512_mask_storeu_epi64(p, (__mmask8)((1U << (2 * count)) - 1), v);
}

static inline __m512i broadcast(plm_block b)
{
    return _mm512_broadcast_i32x4((__m128i)b);
}

static inline __m512i next_key(__m512i key, __m512i rcon)
{
    const __m512i rotate = _mm512_set1_epi32(0x0c0f0e0d);
    __m512i word = _mm512_aesenclast_epi128(_mm512_shuffle_epi8(key, rotate), rcon);
    key = _mm512_xor_si512(key, _mm512_bslli_epi128(key, 4));
    /* key ^ key << 64 ^ word */
    return _mm512_ternarylogic_epi64(key, _mm512_bslli_epi128(key, 8), word, 0x96);
}

static void key_init(plm_aes_key *out, plm_block key)
{
    __m512i k = broadcast(key);
    out->round[0] = key;
    for (unsigned r = 0; r < 10; r++) {
        k = next_key(k, _mm512_set1_epi32((int)rcons[r]));
        out->round[r + 1] = (plm_block)_mm512_castsi512_si128(k);
    }
}

static inline __attribute__((always_inline)) void rounds(const plm_aes_key *key, __m512i *s,
                                                         unsigned n)
{
    __m512i k = broadcast(key->round[0]);
    for (unsigned i = 0; i < n; i++) {
        s[i] = _mm512_xor_si512(s[i], k);
    }
    for (unsigned r = 1; r < 10; r++) {
        k = broadcast(key->round[r]);
        for (unsigned i = 0; i < n; i++) {
            s[i] = _mm512_aesenc_epi128(s[i], k);
        }
    }
    k = broadcast(key->round[10]);
    for (unsigned i = 0; i < n; i++) {
        s[i] = _mm512_aesenclast_epi128(s[i], k);
    }
}

static inline __attribute__((always_inline)) void run(const plm_aes_key *key, plm_block *out,
                                                      const plm_block *in, size_t n, int feed)
{
    size_t at = 0;
    for (; at + GROUP <= n; at += GROUP) {
        __m512i s[STEP];
        for (unsigned i = 0; i < STEP; i++) {
            s[i] = load(in + at + (size_t)WIDE * i);
        }
        rounds(key, s, STEP);
        for (unsigned i = 0; i < STEP; i++) {
            __m512i x = feed ? load(in + at + (size_t)WIDE * i) : _mm512_setzero_si512();
            _mm512_storeu_si512(out + at + (size_t)WIDE * i, _mm512_xor_si512(s[i], x));
        }
    }
    for (; at < n; at += WIDE) {
        size_t count = n - at < WIDE ? n - at : WIDE;
        __m512i x = load_some(in + at, count);
        __m512i s = x;
        rounds(key, &s, 1);
        store_some(out + at, count, feed ? _mm512_xor_si512(s, x) : s);
    }
}

static void encrypt(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n)
{
    run(key, out, in, n, 0);
}

static void hash(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n)
{
    run(key, out, in, n, 1);
}

static void counter(const plm_aes_key *key, plm_block *out, uint64_t first, size_t n)
{
    __m512i next = _mm512_add_epi64(_mm512_set_epi64(0, 3, 0, 2, 0, 1, 0, 0),
                                    broadcast(plm_block_of(first, 0)));
    const __m512i by = _mm512_set_epi64(0, WIDE, 0, WIDE, 0, WIDE, 0, WIDE);
    size_t at = 0;
    for (; at + GROUP <= n; at += GROUP) {
        __m512i s[STEP];
        for (unsigned i = 0; i < STEP; i++) {
            s[i] = next;
            next = _mm512_add_epi64(next, by);
        }
        rounds(key, s, STEP);
        for (unsigned i = 0; i < STEP; i++) {
            _mm512_storeu_si512(out + at + (size_t)WIDE * i, s[i]);
        }
    }
    for (; at < n; at += WIDE) {
        __m512i s = next;
        next = _mm512_add_epi64(next, by);
        rounds(key, &s, 1);
        store_some(out + at, n - at < WIDE ? n - at : WIDE, s);
    }
}

/* a0 b0 a1 b1 and a2 b2 a3 b3 of the blocks of a and b. */
static inline void interleave(__m512i a, __m512i b, __m512i out[2])
{
    const __m512i first = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0);
    const __m512i second = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
    out[0] = _mm512_permutex2var_epi64(a, first, b);
    out[1] = _mm512_permutex2var_epi64(a, second, b);
}

static inline plm_block fold(__m512i v)
{
    __m256i half = _mm256_xor_si256(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
    return (plm_block)_mm_xor_si128(_mm256_castsi256_si128(half),
                                    _mm256_extracti128_si256(half, 1));
}

static void ggm(const plm_aes_key keys[2], plm_block *children, const plm_block *parents, size_t n,
                plm_block sums[2])
{
    enum {
        HALF = STEP / 2
    };
    __m512i sum[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
    size_t at = 0;
    for (; at + (size_t)WIDE * HALF <= n; at += (size_t)WIDE * HALF) {
        __m512i s[2][HALF];
        for (unsigned b = 0; b < 2; b++) {
            for (unsigned i = 0; i < HALF; i++) {
                s[b][i] = load(parents + at + (size_t)WIDE * i);
            }
            rounds(&keys[b], s[b], HALF);
        }
        for (unsigned i = 0; i < HALF; i++) {
            __m512i x = load(parents + at + (size_t)WIDE * i);
            __m512i out[2];
            for (unsigned b = 0; b < 2; b++) {
                s[b][i] = _mm512_xor_si512(s[b][i], x);
                sum[b] = _mm512_xor_si512(sum[b], s[b][i]);
            }
            interleave(s[0][i], s[1][i], out);
            _mm512_storeu_si512(children + 2 * (at + (size_t)WIDE * i), out[0]);
            _mm512_storeu_si512(children + 2 * (at + (size_t)WIDE * i) + WIDE, out[1]);
        }
    }
    sums[0] ^= fold(sum[0]);
    sums[1] ^= fold(sum[1]);
    for (; at < n; at++) {
        for (unsigned b = 0; b < 2; b++) {
            plm_block child;
            run(&keys[b], &child, &parents[at], 1, 1);
            children[2 * at + b] = child;
            sums[b] ^= child;
        }
    }
}

static void davies_meyer(plm_block *out, const plm_block *keys, const plm_block *in, size_t n)
{
    for (size_t at = 0; at < n; at += GROUP) {
        __m512i k[STEP];
        __m512i s[STEP];
        size_t left = n - at;
        for (unsigned i = 0; i < STEP; i++) {
            size_t skip = (size_t)WIDE * i;
            size_t count = left <= skip ? 0 : left - skip < WIDE ? left - skip : WIDE;
            k[i] = load_some(keys + at + skip, count);
            s[i] = _mm512_xor_si512(k[i], load_some(in + at + skip, count));
        }
        for (unsigned r = 0; r < 10; r++) {
            __m512i rcon = _mm512_set1_epi32((int)rcons[r]);
            for (unsigned i = 0; i < STEP; i++) {
                k[i] = next_key(k[i], rcon);
                s[i] =
                    r < 9 ? _mm512_aesenc_epi128(s[i], k[i]) : _mm512_aesenclast_epi128(s[i], k[i]);
            }
        }
        for (unsigned i = 0; i < STEP; i++) {
            size_t skip = (size_t)WIDE * i;
            size_t count = left <= skip ? 0 : left - skip < WIDE ? left - skip : WIDE;
            store_some(out + at + skip, count,
                       _mm512_xor_si512(s[i], load_some(in + at + skip, count)));
        }
    }
}

typedef struct product {
    __m512i low;
    __m512i high;
} product;

static inline product clmul(__m512i a, __m512i b)
{
    __m512i l = _mm512_clmulepi64_epi128(a, b, 0x00);
    __m512i h = _mm512_clmulepi64_epi128(a, b, 0x11);
    __m512i m = _mm512_xor_si512(_mm512_clmulepi64_epi128(a, b, 0x01),
                                 _mm512_clmulepi64_epi128(a, b, 0x10));
    product out = {_mm512_xor_si512(l, _mm512_bslli_epi128(m, 8)),
                   _mm512_xor_si512(h, _mm512_bsrli_epi128(m, 8))};
    return out;
}

/* Modulo x^128 + x^7 + x^2 + x + 1: x^128 is x^7 + x^2 + x + 1 = 0x87, twice. */
static inline __m512i reduce(product p)
{
    const __m512i tail = _mm512_set_epi64(0, 0x87, 0, 0x87, 0, 0x87, 0, 0x87);
    __m512i folded = _mm512_clmulepi64_epi128(p.high, tail, 0x01);
    __m512i low = _mm512_xor_si512(p.low, _mm512_bslli_epi128(folded, 8));
    __m512i high = _mm512_xor_si512(p.high, _mm512_bsrli_epi128(folded, 8));
    return _mm512_xor_si512(low, _mm512_clmulepi64_epi128(high, tail, 0x00));
}

static inline __m512i gf_mul(__m512i a, __m512i b)
{
    return reduce(clmul(a, b));
}

static void mul(plm_block *out, const plm_block *a, const plm_block *b, size_t n)
{
    size_t at = 0;
    for (; at + WIDE <= n; at += WIDE) {
        _mm512_storeu_si512(out + at, gf_mul(load(a + at), load(b + at)));
    }
    if (at < n) {
        store_some(out + at, n - at, gf_mul(load_some(a + at, n - at), load_some(b + at, n - at)));
    }
}

static void mul_add(plm_block *out, const plm_block *a, plm_block c, size_t n)
{
    const __m512i by = broadcast(c);
    size_t at = 0;
    for (; at + WIDE <= n; at += WIDE) {
        _mm512_storeu_si512(out + at, _mm512_xor_si512(load(out + at), gf_mul(load(a + at), by)));
    }
    if (at < n) {
        __m512i last = gf_mul(load_some(a + at, n - at), by);
        store_some(out + at, n - at, _mm512_xor_si512(load_some(out + at, n - at), last));
    }
}

static plm_block polynomial_tail(plm_block acc, plm_block x, const plm_block *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        acc ^= a[i];
        mul(&acc, &acc, &x, 1);
    }
    return acc;
}

/*
 * Sixteen terms at a time: the four blocks of register j hold terms 4 j to 4 j + 3 and are
 * multiplied by x^(16 - 4 j) and less; the sums of four registers are reduced once.
 */
static plm_block polynomial(plm_block acc, plm_block x, const plm_block *a, size_t n)
{
    plm_block powers[16]; /* x^16, x^15, ... x */
    size_t at = 0;
    if (n < 16) {
        return polynomial_tail(acc, x, a, n);
    }
    powers[15] = x;
    for (unsigned i = 15; i-- > 0;) {
        mul(&powers[i], &powers[i + 1], &x, 1);
    }
    __m512i sum = _mm512_zextsi128_si512((__m128i)acc);
    for (; at + 16 <= n; at += 16) {
        __m512i head = _mm512_xor_si512(load(a + at), sum);
        product p = clmul(head, load(powers));
        for (unsigned j = 1; j < 4; j++) {
            product q = clmul(load(a + at + 4 * (size_t)j), load(powers + 4 * (size_t)j));
            p.low = _mm512_xor_si512(p.low, q.low);
            p.high = _mm512_xor_si512(p.high, q.high);
        }
        sum = _mm512_zextsi128_si512((__m128i)fold(reduce(p)));
    }
    return polynomial_tail((plm_block)_mm512_castsi512_si128(sum), x, a + at, n - at);
}

const plm_kernels plm_kernels_avx512 = {
    .name = "avx512",
    .key = key_init,
    .encrypt = encrypt,
    .hash = hash,
    .counter = counter,
    .ggm = ggm,
    .davies_meyer = davies_meyer,
    .mul = mul,
    .mul_add = mul_add,
    .polynomial = polynomial,
};
