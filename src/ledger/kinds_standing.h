/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds_standing.h - the line of entries about runs that repeat, for ledger/kinds.c.
 */
#ifndef PLM_LEDGER_KINDS_STANDING_H
#define PLM_LEDGER_KINDS_STANDING_H

#include "base/bytes.h"

/* PLM_E_PROTOCOL: the body is not what the kind has; nothing was appended. */
plm_status plm_kind_standing(plm_span body, plm_buf *out) PLM_MUST_CHECK;

#endif
