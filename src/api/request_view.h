/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_view.h - what the files about requests share.
 */
#ifndef PLM_API_REQUEST_VIEW_H
#define PLM_API_REQUEST_VIEW_H

#include "api/api.h"
#include "node/request_draft.h"

/* The request of the path's {request}; shut it in any case. PLM_E_NOT_FOUND. */
plm_status plm_api_book(plm_api_call *call, plm_request_book *out) PLM_MUST_CHECK;
/* {"request", "state"} */
plm_status plm_api_request_state(plm_api_call *call, const plm_request_book *book) PLM_MUST_CHECK;
/* A plm_missing_fn; context is a JSON array. */
plm_missing_fn plm_api_missing;

#endif
