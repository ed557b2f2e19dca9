/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_leaky.c - controls: each of these depends on a secret where it must not. If valgrind were
 * silent about one, its silence about the others would mean nothing.
 */
#include "ct.h"

#include "crypto/sign.h"

static volatile unsigned n_taken; /* so that the branch can't become arithmetic */
static volatile uint8_t found;

static void branch(void)
{
    uint64_t secret;
    ct_fill_secret(&secret, sizeof secret);
    if (secret & 1) {
        n_taken++;
    }
}

static void lookup(void)
{
    static uint8_t table[256];
    uint8_t secret;
    ct_fill_public(table, sizeof table);
    ct_fill_secret(&secret, sizeof secret);
    found = table[secret];
}

/* A comparison that stops at the first difference. */
static void early_return(void)
{
    uint8_t secret[32];
    uint8_t guess[32];
    ct_fill_public(guess, sizeof guess);
    ct_fill_secret(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++) {
        if (secret[i] != guess[i]) {
            return;
        }
        n_taken++;
    }
}

/* The secret has gone through a kernel first: marks must not get lost in its instructions. */
static void after_hash(void)
{
    plm_aes_key key;
    plm_block v;
    plm_kernels_best()->key(&key, plm_block_of(1, 2));
    ct_fill_secret(&v, sizeof v);
    plm_kernels_best()->hash(&key, &v, &v, 1);
    if (v[1] & 1) {
        n_taken++;
    }
}

static void after_mul(void)
{
    plm_block a;
    plm_block b;
    ct_fill_public(&a, sizeof a);
    ct_fill_secret(&b, sizeof b);
    a = plm_gf_mul(a, b);
    if (a[0] & 1) {
        n_taken++;
    }
}

static void random_draw(void)
{
    uint64_t secret;
    ct_random_is_secret(true);
    plm_random(&secret, sizeof secret);
    if (secret & 1) {
        n_taken++;
    }
}

const ct_case ct_leaky_cases[] = {{"leaky_branch", branch},
                                  {"leaky_lookup", lookup},
                                  {"leaky_early_return", early_return},
                                  {"leaky_after_hash", after_hash},
                                  {"leaky_after_mul", after_mul},
                                  {"leaky_random_draw", random_draw},
                                  {NULL, NULL}};
