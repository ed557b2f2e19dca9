/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - an accord in plain words.
 */
#ifndef PLM_ACCORD_EXPLAIN_H
#define PLM_ACCORD_EXPLAIN_H

#include "accord/accord.h"

/*
 * Appends a page of text (lines of 80 columns or fewer, each ended by a line feed) that says what
 * the accord allows between `me` and `with`, both ways: parties, purposes, offences with their
 * treaties, roles, rules, engine, who learns, budgets, expiry. PLM_E_NOT_FOUND if one of the two is
 * not a party; PLM_E_NOMEM, PLM_E_LIMIT. On a failure out is as before.
 */
plm_status plm_accord_explain(const plm_accord *accord, const char *me, const char *with,
                              plm_buf *out) PLM_MUST_CHECK;

#endif
