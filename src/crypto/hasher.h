/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hasher.h - BLAKE2b-256 (RFC 7693) in pieces, for hashes that stand for a random oracle. Each use
 * has a label of its own; parts that vary in length are preceded by their length.
 */
#ifndef PLM_CRYPTO_HASHER_H
#define PLM_CRYPTO_HASHER_H

#include "base/bytes.h"
#include "crypto/block.h"

#include <sodium.h>

typedef struct plm_hasher {
    crypto_generichash_state state;
} plm_hasher;

/* Starts with the label's length (u8) and the label. */
void plm_hasher_init(plm_hasher *h, const char *label);
/* The bytes alone, where their number is fixed by the use. */
void plm_hasher_fixed(plm_hasher *h, const void *bytes, size_t n);
/* Their number (u64), then the bytes. */
void plm_hasher_bytes(plm_hasher *h, plm_span bytes);
void plm_hasher_number(plm_hasher *h, uint64_t v);
/* The hash, or its first 16 bytes as a block. Wipes h. */
void plm_hasher_final(plm_hasher *h, uint8_t out[static 32]);
plm_block plm_hasher_final_block(plm_hasher *h);

#endif
