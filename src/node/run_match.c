/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_match.c - the legs of a run, one after the other.
 */
#include "node/run_hits.h"
#include "node/run_pairs.h"
#include "node/run_standing.h"

#include "base/ct.h"
#include "crypto/sign.h"

#include <stdlib.h>
#include <string.h>

uint8_t plm_run_legs(plm_learns learns, bool is_asker,
                     bool is_receiver[static PLM_CONTROL_LEGS_MAX])
{
    uint8_t n = 0;
    memset(is_receiver, 0, PLM_CONTROL_LEGS_MAX * sizeof *is_receiver);
    if (learns & PLM_LEARNS_HOLDER) {
        is_receiver[n++] = !is_asker;
    }
    if (learns & PLM_LEARNS_ASKER) {
        is_receiver[n++] = is_asker;
    }
    return n;
}

/* The next leg in this role goes on from what this one left. */
static void keep_base(plm_run_side *side, bool is_receiver, const plm_session_base *left)
{
    plm_session_base *base = &side->bases[is_receiver].base;
    plm_wipe(base, sizeof *base);
    *base = *left;
}

/* Links label the tokens where the engine can seal them. */
static plm_status make_labels(plm_run_side *side, uint8_t **out)
{
    if (!side->has_link_key && side->standing != NULL) {
        plm_run_standing_link_key(side->standing, side->link_key);
        side->has_link_key = true;
    }
    if (!side->has_link_key) {
        plm_status status =
            plm_carry_draw(side->node->carry, "link", side->link_key, sizeof side->link_key);
        if (status != PLM_OK) {
            return status;
        }
        side->has_link_key = true;
    }
    return plm_run_make_labels(out, &side->selected, side->link_key);
}

/* One pass of the engine, as planned below. */
typedef struct leg_plan {
    uint8_t number;
    uint8_t n_legs;
    bool is_receiver;
    bool is_look; /* features under links, not tokens */
} leg_plan;

static plm_status run_leg(plm_run_side *side, const leg_plan *plan, const plm_token *tokens,
                          size_t n, const uint8_t *labels, plm_session_result *result)
{
    const bool has_labels = side->proposal.engine == PLM_ENGINE_VOLE && !plan->is_look;
    const plm_session_leg leg = {
        .engine = side->proposal.engine,
        .number = plan->number,
        .is_last = plan->number + 1 == plan->n_legs,
        .is_receiver = plan->is_receiver,
        .tokens = tokens,
        .n_tokens = n,
        .labels = labels,
        .label_bytes = has_labels ? PLM_LABEL_BYTES : 0,
        .n_padded = plan->is_look ? side->n_features : side->run.n_own,
        .n_peer = plan->is_look ? side->n_peer_features : side->run.n_peer,
        .context = side->answer_hash,
        .base = &side->bases[plan->is_receiver].base,
    };
    plm_status status = plm_session_run_leg(&side->session, &leg, result);
    if (status != PLM_OK) {
        return status;
    }
    keep_base(side, plan->is_receiver, &result->base);
    if (leg.is_last) {
        memcpy(side->transcript, result->transcript, sizeof side->transcript);
        side->outcome->bytes_sent = result->bytes_sent;
        side->outcome->bytes_received = result->bytes_received;
    }
    return PLM_OK;
}

/* Tokens in common; what the receiver gets to know of them are pairs. */
static plm_status match_tokens(plm_run_side *side, const leg_plan *plan)
{
    const plm_token_set *set = &side->selected.set;
    uint8_t *labels = NULL;
    plm_session_result result = {0};
    plm_status status = PLM_OK;
    if (side->proposal.engine == PLM_ENGINE_VOLE && !plan->is_receiver) {
        status = make_labels(side, &labels);
    }
    if (status == PLM_OK) {
        status = run_leg(side, plan, set->tokens, set->n_tokens, labels, &result);
    }
    if (labels != NULL) {
        plm_wipe(labels, set->n_tokens * PLM_LABEL_BYTES);
        free(labels);
    }
    if (status == PLM_OK && plan->is_receiver) {
        side->hits = result; /* the side's to wipe now */
        return plm_run_pairs_make(side);
    }
    plm_session_result_wipe(&result);
    return status;
}

/* The candidates among them, looked at once more. */
static plm_status look_again(plm_run_side *side, const leg_plan *plan)
{
    plm_token *tokens = NULL;
    size_t n = 0;
    plm_session_result result = {0};
    plm_status status = plm_run_look_tokens(side, plan->is_receiver, &tokens, &n);
    if (status == PLM_OK) {
        status = run_leg(side, plan, tokens, n, NULL, &result);
    }
    if (status == PLM_OK && plan->is_receiver) {
        status = plm_run_look_take(side, &result);
    }
    /* A receiver's stand with its pairs. */
    if (!plan->is_receiver && tokens != NULL) {
        plm_wipe(tokens, n * sizeof *tokens);
        free(tokens);
    }
    plm_session_result_wipe(&result);
    return status;
}

bool plm_run_looks_again(const plm_purpose *purpose)
{
    return purpose->has_person_rules && purpose->person_rules.second_look;
}

plm_status plm_run_match(plm_run_side *side, const plm_purpose *purpose)
{
    bool is_receiver[PLM_CONTROL_LEGS_MAX];
    const uint8_t n = plm_run_legs(side->proposal.learns, side->run.is_asker, is_receiver);
    const uint8_t each = plm_run_looks_again(purpose) ? 2 : 1;
    const bool is_asker = side->run.is_asker;
    side->n_features = is_asker ? side->proposal.n_features : side->acceptance.n_features;
    side->n_peer_features = is_asker ? side->acceptance.n_features : side->proposal.n_features;
    plm_status status = PLM_OK;
    for (uint8_t i = 0; status == PLM_OK && i < n; i++) {
        status = plm_run_take_base(side, is_receiver[i]);
    }
    side->engine_started = status == PLM_OK;
    for (uint8_t i = 0; status == PLM_OK && i < n; i++) {
        leg_plan plan = {(uint8_t)(i * each), (uint8_t)(n * each), is_receiver[i], false};
        status = match_tokens(side, &plan);
        if (status == PLM_OK && each == 2) {
            plan.number++;
            plan.is_look = true;
            status = look_again(side, &plan);
        }
    }
    return status;
}
