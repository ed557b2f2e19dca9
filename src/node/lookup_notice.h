/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_notice.h - a hit of a lookup is told to the holder of the entry, as a parcel
 * (spec/lookup.md section 10). Where the accord says "holder first" this is all that comes of a hit
 * that is not urgent: the holder's officer decides what the asker is to know.
 */
#ifndef PLM_NODE_LOOKUP_NOTICE_H
#define PLM_NODE_LOOKUP_NOTICE_H

#include "node/delivery.h"
#include "wire/lookup.h"

/* Puts the notice into the outbox, with an entry in the ledger. */
plm_status plm_lookup_notice_post(plm_node *node, const char *to,
                                  const uint8_t accord_hash[static PLM_HASH_BYTES],
                                  const plm_lookup_notice *notice) PLM_MUST_CHECK;

/*
 * Makes a notice and puts it where nobody reads it, in place of the last one made so: in a
 * transaction of the caller, as much is written and synced for a lookup without a hit as for one
 * with.
 */
plm_status plm_lookup_notice_cover(plm_node *node, const char *to,
                                   const uint8_t accord_hash[static PLM_HASH_BYTES],
                                   const plm_lookup_notice *notice) PLM_MUST_CHECK;

/* The row of the table of kinds: see plm_parcel_handler. */
plm_status plm_lookup_notice_take(plm_node *node, const plm_parcel_in *in,
                                  plm_parcel_verdict *verdict) PLM_MUST_CHECK;

#endif
