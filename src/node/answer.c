/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c - one run as the holder.
 */
#include "node/agreement.h"
#include "node/delivery.h"
#include "node/lookup_answer.h"
#include "node/run_standing.h"
#include "release/gates.h"

#include "crypto/sign.h"
#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DAY_MS = 86400000
};

static plm_status refuse_because(plm_run_side *side, plm_refusal_code code)
{
    side->outcome->refusal.code = code;
    side->outcome->refusal.clause[0] = '\0';
    return PLM_E_REFUSED;
}

/* Signs and sends the refusal that stands in the outcome. */
static plm_status send_refusal(plm_run_side *side)
{
    const plm_refusal *refusal = &side->outcome->refusal;
    plm_refusal_message message = {.code = (uint16_t)refusal->code, .time_ms = plm_wall_ms()};
    memcpy(message.proposal_hash, side->proposal_hash, sizeof message.proposal_hash);
    memcpy(message.clause, refusal->clause, sizeof message.clause);
    plm_buf body;
    plm_buf_init(&body, side->answer_signed.max);
    plm_buf_clear(&side->answer_signed);
    plm_status status = plm_refusal_encode(&message, &body);
    if (status == PLM_OK) {
        status = plm_identity_sign_append(&side->answer_signed, side->node->seed, PLM_NAME_REFUSAL,
                                          plm_buf_span(&body));
    }
    plm_buf_wipe(&body);
    if (status == PLM_OK) {
        status =
            plm_session_send(&side->session, PLM_FRAME_REFUSAL, plm_buf_span(&side->answer_signed));
    }
    return status;
}

/*
 * A refusal is stored and told. A proposal that does not even prove who made it goes into the
 * ledger but is no run: a stranger must not be able to use up run ids.
 */
static plm_status refuse(plm_run_side *side)
{
    plm_status status = send_refusal(side);
    if (status != PLM_OK) {
        return status;
    }
    plm_refusal_code code = side->outcome->refusal.code;
    side->run.failure = plm_refusal_name(code);
    side->run.clause = side->outcome->refusal.clause;
    side->run.acceptance = plm_buf_span(&side->answer_signed);
    side->run.charged = 0;
    if (code != PLM_REFUSAL_SIGNATURE && code != PLM_REFUSAL_REPLAYED) {
        status = plm_run_store(side, PLM_RUN_REFUSED, "refusal", side->run.acceptance);
    } else {
        status = PLM_E_EXISTS;
    }
    if (status == PLM_E_EXISTS) {
        status =
            plm_ledger_append(side->node->store, "refusal", side->run.acceptance, plm_wall_ms());
    }
    /* Waits for the asker's END so that the refusal is not lost to a reset. */
    plm_status goodbye = plm_session_finish(&side->session);
    (void)goodbye;
    return status == PLM_OK ? PLM_E_REFUSED : status;
}

static void fill_run(plm_run_side *side)
{
    plm_run *run = &side->run;
    const plm_proposal *proposal = &side->proposal;
    memcpy(run->id, proposal->run_id, sizeof run->id);
    memcpy(run->accord_hash, proposal->accord_hash, sizeof run->accord_hash);
    memcpy(side->outcome->run_id, proposal->run_id, sizeof run->id);
    memcpy(side->outcome->accord_hash, proposal->accord_hash, sizeof run->accord_hash);
    memcpy(side->outcome->purpose, proposal->purpose, sizeof proposal->purpose);
    side->outcome->learns = proposal->learns;
    side->outcome->standing = proposal->standing;
    side->outcome->learned = plm_run_learns(proposal->learns, false);
    run->peer = side->outcome->peer;
    run->purpose = side->outcome->purpose;
    run->case_ref = proposal->case_ref;
    run->officer = proposal->officer;
    run->n_peer = proposal->n_tokens;
    run->started_ms = plm_wall_ms();
    run->proposal = plm_buf_span(&side->proposal_signed);
    side->outcome->n_peer = proposal->n_tokens;
}

