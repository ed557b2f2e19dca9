/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_answer.h"

#include "store/lookups.h"

#include <string.h>

enum {
    HOUR_MS = 3600000,
    BLOCK = 16384,    /* evaluations charged at once, at most: each time the disk is waited for */
    BLOCK_SHARE = 16, /* and no more than this part of what is left */
    NOTE_EVERY_MS = 30000 /* so that who watches sees what goes on */
};

static plm_lookup_usage key_of(const plm_lookup_budget *b)
{
    plm_lookup_usage key = {.peer = b->peer, .purpose = b->purpose, .hour = b->hour};
    memcpy(key.accord_hash, b->accord_hash, sizeof key.accord_hash);
    return key;
}

static plm_status note(plm_lookup_budget *b, uint64_t unused)
{
    plm_lookup_usage key = key_of(b);
    key.refused = b->refused;
    key.batches = b->batches;
    if (unused + b->refused + b->batches == 0) {
        return PLM_OK;
    }
    plm_status status = plm_store_lookup_note(b->store, &key, unused);
    if (status == PLM_OK) {
        b->refused = 0;
        b->batches = 0;
    }
    return status;
}

plm_status plm_lookup_budget_close(plm_lookup_budget *b)
{
    plm_status status = note(b, b->block);
    if (status == PLM_OK) {
        b->block = 0;
    }
    return status;
}

plm_status plm_lookup_budget_left(const plm_lookup_budget *b, uint64_t per_hour, int64_t now_ms,
                                  uint64_t *left)
{
    uint64_t charged;
    plm_status status = plm_store_lookup_charged(b->store, b->peer, b->accord_hash, b->purpose,
                                                 now_ms / HOUR_MS, &charged);
    const uint64_t block = b->hour == now_ms / HOUR_MS ? b->block : 0;
    *left = block + (charged < per_hour ? per_hour - charged : 0);
    return status;
}

/* A block that has room for n; smaller and smaller ones towards the end, so that two connections
 * can both use all of it. */
static plm_status take_block(plm_lookup_budget *b, uint64_t n, uint64_t per_hour)
{
    uint64_t charged;
    plm_lookup_usage key = key_of(b);
    plm_status status =
        plm_store_lookup_charged(b->store, b->peer, b->accord_hash, b->purpose, b->hour, &charged);
    if (status != PLM_OK) {
        return status;
    }
    const uint64_t left = charged < per_hour ? per_hour - charged : 0;
    uint64_t more = left / BLOCK_SHARE < BLOCK ? left / BLOCK_SHARE : BLOCK;
    if (more < n - b->block) {
        more = n - b->block;
    }
    status = plm_store_lookup_charge(b->store, &key, more, per_hour);
    if (status == PLM_OK) {
        b->block += more;
    }
    return status;
}

plm_status plm_lookup_budget_take(plm_lookup_budget *b, uint64_t n, uint64_t per_hour,
                                  int64_t now_ms)
{
    plm_status status = PLM_OK;
    if (b->hour != now_ms / HOUR_MS) {
        status = plm_lookup_budget_close(b); /* of the hour before */
        b->hour = now_ms / HOUR_MS;
    } else if (now_ms - b->noted_ms > NOTE_EVERY_MS) {
        status = note(b, 0);
        b->noted_ms = now_ms;
    }
    if (status == PLM_OK && b->block < n) {
        status = take_block(b, n, per_hour);
    }
    if (status == PLM_E_LIMIT) {
        b->refused += n;
    } else if (status == PLM_OK) {
        b->block -= n;
        b->batches++;
    }
    return status;
}
