/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - why a pair was graded so, in words.
 */
#ifndef PLM_RESOLVE_EXPLAIN_H
#define PLM_RESOLVE_EXPLAIN_H

#include "resolve/resolution.h"

/*
 * Appends one sentence part for each field that counted:
 *     name (word 1): equal; name (word 2): sounds alike; birthDate 1974-03-12: equal
 * record: the receiver's, whose values other than names are quoted; NULL: no value is. The text is
 * for the receiver's own people, like the record. PLM_E_LIMIT, PLM_E_NOMEM.
 */
plm_status plm_pair_fields_explain(plm_buf *out, const plm_model *model,
                                   const plm_pair_field *fields, size_t n,
                                   const plm_record *record) PLM_MUST_CHECK;

#endif
