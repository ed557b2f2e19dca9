/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker_internal.h - the worker's state, shared by its files: worker.c (life and loop),
 * worker_control.c (what the principal says), worker_peer.c (what the peer says),
 * worker_engine.c (the matching engine's legs).
 *
 *      principal                worker                         peer
 *          | -- START ----------> |                              |
 *          |                      | <====== TLS, HELLO ========> |
 *          | <-- CONNECTED ------ |                              |
 *          | -- SEND(proposal) -> | -------- PROPOSAL ---------> |
 *          | <-- MESSAGE -------- | <------- ACCEPTANCE -------- |
 *          | -- TOKENS, ENGINE -> | <======= ENGINE ===========> |
 *          | <-- HITS, BASE ----- |                              |
 *          | <-- LEG_DONE ------- |                              |  the same again for each
 *          | -- TOKENS, ENGINE -> | <======= ENGINE ===========> |  further leg, with the
 *          | <-- HITS, BASE, DONE |                              |  tokens of that leg
 *          | -- SEND(receipt) --> | -------- RECEIPT ----------> |
 *          | <-- MESSAGE -------- | <------- RECEIPT ----------- |
 *          | -- FINISH ---------> | <======== END =============> |
 *          | <-- CLOSED --------- |                              |
 */
#ifndef PLM_NODE_WORKER_INTERNAL_H
#define PLM_NODE_WORKER_INTERNAL_H

#include "net/net.h"
#include "node/control.h"
#include "wire/frame.h"
#include "wire/message.h"
#include "wire/transcript.h"

#include <palermo/match.h>

enum {
    PLM_WORKER_OUT_HIGH = 1 << 20, /* no engine output is taken while more than this waits */
    PLM_WORKER_OUT_MAX = 8 << 20
};

typedef enum plm_worker_state {
    PLM_WORKER_HANDSHAKE, /* TLS */
    PLM_WORKER_GREETING,  /* waiting for the peer's HELLO */
    PLM_WORKER_TALKING,   /* relaying signed messages */
    PLM_WORKER_ENGINE,    /* a leg is under way */
    PLM_WORKER_BETWEEN,   /* a leg is over, the principal prepares the next */
    PLM_WORKER_ENDING,    /* END sent, waiting for the peer's */
    PLM_WORKER_CLOSED
} plm_worker_state;

typedef struct plm_worker {
    plm_control control;
    plm_conn *conn;          /* NULL in a carried run */
    bool may_hear_principal; /* something may have come that was not read */
    bool may_hear_peer;
    plm_worker_state state;
    bool is_carried;     /* the peer's stream comes and goes through the principal, in files */
    uint8_t channel[32]; /* SECRET; of a carried run, in the place of the TLS exporter */
    uint8_t replay[32];  /* SECRET; seed of its randomness */
    bool is_greeted;     /* the peer's HELLO was taken */
    bool asks_dry;       /* the principal waits for an answer to: */
    uint32_t dry_number;
    uint64_t carried_out; /* bytes of the streams */
    uint64_t carried_in;
    bool is_asker;
    plm_errand errand; /* what the connection is for */
    char self[PLM_CODE_MAX];
    plm_tls_pin *pins;
    size_t n_pins;
    int64_t timeout_ms;
    unsigned n_threads;

    plm_chain sending;
    plm_chain receiving;
    plm_buf in; /* from the peer; in_used bytes at its front were taken */
    size_t in_used;
    plm_buf out;       /* for the peer */
    int64_t heard_ms;  /* last byte from the peer */
    int64_t sent_ms;   /* last frame for the peer */
    int64_t ticked_ms; /* last word from the principal */
    int64_t told_ms;   /* last word to the principal that we are still here */
    int64_t step_ms;   /* since when we wait for a step of the peer that takes no computing */
    bool is_proposed;  /* the proposal went by: ours, or for a holder the peer's */
    bool is_accepted;  /* the acceptance came by: from here on the engine may begin */
    plm_buf held; /* a message that came before its turn; nothing more is read until it is taken */
    plm_frame_type held_type;
    uint8_t held_leg; /* of an engine message */
    bool is_held;
    bool peer_ended;
    plm_status peer_failure; /* what the peer said of its own failure */

    plm_token *tokens; /* SECRET; of the leg under way or to come */
    size_t n_tokens;
    size_t tokens_capacity;
    plm_buf labels;   /* SECRET; of these tokens, where we are the sender of a leg with labels */
    plm_match *match; /* of the current leg; NULL outside PLM_WORKER_ENGINE */
    plm_match_config config;
    plm_match_engine proposed; /* that the run's proposal names; 0 before there is one */
    uint8_t leg;               /* under way; outside PLM_WORKER_ENGINE the next */
    bool is_last;              /* no leg comes after the one under way */
    bool is_through;           /* the last leg is over */
    size_t n_told;             /* of this leg's hits, to the principal */
    plm_transcript transcript;
    uint64_t evaluated; /* of finished legs */
    int64_t progress_ms;
} plm_worker;

/* worker_control.c */
plm_status plm_worker_take_start(plm_worker *w, plm_span payload,
                                 plm_tls_identity *identity) PLM_MUST_CHECK;
plm_status plm_worker_take_control(plm_worker *w,
                                   const plm_control_message *message) PLM_MUST_CHECK;

/* worker_peer.c */
/* Writes one frame into `out`. */
plm_status plm_worker_send(plm_worker *w, plm_frame_type type, plm_span payload) PLM_MUST_CHECK;
/* Tells the principal what of a carried run's stream waits to go out. */
plm_status plm_worker_hand_over(plm_worker *w, bool *progressed) PLM_MUST_CHECK;
/* Moves bytes in and out and takes the frames that are whole. */
plm_status plm_worker_move_peer(plm_worker *w, bool *progressed) PLM_MUST_CHECK;

/* worker_engine.c */
/* Notes which engine the run's first signed proposal names: no other is started. */
void plm_worker_note_proposal(plm_worker *w, plm_span message);
/* PLM_E_PROTOCOL: malformed, out of order, or not the engine that was proposed. */
plm_status plm_worker_start_engine(plm_worker *w, plm_span payload) PLM_MUST_CHECK;
plm_status plm_worker_engine_input(plm_worker *w, uint8_t leg, plm_span message) PLM_MUST_CHECK;
/* Takes the message of this leg that came before it started, if there is one. */
plm_status plm_worker_engine_held(plm_worker *w) PLM_MUST_CHECK;
/* One message out, or one piece of work. */
plm_status plm_worker_move_engine(plm_worker *w, bool *progressed) PLM_MUST_CHECK;
/* Tokens evaluated for the peer in all legs so far. */
uint64_t plm_worker_evaluated(const plm_worker *w);

#endif
