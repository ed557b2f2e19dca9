/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_view.h - what the files about the ledger share, and what verifying one in the
 * store and one in a file say alike.
 */
#ifndef PLM_API_LEDGER_VIEW_H
#define PLM_API_LEDGER_VIEW_H

#include "base/json.h"
#include "ledger/audit.h"
#include "node/node.h"

/* The node's identity key; zeros if it can't be read. */
void plm_api_own_identity(const plm_node *node, uint8_t out[static 32]);

/* n_open: findings on other parties' ledgers that nobody has acknowledged. New reference. */
json_t *plm_api_audit(const plm_audit_result *result, bool is_good, const char *party,
                      uint64_t n_open);

#endif
