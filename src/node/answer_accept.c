/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer_accept.c - the holder's word that the run may begin.
 */
#include "node/run.h"

#include "crypto/sign.h"

#include <string.h>

static plm_status sign_acceptance(plm_run_side *side, const plm_purpose *purpose)
{
    plm_acceptance *acceptance = &side->acceptance;
    memcpy(acceptance->proposal_hash, side->proposal_hash, sizeof acceptance->proposal_hash);
    plm_random(acceptance->nonce, sizeof acceptance->nonce);
    acceptance->n_tokens = plm_policy_padded(purpose, side->selected.set.n_tokens);
    acceptance->n_features =
        side->selected.n_features > 0 ? plm_policy_padded(purpose, side->selected.n_features) : 0;
    acceptance->time_ms = plm_wall_ms();
    plm_buf body;
    plm_buf_init(&body, side->answer_signed.max);
    plm_status status = plm_acceptance_encode(acceptance, &body);
    if (status == PLM_OK) {
        status = plm_identity_sign_append(&side->answer_signed, side->node->seed,
                                          PLM_NAME_ACCEPTANCE, plm_buf_span(&body));
    }
    plm_buf_wipe(&body);
    return status == PLM_OK
               ? plm_carry_note(side->node->carry, "answer", plm_buf_span(&side->answer_signed))
               : status;
}

plm_status plm_run_accept(plm_run_side *side, const plm_purpose *purpose)
{
    plm_status status = plm_carry_recall(side->node->carry, "answer", &side->answer_signed);
    if (status == PLM_OK) {
        const plm_buf *answer = &side->answer_signed;
        status = plm_acceptance_decode(&side->acceptance,
                                       plm_span_of(answer->data, answer->n - PLM_SIGNATURE_BYTES));
    } else if (status == PLM_E_NOT_FOUND) {
        status = sign_acceptance(side, purpose);
    }
    if (status != PLM_OK) {
        return status;
    }
    side->run.n_own = side->acceptance.n_tokens;
    side->outcome->n_own = side->acceptance.n_tokens;
    plm_hash256(side->answer_hash, plm_buf_span(&side->answer_signed));
    side->run.acceptance = plm_buf_span(&side->answer_signed);
    status = plm_run_store(side, PLM_RUN_RUNNING, "acceptance", side->run.acceptance);
    return status == PLM_OK
               ? plm_session_send(&side->session, PLM_FRAME_ACCEPTANCE, side->run.acceptance)
               : status;
}
