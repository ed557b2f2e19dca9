/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include <sodium.h>
#include <string.h>

/* h_i over the previous hash and everything in the row; see the drawing in ledger.h. */
static void row_hash(uint8_t out[static 32], const uint8_t previous[static 32],
                     const plm_ledger_row *row)
{
    crypto_generichash_state state;
    uint8_t head[8 + 8 + 2];
    uint8_t length[4];
    size_t kind_bytes = strlen(row->kind);
    plm_store_u64(head, row->sequence);
    plm_store_u64(head + 8, (uint64_t)row->time_ms);
    plm_store_u16(head + 16, (uint16_t)kind_bytes);
    plm_store_u32(length, (uint32_t)row->body.n);
    (void)crypto_generichash_init(&state, NULL, 0, 32);
    (void)crypto_generichash_update(&state, previous, 32);
    (void)crypto_generichash_update(&state, head, sizeof head);
    (void)crypto_generichash_update(&state, (const uint8_t *)row->kind, kind_bytes);
    (void)crypto_generichash_update(&state, length, sizeof length);
    (void)crypto_generichash_update(&state, row->body.p, row->body.n);
    (void)crypto_generichash_final(&state, out, 32);
}

plm_status plm_ledger_append(plm_store *store, const char *kind, plm_span body, int64_t now_ms)
{
    uint8_t previous[32];
    plm_ledger_row row = {.time_ms = now_ms, .kind = kind, .body = body};
    if (body.n > UINT32_MAX || strlen(kind) > UINT16_MAX) {
        return PLM_E_LIMIT;
    }
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_ledger_head(store, &row.sequence, previous);
    if (status == PLM_OK) {
        row.sequence++;
        row_hash(row.hash, previous, &row);
        status = plm_store_append_ledger(store, &row);
    }
    return plm_store_leave(store, mine, status);
}

typedef struct verifying {
    uint8_t hash[32];
    uint64_t n;
    uint64_t bad;
} verifying;

static plm_status verify_row(void *context, const plm_ledger_row *row)
{
    verifying *v = (verifying *)context;
    uint8_t expected[32];
    if (row->kind == NULL || row->sequence != v->n + 1) {
        v->bad = v->n + 1;
        return PLM_E_STORE;
    }
    row_hash(expected, v->hash, row);
    if (memcmp(expected, row->hash, sizeof expected) != 0) {
        v->bad = row->sequence;
        return PLM_E_STORE;
    }
    memcpy(v->hash, expected, sizeof expected);
    v->n = row->sequence;
    return PLM_OK;
}

plm_status plm_ledger_verify(plm_store *store, uint64_t *n, uint64_t *bad)
{
    verifying v = {.n = 0};
    plm_status status = plm_store_each_ledger(store, verify_row, &v);
    *n = v.n;
    *bad = v.bad;
    return status;
}
