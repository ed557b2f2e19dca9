/* SPDX-License-Identifier: Apache-2.0 */
#include "register/idset.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SLOTS = 1024
};

void plm_idset_init(plm_idset *set)
{
    memset(set, 0, sizeof *set);
}

static void hash_id(uint32_t hash[4], plm_span id)
{
    (void)crypto_generichash((unsigned char *)hash, 16, id.p, id.n, NULL, 0);
}

/* The slot that holds the hash, or the empty one where it belongs; slots are never all used. */
static plm_idset_slot *slot_of(plm_idset_slot *slots, size_t n_slots, const uint32_t *hash)
{
    size_t i = (size_t)hash[0] & (n_slots - 1);
    while (slots[i].line != 0 && memcmp(slots[i].hash, hash, sizeof slots[i].hash) != 0) {
        i = (i + 1) & (n_slots - 1);
    }
    return &slots[i];
}

static plm_status grow(plm_idset *set)
{
    size_t n_slots = set->n_slots == 0 ? FIRST_SLOTS : set->n_slots * 2;
    if (n_slots > PLM_IDSET_SLOTS_MAX) {
        return PLM_E_LIMIT;
    }
    plm_idset_slot *slots = (plm_idset_slot *)calloc(n_slots, sizeof *slots);
    if (slots == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < set->n_slots; i++) {
        if (set->slots[i].line != 0) {
            *slot_of(slots, n_slots, set->slots[i].hash) = set->slots[i];
        }
    }
    free(set->slots);
    set->slots = slots;
    set->n_slots = n_slots;
    return PLM_OK;
}

plm_status plm_idset_add(plm_idset *set, plm_span id, uint64_t line, uint64_t *first_line)
{
    if (set->n_used >= set->n_slots / 4 * 3) {
        plm_status status = grow(set);
        if (status != PLM_OK) {
            return status;
        }
    }
    uint32_t hash[4];
    hash_id(hash, id);
    plm_idset_slot *slot = slot_of(set->slots, set->n_slots, hash);
    *first_line = slot->line;
    if (slot->line == 0) {
        memcpy(slot->hash, hash, sizeof slot->hash);
        slot->line = line < UINT32_MAX ? (uint32_t)line : UINT32_MAX;
        set->n_used++;
    }
    return PLM_OK;
}

uint64_t plm_idset_find(const plm_idset *set, plm_span id)
{
    if (set->n_slots == 0) {
        return 0;
    }
    uint32_t hash[4];
    hash_id(hash, id);
    return slot_of(set->slots, set->n_slots, hash)->line;
}

void plm_idset_wipe(plm_idset *set)
{
    free(set->slots);
    memset(set, 0, sizeof *set);
}
