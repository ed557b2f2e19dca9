/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds_lookup.h - one line for people of the entries about lookups; rows of the table in kinds.c.
 * PLM_E_PROTOCOL: the body is not what the kind has; nothing was appended.
 */
#ifndef PLM_LEDGER_KINDS_LOOKUP_H
#define PLM_LEDGER_KINDS_LOOKUP_H

#include "base/bytes.h"

plm_status plm_kind_index(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_lookup_open(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_lookup_terms(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_lookups(plm_span body, plm_buf *out) PLM_MUST_CHECK;

#endif
