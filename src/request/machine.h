/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine.h - the life of a request or offer, the same on both sides (spec/request.md section 4).
 *
 * Each side writes a chain of steps of its own: step n of a side names the one before it and how
 * many steps of the other side it had seen. So there is no central order, and none is needed: the
 * state is a pure function of the two chains.
 *
 *   1. A step must be allowed in the state its author saw: its own steps so far and as many of the
 *      other's as it says. That is judged when it comes in, and a step that is not is refused.
 *   2. The steps of both sides are laid into one order: a step comes after all that its author had
 *      seen, and where two crossed, the requester's comes first.
 *   3. In that order each step is applied. One that is not allowed where it stands has no effect
 *      (it is void): it crossed one that took its ground away.
 *
 * Whoever has the same steps has the same state, however they travelled. A withdrawal that crosses
 * an answer wins: the answer is void, and what it says is not kept.
 */
#ifndef PLM_REQUEST_MACHINE_H
#define PLM_REQUEST_MACHINE_H

#include "base/bytes.h"

typedef enum plm_request_state {
    PLM_REQUEST_DRAFT,
    PLM_REQUEST_SENT,
    PLM_REQUEST_RECEIVED,
    PLM_REQUEST_CONSULTING,
    PLM_REQUEST_ACCEPTED,
    PLM_REQUEST_POSTPONED,
    PLM_REQUEST_REFUSED,
    PLM_REQUEST_ANSWERED,
    PLM_REQUEST_CLOSED,
    PLM_REQUEST_WITHDRAWN,
    PLM_REQUEST_STATE_COUNT
} plm_request_state;

/* Values are on the wire. */
typedef enum plm_request_action {
    PLM_REQUEST_SEND = 1,      /* with the document */
    PLM_REQUEST_RECEIVE = 2,   /* by the requested side's node: it is in its store */
    PLM_REQUEST_CONSULT = 3,   /* a question or its answer (UNTOC art. 18(26), 16(16)) */
    PLM_REQUEST_ACCEPT = 4,    /* perhaps with conditions */
    PLM_REQUEST_POSTPONE = 5,  /* with the reason (art. 18(25)) */
    PLM_REQUEST_REFUSE = 6,    /* with the ground and the reason (art. 18(23)) */
    PLM_REQUEST_ANSWER = 7,    /* may be given in parts */
    PLM_REQUEST_CLOSE = 8,     /* with the outcome */
    PLM_REQUEST_WITHDRAW = 9,  /* no longer necessary (art. 18(24)) */
    PLM_REQUEST_ATTACH = 10,   /* announces an attachment */
    PLM_REQUEST_RECALL = 11,   /* what an earlier step of the same side said is not to be kept */
    PLM_REQUEST_RECALLED = 12, /* by the other side's node: it is deleted */
    PLM_REQUEST_ACTION_COUNT
} plm_request_action;

typedef enum plm_request_side {
    PLM_REQUEST_REQUESTER = 0, /* who asks, or offers */
    PLM_REQUEST_REQUESTED = 1
} plm_request_side;

/* "sent", ...; "withdraw", ... Never NULL. */
const char *plm_request_state_name(plm_request_state state);
const char *plm_request_action_name(plm_request_action action);
/* PLM_E_NOT_FOUND. */
plm_status plm_request_state_find(plm_request_state *out, const char *name) PLM_MUST_CHECK;

/* True if that side may do that in that state; then *next is the state after it. */
bool plm_request_allows(bool is_offer, plm_request_state state, plm_request_side side,
                        plm_request_action action, plm_request_state *next);

/* No further step that changes the state is possible. */
bool plm_request_is_over(plm_request_state state);

enum {
    PLM_REQUEST_STEPS_MAX = 4096 /* of one side */
};

typedef struct plm_request_step {
    uint8_t id[32]; /* of its parcel */
    plm_request_action action;
    uint32_t seen; /* steps of the other side that its author had */
    bool is_void;  /* set by plm_request_fold */
} plm_request_step;

typedef struct plm_request_log {
    bool is_offer;
    plm_request_step *steps[2]; /* by side, in order */
    size_t n[2];
} plm_request_log;

/* The state after all steps (rules 2 and 3); sets is_void of each. */
plm_request_state plm_request_fold(plm_request_log *log);

/*
 * What `side` sees after `seen` steps of the other side (at most as many as there are) and all of
 * its own.
 */
plm_request_state plm_request_seen_by(const plm_request_log *log, plm_request_side side,
                                      size_t seen);

/* Rule 1 for a further step of `side`. PLM_E_PROTOCOL: it claims to have seen what can't be. */
plm_status plm_request_may_add(const plm_request_log *log, plm_request_side side,
                               plm_request_action action, uint32_t seen) PLM_MUST_CHECK;

#endif
