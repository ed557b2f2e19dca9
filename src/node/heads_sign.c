/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heads_sign.c - the head of our own ledger, signed once for each size.
 */
#include "node/heads.h"

#include "crypto/sign.h"

#include <string.h>

enum {
    SIGNED_MAX = 512
};

/* In a transaction. */
static plm_status sign_new(plm_store *store, const plm_head *head, const uint8_t *seed,
                           plm_buf *out)
{
    plm_buf body;
    plm_buf_init(&body, SIGNED_MAX);
    plm_status status = plm_head_encode(head, &body);
    if (status == PLM_OK) {
        status = plm_identity_sign_append(out, seed, PLM_NAME_HEAD, plm_buf_span(&body));
    }
    if (status == PLM_OK) {
        status = plm_store_put_head(store, head->size, plm_buf_span(out), head->time_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

/* A head we signed at this size must say what the ledger is: else it was changed since. */
static plm_status check_kept(plm_span kept, const plm_ledger_state *state)
{
    plm_head head;
    if (kept.n <= PLM_SIGNATURE_BYTES ||
        plm_head_decode(&head, plm_span_of(kept.p, kept.n - PLM_SIGNATURE_BYTES)) != PLM_OK) {
        return PLM_E_STORE;
    }
    bool is_same = head.size == state->size &&
                   memcmp(head.root, state->root.b, sizeof head.root) == 0 &&
                   memcmp(head.chain, state->chain, sizeof head.chain) == 0;
    return is_same ? PLM_OK : PLM_E_STORE;
}

plm_status plm_heads_sign(plm_store *store, const char *party, const uint8_t seed[static 32],
                          plm_buf *out)
{
    plm_head head = {.time_ms = plm_wall_ms()};
    plm_ledger_state state;
    plm_buf kept;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    plm_buf_init(&kept, SIGNED_MAX);
    status = plm_ledger_now(store, &state);
    if (status == PLM_OK) {
        status = plm_store_get_head(store, state.size, &kept);
    }
    if (status == PLM_OK) {
        status = check_kept(plm_buf_span(&kept), &state);
    } else if (status == PLM_E_NOT_FOUND) {
        head.size = state.size;
        memcpy(head.party, party, strlen(party) + 1);
        memcpy(head.root, state.root.b, sizeof head.root);
        memcpy(head.chain, state.chain, sizeof head.chain);
        status = sign_new(store, &head, seed, &kept);
    }
    status = plm_store_leave(store, mine, status);
    if (status == PLM_OK) {
        status = plm_buf_append(out, kept.data, kept.n);
    }
    plm_buf_wipe(&kept);
    return status;
}
