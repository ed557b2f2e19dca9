/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exist.h - whether a log-linear model has a maximum-likelihood estimate, and one alone.
 *
 * Kept cells w with counts N, finite terms theta, A[w][theta] = 1 where theta is within w. The
 * estimate exists iff some x > 0 has the counts' margins, A'x = A'N (Haberman 1974, theorem 2.3;
 * Fienberg and Rinaldo, Annals of Statistics 2012), which is what the linear programme
 * "max s, A'x = A'N, x >= s >= 0" of Chan, Silverman and Vincent decides. It is one alone iff A has
 * full column rank.
 *
 * With S the cells of positive count and Z those of zero count: if A_S has full column rank, both
 * hold. Otherwise let K span its null space and B = A_Z K. By Stiemke's lemma x exists iff
 * B'y = 0 for some y > 0, scaled y >= 1: a feasibility problem with as many rows as the null space
 * has dimensions. So only the pattern of zeros counts, and most models need no programme at all.
 */
#ifndef PLM_ESTIMATE_EXIST_H
#define PLM_ESTIMATE_EXIST_H

#include "estimate/table.h"

typedef struct plm_exist plm_exist;

/* Memory for models with so many lists. Owned by the caller. PLM_E_NOMEM. */
plm_status plm_exist_create(plm_exist **out, unsigned n_lists) PLM_MUST_CHECK;
void plm_exist_destroy(plm_exist *work);

/*
 * kept: n_kept histories; count: by history; term: n_terms finite terms. Gives the bits
 * PLM_LOGLIN_NO_MAXIMUM and PLM_LOGLIN_UNIDENTIFIED (estimate/loglin.h).
 */
unsigned plm_exist_check(plm_exist *work, const uint8_t *kept, unsigned n_kept, const double *count,
                         const uint8_t *term, unsigned n_terms);

#endif
