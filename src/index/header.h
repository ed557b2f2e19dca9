/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header.h - the signed first block of an index or of its changes (spec/lookup.md sections 4, 5).
 *
 *   0          8        10            10+n               74+n        1024
 *   +----------+--------+-------------+------------------+-----------+
 *   | magic, 8 | n, u16 | body, n     | signature, 64    | zeroes    |
 *   +----------+--------+-------------+------------------+-----------+
 *
 * The signature is the holder's, over the body, the name being "lookup-index" or "lookup-changes".
 * The body holds the root of a hash tree over all that follows (an index) or the hash of it
 * (changes): an altered byte anywhere does not go unseen.
 */
#ifndef PLM_INDEX_HEADER_H
#define PLM_INDEX_HEADER_H

#include "index/entry.h"
#include "wire/message.h"

enum {
    PLM_INDEX_HEADER_BYTES = 1024,
    PLM_INDEX_VERSION = 1,
    PLM_INDEX_LOAD = 128,      /* entries of a bucket on average, at most */
    PLM_INDEX_BITS_SPARE = 2,  /* so many more than that asks for, where a bucket is too full */
    PLM_INDEX_BUCKET_MAX = 256 /* entries: so that one query hits falsely with 2^-40 at most */
};

#define PLM_INDEX_ENTRIES_MAX UINT32_C(0xffffffff)

typedef struct plm_index_header {
    bool is_changes;
    char party[PLM_CODE_MAX]; /* the holder */
    uint8_t accord_hash[PLM_HASH_BYTES];
    char purpose[PLM_CODE_MAX];
    uint8_t recipe_digest[PLM_HASH_BYTES];
    uint32_t epoch; /* of the key; from 1 */
    uint8_t public_key[PLM_OPRF_ELEMENT_BYTES];
    uint64_t sequence; /* an index: 0; changes: from 1, one more each time */
    int64_t made_ms;
    uint64_t n_entries;            /* of the index, or added */
    uint64_t n_withdrawn;          /* changes */
    uint16_t label_bytes;          /* of a label's plain text; 0: no labels */
    uint8_t bits;                  /* an index: it has 2^bits buckets */
    uint8_t root[PLM_HASH_BYTES];  /* of the index's tree; the hash of what follows */
    uint8_t index[PLM_HASH_BYTES]; /* changes: the root of the index that they change */
} plm_index_header;

/* The smallest b with n / 2^b <= PLM_INDEX_LOAD. */
unsigned plm_index_bits(uint64_t n_entries);
/* Bytes of one entry's sealed label; 0 without labels. */
size_t plm_index_sealed_bytes(const plm_index_header *header);

/* seed: SECRET. PLM_E_ARGUMENT for what decode would refuse; PLM_E_NOMEM. */
plm_status plm_index_header_encode(uint8_t out[static PLM_INDEX_HEADER_BYTES],
                                   const plm_index_header *header,
                                   const uint8_t seed[static 32]) PLM_MUST_CHECK;
/*
 * block: hostile. identity: the holder's key; NULL: the signature is not looked at.
 * PLM_E_PROTOCOL: not the one encoding of a valid header. PLM_E_AUTH: not signed by that key.
 */
plm_status plm_index_header_decode(plm_index_header *out, plm_span block,
                                   const uint8_t *identity) PLM_MUST_CHECK;

#endif
