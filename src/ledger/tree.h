/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h - making the ledger's Merkle tree and its proofs (RFC 6962 section 2.1).
 *
 * Pure functions: the nodes are read through a callback and what is new is handed back, so the same
 * code works on arrays in a test and on the store. Only roots of *perfect* subtrees are ever kept -
 * they never change again:
 *
 *   level 2                3               node (level, index) is the root over the 2^level leaves
 *                    /           \         from index * 2^level on; it is complete once leaf number
 *   level 1        1       .       2       (index + 1) * 2^level - 1 is there
 *                /   \   /   \   /   \
 *   level 0     0     1 2     3 4     5
 *
 * Proofs are checked by ledger/proof.h, which shares nothing with this file but
 * the two hashes.
 */
#ifndef PLM_LEDGER_TREE_H
#define PLM_LEDGER_TREE_H

#include "ledger/digest.h"

/* The growing right edge: the roots of the perfect subtrees that `size` leaves consist of. */
typedef struct plm_tree_edge {
    uint64_t size;
    plm_tree_hash peaks[PLM_TREE_LEVELS_MAX]; /* [level], where that bit of size is set */
} plm_tree_edge;

/*
 * Adds a leaf: at most log2(size) hashes. The nodes that it completes are written to done[0] (the
 * leaf itself), done[1], ... by level, *n_done in number. PLM_E_LIMIT: the tree is full.
 */
plm_status plm_tree_append(plm_tree_edge *edge, const plm_tree_hash *leaf,
                           plm_tree_hash done[static PLM_TREE_LEVELS_MAX],
                           unsigned *n_done) PLM_MUST_CHECK;
/* MTH of the leaves so far. */
void plm_tree_edge_root(const plm_tree_edge *edge, plm_tree_hash *out);

/* Reads the complete node (level, index). PLM_E_NOT_FOUND: it is not there. */
typedef plm_status plm_tree_read_fn(void *context, unsigned level, uint64_t index,
                                    plm_tree_hash *out);

/* A tree of `size` leaves whose complete nodes can be read. */
typedef struct plm_tree {
    uint64_t size;
    plm_tree_read_fn *read;
    void *context;
} plm_tree;

/* The right edge as it was at `size` leaves (at most tree->size; else PLM_E_ARGUMENT). */
plm_status plm_tree_edge_at(const plm_tree *tree, uint64_t size, plm_tree_edge *out) PLM_MUST_CHECK;
/* PATH(index, D[size]): the audit path of RFC 6962 section 2.1.1. PLM_E_ARGUMENT: out of range. */
plm_status plm_tree_prove_inclusion(const plm_tree *tree, uint64_t index, uint64_t size,
                                    plm_tree_proof *out) PLM_MUST_CHECK;
/*
 * PROOF(first, D[size]): the consistency proof of section 2.1.2; empty where first is 0 or size.
 * PLM_E_ARGUMENT: out of range.
 */
plm_status plm_tree_prove_consistency(const plm_tree *tree, uint64_t first, uint64_t size,
                                      plm_tree_proof *out) PLM_MUST_CHECK;

#endif
