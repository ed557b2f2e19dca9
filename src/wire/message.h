/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - the messages of a run (spec/wire.md section 4): one file of code each.
 *
 * encode appends the payload to `out` (PLM_E_LIMIT, PLM_E_NOMEM; PLM_E_ARGUMENT for a message that
 * decode would refuse); on a failure `out` is as it was. decode takes hostile bytes and gives
 * PLM_E_PROTOCOL for anything but the one encoding of a valid message; then *out is untouched.
 *
 * Signed messages are followed by an Ed25519 signature (RFC 8032) of the identity key over
 *     "palermo/1 " || message name || 0x00 || body
 * so that no signature of one kind can serve as another.
 */
#ifndef PLM_WIRE_MESSAGE_H
#define PLM_WIRE_MESSAGE_H

#include "base/bytes.h"

#include <palermo/match.h>

enum {
    PLM_CODE_MAX = 33,  /* party code, purpose code: 1 to 32 bytes and a terminator */
    PLM_TEXT_MAX = 201, /* case reference, clause: up to 200 bytes and a terminator */
    PLM_RUN_ID_BYTES = 16,
    PLM_HASH_BYTES = 32,
    PLM_SIGNATURE_BYTES = 64,
    PLM_MESSAGE_RULES_MAX = 64,
    PLM_REFUSAL_CODE_LAST = 22, /* codes on the wire are 1 to this (accord/policy.h) */
    PLM_PROOF_HASHES_MAX = 64   /* of a consistency proof (ledger/digest.h) */
};

/* Who of the two learns the hits. Values are on the wire. */
typedef enum plm_learns {
    PLM_LEARNS_HOLDER = 1,
    PLM_LEARNS_ASKER = 2,
    PLM_LEARNS_BOTH = 3
} plm_learns;

/* What the asker opened the connection for. Values are on the wire. */
typedef enum plm_errand {
    PLM_ERRAND_RUN = 0, /* a holder's HELLO says this too: it is not the one to choose */
    PLM_ERRAND_DELIVER = 1,
    PLM_ERRAND_LOOKUP = 2 /* questions to an index, as many as there are (wire/lookup.h) */
} plm_errand;

/* Whether a run is one of a series that repeats (spec/standing.md). Values are on the wire. */
typedef enum plm_standing_kind {
    PLM_STANDING_NONE = 0,
    PLM_STANDING_WHOLE = 1,  /* with all of the asker's tokens */
    PLM_STANDING_CHANGES = 2 /* with those that are new since the last */
} plm_standing_kind;

typedef struct plm_hello {
    char party[PLM_CODE_MAX]; /* who speaks */
    char software[PLM_CODE_MAX];
    plm_errand errand;
} plm_hello;

typedef struct plm_proposal {
    uint8_t run_id[PLM_RUN_ID_BYTES]; /* random */
    char asker[PLM_CODE_MAX];
    char holder[PLM_CODE_MAX];
    uint8_t accord_hash[PLM_HASH_BYTES];
    uint8_t recipe_digest[PLM_HASH_BYTES];
    uint8_t channel[PLM_HASH_BYTES]; /* hash of the TLS exporter value: binds to this connection */
    char purpose[PLM_CODE_MAX];
    char offence[PLM_CODE_MAX]; /* of the asker's case: a code of the catalogue */
    uint16_t n_rules;
    char rules[PLM_MESSAGE_RULES_MAX][64]; /* names, ascending, no repeats */
    plm_match_engine engine;
    plm_learns learns;
    uint64_t n_tokens;   /* the asker's, padded */
    uint64_t n_features; /* the asker's in a second look, padded; 0: there is none */
    plm_standing_kind standing;
    uint8_t since[PLM_RUN_ID_BYTES]; /* of a series: the last run that the asker knows to be done */
    char case_ref[PLM_TEXT_MAX];     /* opaque to the holder */
    char officer[PLM_TEXT_MAX];      /* pseudonym */
    int64_t time_ms;                 /* UTC, since 1970 */
} plm_proposal;

typedef struct plm_acceptance {
    uint8_t proposal_hash[PLM_HASH_BYTES]; /* of the signed proposal's bytes */
    uint8_t nonce[PLM_RUN_ID_BYTES];
    uint64_t n_tokens;   /* the holder's, padded */
    uint64_t n_features; /* in a second look; 0: there is none */
    int64_t time_ms;
} plm_acceptance;

typedef struct plm_refusal_message {
    uint8_t proposal_hash[PLM_HASH_BYTES];
    uint16_t code;             /* plm_refusal_code of accord/policy.h */
    char clause[PLM_TEXT_MAX]; /* JSON pointer into the accord, or "" */
    int64_t time_ms;
} plm_refusal_message;

