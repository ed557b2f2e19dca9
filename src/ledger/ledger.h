/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h - the node's append-only, hash-chained log (spec/ledger.md).
 *
 *   h_0 = 0^256;  h_i = BLAKE2b-256(h_{i-1} || i (u64) || time_ms (u64) || kind (u16 + bytes)
 *                                   || body (u32 + bytes))
 */
#ifndef PLM_LEDGER_LEDGER_H
#define PLM_LEDGER_LEDGER_H

#include "store/store.h"

/* Appends in the caller's transaction, if one is open. body: what spec/ledger.md says for kind. */
plm_status plm_ledger_append(plm_store *store, const char *kind, plm_span body,
                             int64_t now_ms) PLM_MUST_CHECK;
/*
 * Recomputes the chain. PLM_OK: *n entries, all good. PLM_E_STORE: *bad is the first sequence
 * number that does not fit.
 */
plm_status plm_ledger_verify(plm_store *store, uint64_t *n, uint64_t *bad) PLM_MUST_CHECK;

#endif
