/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heads_judge.c - making and judging what one head says of another.
 */
#include "node/heads.h"

#include "crypto/sign.h"
#include "ledger/proof.h"

#include <string.h>

static void read_proof(plm_tree_proof *out, const plm_consistency *proof)
{
    out->n = proof->n;
    for (size_t i = 0; i < proof->n; i++) {
        memcpy(out->hashes[i].b, proof->hashes[i], sizeof out->hashes[i].b);
    }
}

/* A node that answers two runs at once may show its heads in the other order: older is no crime. */
plm_verdict plm_heads_judge(const plm_head *last, const plm_head *now, const plm_consistency *proof)
{
    const plm_head *older = now->size < last->size ? now : last;
    const plm_head *newer = now->size < last->size ? last : now;
    if (now->size == last->size) {
        bool is_same = memcmp(now->root, last->root, sizeof now->root) == 0 &&
                       memcmp(now->chain, last->chain, sizeof now->chain) == 0;
        return is_same ? PLM_VERDICT_CONSISTENT : PLM_VERDICT_FORK;
    }
    plm_tree_hash older_root;
    plm_tree_hash newer_root;
    plm_tree_proof hashes;
    memcpy(older_root.b, older->root, sizeof older_root.b);
    memcpy(newer_root.b, newer->root, sizeof newer_root.b);
    read_proof(&hashes, proof);
    if (proof->has_proof && plm_proof_check_consistency(older->size, &older_root, newer->size,
                                                        &newer_root, &hashes) == PLM_OK) {
        return PLM_VERDICT_CONSISTENT;
    }
    return now->size < last->size ? PLM_VERDICT_ROLLBACK : PLM_VERDICT_REWRITTEN;
}

/*
 * Is it a head that we signed? Only for those a proof is made: it shows hashes of nodes. A head of
 * before our key changed is among those we keep.
 */
static plm_status read_own(plm_store *store, const uint8_t *identity, plm_span last, plm_head *head)
{
    plm_buf kept;
    if (last.n <= PLM_SIGNATURE_BYTES) {
        return PLM_E_NOT_FOUND;
    }
    plm_span body = plm_span_of(last.p, last.n - PLM_SIGNATURE_BYTES);
    plm_status status = plm_head_decode(head, body);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_identity_verify(last.p + body.n, identity, PLM_NAME_HEAD, body);
    if (status != PLM_E_AUTH) {
        return status;
    }
    plm_buf_init(&kept, UINT16_MAX);
    status = plm_store_get_head(store, head->size, &kept);
    if (status == PLM_OK && !plm_span_equal(plm_buf_span(&kept), last)) {
        status = PLM_E_NOT_FOUND;
    }
    plm_buf_wipe(&kept);
    return status;
}

static void write_proof(plm_consistency *out, const plm_tree_proof *proof)
{
    out->has_proof = true;
    out->n = (uint16_t)proof->n;
    for (size_t i = 0; i < proof->n; i++) {
        memcpy(out->hashes[i], proof->hashes[i].b, sizeof out->hashes[i]);
    }
}

plm_status plm_heads_prove(plm_store *store, const uint8_t identity[static 32], plm_span last,
                           uint64_t now_size, plm_consistency *out)
{
    plm_head head;
    plm_ledger_state state;
    plm_tree_hash root;
    plm_tree_proof proof;
    *out = (plm_consistency){0};
    plm_status status = read_own(store, identity, last, &head);
    if (status == PLM_OK) {
        status = plm_ledger_now(store, &state);
    }
    if (status == PLM_OK && (head.size > state.size || now_size > state.size)) {
        status = PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = plm_ledger_root_at(store, head.size, &root);
    }
    if (status == PLM_OK && memcmp(root.b, head.root, sizeof root.b) == 0) {
        uint64_t older = head.size < now_size ? head.size : now_size;
        uint64_t newer = head.size < now_size ? now_size : head.size;
        const plm_tree tree = plm_ledger_tree(store, newer);
        status = plm_tree_prove_consistency(&tree, older, newer, &proof);
        if (status == PLM_OK) {
            write_proof(out, &proof);
        }
    }
    /* What is not ours, or not there any more, has no proof, and that is the answer. */
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}
