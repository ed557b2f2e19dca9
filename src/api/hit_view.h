/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hit_view.h - what showing a hit and deciding on one share.
 */
#ifndef PLM_API_HIT_VIEW_H
#define PLM_API_HIT_VIEW_H

#include "api/api.h"
#include "release/gates.h"
#include "store/store.h"

/* What a list and the hit itself tell of it. New reference. */
json_t *plm_api_hit(const plm_run *run, const plm_hit *hit, const plm_stored_record *stored);
/* The gates as they stand; cleared: by officers. New reference. */
json_t *plm_api_gates(const plm_gates *gates, uint32_t cleared);
/* {run}/{hit} of the path. PLM_E_NOT_FOUND, PLM_E_EXISTS (a problem is made). */
plm_status plm_api_hit_arguments(plm_api_call *call, uint8_t run_id[static 16],
                                 uint32_t *number) PLM_MUST_CHECK;

#endif
