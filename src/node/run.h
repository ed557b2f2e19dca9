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

/* What the engine keeps between legs and runs with one peer in one role. */
typedef struct plm_run_base {
    plm_session_base base;
    int64_t created_ms; /* when its line began */
    bool is_taken;      /* out of the store */
} plm_run_base;

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
    struct plm_run_pairs *pairs; /* node/run_pairs.h; NULL until we learned hits */
    uint64_t n_features;         /* in a second look: ours and the peer's, padded */
    uint64_t n_peer_features;
    plm_session_result hits; /* of the leg in which we were the receiver */
    uint8_t transcript[PLM_HASH_BYTES];
    plm_run_base bases[2]; /* [1]: where we are the receiver, [0]: the sender */
    uint8_t link_key[32];  /* SECRET; of the links that label our tokens (release/link.h) */
    bool has_link_key;
    bool at_risk;       /* the asker's law knows the death penalty for the case's offence */
    int64_t receipt_ms; /* the receipt's time */
    struct plm_run_standing *standing; /* node/run_standing.h; NULL: the run is by itself */
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
 * Takes the base for legs in this role out of the store, for good, unless an earlier leg did;
 * side->bases[is_receiver].base.n is 0 where there is none, as there is for an engine that keeps
 * none.
 */
plm_status plm_run_take_base(plm_run_side *side, bool is_receiver) PLM_MUST_CHECK;
/* Puts in what the last leg in each role gave. Part of the transaction that ends the run. */
plm_status plm_run_put_bases(plm_run_side *side) PLM_MUST_CHECK;

/*
 * The legs of a run, and in which of them this side is the receiver; their number. Leg 0 has the
 * holder as receiver, leg 1 the asker; only those that `learns` names are run. With both, the
 * holder - who has more to protect - learns first. Legs there are not are false.
 */
uint8_t plm_run_legs(plm_learns learns, bool is_asker,
                     bool is_receiver[static PLM_CONTROL_LEGS_MAX]);

/* True if candidates are compared once more (spec/resolution.md section 5). */
bool plm_run_looks_again(const plm_purpose *purpose);

/* Runs the engine's legs once proposal and acceptance stand. */
plm_status plm_run_match(plm_run_side *side, const plm_purpose *purpose) PLM_MUST_CHECK;

/* answer_accept.c: the holder signs, stores and sends the acceptance; carried, the same again. */
plm_status plm_run_accept(plm_run_side *side, const plm_purpose *purpose) PLM_MUST_CHECK;

/* The receipt's body as this side knows it; time_ms is the asker's. */
plm_status plm_run_receipt_body(const plm_run_side *side, int64_t time_ms,
                                plm_buf *out) PLM_MUST_CHECK;
/* Hits (if this side learned them), receipt, state and ledger entry, in one transaction. */
plm_status plm_run_complete(plm_run_side *side, const plm_purpose *purpose) PLM_MUST_CHECK;

#endif
