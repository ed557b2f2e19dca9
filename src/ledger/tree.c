/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/tree.h"

plm_status plm_tree_append(plm_tree_edge *edge, const plm_tree_hash *leaf,
                           plm_tree_hash done[static PLM_TREE_LEVELS_MAX], unsigned *n_done)
{
    if (edge->size >= (UINT64_C(1) << PLM_TREE_LEVELS_MAX) - 1) {
        return PLM_E_LIMIT;
    }
    unsigned level = 0;
    done[0] = *leaf;
    while (((edge->size >> level) & 1) != 0) {
        plm_tree_node(&done[level + 1], &edge->peaks[level], &done[level]);
        level++;
    }
    edge->peaks[level] = done[level];
    edge->size++;
    *n_done = level + 1;
    return PLM_OK;
}

void plm_tree_edge_root(const plm_tree_edge *edge, plm_tree_hash *out)
{
    bool has_any = false;
    plm_tree_empty(out);
    for (unsigned level = 0; level < PLM_TREE_LEVELS_MAX; level++) {
        if (((edge->size >> level) & 1) == 0) {
            continue;
        }
        if (has_any) {
            plm_tree_node(out, &edge->peaks[level], out);
        } else {
            *out = edge->peaks[level];
        }
        has_any = true;
    }
}

/* The largest power of two smaller than n, for n > 1 (RFC 6962's k), as its exponent. */
static unsigned split_level(uint64_t n)
{
    return 63U - (unsigned)__builtin_clzll(n - 1);
}

/*
 * MTH(D[begin:begin + n]) for n > 0, where begin is a multiple of the smallest power of two that is
 * not less than n, as it is for every subtree RFC 6962 speaks of: perfect subtrees from the left to
 * the right, ever smaller; the smallest are joined first.
 */
static plm_status range_root(const plm_tree *tree, uint64_t begin, uint64_t n, plm_tree_hash *out)
{
    uint64_t rest = n;
    bool has_any = false;
    for (unsigned level = 0; rest > 0; level++) {
        if (((n >> level) & 1) == 0) {
            continue;
        }
        plm_tree_hash peak;
        rest -= UINT64_C(1) << level;
        plm_status status = tree->read(tree->context, level, (begin + rest) >> level, &peak);
        if (status != PLM_OK) {
            return status;
        }
        if (has_any) {
            plm_tree_node(out, &peak, out);
        } else {
            *out = peak;
        }
        has_any = true;
    }
    return PLM_OK;
}

plm_status plm_tree_edge_at(const plm_tree *tree, uint64_t size, plm_tree_edge *out)
{
    plm_tree_edge edge = {.size = size};
    if (size > tree->size || size >> PLM_TREE_LEVELS_MAX != 0) {
        return PLM_E_ARGUMENT;
    }
    uint64_t rest = size;
    for (unsigned level = 0; rest > 0; level++) {
        if (((size >> level) & 1) != 0) {
            rest -= UINT64_C(1) << level;
            plm_status status = tree->read(tree->context, level, rest >> level, &edge.peaks[level]);
            if (status != PLM_OK) {
                return status;
            }
        }
    }
    *out = edge;
    return PLM_OK;
}

/* The recursions of the RFC collect from the bottom up; we walk down and turn it round. */
static void reverse(plm_tree_proof *proof)
{
    for (size_t i = 0; i < proof->n / 2; i++) {
        plm_tree_hash other = proof->hashes[proof->n - 1 - i];
        proof->hashes[proof->n - 1 - i] = proof->hashes[i];
        proof->hashes[i] = other;
    }
}

static plm_status add_range(const plm_tree *tree, uint64_t begin, uint64_t n, plm_tree_proof *proof)
{
    if (proof->n == PLM_TREE_PROOF_MAX) {
        return PLM_E_LIMIT;
    }
    return range_root(tree, begin, n, &proof->hashes[proof->n++]);
}

plm_status plm_tree_prove_inclusion(const plm_tree *tree, uint64_t index, uint64_t size,
                                    plm_tree_proof *out)
{
    plm_tree_proof proof = {.n = 0};
    if (size > tree->size || index >= size) {
        return PLM_E_ARGUMENT;
    }
    uint64_t begin = 0;
    uint64_t n = size;
    plm_status status = PLM_OK;
    while (status == PLM_OK && n > 1) {
        uint64_t k = UINT64_C(1) << split_level(n);
        if (index - begin < k) {
            status = add_range(tree, begin + k, n - k, &proof);
            n = k;
        } else {
            status = add_range(tree, begin, k, &proof);
            begin += k;
            n -= k;
        }
    }
    if (status == PLM_OK) {
        reverse(&proof);
        *out = proof;
    }
    return status;
}

plm_status plm_tree_prove_consistency(const plm_tree *tree, uint64_t first, uint64_t size,
                                      plm_tree_proof *out)
{
    plm_tree_proof proof = {.n = 0};
    if (size > tree->size || first > size) {
        return PLM_E_ARGUMENT;
    }
    if (first == 0) {
        *out = proof;
        return PLM_OK;
    }
    uint64_t begin = 0;
    uint64_t n = size;
    uint64_t m = first; /* SUBPROOF(m, D[begin:begin + n], is_whole) */
    bool is_whole = true;
    plm_status status = PLM_OK;
    while (status == PLM_OK && m < n) {
        uint64_t k = UINT64_C(1) << split_level(n);
        if (m <= k) {
            status = add_range(tree, begin + k, n - k, &proof);
            n = k;
        } else {
            status = add_range(tree, begin, k, &proof);
            begin += k;
            n -= k;
            m -= k;
            is_whole = false;
        }
    }
    if (status == PLM_OK && !is_whole) {
        status = add_range(tree, begin, n, &proof);
    }
    if (status == PLM_OK) {
        reverse(&proof);
        *out = proof;
    }
    return status;
}