/* Is this proposal of the party the connection is with, for us, for this connection, and fresh? */
static plm_status take_proposal(plm_run_side *side, const plm_tls_pin *pin)
{
    plm_frame_type type;
    plm_span body;
    plm_status status = plm_session_receive(&side->session, &type, &side->proposal_signed);
    if (status != PLM_OK) {
        return status;
    }
    if (type != PLM_FRAME_PROPOSAL) {
        return PLM_E_PROTOCOL;
    }
    plm_hash256(side->proposal_hash, plm_buf_span(&side->proposal_signed));
    status = plm_identity_open(&body, plm_buf_span(&side->proposal_signed), pin->identity,
                               PLM_NAME_PROPOSAL);
    if (status != PLM_OK) {
        return status == PLM_E_AUTH ? refuse_because(side, PLM_REFUSAL_SIGNATURE) : status;
    }
    status = plm_proposal_decode(&side->proposal, body);
    if (status != PLM_OK) {
        return status;
    }
    fill_run(side);
    if (memcmp(side->session.channel, side->proposal.channel, PLM_HASH_BYTES) != 0) {
        return refuse_because(side, PLM_REFUSAL_REPLAYED);
    }
    if (strcmp(side->proposal.asker, pin->party) != 0 ||
        strcmp(side->proposal.holder, side->node->code) != 0) {
        return refuse_because(side, PLM_REFUSAL_PARTY);
    }
    /* A carried proposal was on its way for days, and its run's id is the files'. */
    const plm_carry *carry = side->node->carry;
    if (carry != NULL && memcmp(carry->id, side->proposal.run_id, sizeof carry->id) != 0) {
        return refuse_because(side, PLM_REFUSAL_REPLAYED);
    }
    if (carry != NULL && side->proposal.standing != PLM_STANDING_NONE) {
        return refuse_because(side, PLM_REFUSAL_STANDING); /* nothing repeats by hand */
    }
    const int64_t late = carry != NULL ? PLM_CARRY_DAYS * (int64_t)DAY_MS : PLM_CLOCK_TOLERANCE_MS;
    int64_t off = side->proposal.time_ms - plm_wall_ms();
    if (off > PLM_CLOCK_TOLERANCE_MS || off < -late) {
        return refuse_because(side, PLM_REFUSAL_CLOCK);
    }
    return PLM_OK;
}

/* The accord the proposal names, if we have it and it has the asker under this very key. */
static plm_status find_agreement(plm_run_side *side, const plm_tls_pin *pin, plm_agreement **out)
{
    plm_agreement *agreement;
    plm_status status =
        plm_agreement_load(&agreement, side->node->store, side->proposal.accord_hash);
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? refuse_because(side, PLM_REFUSAL_NOT_IN_FORCE) : status;
    }
    *out = agreement;
    const plm_party *asker = plm_accord_party(agreement->accord, pin->party);
    if (asker == NULL || memcmp(asker->identity, pin->identity, sizeof pin->identity) != 0) {
        return refuse_because(side, PLM_REFUSAL_PARTY);
    }
    return PLM_OK;
}

/*
 * Policy, and the reservation of the budget, in one transaction: two runs at once can't both take
 * the last tokens of the day. A run id that was used before is a replay.
 */
static plm_status check_and_reserve(plm_run_side *side, const plm_agreement *agreement)
{
    plm_store *store = side->node->store;
    int64_t now = plm_wall_ms();
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(now));
    plm_usage usage = {0};
    side->run.state = PLM_RUN_RUNNING;
    side->run.charged = plm_match_tokens_at_most(side->proposal.engine, side->proposal.n_tokens);
    if (plm_carry_has(side->node->carry, "reserved")) {
        side->is_stored = true;
        return PLM_OK;
    }
    plm_status status = plm_store_begin(store);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_usage(store, side->outcome->peer, side->proposal.accord_hash,
                             side->proposal.purpose, now - now % DAY_MS, &usage.tokens_today,
                             &usage.runs_today);
    if (status == PLM_OK && side->proposal.standing != PLM_STANDING_NONE) {
        status = plm_run_standing_join(side, now, &usage);
    }
    if (status == PLM_OK) {
        status = plm_policy_check_proposal(agreement->accord, &state, &usage, &side->proposal,
                                           &side->outcome->refusal);
    }
    if (status == PLM_OK) {
        status = plm_store_add_run(store, &side->run);
        if (status == PLM_E_EXISTS) {
            status = refuse_because(side, PLM_REFUSAL_REPLAYED);
        }
    }
    if (status == PLM_OK && side->node->began != NULL) {
        side->node->began(side->node->admit_context, side->run.id);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "proposal", side->run.proposal, now);
    }
    if (status == PLM_OK) {
        status = plm_carry_note(side->node->carry, "reserved", plm_span_of(NULL, 0));
    }
    if (status == PLM_OK) {
        status = plm_store_commit(store);
    }
    if (status != PLM_OK) {
        plm_store_rollback(store);
        return status;
    }
    side->is_stored = true;
    return PLM_OK;
}

