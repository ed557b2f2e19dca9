/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.h - many evenly spread values, in order: the sender's outputs for sending, the receiver's
 * own for looking others up among them. Both begin by parting values by their highest bits into
 * buckets that fit a cache; a bucket is then parted by the next bits when its turn comes.
 *
 *     values:   | bucket 0 | bucket 1 | ...            some thousands each, each in any order
 *     work:     one bucket, in slots of about one      sorted, or looked up
 *
 * Values are outputs of a random oracle; with any others both are right, but slow. Nothing here is
 * constant time: the sender's order is what is sent, the receiver's never leaves it.
 */
#ifndef PLM_MATCH_ORDER_H
#define PLM_MATCH_ORDER_H

#include "base/bytes.h"
#include "crypto/block.h"

/* Values and what each belongs to, parted by their highest bits. */
typedef struct plm_buckets {
    plm_block *values;
    uint32_t *index;  /* NULL if nobody asked */
    uint32_t *starts; /* n_buckets + 1 */
    size_t n;
    size_t n_buckets; /* a power of two */
    bool is_borrowed; /* values */
    bool with_index;
    unsigned shift; /* of the upper word: what is above is the bucket's number */

    plm_block *work; /* one bucket's values, slot by slot; room for `capacity` */
    uint32_t *work_index;
    uint32_t *slots; /* starts in work; n_slots + 1 */
    size_t capacity; /* of the largest bucket */
    size_t n_slots;  /* a power of two, of the bits below the bucket's own */
    unsigned slot_shift;
    size_t current; /* the bucket in work; n_buckets: none */
} plm_buckets;

/*
 * Parts n values (below 2^32). index: what to carry along, or NULL. memory: room for n values,
 * borrowed until wiped, or NULL. PLM_E_NOMEM. Wipe with plm_buckets_wipe.
 */
plm_status plm_buckets_init(plm_buckets *b, const plm_block *values, const uint32_t *index,
                            size_t n, plm_block *memory) PLM_MUST_CHECK;
void plm_buckets_wipe(plm_buckets *b);

/* One bucket's values, ascending, and what they belong to (zeros where nobody asked). */
typedef struct plm_sorted {
    const plm_block *values;
    const uint32_t *index;
    size_t n;
} plm_sorted;

/*
 * Sorts one bucket in work; *out is borrowed until the next call. PLM_E_EXISTS if two values are
 * equal. PLM_E_NOMEM.
 */
plm_status plm_buckets_sort(plm_buckets *b, size_t bucket, plm_sorted *out) PLM_MUST_CHECK;

/* A value that is among them: its place in the list that was asked for, and what it belongs to. */
typedef struct plm_found {
    uint32_t at;
    uint32_t belongs;
} plm_found;

/*
 * Those of n values (below 2^32) that are among them, in their order; out: room for n. Gives how
 * many. Ascending values are what it is for: each change of buckets costs what a bucket is long.
 */
size_t plm_buckets_find(plm_buckets *b, const plm_block *values, size_t n, plm_found *out);

#endif
