/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forbidden.h - columns and properties that no record may be made of, by their names: racial or
 * ethnic origin, political opinions, religion or belief, trade-union membership, sex life and
 * orientation, genetic data (Directive (EU) 2016/680, art. 10).
 *
 * No record has a field for them, so they could only come in under another name: a religion mapped
 * as a "name". A name that does not tell what it holds can't be caught.
 */
#ifndef PLM_REGISTER_FORBIDDEN_H
#define PLM_REGISTER_FORBIDDEN_H

#include "base/bytes.h"

/* What the name stands for ("religion or belief"), or NULL if nothing forbidden. */
const char *plm_forbidden_column(plm_span name);

#endif
