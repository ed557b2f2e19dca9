/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gates.h - what an officer must have judged before a hit leaves the house (spec/release.md
 * section 3).
 *
 * A hit by itself can persecute: it tells another state that a person is on record here. Each gate
 * is a ground on which telling it would be wrong. Some the node sees for itself in the record (a
 * victim, a witness, a minor); the others only a person can judge.
 */
#ifndef PLM_RELEASE_GATES_H
#define PLM_RELEASE_GATES_H

#include "accord/policy.h"

typedef enum plm_gate_kind {
    PLM_GATE_POLITICAL,  /* political character: INTERPOL Constitution art. 3, UNTOC 16(14) */
    PLM_GATE_MILITARY,   /* military character: INTERPOL Constitution art. 3 */
    PLM_GATE_RELIGIOUS,  /* religious character: INTERPOL Constitution art. 3, UNTOC 16(14) */
    PLM_GATE_RACIAL,     /* racial or ethnic character: as above */
    PLM_GATE_ASYLUM,     /* applicant or refugee: Refugee Convention art. 33, Protocols' saving
                            clauses */
    PLM_GATE_VICTIM,     /* victim of trafficking: Trafficking Protocol art. 6 */
    PLM_GATE_WITNESS,    /* witness: UNTOC art. 24 */
    PLM_GATE_MINOR,      /* may be under 18: Convention on the Rights of the Child art. 3, 16 */
    PLM_GATE_PUNISHMENT, /* death penalty, torture or inhuman treatment may follow: ICCPR 6, CAT 3
                          */
    PLM_GATE_COUNT
} plm_gate_kind;

typedef enum plm_gate_state {
    PLM_GATE_CLEAR,  /* nothing stands against a release here */
    PLM_GATE_OPEN,   /* nobody has judged it yet */
    PLM_GATE_RAISED, /* the record itself speaks against it: an officer must say why it goes all
                        the same, in words */
    PLM_GATE_BARRED  /* never: no officer can clear it under this purpose */
} plm_gate_state;

typedef struct plm_gates {
    plm_gate_state state[PLM_GATE_COUNT];
} plm_gates;

/* "political", ...; and a sentence with its source. Never NULL. */
const char *plm_gate_name(plm_gate_kind gate);
const char *plm_gate_sentence(plm_gate_kind gate);
const char *plm_gate_state_name(plm_gate_state state);
/* PLM_E_NOT_FOUND. */
plm_status plm_gate_find(plm_gate_kind *out, const char *name) PLM_MUST_CHECK;

/*
 * The gates of a hit on `record` under `purpose`, before `cleared` - a bit set of 1 << gate that
 * officers have cleared so far - is taken into account; then with it. Victims, witnesses and minors
 * are barred where the purpose is against suspects, and raised where it is for protection;
 * `punishment` is raised if the asking party's accord entry says that death penalty or torture may
 * follow (`at_risk`).
 */
void plm_gates_of(plm_gates *out, const plm_purpose *purpose, const plm_record *record,
                  plm_date today, bool at_risk, uint32_t cleared);

/* True if the asker's law, as the accord has it, knows the death penalty for that offence. */
bool plm_gates_at_risk(const plm_accord *accord, const char *asker, const char *offence);

/* True if every gate is clear. */
bool plm_gates_are_clear(const plm_gates *gates);
/* True if no gate is raised or barred: what an accord's automatic release asks for. */
bool plm_gates_hold_nothing(const plm_gates *gates);

#endif
