/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ask.c - one run as the asker.
 */
#include "node/agreement.h"
#include "node/run_standing.h"

#include "crypto/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies a string that the accord's parser has bounded already; cuts it otherwise. */
static void copy_text(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text);
}

static plm_status find_agreement(plm_agreement **out, const plm_node *node, const plm_ask *ask,
                                 plm_date today)
{
    if (ask->accord_hash == NULL) {
        return plm_agreement_find(out, node->store, node->code, ask->with, ask->purpose, today);
    }
    plm_agreement *agreement;
    plm_status status = plm_agreement_load(&agreement, node->store, ask->accord_hash);
    if (status == PLM_OK && plm_accord_party(agreement->accord, ask->with) == NULL) {
        plm_agreement_destroy(agreement);
        return PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        *out = agreement;
    }
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp((const char *)a, (const char *)b);
}

static void make_proposal(plm_run_side *side, const plm_ask *ask, const plm_accord *accord,
                          const plm_purpose *purpose, const plm_asked_case *asked)
{
    plm_proposal *proposal = &side->proposal;
    if (side->node->carry != NULL) {
        memcpy(proposal->run_id, side->node->carry->id, sizeof proposal->run_id);
    } else if (ask->run_id != NULL) {
        memcpy(proposal->run_id, ask->run_id, sizeof proposal->run_id);
    } else {
        plm_random(proposal->run_id, sizeof proposal->run_id);
    }
    copy_text(proposal->asker, sizeof proposal->asker, side->node->code);
    copy_text(proposal->holder, sizeof proposal->holder, ask->with);
    memcpy(proposal->accord_hash, accord->hash, sizeof proposal->accord_hash);
    plm_recipe_digest(proposal->recipe_digest);
    copy_text(proposal->purpose, sizeof proposal->purpose, purpose->code);
    copy_text(proposal->offence, sizeof proposal->offence, asked->offence);
    proposal->n_rules = (uint16_t)purpose->n_rules;
    for (size_t i = 0; i < purpose->n_rules; i++) {
        copy_text(proposal->rules[i], sizeof proposal->rules[i], plm_rule_name(purpose->rules[i]));
    }
    qsort(proposal->rules, proposal->n_rules, sizeof proposal->rules[0], compare_names);
    proposal->n_tokens = side->standing != NULL
                             ? plm_run_standing_propose(side, purpose)
                             : plm_policy_padded(purpose, side->selected.set.n_tokens);
    proposal->n_features =
        side->selected.n_features > 0 ? plm_policy_padded(purpose, side->selected.n_features) : 0;
    proposal->engine = plm_policy_engine(purpose, proposal->n_tokens);
    proposal->learns = purpose->learns;
    copy_text(proposal->case_ref, sizeof proposal->case_ref, asked->opaque);
    copy_text(proposal->officer, sizeof proposal->officer, asked->officer);
    proposal->time_ms = plm_wall_ms();
}

/* Our own policy first: what we know to be forbidden is not even asked. */
static plm_status check_ourselves(plm_run_side *side, const plm_agreement *agreement,
                                  plm_date today)
{
    const plm_in_force state = plm_agreement_state(agreement, today);
    plm_usage used = {0}; /* of budgets the holder knows */
    if (side->standing != NULL) {
        plm_run_standing_own_usage(side->standing, plm_wall_ms(), &used);
    }
    return plm_policy_check_proposal(agreement->accord, &state, &used, &side->proposal,
                                     &side->outcome->refusal);
}

static void tell_phase(const plm_run_side *side, const char *phase)
{
    if (side->node->progress != NULL) {
        const plm_run_progress progress = {phase, 0, 0};
        side->node->progress(side->node->progress_context, &progress);
    }
}

static plm_status connect_peer(plm_run_side *side, const plm_ask *ask, const plm_party *peer,
                               const plm_tls_pin *pin)
{
    const char *address = ask->address != NULL ? ask->address : peer->address;
    tell_phase(side, "connect");
    int fd;
    const plm_session_config config = plm_run_session_config(side->node, true, pin, 1);
    plm_status status = plm_session_connect(&config, address, &fd);
    if (status != PLM_OK) {
        return status;
    }
    side->is_open = true;
    status = plm_session_open(&side->session, &config, fd);
    return status == PLM_OK ? plm_run_meet(side, pin) : status;
}

