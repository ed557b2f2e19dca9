/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random.h - reproducible randomness for the generator. Not for secrets.
 */
#ifndef PLM_SYNTH_RANDOM_H
#define PLM_SYNTH_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* xoshiro256** of Blackman and Vigna (2018), seeded by splitmix64. */
typedef struct plm_synth_random {
    uint64_t s[4];
} plm_synth_random;

/* A stream of its own for each (seed, stream, number). */
void plm_synth_random_init(plm_synth_random *r, uint64_t seed, uint64_t stream, uint64_t number);
uint64_t plm_synth_random_next(plm_synth_random *r);
/* 0 to n - 1, n > 0; uniform up to n / 2^64. */
uint64_t plm_synth_random_below(plm_synth_random *r, uint64_t n);
/* True with probability percent / 100. */
bool plm_synth_random_percent(plm_synth_random *r, unsigned percent);

/* One splitmix64 step as a mixing function. */
uint64_t plm_synth_mix(uint64_t x);

/*
 * A keyed permutation of 0 .. n - 1 (0 < n <= 2^62) and its inverse: a six-round Feistel network on
 * the next even number of bits, walked along its cycle until it lands below n (Black and Rogaway,
 * CT-RSA 2002, section 3).
 */
uint64_t plm_synth_permute(uint64_t key, uint64_t n, uint64_t x);
uint64_t plm_synth_unpermute(uint64_t key, uint64_t n, uint64_t y);

#endif
