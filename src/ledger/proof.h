/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.h - checking proofs about a tree one does not have (RFC 9162 sections 2.1.3.2 and 2.1.4.2,
 * which give the algorithms for RFC 6962's proofs).
 *
 * Adversary: whoever made the proof. What is proven holds if SHA-256 is collision resistant; a
 * proof with a hash too many or too few proves nothing.
 */
#ifndef PLM_LEDGER_PROOF_H
#define PLM_LEDGER_PROOF_H

#include "ledger/digest.h"

/* PLM_E_PROOF unless `leaf` is leaf number index of the tree of `size` leaves with this root. */
plm_status plm_proof_check_inclusion(const plm_tree_hash *leaf, uint64_t index, uint64_t size,
                                     const plm_tree_proof *proof,
                                     const plm_tree_hash *root) PLM_MUST_CHECK;
/*
 * PLM_E_PROOF unless the tree of first_size leaves is the beginning of the other. A tree of none is
 * the beginning of every one, and each of itself, with an empty proof.
 */
plm_status plm_proof_check_consistency(uint64_t first_size, const plm_tree_hash *first_root,
                                       uint64_t size, const plm_tree_hash *root,
                                       const plm_tree_proof *proof) PLM_MUST_CHECK;

#endif
