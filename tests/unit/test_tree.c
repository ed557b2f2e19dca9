/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Merkle tree: the known vectors of Certificate Transparency (eight leaves, used by its
 * reference implementations), the seven-leaf example of RFC 6962 section 2.1.3, and every tree of
 * up to 300 leaves against the RFC's recursive definitions. What is changed in a proof is refused.
 */
#include "ledger/proof.h"

#include "crypto/sign.h"
#include "tap.h"
#include "tree_array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIZES = 300,
    EVERY = 140 /* to here every proof of every size; then round the next power of two */
};

static tree_array tree;
static plm_tree_hash leaves[TREE_ARRAY_LEAVES];
static plm_tree_hash roots[SIZES + 1];

static const char *const vector_leaves[8] = {"",
                                             "00",
                                             "10",
                                             "2021",
                                             "3031",
                                             "40414243",
                                             "5051525354555657",
                                             "606162636465666768696a6b6c6d6e6f"};

static const char *const vector_roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static void fill_vectors(void)
{
    memset(&tree, 0, sizeof tree);
    for (size_t i = 0; i < 8; i++) {
        uint8_t bytes[16];
        size_t n = strlen(vector_leaves[i]) / 2;
        CHECK(plm_hex_decode(bytes, n, vector_leaves[i]) == 0);
        plm_tree_leaf(&leaves[i], plm_span_of(bytes, n));
        CHECK_STATUS(tree_array_add(&tree, &leaves[i]), PLM_OK);
    }
}

static void fill_many(void)
{
    memset(&tree, 0, sizeof tree);
    for (uint32_t i = 0; i < SIZES; i++) {
        uint8_t bytes[4];
        plm_store_u32(bytes, i);
        plm_tree_leaf(&leaves[i], plm_span_of(bytes, sizeof bytes));
    }
}

static bool is_hex(const plm_tree_hash *h, const char *hex)
{
    char text[65];
    plm_hex_encode(text, h->b, sizeof h->b);
    return strcmp(text, hex) == 0;
}

static void check_proof_is(const plm_tree_proof *proof, const char *const *expected, size_t n)
{
    CHECK_EQ_INT(proof->n, n);
    for (size_t i = 0; i < n && i < proof->n; i++) {
        CHECK(is_hex(&proof->hashes[i], expected[i]));
    }
}

static void test_known_roots(void)
{
    plm_tree_edge edge;
    plm_tree_hash root;
    fill_vectors();
    const plm_tree view = tree_array_view(&tree);
    for (uint64_t n = 0; n <= 8; n++) {
        CHECK_STATUS(plm_tree_edge_at(&view, n, &edge), PLM_OK);
        plm_tree_edge_root(&edge, &root);
        CHECK(is_hex(&root, vector_roots[n]));
    }
}

static void test_known_proofs(void)
{
    static const char *const path_0_8[] = {
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"};
    static const char *const path_5_8[] = {
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
    static const char *const path_2_3[] = {
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"};
    static const char *const from_6_to_8[] = {
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
    static const char *const from_2_to_5[] = {
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"};
    plm_tree_proof proof;
    fill_vectors();
    const plm_tree view = tree_array_view(&tree);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 0, 8, &proof), PLM_OK);
    check_proof_is(&proof, path_0_8, 3);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 5, 8, &proof), PLM_OK);
    check_proof_is(&proof, path_5_8, 3);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 2, 3, &proof), PLM_OK);
    check_proof_is(&proof, path_2_3, 1);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 0, 1, &proof), PLM_OK);
    CHECK_EQ_INT(proof.n, 0);
    CHECK_STATUS(plm_tree_prove_consistency(&view, 6, 8, &proof), PLM_OK);
    check_proof_is(&proof, from_6_to_8, 3);
    CHECK_STATUS(plm_tree_prove_consistency(&view, 2, 5, &proof), PLM_OK);
    check_proof_is(&proof, from_2_to_5, 2);
    CHECK_STATUS(plm_tree_prove_consistency(&view, 1, 1, &proof), PLM_OK);
    CHECK_EQ_INT(proof.n, 0);
}

static void check_hashes(const plm_tree_proof *proof, const plm_tree_hash *const *expected,
                         size_t n)
{
    CHECK_EQ_INT(proof->n, n);
    for (size_t i = 0; i < n && i < proof->n; i++) {
        CHECK(plm_tree_hash_equal(&proof->hashes[i], expected[i]));
    }
}

