/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86.h - the table of kernels with 128-bit AES-NI and PCLMULQDQ. Included once by aes.c and once
 * by avx2.c, which differ in the instructions that the compiler may use around them.
 */
#ifndef PLM_CRYPTO_X86_X86_H
#define PLM_CRYPTO_X86_X86_H

#include "crypto/kernel.h"

#include <immintrin.h>

enum {
    STEP = 8 /* blocks under way at once: the latency of AESENC times its rate */
};

static inline __m128i of_block(plm_block b)
{
    return (__m128i)b;
}

static inline plm_block to_block(__m128i v)
{
    return (plm_block)v;
}

/* One round of the key schedule (FIPS 197 section 5.2), for the next round key. */
static inline __m128i next_key(__m128i key, __m128i rcon)
{
    /* AESENCLAST on four copies of RotWord's bytes: SubBytes, and ShiftRows finds them equal. */
    const __m128i rotate = _mm_set1_epi32(0x0c0f0e0d);
    __m128i word = _mm_aesenclast_si128(_mm_shuffle_epi8(key, rotate), rcon);
    key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
    key = _mm_xor_si128(key, _mm_slli_si128(key, 8));
    return _mm_xor_si128(key, word);
}

static const uint32_t rcons[10] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1B, 0x36};

static void key_init(plm_aes_key *out, plm_block key)
{
    __m128i k = of_block(key);
    out->round[0] = key;
    for (unsigned r = 0; r < 10; r++) {
        k = next_key(k, _mm_set1_epi32((int)rcons[r]));
        out->round[r + 1] = to_block(k);
    }
}

/* STEP blocks, of which the first `count` are stored by the caller. */
static inline __attribute__((always_inline)) void encrypt_step(const plm_aes_key *key,
                                                               __m128i s[STEP])
{
    for (unsigned i = 0; i < STEP; i++) {
        s[i] = _mm_xor_si128(s[i], of_block(key->round[0]));
    }
    for (unsigned r = 1; r < 10; r++) {
        for (unsigned i = 0; i < STEP; i++) {
            s[i] = _mm_aesenc_si128(s[i], of_block(key->round[r]));
        }
    }
    for (unsigned i = 0; i < STEP; i++) {
        s[i] = _mm_aesenclast_si128(s[i], of_block(key->round[10]));
    }
}

