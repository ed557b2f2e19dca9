/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_book.h - cases are opened and closed, each with its entry in the ledger.
 */
#ifndef PLM_NODE_CASE_BOOK_H
#define PLM_NODE_CASE_BOOK_H

#include "accord/case_rule.h"
#include "accord/policy.h"
#include "store/store.h"

/*
 * facts: nothing stands against them (plm_case_objection), and PLM_CASE_OFFENCES_MAX offences at
 * most. opaque: what others will see of it. PLM_E_EXISTS: the reference was used before.
 */
plm_status plm_case_open(plm_store *store, const plm_case_facts *facts, int64_t now_ms,
                         char opaque[static PLM_CASE_OPAQUE_DIGITS + 1]) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND; PLM_E_EXISTS: it was closed before. */
plm_status plm_case_close(plm_store *store, const char *reference, int64_t now_ms) PLM_MUST_CHECK;

#endif
