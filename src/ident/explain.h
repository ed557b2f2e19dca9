/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - what plm_ident_explain says beside the steps that a type's own code tells: what was
 * taken off, left out and changed between the value and its canonical form, which form the type
 * has, and whether it has a check. One row of a table for each type; nothing of it runs unless an
 * explanation is asked for.
 */
#ifndef PLM_IDENT_EXPLAIN_H
#define PLM_IDENT_EXPLAIN_H

#include "ident/ident.h"

/*
 * Completes out->steps, of which the first n_prepared tell what was done before the type was asked.
 * value: as the type got it. out->canonical is "" if the value was refused.
 */
void plm_ident_tell(plm_ident_type type, plm_span value, size_t n_prepared, plm_ident *out);

#endif