/* The letters are those of the drawing in RFC 6962 section 2.1.3. */
static void test_the_example_of_the_rfc(void)
{
    plm_tree_hash g;
    plm_tree_hash h;
    plm_tree_hash i;
    plm_tree_hash k;
    plm_tree_hash l;
    plm_tree_proof proof;
    memset(&tree, 0, sizeof tree);
    fill_vectors();
    const plm_tree view = tree_array_view(&tree);
    const plm_tree_hash *a = &leaves[0];
    const plm_tree_hash *b = &leaves[1];
    const plm_tree_hash *c = &leaves[2];
    const plm_tree_hash *d = &leaves[3];
    const plm_tree_hash *e = &leaves[4];
    const plm_tree_hash *f = &leaves[5];
    const plm_tree_hash *j = &leaves[6];
    plm_tree_node(&g, a, b);
    plm_tree_node(&h, c, d);
    plm_tree_node(&i, e, f);
    plm_tree_node(&k, &g, &h);
    plm_tree_node(&l, &i, j);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 0, 7, &proof), PLM_OK);
    check_hashes(&proof, (const plm_tree_hash *const[]){b, &h, &l}, 3);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 3, 7, &proof), PLM_OK);
    check_hashes(&proof, (const plm_tree_hash *const[]){c, &g, &l}, 3);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 4, 7, &proof), PLM_OK);
    check_hashes(&proof, (const plm_tree_hash *const[]){f, j, &k}, 3);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 6, 7, &proof), PLM_OK);
    check_hashes(&proof, (const plm_tree_hash *const[]){&i, &k}, 2);
    CHECK_STATUS(plm_tree_prove_consistency(&view, 3, 7, &proof), PLM_OK);
    check_hashes(&proof, (const plm_tree_hash *const[]){c, d, &g, &l}, 4);
    CHECK_STATUS(plm_tree_prove_consistency(&view, 4, 7, &proof), PLM_OK);
    check_hashes(&proof, (const plm_tree_hash *const[]){&l}, 1);
    CHECK_STATUS(plm_tree_prove_consistency(&view, 6, 7, &proof), PLM_OK);
    check_hashes(&proof, (const plm_tree_hash *const[]){&i, j, &k}, 3);
}

static bool same_proof(const plm_tree_proof *a, const plm_tree_proof *b)
{
    return a->n == b->n && memcmp(a->hashes, b->hashes, a->n * sizeof a->hashes[0]) == 0;
}

static void check_inclusions(const plm_tree *view, size_t n)
{
    size_t bad = 0;
    for (size_t m = 0; m < n; m++) {
        plm_tree_proof expected = {.n = 0};
        plm_tree_proof proof;
        oracle_path(leaves, m, n, &expected);
        bad += plm_tree_prove_inclusion(view, m, n, &proof) != PLM_OK ||
               !same_proof(&proof, &expected) ||
               plm_proof_check_inclusion(&leaves[m], m, n, &proof, &roots[n]) != PLM_OK ||
               plm_proof_check_inclusion(&leaves[m], m + 1, n, &proof, &roots[n]) == PLM_OK;
    }
    CHECK_EQ_INT(bad, 0);
}

static void check_consistencies(const plm_tree *view, size_t n)
{
    size_t bad = 0;
    for (size_t m = 1; m <= n; m++) {
        plm_tree_proof expected = {.n = 0};
        plm_tree_proof proof;
        oracle_subproof(leaves, m, n, true, &expected);
        bad += plm_tree_prove_consistency(view, m, n, &proof) != PLM_OK ||
               !same_proof(&proof, &expected) ||
               plm_proof_check_consistency(m, &roots[m], n, &roots[n], &proof) != PLM_OK ||
               plm_proof_check_consistency(m, &roots[m - 1], n, &roots[n], &proof) == PLM_OK;
    }
    CHECK_EQ_INT(bad, 0);
}

static void test_sizes_against_the_definition(void)
{
    fill_many();
    plm_tree_empty(&roots[0]);
    for (size_t n = 1; n <= SIZES; n++) {
        plm_tree_hash root;
        CHECK_STATUS(tree_array_add(&tree, &leaves[n - 1]), PLM_OK);
        oracle_root(leaves, n, &roots[n]);
        plm_tree_edge_root(&tree.edge, &root);
        CHECK(plm_tree_hash_equal(&root, &roots[n]));
        if (n <= EVERY || (n >= 254 && n <= 258) || n == SIZES) {
            const plm_tree view = tree_array_view(&tree);
            check_inclusions(&view, n);
            check_consistencies(&view, n);
        }
    }
}

