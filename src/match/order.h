/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.h - many evenly spread values, in order: the sender's outputs for sending, the receiver's
 * own for looking others up among them. Both begin by parting values by their highest bits into
 * buckets of a few.
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
    unsigned shift;   /* of the upper word */
} plm_buckets;

/*
 * Parts n values (below 2^32) into buckets of about `each`. index: what to carry along, or NULL.
 * memory: room for n values, borrowed until wiped, or NULL.
 * PLM_E_NOMEM. Wipe with plm_buckets_wipe.
 */
plm_status plm_buckets_init(plm_buckets *b, const plm_block *values, const uint32_t *index,
                            size_t n, size_t each, plm_block *memory) PLM_MUST_CHECK;
void plm_buckets_wipe(plm_buckets *b);

static inline size_t plm_buckets_of(const plm_buckets *b, plm_block value)
{
    return b->shift == 64 ? 0 : (size_t)(value[1] >> b->shift);
}

/* Sorts one bucket; PLM_E_EXISTS if two values are equal. */
plm_status plm_buckets_sort(plm_buckets *b, size_t bucket) PLM_MUST_CHECK;

/* The number of the value equal to this one, or SIZE_MAX. */
size_t plm_buckets_find(const plm_buckets *b, plm_block value);

#endif
