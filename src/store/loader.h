/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader.h - many records into one register, in batches (spec/store.md section 7).
 *
 *     caller                                      the loader's thread
 *     put, put, put: copied into batch A
 *     full: handed over ────────────────────────► one transaction: look up its ids, number the new
 *     put, put, put: copied into batch B          ones, rows into the tables; nobody sees them
 *     put, put, put: copied into batch C          the next transaction: B and C, if both are full
 *     all are full: waits for A ◄───────────────  done
 *     ...
 *     end                                         entries of record_search, in order
 *                                                 one transaction: all becomes part of the register
 *
 * So reading the source and writing the store go on at the same time, and others may write in
 * between (store/loading.h). What a load does to the store is what plm_store_put_record would do,
 * record by record.
 */
#ifndef PLM_STORE_LOADER_H
#define PLM_STORE_LOADER_H

#include "store/batch.h"
#include "store/loading.h"

typedef struct plm_loader plm_loader;

/* What a load asks its caller. */
typedef struct plm_loader_calls {
    /* For the ledger; may be NULL. `n` of plm_loader_end is set. */
    plm_loading_commit_fn *commit;
    /* After the last put: phases "search" and "changes"; may be NULL. */
    plm_loading_fn *progress;
    void *context;
} plm_loader_calls;

/*
 * The register of that name is made if there is none; `format` is the caller's until the end.
 * Outside of transactions; until the loader has ended the store is its own. PLM_E_NOMEM, PLM_E_IO
 * (no thread), PLM_E_STORE: also where another process is loading, or where what another left can't
 * be taken away.
 */
plm_status plm_loader_begin(plm_loader **out, plm_store *store, const char *name,
                            const char *format, int64_t now_ms) PLM_MUST_CHECK;
/*
 * Takes a copy. An id is put once in a load: PLM_E_EXISTS, sooner or later. What went wrong with
 * earlier batches is told here, too.
 */
plm_status plm_loader_put(plm_loader *loader, const plm_record *record) PLM_MUST_CHECK;
/* A row that could not be taken in: where and why. Those of earlier loads go with the commit. */
plm_status plm_loader_refuse(plm_loader *loader, const plm_batch_refusal *refusal) PLM_MUST_CHECK;
/*
 * Ends; n: records by plm_put_result. If `good` is false, or on any failure, the store is as it was
 * before the load. calls may be NULL.
 */
plm_status plm_loader_end(plm_loader *loader, bool good, const plm_loader_calls *calls,
                          uint64_t n[static 3]) PLM_MUST_CHECK;

#endif
