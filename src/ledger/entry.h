/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.h - the one encoding of an entry, from which both its chain hash and its leaf of the tree
 * are made (spec/ledger.md sections 2 and 3).
 *
 *   +-----------+-------+----------+----------------+----------------+
 *   | h_i-1, 32 | i u64 | time u64 | kind u16+bytes | body u32+bytes |   = e_i
 *   +-----------+-------+----------+----------------+----------------+
 *
 *   h_0 = 0^256;  h_i = BLAKE2b-256(e_i);  leaf i - 1 of the tree = e_i
 *
 * That e_i begins with h_i-1 ties the tree's root to the chain, and keeps a leaf's hash, which a
 * proof about its neighbour shows, from being guessed by who does not have the entries before it.
 */
#ifndef PLM_LEDGER_ENTRY_H
#define PLM_LEDGER_ENTRY_H

#include "ledger/digest.h"
#include "store/store.h"

enum {
    PLM_ENTRY_CHAIN_BYTES = 32,
    PLM_ENTRY_KIND_MAX = 33, /* a kind has 1 to 32 bytes, and a terminator */
    PLM_ENTRY_BODY_MAX = 16 << 20,
    PLM_ENTRY_MAX = PLM_ENTRY_BODY_MAX + 128
};

/* Replaces what out holds. PLM_E_LIMIT: kind or body too long, or no kind. PLM_E_NOMEM. */
plm_status plm_entry_encode(plm_buf *out, const uint8_t previous[static PLM_ENTRY_CHAIN_BYTES],
                            const plm_ledger_row *row) PLM_MUST_CHECK;
/*
 * Reads hostile bytes. kind: PLM_ENTRY_KIND_MAX bytes, to which row->kind will point; row->body is
 * borrowed from `entry`; row->hash and nodes are left out. PLM_E_PROTOCOL.
 */
plm_status plm_entry_decode(plm_ledger_row *row, char *kind,
                            uint8_t previous[static PLM_ENTRY_CHAIN_BYTES],
                            plm_span entry) PLM_MUST_CHECK;

#endif
