/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_base.c - the engine's bases, out of the store at a run's start and in at its end.
 */
#include "node/run.h"

#include <string.h>

/* By key, not by code: a party that has a new key has none of the old one's halves. */
static const uint8_t *peer_identity(const plm_run_side *side)
{
    return side->session.config.pins[side->session.pin].identity;
}

plm_status plm_run_take_base(plm_run_side *side, bool is_receiver)
{
    plm_run_base *own = &side->bases[is_receiver];
    if (own->is_taken || side->proposal.engine != PLM_ENGINE_VOLE) {
        return PLM_OK;
    }
    int64_t now = plm_wall_ms();
    plm_buf bytes;
    plm_buf_init(&bytes, sizeof own->base.bytes);
    plm_status status = plm_store_base_take(side->node->store, peer_identity(side), is_receiver,
                                            now, &bytes, &own->created_ms);
    if (status == PLM_OK && bytes.n > 0) {
        memcpy(own->base.bytes, bytes.data, bytes.n);
        own->base.n = bytes.n;
    } else if (status == PLM_E_NOT_FOUND) {
        own->created_ms = now;
        status = PLM_OK;
    }
    own->is_taken = status == PLM_OK;
    plm_buf_wipe(&bytes);
    return status;
}

plm_status plm_run_put_bases(plm_run_side *side)
{
    plm_status status = PLM_OK;
    for (int is_receiver = 0; status == PLM_OK && is_receiver < 2; is_receiver++) {
        const plm_run_base *own = &side->bases[is_receiver];
        if (own->is_taken && own->base.n > 0) {
            status = plm_store_base_put(side->node->store, side->outcome->peer, peer_identity(side),
                                        is_receiver == 1, plm_span_of(own->base.bytes, own->base.n),
                                        own->created_ms);
        }
    }
    return status;
}
