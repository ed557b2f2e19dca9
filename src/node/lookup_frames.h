/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_frames.h - what a worker lets through on a connection with the errand "lookup".
 */
#ifndef PLM_NODE_LOOKUP_FRAMES_H
#define PLM_NODE_LOOKUP_FRAMES_H

#include "wire/frame.h"
#include "wire/lookup.h"

/* One of the six frames of wire/lookup.h, which have no place in a run or a delivery. */
bool plm_lookup_is_own_frame(plm_frame_type type);
/* These, the meeting of ledgers before them, a refusal, and the TURN that ends it. */
bool plm_lookup_is_frame(plm_frame_type type);
/* PLM_E_PROTOCOL unless it is well formed: a malformed one does not get to the principal. */
plm_status plm_lookup_check(plm_frame_type type, plm_span payload) PLM_MUST_CHECK;

#endif
