/* SPDX-License-Identifier: Apache-2.0 */
#include "match/tally_join.h"

#include "base/ct.h"
#include "crypto/sign.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(PLM_MAP_KEY_BYTES == crypto_shorthash_siphashx24_KEYBYTES, "key");

plm_status plm_map_init(plm_map *map, size_t max)
{
    size_t n_slots = 2;
    *map = (plm_map){.max = max};
    while (n_slots / 2 < max) {
        if (plm_size_mul(n_slots, 2, &n_slots) < 0) {
            return PLM_E_NOMEM;
        }
    }
    map->slots = (plm_map_slot *)calloc(n_slots, sizeof *map->slots);
    if (map->slots == NULL) {
        return PLM_E_NOMEM;
    }
    map->n_slots = n_slots;
    plm_random(map->key, sizeof map->key);
    return PLM_OK;
}

void plm_map_wipe(plm_map *map)
{
    if (map->slots != NULL) {
        plm_wipe(map->slots, map->n_slots * sizeof *map->slots);
    }
    free(map->slots);
    plm_wipe(map, sizeof *map);
}

/* The slot that has this fingerprint, or the free one where it belongs. */
static plm_map_slot *place(const plm_map *map, const uint64_t print[2])
{
    size_t at = (size_t)print[0] & (map->n_slots - 1);
    while (map->slots[at].value != 0 &&
           (map->slots[at].print[0] != print[0] || map->slots[at].print[1] != print[1])) {
        at = (at + 1) & (map->n_slots - 1);
    }
    return &map->slots[at];
}

static plm_map_slot *find(const plm_map *map, const uint8_t *bytes, size_t n, uint64_t print[2])
{
    _Static_assert(crypto_shorthash_siphashx24_BYTES == 2 * sizeof *print, "fingerprint");
    (void)crypto_shorthash_siphashx24((unsigned char *)print, bytes, n, map->key);
    return place(map, print);
}

uint32_t plm_map_get(const plm_map *map, const uint8_t *bytes, size_t n)
{
    uint64_t print[2];
    return find(map, bytes, n, print)->value - 1; /* free: PLM_MAP_NONE */
}

plm_status plm_map_put(plm_map *map, const uint8_t *bytes, size_t n, uint32_t value,
                       uint32_t *before)
{
    uint64_t print[2];
    plm_map_slot *slot = find(map, bytes, n, print);
    if (slot->value == 0) {
        if (map->n == map->max) {
            return PLM_E_LIMIT;
        }
        map->n++;
        memcpy(slot->print, print, sizeof slot->print);
    }
    *before = slot->value - 1; /* free: PLM_MAP_NONE */
    slot->value = value + 1;
    return PLM_OK;
}

plm_status plm_map_write(const plm_map *map, plm_buf *out)
{
    plm_status status = plm_buf_append(out, map->key, sizeof map->key);
    status = status == PLM_OK ? plm_buf_append_u64(out, map->n) : status;
    for (size_t i = 0; status == PLM_OK && i < map->n_slots; i++) {
        if (map->slots[i].value != 0) {
            status = plm_buf_append(out, map->slots[i].print, sizeof map->slots[i].print);
        }
    }
    return status;
}

plm_status plm_map_read(plm_map *map, plm_reader from)
{
    uint64_t n;
    if (plm_rd_copy(&from, map->key, sizeof map->key) < 0 || plm_rd_u64(&from, &n) < 0 ||
        n > map->max) {
        return PLM_E_PROTOCOL;
    }
    for (; map->n < n; map->n++) {
        uint64_t print[2];
        if (plm_rd_copy(&from, print, sizeof print) < 0) {
            return PLM_E_PROTOCOL;
        }
        plm_map_slot *slot = place(map, print);
        if (slot->value != 0) {
            return PLM_E_PROTOCOL;
        }
        memcpy(slot->print, print, sizeof slot->print);
        slot->value = 1;
    }
    return plm_rd_end(&from) < 0 ? PLM_E_PROTOCOL : PLM_OK;
}

void plm_join_init(uint32_t *parent, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        parent[i] = (uint32_t)i;
    }
}

uint32_t plm_join_root(uint32_t *parent, uint32_t record)
{
    while (parent[record] != record) {
        parent[record] = parent[parent[record]]; /* path halving */
        record = parent[record];
    }
    return record;
}

void plm_join_unite(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = plm_join_root(parent, a);
    b = plm_join_root(parent, b);
    if (a < b) {
        parent[b] = a;
    } else {
        parent[a] = b;
    }
}
