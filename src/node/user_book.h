/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user_book.h - users of the local API come and go with an entry in the ledger: their pseudonym and
 * role, never their name.
 */
#ifndef PLM_NODE_USER_BOOK_H
#define PLM_NODE_USER_BOOK_H

#include "store/users.h"

/* PLM_E_EXISTS. */
plm_status plm_user_book_add(plm_store *store, const plm_user *user) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND. */
plm_status plm_user_book_remove(plm_store *store, const char *name, int64_t now_ms) PLM_MUST_CHECK;

#endif
