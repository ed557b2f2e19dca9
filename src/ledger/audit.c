/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/audit.h"

#include "crypto/sign.h"
#include "ledger/entry.h"

#include <stdlib.h>
#include <string.h>

const char *plm_audit_sentence(plm_audit_fault fault)
{
    static const char *const sentences[PLM_AUDIT_FAULT_COUNT] = {
        "every entry is where and what was written",
        "an entry is not what was written:",
        "the tree's nodes are not those of the entries, at entry",
        "a head was signed that is not of this ledger, of size",
        "entries were cut off: a head was signed of size",
        "a countersignature does not verify, under the head of size",
        "a signature in the body does not verify, of entry",
    };
    return (unsigned)fault < PLM_AUDIT_FAULT_COUNT ? sentences[fault] : "unknown";
}

void plm_audit_init(plm_audit *audit, const plm_audit_config *config)
{
    *audit = (plm_audit){.has_config = config != NULL};
    if (config != NULL) {
        audit->config = *config;
    }
    plm_buf_init(&audit->entry, PLM_ENTRY_MAX);
}

void plm_audit_wipe(plm_audit *audit)
{
    plm_buf_wipe(&audit->entry);
    free(audit->heads);
    audit->heads = NULL;
}

static plm_status fault(plm_audit *audit, plm_audit_fault what, uint64_t bad)
{
    audit->result.fault = what;
    audit->result.bad = bad;
    return PLM_E_STORE;
}

plm_status plm_audit_take_head(plm_audit *audit, plm_span bytes)
{
    plm_head head;
    if (!audit->has_config) {
        return PLM_OK;
    }
    if (bytes.n <= PLM_SIGNATURE_BYTES) {
        return fault(audit, PLM_AUDIT_HEAD, 0);
    }
    const plm_span body = plm_span_of(bytes.p, bytes.n - PLM_SIGNATURE_BYTES);
    if (plm_head_decode(&head, body) != PLM_OK || strcmp(head.party, audit->config.party) != 0) {
        return fault(audit, PLM_AUDIT_HEAD, 0);
    }
    plm_status status =
        plm_audit_signature(&audit->config, head.party, PLM_NAME_HEAD, body, bytes.p + body.n);
    bool is_later = audit->n_heads == 0 || head.size > audit->heads[audit->n_heads - 1].size;
    if (status == PLM_E_AUTH || !is_later) {
        return fault(audit, PLM_AUDIT_HEAD, head.size);
    }
    if (status != PLM_OK) {
        return status;
    }
    if ((audit->n_heads & (audit->n_heads - 1)) == 0) { /* full: twice as many */
        size_t room = audit->n_heads == 0 ? 1 : 2 * audit->n_heads;
        plm_audit_head *heads =
            (plm_audit_head *)realloc(audit->heads, room * sizeof *audit->heads);
        if (heads == NULL) {
            return PLM_E_NOMEM;
        }
        audit->heads = heads;
    }
    plm_audit_head *kept = &audit->heads[audit->n_heads++];
    kept->size = head.size;
    memcpy(kept->root, head.root, sizeof kept->root);
    memcpy(kept->chain, head.chain, sizeof kept->chain);
    plm_hash256(kept->hash, bytes);
    audit->result.n_heads++;
    return PLM_OK;
}

static const plm_audit_head *find_head(const plm_audit *audit, uint64_t size)
{
    size_t low = 0;
    size_t high = audit->n_heads;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (audit->heads[middle].size < size) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < audit->n_heads && audit->heads[low].size == size ? &audit->heads[low] : NULL;
}

plm_status plm_audit_take_witness(plm_audit *audit, uint64_t size, plm_span bytes)
{
    plm_witness witness;
    if (!audit->has_config) {
        return PLM_OK;
    }
    const plm_audit_head *head = find_head(audit, size);
    if (head == NULL || bytes.n <= PLM_SIGNATURE_BYTES) {
        return fault(audit, PLM_AUDIT_WITNESS, size);
    }
    const plm_span body = plm_span_of(bytes.p, bytes.n - PLM_SIGNATURE_BYTES);
    if (plm_witness_decode(&witness, body) != PLM_OK ||
        memcmp(witness.head, head->hash, sizeof witness.head) != 0 ||
        witness.verdict != PLM_VERDICT_CONSISTENT) {
        return fault(audit, PLM_AUDIT_WITNESS, size);
    }
    plm_status status = plm_audit_signature(&audit->config, witness.party, PLM_NAME_WITNESS, body,
                                            bytes.p + body.n);
    if (status == PLM_E_AUTH) {
        return fault(audit, PLM_AUDIT_WITNESS, size);
    }
    audit->result.n_witnesses += status == PLM_OK;
    return status;
}

