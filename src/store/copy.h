/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy.h - all of a store into another, whatever databases the two are, and the proof that nothing
 * is missing (spec/store.md section 5).
 *
 * The digest of a store is over all rows of all its tables, by table, in the order of their keys;
 * the same content has the same digest in SQLite and in PostgreSQL. What is left out: the table
 * `migration`, in which each database has its own; and the bases, which serve one run and would be
 * there twice.
 */
#ifndef PLM_STORE_COPY_H
#define PLM_STORE_COPY_H

#include "store/store.h"

typedef struct plm_content {
    uint64_t n_tables;
    uint64_t n_rows;
    uint8_t digest[32];
} plm_content;

/* done and total: rows. A status other than PLM_OK ends the work and is returned. */
typedef plm_status plm_copy_fn(void *context, const char *table, uint64_t done, uint64_t total);

/* Reads everything, in one state of the store. fn may be NULL. */
plm_status plm_store_content(plm_store *store, plm_copy_fn *fn, void *context,
                             plm_content *out) PLM_MUST_CHECK;

/*
 * Copies, reads the copy, compares, and only then commits: `to` has everything or nothing.
 * exclusive: nobody else may write to `from` meanwhile; otherwise one state of it is copied.
 * PLM_E_EXISTS: there is something in `to`. PLM_E_PROOF: the copy is not the same (a defect of the
 * hardware, or of this). PLM_E_STORE: one of the two failed, or they have different tables.
 */
plm_status plm_store_copy(plm_store *to, plm_store *from, bool exclusive, plm_copy_fn *fn,
                          void *context, plm_content *out) PLM_MUST_CHECK;

#endif
