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

/*
 * Out of the store; in a carried run into a note (created u64, bytes). A base that is lost between
 * the two has not been used: the run begins without one, as it may.
 */
static plm_status take(plm_run_side *side, bool is_receiver, plm_buf *bytes, int64_t *created_ms)
{
    plm_carry *carry = side->node->carry;
    const char *name = is_receiver ? "base.receiver" : "base.sender";
    uint8_t created[8];
    plm_buf note;
    plm_buf_init(&note, sizeof created + bytes->max);
    plm_status status = plm_carry_recall(carry, name, &note);
    if (status == PLM_OK && note.n >= sizeof created) {
        *created_ms = (int64_t)plm_load_u64(note.data);
        status = plm_buf_append(bytes, note.data + sizeof created, note.n - sizeof created);
        plm_buf_wipe(&note);
        return status == PLM_OK && bytes->n == 0 ? PLM_E_NOT_FOUND : status;
    }
    plm_status found = plm_store_base_take(side->node->store, peer_identity(side), is_receiver,
                                           plm_wall_ms(), bytes, created_ms);
    status = found == PLM_E_NOT_FOUND ? PLM_OK : found;
    plm_store_u64(created, (uint64_t)*created_ms);
    if (status == PLM_OK) {
        status = plm_buf_append(&note, created, sizeof created);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&note, bytes->data, bytes->n);
    }
    if (status == PLM_OK) {
        status = plm_carry_note(carry, name, plm_buf_span(&note));
    }
    plm_buf_wipe(&note);
    return status == PLM_OK ? found : status;
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
    plm_status status = take(side, is_receiver, &bytes, &own->created_ms);
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
