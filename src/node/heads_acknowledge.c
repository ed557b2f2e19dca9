/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heads_acknowledge.c - an officer takes a party's ledger as it is now.
 */
#include "node/heads.h"

/* verdict (u8), party, officer, reason (u16 + bytes each). In a transaction. */
static plm_status acknowledge(plm_store *store, const char *party, const char *officer,
                              const char *reason, int64_t now)
{
    plm_buf body;
    uint8_t verdict;
    plm_buf_init(&body, 1024);
    plm_status status = plm_store_get_finding(store, party, &verdict);
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&body, verdict);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(party));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(officer));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(reason));
    }
    if (status == PLM_OK) {
        status = plm_store_close_finding(store, party, now);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "acknowledge", plm_buf_span(&body), now);
    }
    plm_buf_wipe(&body);
    return status;
}

plm_status plm_heads_acknowledge(plm_store *store, const char *party, const char *officer,
                                 const char *reason, int64_t now_ms)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    return status == PLM_OK
               ? plm_store_leave(store, mine, acknowledge(store, party, officer, reason, now_ms))
               : status;
}
