/* SPDX-License-Identifier: Apache-2.0 */
#include "release/decision.h"

#include <string.h>

static const char *const states[PLM_HIT_STATE_COUNT] = {
    [PLM_HIT_KNOWN] = "known",       [PLM_HIT_PENDING] = "pending",
    [PLM_HIT_APPROVED] = "approved", [PLM_HIT_RELEASING] = "releasing",
    [PLM_HIT_RELEASED] = "released", [PLM_HIT_LAPSED] = "lapsed",
    [PLM_HIT_RECEIVED] = "received",
};

const char *plm_hit_state_name(plm_hit_state state)
{
    return (unsigned)state < PLM_HIT_STATE_COUNT ? states[state] : "unknown";
}

plm_status plm_hit_state_find(plm_hit_state *out, const char *name)
{
    for (unsigned i = 0; i < PLM_HIT_STATE_COUNT; i++) {
        if (strcmp(states[i], name) == 0) {
            *out = (plm_hit_state)i;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}

const char *plm_decision_fault_sentence(plm_decision_fault fault)
{
    switch (fault) {
    case PLM_DECISION_GOOD:
        return "nothing is wrong";
    case PLM_DECISION_STATE:
        return "there is nothing left to decide: it went, it lapsed, or it is known to both";
    case PLM_DECISION_OPEN_GATE:
        return "a gate has not been cleared";
    case PLM_DECISION_BARRED:
        return "a gate bars it that nobody may clear under this purpose";
    case PLM_DECISION_OFFICER:
        return "two different officers must approve it";
    case PLM_DECISION_NOT_IN_FORCE:
        return "the accord is not in force between the two any more: nothing is disclosed under it";
    default:
        return "unknown";
    }
}

static plm_status refuse(plm_decision_fault *out, plm_decision_fault fault)
{
    *out = fault;
    return PLM_E_REFUSED;
}

static bool is_barred(const plm_gates *gates)
{
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        if (gates->state[i] == PLM_GATE_BARRED) {
            return true;
        }
    }
    return false;
}

plm_status plm_decision_approve(plm_hit_state *next, plm_decision_fault *fault, plm_hit_state state,
                                plm_approval approval, const plm_gates *gates, const char *first,
                                const char *officer)
{
    *fault = PLM_DECISION_GOOD;
    if (state != PLM_HIT_PENDING && state != PLM_HIT_APPROVED) {
        return refuse(fault, PLM_DECISION_STATE);
    }
    if (officer == NULL || officer[0] == '\0') {
        return refuse(fault, PLM_DECISION_OFFICER);
    }
    if (is_barred(gates)) {
        return refuse(fault, PLM_DECISION_BARRED);
    }
    if (!plm_gates_are_clear(gates)) {
        return refuse(fault, PLM_DECISION_OPEN_GATE);
    }
    bool is_first = state == PLM_HIT_PENDING;
    if (!is_first && (first == NULL || first[0] == '\0' || strcmp(first, officer) == 0)) {
        return refuse(fault, PLM_DECISION_OFFICER);
    }
    *next =
        is_first && approval == PLM_APPROVAL_TWO_OFFICERS ? PLM_HIT_APPROVED : PLM_HIT_RELEASING;
    return PLM_OK;
}

plm_status plm_decision_lapse(plm_hit_state *next, plm_decision_fault *fault, plm_hit_state state)
{
    *fault = PLM_DECISION_GOOD;
    if (state != PLM_HIT_PENDING && state != PLM_HIT_APPROVED && state != PLM_HIT_RELEASING) {
        return refuse(fault, PLM_DECISION_STATE);
    }
    *next = PLM_HIT_LAPSED;
    return PLM_OK;
}

plm_hit_state plm_decision_first(plm_approval approval, const plm_gates *gates)
{
    return approval == PLM_APPROVAL_AUTOMATIC && plm_gates_hold_nothing(gates) ? PLM_HIT_RELEASING
                                                                               : PLM_HIT_PENDING;
}
