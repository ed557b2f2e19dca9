/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_update.c - what was added and withdrawn since an index was built.
 *
 * The changes are always those against the index as it was built, so that each file of changes says
 * all, and what they say depends on nothing but the registers of now.
 */
#include "node/index_make.h"

#include "base/ct.h"
#include "crypto/hasher.h"
#include "index/changes.h"
#include "node/index_work.h"

#include <errno.h>
#include <string.h>

static void content_hash(uint8_t out[static 32], const plm_index_work *w,
                         const plm_own_changes *changes)
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo/1 index-content");
    plm_hasher_bytes(
        &h, plm_span_of(changes->withdrawn, changes->n_withdrawn * sizeof *changes->withdrawn));
    for (size_t i = 0; i < changes->n_added; i++) {
        plm_hasher_fixed(&h, &w->tokens[changes->added[i]], sizeof *w->tokens);
    }
    plm_hasher_final(&h, out);
}

/*
 * A number above those of all files that anybody may have, since an asker does not fetch the same
 * number again: also where a file was published and the store did not come to know it, and where
 * store and files are of a backup and the numbers that were given since are forgotten. So it is the
 * time, in milliseconds, or one more than the last, whichever is higher.
 */
static plm_status take_sequence(plm_stored_epoch *epoch, const char *path)
{
    plm_index_header header;
    plm_map map;
    plm_status status = plm_map_open(&map, path);
    const uint64_t now = (uint64_t)plm_wall_ms();
    epoch->sequence = epoch->sequence + 1 > now ? epoch->sequence + 1 : now;
    if (status != PLM_OK) {
        return status == PLM_E_IO && errno == ENOENT ? PLM_OK : status;
    }
    if (map.n >= PLM_INDEX_HEADER_BYTES &&
        plm_index_header_decode(&header, plm_span_of(map.p, PLM_INDEX_HEADER_BYTES), NULL) ==
            PLM_OK &&
        memcmp(header.public_key, epoch->public_key, sizeof header.public_key) == 0 &&
        header.sequence >= epoch->sequence) {
        epoch->sequence = header.sequence + 1;
    }
    plm_map_close(&map);
    return PLM_OK;
}

static plm_status write_changes(plm_index_work *w, plm_stored_epoch *epoch,
                                const plm_own_changes *changes)
{
    char path[PATH_MAX];
    plm_epoch_key key;
    plm_index_header header;
    plm_status status = plm_epoch_key_open(&key, w->node, epoch);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_index_work_evaluate(w, &key, changes->added, changes->n_added);
    plm_wipe(&key, sizeof key);
    if (status == PLM_OK) {
        status = plm_index_path(path, w->node, NULL, epoch->accord_hash, epoch->purpose,
                                epoch->epoch, PLM_INDEX_FILE_CHANGES);
    }
    if (status == PLM_OK) {
        status = take_sequence(epoch, path);
    }
    if (status == PLM_OK) {
        const plm_index_make make = plm_index_work_make(w);
        plm_index_work_header(&header, w);
        header.sequence = epoch->sequence;
        memcpy(header.index, epoch->root, sizeof header.index);
        status = plm_changes_write(path, &header, changes->withdrawn, changes->n_withdrawn, w->rows,
                                   w->n_rows, &make);
    }
    return status;
}

/* The file first: an asker that is told of a sequence number can fetch it. */
static plm_status put_changes(plm_index_work *w, plm_stored_epoch *epoch,
                              const plm_own_changes *changes, const uint8_t content[static 32])
{
    plm_status status = write_changes(w, epoch, changes);
    if (status != PLM_OK) {
        return status;
    }
    epoch->n_added = changes->n_added;
    epoch->n_withdrawn = changes->n_withdrawn;
    epoch->changed_ms = plm_wall_ms();
    memcpy(epoch->content, content, sizeof epoch->content);
    return plm_epoch_store(w->node->store, PLM_INDEX_ACTION_UPDATE, epoch, epoch->changed_ms);
}

