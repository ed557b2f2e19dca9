/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel.h - the few loops in which the fast engine spends its time: AES-128 (FIPS 197) with a
 * fixed or a fresh key, and GF(2^128), over arrays of blocks.
 *
 * Each tier of processors has its own table (base/cpu.h); the portable one is the specification,
 * and every other gives the same bits. All of them take constant time in the values of their
 * arguments, keys included. Counts may be 0. Arrays of blocks are aligned to 16 bytes; out may be
 * the same array as an input, but may not overlap it otherwise. No kernel allocates.
 *
 * Assumptions that users of a kernel rest on:
 *   hash, ggm:      AES under a fixed public key is a random permutation, so that E(x) ^ x is
 *                   correlation robust (Matyas-Meyer-Oseas; Guo, Katz, Wang and Yu, IEEE S&P 2020)
 *   davies_meyer:   AES-128 is an ideal cipher (Black, Rogaway and Shrimpton, Crypto 2002)
 *   counter:        AES-128 is a pseudorandom permutation
 */
#ifndef PLM_CRYPTO_KERNEL_H
#define PLM_CRYPTO_KERNEL_H

#include "base/cpu.h"
#include "crypto/block.h"

/* An expanded key of AES-128. SECRET as its key is. */
typedef struct plm_aes_key {
    plm_block round[11];
} plm_aes_key;

typedef struct plm_kernels {
    const char *name;
    /* Expands a key. key: SECRET. */
    void (*key)(plm_aes_key *out, plm_block key);
    /* out[i] = E(in[i]) */
    void (*encrypt)(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n);
    /* out[i] = E(in[i]) ^ in[i] */
    void (*hash)(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n);
    /* out[i] = E(first + i), the counter in the low half of the block */
    void (*counter)(const plm_aes_key *key, plm_block *out, uint64_t first, size_t n);
    /*
     * One level of a tree: children[2 i + b] = E_b(parents[i]) ^ parents[i] for b = 0, 1;
     * sums[b] ^= all of children[2 i + b]. children: 2 n, not overlapping parents.
     */
    void (*ggm)(const plm_aes_key keys[2], plm_block *children, const plm_block *parents, size_t n,
                plm_block sums[2]);
    /* out[i] = E_{keys[i]}(in[i]) ^ in[i] */
    void (*davies_meyer)(plm_block *out, const plm_block *keys, const plm_block *in, size_t n);
    /* out[i] = a[i] * b[i] */
    void (*mul)(plm_block *out, const plm_block *a, const plm_block *b, size_t n);
    /* out[i] ^= a[i] * c */
    void (*mul_add)(plm_block *out, const plm_block *a, plm_block c, size_t n);
    /* acc x^n + a[0] x^n + a[1] x^(n-1) + ... + a[n-1] x: Horner's rule, ready for more */
    plm_block (*polynomial)(plm_block acc, plm_block x, const plm_block *a, size_t n);
} plm_kernels;

/* The tier's table; NULL if this build or this processor does not have it. */
const plm_kernels *plm_kernels_of(plm_cpu_tier tier);
/* The table of plm_cpu_best. Never NULL. */
const plm_kernels *plm_kernels_best(void);

/*
 * What each fixed public key of AES is for, so that no permutation serves two things. The key is
 * the block of "palermo" and the purpose: nothing up the sleeve.
 */
enum {
    PLM_KEY_OT_LEFT = 1, /* children in the trees of ot/trees.c */
    PLM_KEY_OT_RIGHT = 2,
    PLM_KEY_OT_TWEAK = 3,  /* pi of plm_ot_keys */
    PLM_KEY_OT_STEP = 4,   /* successors of kept leaves */
    PLM_KEY_TREE_LEFT = 5, /* children in the trees of vole/tree.c */
    PLM_KEY_TREE_RIGHT = 6,
    PLM_KEY_CODE_PERMUTE = 7, /* and the round, times 2^32 */
    PLM_KEY_CODE_BLOCKS = 8,
    PLM_KEY_FIELD = 9 /* H_F of matching */
};
void plm_fixed_key(plm_aes_key *out, uint64_t purpose);

/* One product in the field (Horner's rule and the like on few values). a, b: SECRET. */
plm_block plm_gf_mul(plm_block a, plm_block b);
/* x^e for a public or SECRET e of 64 bits: always 64 squarings and products. */
plm_block plm_gf_pow(plm_block x, uint64_t e);
/* 1 / a; 0 for 0. */
plm_block plm_gf_inverse(plm_block a);

/* The tables themselves, for kernel.c alone. */
extern const plm_kernels plm_kernels_portable;
#if defined(__x86_64__)
extern const plm_kernels plm_kernels_aes;
extern const plm_kernels plm_kernels_avx2;
extern const plm_kernels plm_kernels_avx512;
#elif defined(__aarch64__)
extern const plm_kernels plm_kernels_arm64;
#endif

#endif