static plm_status sign_proposal(plm_run_side *side, const plm_ask *ask)
{
    plm_buf body;
    plm_buf_init(&body, side->proposal_signed.max);
    memcpy(side->proposal.channel, side->session.channel, sizeof side->proposal.channel);
    if (ask->alter != NULL) {
        ask->alter(ask->alter_context, &side->proposal);
    }
    plm_status status = plm_proposal_encode(&side->proposal, &body);
    if (status == PLM_OK) {
        status = plm_identity_sign_append(&side->proposal_signed, side->node->seed,
                                          PLM_NAME_PROPOSAL, plm_buf_span(&body));
    }
    plm_buf_wipe(&body);
    return status == PLM_OK
               ? plm_carry_note(side->node->carry, "proposal", plm_buf_span(&side->proposal_signed))
               : status;
}

static plm_status propose(plm_run_side *side, const plm_ask *ask)
{
    plm_status status = plm_carry_recall(side->node->carry, "proposal", &side->proposal_signed);
    if (status == PLM_OK) {
        const plm_buf *signed_bytes = &side->proposal_signed;
        status = plm_proposal_decode(
            &side->proposal,
            plm_span_of(signed_bytes->data, signed_bytes->n - PLM_SIGNATURE_BYTES));
    } else if (status == PLM_E_NOT_FOUND) {
        status = sign_proposal(side, ask);
    }
    if (status != PLM_OK) {
        return status;
    }
    plm_hash256(side->proposal_hash, plm_buf_span(&side->proposal_signed));
    plm_run *run = &side->run;
    memcpy(run->id, side->proposal.run_id, sizeof run->id);
    memcpy(run->accord_hash, side->proposal.accord_hash, sizeof run->accord_hash);
    run->peer = side->outcome->peer;
    run->purpose = side->outcome->purpose;
    run->case_ref = side->proposal.case_ref;
    run->officer = side->proposal.officer;
    run->n_own = side->proposal.n_tokens;
    run->started_ms = plm_wall_ms();
    run->proposal = plm_buf_span(&side->proposal_signed);
    status = plm_run_store(side, PLM_RUN_PROPOSED, "proposal", run->proposal);
    return status == PLM_OK ? plm_session_send(&side->session, PLM_FRAME_PROPOSAL, run->proposal)
                            : status;
}