/* The heads that were signed when the ledger had just this size. */
static plm_status check_head_here(plm_audit *audit)
{
    while (audit->next_head < audit->n_heads &&
           audit->heads[audit->next_head].size <= audit->result.n_entries) {
        const plm_audit_head *head = &audit->heads[audit->next_head++];
        plm_tree_hash root;
        plm_tree_edge_root(&audit->edge, &root);
        if (head->size != audit->result.n_entries ||
            memcmp(root.b, head->root, sizeof root.b) != 0 ||
            memcmp(audit->chain, head->chain, sizeof head->chain) != 0) {
            return fault(audit, PLM_AUDIT_HEAD, head->size);
        }
    }
    return PLM_OK;
}

static plm_status check_nodes(plm_audit *audit, const plm_ledger_row *row)
{
    plm_tree_hash leaf;
    plm_tree_hash done[PLM_TREE_LEVELS_MAX];
    unsigned n_done;
    plm_tree_leaf(&leaf, plm_buf_span(&audit->entry));
    plm_status status = plm_tree_append(&audit->edge, &leaf, done, &n_done);
    if (status != PLM_OK) {
        return status;
    }
    bool may_lack = row->sequence > audit->n_nodes && row->nodes.n == 0;
    const plm_span expected = plm_span_of(done, n_done * sizeof *done);
    return may_lack || plm_span_equal(row->nodes, expected)
               ? PLM_OK
               : fault(audit, PLM_AUDIT_TREE, row->sequence);
}

plm_status plm_audit_take_entry(plm_audit *audit, const plm_ledger_row *row)
{
    uint8_t expected[PLM_HASH_BYTES];
    uint64_t number = audit->result.n_entries + 1;
    unsigned n_signatures = 0;
    plm_status status = check_head_here(audit);
    if (status != PLM_OK) {
        return status;
    }
    if (row->sequence != number) {
        return fault(audit, PLM_AUDIT_ENTRY, number);
    }
    status = plm_entry_encode(&audit->entry, audit->chain, row);
    if (status != PLM_OK) {
        return status == PLM_E_LIMIT ? fault(audit, PLM_AUDIT_ENTRY, number) : status;
    }
    plm_hash256(expected, plm_buf_span(&audit->entry));
    if (memcmp(expected, row->hash, sizeof expected) != 0) {
        return fault(audit, PLM_AUDIT_ENTRY, number);
    }
    status = check_nodes(audit, row);
    if (status == PLM_OK && audit->has_config && audit->config.bodies) {
        status = plm_audit_body(&audit->config, row->kind, row->body, &n_signatures);
        if (status == PLM_E_AUTH || status == PLM_E_PROTOCOL) {
            return fault(audit, PLM_AUDIT_BODY, number);
        }
    }
    if (status == PLM_OK) {
        memcpy(audit->chain, expected, sizeof expected);
        audit->result.n_entries = number;
        audit->result.n_signatures += n_signatures;
    }
    return status;
}

plm_status plm_audit_end(plm_audit *audit)
{
    plm_status status = check_head_here(audit);
    if (status != PLM_OK) {
        return status;
    }
    if (audit->n_nodes > audit->result.n_entries) {
        return fault(audit, PLM_AUDIT_CUT, audit->n_nodes);
    }
    return audit->next_head < audit->n_heads
               ? fault(audit, PLM_AUDIT_CUT, audit->heads[audit->n_heads - 1].size)
               : PLM_OK;
}

static plm_status take_head(void *context, const plm_stored_head *head)
{
    plm_audit *audit = (plm_audit *)context;
    size_t before = audit->n_heads;
    plm_status status = plm_audit_take_head(audit, head->bytes);
    bool is_it = audit->n_heads == before || audit->heads[before].size == head->size;
    return status == PLM_OK && !is_it ? fault(audit, PLM_AUDIT_HEAD, head->size) : status;
}

static plm_status take_witness(void *context, const plm_stored_head *head)
{
    return plm_audit_take_witness((plm_audit *)context, head->size, head->bytes);
}

static plm_status take_entry(void *context, const plm_ledger_row *row)
{
    return plm_audit_take_entry((plm_audit *)context, row);
}

/* In one transaction: somebody may be appending, and a witness has its head. */
static plm_status take_heads(plm_audit *audit, plm_store *store)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_tree_size(store, &audit->n_nodes);
    if (status == PLM_OK) {
        status = plm_store_each_head(store, take_head, audit);
    }
    if (status == PLM_OK) {
        status = plm_store_each_witness(store, take_witness, audit);
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_audit_store(plm_audit *audit, plm_store *store)
{
    plm_status status = take_heads(audit, store);
    if (status == PLM_OK) {
        status = plm_store_each_ledger(store, take_entry, audit);
    }
    return status == PLM_OK ? plm_audit_end(audit) : status;
}
