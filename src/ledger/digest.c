/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/digest.h"

#include <sodium.h>
#include <string.h>

enum {
    LEAF_PREFIX = 0x00,
    NODE_PREFIX = 0x01
};

void plm_tree_leaf(plm_tree_hash *out, plm_span entry)
{
    static const uint8_t prefix = LEAF_PREFIX;
    crypto_hash_sha256_state state;
    (void)crypto_hash_sha256_init(&state);
    (void)crypto_hash_sha256_update(&state, &prefix, 1);
    if (entry.n > 0) {
        (void)crypto_hash_sha256_update(&state, entry.p, entry.n);
    }
    (void)crypto_hash_sha256_final(&state, out->b);
}

void plm_tree_node(plm_tree_hash *out, const plm_tree_hash *left, const plm_tree_hash *right)
{
    uint8_t input[1 + 2 * PLM_TREE_HASH_BYTES];
    input[0] = NODE_PREFIX;
    memcpy(input + 1, left->b, sizeof left->b);
    memcpy(input + 1 + sizeof left->b, right->b, sizeof right->b);
    (void)crypto_hash_sha256(out->b, input, sizeof input);
}

void plm_tree_empty(plm_tree_hash *out)
{
    (void)crypto_hash_sha256(out->b, NULL, 0);
}

bool plm_tree_hash_equal(const plm_tree_hash *a, const plm_tree_hash *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}
