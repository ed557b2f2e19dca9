/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_epochs.h - the epochs of our indexes, as copies that outlive a walk of the store.
 */
#ifndef PLM_NODE_INDEX_EPOCHS_H
#define PLM_NODE_INDEX_EPOCHS_H

#include "node/index_make.h"

enum {
    PLM_INDEX_EPOCHS_MAX = 64
};

typedef struct plm_epoch_list {
    plm_arena arena;
    plm_stored_epoch items[PLM_INDEX_EPOCHS_MAX]; /* strings and spans in the arena */
    size_t n;
} plm_epoch_list;

/*
 * Those that are not gone, by accord and purpose, the newest first; accord_hash and purpose may be
 * NULL: all. PLM_E_LIMIT: too many. To be wiped in any case.
 */
plm_status plm_epoch_list_load(plm_epoch_list *list, plm_store *store, const uint8_t *accord_hash,
                               const char *purpose) PLM_MUST_CHECK;
void plm_epoch_list_wipe(plm_epoch_list *list);

/* True if it is answered for at that moment. */
bool plm_epoch_is_answered(const plm_stored_epoch *epoch, int64_t now_ms);

/* Stores the epoch with its entry in the ledger, in one transaction. */
plm_status plm_epoch_store(plm_store *store, plm_index_action action, const plm_stored_epoch *epoch,
                           int64_t now_ms) PLM_MUST_CHECK;

#endif
