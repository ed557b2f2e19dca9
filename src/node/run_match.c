/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_match.c - the legs of a run, one after the other.
 */
#include "node/run_hits.h"

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
    if (!side->has_link_key) {
        plm_random(side->link_key, sizeof side->link_key);
        side->has_link_key = true;
    }
    return plm_run_make_labels(out, &side->selected, side->link_key);
}

static plm_status run_leg(plm_run_side *side, uint8_t number, uint8_t n_legs, bool is_receiver)
{
    const bool has_labels = side->proposal.engine == PLM_ENGINE_VOLE;
    uint8_t *labels = NULL;
    plm_status status = PLM_OK;
    if (has_labels && !is_receiver) {
        status = make_labels(side, &labels);
    }
    if (status != PLM_OK) {
        return status;
    }
    const plm_session_leg leg = {
        .engine = side->proposal.engine,
        .number = number,
        .is_last = number + 1 == n_legs,
        .is_receiver = is_receiver,
        .tokens = side->selected.set.tokens,
        .n_tokens = side->selected.set.n_tokens,
        .labels = labels,
        .label_bytes = has_labels ? PLM_LINK_BYTES : 0,
        .n_padded = side->run.n_own,
        .n_peer = side->run.n_peer,
        .context = side->answer_hash,
        .base = &side->bases[is_receiver].base,
    };
    plm_session_result result;
    status = plm_session_run_leg(&side->session, &leg, &result);
    if (labels != NULL) {
        plm_wipe(labels, leg.n_tokens * PLM_LINK_BYTES);
        free(labels);
    }
    if (status != PLM_OK) {
        return status;
    }
    keep_base(side, is_receiver, &result.base);
    if (leg.is_last) {
        memcpy(side->transcript, result.transcript, sizeof side->transcript);
        side->outcome->bytes_sent = result.bytes_sent;
        side->outcome->bytes_received = result.bytes_received;
    }
    if (is_receiver) {
        side->hits = result; /* ours to wipe now */
    } else {
        plm_session_result_wipe(&result);
    }
    return PLM_OK;
}

plm_status plm_run_match(plm_run_side *side)
{
    bool is_receiver[PLM_CONTROL_LEGS_MAX];
    const uint8_t n = plm_run_legs(side->proposal.learns, side->run.is_asker, is_receiver);
    plm_status status = PLM_OK;
    for (uint8_t i = 0; status == PLM_OK && i < n; i++) {
        status = plm_run_take_base(side, is_receiver[i]);
    }
    side->engine_started = status == PLM_OK;
    for (uint8_t i = 0; status == PLM_OK && i < n; i++) {
        status = run_leg(side, i, n, is_receiver[i]);
    }
    return status;
}
