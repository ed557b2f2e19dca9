/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_join.h - records that have a token in common, joined: a map from tokens (or pseudonyms) to
 * the record that had each last, and the connected components of records (union-find; Tarjan,
 * Efficiency of a good but not linear set union algorithm, J. ACM 22(2), 1975).
 *
 * The map places what it is given by SipHash-2-4 with 128 bits of output under a key of its own
 * that nobody else knows, and keeps that output only: who chooses tokens can't choose places, and
 * two that differ are taken for equal with probability of about 2^-128 for each pair.
 * Nothing here is constant time: places in memory depend on that key and on what is looked up. None
 * of it is for others to see.
 */
#ifndef PLM_MATCH_TALLY_JOIN_H
#define PLM_MATCH_TALLY_JOIN_H

#include "base/bytes.h"

enum {
    PLM_MAP_KEY_BYTES = 16
};

#define PLM_MAP_NONE UINT32_MAX

typedef struct plm_map_slot {
    uint64_t print[2];
    uint32_t value; /* plus one; 0: the slot is free */
} plm_map_slot;

/* Open addressing, never more than half full. */
typedef struct plm_map {
    uint8_t key[PLM_MAP_KEY_BYTES]; /* SECRET */
    plm_map_slot *slots;
    size_t n_slots; /* a power of two */
    size_t n;
    size_t max;
} plm_map;

/* For `max` different entries at most. PLM_E_NOMEM. */
plm_status plm_map_init(plm_map *map, size_t max) PLM_MUST_CHECK;
void plm_map_wipe(plm_map *map);
/* The value kept for these bytes, or PLM_MAP_NONE. */
uint32_t plm_map_get(const plm_map *map, const uint8_t *bytes, size_t n);
/*
 * Keeps a value (below PLM_MAP_NONE) for these bytes: *before is the one that it replaces, or
 * PLM_MAP_NONE. PLM_E_LIMIT if `max` others are there.
 */
plm_status plm_map_put(plm_map *map, const uint8_t *bytes, size_t n, uint32_t value,
                       uint32_t *before) PLM_MUST_CHECK;

/*
 * Key and fingerprints, to go on with another time: key | n (u64) | n * fingerprint (16), in no
 * order that tells anything. SECRET, as long as the points are to be. PLM_E_NOMEM, PLM_E_LIMIT.
 */
plm_status plm_map_write(const plm_map *map, plm_buf *out) PLM_MUST_CHECK;
/* Into a map that plm_map_init made; each has the value 0. PLM_E_PROTOCOL: it is no such thing. */
plm_status plm_map_read(plm_map *map, plm_reader from) PLM_MUST_CHECK;

/* parent[i] = i for n records: each is a component of its own. */
void plm_join_init(uint32_t *parent, size_t n);
/* The component of a record: its lowest record. */
uint32_t plm_join_root(uint32_t *parent, uint32_t record);
void plm_join_unite(uint32_t *parent, uint32_t a, uint32_t b);

#endif
