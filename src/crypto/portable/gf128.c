/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gf128.c - products in GF(2^128) by integer multiplication "with holes": where only every fourth
 * bit of the factors is set, carries of the integer product never reach the next bit that counts,
 * so that four products give the carry-less one (Pornin, "Constant-time GHASH", BearSSL; the idea
 * is from Handley, 2008). The processor's 64-bit multiplication must take constant time.
 */
#include "crypto/portable/gf128.h"

/* The low 64 bits of the carry-less product. */
static uint64_t clmul_low(uint64_t a, uint64_t b)
{
    static const uint64_t every4 = 0x1111111111111111U;
    uint64_t part[4] = {0};
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned j = 0; j < 4; j++) {
            part[(i + j) % 4] ^= (a & (every4 << i)) * (b & (every4 << j));
        }
    }
    uint64_t out = 0;
    for (unsigned k = 0; k < 4; k++) {
        out |= part[k] & (every4 << k);
    }
    return out;
}

static uint64_t reverse_bits(uint64_t v)
{
    v = ((v >> 1) & 0x5555555555555555U) | ((v & 0x5555555555555555U) << 1);
    v = ((v >> 2) & 0x3333333333333333U) | ((v & 0x3333333333333333U) << 2);
    v = ((v >> 4) & 0x0F0F0F0F0F0F0F0FU) | ((v & 0x0F0F0F0F0F0F0F0FU) << 4);
    return __builtin_bswap64(v);
}

/* All 127 bits: the high half is the low half of the reversed factors, reversed. */
static plm_block clmul(uint64_t a, uint64_t b)
{
    uint64_t high = reverse_bits(clmul_low(reverse_bits(a), reverse_bits(b))) >> 1;
    return plm_block_of(clmul_low(a, b), high);
}

/* v * (x^7 + x^2 + x + 1), of a v with 64 bits. */
static plm_block times_tail(uint64_t v)
{
    return plm_block_of(v ^ (v << 1) ^ (v << 2) ^ (v << 7), (v >> 63) ^ (v >> 62) ^ (v >> 57));
}

static plm_block mul(plm_block a, plm_block b)
{
    plm_block low = clmul(a[0], b[0]);
    plm_block high = clmul(a[1], b[1]);
    plm_block middle = clmul(a[0] ^ a[1], b[0] ^ b[1]) ^ low ^ high; /* Karatsuba */
    low[1] ^= middle[0];
    high[0] ^= middle[1];
    plm_block folded = times_tail(high[1]); /* x^192 = x^64 tail */
    low[1] ^= folded[0];
    high[0] ^= folded[1];
    return low ^ times_tail(high[0]);
}

void plm_gf_mul_portable(plm_block *out, const plm_block *a, const plm_block *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = mul(a[i], b[i]);
    }
}

void plm_gf_mul_add_portable(plm_block *out, const plm_block *a, plm_block c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] ^= mul(a[i], c);
    }
}

plm_block plm_gf_polynomial_portable(plm_block acc, plm_block x, const plm_block *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        acc = mul(acc ^ a[i], x);
    }
    return acc;
}