/* The asker's receipt must say, word for word, what we saw; then we sign the same words. */
static plm_status take_receipt(plm_run_side *side, const plm_tls_pin *pin)
{
    plm_frame_type type;
    plm_span body;
    plm_receipt receipt;
    plm_buf ours;
    uint8_t signature[PLM_SIGNATURE_BYTES];
    plm_status status = plm_session_receive(&side->session, &type, &side->receipt_signed);
    if (status == PLM_OK && type != PLM_FRAME_RECEIPT) {
        status = PLM_E_PROTOCOL;
    }
    if (status == PLM_OK) {
        status = plm_identity_open(&body, plm_buf_span(&side->receipt_signed), pin->identity,
                                   PLM_NAME_RECEIPT);
    }
    if (status == PLM_OK) {
        status = plm_receipt_decode(&receipt, body);
    }
    if (status != PLM_OK) {
        return status;
    }
    plm_buf_init(&ours, side->receipt_signed.max);
    side->receipt_ms = receipt.time_ms;
    status = plm_run_receipt_body(side, receipt.time_ms, &ours);
    bool is_same = status == PLM_OK && plm_span_equal(body, plm_buf_span(&ours));
    int64_t now = plm_wall_ms();
    bool is_timely = receipt.time_ms >= side->proposal.time_ms &&
                     receipt.time_ms <= now + PLM_CLOCK_TOLERANCE_MS;
    if (status == PLM_OK && (!is_same || !is_timely)) {
        status = PLM_E_PROTOCOL;
    }
    if (status == PLM_OK) {
        status =
            plm_identity_sign(signature, side->node->seed, PLM_NAME_RECEIPT, plm_buf_span(&ours));
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&side->receipt_signed, signature, sizeof signature);
    }
    plm_buf_wipe(&ours);
    return status;
}

