/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.h - the messages of a connection with the errand "lookup" (spec/lookup.md section 8).
 *
 *     asker                                                     holder
 *       | -- OPEN, signed ---------------------------------------> |  policy
 *       | <------------------------------- TERMS, signed (or REFUSAL) |
 *       | -- FETCH: a part of an index or of its changes --------> |
 *       | <------------------------------------------------ PART -- |
 *       | -- QUERY: n blinded elements --------------------------> |  budget, key
 *       | <---- ANSWER: n evaluated elements and a proof, or why not |
 *       |   ... as often as it likes ...                            |
 *       | -- TURN 0 ----------------------------------------------> |  the summary
 *
 * OPEN and TERMS are signed, and stand in the ledgers. Queries and answers are not: the channel
 * says whose they are, and the proof that they are right.
 */
#ifndef PLM_WIRE_LOOKUP_H
#define PLM_WIRE_LOOKUP_H

#include "wire/message.h"

enum {
    PLM_LOOKUP_ELEMENT_BYTES = 32,
    PLM_LOOKUP_PROOF_BYTES = 64,
    PLM_LOOKUP_BATCH_MAX = 1024, /* elements of one query */
    PLM_LOOKUP_EPOCHS_MAX = 4,
    PLM_LOOKUP_PART_MAX = 512 << 10, /* bytes of a file in one PART */
    PLM_LOOKUP_REFERENCE_BYTES = 16
};

/* What an asker opens a connection for lookups with; PLM_NAME_LOOKUP_OPEN. */
typedef struct plm_lookup_open {
    char asker[PLM_CODE_MAX];
    char holder[PLM_CODE_MAX];
    uint8_t accord_hash[PLM_HASH_BYTES];
    uint8_t recipe_digest[PLM_HASH_BYTES];
    uint8_t channel[PLM_HASH_BYTES]; /* hash of the TLS exporter value */
    char purpose[PLM_CODE_MAX];
    char offence[PLM_CODE_MAX];  /* of the asker's case */
    char case_ref[PLM_TEXT_MAX]; /* opaque to the holder */
    char officer[PLM_TEXT_MAX];  /* pseudonym */
    int64_t time_ms;
} plm_lookup_open;

/* One epoch that the holder answers for. */
typedef struct plm_lookup_epoch {
    uint32_t epoch;
    uint8_t public_key[PLM_LOOKUP_ELEMENT_BYTES];
    uint8_t root[PLM_HASH_BYTES]; /* of its index */
    uint64_t sequence;            /* of the last changes; 0: none */
    uint64_t index_bytes;         /* lengths of the files */
    uint64_t changes_bytes;       /* 0: none */
    int64_t until_ms;             /* the last moment it is answered for; 0: no end is set */
} plm_lookup_epoch;

/* What the holder offers; PLM_NAME_LOOKUP_TERMS. */
typedef struct plm_lookup_terms {
    uint8_t open_hash[PLM_HASH_BYTES]; /* of the signed OPEN */
    uint64_t per_hour;                 /* the budget */
    uint64_t left;                     /* of it in this hour */
    uint16_t n_epochs;                 /* the newest first */
    plm_lookup_epoch epochs[PLM_LOOKUP_EPOCHS_MAX];
    int64_t time_ms;
} plm_lookup_terms;

typedef struct plm_lookup_query {
    uint32_t number; /* the asker's, comes back with the answer */
    uint32_t epoch;
    uint16_t n; /* 1 to PLM_LOOKUP_BATCH_MAX */
    plm_span elements;
} plm_lookup_query;

/* What became of a query, or of a fetch. Values are on the wire. */
typedef enum plm_lookup_outcome {
    PLM_LOOKUP_DONE = 0,
    PLM_LOOKUP_BUDGET = 1,  /* the hour's budget has no room for it */
    PLM_LOOKUP_EPOCH = 2,   /* not, or no longer, an epoch that is answered for */
    PLM_LOOKUP_REFUSED = 3, /* the accord allows it no longer */
    PLM_LOOKUP_OUTCOME_COUNT
} plm_lookup_outcome;

typedef struct plm_lookup_answer {
    uint32_t number;
    plm_lookup_outcome outcome;
    uint32_t newest;   /* epoch */
    uint64_t sequence; /* of the changes to the epoch that was asked; 0 with PLM_LOOKUP_EPOCH */
    uint16_t n;        /* the two are empty unless PLM_LOOKUP_DONE */
    plm_span elements;
    plm_span proof;
} plm_lookup_answer;

typedef struct plm_lookup_fetch {
    uint32_t epoch;
    uint64_t sequence; /* 0: the index; else the changes of that number */
    uint64_t offset;
} plm_lookup_fetch;

typedef struct plm_lookup_part {
    plm_lookup_outcome outcome; /* DONE, EPOCH or REFUSED */
    plm_span bytes;             /* from the offset on; empty at the end */
} plm_lookup_part;

/* What a parcel of kind PLM_PARCEL_NOTICE says to the holder: an entry of its index was hit. */
typedef struct plm_lookup_notice {
    char purpose[PLM_CODE_MAX];
    uint32_t epoch;
    uint8_t reference[PLM_LOOKUP_REFERENCE_BYTES];
    char case_ref[PLM_TEXT_MAX]; /* the asker's, opaque */
    int64_t time_ms;             /* of the lookup */
} plm_lookup_notice;

/* As those of wire/message.h. Spans are borrowed from the payload. */
plm_status plm_lookup_open_encode(const plm_lookup_open *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_lookup_open_decode(plm_lookup_open *out, plm_span body) PLM_MUST_CHECK;
plm_status plm_lookup_terms_encode(const plm_lookup_terms *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_lookup_terms_decode(plm_lookup_terms *out, plm_span body) PLM_MUST_CHECK;
plm_status plm_lookup_query_encode(const plm_lookup_query *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_lookup_query_decode(plm_lookup_query *out, plm_span payload) PLM_MUST_CHECK;
plm_status plm_lookup_answer_encode(const plm_lookup_answer *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_lookup_answer_decode(plm_lookup_answer *out, plm_span payload) PLM_MUST_CHECK;
plm_status plm_lookup_fetch_encode(const plm_lookup_fetch *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_lookup_fetch_decode(plm_lookup_fetch *out, plm_span payload) PLM_MUST_CHECK;
plm_status plm_lookup_part_encode(const plm_lookup_part *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_lookup_part_decode(plm_lookup_part *out, plm_span payload) PLM_MUST_CHECK;
plm_status plm_lookup_notice_encode(const plm_lookup_notice *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_lookup_notice_decode(plm_lookup_notice *out, plm_span meta) PLM_MUST_CHECK;

#define PLM_NAME_LOOKUP_OPEN  "lookup-open"
#define PLM_NAME_LOOKUP_TERMS "lookup-terms"

#endif
