/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_answer.h - the holder's side of a connection with the errand "lookup" (spec/lookup.md
 * section 8): opens, answers, counts.
 *
 * The principal evaluates: the epoch's key never is in the process that reads the peer's bytes.
 * What it gets from the worker is a number of group elements, whose encoding libsodium judges.
 * Every evaluation is charged before it is made; a charge is taken from the store in blocks, what
 * is left of one is given back at the end, and what a crash loses is lost for the asker: the budget
 * is a bound whatever happens.
 */
#ifndef PLM_NODE_LOOKUP_ANSWER_H
#define PLM_NODE_LOOKUP_ANSWER_H

#include "node/node.h"

/*
 * On an open session whose errand it is, until the asker has done, or has been silent for a quarter
 * of an hour, or node->leave is set. PLM_E_REFUSED with *refusal set (the asker was told), and
 * every status of a session and the store.
 */
plm_status plm_lookup_answer_all(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                                 plm_lookup_report *report, plm_refusal *refusal) PLM_MUST_CHECK;

/* lookup_budget.c: what one connection may still evaluate. */
typedef struct plm_lookup_budget {
    plm_store *store;
    const char *peer;
    const uint8_t *accord_hash;
    const char *purpose;
    int64_t hour;     /* of the block; since 1970 */
    uint64_t block;   /* charged and not used yet */
    uint64_t refused; /* since they were noted */
    uint64_t batches; /* likewise */
    int64_t noted_ms;
} plm_lookup_budget;

/* Charges n evaluations. PLM_E_LIMIT: the hour's budget has no room for them. */
plm_status plm_lookup_budget_take(plm_lookup_budget *budget, uint64_t n, uint64_t per_hour,
                                  int64_t now_ms) PLM_MUST_CHECK;
/* Evaluations left in this hour. */
plm_status plm_lookup_budget_left(const plm_lookup_budget *budget, uint64_t per_hour,
                                  int64_t now_ms, uint64_t *left) PLM_MUST_CHECK;
/* Gives back what is left of the block. */
plm_status plm_lookup_budget_close(plm_lookup_budget *budget) PLM_MUST_CHECK;

#endif
