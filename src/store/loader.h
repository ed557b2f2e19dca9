/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader.h - many records into one register: in batches, by the shortest way the database has
 * (spec/store.md section 7).
 *
 *     caller                                      the loader's thread
 *     put, put, put: copied into batch A
 *     full: handed over ────────────────────────► look up its ids, number the new ones,
 *     put, put, put: copied into batch B          rows into record, record_offence, record_value
 *     full: waits for A ◄───────────────────────  done
 *
 * So reading the source and writing the store go on at the same time. What a batch does to the
 * store is what plm_store_put_record would do, record by record.
 */
#ifndef PLM_STORE_LOADER_H
#define PLM_STORE_LOADER_H

#include "store/store.h"

typedef struct plm_loader plm_loader;

/*
 * Within a transaction of the caller's, which uses the store for nothing else until the loader has
 * ended, but for what is between plm_loader_wait and the next put. PLM_E_NOMEM, PLM_E_STORE,
 * PLM_E_IO (no thread).
 */
plm_status plm_loader_begin(plm_loader **out, plm_store *store, int64_t register_id,
                            int64_t now_ms) PLM_MUST_CHECK;
/* Takes a copy. What went wrong with an earlier batch is told here, too. */
plm_status plm_loader_put(plm_loader *loader, const plm_record *record) PLM_MUST_CHECK;
/* All that was put is in the store. */
plm_status plm_loader_wait(plm_loader *loader) PLM_MUST_CHECK;
/* Waits, and ends; n: records by plm_put_result. If `good` is false, nothing more is written. */
plm_status plm_loader_end(plm_loader *loader, bool good, uint64_t n[static 3]) PLM_MUST_CHECK;

#endif
