/* SPDX-License-Identifier: Apache-2.0 */
/*
 * party_keys.h - whose signatures a ledger may hold.
 */
#ifndef PLM_NODE_PARTY_KEYS_H
#define PLM_NODE_PARTY_KEYS_H

#include "ledger/audit.h"

/*
 * Identity keys of all parties of all accords here, ours of now first, then those we had in an
 * accord too; *keys is the caller's to free.
 */
plm_status plm_party_keys(plm_store *store, const char *self, const uint8_t identity[static 32],
                          plm_party_key **keys, size_t *n) PLM_MUST_CHECK;

#endif
