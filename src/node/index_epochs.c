/* SPDX-License-Identifier: Apache-2.0 */
#include "node/index_epochs.h"

#include "ledger/ledger.h"

#include <string.h>

enum {
    ARENA_MAX = 1 << 20
};

static plm_status copy_epoch(void *context, const plm_stored_epoch *epoch)
{
    plm_epoch_list *list = (plm_epoch_list *)context;
    if (epoch->state == PLM_EPOCH_GONE) {
        return PLM_OK;
    }
    if (list->n == PLM_INDEX_EPOCHS_MAX) {
        return PLM_E_LIMIT;
    }
    plm_stored_epoch copy = *epoch;
    const char *sealed = plm_arena_string(&list->arena, epoch->sealed_key);
    copy.purpose = plm_arena_string(&list->arena, plm_span_str(epoch->purpose));
    copy.handling = plm_arena_string(&list->arena, plm_span_str(epoch->handling));
    if (sealed == NULL || copy.purpose == NULL || copy.handling == NULL) {
        return PLM_E_NOMEM;
    }
    copy.sealed_key = plm_span_of(sealed, epoch->sealed_key.n);
    list->items[list->n++] = copy;
    return PLM_OK;
}

plm_status plm_epoch_list_load(plm_epoch_list *list, plm_store *store, const uint8_t *accord_hash,
                               const char *purpose)
{
    plm_arena_init(&list->arena, ARENA_MAX);
    list->n = 0;
    return plm_store_each_epoch(store, accord_hash, purpose, copy_epoch, list);
}

void plm_epoch_list_wipe(plm_epoch_list *list)
{
    plm_arena_wipe(&list->arena);
    list->n = 0;
}

bool plm_epoch_is_answered(const plm_stored_epoch *epoch, int64_t now_ms)
{
    return epoch->state == PLM_EPOCH_PUBLISHED ||
           (epoch->state == PLM_EPOCH_RETIRING && now_ms <= epoch->until_ms);
}

/*
 *   +-----------+-----------+-----------------+-----------+--------------+
 *   | action u8 | accord 32 | purpose u16 + n | epoch u64 | sequence u64 |
 *   +-----------+-----------+-----------------+-----------+--------------+
 *   | entries u64 | added u64 | withdrawn u64 |
 *   +-------------+-----------+---------------+
 */
static plm_status enter(plm_store *store, plm_index_action action, const plm_stored_epoch *epoch,
                        int64_t now_ms)
{
    const uint64_t numbers[] = {epoch->epoch, epoch->sequence, epoch->n_entries, epoch->n_added,
                                epoch->n_withdrawn};
    plm_buf body;
    plm_buf_init(&body, 256);
    plm_status status = plm_buf_append_u8(&body, (uint8_t)action);
    if (status == PLM_OK) {
        status = plm_buf_append(&body, epoch->accord_hash, sizeof epoch->accord_hash);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(epoch->purpose));
    }
    for (size_t i = 0; status == PLM_OK && i < sizeof numbers / sizeof *numbers; i++) {
        status = plm_buf_append_u64(&body, numbers[i]);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "index", plm_buf_span(&body), now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

plm_status plm_epoch_store(plm_store *store, plm_index_action action, const plm_stored_epoch *epoch,
                           int64_t now_ms)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_put_epoch(store, epoch);
    if (status == PLM_OK) {
        status = enter(store, action, epoch, now_ms);
    }
    return plm_store_leave(store, mine, status);
}
