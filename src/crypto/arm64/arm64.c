/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arm64.c - the kernels with the AES and PMULL instructions of ARMv8.
 * Compiled with -march=armv8-a+crypto.
 *
 * AESE adds the round key first, then SubBytes and ShiftRows; AESMC is MixColumns. So a round is
 * AESE, AESMC, and the last key is added by itself.
 */
#include "crypto/loops.h"

#include <arm_neon.h>

enum {
    STEP = 8 /* blocks under way at once */
};

static inline uint8x16_t of_block(plm_block b)
{
    return (uint8x16_t)b;
}

static inline plm_block to_block(uint8x16_t v)
{
    return (plm_block)v;
}

static const uint32_t rcons[10] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1B, 0x36};

/* SubBytes of four equal columns: AESE with a key of zero, whose ShiftRows finds them equal. */
static inline uint32_t sub_word(uint32_t word)
{
    uint8x16_t columns = vreinterpretq_u8_u32(vdupq_n_u32(word));
    return vgetq_lane_u32(vreinterpretq_u32_u8(vaeseq_u8(columns, vdupq_n_u8(0))), 0);
}

static inline plm_block next_key(plm_block key, uint32_t rcon)
{
    uint32_t last = (uint32_t)(key[1] >> 32);
    uint32_t t = sub_word((last >> 8) | (last << 24)) ^ rcon;
    uint32_t w0 = (uint32_t)key[0] ^ t;
    uint32_t w1 = (uint32_t)(key[0] >> 32) ^ w0;
    uint32_t w2 = (uint32_t)key[1] ^ w1;
    uint32_t w3 = last ^ w2;
    return plm_block_of(w0 | (uint64_t)w1 << 32, w2 | (uint64_t)w3 << 32);
}

static void key_init(plm_aes_key *out, plm_block key)
{
    out->round[0] = key;
    for (unsigned r = 0; r < 10; r++) {
        out->round[r + 1] = next_key(out->round[r], rcons[r]);
    }
}

static inline void rounds(const plm_aes_key *key, uint8x16_t *s, unsigned n)
{
    for (unsigned r = 0; r < 9; r++) {
        for (unsigned i = 0; i < n; i++) {
            s[i] = vaesmcq_u8(vaeseq_u8(s[i], of_block(key->round[r])));
        }
    }
    for (unsigned i = 0; i < n; i++) {
        s[i] = veorq_u8(vaeseq_u8(s[i], of_block(key->round[9])), of_block(key->round[10]));
    }
}

static inline void run(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n,
                       plm_block feed)
{
    for (size_t at = 0; at < n; at += STEP) {
        unsigned count = n - at < STEP ? (unsigned)(n - at) : STEP;
        uint8x16_t s[STEP];
        for (unsigned i = 0; i < count; i++) {
            s[i] = of_block(in[at + i]);
        }
        rounds(key, s, count);
        for (unsigned i = 0; i < count; i++) {
            out[at + i] = to_block(s[i]) ^ (in[at + i] & feed);
        }
    }
}

static void encrypt(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n)
{
    run(key, out, in, n, plm_block_zero());
}

static void hash(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n)
{
    run(key, out, in, n, plm_block_mask(1));
}

static void counter(const plm_aes_key *key, plm_block *out, uint64_t first, size_t n)
{
    plm_loop_counter(encrypt, key, out, first, n);
}

static void ggm(const plm_aes_key keys[2], plm_block *children, const plm_block *parents, size_t n,
                plm_block sums[2])
{
    plm_loop_ggm(hash, keys, children, parents, n, sums);
}

static void davies_meyer(plm_block *out, const plm_block *keys, const plm_block *in, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        plm_aes_key key;
        plm_block x = in[i];
        key_init(&key, keys[i]);
        run(&key, &out[i], &x, 1, plm_block_mask(1));
    }
}

static inline plm_block clmul(uint64_t a, uint64_t b)
{
    return (plm_block)vmull_p64((poly64_t)a, (poly64_t)b);
}

/* Karatsuba, then x^128 = x^7 + x^2 + x + 1 = 0x87, twice. */
static inline plm_block gf_mul(plm_block a, plm_block b)
{
    plm_block low = clmul(a[0], b[0]);
    plm_block high = clmul(a[1], b[1]);
    plm_block middle = clmul(a[0] ^ a[1], b[0] ^ b[1]) ^ low ^ high;
    low[1] ^= middle[0];
    high[0] ^= middle[1];
    plm_block folded = clmul(high[1], 0x87);
    low[1] ^= folded[0];
    high[0] ^= folded[1];
    return low ^ clmul(high[0], 0x87);
}

static void mul(plm_block *out, const plm_block *a, const plm_block *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = gf_mul(a[i], b[i]);
    }
}

static void mul_add(plm_block *out, const plm_block *a, plm_block c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] ^= gf_mul(a[i], c);
    }
}

static plm_block polynomial(plm_block acc, plm_block x, const plm_block *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        acc = gf_mul(acc ^ a[i], x);
    }
    return acc;
}

const plm_kernels plm_kernels_arm64 = {
    .name = "arm64",
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