static inline __attribute__((always_inline)) void run(const plm_aes_key *key, plm_block *out,
                                                      const plm_block *in, size_t n, int feed)
{
    size_t at = 0;
    for (; at + STEP <= n; at += STEP) {
        __m128i x[STEP];
        __m128i s[STEP];
        for (unsigned i = 0; i < STEP; i++) {
            x[i] = s[i] = of_block(in[at + i]);
        }
        encrypt_step(key, s);
        for (unsigned i = 0; i < STEP; i++) {
            out[at + i] = to_block(feed ? _mm_xor_si128(s[i], x[i]) : s[i]);
        }
    }
    for (; at < n; at++) {
        __m128i x = of_block(in[at]);
        __m128i s = _mm_xor_si128(x, of_block(key->round[0]));
        for (unsigned r = 1; r < 10; r++) {
            s = _mm_aesenc_si128(s, of_block(key->round[r]));
        }
        s = _mm_aesenclast_si128(s, of_block(key->round[10]));
        out[at] = to_block(feed ? _mm_xor_si128(s, x) : s);
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
    size_t at = 0;
    for (; at + STEP <= n; at += STEP) {
        __m128i s[STEP];
        for (unsigned i = 0; i < STEP; i++) {
            s[i] = of_block(plm_block_of(first + at + i, 0));
        }
        encrypt_step(key, s);
        for (unsigned i = 0; i < STEP; i++) {
            out[at + i] = to_block(s[i]);
        }
    }
    for (; at < n; at++) {
        out[at] = plm_block_of(first + at, 0);
        run(key, &out[at], &out[at], 1, 0);
    }
}

static void ggm(const plm_aes_key keys[2], plm_block *children, const plm_block *parents, size_t n,
                plm_block sums[2])
{
    __m128i sum[2] = {of_block(sums[0]), of_block(sums[1])};
    size_t at = 0;
    for (; at + STEP <= n; at += STEP) {
        for (unsigned b = 0; b < 2; b++) {
            __m128i s[STEP];
            for (unsigned i = 0; i < STEP; i++) {
                s[i] = of_block(parents[at + i]);
            }
            encrypt_step(&keys[b], s);
            for (unsigned i = 0; i < STEP; i++) {
                s[i] = _mm_xor_si128(s[i], of_block(parents[at + i]));
                sum[b] = _mm_xor_si128(sum[b], s[i]);
                children[2 * (at + i) + b] = to_block(s[i]);
            }
        }
    }
    for (; at < n; at++) {
        for (unsigned b = 0; b < 2; b++) {
            plm_block child;
            run(&keys[b], &child, &parents[at], 1, 1);
            children[2 * at + b] = child;
            sum[b] = _mm_xor_si128(sum[b], of_block(child));
        }
    }
    sums[0] = to_block(sum[0]);
    sums[1] = to_block(sum[1]);
}

static void davies_meyer(plm_block *out, const plm_block *keys, const plm_block *in, size_t n)
{
    for (size_t at = 0; at < n; at += STEP) {
        __m128i k[STEP];
        __m128i s[STEP];
        size_t count = n - at < STEP ? n - at : STEP;
        for (size_t i = 0; i < STEP; i++) {
            size_t from = at + (i < count ? i : 0);
            k[i] = of_block(keys[from]);
            s[i] = _mm_xor_si128(k[i], of_block(in[from]));
        }
        for (unsigned r = 0; r < 10; r++) {
            __m128i rcon = _mm_set1_epi32((int)rcons[r]);
            for (unsigned i = 0; i < STEP; i++) {
                k[i] = next_key(k[i], rcon);
                s[i] = r < 9 ? _mm_aesenc_si128(s[i], k[i]) : _mm_aesenclast_si128(s[i], k[i]);
            }
        }
        for (size_t i = 0; i < count; i++) {
            out[at + i] = in[at + i] ^ to_block(s[i]);
        }
    }
}

/* The 256-bit carry-less product, Karatsuba: low and high half. */
static inline void clmul(__m128i a, __m128i b, __m128i *low, __m128i *high)
{
    __m128i l = _mm_clmulepi64_si128(a, b, 0x00);
    __m128i h = _mm_clmulepi64_si128(a, b, 0x11);
    __m128i m = _mm_xor_si128(_mm_clmulepi64_si128(a, b, 0x01), _mm_clmulepi64_si128(a, b, 0x10));
    *low = _mm_xor_si128(l, _mm_slli_si128(m, 8));
    *high = _mm_xor_si128(h, _mm_srli_si128(m, 8));
}

/* Modulo x^128 + x^7 + x^2 + x + 1: x^128 is x^7 + x^2 + x + 1 = 0x87, twice. */
static inline __m128i reduce(__m128i low, __m128i high)
{
    const __m128i tail = _mm_set_epi64x(0, 0x87);
    __m128i folded = _mm_clmulepi64_si128(high, tail, 0x01);
    low = _mm_xor_si128(low, _mm_slli_si128(folded, 8));
    high = _mm_xor_si128(high, _mm_srli_si128(folded, 8));
    return _mm_xor_si128(low, _mm_clmulepi64_si128(high, tail, 0x00));
}

static inline __m128i gf_mul(__m128i a, __m128i b)
{
    __m128i low;
    __m128i high;
    clmul(a, b, &low, &high);
    return reduce(low, high);
}

static void mul(plm_block *out, const plm_block *a, const plm_block *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = to_block(gf_mul(of_block(a[i]), of_block(b[i])));
    }
}

static void mul_add(plm_block *out, const plm_block *a, plm_block c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] ^= to_block(gf_mul(of_block(a[i]), of_block(c)));
    }
}

/* Four terms at a time, reduced once: (acc + a0) x^4 + a1 x^3 + a2 x^2 + a3 x. */
static plm_block polynomial(plm_block acc, plm_block x, const plm_block *a, size_t n)
{
    __m128i powers[4];
    powers[0] = of_block(x);
    for (unsigned i = 1; i < 4; i++) {
        powers[i] = gf_mul(powers[i - 1], of_block(x));
    }
    __m128i sum = of_block(acc);
    size_t at = 0;
    for (; at + 4 <= n; at += 4) {
        __m128i low;
        __m128i high;
        clmul(_mm_xor_si128(sum, of_block(a[at])), powers[3], &low, &high);
        for (unsigned i = 1; i < 4; i++) {
            __m128i l;
            __m128i h;
            clmul(of_block(a[at + i]), powers[3 - i], &l, &h);
            low = _mm_xor_si128(low, l);
            high = _mm_xor_si128(high, h);
        }
        sum = reduce(low, high);
    }
    for (; at < n; at++) {
        sum = gf_mul(_mm_xor_si128(sum, of_block(a[at])), powers[0]);
    }
    return to_block(sum);
}

#define PLM_X86_TABLE(tier)                                                                    \
    {                                                                                          \
        .name = (tier), .key = key_init, .encrypt = encrypt, .hash = hash, .counter = counter, \
        .ggm = ggm, .davies_meyer = davies_meyer, .mul = mul, .mul_add = mul_add,              \
        .polynomial = polynomial                                                               \
    }

#endif