/* Every hash changed, dropped or doubled; a wrong root, size or leaf: nothing is proven. */
static void test_changed_proofs_are_refused(void)
{
    size_t accepted = 0;
    const plm_tree view = tree_array_view(&tree);
    for (size_t m = 1; m <= 70; m++) {
        plm_tree_proof proof;
        CHECK_STATUS(plm_tree_prove_consistency(&view, m, 77, &proof), PLM_OK);
        for (size_t i = 0; i < proof.n; i++) {
            plm_tree_proof changed = proof;
            changed.hashes[i].b[i] ^= 1;
            accepted +=
                plm_proof_check_consistency(m, &roots[m], 77, &roots[77], &changed) == PLM_OK;
        }
        plm_tree_proof shorter = proof;
        shorter.n--;
        plm_tree_proof longer = proof;
        longer.hashes[longer.n++] = roots[3];
        accepted += plm_proof_check_consistency(m, &roots[m], 77, &roots[77], &shorter) == PLM_OK;
        accepted += plm_proof_check_consistency(m, &roots[m], 77, &roots[77], &longer) == PLM_OK;
        accepted += plm_proof_check_consistency(m, &roots[m], 77, &roots[76], &proof) == PLM_OK;
        accepted += plm_proof_check_consistency(m + 1, &roots[m], 77, &roots[77], &proof) == PLM_OK;
        CHECK_STATUS(plm_tree_prove_inclusion(&view, m, 77, &proof), PLM_OK);
        accepted += plm_proof_check_inclusion(&leaves[m + 1], m, 77, &proof, &roots[77]) == PLM_OK;
        longer = proof;
        longer.hashes[longer.n++] = roots[3];
        accepted += plm_proof_check_inclusion(&leaves[m], m, 77, &longer, &roots[77]) == PLM_OK;
        proof.n--;
        accepted += plm_proof_check_inclusion(&leaves[m], m, 77, &proof, &roots[77]) == PLM_OK;
    }
    CHECK_EQ_INT(accepted, 0);
}

static void test_out_of_range(void)
{
    plm_tree_proof proof = {.n = 0};
    plm_tree_edge edge;
    plm_tree_hash empty;
    const plm_tree view = tree_array_view(&tree);
    plm_tree_empty(&empty);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 5, 5, &proof), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_tree_prove_inclusion(&view, 0, SIZES + 1, &proof), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_tree_prove_consistency(&view, 6, 5, &proof), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_tree_edge_at(&view, SIZES + 1, &edge), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_proof_check_inclusion(&leaves[0], 0, 0, &proof, &empty), PLM_E_PROOF);
    /* A path that ends too low in the tree it claims to be of. */
    CHECK_STATUS(plm_proof_check_inclusion(&leaves[0], 0, 1, &proof, &roots[1]), PLM_OK);
    CHECK_STATUS(plm_proof_check_inclusion(&leaves[0], 0, 2, &proof, &roots[1]), PLM_E_PROOF);
    CHECK_STATUS(plm_proof_check_consistency(0, &empty, 5, &roots[5], &proof), PLM_OK);
    CHECK_STATUS(plm_proof_check_consistency(0, &roots[1], 5, &roots[5], &proof), PLM_E_PROOF);
    CHECK_STATUS(plm_proof_check_consistency(6, &roots[6], 5, &roots[5], &proof), PLM_E_PROOF);
    CHECK_STATUS(plm_proof_check_consistency(5, &roots[5], 5, &roots[6], &proof), PLM_E_PROOF);
    CHECK_STATUS(plm_proof_check_consistency(4, &roots[4], 5, &roots[5], &proof), PLM_E_PROOF);
}

int main(void)
{
    CHECK_STATUS(plm_crypto_init(), PLM_OK);
    TAP_RUN(test_known_roots);
    TAP_RUN(test_known_proofs);
    TAP_RUN(test_the_example_of_the_rfc);
    TAP_RUN(test_sizes_against_the_definition);
    TAP_RUN(test_changed_proofs_are_refused);
    TAP_RUN(test_out_of_range);
    return tap_done();
}
