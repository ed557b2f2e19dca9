/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolution.h - from candidate pairs to hits: who is whose partner, and how sure that is
 * (spec/resolution.md).
 *
 *     plm_resolution_add     a candidate pair and what is known of it      (once for each)
 *     plm_resolution_solve   fit the model, score, choose partners, grade
 *     plm_resolution_pairs   the candidates in the order in which they were added
 *
 * The receiver does this on its own machine with its own records; the peer's record is known by a
 * number alone. Memory: 40 bytes for each field of each candidate, and 100 for each candidate.
 */
#ifndef PLM_RESOLVE_RESOLUTION_H
#define PLM_RESOLVE_RESOLUTION_H

#include "resolve/model.h"

enum {
    PLM_RESOLVE_FIELDS_MAX = 1024 /* of a pair; further ones do not count */
};

/* How sure a pair is. The limits are probabilities that the records are of one person. */
typedef enum plm_grade {
    PLM_GRADE_NONE,     /* below the cut, or another partner is better */
    PLM_GRADE_POSSIBLE, /* from 1/2: the cut */
    PLM_GRADE_PROBABLE, /* from 0.9 */
    PLM_GRADE_STRONG    /* from 0.99 */
} plm_grade;

typedef struct plm_pair {
    uint32_t record; /* the receiver's number */
    uint32_t peer;   /* the number of the peer's record among those that were met */
    double score;    /* weight of evidence in bits */
    double probability;
    plm_grade grade;
} plm_pair;

typedef struct plm_resolution plm_resolution;

/* The sizes of the receiver's and of the peer's list, and how many persons in common are expected;
 * the last is only where the estimate starts. Each at least 1. PLM_E_NOMEM. */
plm_status plm_resolution_create(plm_resolution **out, uint64_t n_own, uint64_t n_peer,
                                 uint64_t n_expected) PLM_MUST_CHECK;
void plm_resolution_destroy(plm_resolution *r);

/* states: plm_agreement for each feature. Nothing is kept of the arguments. PLM_E_NOMEM;
 * PLM_E_LIMIT (2^32 - 1 fields); then the pair is not in. */
plm_status plm_resolution_add(plm_resolution *r, uint32_t record, uint32_t peer,
                              const plm_features *features, const uint8_t *states) PLM_MUST_CHECK;

/* Now and then, with the share done of 0 to 1; a status other than PLM_OK ends the work. */
typedef plm_status plm_resolution_progress_fn(void *context, double done);

/*
 * Fits the model to the candidates, scores them, and takes pairs from the best score down, each
 * record and each peer once: O(n log n) for n candidates. A pair's probability counts what the
 * other candidates of its record and of its peer would explain as well. progress: may be NULL.
 * PLM_E_NOMEM, what progress returned.
 */
plm_status plm_resolution_solve(plm_resolution *r, plm_resolution_progress_fn *progress,
                                void *context) PLM_MUST_CHECK;

/* Borrowed until the resolution is changed or destroyed. */
const plm_pair *plm_resolution_pairs(const plm_resolution *r, size_t *n);
const plm_model *plm_resolution_model(const plm_resolution *r);

/* "none", "possible", "probable", "strong". */
const char *plm_grade_name(plm_grade grade);

/* The evidence on a pair; for plm_pair_fields_explain. Borrowed as above. */
const plm_pair_field *plm_resolution_fields(const plm_resolution *r, size_t pair, size_t *n);

#endif
