/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.h - checks a ledger offline: chain, tree, the heads that were signed, the
 * countersignatures, and the signatures in the entries' bodies.
 *
 * Adversary: who owns the machine, and changes, drops, reorders or adds entries, nodes or heads.
 * What is found: everything before the newest head that somebody else keeps. Heads are fed first,
 * by size; then countersignatures; then entries, in their order.
 */
#ifndef PLM_LEDGER_AUDIT_H
#define PLM_LEDGER_AUDIT_H

#include "ledger/tree.h"
#include "store/store.h"
#include "wire/message.h"

/* An identity key of a party, from an accord; a party that changed its key has several. */
typedef struct plm_party_key {
    char party[PLM_CODE_MAX];
    uint8_t key[32];
} plm_party_key;

typedef struct plm_audit_config {
    const char *party;         /* whose ledger */
    const plm_party_key *keys; /* of all parties, ours included; borrowed */
    size_t n_keys;
    bool bodies; /* check the signatures in the bodies too: most of the time it takes */
} plm_audit_config;

typedef enum plm_audit_fault {
    PLM_AUDIT_GOOD,
    PLM_AUDIT_ENTRY,   /* `bad` is not what was written there */
    PLM_AUDIT_TREE,    /* the nodes kept with entry `bad` are not those of its tree */
    PLM_AUDIT_HEAD,    /* the head of size `bad` is not of this ledger */
    PLM_AUDIT_CUT,     /* a head of size `bad` was signed, and there are not so many entries */
    PLM_AUDIT_WITNESS, /* the countersignature under the head of size `bad` does not verify */
    PLM_AUDIT_BODY,    /* a signature in the body of entry `bad` does not verify */
    PLM_AUDIT_FAULT_COUNT
} plm_audit_fault;

/* What is wrong, in words that go before the number. Never NULL. */
const char *plm_audit_sentence(plm_audit_fault fault);

typedef struct plm_audit_result {
    uint64_t n_entries;
    uint64_t n_heads;
    uint64_t n_witnesses;
    uint64_t n_signatures; /* in bodies */
    plm_audit_fault fault;
    uint64_t bad; /* sequence number, or size of a head; 0 if all is good */
} plm_audit_result;

typedef struct plm_audit_head {
    uint64_t size;
    uint8_t root[PLM_HASH_BYTES];
    uint8_t chain[PLM_HASH_BYTES];
    uint8_t hash[PLM_HASH_BYTES]; /* of the signed bytes */
} plm_audit_head;

typedef struct plm_audit {
    bool has_config;
    plm_audit_config config;
    plm_audit_result result;
    plm_tree_edge edge;
    uint8_t chain[PLM_HASH_BYTES];
    uint64_t n_nodes; /* entries up to this must have their nodes */
    plm_audit_head *heads;
    size_t n_heads;
    size_t next_head;
    plm_buf entry;
} plm_audit;

/* config NULL: chain and tree alone, as plm_ledger_verify does. */
void plm_audit_init(plm_audit *audit, const plm_audit_config *config);
void plm_audit_wipe(plm_audit *audit);

/* Each of these: PLM_E_STORE and the fault in audit->result, once and for all; PLM_E_NOMEM. */
plm_status plm_audit_take_head(plm_audit *audit, plm_span bytes) PLM_MUST_CHECK;
plm_status plm_audit_take_witness(plm_audit *audit, uint64_t size, plm_span bytes) PLM_MUST_CHECK;
plm_status plm_audit_take_entry(plm_audit *audit, const plm_ledger_row *row) PLM_MUST_CHECK;
/* After the last entry. */
plm_status plm_audit_end(plm_audit *audit) PLM_MUST_CHECK;

/* All of it, from a store. Also every status of the store. */
plm_status plm_audit_store(plm_audit *audit, plm_store *store) PLM_MUST_CHECK;

/*
 * The signatures in a body of that kind; *n is how many there are, 0 for kinds that have none or
 * are not known. PLM_E_AUTH: one does not verify under a key of who must have signed.
 * PLM_E_PROTOCOL: the body is not what that kind has.
 */
plm_status plm_audit_body(const plm_audit_config *config, const char *kind, plm_span body,
                          unsigned *n) PLM_MUST_CHECK;
/* PLM_E_AUTH unless a key of that party (NULL: of any) signed the body under this name. */
plm_status plm_audit_signature(const plm_audit_config *config, const char *party, const char *name,
                               plm_span body, const uint8_t *signature) PLM_MUST_CHECK;

#endif
