/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - an accord in plain words, and what changed from one to the next.
 */
#ifndef PLM_ACCORD_EXPLAIN_H
#define PLM_ACCORD_EXPLAIN_H

#include "accord/policy.h"
#include "accord/words.h"

/*
 * Appends a page of text (lines of 80 columns or fewer, each ended by a line feed) that says what
 * counts between `me` and `with`, both ways: parties, whether it is in force, purposes, offences
 * with their treaties, roles, rules, engine, who learns, release, budgets, deadlines; and what each
 * of the two reserved, and why. state NULL: the accord alone, as if nobody had ratified yet.
 * PLM_E_NOT_FOUND if one of the two is not a party; PLM_E_NOMEM, PLM_E_LIMIT. On a failure out is
 * as before.
 */
plm_status plm_accord_explain(const plm_accord *accord, const plm_in_force *state, const char *me,
                              const char *with, plm_buf *out) PLM_MUST_CHECK;

/*
 * Appends what changed from one accord to another: parties, purposes, and each of their terms.
 * "Nothing changed." if they say the same. PLM_E_NOMEM, PLM_E_LIMIT; on a failure out is as before.
 */
plm_status plm_accord_diff(const plm_accord *from, const plm_accord *to,
                           plm_buf *out) PLM_MUST_CHECK;

/* explain_reservations.c: what the two reserved that touches this purpose between them. */
void plm_explain_reservations(plm_words *w, const plm_in_force *state, const plm_purpose *purpose,
                              const char *me, const char *with);
/* explain_standing.c: what it says of runs on a schedule, if it does. */
void plm_explain_standing(plm_words *w, const plm_purpose *purpose);
/* explain_tally.c: what it says of tallies, if it does. */
void plm_explain_tally(plm_words *w, const plm_purpose *purpose);
/* Names of a set of roles, labels: "suspect, wanted, convicted"; returns out. */
enum {
    PLM_EXPLAIN_NAMES = 400
};
const char *plm_explain_roles(char out[static PLM_EXPLAIN_NAMES], uint32_t roles);
const char *plm_explain_labels(char out[static PLM_EXPLAIN_NAMES], uint64_t labels);
const char *plm_explain_rules(char out[static PLM_EXPLAIN_NAMES], uint64_t rules);
/* "automatic" and the like as a sentence. */
const char *plm_explain_approval(plm_approval approval);

#endif
