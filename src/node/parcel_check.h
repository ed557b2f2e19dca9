/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcel_check.h - whether what is delivered is well formed: all that can be said of a parcel
 * without a store and without a key, and so what the worker says before the principal sees it.
 *
 * What is done with a parcel stands in delivery_kinds.c: another kind is a row here and one there.
 */
#ifndef PLM_NODE_PARCEL_CHECK_H
#define PLM_NODE_PARCEL_CHECK_H

#include "crypto/sign.h"
#include "release/batch.h"
#include "wire/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Meta of a chunk of an attachment: the id of the step that announced it, and its number. */
enum {
    PLM_CHUNK_META_BYTES = PLM_HASH_BYTES + 4
};

/*
 * PLM_E_PROTOCOL unless the frame of a delivery is well formed. A parcel of a kind that only a
 * newer node knows is: it is for the principal to decline. PLM_E_NOMEM.
 */
plm_status plm_parcel_check_frame(plm_frame_type type, plm_span payload) PLM_MUST_CHECK;

/* PLM_E_PROTOCOL unless meta and content are well formed for a parcel of this kind. PLM_E_NOMEM. */
plm_status plm_parcel_check(uint8_t kind, plm_span meta, plm_span content) PLM_MUST_CHECK;

/* What stands behind the salt of a parcel's content, borrowed. False: there is not even a salt. */
bool plm_parcel_unsalt(plm_span *body, plm_span content);

/* The batch in a parcel's content; slots borrow from it. PLM_E_PROTOCOL. */
plm_status plm_parcel_open_batch(plm_batch_head *head, plm_span *slots,
                                 plm_span content) PLM_MUST_CHECK;

/* PLM_E_PROTOCOL. */
plm_status plm_chunk_meta_read(plm_span meta, uint8_t step_id[static PLM_HASH_BYTES],
                               uint32_t *number) PLM_MUST_CHECK;

#endif
