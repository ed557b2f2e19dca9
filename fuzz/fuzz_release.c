/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch of released hits, and each of its slots: what is taken must encode to the same bytes
 * again, with nothing left out; the input is what follows the salt in a parcel.
 */
#include "fuzz.h"
#include "release/batch.h"

#include <stdlib.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* The slot alone in a batch of one. */
static void same_slot(const plm_batch_head *head, const plm_batch_slot *slot, bool is_empty,
                      plm_span bytes)
{
    plm_batch_head one = *head;
    uint64_t n_cut = 0;
    plm_buf again;
    one.n_slots = 1;
    plm_buf_init(&again, plm_batch_bytes(1));
    require(plm_batch_encode(&again, &one, slot, is_empty ? 0 : 1, &n_cut) == PLM_OK);
    require(n_cut == 0 && again.n == plm_batch_bytes(1));
    require(plm_span_equal(plm_span_of(again.data + PLM_BATCH_HEAD_BYTES, PLM_SLOT_BYTES), bytes));
    plm_buf_wipe(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plm_batch_head head;
    plm_span slots;
    plm_status status = plm_batch_decode(&head, &slots, plm_span_of(data, size));
    require(status == PLM_OK || status == PLM_E_PROTOCOL);
    if (status != PLM_OK) {
        return 0;
    }
    require(size == plm_batch_bytes(head.n_slots));
    require(slots.n == (size_t)head.n_slots * PLM_SLOT_BYTES);
    for (size_t i = 0; i < head.n_slots; i++) {
        plm_batch_slot slot;
        bool is_empty;
        status = plm_slot_decode(&slot, &is_empty, slots, i);
        require(status == PLM_OK || status == PLM_E_PROTOCOL);
        if (status == PLM_OK) {
            same_slot(&head, &slot, is_empty,
                      plm_span_of(slots.p + i * PLM_SLOT_BYTES, PLM_SLOT_BYTES));
        }
    }
    return 0;
}
