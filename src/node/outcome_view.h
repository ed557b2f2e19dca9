/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outcome_view.h - what came of a run that this node asked for, as JSON: for whoever waits for it.
 */
#ifndef PLM_NODE_OUTCOME_VIEW_H
#define PLM_NODE_OUTCOME_VIEW_H

#include "base/json.h"
#include "node/node.h"

/*
 * status: what plm_node_ask returned. Numbers, and with a refusal why and by whom; of records
 * nothing but how many. New reference; NULL without memory.
 */
json_t *plm_outcome_json(plm_status status, const plm_outcome *outcome);

/* Test persons among the hits of a run that is done are not counted in its outcome. */
plm_status plm_outcome_leave_out_seeds(plm_store *store, plm_outcome *outcome) PLM_MUST_CHECK;

/*
 * What follows a run that is done: that, and the peer having agreed to the time, what is past its
 * retention date is deleted. The run is signed and stored whatever comes of this, so its status
 * stays what it is, and outcome->settled is PLM_OK or why something of this is left to the next.
 */
void plm_outcome_settle(plm_store *store, plm_outcome *outcome);

#endif
