/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_summary.h"

#include "ledger/ledger.h"

plm_status plm_lookup_summary_enter(plm_store *store, const plm_lookup_summary *s)
{
    const uint64_t numbers[] = {(uint64_t)s->first_ms, (uint64_t)s->last_ms, s->n_evaluated,
                                s->n_refused,          s->n_batches,         s->n_hits};
    plm_buf body;
    if (s->n_evaluated + s->n_refused == 0) {
        return PLM_OK;
    }
    plm_buf_init(&body, 512);
    plm_status status = plm_buf_append_block16(&body, plm_span_str(s->peer));
    if (status == PLM_OK) {
        status = plm_buf_append(&body, s->accord_hash, PLM_HASH_BYTES);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(s->purpose));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&body, s->is_asker ? 1 : 0);
    }
    for (size_t i = 0; status == PLM_OK && i < sizeof numbers / sizeof *numbers; i++) {
        status = plm_buf_append_u64(&body, numbers[i]);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "lookups", plm_buf_span(&body), s->last_ms);
    }
    plm_buf_wipe(&body);
    return status;
}