typedef struct plm_receipt {
    uint8_t run_id[PLM_RUN_ID_BYTES];
    uint8_t proposal_hash[PLM_HASH_BYTES];
    uint8_t acceptance_hash[PLM_HASH_BYTES];
    uint64_t n_asker; /* padded numbers of tokens */
    uint64_t n_holder;
    uint8_t transcript[PLM_HASH_BYTES]; /* plm_transcript of the engine's messages */
    int64_t time_ms;                    /* the asker's clock */
} plm_receipt;

/*
 * The head of a party's ledger: what its log was at that size (spec/ledger.md section 5). Signed by
 * its identity key, the name being PLM_NAME_HEAD.
 */
typedef struct plm_head {
    char party[PLM_CODE_MAX]; /* whose ledger */
    uint64_t size;            /* entries */
    uint8_t root[PLM_HASH_BYTES];
    uint8_t chain[PLM_HASH_BYTES]; /* hash of the last entry; zeroes if there is none */
    int64_t time_ms;
} plm_head;

/* What a frame HEAD carries; both borrowed. Each is a plm_head and a signature. */
typedef struct plm_heads {
    plm_span own;  /* the speaker's */
    plm_span last; /* the reader's, that the speaker keeps from earlier; empty: none */
} plm_heads;

/* That the older of the two heads is the beginning of the newer one (RFC 6962 section 2.1.2). */
typedef struct plm_consistency {
    bool has_proof; /* false: the speaker can't make one */
    uint16_t n;
    uint8_t hashes[PLM_PROOF_HASHES_MAX][PLM_HASH_BYTES];
} plm_consistency;

/* What a party says of another's head. Values are on the wire. */
typedef enum plm_verdict {
    PLM_VERDICT_CONSISTENT = 0, /* it goes on from all it showed before: the countersignature */
    PLM_VERDICT_ROLLBACK = 1,   /* it is older than one shown before, and that one is gone */
    PLM_VERDICT_FORK = 2,       /* of the same size as one shown before, and another */
    PLM_VERDICT_REWRITTEN = 3,  /* newer than one shown before, which is no beginning of it */
    PLM_VERDICT_COUNT
} plm_verdict;

/* "consistent", "rollback", ...; never NULL. */
const char *plm_verdict_name(unsigned verdict);

/* Signed by who says it, the name being PLM_NAME_WITNESS. */
typedef struct plm_witness {
    char party[PLM_CODE_MAX];     /* who says it */
    uint8_t head[PLM_HASH_BYTES]; /* hash of the head with its signature */
    plm_verdict verdict;
    int64_t time_ms;
} plm_witness;

plm_status plm_hello_encode(const plm_hello *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_hello_decode(plm_hello *out, plm_span payload) PLM_MUST_CHECK;
plm_status plm_proposal_encode(const plm_proposal *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_proposal_decode(plm_proposal *out, plm_span body) PLM_MUST_CHECK;
plm_status plm_acceptance_encode(const plm_acceptance *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_acceptance_decode(plm_acceptance *out, plm_span body) PLM_MUST_CHECK;
plm_status plm_refusal_encode(const plm_refusal_message *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_refusal_decode(plm_refusal_message *out, plm_span body) PLM_MUST_CHECK;
plm_status plm_receipt_encode(const plm_receipt *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_receipt_decode(plm_receipt *out, plm_span body) PLM_MUST_CHECK;
plm_status plm_head_encode(const plm_head *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_head_decode(plm_head *out, plm_span body) PLM_MUST_CHECK;
/* Heads and signatures are checked for their form. */
plm_status plm_heads_encode(const plm_heads *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_heads_decode(plm_heads *out, plm_span payload) PLM_MUST_CHECK;
plm_status plm_consistency_encode(const plm_consistency *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_consistency_decode(plm_consistency *out, plm_span payload) PLM_MUST_CHECK;
plm_status plm_witness_encode(const plm_witness *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_witness_decode(plm_witness *out, plm_span body) PLM_MUST_CHECK;

/* The names that go into signatures. */
#define PLM_NAME_PROPOSAL   "proposal"
#define PLM_NAME_ACCEPTANCE "acceptance"
#define PLM_NAME_REFUSAL    "refusal"
#define PLM_NAME_RECEIPT    "receipt"
#define PLM_NAME_HEAD       "ledger-head"
#define PLM_NAME_WITNESS    "ledger-witness"

#endif
