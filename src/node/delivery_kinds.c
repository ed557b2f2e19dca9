/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_kinds.c - what is done with each kind of parcel.
 */
#include "node/lookup_notice.h"
#include "node/release.h"
#include "node/request.h"
#include "node/tally.h"

static const plm_parcel_handler handlers[] = {
    {PLM_PARCEL_TRANSITION, plm_request_take_transition},
    {PLM_PARCEL_CHUNK, plm_request_take_chunk},
    {PLM_PARCEL_BATCH, plm_release_take_batch},
    {PLM_PARCEL_TALLY, plm_tally_take_step},
    {PLM_PARCEL_LIST, plm_tally_take_piece},
    {PLM_PARCEL_NOTICE, plm_lookup_notice_take},
};

const plm_parcel_handler *plm_parcel_handler_find(uint8_t kind)
{
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        if (handlers[i].kind == kind) {
            return &handlers[i];
        }
    }
    return NULL;
}
