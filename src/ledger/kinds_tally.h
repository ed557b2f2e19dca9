/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds_tally.h - the lines of entries about tallies, for ledger/kinds.c.
 */
#ifndef PLM_LEDGER_KINDS_TALLY_H
#define PLM_LEDGER_KINDS_TALLY_H

#include "base/bytes.h"

/* PLM_E_PROTOCOL: the body is not what the kind has; nothing was appended. */
plm_status plm_kind_tally_proposed(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_tally_consent(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_tally_table(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_tally_closed(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_tally_ended(plm_span body, plm_buf *out) PLM_MUST_CHECK;

#endif
