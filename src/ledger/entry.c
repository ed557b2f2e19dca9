/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entry.h"

#include <string.h>

plm_status plm_entry_encode(plm_buf *out, const uint8_t previous[static PLM_ENTRY_CHAIN_BYTES],
                            const plm_ledger_row *row)
{
    uint8_t length[4];
    size_t kind_bytes = row->kind == NULL ? 0 : strlen(row->kind);
    if (kind_bytes == 0 || kind_bytes >= PLM_ENTRY_KIND_MAX || row->body.n > PLM_ENTRY_BODY_MAX) {
        return PLM_E_LIMIT;
    }
    plm_buf_clear(out);
    plm_store_u32(length, (uint32_t)row->body.n);
    plm_status status = plm_buf_append(out, previous, PLM_ENTRY_CHAIN_BYTES);
    if (status == PLM_OK) {
        status = plm_buf_append_u64(out, row->sequence);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(out, (uint64_t)row->time_ms);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(out, plm_span_of(row->kind, kind_bytes));
    }
    if (status == PLM_OK) {
        status = plm_buf_append(out, length, sizeof length);
    }
    return status == PLM_OK ? plm_buf_append(out, row->body.p, row->body.n) : status;
}

plm_status plm_entry_decode(plm_ledger_row *row, char *kind,
                            uint8_t previous[static PLM_ENTRY_CHAIN_BYTES], plm_span entry)
{
    plm_reader r = entry;
    plm_ledger_row m = {.kind = kind};
    uint64_t time;
    uint32_t n;
    if (plm_rd_copy(&r, previous, PLM_ENTRY_CHAIN_BYTES) < 0 || plm_rd_u64(&r, &m.sequence) < 0 ||
        plm_rd_u64(&r, &time) < 0 || plm_rd_string16(&r, kind, PLM_ENTRY_KIND_MAX) < 0 ||
        kind[0] == '\0' || plm_rd_u32(&r, &n) < 0 || n > PLM_ENTRY_BODY_MAX ||
        plm_rd_take(&r, n, &m.body) < 0 || plm_rd_end(&r) < 0 || m.sequence == 0) {
        return PLM_E_PROTOCOL;
    }
    m.time_ms = (int64_t)time;
    *row = m;
    return PLM_OK;
}
