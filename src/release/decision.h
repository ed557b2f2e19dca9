/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decision.h - the states of a hit that its holder sees first (spec/release.md section 4).
 *
 *     pending ── approve ──► (two officers: approved ── approve by another ──►) releasing
 *        │                                                                         │ next batch
 *        └── lapse, or the last batch has gone ──► lapsed                          ▼
 *                                                                              released
 *
 * To the asker a hit that lapsed and no hit at all are the same: nothing tells them apart, neither
 * a message, nor a size, nor a time (batch.h).
 */
#ifndef PLM_RELEASE_DECISION_H
#define PLM_RELEASE_DECISION_H

#include "release/gates.h"

typedef enum plm_hit_state {
    PLM_HIT_KNOWN,     /* the accord lets this side learn it at once: nothing to decide */
    PLM_HIT_PENDING,   /* waits for an officer */
    PLM_HIT_APPROVED,  /* one of two officers said yes */
    PLM_HIT_RELEASING, /* decided: goes with the next batch that has room */
    PLM_HIT_RELEASED,  /* went */
    PLM_HIT_LAPSED,    /* will not go */
    PLM_HIT_RECEIVED,  /* the other way round: the holder released it to us */
    PLM_HIT_STATE_COUNT
} plm_hit_state;

const char *plm_hit_state_name(plm_hit_state state);
/* PLM_E_NOT_FOUND. */
plm_status plm_hit_state_find(plm_hit_state *out, const char *name) PLM_MUST_CHECK;

/* Why an officer's word was not taken. */
typedef enum plm_decision_fault {
    PLM_DECISION_GOOD,
    PLM_DECISION_STATE,       /* nothing is left to decide on */
    PLM_DECISION_OPEN_GATE,   /* a gate is open or raised */
    PLM_DECISION_BARRED,      /* a gate that nobody may clear */
    PLM_DECISION_OFFICER,     /* the same officer twice, or none named */
    PLM_DECISION_NOT_IN_FORCE /* the accord: nothing is disclosed under it any more */
} plm_decision_fault;

const char *plm_decision_fault_sentence(plm_decision_fault fault);

/*
 * An officer approves a hit in `state`, of which `first` (NULL or "" if nobody has) approved
 * before. PLM_E_REFUSED with *fault set; else *next is the state that follows.
 */
plm_status plm_decision_approve(plm_hit_state *next, plm_decision_fault *fault, plm_hit_state state,
                                plm_approval approval, const plm_gates *gates, const char *first,
                                const char *officer) PLM_MUST_CHECK;
/* An officer lets a hit lapse: possible as long as it did not go. */
plm_status plm_decision_lapse(plm_hit_state *next, plm_decision_fault *fault,
                              plm_hit_state state) PLM_MUST_CHECK;
/* What a new hit begins as: pending; or releasing, where the accord says automatic and no gate is
 * raised. */
plm_hit_state plm_decision_first(plm_approval approval, const plm_gates *gates);

#endif
