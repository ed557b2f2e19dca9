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

static uint64_t rotate(uint64_t v, unsigned n)
{
    return n == 0 ? v : v << n | v >> (64 - n);
}

/* Keccak-f[1600]: theta, rho and pi together, chi, iota. Lane (x, y) is a[x + 5 y]. */
static void permute(uint64_t a[LANES])
{
    static const uint8_t rotations[LANES] = {0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
                                             25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14};
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t c[5];
        uint64_t b[LANES];
        for (unsigned x = 0; x < 5; x++) {
            c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        }
        for (unsigned x = 0; x < 5; x++) {
            uint64_t d = c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1);
            for (unsigned y = 0; y < 5; y++) {
                a[x + 5 * y] ^= d;
            }
        }
        for (unsigned x = 0; x < 5; x++) {
            for (unsigned y = 0; y < 5; y++) {
                b[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(a[x + 5 * y], rotations[x + 5 * y]);
            }
        }
        for (unsigned y = 0; y < 5; y++) {
            for (unsigned x = 0; x < 5; x++) {
                a[x + 5 * y] = b[x + 5 * y] ^ (~b[(x + 1) % 5 + 5 * y] & b[(x + 2) % 5 + 5 * y]);
            }
        }
        a[0] ^= round_constants[round];
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

void plm_keccak256(uint8_t out[static 32], plm_span message)
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
    last[message.n] ^= 0x01;
    last[RATE_BYTES - 1] ^= 0x80;
    absorb(a, last);
    for (unsigned i = 0; i < 32; i++) {
        out[i] = (uint8_t)(a[i / 8] >> (8 * (i % 8)));
    }
}
