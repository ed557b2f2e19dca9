/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release_decide.c - officers' words on hits.
 */
#include "node/release.h"

#include "ledger/ledger.h"
#include "node/pseudonym.h"
#include "node/release_view.h"

#include <string.h>

/* The gates of a hit as its view says. */
static void gates_of(const plm_release_view *view, const plm_hit *hit,
                     const plm_stored_record *record, plm_gates *out)
{
    plm_gates_of(out, view->purpose, &record->record, plm_date_of_ms(plm_wall_ms()), view->at_risk,
                 hit->cleared);
}

plm_status plm_release_gates(plm_store *store, const plm_hit *hit, const plm_stored_record *record,
                             plm_gates *out)
{
    plm_release_view view;
    plm_status status = plm_release_view_open(&view, store, hit->run_id, plm_wall_ms());
    if (status == PLM_OK) {
        gates_of(&view, hit, record, out);
    }
    plm_release_view_close(&view);
    return status;
}

typedef struct deciding {
    plm_store *store;
    const plm_release_word *word;
    plm_release_answer *answer;
    const plm_release_view *view;
    bool is_found;
} deciding;

/* 'approve', 'lapse' or 'outcome': run id, number, cleared gates, the officer's pseudonym, more. */
static plm_status write_ledger(plm_store *store, const char *kind, const plm_release_word *word,
                               const char *more)
{
    char pseudonym[PLM_OFFICER_DIGITS + 1];
    plm_buf body;
    plm_buf_init(&body, 1024);
    plm_status status = plm_pseudonym_of(store, word->officer, pseudonym);
    if (status == PLM_OK) {
        status = plm_buf_append(&body, word->run_id, 16);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u32(&body, word->number);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u32(&body, word->clear);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(pseudonym));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(more));
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, kind, plm_buf_span(&body), plm_wall_ms());
    }
    plm_buf_wipe(&body);
    return status;
}

/* Clearing what the record itself speaks against needs words. */
static bool lacks_words(const plm_gates *before, const plm_release_word *word)
{
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        if (before->state[i] == PLM_GATE_RAISED && (word->clear >> i & 1U) != 0) {
            return word->because[0] == '\0';
        }
    }
    return false;
}

static plm_status decide(deciding *d, const plm_hit *hit, const plm_stored_record *record)
{
    const plm_release_word *word = d->word;
    plm_hit after = *hit;
    plm_hit_state state;
    plm_gates before;
    plm_status status = plm_hit_state_find(&state, hit->state);
    if (status != PLM_OK) {
        return PLM_E_STORE;
    }
    d->answer->state = state;
    gates_of(d->view, hit, record, &before);
    if (lacks_words(&before, word)) {
        return PLM_E_ARGUMENT;
    }
    after.cleared |= word->clear;
    gates_of(d->view, &after, record, &d->answer->gates);
    status = plm_decision_approve(&d->answer->state, &d->answer->fault, state,
                                  d->view->purpose->approval, &d->answer->gates, hit->officer,
                                  word->officer);
    if (status != PLM_OK) {
        return status;
    }
    after.state = plm_hit_state_name(d->answer->state);
    after.officer = state == PLM_HIT_PENDING ? word->officer : hit->officer;
    after.second = state == PLM_HIT_PENDING ? "" : word->officer;
    after.remark = word->because[0] != '\0' ? word->because : hit->remark;
    status = plm_store_update_hit(d->store, &after);
    return status == PLM_OK ? write_ledger(d->store, "approve", word, "") : status;
}

static plm_status approve_hit(void *context, const plm_hit *hit, const plm_stored_record *record)
{
    deciding *d = (deciding *)context;
    d->is_found = true;
    return decide(d, hit, record);
}

static plm_status lapse_hit(void *context, const plm_hit *hit, const plm_stored_record *record)
{
    deciding *d = (deciding *)context;
    plm_hit after = *hit;
    plm_hit_state state;
    (void)record;
    d->is_found = true;
    if (plm_hit_state_find(&state, hit->state) != PLM_OK) {
        return PLM_E_STORE;
    }
    d->answer->state = state;
    plm_status status = plm_decision_lapse(&d->answer->state, &d->answer->fault, state);
    if (status != PLM_OK) {
        return status;
    }
    after.state = plm_hit_state_name(d->answer->state);
    after.officer = d->word->officer;
    after.second = "";
    after.remark = d->word->because;
    status = plm_store_update_hit(d->store, &after);
    return status == PLM_OK ? write_ledger(d->store, "lapse", d->word, "") : status;
}

static plm_status with_hit(deciding *d, bool needs_force, plm_hit_fn *fn)
{
    const plm_hit_filter filter = {.run_id = d->word->run_id, .number = d->word->number};
    plm_release_view view;
    bool mine;
    *d->answer = (plm_release_answer){.fault = PLM_DECISION_GOOD};
    plm_status status = plm_release_view_open(&view, d->store, d->word->run_id, plm_wall_ms());
    if (status == PLM_OK && needs_force && !view.is_in_force) {
        d->answer->fault = PLM_DECISION_NOT_IN_FORCE;
        status = PLM_E_REFUSED;
    }
    if (status == PLM_OK) {
        status = plm_store_enter(d->store, &mine);
    }
    if (status == PLM_OK) {
        d->view = &view;
        status = plm_store_each_hit(d->store, &filter, fn, d);
        status = status == PLM_OK && !d->is_found ? PLM_E_NOT_FOUND : status;
        status = plm_store_leave(d->store, mine, status);
    }
    plm_release_view_close(&view);
    return status;
}

plm_status plm_release_approve(plm_store *store, const plm_release_word *word,
                               plm_release_answer *answer)
{
    deciding d = {.store = store, .word = word, .answer = answer};
    return with_hit(&d, true, approve_hit);
}

plm_status plm_release_lapse(plm_store *store, const plm_release_word *word,
                             plm_release_answer *answer)
{
    deciding d = {.store = store, .word = word, .answer = answer};
    return with_hit(&d, false, lapse_hit);
}

typedef struct outcome_word {
    plm_store *store;
    const plm_release_word *word;
    const char *outcome;
    bool is_found;
} outcome_word;

static plm_status put_outcome(void *context, const plm_hit *hit, const plm_stored_record *record)
{
    outcome_word *o = (outcome_word *)context;
    plm_hit after = *hit;
    (void)record;
    o->is_found = true;
    after.outcome = o->outcome;
    plm_status status = plm_store_update_hit(o->store, &after);
    return status == PLM_OK ? write_ledger(o->store, "outcome", o->word, o->outcome) : status;
}

plm_status plm_release_outcome(plm_store *store, const plm_release_word *word, const char *outcome)
{
    const plm_hit_filter filter = {.run_id = word->run_id, .number = word->number};
    outcome_word o = {store, word, outcome, false};
    bool mine;
    if (strcmp(outcome, "confirmed") != 0 && strcmp(outcome, "wrong") != 0 &&
        strcmp(outcome, "unknown") != 0) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = plm_store_enter(store, &mine);
    if (status == PLM_OK) {
        status = plm_store_each_hit(store, &filter, put_outcome, &o);
        status = status == PLM_OK && !o.is_found ? PLM_E_NOT_FOUND : status;
        status = plm_store_leave(store, mine, status);
    }
    return status;
}