/* Publishes the changes, unless they are what was published before. */
static plm_status settle(plm_index_work *w, plm_stored_epoch *epoch, plm_own_changes *changes,
                         plm_index_made *made)
{
    uint8_t content[32];
    plm_status status = PLM_OK;
    content_hash(content, w, changes);
    made->is_changed = epoch->sequence == 0 ? changes->n_added + changes->n_withdrawn > 0
                                            : memcmp(content, epoch->content, sizeof content) != 0;
    if (made->is_changed) {
        status = put_changes(w, epoch, changes, content);
    }
    plm_own_changes_wipe(changes);
    return status;
}

/* By the records that have changed. PLM_E_NOT_FOUND: it can't be told that way. */
static plm_status update_by_part(const plm_index_work *whole, plm_stored_epoch *epoch,
                                 plm_index_made *made)
{
    plm_own_changes changes;
    plm_index_work part = {.node = whole->node, .scope = whole->scope};
    plm_status status = plm_index_since(&part, epoch, &changes);
    if (status == PLM_OK) {
        status = settle(&part, epoch, &changes, made);
    }
    part.scope = NULL; /* the whole's */
    plm_index_work_wipe(&part);
    return status;
}

/* By all registers. */
static plm_status update_by_whole(plm_index_work *w, plm_stored_epoch *epoch, plm_index_made *made)
{
    char path[PATH_MAX];
    plm_own own;
    plm_own_changes changes;
    plm_status status = w->tokens == NULL ? plm_index_work_select(w, false) : PLM_OK;
    if (status == PLM_OK) {
        status = plm_index_work_label(w, epoch);
    }
    if (status == PLM_OK) {
        status = plm_index_path(path, w->node, NULL, epoch->accord_hash, epoch->purpose,
                                epoch->epoch, PLM_INDEX_FILE_OWN);
    }
    if (status == PLM_OK) {
        status = plm_own_open(&own, path);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = memcmp(own.root, epoch->root, sizeof own.root) != 0
                 ? PLM_E_STORE
                 : plm_own_compare(&changes, &own, w->tokens, w->n_tokens);
    plm_own_close(&own);
    return status == PLM_OK ? settle(w, epoch, &changes, made) : status;
}

static plm_status update_all(plm_index_work *w, plm_epoch_list *list, plm_index_made_fn *fn,
                             void *context)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < list->n; i++) {
        plm_index_made made = {0};
        plm_stored_epoch *epoch = &list->items[i];
        status = update_by_part(w, epoch, &made);
        if (status == PLM_E_NOT_FOUND) {
            status = update_by_whole(w, epoch, &made);
        }
        if (status == PLM_OK) {
            memcpy(made.accord_hash, epoch->accord_hash, sizeof made.accord_hash);
            made.epoch = epoch->epoch;
            made.sequence = epoch->sequence;
            made.n_entries = epoch->n_entries;
            made.n_added = epoch->n_added;
            made.n_withdrawn = epoch->n_withdrawn;
            fn(context, &made);
        }
    }
    return status;
}

plm_status plm_index_update(plm_node *node, const plm_index_order *order, plm_index_made_fn *fn,
                            void *context, plm_refusal *refusal)
{
    plm_index_work work;
    plm_epoch_list list = {.n = 0};
    int lock = -1;
    plm_status status = plm_index_lock(node, PLM_INDEX_LOCK_CHANGE, &lock);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_index_work_init(&work, node, order, refusal);
    if (status == PLM_OK) {
        status = plm_epoch_list_load(&list, node->store, plm_index_scope_accord(work.scope)->hash,
                                     order->purpose);
    }
    if (status == PLM_OK && list.n == 0) {
        status = PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = update_all(&work, &list, fn, context);
    }
    plm_epoch_list_wipe(&list);
    plm_index_work_wipe(&work);
    plm_index_unlock(lock);
    return status;
}
