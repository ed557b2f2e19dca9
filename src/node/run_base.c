/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_base.c - the engine's bases, out of the store at a run's start and in at its end.
 */
#include "node/run.h"

#include "base/ct.h"

#include <string.h>

/* By key, not by code: a party that has a new key has none of the old one's halves. */
static const uint8_t *peer_identity(const plm_run_side *side)
{
    return side->session.config.pins[side->session.pin].identity;
}

static plm_status take_base(plm_run_side *side, bool is_receiver, plm_session_base *out,
                            int64_t *created_ms)
{
    int64_t now = plm_wall_ms();
    plm_buf bytes;
    plm_buf_init(&bytes, sizeof out->bytes);
    plm_status status = plm_store_base_take(side->node->store, peer_identity(side), is_receiver,
                                            now, &bytes, created_ms);
    if (status == PLM_OK && bytes.n > 0) {
        memcpy(out->bytes, bytes.data, bytes.n);
        out->n = bytes.n;
    } else if (status == PLM_E_NOT_FOUND) {
        *created_ms = now;
        status = PLM_OK;
    }
    plm_buf_wipe(&bytes);
    return status;
}

plm_status plm_run_take_bases(plm_run_side *side,
                              plm_session_base bases[static PLM_CONTROL_LEGS_MAX])
{
    bool is_receiver[PLM_CONTROL_LEGS_MAX];
    uint8_t n = plm_session_legs(side->proposal.learns, side->run.is_asker, is_receiver);
    plm_status status = PLM_OK;
    memset(bases, 0, PLM_CONTROL_LEGS_MAX * sizeof *bases);
    if (side->proposal.engine != PLM_ENGINE_VOLE) {
        return PLM_OK;
    }
    for (uint8_t i = 0; status == PLM_OK && i < n; i++) {
        status = take_base(side, is_receiver[i], &bases[i], &side->base_ms[i]);
    }
    if (status != PLM_OK) {
        plm_wipe(bases, PLM_CONTROL_LEGS_MAX * sizeof *bases);
    }
    return status;
}

plm_status plm_run_put_bases(plm_run_side *side)
{
    bool is_receiver[PLM_CONTROL_LEGS_MAX];
    uint8_t n = plm_session_legs(side->proposal.learns, side->run.is_asker, is_receiver);
    plm_status status = PLM_OK;
    for (uint8_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_session_base *base = &side->result.bases[i];
        if (base->n > 0) {
            status = plm_store_base_put(side->node->store, side->outcome->peer, peer_identity(side),
                                        is_receiver[i], plm_span_of(base->bytes, base->n),
                                        side->base_ms[i]);
        }
    }
    return status;
}