static plm_status take_refusal(plm_run_side *side, const plm_party *peer)
{
    plm_span body;
    plm_refusal_message refusal;
    plm_status status = plm_identity_open(&body, plm_buf_span(&side->answer_signed), peer->identity,
                                          PLM_NAME_REFUSAL);
    if (status == PLM_OK) {
        status = plm_refusal_decode(&refusal, body);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (memcmp(refusal.proposal_hash, side->proposal_hash, PLM_HASH_BYTES) != 0 ||
        refusal.code == PLM_REFUSAL_NONE) {
        return PLM_E_PROTOCOL;
    }
    plm_outcome *outcome = side->outcome;
    outcome->refused_by_peer = true;
    outcome->refusal.code = (plm_refusal_code)refusal.code;
    memcpy(outcome->refusal.clause, refusal.clause, sizeof refusal.clause);
    side->run.failure = plm_refusal_name(refusal.code);
    side->run.clause = outcome->refusal.clause;
    side->run.acceptance = plm_buf_span(&side->answer_signed);
    status = plm_run_store(side, PLM_RUN_REFUSED, "refusal", side->run.acceptance);
    plm_status goodbye = plm_session_finish(&side->session);
    (void)goodbye; /* refused is refused */
    return status == PLM_OK ? PLM_E_REFUSED : status;
}

static plm_status take_acceptance(plm_run_side *side, const plm_party *peer,
                                  const plm_purpose *purpose)
{
    plm_span body;
    plm_acceptance *acceptance = &side->acceptance;
    plm_status status = plm_identity_open(&body, plm_buf_span(&side->answer_signed), peer->identity,
                                          PLM_NAME_ACCEPTANCE);
    if (status == PLM_OK) {
        status = plm_acceptance_decode(acceptance, body);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (memcmp(acceptance->proposal_hash, side->proposal_hash, PLM_HASH_BYTES) != 0 ||
        acceptance->n_tokens > PLM_MATCH_TOKENS_MAX ||
        acceptance->n_tokens < purpose->smallest_set ||
        acceptance->n_tokens % purpose->pad_to != 0 ||
        acceptance->n_features % purpose->pad_to != 0 ||
        (acceptance->n_features > 0 && !plm_run_looks_again(purpose))) {
        return PLM_E_PROTOCOL;
    }
    plm_hash256(side->answer_hash, plm_buf_span(&side->answer_signed));
    side->run.n_peer = acceptance->n_tokens;
    side->run.acceptance = plm_buf_span(&side->answer_signed);
    side->outcome->n_peer = acceptance->n_tokens;
    return plm_run_store(side, PLM_RUN_RUNNING, "acceptance", side->run.acceptance);
}

static plm_status take_answer(plm_run_side *side, const plm_party *peer, const plm_purpose *purpose)
{
    plm_frame_type type;
    plm_status status = plm_session_receive(&side->session, &type, &side->answer_signed);
    if (status != PLM_OK) {
        return status;
    }
    if (type == PLM_FRAME_REFUSAL) {
        return take_refusal(side, peer);
    }
    return type == PLM_FRAME_ACCEPTANCE ? take_acceptance(side, peer, purpose) : PLM_E_PROTOCOL;
}

/*
 * We sign first; the run is done when the holder's signature over the same words is here. Before it
 * signs it makes its hits of what it learned, which takes as long as its list is long.
 */
static plm_status exchange_receipts(plm_run_side *side, const plm_party *peer)
{
    plm_buf body;
    plm_buf theirs;
    plm_frame_type type;
    plm_span their_body = {NULL, 0};
    plm_buf_init(&body, side->receipt_signed.max);
    plm_buf_init(&theirs, side->receipt_signed.max);
    tell_phase(side, "receipt");
    plm_status status = plm_carry_time(side->node->carry, "receipt.time", &side->receipt_ms);
    if (status == PLM_OK) {
        status = plm_run_receipt_body(side, side->receipt_ms, &body);
    }
    if (status == PLM_OK) {
        status = plm_identity_sign_append(&side->receipt_signed, side->node->seed, PLM_NAME_RECEIPT,
                                          plm_buf_span(&body));
    }
    if (status == PLM_OK) {
        status = plm_session_send(&side->session, PLM_FRAME_RECEIPT,
                                  plm_buf_span(&side->receipt_signed));
    }
    if (status == PLM_OK) {
        status = plm_session_receive(&side->session, &type, &theirs);
    }
    if (status == PLM_OK && type != PLM_FRAME_RECEIPT) {
        status = PLM_E_PROTOCOL;
    }
    if (status == PLM_OK) {
        status =
            plm_identity_open(&their_body, plm_buf_span(&theirs), peer->identity, PLM_NAME_RECEIPT);
    }
    if (status == PLM_OK && !plm_span_equal(their_body, plm_buf_span(&body))) {
        status = PLM_E_PROTOCOL;
    }
    if (status == PLM_OK) {
        status =
            plm_buf_append(&side->receipt_signed, theirs.data + their_body.n, PLM_SIGNATURE_BYTES);
    }
    plm_buf_wipe(&body);
    plm_buf_wipe(&theirs);
    return status;
}

/* The case; made up where our own policy is not asked either (for tests of the other side). */
static plm_status take_case(plm_asked_case *out, const plm_run_side *side, const plm_ask *ask,
                            const plm_purpose *purpose)
{
    if (ask->alter == NULL) {
        return plm_ask_take_case(out, side->node->store, ask, purpose, side->outcome);
    }
    *out = (plm_asked_case){"00000000000000000000000000000000", "0000000000000000", ""};
    copy_text(out->offence, sizeof out->offence, purpose->offences[0]);
    return PLM_OK;
}

static plm_status run_with(plm_run_side *side, const plm_ask *ask, const plm_agreement *agreement,
                           const plm_purpose *purpose, plm_date today)
{
    const plm_accord *accord = agreement->accord;
    plm_asked_case asked;
    const plm_party *peer = plm_accord_party(accord, ask->with);
    plm_tls_pin pin = {0};
    copy_text(pin.party, sizeof pin.party, peer->code);
    memcpy(pin.identity, peer->identity, sizeof pin.identity);
    plm_status status = take_case(&asked, side, ask, purpose);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_select(&side->selected, side->node, NULL, accord, purpose, true, today);
    side->outcome->selection = side->selected.counts;
    if (status == PLM_E_NOT_FOUND) {
        side->outcome->refusal.code = PLM_REFUSAL_RECIPE;
        side->outcome->detail = "the accord names a table that this node lacks (palermo rules add)";
        return PLM_E_REFUSED;
    }
    if (status == PLM_OK && ask->standing != NULL) {
        status = plm_run_standing_begin(side, ask, purpose);
    }
    if (status != PLM_OK) {
        return status;
    }
    make_proposal(side, ask, accord, purpose, &asked);
    plm_outcome *outcome = side->outcome;
    memcpy(outcome->run_id, side->proposal.run_id, sizeof outcome->run_id);
    outcome->n_own = side->proposal.n_tokens;
    outcome->learns = purpose->learns;
    outcome->standing = side->proposal.standing;
    outcome->learned = plm_run_learns(purpose->learns, true);
    if (ask->alter == NULL) {
        status = check_ourselves(side, agreement, today);
    }
    if (status == PLM_OK) {
        status = connect_peer(side, ask, peer, &pin);
    }
    if (status == PLM_OK) {
        status = propose(side, ask);
    }
    if (status == PLM_OK) {
        status = take_answer(side, peer, purpose);
    }
    if (status == PLM_OK) {
        status = plm_run_match(side, purpose);
    }
    if (status == PLM_OK) {
        status = exchange_receipts(side, peer);
    }
    if (status == PLM_OK) {
        status = plm_run_complete(side, purpose);
    }
    if (status == PLM_OK) {
        /* Everything is signed and stored on both sides: how the goodbye goes changes nothing. */
        plm_status goodbye = plm_session_finish(&side->session);
        (void)goodbye;
    }
    return status;
}

plm_status plm_node_ask(plm_node *node, const plm_ask *ask, plm_outcome *outcome)
{
    plm_run_side side;
    plm_agreement *agreement = NULL;
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    plm_run_side_init(&side, node, outcome, true);
    copy_text(outcome->peer, sizeof outcome->peer, ask->with);
    copy_text(outcome->purpose, sizeof outcome->purpose, ask->purpose);
    plm_status status = find_agreement(&agreement, node, ask, today);
    if (status != PLM_OK) {
        return status;
    }
    memcpy(outcome->accord_hash, agreement->accord->hash, sizeof outcome->accord_hash);
    const plm_in_force state = plm_agreement_state(agreement, today);
    plm_effective effective;
    const plm_purpose *purpose = plm_accord_purpose(agreement->accord, ask->purpose);
    status = plm_policy_effective(&effective, agreement->accord, &state, node->code, ask->with,
                                  ask->purpose, &outcome->refusal);
    if (status == PLM_OK) {
        purpose = &effective.purpose;
    } else if (ask->alter != NULL && purpose != NULL) {
        status = PLM_OK; /* the purpose as the accord has it */
    }
    if (status == PLM_OK) {
        status = run_with(&side, ask, agreement, purpose, today);
    }
    if (status != PLM_OK && !plm_carry_is_dry(node->carry)) {
        plm_run_fail(&side, status);
    }
    plm_run_side_wipe(&side);
    plm_agreement_destroy(agreement);
    return status;
}
