/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/random.h"

enum {
    ROUNDS = 6
};

__extension__ typedef unsigned __int128 wide;

uint64_t plm_synth_mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

void plm_synth_random_init(plm_synth_random *r, uint64_t seed, uint64_t stream, uint64_t number)
{
    uint64_t x = plm_synth_mix(plm_synth_mix(plm_synth_mix(seed) ^ stream) ^ number);
    for (int i = 0; i < 4; i++) {
        r->s[i] = plm_synth_mix(x + (uint64_t)i * 0x9E3779B97F4A7C15U);
    }
}

static uint64_t rotate(uint64_t x, unsigned k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t plm_synth_random_next(plm_synth_random *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t plm_synth_random_below(plm_synth_random *r, uint64_t n)
{
    return (uint64_t)((wide)plm_synth_random_next(r) * n >> 64);
}

bool plm_synth_random_percent(plm_synth_random *r, unsigned percent)
{
    return plm_synth_random_below(r, 100) < percent;
}

/* Bits of each half: two halves hold every number below n. */
static unsigned half_bits(uint64_t n)
{
    unsigned bits = 1;
    while (bits < 31 && (n - 1) >> (2 * bits) != 0) {
        bits++;
    }
    return bits;
}

static uint64_t round_function(uint64_t key, unsigned round, uint64_t x)
{
    return plm_synth_mix(key ^ plm_synth_mix(x * ROUNDS + round));
}

static uint64_t feistel(uint64_t key, unsigned bits, uint64_t x)
{
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    uint64_t left = x >> bits;
    uint64_t right = x & mask;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t next = left ^ (round_function(key, i, right) & mask);
        left = right;
        right = next;
    }
    return left << bits | right;
}

static uint64_t unfeistel(uint64_t key, unsigned bits, uint64_t y)
{
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    uint64_t left = y >> bits;
    uint64_t right = y & mask;
    for (unsigned i = ROUNDS; i-- > 0;) {
        uint64_t previous = right ^ (round_function(key, i, left) & mask);
        right = left;
        left = previous;
    }
    return left << bits | right;
}

uint64_t plm_synth_permute(uint64_t key, uint64_t n, uint64_t x)
{
    unsigned bits = half_bits(n);
    do {
        x = feistel(key, bits, x);
    } while (x >= n);
    return x;
}

uint64_t plm_synth_unpermute(uint64_t key, uint64_t n, uint64_t y)
{
    unsigned bits = half_bits(n);
    do {
        y = unfeistel(key, bits, y);
    } while (y >= n);
    return y;
}
