/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oprf_wire.h - the messages of the engine `oprf` (spec/matching.md section 4) and its numbers.
 *
 *   KEY        1 | pk (32)                                               sender -> receiver
 *   BLINDED    2 | batch (u32) | n (u16) | n * element (32)              receiver -> sender
 *   EVALUATED  3 | batch (u32) | n (u16) | n * element (32) | proof (64) sender -> receiver
 *   OUTPUTS    4 | first (u32) | n (u32) | n * output (16)               sender -> receiver
 *
 * The receiver's tokens go in batches of PLM_OPRF_BATCH, the last one shorter. At most
 * PLM_OPRF_WINDOW batches are on their way unanswered.
 */
#ifndef PLM_MATCH_OPRF_WIRE_H
#define PLM_MATCH_OPRF_WIRE_H

#include "match/engine.h"

#include <palermo/oprf.h>

enum {
    PLM_OPRF_KEY = 1,
    PLM_OPRF_BLINDED = 2,
    PLM_OPRF_EVALUATED = 3,
    PLM_OPRF_OUTPUTS = 4,

    PLM_OPRF_BATCH = 256,
    PLM_OPRF_WINDOW = 32,
    PLM_OPRF_OUTPUTS_PER_MESSAGE = 32768,
    PLM_OPRF_OWN_PIECE = 512, /* own tokens a sender evaluates in one piece of work */
    PLM_OPRF_SORT_PIECE = 1 << 18,
    PLM_OPRF_INPUT_BYTES = 1 + PLM_MATCH_CONTEXT_MAX + PLM_TOKEN_BYTES
};

/* The PRF's input: I2OSP(len(context), 1) || context || token; its length. */
size_t plm_oprf_input(uint8_t out[PLM_OPRF_INPUT_BYTES], const plm_engine_config *config,
                      const plm_token *token);

/* Number of batches for n tokens, and of tokens in a batch. */
size_t plm_oprf_batches(size_t n);
size_t plm_oprf_batch_size(size_t n, size_t batch);

/*
 * Reads the head of a batch message of that type and checks number, size and length.
 * PLM_E_PROTOCOL. *elements: the rest.
 */
plm_status plm_oprf_read_batch(plm_span message, uint8_t type, size_t batch, size_t n,
                               size_t tail_bytes, plm_span *elements) PLM_MUST_CHECK;

/* Makes the message of that type, without what follows the elements. PLM_E_NOMEM. */
plm_status plm_oprf_write_batch(plm_buf *message, uint8_t type, size_t batch, size_t n,
                                const uint8_t *elements) PLM_MUST_CHECK;

/*
 * Ring of batches under way: copies of at most PLM_OPRF_WINDOW messages' elements, oldest first.
 */
typedef struct plm_oprf_ring {
    uint8_t elements[PLM_OPRF_WINDOW][PLM_OPRF_BATCH * PLM_OPRF_ELEMENT_BYTES];
    size_t first; /* batch number of the oldest */
    size_t n;
} plm_oprf_ring;

static inline uint8_t *plm_oprf_ring_slot(plm_oprf_ring *ring, size_t batch)
{
    return ring->elements[batch % PLM_OPRF_WINDOW];
}

#endif
