/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_view.h - a series of runs as JSON, for the command line and the local API.
 */
#ifndef PLM_NODE_STANDING_VIEW_H
#define PLM_NODE_STANDING_VIEW_H

#include "node/standing.h"

#include <jansson.h>

/*
 * Its members; a time that there is not is null, a text "". now_ms: against which it is due. A new
 * reference, NULL without memory.
 */
json_t *plm_standing_view(const plm_standing_row *row, int64_t now_ms);

/* Counts, for overviews and those who watch machines. */
typedef struct plm_standing_counts {
    uint64_t n_states[PLM_STANDING_STATE_COUNT]; /* of ours */
    uint64_t n_asked_of_us;
    uint64_t n_due;
    uint64_t n_failing; /* active, and the last one failed */
    uint64_t n_done;    /* repetitions of ours */
} plm_standing_counts;

/* PLM_E_STORE. */
plm_status plm_standing_count(plm_store *store, int64_t now_ms,
                              plm_standing_counts *out) PLM_MUST_CHECK;

#endif
