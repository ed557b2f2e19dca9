/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct.h - constant time, tested under valgrind: memory that holds a secret is marked as undefined,
 * and memcheck then reports each branch and each address that depends on it (ctgrind, Langley
 * 2010). What a party sends is made public again, and nothing else.
 *
 * Without valgrind the marks do nothing, and a case only runs.
 */
#ifndef PLM_TESTS_CT_H
#define PLM_TESTS_CT_H

#include "crypto/kernel.h"

#include <stdbool.h>

typedef struct ct_case {
    const char *name;
    void (*run)(void);
} ct_case;

/* Each list ends with a case without a name. */
extern const ct_case ct_kernel_cases[];
extern const ct_case ct_engine_cases[];
extern const ct_case ct_tally_cases[];
extern const ct_case ct_leaky_cases[]; /* controls: valgrind must find each */

void ct_secret(void *p, size_t n);
void ct_public(const void *p, size_t n);
/* Fills with bytes that are the same in every run, then marks them. */
void ct_fill_public(void *p, size_t n);
void ct_fill_secret(void *p, size_t n);

/* Ends the program: what a case rests on is not so, and its silence would prove nothing. */
void ct_require(bool condition, const char *what);
/*
 * That the secrets went into each of n blocks: else the case did not test what it names. Makes them
 * public.
 */
void ct_expect_blocks(const void *p, size_t n);

/* Whether what the machine's random number generator gives is secret; at first it is not. */
void ct_random_is_secret(bool is_secret);

#endif
