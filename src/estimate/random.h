/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random.h - random numbers that do not depend on the number of threads.
 *
 * A stream is named by a seed, a purpose and a number (of a bootstrap replicate, of a chain), and
 * is the same whoever draws from it and when: Philox 4x32-10, a counter-based generator (Salmon,
 * Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The distributions
 * are the GNU Scientific Library's, on this generator. Nothing here is for cryptography.
 */
#ifndef PLM_ESTIMATE_RANDOM_H
#define PLM_ESTIMATE_RANDOM_H

#include "estimate/table.h"

#include <gsl/gsl_rng.h>

/* What the numbers are for: streams of different purposes have nothing in common. */
typedef enum plm_random_purpose {
    PLM_RANDOM_TEST = 0,
    PLM_RANDOM_BOOTSTRAP = 1,
    PLM_RANDOM_CHAIN = 2,
    PLM_RANDOM_SIMULATION = 3,
    PLM_RANDOM_NOISE = 4
} plm_random_purpose;

typedef struct plm_random {
    uint32_t key[2];     /* the seed */
    uint32_t counter[4]; /* block number (2 words), purpose and number of the stream */
    uint32_t block[4];
    unsigned used; /* words of the block that were taken */
    gsl_rng gsl;   /* points into this very struct: it must not be copied or moved */
} plm_random;

/* number: below 2^48. */
void plm_random_init(plm_random *random, uint64_t seed, plm_random_purpose purpose,
                     uint64_t number);
/* One Philox 4x32-10 block. */
void plm_random_philox(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]);
uint32_t plm_random_u32(plm_random *random);

/* Strictly between 0 and 1. */
double plm_random_uniform(plm_random *random);
double plm_random_gamma(plm_random *random, double shape);
/* Its logarithm: of small shapes the number itself is below the smallest double. */
double plm_random_log_gamma(plm_random *random, double shape);
double plm_random_beta(plm_random *random, double a, double b);
uint64_t plm_random_poisson(plm_random *random, double mean);
uint64_t plm_random_binomial(plm_random *random, double p, uint64_t n);
/* Whole number k with probability proportional to exp(-epsilon |k|): discrete Laplace noise. */
int64_t plm_random_laplace(plm_random *random, double epsilon);
/*
 * Whole number k with probability proportional to exp(-k^2 / (2 sigma^2)): discrete Gaussian noise
 * (Canonne, Kamath, Steinke, NeurIPS 2020, algorithm 3, in floating point).
 */
int64_t plm_random_gaussian(plm_random *random, double sigma);
/* n balls into n_cells cells of these weights (>= 0, one > 0); out: balls in each. */
void plm_random_multinomial(plm_random *random, double *out, uint64_t n, const double *weight,
                            unsigned n_cells);

#endif
