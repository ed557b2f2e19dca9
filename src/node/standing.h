/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing.h - series of runs that this node asks by itself (spec/standing.md): started, paused,
 * resumed and stopped by an officer, repeated when they are due.
 *
 * Each of these is an entry of the ledger. A repetition is a run like any other (node.h): both
 * sides look at accord, case, budgets and the rest of the policy each time.
 */
#ifndef PLM_NODE_STANDING_H
#define PLM_NODE_STANDING_H

#include "node/node.h"

/* What an entry of the ledger says was done. Values are in ledgers. */
typedef enum plm_standing_act {
    PLM_STANDING_ACT_START = 1,
    PLM_STANDING_ACT_PAUSE = 2,
    PLM_STANDING_ACT_RESUME = 3,
    PLM_STANDING_ACT_STOP = 4,
    PLM_STANDING_ACT_REPEAT = 5,
    PLM_STANDING_ACT_FAIL = 6
} plm_standing_act;

/* What an officer wants. Strings are borrowed. */
typedef struct plm_standing_wish {
    const char *with;
    const char *purpose;
    const uint8_t *accord_hash; /* NULL: the accord in force with that party and purpose */
    const char *case_ref;
    const char *offence; /* NULL: the first of the case's that the purpose has */
    const char *officer; /* who starts it */
    int64_t every_ms;    /* 0: the shortest that the accord allows */
} plm_standing_wish;

/* Why not. */
typedef struct plm_standing_objection {
    plm_refusal refusal;
    const char *detail; /* a few words more, or NULL */
} plm_standing_objection;

/*
 * Starts a series, or one that was stopped again. node: its store and code. *row: as it stands.
 * PLM_E_REFUSED with *why; PLM_E_NOT_FOUND: no accord has that party; PLM_E_EXISTS: it goes on
 * already, or is paused.
 */
plm_status plm_standing_start(plm_node *node, const plm_standing_wish *wish, int64_t now_ms,
                              plm_standing_row *row, plm_standing_objection *why) PLM_MUST_CHECK;

/*
 * PLM_STANDING_ACT_PAUSE, _RESUME or _STOP. What was entered and told is forgotten with the
 * last. PLM_E_NOT_FOUND; PLM_E_REJECTED: it is not in a state for that, or is the other side's.
 */
plm_status plm_standing_change(plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                               plm_standing_act act, const char *officer,
                               int64_t now_ms) PLM_MUST_CHECK;

/* The series of ours whose id begins so. PLM_E_NOT_FOUND; PLM_E_EXISTS: more than one does. */
plm_status plm_standing_find(plm_store *store, const char *prefix,
                             plm_standing_row *out) PLM_MUST_CHECK;

/*
 * Whether it is to be repeated now. One that lies further ahead than it can have been put was put
 * there by a clock that was wrong.
 */
bool plm_standing_is_due(const plm_standing_row *row, int64_t now_ms);
/* The one of ours that has been due longest. PLM_E_NOT_FOUND: none is. */
plm_status plm_standing_next(plm_store *store, int64_t now_ms,
                             plm_standing_row *out) PLM_MUST_CHECK;

/*
 * No process of this node repeats anything while another one does. *fd: to be closed. node: its
 * directory. PLM_E_EXISTS, PLM_E_IO.
 */
plm_status plm_standing_lock(const plm_node *node, int *fd) PLM_MUST_CHECK;
/*
 * One repetition, under the lock, whether it is due or not; whole: with everything. What came of it
 * stands in the series: when the next one is due, and why this one failed. Statuses of
 * plm_node_ask; PLM_E_REJECTED: it is paused or stopped.
 */
plm_status plm_standing_repeat(plm_node *node, const uint8_t id[static PLM_STANDING_ID_BYTES],
                               bool whole, plm_outcome *outcome) PLM_MUST_CHECK;

/* An entry 'standing' of the ledger. run_id NULL: none; officer "": nobody. */
plm_status plm_standing_write_ledger(plm_store *store, const plm_standing_row *row,
                                     plm_standing_act act, const uint8_t *run_id,
                                     const char *officer, const char *words,
                                     int64_t now_ms) PLM_MUST_CHECK;

#endif
