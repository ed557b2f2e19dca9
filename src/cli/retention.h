/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention.h - what palermo serve deletes as its date is past, and what it says of it.
 */
#ifndef PLM_CLI_RETENTION_H
#define PLM_CLI_RETENTION_H

#include "store/store.h"

/*
 * Deletes and logs; only logs, if the clock is ahead (ledger/clock.h). PLM_E_STORE, PLM_E_NOMEM.
 */
plm_status plm_retention_apply(plm_store *store) PLM_MUST_CHECK;

#endif
