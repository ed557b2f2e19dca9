/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds.h - the kinds of entries and what each says, in one line for people (spec/ledger.md section
 * 4). A new kind is one row of the table in kinds.c and one function; whoever does not know a kind
 * shows its name and length, and verifies it like any other.
 */
#ifndef PLM_LEDGER_KINDS_H
#define PLM_LEDGER_KINDS_H

#include "base/bytes.h"

enum {
    PLM_KIND_LINE_MAX = 1024
};

/*
 * Appends one line without a newline and without control characters: body is hostile here, since a
 * peer's messages stand in it. Never PLM_E_PROTOCOL: a body that is not what the kind has is told
 * as such. PLM_E_LIMIT, PLM_E_NOMEM.
 */
plm_status plm_kind_line(const char *kind, plm_span body, plm_buf *out) PLM_MUST_CHECK;

/* False for a kind that this version does not know. */
bool plm_kind_is_known(const char *kind);

#endif
