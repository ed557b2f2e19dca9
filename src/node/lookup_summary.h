/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_summary.h - the entry of the ledger that stands for all lookups of one connection.
 *
 *   +------------+-----------+-----------------+-----------+-----------+----------+
 *   | peer u16+n | accord 32 | purpose u16 + n | asker? u8 | first u64 | last u64 |
 *   +------------+-----------+-----------------+-----------+-----------+----------+
 *   | evaluated u64 | refused u64 | batches u64 | hits u64 |
 *   +---------------+-------------+-------------+----------+
 *
 * Counts and times: nothing of who was asked about.
 */
#ifndef PLM_NODE_LOOKUP_SUMMARY_H
#define PLM_NODE_LOOKUP_SUMMARY_H

#include "store/store.h"
#include "wire/message.h"

typedef struct plm_lookup_summary {
    const char *peer;
    const uint8_t *accord_hash;
    const char *purpose;
    bool is_asker; /* we asked */
    int64_t first_ms;
    int64_t last_ms;
    uint64_t n_evaluated;
    uint64_t n_refused;
    uint64_t n_batches;
    uint64_t n_hits; /* known to the asker alone; 0 in the holder's ledger */
} plm_lookup_summary;

/* Enters it, of kind "lookups"; nothing where nothing was asked. */
plm_status plm_lookup_summary_enter(plm_store *store,
                                    const plm_lookup_summary *summary) PLM_MUST_CHECK;

#endif
