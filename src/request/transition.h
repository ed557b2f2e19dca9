/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transition.h - a step as it travels: the meta part of a parcel (wire/parcel.h; spec/request.md
 * section 5), and whether it follows what was there.
 *
 *   +----------------+---------+-----------+--------------+----------+
 *   | request id 16  | side u8 | action u8 | sequence u32 | seen u32 |
 *   +----------------+---------+-----------+--------------+----------+
 *   | request hash 32 | previous 32 | seen hash 32 | code u16 | until u64 | target 32 |
 *   +-----------------+-------------+--------------+----------+-----------+-----------+
 *
 * Hashes are ids of parcels, so each signature covers all that went before it on both sides: nobody
 * can deny, drop or reorder a step without the chain showing it.
 */
#ifndef PLM_REQUEST_TRANSITION_H
#define PLM_REQUEST_TRANSITION_H

#include "request/machine.h"
#include "wire/parcel.h"

enum {
    PLM_REQUEST_ID_BYTES = 16
};

typedef struct plm_transition {
    uint8_t request_id[PLM_REQUEST_ID_BYTES]; /* random, made by the requester */
    plm_request_side side;                    /* whose step it is */
    plm_request_action action;
    uint32_t sequence;                    /* in that side's chain, from 1 */
    uint32_t seen;                        /* of the other side's chain */
    uint8_t request_hash[PLM_HASH_BYTES]; /* id of the SEND; zero in the SEND itself */
    uint8_t previous[PLM_HASH_BYTES];     /* own step before this; zero for the first */
    uint8_t seen_hash[PLM_HASH_BYTES];    /* the other's step number `seen`; zero for 0 */
    uint16_t code;                        /* REFUSE: ground; CLOSE: outcome; else 0 */
    int64_t until_ms;                     /* POSTPONE: expected by, or 0; else 0 */
    uint8_t target[PLM_HASH_BYTES];       /* RECALL, RECALLED: the step; else zero */
} plm_transition;

/* As those of wire/message.h. */
plm_status plm_transition_encode(const plm_transition *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_transition_decode(plm_transition *out, plm_span meta) PLM_MUST_CHECK;

/* Fills everything of *t that follows from the log: sequence, seen and the three hashes. */
void plm_transition_link(plm_transition *t, const plm_request_log *log);

/*
 * Why this step can't be taken as the next of its side: PLM_PARCEL_TAKEN if it can, else
 * BAD_CHAIN or NOT_ALLOWED. The log has everything this node knows.
 */
plm_parcel_verdict plm_transition_judge(const plm_transition *t, const plm_request_log *log);

/* How a request ended for the requester (CLOSE). Values are on the wire. */
typedef enum plm_request_outcome {
    PLM_OUTCOME_UNKNOWN = 0,
    PLM_OUTCOME_CONFIRMED = 1, /* the hit was the same person or thing */
    PLM_OUTCOME_WRONG = 2,
    PLM_OUTCOME_COUNT
} plm_request_outcome;

/* "unknown", "confirmed", "wrong". */
extern const char *const plm_request_outcomes[];

#endif
