/* SPDX-License-Identifier: Apache-2.0 */
#include "node/index_make.h"

#include "base/ct.h"
#include "node/index_work.h"

#include <stdlib.h>
#include <string.h>

static plm_status see_epoch(void *context, const plm_stored_epoch *epoch)
{
    uint32_t *newest = (uint32_t *)context;
    *newest = epoch->epoch > *newest ? epoch->epoch : *newest;
    return PLM_OK;
}

static void report(plm_index_made *out, const plm_stored_epoch *epoch)
{
    memcpy(out->accord_hash, epoch->accord_hash, sizeof out->accord_hash);
    out->epoch = epoch->epoch;
    out->sequence = epoch->sequence;
    out->n_entries = epoch->n_entries;
    out->n_added = epoch->n_added;
    out->n_withdrawn = epoch->n_withdrawn;
}

/* The index, and what we keep of it. */
static plm_status write_files(plm_index_work *w, plm_stored_epoch *epoch)
{
    char index_path[PATH_MAX];
    char own_path[PATH_MAX];
    plm_index_header header;
    const plm_index_make make = plm_index_work_make(w);
    plm_status status = plm_index_path(index_path, w->node, NULL, epoch->accord_hash,
                                       epoch->purpose, epoch->epoch, PLM_INDEX_FILE_INDEX);
    if (status == PLM_OK) {
        status = plm_index_path(own_path, w->node, NULL, epoch->accord_hash, epoch->purpose,
                                epoch->epoch, PLM_INDEX_FILE_OWN);
    }
    plm_index_work_header(&header, w);
    if (status == PLM_OK) {
        status = plm_index_write(index_path, &header, w->rows, w->n_rows, &make);
    }
    if (status == PLM_OK) {
        status = plm_own_write(own_path, header.root, w->tokens, w->fingerprints, w->n_tokens);
    }
    memcpy(epoch->root, header.root, sizeof epoch->root);
    epoch->n_entries = header.n_entries;
    epoch->changes_from = w->changes_from;
    return status == PLM_OK ? plm_index_carriers_keep(w, epoch) : status;
}

/* The files of a new epoch; then what the store and the ledger say of it. */
static plm_status make_epoch(plm_index_work *w, plm_stored_epoch *epoch, const plm_epoch_key *key)
{
    plm_buf sealed;
    plm_buf_init(&sealed, PLM_EPOCH_KEY_SEALED_MAX);
    plm_status status = plm_index_work_label(w, epoch);
    if (status == PLM_OK) {
        status = plm_index_work_evaluate(w, key, NULL, w->n_tokens);
    }
    if (status == PLM_OK) {
        status = write_files(w, epoch);
    }
    if (status == PLM_OK) {
        status = plm_epoch_key_seal(&sealed, w->node, epoch, key->secret);
    }
    if (status == PLM_OK) {
        epoch->sealed_key = plm_buf_span(&sealed);
        status = plm_epoch_store(w->node->store, PLM_INDEX_ACTION_BUILD, epoch, epoch->made_ms);
    }
    if (status != PLM_OK) {
        plm_index_files_remove(w->node, NULL, epoch->accord_hash, epoch->purpose, epoch->epoch);
    }
    plm_buf_wipe(&sealed);
    return status;
}

static plm_status build(plm_index_work *w, const plm_index_order *order, plm_index_made *out)
{
    uint32_t newest = 0;
    plm_epoch_key key;
    const plm_accord *accord = plm_index_scope_accord(w->scope);
    plm_stored_epoch epoch = {.purpose = order->purpose,
                              .state = PLM_EPOCH_BUILT,
                              .has_labels = order->has_labels,
                              .urgent_roles = order->urgent_roles,
                              .handling = order->handling,
                              .made_ms = plm_wall_ms()};
    memcpy(epoch.accord_hash, accord->hash, sizeof epoch.accord_hash);
    epoch.changed_ms = epoch.made_ms;
    plm_status status =
        plm_store_each_epoch(w->node->store, accord->hash, order->purpose, see_epoch, &newest);
    epoch.epoch = newest + 1;
    if (status == PLM_OK) {
        status = plm_oprf_random_key_pair(key.secret, key.public_key);
    }
    if (status != PLM_OK) {
        return status;
    }
    memcpy(epoch.public_key, key.public_key, sizeof epoch.public_key);
    status = make_epoch(w, &epoch, &key);
    plm_wipe(&key, sizeof key);
    if (status == PLM_OK) {
        report(out, &epoch);
        out->is_changed = true;
    }
    return status;
}

/* Records that change while they are read, or later, stand behind the mark. */
static plm_status select_from_now(plm_index_work *w)
{
    plm_status status = plm_store_mark_changes(w->node->store, &w->changes_from);
    if (status == PLM_OK) {
        status = plm_store_last_number(w->node->store, &w->last_number);
    }
    return status == PLM_OK ? plm_index_work_select(w, true) : status;
}

