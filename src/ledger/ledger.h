/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h - the node's append-only log (spec/ledger.md): a hash chain, and above it a Merkle tree
 * whose head the node signs and other parties countersign.
 *
 * How an entry is encoded is in ledger/entry.h, the tree in ledger/tree.h, the check of it all in
 * ledger/audit.h, what the kinds mean in ledger/kinds.h.
 */
#ifndef PLM_LEDGER_LEDGER_H
#define PLM_LEDGER_LEDGER_H

#include "ledger/tree.h"
#include "store/store.h"

/*
 * Appends in the caller's transaction, if one is open. body: what spec/ledger.md says for kind.
 * O(log n) hashes and rows. PLM_E_LIMIT: kind or body is too long.
 */
plm_status plm_ledger_append(plm_store *store, const char *kind, plm_span body,
                             int64_t now_ms) PLM_MUST_CHECK;

/* What the log is at a moment; what a head says. */
typedef struct plm_ledger_state {
    uint64_t size;
    plm_tree_hash root;
    uint8_t chain[32]; /* hash of the last entry; zeroes if there is none */
} plm_ledger_state;

/*
 * The state now. A ledger from before there was a tree gets one, in the caller's transaction, if
 * one is open.
 */
plm_status plm_ledger_now(plm_store *store, plm_ledger_state *out) PLM_MUST_CHECK;
/* The tree of the first `size` entries, which must be there; it reads the store. */
plm_tree plm_ledger_tree(plm_store *store, uint64_t size);
/* Root of the tree of the first `size` entries. PLM_E_NOT_FOUND: there are not so many. */
plm_status plm_ledger_root_at(plm_store *store, uint64_t size, plm_tree_hash *root) PLM_MUST_CHECK;

/*
 * plm_store_expire, with an entry of what was deleted: counts, no names. Nothing is while the clock
 * is ahead (ledger/clock.h): *n is 0 then.
 */
plm_status plm_ledger_expire(plm_store *store, int64_t now_ms, uint64_t *n) PLM_MUST_CHECK;

/*
 * Recomputes chain and tree of a store. PLM_OK: *n entries, all good. PLM_E_STORE: *bad is the
 * first sequence number that does not fit. ledger/audit.h checks signatures too.
 */
plm_status plm_ledger_verify(plm_store *store, uint64_t *n, uint64_t *bad) PLM_MUST_CHECK;

#endif
