/* SPDX-License-Identifier: Apache-2.0 */
/*
 * numbers.h - numbers that look random and are the same in every run.
 */
#ifndef PLM_TESTS_NUMBERS_H
#define PLM_TESTS_NUMBERS_H

#include <stdint.h>

/* splitmix64 (Steele, Lea and Flood, OOPSLA 2014) */
static inline uint64_t test_number(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

#endif
