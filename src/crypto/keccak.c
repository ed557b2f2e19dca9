/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/keccak.h"

#include <string.h>

enum {
    LANES = 25,
    RATE_BYTES = 136,
    ROUNDS = 24
};

/* FIPS 202 section 3.2.5. */
static const uint64_t round_constants[ROUNDS] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000,
    0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
    0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static inline uint64_t rotate(uint64_t v, unsigned n)
{
    return v << n | v >> (64 - n);
}

static inline void theta(uint64_t a[LANES])
{
    uint64_t c[5];
    for (unsigned x = 0; x < 5; x++) {
        c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    }
    const uint64_t d[5] = {c[4] ^ rotate(c[1], 1), c[0] ^ rotate(c[2], 1), c[1] ^ rotate(c[3], 1),
                           c[2] ^ rotate(c[4], 1), c[3] ^ rotate(c[0], 1)};
    for (unsigned y = 0; y < LANES; y += 5) {
        for (unsigned x = 0; x < 5; x++) {
            a[y + x] ^= d[x];
        }
    }
}

/* FIPS 202 sections 3.2.2 and 3.2.3: along the one cycle of pi that moves all lanes but the first,
 * lane i of it turned by (i + 1)(i + 2) / 2. */
static inline void rho_pi(uint64_t a[LANES])
{
    static const uint8_t lanes[LANES - 1] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                             15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
    static const uint8_t turns[LANES - 1] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                             27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
    uint64_t moved = a[1];
    for (unsigned i = 0; i < LANES - 1; i++) {
        uint64_t next = a[lanes[i]];
        a[lanes[i]] = rotate(moved, turns[i]);
        moved = next;
    }
}

static inline void chi(uint64_t a[LANES])
{
    for (unsigned y = 0; y < LANES; y += 5) {
        uint64_t *r = a + y;
        const uint64_t first = r[0];
        const uint64_t second = r[1];
        r[0] ^= ~r[1] & r[2];
        r[1] ^= ~r[2] & r[3];
        r[2] ^= ~r[3] & r[4];
        r[3] ^= ~r[4] & first;
        r[4] ^= ~first & second;
    }
}

/* Keccak-f[1600]. Lane (x, y) is a[x + 5 y]. */
static void permute(uint64_t a[LANES])
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        theta(a);
        rho_pi(a);
        chi(a);
        a[0] ^= round_constants[round]; /* iota */
    }
}

static void absorb(uint64_t a[LANES], const uint8_t block[RATE_BYTES])
{
    for (unsigned i = 0; i < RATE_BYTES / 8; i++) {
        uint64_t lane = 0;
        for (unsigned k = 0; k < 8; k++) {
            lane |= (uint64_t)block[8 * i + k] << (8 * k);
        }
        a[i] ^= lane;
    }
    permute(a);
}

/* padding: the domain bits and the first bit of 10*1. */
static void hash(uint8_t out[static 32], plm_span message, uint8_t padding)
{
    uint64_t a[LANES] = {0};
    uint8_t last[RATE_BYTES] = {0};
    while (message.n >= RATE_BYTES) {
        absorb(a, message.p);
        message = plm_span_of(message.p + RATE_BYTES, message.n - RATE_BYTES);
    }
    if (message.n > 0) {
        memcpy(last, message.p, message.n);
    }
    last[message.n] ^= padding;
    last[RATE_BYTES - 1] ^= 0x80;
    absorb(a, last);
    for (unsigned i = 0; i < 32; i++) {
        out[i] = (uint8_t)(a[i / 8] >> (8 * (i % 8)));
    }
}

void plm_keccak256(uint8_t out[static 32], plm_span message)
{
    hash(out, message, 0x01);
}

void plm_sha3_256(uint8_t out[static 32], plm_span message)
{
    hash(out, message, 0x06);
}