/* Our own signature over the receipt, as a message: body || our signature. */
static plm_status send_receipt(plm_run_side *side)
{
    const plm_buf *both = &side->receipt_signed;
    size_t body_bytes = both->n - 2 * (size_t)PLM_SIGNATURE_BYTES;
    plm_buf message;
    plm_buf_init(&message, both->n);
    plm_status status = plm_buf_append(&message, both->data, body_bytes);
    if (status == PLM_OK) {
        status = plm_buf_append(&message, both->data + both->n - PLM_SIGNATURE_BYTES,
                                PLM_SIGNATURE_BYTES);
    }
    if (status == PLM_OK) {
        status = plm_session_send(&side->session, PLM_FRAME_RECEIPT, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    return status;
}

static plm_status answer_accepted(plm_run_side *side, const plm_tls_pin *pin,
                                  const plm_agreement *agreement)
{
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    const plm_accord *accord = agreement->accord;
    const plm_in_force state = plm_agreement_state(agreement, today);
    plm_effective effective;
    plm_status status = plm_policy_effective(&effective, accord, &state, side->proposal.asker,
                                             side->proposal.holder, side->proposal.purpose,
                                             &side->outcome->refusal);
    if (status != PLM_OK) {
        return status; /* midnight, or a denunciation, came between */
    }
    const plm_purpose *purpose = &effective.purpose;
    side->at_risk = plm_gates_at_risk(accord, side->proposal.asker, side->proposal.offence);
    status = plm_select(&side->selected, side->node, &side->session, accord, purpose, false, today);
    side->outcome->selection = side->selected.counts;
    if (status == PLM_E_NOT_FOUND) {
        status = refuse_because(side, PLM_REFUSAL_RECIPE); /* a table that we lack */
        (void)snprintf(side->outcome->refusal.clause, sizeof side->outcome->refusal.clause,
                       "/purposes/%zu/person_rules", effective.index);
    }
    if (status == PLM_OK && side->selected.set.n_tokens < purpose->smallest_set) {
        status = refuse_because(side, PLM_REFUSAL_UNAVAILABLE);
    }
    if (status == PLM_OK) {
        status = plm_run_accept(side, purpose);
    }
    if (status == PLM_OK) {
        status = plm_run_match(side, purpose);
    }
    if (status == PLM_OK) {
        status = take_receipt(side, pin);
    }
    if (status == PLM_OK) {
        status = plm_run_complete(side, purpose);
    }
    if (status == PLM_OK) {
        /* Stored and signed: if it can't be told any more, the asker's run is broken, ours done. */
        plm_status told = send_receipt(side);
        if (told == PLM_OK) {
            told = plm_session_finish(&side->session);
        }
        (void)told;
    }
    return status;
}

static plm_status answer(plm_run_side *side, const plm_tls_pin *pins, size_t n_pins, int fd)
{
    const plm_session_config config = plm_run_session_config(side->node, false, pins, n_pins);
    plm_agreement *agreement = NULL;
    side->is_open = true;
    plm_status status = plm_session_open(&side->session, &config, fd);
    if (status != PLM_OK) {
        return status;
    }
    const plm_tls_pin *pin = &pins[side->session.pin];
    memcpy(side->outcome->peer, pin->party, sizeof side->outcome->peer);
    if (side->node->admit != NULL) {
        status = side->node->admit(side->node->admit_context, &side->session, pin);
        if (status != PLM_OK) {
            return status;
        }
    }
    if (side->session.errand == PLM_ERRAND_DELIVER) {
        side->outcome->is_delivery = true;
        return plm_delivery_answer(side->node, &side->session, pin, &side->outcome->delivery);
    }
    if (side->session.errand == PLM_ERRAND_LOOKUP) {
        side->outcome->is_lookup = true;
        return plm_lookup_answer_all(side->node, &side->session, pin, &side->outcome->lookups,
                                     &side->outcome->refusal);
    }
    status = plm_run_meet(side, pin);
    if (status != PLM_OK) {
        return status; /* there is no proposal yet that could be refused */
    }
    status = take_proposal(side, pin);
    if (status == PLM_OK) {
        status = find_agreement(side, pin, &agreement);
    }
    if (status == PLM_OK) {
        status = check_and_reserve(side, agreement);
    }
    if (status == PLM_OK) {
        status = answer_accepted(side, pin, agreement);
    }
    if (status == PLM_E_REFUSED) {
        status = refuse(side);
    }
    plm_agreement_destroy(agreement);
    return status;
}

/* The only party that a carried run can be with: it signed the files. */
static plm_status carried_pin(plm_tls_pin **out, size_t *n, const plm_carry *carry)
{
    plm_tls_pin *pin = (plm_tls_pin *)calloc(1, sizeof *pin);
    if (pin == NULL) {
        return PLM_E_NOMEM;
    }
    memcpy(pin->party, carry->peer, sizeof pin->party);
    memcpy(pin->identity, carry->identity, sizeof pin->identity);
    *out = pin;
    *n = 1;
    return PLM_OK;
}

plm_status plm_node_answer(plm_node *node, int fd, plm_outcome *outcome)
{
    plm_run_side side;
    plm_tls_pin *pins = NULL;
    size_t n_pins = 0;
    plm_run_side_init(&side, node, outcome, false);
    plm_status status = node->carry != NULL
                            ? carried_pin(&pins, &n_pins, node->carry)
                            : plm_agreement_pins(&pins, &n_pins, node->store, node->code, NULL);
    if (status == PLM_OK) {
        status = answer(&side, pins, n_pins, fd);
    } else {
        (void)close(fd);
    }
    if (status != PLM_OK && !plm_carry_is_dry(node->carry)) {
        plm_run_fail(&side, status);
    }
    plm_run_side_wipe(&side);
    free(pins);
    return status;
}
