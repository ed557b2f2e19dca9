/* SPDX-License-Identifier: Apache-2.0 */
#include "node/release_view.h"

#include "release/gates.h"

#include <stdio.h>
#include <string.h>

static plm_status take_run(void *context, const plm_run *run)
{
    plm_release_view *view = (plm_release_view *)context;
    (void)snprintf(view->peer, sizeof view->peer, "%s", run->peer);
    (void)snprintf(view->purpose_code, sizeof view->purpose_code, "%s", run->purpose);
    memcpy(view->accord_hash, run->accord_hash, sizeof view->accord_hash);
    view->is_asker = run->is_asker;
    view->is_done = run->state == PLM_RUN_DONE;
    if (run->proposal.n <= PLM_SIGNATURE_BYTES) {
        return PLM_E_STORE;
    }
    plm_status status = plm_proposal_decode(
        &view->proposal, plm_span_of(run->proposal.p, run->proposal.n - PLM_SIGNATURE_BYTES));
    return status == PLM_OK ? PLM_OK : PLM_E_STORE;
}

static plm_status find_purpose(plm_release_view *view, int64_t now_ms)
{
    const plm_in_force state = plm_agreement_state(view->agreement, plm_date_of_ms(now_ms));
    const plm_accord *accord = view->agreement->accord;
    plm_refusal refusal;
    plm_status status = plm_policy_effective(&view->effective, accord, &state, view->proposal.asker,
                                             view->proposal.holder, view->purpose_code, &refusal);
    view->is_in_force = status == PLM_OK;
    view->purpose = view->is_in_force ? &view->effective.purpose
                                      : plm_accord_purpose(accord, view->purpose_code);
    if (status != PLM_OK && status != PLM_E_REFUSED) {
        return status;
    }
    return view->purpose != NULL ? PLM_OK : PLM_E_NOT_FOUND;
}

plm_status plm_release_view_open(plm_release_view *out, plm_store *store,
                                 const uint8_t run_id[static 16], int64_t now_ms)
{
    memset(out, 0, sizeof *out);
    plm_status status = plm_store_each_run_of(store, run_id, take_run, out);
    if (status == PLM_OK && out->peer[0] == '\0') {
        status = PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = plm_agreement_load(&out->agreement, store, out->accord_hash);
    }
    if (status == PLM_OK) {
        status = find_purpose(out, now_ms);
    }
    if (status == PLM_OK) {
        out->at_risk =
            plm_gates_at_risk(out->agreement->accord, out->proposal.asker, out->proposal.offence);
    }
    return status;
}

void plm_release_view_close(plm_release_view *view)
{
    plm_agreement_destroy(view->agreement);
    view->agreement = NULL;
}
