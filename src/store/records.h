/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records.h - single records, as putting them one by one and loading many share it; in a
 * transaction of the caller's.
 */
#ifndef PLM_STORE_RECORDS_H
#define PLM_STORE_RECORDS_H

#include "store/store.h"

/*
 * What is stored under this source id: its number, and whether its content is the same.
 * PLM_E_NOT_FOUND.
 */
plm_status plm_record_find(plm_store *store, int64_t register_id, const char *source_id,
                           const uint8_t digest[static 32], int64_t *number,
                           bool *is_same) PLM_MUST_CHECK;
/* The record of that number is this one from now on. */
plm_status plm_record_replace(plm_store *store, int64_t number, const plm_record *r,
                              const uint8_t digest[static 32], int64_t now_ms) PLM_MUST_CHECK;

#endif
