/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rivals.h - how probable a pair is among all candidates that exclude it (spec/resolution.md
 * section 4).
 *
 *     record 1 ──── peer 7         a record has one partner at most, and so has a peer: of a set of
 *             ╲                    pairs without a record or a peer in two of them the probability
 *     record 2 ──── peer 9         is the product of its odds, up to a constant
 *
 * The share of such sets that have a pair is found by passing messages along the pairs: x of a
 * record to a peer is how probable it is that the record has no other partner,
 *
 *     x(i to j) = 1 / (1 + sum of odds(i, k) x(k to i) over its other candidates k)
 *     odds of the pair = odds(i, j) x(i to j) x(j to i)
 *
 * (Bethe's approximation, exact where candidates form no cycle: L. Zdeborova and M. Mezard, The
 * number of matchings in random graphs, J. Stat. Mech. 2006.) So a rival
 * that has a better partner of its own does not count for much.
 */
#ifndef PLM_RESOLVE_RIVALS_H
#define PLM_RESOLVE_RIVALS_H

#include "resolve/resolution.h"

/* What the candidates of one record, or of one peer, send to it. */
typedef struct plm_rival_sum {
    double most; /* the greatest of them */
    double rest; /* the sum of all others */
    uint32_t of; /* the pair that sends the greatest */
} plm_rival_sum;

typedef struct plm_rivals {
    size_t n;
    size_t n_records;
    size_t n_peers;
    double *odds;           /* of each pair alone; set by the caller before each settling */
    double *to_peer;        /* x of its record to its peer */
    double *to_record;      /* x of its peer to its record */
    plm_rival_sum *records; /* by record, and by peer */
    plm_rival_sum *peers;
} plm_rivals;

/* PLM_E_NOMEM; to be destroyed in any case. */
plm_status plm_rivals_create(plm_rivals *out, const plm_pair *pairs, size_t n) PLM_MUST_CHECK;
void plm_rivals_destroy(plm_rivals *r);

/* Passes messages until they are settled, from where they were. The pairs are those of create. */
void plm_rivals_settle(plm_rivals *r, const plm_pair *pairs);
/* Of pair i. */
double plm_rivals_probability(const plm_rivals *r, size_t i);

#endif
