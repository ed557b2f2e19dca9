/* SPDX-License-Identifier: Apache-2.0 */
#include "request/machine.h"

#include <string.h>

static const char *const state_names[PLM_REQUEST_STATE_COUNT] = {
    "draft",     "sent",    "received", "consulting", "accepted",
    "postponed", "refused", "answered", "closed",     "withdrawn"};

static const char *const action_names[PLM_REQUEST_ACTION_COUNT] = {
    "none",   "send",  "receive",  "consult", "accept", "postpone", "refuse",
    "answer", "close", "withdraw", "attach",  "recall", "recalled"};

const char *plm_request_state_name(plm_request_state state)
{
    return (unsigned)state < PLM_REQUEST_STATE_COUNT ? state_names[state] : "unknown";
}

const char *plm_request_action_name(plm_request_action action)
{
    return (unsigned)action < PLM_REQUEST_ACTION_COUNT ? action_names[action] : "unknown";
}

plm_status plm_request_state_find(plm_request_state *out, const char *name)
{
    for (unsigned i = 0; i < PLM_REQUEST_STATE_COUNT; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *out = (plm_request_state)i;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}

#define IN(state) (1U << PLM_REQUEST_##state)

enum {
    BY_REQUESTER = 1 << PLM_REQUEST_REQUESTER,
    BY_REQUESTED = 1 << PLM_REQUEST_REQUESTED,
    OPEN = IN(RECEIVED) | IN(CONSULTING) | IN(ACCEPTED) | IN(POSTPONED),
    BEGUN = IN(SENT) | OPEN | IN(ANSWERED),
    KNOWN = BEGUN | IN(REFUSED) | IN(CLOSED) | IN(WITHDRAWN),
    STAYS = PLM_REQUEST_STATE_COUNT /* as the next state: the one there was */
};

/* Who may do what, where, and where that leads: the machine (spec/request.md section 4.1). */
static const struct rule {
    unsigned sides;
    unsigned ask;   /* states in which a request allows it */
    unsigned offer; /* states in which an offer does */
    unsigned next;
} rules[PLM_REQUEST_ACTION_COUNT] = {
    [PLM_REQUEST_SEND] = {BY_REQUESTER, IN(DRAFT), IN(DRAFT), PLM_REQUEST_SENT},
    [PLM_REQUEST_RECEIVE] = {BY_REQUESTED, IN(SENT), IN(SENT), PLM_REQUEST_RECEIVED},
    [PLM_REQUEST_CONSULT] = {BY_REQUESTER | BY_REQUESTED, OPEN,
                             IN(RECEIVED) | IN(CONSULTING) | IN(ACCEPTED), PLM_REQUEST_CONSULTING},
    [PLM_REQUEST_ACCEPT] = {BY_REQUESTED, IN(RECEIVED) | IN(CONSULTING) | IN(POSTPONED),
                            IN(RECEIVED) | IN(CONSULTING), PLM_REQUEST_ACCEPTED},
    [PLM_REQUEST_POSTPONE] = {BY_REQUESTED, IN(RECEIVED) | IN(CONSULTING) | IN(ACCEPTED), 0,
                              PLM_REQUEST_POSTPONED},
    [PLM_REQUEST_REFUSE] = {BY_REQUESTED, OPEN, IN(RECEIVED) | IN(CONSULTING), PLM_REQUEST_REFUSED},
    [PLM_REQUEST_ANSWER] = {BY_REQUESTED, OPEN | IN(ANSWERED), 0, PLM_REQUEST_ANSWERED},
    [PLM_REQUEST_CLOSE] = {BY_REQUESTER, IN(ANSWERED) | IN(REFUSED), IN(ACCEPTED) | IN(REFUSED),
                           PLM_REQUEST_CLOSED},
    [PLM_REQUEST_WITHDRAW] = {BY_REQUESTER, IN(SENT) | OPEN, IN(SENT) | OPEN,
                              PLM_REQUEST_WITHDRAWN},
    [PLM_REQUEST_ATTACH] = {BY_REQUESTER | BY_REQUESTED, BEGUN, BEGUN, STAYS},
    [PLM_REQUEST_RECALL] = {BY_REQUESTER | BY_REQUESTED, KNOWN, KNOWN, STAYS},
    [PLM_REQUEST_RECALLED] = {BY_REQUESTER | BY_REQUESTED, KNOWN, KNOWN, STAYS},
};

bool plm_request_allows(bool is_offer, plm_request_state state, plm_request_side side,
                        plm_request_action action, plm_request_state *next)
{
    if ((unsigned)action >= PLM_REQUEST_ACTION_COUNT ||
        (unsigned)state >= PLM_REQUEST_STATE_COUNT) {
        return false;
    }
    const struct rule *rule = &rules[action];
    unsigned states = is_offer ? rule->offer : rule->ask;
    if (!(rule->sides & (1U << side)) || !(states & (1U << state))) {
        return false;
    }
    *next = rule->next == STAYS ? state : (plm_request_state)rule->next;
    return true;
}

bool plm_request_is_over(plm_request_state state)
{
    return state == PLM_REQUEST_CLOSED || state == PLM_REQUEST_WITHDRAWN;
}

/*
 * Whose step is next when i of the requester's and j of the requested side's stand already: the
 * requester's, unless it has seen more of the other side than stands there yet.
 */
static plm_request_side next_side(const plm_request_log *log, const size_t n[2], size_t i, size_t j)
{
    if (i == n[PLM_REQUEST_REQUESTER]) {
        return PLM_REQUEST_REQUESTED;
    }
    bool must_wait = log->steps[PLM_REQUEST_REQUESTER][i].seen > j && j < n[PLM_REQUEST_REQUESTED];
    return must_wait ? PLM_REQUEST_REQUESTED : PLM_REQUEST_REQUESTER;
}

/* Folds the first n of each side; marks what is void if `mark`. */
static plm_request_state fold(const plm_request_log *log, const size_t n[2], bool mark)
{
    size_t at[2] = {0, 0};
    plm_request_state state = PLM_REQUEST_DRAFT;
    while (at[0] < n[0] || at[1] < n[1]) {
        plm_request_side side = next_side(log, n, at[0], at[1]);
        plm_request_step *step = &log->steps[side][at[side]++];
        bool counts = plm_request_allows(log->is_offer, state, side, step->action, &state);
        if (mark) {
            step->is_void = !counts;
        }
    }
    return state;
}

plm_request_state plm_request_fold(plm_request_log *log)
{
    return fold(log, log->n, true);
}

plm_request_state plm_request_seen_by(const plm_request_log *log, plm_request_side side,
                                      size_t seen)
{
    size_t n[2];
    n[side] = log->n[side];
    n[1 - side] = seen < log->n[1 - side] ? seen : log->n[1 - side];
    return fold(log, n, false);
}

plm_status plm_request_may_add(const plm_request_log *log, plm_request_side side,
                               plm_request_action action, uint32_t seen)
{
    size_t n = log->n[side];
    plm_request_state next;
    if (n >= PLM_REQUEST_STEPS_MAX) {
        return PLM_E_LIMIT;
    }
    if (seen > log->n[1 - side] || (n > 0 && seen < log->steps[side][n - 1].seen)) {
        return PLM_E_PROTOCOL;
    }
    return plm_request_allows(log->is_offer, plm_request_seen_by(log, side, seen), side, action,
                              &next)
               ? PLM_OK
               : PLM_E_REFUSED;
}
