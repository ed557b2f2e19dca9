/* SPDX-License-Identifier: Apache-2.0 */
#include "release/gates.h"

#include <string.h>

static const struct {
    const char *name;
    const char *sentence;
} gates[PLM_GATE_COUNT] = {
    [PLM_GATE_POLITICAL] = {"political",
                            "the matter is of political character, or a pretext for it "
                            "(INTERPOL Constitution art. 3; UNTOC art. 16(14))"},
    [PLM_GATE_MILITARY] = {"military",
                           "the matter is of military character (INTERPOL Constitution art. 3)"},
    [PLM_GATE_RELIGIOUS] = {"religious",
                            "the matter is of religious character (INTERPOL Constitution art. 3; "
                            "UNTOC art. 16(14))"},
    [PLM_GATE_RACIAL] = {"racial",
                         "the matter is of racial or ethnic character (INTERPOL Constitution "
                         "art. 3; UNTOC art. 16(14))"},
    [PLM_GATE_ASYLUM] = {"asylum",
                         "the person seeks or has asylum (Refugee Convention art. 33; Trafficking "
                         "Protocol art. 14; Smuggling Protocol art. 19)"},
    [PLM_GATE_VICTIM] = {"victim", "the person is a victim (Trafficking Protocol art. 6)"},
    [PLM_GATE_WITNESS] = {"witness", "the person is a witness (UNTOC art. 24)"},
    [PLM_GATE_MINOR] = {"minor",
                        "the person may be under 18 (Convention on the Rights of the Child "
                        "art. 3, 16)"},
    [PLM_GATE_PUNISHMENT] = {"punishment",
                             "death penalty, torture or inhuman treatment may follow (ICCPR "
                             "art. 6; Convention against Torture art. 3)"},
};

static const char *const states[] = {"clear", "open", "raised", "barred"};

const char *plm_gate_name(plm_gate_kind gate)
{
    return (unsigned)gate < PLM_GATE_COUNT ? gates[gate].name : "unknown";
}

const char *plm_gate_sentence(plm_gate_kind gate)
{
    return (unsigned)gate < PLM_GATE_COUNT ? gates[gate].sentence : "unknown";
}

const char *plm_gate_state_name(plm_gate_state state)
{
    return (unsigned)state < sizeof states / sizeof *states ? states[state] : "unknown";
}

plm_status plm_gate_find(plm_gate_kind *out, const char *name)
{
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        if (strcmp(gates[i].name, name) == 0) {
            *out = (plm_gate_kind)i;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}

/* A protected person in a purpose against suspects should have been kept out of the run already;
 * the second lock is here. */
static plm_gate_state protected_state(const plm_purpose *purpose, bool is_protected)
{
    if (!is_protected) {
        return PLM_GATE_CLEAR;
    }
    return purpose->aim == PLM_AIM_PROTECTION ? PLM_GATE_RAISED : PLM_GATE_BARRED;
}

void plm_gates_of(plm_gates *out, const plm_purpose *purpose, const plm_record *record,
                  plm_date today, bool at_risk, uint32_t cleared)
{
    const bool is_person = record->kind == PLM_KIND_PERSON;
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        out->state[i] = PLM_GATE_OPEN;
    }
    out->state[PLM_GATE_VICTIM] = protected_state(purpose, record->role == PLM_ROLE_VICTIM);
    out->state[PLM_GATE_WITNESS] = protected_state(purpose, record->role == PLM_ROLE_WITNESS);
    out->state[PLM_GATE_MINOR] =
        protected_state(purpose, is_person && plm_record_may_be_minor(record, today));
    if (at_risk) {
        out->state[PLM_GATE_PUNISHMENT] = PLM_GATE_RAISED;
    }
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        if ((cleared >> i & 1U) != 0 && out->state[i] != PLM_GATE_BARRED) {
            out->state[i] = PLM_GATE_CLEAR;
        }
    }
}

bool plm_gates_at_risk(const plm_accord *accord, const char *asker, const char *offence)
{
    const plm_party *party = plm_accord_party(accord, asker);
    for (size_t i = 0; party != NULL && i < party->n_death_penalty; i++) {
        if (strcmp(party->death_penalty[i], offence) == 0) {
            return true;
        }
    }
    return false;
}

bool plm_gates_are_clear(const plm_gates *g)
{
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        if (g->state[i] != PLM_GATE_CLEAR) {
            return false;
        }
    }
    return true;
}

bool plm_gates_hold_nothing(const plm_gates *g)
{
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        if (g->state[i] == PLM_GATE_RAISED || g->state[i] == PLM_GATE_BARRED) {
            return false;
        }
    }
    return true;
}
