/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.h - from a hit that the holder sees first to a batch on its way, and its arrival
 * (spec/release.md).
 */
#ifndef PLM_NODE_RELEASE_H
#define PLM_NODE_RELEASE_H

#include "node/agreement.h"
#include "node/delivery.h"
#include "release/decision.h"

/* An officer's word on one hit. Strings are borrowed. */
typedef struct plm_release_word {
    const uint8_t *run_id; /* 16 bytes */
    uint32_t number;
    const char *officer;
    uint32_t clear;      /* gates this officer clears: 1 << plm_gate_kind */
    const char *because; /* why, or "" */
} plm_release_word;

typedef struct plm_release_answer {
    plm_hit_state state;      /* of the hit afterwards */
    plm_decision_fault fault; /* with PLM_E_REFUSED */
    plm_gates gates;          /* as they stand */
} plm_release_answer;

/* The gates of a stored hit of ours. PLM_E_NOT_FOUND: the run or its accord is not there. */
plm_status plm_release_gates(plm_store *store, const plm_hit *hit, const plm_stored_record *record,
                             plm_gates *out) PLM_MUST_CHECK;

/*
 * Approves, or lets lapse; with an entry in the ledger, in one transaction. A raised gate is
 * cleared only with words (PLM_E_ARGUMENT without). PLM_E_NOT_FOUND: no such hit. PLM_E_REFUSED:
 * the answer says why.
 */
plm_status plm_release_approve(plm_store *store, const plm_release_word *word,
                               plm_release_answer *answer) PLM_MUST_CHECK;
plm_status plm_release_lapse(plm_store *store, const plm_release_word *word,
                             plm_release_answer *answer) PLM_MUST_CHECK;
/* What came of a hit that is known or was received: "confirmed", "wrong" or "unknown". */
plm_status plm_release_outcome(plm_store *store, const plm_release_word *word,
                               const char *outcome) PLM_MUST_CHECK;

/*
 * Makes every batch that is due by now_ms and puts it into the outbox; after a run's last one what
 * was not released lapses. *n: how many batches.
 */
plm_status plm_release_post_due(plm_node *node, int64_t now_ms, uint64_t *n) PLM_MUST_CHECK;

/* Handler of a parcel (node/delivery.h). */
plm_status plm_release_take_batch(plm_node *node, const plm_parcel_in *in,
                                  plm_parcel_verdict *verdict) PLM_MUST_CHECK;

#endif
