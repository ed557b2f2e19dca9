/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_noise.h - what may leave of a tally's table: cells with discrete Laplace or discrete
 * Gaussian noise, or without the small ones.
 *
 * Noise is drawn exactly, with integers only, so that no rounding of floating-point numbers tells
 * anything (Mironov, On significance of the least significant bits for differential privacy, CCS
 * 2012): Canonne, Kamath and Steinke, The discrete Gaussian for differential privacy, NeurIPS 2020,
 * algorithms 1 to 3. Randomness is the system's. The time of drawing depends on the noise; it is
 * not for others to see.
 */
#ifndef PLM_MATCH_TALLY_NOISE_H
#define PLM_MATCH_TALLY_NOISE_H

#include "match/tally_draw.h"

#include <palermo/status.h>
#include <stddef.h>

/* In the place of a cell that was suppressed. */
#define PLM_TALLY_SUPPRESSED INT64_MIN

enum {
    PLM_TALLY_NUMBER_MAX = 1 << 20,  /* numerator and denominator of a privacy parameter, at most */
    PLM_TALLY_VARIANCE_MAX = 1 << 14 /* the same of a variance, in lowest terms */
};

/*
 * epsilon as a fraction, and by how much one change can alter the table at most (L1): 1 where a
 * person is in all lists' world or is not, 2 where one person's set of lists changes, as when a
 * record is added to a list or taken away that joins no two persons.
 */
typedef struct plm_tally_privacy {
    uint32_t numerator;
    uint32_t denominator;
    uint32_t sensitivity;
} plm_tally_privacy;

/*
 * rho of zero-concentrated differential privacy (Bun and Steinke, TCC 2016) as a fraction, and the
 * square of how much one change can alter the table at most (L2): 1 and 2 in the same cases as
 * above, since each of the cells is altered by 1.
 */
typedef struct plm_tally_concentrated {
    uint32_t numerator;
    uint32_t denominator;
    uint32_t sensitivity_squared;
} plm_tally_concentrated;

/*
 * A number z with probability proportional to exp(-|z| s / t), exactly (algorithm 2). s, t: 1 to
 * 2^31 - 1.
 */
int64_t plm_tally_laplace(plm_draw *draw, uint32_t s, uint32_t t);

/*
 * A number z with probability proportional to exp(-z^2 / (2 n / d)), exactly (algorithm 3). n, d: 1
 * to PLM_TALLY_VARIANCE_MAX; n / d is the variance of the normal law that it is like.
 */
int64_t plm_tally_gaussian(plm_draw *draw, uint32_t n, uint32_t d);

/*
 * out[i] = cells[i] + discrete Laplace noise of scale sensitivity / epsilon, in every cell of every
 * stratum but that of no list, which stays 0. Numbers below 0 may come out, and are to be kept:
 * cutting them off would bias what is estimated from the table. n: a multiple of 1 << n_parties.
 * out may not be cells. PLM_E_ARGUMENT: a parameter of privacy is 0 or too large (numerator and
 * denominator PLM_TALLY_NUMBER_MAX, sensitivity 1024), or n is no such multiple.
 */
plm_status plm_tally_noise(int64_t *out, const uint64_t *cells, size_t n, unsigned n_parties,
                           const plm_tally_privacy *privacy) PLM_MUST_CHECK;

/*
 * The same with discrete Gaussian noise whose n / d is sensitivity_squared / (2 rho): rho-zCDP
 * (theorem 14 of the paper). PLM_E_ARGUMENT: a parameter is 0 or above PLM_TALLY_NUMBER_MAX, n / d
 * in lowest terms above PLM_TALLY_VARIANCE_MAX, or n is no such multiple.
 */
plm_status plm_tally_noise_gaussian(int64_t *out, const uint64_t *cells, size_t n,
                                    unsigned n_parties,
                                    const plm_tally_concentrated *privacy) PLM_MUST_CHECK;

/*
 * out[i] = cells[i], or PLM_TALLY_SUPPRESSED where that is below the threshold, 0 included (that
 * nobody is there tells something too). Not differentially private: who knows a list's size, or
 * another table of the same persons, can come at what was left out.
 */
void plm_tally_suppress(int64_t *out, const uint64_t *cells, size_t n, unsigned n_parties,
                        uint64_t threshold);

#endif
