/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_view.h - what reading accords and acting on them share.
 */
#ifndef PLM_API_ACCORD_VIEW_H
#define PLM_API_ACCORD_VIEW_H

#include "api/api.h"
#include "node/agreement.h"

/* The hash of the adopted accord that the path's {hash} is, or begins. PLM_E_NOT_FOUND; with an
 * answer PLM_E_EXISTS: several begin so. */
plm_status plm_api_accord_hash(plm_api_call *call,
                               uint8_t hash[static PLM_HASH_BYTES]) PLM_MUST_CHECK;
/* The accord of the path's {hash}; to be destroyed. PLM_E_NOT_FOUND. */
plm_status plm_api_agreement(plm_api_call *call, plm_agreement **out) PLM_MUST_CHECK;
/*
 * Adds to the list what the accord names and this node does not have: without it the accord can be
 * adopted and read, but not ratified. PLM_E_STORE, PLM_E_NOMEM.
 */
plm_status plm_api_accord_lacks(const plm_api_call *call, const plm_accord *accord,
                                json_t *items) PLM_MUST_CHECK;

#endif
