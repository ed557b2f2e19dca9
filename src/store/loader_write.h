/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader_write.h - some batches into the store, and in the end the entries for searching.
 */
#ifndef PLM_STORE_LOADER_WRITE_H
#define PLM_STORE_LOADER_WRITE_H

#include "store/batch.h"
#include "store/loader_beside.h"
#include "store/loading.h"
#include "store/sorter.h"

typedef struct plm_load_writer {
    plm_store *store;
    plm_loading loading;
    bool looks_up; /* there are records to compare with */
    int64_t next_record;
    int64_t next_quarantine;
    plm_sorter *sorter;      /* values of new records */
    plm_load_beside *beside; /* NULL: all goes by one connection */
    uint64_t n[3];      /* by plm_put_result */
} plm_load_writer;

/* In one transaction of its own. PLM_E_EXISTS: an id came twice. */
plm_status plm_load_write(plm_load_writer *writer, plm_batch *const *batches,
                          size_t n_batches) PLM_MUST_CHECK;
/* All entries of record_search, piece by piece; fn may be NULL. */
plm_status plm_load_write_search(plm_load_writer *writer, plm_loading_fn *fn,
                                 void *context) PLM_MUST_CHECK;

#endif
