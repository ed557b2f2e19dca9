/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transcript.h - one hash over everything the engines of a run said (spec/wire.md section 7).
 *
 * The messages of the two directions interleave differently at each end, so each direction has a
 * hash of its own:
 *
 *     h_d        = BLAKE2b-256( for each message: d || leg || u32 length || message )
 *     transcript = BLAKE2b-256( h_1 || h_2 )         d = 1: from the asker, 2: from the holder
 *
 * Both parties sign the result in the receipt.
 */
#ifndef PLM_WIRE_TRANSCRIPT_H
#define PLM_WIRE_TRANSCRIPT_H

#include "base/bytes.h"

enum {
    PLM_TRANSCRIPT_BYTES = 32,
    PLM_TRANSCRIPT_STATE_BYTES = 384
};

/* Caller's; of any alignment, may be copied. */
typedef struct plm_transcript {
    uint8_t state[2][PLM_TRANSCRIPT_STATE_BYTES]; /* [0]: from the asker, [1]: from the holder */
} plm_transcript;

void plm_transcript_init(plm_transcript *t);
/* message: an ENGINE frame's payload behind its leg byte; shorter than 4 GiB. */
void plm_transcript_update(plm_transcript *t, bool from_asker, uint8_t leg, plm_span message);
/* Writes the transcript and wipes t, which must be initialised again before it is used again. */
void plm_transcript_final(plm_transcript *t, uint8_t out[static PLM_TRANSCRIPT_BYTES]);

#endif
