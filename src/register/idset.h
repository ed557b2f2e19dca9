/* SPDX-License-Identifier: Apache-2.0 */
/*
 * idset.h - the ids an import has seen, and where: an id must be unique in its register.
 *
 * Open addressing over 96 bits of BLAKE2b of the id, so that memory does not depend on the ids'
 * lengths: 16 bytes a slot, of which 3 in 8 to 3 in 4 are used.
 *
 *   slots   [ hash 12 | line 4 ][ empty: line 0 ][ hash 12 | line 4 ] ...      2^k of them
 *
 * Among ten million ids two have the same 96 bits with a probability of 10^-15.
 */
#ifndef PLM_REGISTER_IDSET_H
#define PLM_REGISTER_IDSET_H

#include "base/bytes.h"

enum {
    PLM_IDSET_SLOTS_MAX = 1 << 26 /* three quarters of them used: 50 million ids */
};

typedef struct plm_idset_slot {
    uint32_t hash[3];
    uint32_t line; /* from 1; 0: empty; UINT32_MAX: that or more */
} plm_idset_slot;

typedef struct plm_idset {
    plm_idset_slot *slots;
    size_t n_slots; /* 0 or a power of two */
    size_t n_used;
} plm_idset;

void plm_idset_init(plm_idset *set);
/*
 * Adds the id. *first_line is 0 if it is new, and the line given with it if it was there already
 * (which stays). line: from 1. PLM_E_NOMEM, PLM_E_LIMIT (too many ids).
 */
plm_status plm_idset_add(plm_idset *set, plm_span id, uint64_t line,
                         uint64_t *first_line) PLM_MUST_CHECK;
/* The line given with the id, or 0 if it is not in the set. */
uint64_t plm_idset_find(const plm_idset *set, plm_span id);
void plm_idset_wipe(plm_idset *set);

#endif
