/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zeta.h - sums over the supersets and the subsets of every set at once (the zeta transforms of
 * the lattice of subsets), in place, n 2^n additions for 2^n sets.
 *
 * With A[w][theta] = 1 where theta is a subset of w, the log-linear design, they are the products
 * with A's transpose and with A itself.
 */
#ifndef PLM_ESTIMATE_ZETA_H
#define PLM_ESTIMATE_ZETA_H

/* x[s] becomes the sum of x over all supersets of s; x has 2^n_bits elements. */
static inline void plm_zeta_supersets(double *x, unsigned n_bits)
{
    for (unsigned step = 1; step < 1U << n_bits; step <<= 1) {
        for (unsigned base = 0; base < 1U << n_bits; base += 2 * step) {
            for (unsigned i = base; i < base + step; i++) {
                x[i] += x[i + step];
            }
        }
    }
}

/* x[s] becomes the sum of x over all subsets of s. */
static inline void plm_zeta_subsets(double *x, unsigned n_bits)
{
    for (unsigned step = 1; step < 1U << n_bits; step <<= 1) {
        for (unsigned base = 0; base < 1U << n_bits; base += 2 * step) {
            for (unsigned i = base; i < base + step; i++) {
                x[i + step] += x[i];
            }
        }
    }
}

#endif
