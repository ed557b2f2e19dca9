/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h - what the asker's and the holder's side of a run have in common.
 */
#ifndef PLM_NODE_RUN_H
#define PLM_NODE_RUN_H

#include "node/select.h"

enum {
    PLM_CLOCK_TOLERANCE_MS = 10 * 60 * 1000
};

/* One run as this side sees it. The buffers hold signed bytes (body || signature). */
typedef struct plm_run_side {
    plm_node *node;
    plm_outcome *outcome;
    plm_session session;
    bool is_open; /* the session must be closed */
    plm_run run;  /* its strings point into proposal and outcome */
    bool is_stored;
    bool engine_started;
    plm_proposal proposal;
    plm_acceptance acceptance;
    plm_buf proposal_signed;
    plm_buf answer_signed;  /* acceptance or refusal */
    plm_buf receipt_signed; /* body, asker's signature, holder's signature */
    uint8_t proposal_hash[PLM_HASH_BYTES];
    uint8_t answer_hash[PLM_HASH_BYTES];
    plm_selected selected;
    plm_session_result result;
    int64_t base_ms[PLM_CONTROL_LEGS_MAX]; /* when the line of each leg's base began */
} plm_run_side;

void plm_run_side_init(plm_run_side *side, plm_node *node, plm_outcome *outcome, bool is_asker);
/* Closes the session, wipes, frees. */
void plm_run_side_wipe(plm_run_side *side);

/* Configuration of a session of this node. */
plm_session_config plm_run_session_config(const plm_node *node, bool is_asker,
                                          const plm_tls_pin *pins, size_t n_pins);

/*
 * The first thing in a run's session (node/heads.h). PLM_E_REFUSED, with the outcome's refusal set,
 * if a ledger does not go on from what it showed before.
 */
plm_status plm_run_meet(plm_run_side *side, const plm_tls_pin *pin) PLM_MUST_CHECK;

/* True for this side if the purpose lets it learn the hits. */
bool plm_run_learns(plm_learns learns, bool is_asker);

/* Stores the run as `state`, with a ledger entry of that kind and body, in one transaction. */
plm_status plm_run_store(plm_run_side *side, plm_run_state state, const char *ledger_kind,
                         plm_span ledger_body) PLM_MUST_CHECK;
/* The run ends with `why`: the peer is told, the store too, unless they know already. */
void plm_run_fail(plm_run_side *side, plm_status why);

/* run_base.c: what the engine keeps between runs with the same peer (spec/store.md). */
/*
 * Takes the bases for this run's legs out of the store, for good; bases[i].n is 0 where there is
 * none, as there is for an engine that keeps none.
 */
plm_status plm_run_take_bases(plm_run_side *side,
                              plm_session_base bases[static PLM_CONTROL_LEGS_MAX]) PLM_MUST_CHECK;
/* Puts in what the legs gave. Part of the transaction that ends the run. */
plm_status plm_run_put_bases(plm_run_side *side) PLM_MUST_CHECK;

/* Runs the engine once proposal and acceptance stand. */
plm_status plm_run_match(plm_run_side *side) PLM_MUST_CHECK;

/* The receipt's body as this side knows it; time_ms is the asker's. */
plm_status plm_run_receipt_body(const plm_run_side *side, int64_t time_ms,
                                plm_buf *out) PLM_MUST_CHECK;
/* Hits (if this side learned them), receipt, state and ledger entry, in one transaction. */
plm_status plm_run_complete(plm_run_side *side, const plm_purpose *purpose) PLM_MUST_CHECK;

#endif
