/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_array.h - a Merkle tree in memory, and RFC 6962's recursive definitions as its oracle.
 */
#ifndef PLM_TESTS_TREE_ARRAY_H
#define PLM_TESTS_TREE_ARRAY_H

#include "ledger/tree.h"

enum {
    TREE_ARRAY_LEAVES = 512,
    TREE_ARRAY_LEVELS = 10
};

typedef struct tree_array {
    plm_tree_hash nodes[TREE_ARRAY_LEVELS][TREE_ARRAY_LEAVES];
    plm_tree_edge edge;
} tree_array;

static inline plm_status tree_array_read(void *context, unsigned level, uint64_t index,
                                         plm_tree_hash *out)
{
    const tree_array *t = (const tree_array *)context;
    if (level >= TREE_ARRAY_LEVELS || index >= TREE_ARRAY_LEAVES ||
        (index + 1) << level > t->edge.size) {
        return PLM_E_NOT_FOUND;
    }
    *out = t->nodes[level][index];
    return PLM_OK;
}

static inline plm_status tree_array_add(tree_array *t, const plm_tree_hash *leaf)
{
    plm_tree_hash done[PLM_TREE_LEVELS_MAX];
    unsigned n;
    plm_status status = plm_tree_append(&t->edge, leaf, done, &n);
    for (unsigned level = 0; status == PLM_OK && level < n; level++) {
        t->nodes[level][(t->edge.size >> level) - 1] = done[level];
    }
    return status;
}

static inline plm_tree tree_array_view(tree_array *t)
{
    const plm_tree tree = {t->edge.size, tree_array_read, t};
    return tree;
}

/* MTH of section 2.1, word for word, over leaf hashes. */
static inline void oracle_root(const plm_tree_hash *leaves, size_t n, plm_tree_hash *out)
{
    if (n == 0) {
        plm_tree_empty(out);
        return;
    }
    if (n == 1) {
        *out = leaves[0];
        return;
    }
    size_t k = 1;
    while (2 * k < n) {
        k *= 2;
    }
    plm_tree_hash left;
    plm_tree_hash right;
    oracle_root(leaves, k, &left);
    oracle_root(leaves + k, n - k, &right);
    plm_tree_node(out, &left, &right);
}

/* PATH(m, D[n]) of section 2.1.1. */
static inline void oracle_path(const plm_tree_hash *leaves, size_t m, size_t n,
                               plm_tree_proof *proof)
{
    if (n == 1) {
        return;
    }
    size_t k = 1;
    while (2 * k < n) {
        k *= 2;
    }
    if (m < k) {
        oracle_path(leaves, m, k, proof);
        oracle_root(leaves + k, n - k, &proof->hashes[proof->n++]);
    } else {
        oracle_path(leaves + k, m - k, n - k, proof);
        oracle_root(leaves, k, &proof->hashes[proof->n++]);
    }
}

/* SUBPROOF(m, D[n], b) of section 2.1.2. */
static inline void oracle_subproof(const plm_tree_hash *leaves, size_t m, size_t n, bool b,
                                   plm_tree_proof *proof)
{
    if (m == n) {
        if (!b) {
            oracle_root(leaves, n, &proof->hashes[proof->n++]);
        }
        return;
    }
    size_t k = 1;
    while (2 * k < n) {
        k *= 2;
    }
    if (m <= k) {
        oracle_subproof(leaves, m, k, b, proof);
        oracle_root(leaves + k, n - k, &proof->hashes[proof->n++]);
    } else {
        oracle_subproof(leaves + k, m - k, n - k, false, proof);
        oracle_root(leaves, k, &proof->hashes[proof->n++]);
    }
}

#endif
