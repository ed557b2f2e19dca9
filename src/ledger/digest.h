/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest.h - the two hashes of the ledger's tree (RFC 6962 section 2.1).
 *
 *   leaf(e)    = SHA-256(0x00 || e)
 *   node(l, r) = SHA-256(0x01 || l || r)
 *
 * The first byte keeps a leaf from being shown as a node and a node as a leaf.
 */
#ifndef PLM_LEDGER_DIGEST_H
#define PLM_LEDGER_DIGEST_H

#include "base/bytes.h"

enum {
    PLM_TREE_HASH_BYTES = 32,
    PLM_TREE_LEVELS_MAX = 62, /* trees have fewer than 2^62 leaves */
    PLM_TREE_PROOF_MAX = 64   /* hashes in a proof about such a tree, at most */
};

typedef struct plm_tree_hash {
    uint8_t b[PLM_TREE_HASH_BYTES];
} plm_tree_hash;

/* A proof's hashes in the order of RFC 6962 sections 2.1.1 and 2.1.2. */
typedef struct plm_tree_proof {
    size_t n;
    plm_tree_hash hashes[PLM_TREE_PROOF_MAX];
} plm_tree_proof;

void plm_tree_leaf(plm_tree_hash *out, plm_span entry);
/* out may be left or right. */
void plm_tree_node(plm_tree_hash *out, const plm_tree_hash *left, const plm_tree_hash *right);
/* The root of no leaves: SHA-256 of nothing. */
void plm_tree_empty(plm_tree_hash *out);
bool plm_tree_hash_equal(const plm_tree_hash *a, const plm_tree_hash *b);

#endif