plm_status plm_index_build(plm_node *node, const plm_index_order *order, plm_index_made *out)
{
    plm_index_work work;
    int lock = -1;
    *out = (plm_index_made){0};
    plm_status status = plm_index_lock(node, PLM_INDEX_LOCK_BUILD, &lock);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_index_work_init(&work, node, order, &out->refusal);
    if (status == PLM_OK) {
        status = select_from_now(&work);
    }
    out->selection = work.selected.counts;
    if (status == PLM_OK && work.n_tokens < plm_index_scope_purpose(work.scope)->smallest_set) {
        out->refusal = (plm_refusal){.code = PLM_REFUSAL_UNAVAILABLE};
        status = PLM_E_REFUSED;
    }
    if (status == PLM_OK) {
        status = build(&work, order, out);
    }
    if (status != PLM_OK) {
        plm_status trimmed = plm_store_trim_changes(node->store); /* the mark was for nothing */
        (void)trimmed; /* the next index that ends takes it away */
    }
    plm_index_work_wipe(&work);
    plm_index_unlock(lock);
    return status;
}

/* The newest that was built takes the place of the one before it; what was built between is void.
 */
static plm_status publish(plm_node *node, plm_epoch_list *list, int64_t overlap_ms, int64_t now)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < list->n; i++) {
        plm_stored_epoch *epoch = &list->items[i];
        if (i > 0 && epoch->state == PLM_EPOCH_RETIRING) {
            continue;
        }
        epoch->changed_ms = now;
        epoch->until_ms = i == 0 ? 0 : epoch->state == PLM_EPOCH_BUILT ? now : now + overlap_ms;
        epoch->state = i == 0 ? PLM_EPOCH_PUBLISHED : PLM_EPOCH_RETIRING;
        status = plm_epoch_store(node->store, PLM_INDEX_ACTION_PUBLISH, epoch, now);
    }
    return status;
}

static plm_status publish_newest(plm_node *node, const plm_index_order *order, plm_index_made *out)
{
    plm_index_scope *scope;
    plm_epoch_list list;
    plm_status status =
        plm_index_scope_find(&scope, node, order->accord_hash, order->purpose, &out->refusal);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_epoch_list_load(&list, node->store, plm_index_scope_accord(scope)->hash,
                                 order->purpose);
    if (status == PLM_OK && (list.n == 0 || list.items[0].state != PLM_EPOCH_BUILT)) {
        status = PLM_E_NOT_FOUND;
    }
    bool mine = false;
    if (status == PLM_OK) {
        status = plm_store_enter(node->store, &mine);
    }
    if (status == PLM_OK) {
        status = plm_store_leave(node->store, mine,
                                 publish(node, &list, order->overlap_ms, plm_wall_ms()));
    }
    if (status == PLM_OK) {
        report(out, &list.items[0]);
        out->is_changed = true;
    }
    plm_epoch_list_wipe(&list);
    plm_index_scope_destroy(scope);
    return status;
}

static void ignore_made(void *context, const plm_index_made *made)
{
    (void)context;
    (void)made;
}

/* What was withdrawn while it was built is no hit in it, from its first answer on. */
plm_status plm_index_publish(plm_node *node, const plm_index_order *order, plm_index_made *out)
{
    int lock = -1;
    *out = (plm_index_made){0};
    plm_status status = plm_index_update(node, order, ignore_made, NULL, &out->refusal);
    if (status == PLM_OK) {
        status = plm_index_lock(node, PLM_INDEX_LOCK_CHANGE, &lock);
    }
    if (status == PLM_OK) {
        status = publish_newest(node, order, out);
    }
    plm_index_unlock(lock);
    return status;
}

static bool is_over(const plm_stored_epoch *epoch, int64_t now_ms)
{
    return epoch->state == PLM_EPOCH_RETIRING && now_ms > epoch->until_ms;
}

static plm_status retire_all(plm_node *node, int64_t now_ms, uint64_t *n)
{
    plm_epoch_list list;
    plm_status status = plm_epoch_list_load(&list, node->store, NULL, NULL);
    for (size_t i = 0; status == PLM_OK && i < list.n; i++) {
        plm_stored_epoch *epoch = &list.items[i];
        if (!is_over(epoch, now_ms)) {
            continue;
        }
        epoch->state = PLM_EPOCH_GONE;
        epoch->sealed_key = plm_span_of(NULL, 0);
        status = plm_epoch_store(node->store, PLM_INDEX_ACTION_RETIRE, epoch, now_ms);
        if (status == PLM_OK) {
            plm_index_files_remove(node, NULL, epoch->accord_hash, epoch->purpose, epoch->epoch);
            ++*n;
        }
    }
    plm_epoch_list_wipe(&list);
    return status == PLM_OK && *n > 0 ? plm_store_trim_changes(node->store) : status;
}

plm_status plm_index_retire(plm_node *node, int64_t now_ms, uint64_t *n)
{
    plm_epoch_list list;
    int lock = -1;
    bool is_due = false;
    *n = 0;
    plm_status status = plm_epoch_list_load(&list, node->store, NULL, NULL);
    for (size_t i = 0; status == PLM_OK && i < list.n; i++) {
        is_due = is_due || is_over(&list.items[i], now_ms);
    }
    plm_epoch_list_wipe(&list);
    if (status != PLM_OK || !is_due) {
        return status;
    }
    status = plm_index_lock(node, PLM_INDEX_LOCK_CHANGE, &lock);
    if (status == PLM_E_EXISTS) {
        return PLM_OK; /* an update is at work: what is over is answered for no longer in any case
                        */
    }
    if (status == PLM_OK) {
        status = retire_all(node, now_ms, n);
    }
    plm_index_unlock(lock);
    return status;
}
