/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority_view.h - whose node this is, as a party of an accord.
 */
#ifndef PLM_NODE_AUTHORITY_VIEW_H
#define PLM_NODE_AUTHORITY_VIEW_H

#include "store/store.h"

#include <jansson.h>

/* As drafts of accords take it; *out: new reference. PLM_E_STORE, PLM_E_NOMEM. */
plm_status plm_authority_view(json_t **out, plm_store *store) PLM_MUST_CHECK;

#endif
