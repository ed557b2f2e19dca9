/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry.h - runs across an air gap and what each has noted (spec/store.md, spec/airgap.md).
 *
 * A run that is carried is gone on with by a new process at each step. What the steps before it
 * drew, chose and said stands in notes, each written once; so every step comes to the same words.
 */
#ifndef PLM_STORE_CARRY_H
#define PLM_STORE_CARRY_H

#include "store/store.h"

typedef struct plm_carry_row {
    uint8_t id[16]; /* the run's */
    bool is_asker;
    const char *peer;
    int64_t created_ms;
    int64_t ended_ms;   /* 0 while it goes on */
    uint32_t n_taken;   /* files of the peer's */
    uint32_t n_written; /* files of ours */
} plm_carry_row;

/* PLM_E_EXISTS: the id is taken. */
plm_status plm_store_carry_add(plm_store *store, const plm_carry_row *row) PLM_MUST_CHECK;
/* peer: room for a code (33 bytes), which row->peer then points to. PLM_E_NOT_FOUND. */
plm_status plm_store_carry_get(plm_store *store, const uint8_t id[static 16], plm_carry_row *row,
                               char peer[static 33]) PLM_MUST_CHECK;
/* The numbers of files, and when it ended. PLM_E_NOT_FOUND is not told apart. */
plm_status plm_store_carry_update(plm_store *store, const plm_carry_row *row) PLM_MUST_CHECK;
typedef plm_status plm_carry_fn(void *context, const plm_carry_row *row);
/* In order of beginning. fn may use the store. */
plm_status plm_store_each_carry(plm_store *store, plm_carry_fn *fn, void *context) PLM_MUST_CHECK;

/* PLM_E_EXISTS: there is such a note, and it stays as it is. */
plm_status plm_store_carry_note(plm_store *store, const uint8_t id[static 16], const char *name,
                                plm_span bytes) PLM_MUST_CHECK;
/* Appends the note to out. PLM_E_NOT_FOUND. */
plm_status plm_store_carry_recall(plm_store *store, const uint8_t id[static 16], const char *name,
                                  plm_buf *out) PLM_MUST_CHECK;
/* Deletes all notes of this run but those whose name begins with "kept.". */
plm_status plm_store_carry_forget(plm_store *store, const uint8_t id[static 16]) PLM_MUST_CHECK;

#endif
