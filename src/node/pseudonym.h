/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pseudonym.h - what others, and the ledger, see of an officer.
 *
 * The first 8 bytes of BLAKE2b-256(key || name), in hexadecimal. The key is the node's own, made
 * when it is needed first, and never leaves it: the same officer is the same to every reader, and
 * nobody without the key can test a name.
 */
#ifndef PLM_NODE_PSEUDONYM_H
#define PLM_NODE_PSEUDONYM_H

#include "accord/policy.h"
#include "store/store.h"

/* PLM_E_STORE, PLM_E_NOMEM. */
plm_status plm_pseudonym_of(plm_store *store, const char *officer,
                            char out[static PLM_OFFICER_DIGITS + 1]) PLM_MUST_CHECK;

#endif
