/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_proof.h - one entry with all that is needed to check it without the store (spec/ledger.md
 * section 8).
 */
#ifndef PLM_NODE_LEDGER_PROOF_H
#define PLM_NODE_LEDGER_PROOF_H

#include "store/store.h"

#include <jansson.h>

/*
 * self, identity: whose ledger it is. seed: SECRET, for an entry that no signed head covers yet; or
 * NULL, and then PLM_E_LOCKED for such a one. *out: new reference. PLM_E_NOT_FOUND.
 */
plm_status plm_ledger_prove(json_t **out, plm_store *store, uint64_t sequence, const char *self,
                            const uint8_t identity[static 32], const uint8_t *seed) PLM_MUST_CHECK;

#endif
