/* SPDX-License-Identifier: Apache-2.0 */
/*
 * party_view.h - the parties of the adopted accords, with what is in force with each of them.
 */
#ifndef PLM_API_PARTY_VIEW_H
#define PLM_API_PARTY_VIEW_H

#include "api/api.h"

/* *out: new reference. *n_unratified: adopted accords that we have not ratified. */
plm_status plm_api_parties(json_t **out, const plm_api *api, uint64_t *n_unratified) PLM_MUST_CHECK;

#endif
