/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/proof.h"

plm_status plm_proof_check_inclusion(const plm_tree_hash *leaf, uint64_t index, uint64_t size,
                                     const plm_tree_proof *proof, const plm_tree_hash *root)
{
    if (index >= size) {
        return PLM_E_PROOF;
    }
    uint64_t fn = index;
    uint64_t sn = size - 1;
    plm_tree_hash r = *leaf;
    for (size_t i = 0; i < proof->n; i++) {
        const plm_tree_hash *p = &proof->hashes[i];
        if (sn == 0) {
            return PLM_E_PROOF;
        }
        if ((fn & 1) != 0 || fn == sn) {
            plm_tree_node(&r, p, &r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            plm_tree_node(&r, &r, p);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && plm_tree_hash_equal(&r, root) ? PLM_OK : PLM_E_PROOF;
}

/* The trivial cases, which RFC 9162 leaves out: both must come with an empty proof. */
static plm_status check_trivial(uint64_t first_size, const plm_tree_hash *first_root,
                                const plm_tree_hash *root, const plm_tree_proof *proof)
{
    plm_tree_hash empty;
    plm_tree_empty(&empty);
    const plm_tree_hash *expected = first_size == 0 ? &empty : root;
    return proof->n == 0 && plm_tree_hash_equal(first_root, expected) ? PLM_OK : PLM_E_PROOF;
}

plm_status plm_proof_check_consistency(uint64_t first_size, const plm_tree_hash *first_root,
                                       uint64_t size, const plm_tree_hash *root,
                                       const plm_tree_proof *proof)
{
    if (first_size > size) {
        return PLM_E_PROOF;
    }
    if (first_size == 0 || first_size == size) {
        return check_trivial(first_size, first_root, root, proof);
    }
    bool is_power_of_two = (first_size & (first_size - 1)) == 0;
    if (proof->n == 0) {
        return PLM_E_PROOF;
    }
    const plm_tree_hash *start = is_power_of_two ? first_root : &proof->hashes[0];
    uint64_t fn = first_size - 1;
    uint64_t sn = size - 1;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    plm_tree_hash fr = *start;
    plm_tree_hash sr = *start;
    for (size_t i = is_power_of_two ? 0 : 1; i < proof->n; i++) {
        const plm_tree_hash *c = &proof->hashes[i];
        if (sn == 0) {
            return PLM_E_PROOF;
        }
        if ((fn & 1) != 0 || fn == sn) {
            plm_tree_node(&fr, c, &fr);
            plm_tree_node(&sr, c, &sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            plm_tree_node(&sr, &sr, c);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && plm_tree_hash_equal(&fr, first_root) && plm_tree_hash_equal(&sr, root)
               ? PLM_OK
               : PLM_E_PROOF;
}
