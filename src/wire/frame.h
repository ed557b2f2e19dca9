/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame.h - how messages travel (spec/wire.md section 3), on TLS, a pipe or a memory stick.
 *
 *   0      4       5      6         8              16                16+n          32+n
 *   +------+-------+------+---------+--------------+-----------------+-------------+
 *   |  n   | vers. | type | 0 (u16) | sequence no. | payload, n bytes| tag, 16     |
 *   +------+-------+------+---------+--------------+-----------------+-------------+
 *
 * Each direction has a chain key, k_0 derived from the channel's exporter value and the
 * direction's label; (k_{i+1}, tag_i) = BLAKE2b-384(key = k_i, header || payload) split in 32 + 16
 * bytes. So a changed, repeated, dropped or reordered frame does not verify, and the chain key at
 * the end is a transcript hash of everything sent. TLS is the first line; the chain holds where
 * there is none, and says *what* happened: an old sequence number is a replay.
 */
#ifndef PLM_WIRE_FRAME_H
#define PLM_WIRE_FRAME_H

#include "base/bytes.h"

enum {
    PLM_WIRE_VERSION = 1,
    PLM_FRAME_HEADER_BYTES = 16,
    PLM_FRAME_TAG_BYTES = 16,
    PLM_FRAME_PAYLOAD_MAX = (1 << 20) + 4096,
    PLM_CHAIN_BYTES = 32
};

typedef enum plm_frame_type {
    PLM_FRAME_HELLO = 1,
    PLM_FRAME_PROPOSAL = 2,
    PLM_FRAME_ACCEPTANCE = 3,
    PLM_FRAME_REFUSAL = 4,
    PLM_FRAME_ENGINE = 5, /* one message of the matching engine: leg (u8), then its bytes */
    PLM_FRAME_RECEIPT = 6,
    PLM_FRAME_PING = 7,    /* empty: still here, still computing */
    PLM_FRAME_CANCEL = 8,  /* empty: an officer stopped the run */
    PLM_FRAME_FAILURE = 9, /* status code (u8) of the sender's failure; no text, no oracle */
    PLM_FRAME_END = 10,    /* empty: nothing follows; a stream without it was truncated */
    PLM_FRAME_PARCEL = 11, /* a signed body and its content (wire/parcel.h) */
    PLM_FRAME_ACKNOWLEDGEMENT = 12,
    PLM_FRAME_TURN = 13, /* one byte: what may be delivered next, and by whom */
    PLM_FRAME_HEAD = 14, /* plm_heads: the speaker's ledger, and what it keeps of the reader's */
    PLM_FRAME_CONSISTENCY = 15, /* plm_consistency: of the head that the reader keeps */
    PLM_FRAME_WITNESS = 16,     /* plm_witness, signed: the word on the reader's head */
    PLM_FRAME_LOOKUP_OPEN = 17, /* these six: wire/lookup.h */
    PLM_FRAME_LOOKUP_TERMS = 18,
    PLM_FRAME_LOOKUP_QUERY = 19,
    PLM_FRAME_LOOKUP_ANSWER = 20,
    PLM_FRAME_LOOKUP_FETCH = 21,
    PLM_FRAME_LOOKUP_PART = 22
} plm_frame_type;

/* One direction of a channel. */
typedef struct plm_chain {
    uint8_t key[PLM_CHAIN_BYTES]; /* SECRET while the channel lives */
    uint64_t sequence;
    bool ended; /* an END frame went by */
    bool dead;  /* a frame was refused */
} plm_chain;

/*
 * channel: 32 bytes both ends share and nobody else knows (TLS exporter, RFC 8446 section 7.5).
 * from_asker: the direction.
 */
void plm_chain_init(plm_chain *chain, const uint8_t channel[static 32], bool from_asker);
void plm_chain_wipe(plm_chain *chain);

/*
 * Appends one frame to out; payload must not lie in out. PLM_E_LIMIT (payload too long, or out
 * full), PLM_E_NOMEM; PLM_E_ARGUMENT: a length this type can't have, or END was written already.
 * After a failure chain and out are as they were.
 */
plm_status plm_frame_write(plm_chain *chain, plm_frame_type type, plm_span payload,
                           plm_buf *out) PLM_MUST_CHECK;

typedef struct plm_frame {
    plm_frame_type type;
    plm_span payload; /* borrowed from the input */
} plm_frame;

/*
 * Reads one frame from the front of `input`; *used is its whole length.
 * PLM_E_NOT_FOUND: not all of it is there yet (nothing is consumed). PLM_E_PROTOCOL: bad version,
 * type, length or reserved bits, or anything after END. PLM_E_REPLAYED: a sequence number that went
 * by before. PLM_E_TAMPERED: the tag does not fit. After a refusal the chain is dead.
 */
plm_status plm_frame_read(plm_chain *chain, plm_span input, plm_frame *out,
                          size_t *used) PLM_MUST_CHECK;

/* Call at the end of the stream. PLM_E_TRUNCATED if no END frame went by or bytes are left. */
plm_status plm_frame_finish(const plm_chain *chain, size_t bytes_left) PLM_MUST_CHECK;

#endif
