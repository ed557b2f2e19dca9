/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.h - the published index of one accord, purpose and epoch (spec/lookup.md section 4): the
 * fingerprints of the holder's tokens, in a file that is mapped and never read as a whole.
 *
 *   +--------------+---------------------+----------------+-----------------+-------------------+
 *   | header, 1024 | directory           | entries        | sealed labels   | tree              |
 *   |              | (2^bits + 1) * u32  | n * 6          | n * s, or none  | (2^bits - 1)*2*32 |
 *   +--------------+---------------------+----------------+-----------------+-------------------+
 *
 * A fingerprint's first `bits` bits choose a bucket; of its entry the 48 bits of the remainder are
 * kept. Bucket b has the entries directory[b] to directory[b+1] - 1, in the order of remainders,
 * at most PLM_INDEX_BUCKET_MAX of them: a token that is not there is taken for one with
 * probability 2^8 * 2^-48 = 2^-40 at most.
 *
 * The tree (from the leaves up; without the root, which stands in the header) has a leaf for each
 * bucket. Opening looks at the header alone; each query verifies the bucket it reads, so that an
 * altered byte can make it fail but not change its answer.
 *
 * Adversary: whoever carried or kept the file (malicious: every byte may be altered); the holder
 * itself may of course put into it what it likes. Collision resistance of BLAKE2b-256, Ed25519.
 */
#ifndef PLM_INDEX_INDEX_H
#define PLM_INDEX_INDEX_H

#include "index/header.h"
#include "index/map.h"

typedef struct plm_index {
    plm_index_header header;
    plm_map map;        /* of a file; empty if the bytes are the caller's */
    plm_span directory; /* these four: into the bytes */
    plm_span entries;
    plm_span labels;
    plm_span tree;
} plm_index;

/*
 * Maps and checks the header and the lengths; O(1). PLM_E_IO (errno), PLM_E_NOMEM, PLM_E_PROTOCOL
 * (no index), PLM_E_AUTH (not signed by identity).
 */
plm_status plm_index_open(plm_index *out, const char *path,
                          const uint8_t identity[static 32]) PLM_MUST_CHECK;
/* The same on bytes that stay the caller's. identity NULL: the signature is not looked at. */
plm_status plm_index_open_bytes(plm_index *out, plm_span bytes,
                                const uint8_t *identity) PLM_MUST_CHECK;
void plm_index_close(plm_index *index);

enum {
    PLM_INDEX_MATCHES_MAX = 4
};

/* The entries that fit: one, or by a chance of 2^-48 more. */
typedef struct plm_index_match {
    plm_span labels[PLM_INDEX_MATCHES_MAX]; /* sealed; borrowed from the index; empty without */
    size_t n;
} plm_index_match;

/*
 * PLM_E_NOT_FOUND: no such entry (out->n is 0). PLM_E_TAMPERED: the bytes read for this query are
 * not those that were signed. O(bucket).
 */
plm_status plm_index_find(const plm_index *index, const plm_fingerprint *fingerprint,
                          plm_index_match *out) PLM_MUST_CHECK;

/* Looks at every byte. PLM_E_TAMPERED. O(n). */
plm_status plm_index_verify(const plm_index *index) PLM_MUST_CHECK;

/* --- making one ------------------------------------------------------------------------------ */

/* A fingerprint, and the number by which the maker knows its entry. */
typedef struct plm_index_row {
    plm_fingerprint fingerprint;
    uint32_t item;
} plm_index_row;

/* Called now and then; false ends the work with PLM_E_CANCELLED. */
typedef bool plm_index_progress_fn(void *context, const char *phase, uint64_t done, uint64_t total);

typedef struct plm_index_make {
    const uint8_t *seed; /* SECRET; of the holder's identity */
    /* Writes the sealed label of an item; NULL if header->label_bytes is 0. */
    plm_status (*label)(void *context, uint32_t item, uint8_t *sealed);
    void *context;
    plm_index_progress_fn *progress; /* may be NULL */
    void *progress_context;
} plm_index_make;

/*
 * Writes the index of n rows (different fingerprints; put into order here) to `path`, whole or not
 * at all. header: party, accord, purpose, recipe, epoch, key, time and label_bytes are the
 * caller's; the rest is set here. PLM_E_LIMIT: more than PLM_INDEX_ENTRIES_MAX rows, or so many in
 * one bucket that they are no PRF's. PLM_E_IO, PLM_E_NOMEM, PLM_E_ARGUMENT, PLM_E_CANCELLED.
 */
plm_status plm_index_write(const char *path, plm_index_header *header, plm_index_row *rows,
                           size_t n, const plm_index_make *make) PLM_MUST_CHECK;

/* --- what reading and writing share ---------------------------------------------------------- */

/* Where the parts of an index of that header begin; its length in *total. PLM_E_LIMIT. */
typedef struct plm_index_layout {
    size_t directory;
    size_t entries;
    size_t labels;
    size_t tree;
    size_t total;
} plm_index_layout;

plm_status plm_index_layout_of(plm_index_layout *out,
                               const plm_index_header *header) PLM_MUST_CHECK;
/* Hash of bucket b: its number, where it begins, its entries, its labels. */
void plm_index_leaf(uint8_t out[static PLM_HASH_BYTES], uint32_t bucket, uint32_t first,
                    plm_span entries, plm_span labels);
void plm_index_node(uint8_t out[static PLM_HASH_BYTES], const uint8_t left[static PLM_HASH_BYTES],
                    const uint8_t right[static PLM_HASH_BYTES]);

#endif
