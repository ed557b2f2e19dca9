/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup.h - what a backup says of itself. A backup is a store in SQLite (spec/store.md section 6)
 * with one table more: its digest as it was made, when, of which version, and perhaps the sealed
 * identity key.
 */
#ifndef PLM_STORE_BACKUP_H
#define PLM_STORE_BACKUP_H

#include "store/copy.h"

enum {
    PLM_BACKUP_KEY_MAX = 4096
};

typedef struct plm_backup {
    plm_content content; /* but for n_tables */
    int64_t made_ms;
    uint64_t version; /* migrations */
    plm_span key;     /* as store/keyfile.h says; empty: left out */
} plm_backup;

/* Writes the table; the store holds a backup's content. PLM_E_EXISTS: there is one. */
plm_status plm_backup_put(plm_store *store, const plm_backup *backup) PLM_MUST_CHECK;
/* Reads it; the key is appended to key. PLM_E_NOT_FOUND: the store is no backup. */
plm_status plm_backup_get(plm_store *store, plm_buf *key, plm_backup *out) PLM_MUST_CHECK;
/* How many migrations a store has. */
plm_status plm_store_version(plm_store *store, uint64_t *n) PLM_MUST_CHECK;

#endif
