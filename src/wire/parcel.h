/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcel.h - what one node delivers to another, once and for certain (spec/wire.md section 11).
 *
 * A parcel is a signed body and the content whose hash stands in the body. What must not be kept
 * for ever - names, facts - is content alone, so that it can be deleted later and everything that
 * was signed, the chain of a request and the ledger still verify. Content begins with random bytes
 * (PLM_PARCEL_SALT_BYTES): its hash tells nothing about what was deleted.
 *
 *   frame:   +--------------------------+--------------+-----------+
 *            | u16 n | body, n-64 bytes | signature 64 | content   |
 *            +--------------------------+--------------+-----------+
 *   body:    kind u8 | from S | to S | accord 32 | time u64 | meta (u16 + bytes) | H(content) 32
 *
 * The id of a parcel is the hash of its body: the same words signed twice are one parcel.
 */
#ifndef PLM_WIRE_PARCEL_H
#define PLM_WIRE_PARCEL_H

#include "wire/message.h"

enum {
    PLM_PARCEL_META_MAX = 1024,
    PLM_PARCEL_SIGNED_MAX = 2048,
    PLM_PARCEL_CONTENT_MAX = 1 << 20,
    PLM_PARCEL_BYTES_MAX = 2 + PLM_PARCEL_SIGNED_MAX + PLM_PARCEL_CONTENT_MAX,
    PLM_PARCEL_SALT_BYTES = 16
};

/* Kinds on the wire; node/delivery.c has the table of what is done with each. */
typedef enum plm_parcel_kind {
    PLM_PARCEL_TRANSITION = 1, /* a step of a request or offer (request/transition.h) */
    PLM_PARCEL_CHUNK = 2,      /* a piece of an attachment */
    PLM_PARCEL_BATCH = 3,      /* released hits, or none: all alike (release/batch.h) */
    PLM_PARCEL_TALLY = 4,      /* a step of a tally (tally/message.h) */
    PLM_PARCEL_LIST = 5,       /* a piece of a list on its way through a tally */
    PLM_PARCEL_NOTICE = 6      /* an entry of the receiver's index was hit (wire/lookup.h) */
} plm_parcel_kind;

/* Why a receiver does not take a parcel. Values are on the wire. */
typedef enum plm_parcel_verdict {
    PLM_PARCEL_TAKEN = 0,
    PLM_PARCEL_BAD_SIGNATURE = 1, /* not of the party the connection is with */
    PLM_PARCEL_BAD_ADDRESS = 2,   /* from or to somebody else */
    PLM_PARCEL_BAD_ACCORD = 3,    /* unknown, without one of the two, not in force, or another */
    PLM_PARCEL_BAD_KIND = 4,
    PLM_PARCEL_BAD_CONTENT = 5, /* malformed, or incomplete */
    PLM_PARCEL_BAD_CHAIN = 6,   /* another predecessor than the one there is */
    PLM_PARCEL_NOT_ALLOWED = 7, /* that side may not do that in that state */
    PLM_PARCEL_NO_REQUEST = 8,  /* of a request, or an attachment, that is unknown */
    PLM_PARCEL_VERDICT_COUNT
} plm_parcel_verdict;

/* "taken", "signature", ...; and a sentence for people. Never NULL, whatever the number. */
const char *plm_parcel_verdict_name(unsigned verdict);
const char *plm_parcel_verdict_sentence(unsigned verdict);

typedef struct plm_parcel {
    uint8_t kind; /* plm_parcel_kind; any number but 0 is well formed */
    char from[PLM_CODE_MAX];
    char to[PLM_CODE_MAX];
    uint8_t accord_hash[PLM_HASH_BYTES];
    int64_t time_ms;
    plm_span meta; /* of the kind; at most PLM_PARCEL_META_MAX bytes, borrowed */
    uint8_t content_hash[PLM_HASH_BYTES];
} plm_parcel;

/* As those of wire/message.h. decode borrows meta from `body`. */
plm_status plm_parcel_encode(const plm_parcel *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_parcel_decode(plm_parcel *out, plm_span body) PLM_MUST_CHECK;

/* Frame payload of a signed body and its content. PLM_E_ARGUMENT if too long, PLM_E_NOMEM. */
plm_status plm_parcel_pack(plm_buf *out, plm_span signed_body, plm_span content) PLM_MUST_CHECK;
/*
 * Splits a frame payload; everything is borrowed from it. PLM_E_PROTOCOL: malformed, or the content
 * is not the one of the body. The signature is not looked at.
 */
plm_status plm_parcel_unpack(plm_span payload, plm_span *signed_body, plm_span *content,
                             plm_parcel *out) PLM_MUST_CHECK;
/* The parcel's id: the hash of the body. signed_body: longer than a signature. */
void plm_parcel_id(uint8_t out[static PLM_HASH_BYTES], plm_span signed_body);

/* The receiver's signed word that a parcel is in its store, or will not be taken. */
typedef struct plm_acknowledgement {
    uint8_t parcel_id[PLM_HASH_BYTES];
    uint8_t verdict; /* plm_parcel_verdict */
    int64_t time_ms;
} plm_acknowledgement;

plm_status plm_acknowledgement_encode(const plm_acknowledgement *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_acknowledgement_decode(plm_acknowledgement *out, plm_span body) PLM_MUST_CHECK;

/* Payload of a TURN frame: one byte, 1: the other may deliver now; 0: nothing more will come. */
plm_status plm_turn_decode(bool *goes_on, plm_span payload) PLM_MUST_CHECK;

#define PLM_NAME_PARCEL          "parcel"
#define PLM_NAME_ACKNOWLEDGEMENT "acknowledgement"

#endif
