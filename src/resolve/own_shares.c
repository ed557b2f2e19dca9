/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/own_shares.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* The table says as much as so many records of the list. */
#define TABLE_RECORDS 1000.0

/* A value, by its hash alone. */
typedef struct slot {
    uint64_t key;   /* 0: free */
    uint32_t count; /* records that have it */
    uint32_t last;  /* the last of them, from 1 */
} slot;

struct plm_own_shares {
    uint8_t hash_key[crypto_shorthash_KEYBYTES]; /* values are chosen by whoever writes records */
    uint64_t step;                               /* between records that are counted */
    uint32_t n_of_type[PLM_IDENT_TYPE_COUNT];    /* counted records that have a value of it */
    slot *slots;                                 /* a power of two of them, at most half taken */
    size_t n_slots;
    size_t n_taken;
};

static slot *find(slot *slots, size_t n_slots, uint64_t key)
{
    size_t at = (size_t)(key >> 20) & (n_slots - 1);
    while (slots[at].key != 0 && slots[at].key != key) {
        at = (at + 1) & (n_slots - 1);
    }
    return &slots[at];
}

static plm_status grow(plm_own_shares *s)
{
    const size_t n = s->n_slots == 0 ? 4096 : 2 * s->n_slots;
    slot *slots = (slot *)calloc(n, sizeof *slots);
    if (slots == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < s->n_slots; i++) {
        if (s->slots[i].key != 0) {
            *find(slots, n, s->slots[i].key) = s->slots[i];
        }
    }
    free(s->slots);
    s->slots = slots;
    s->n_slots = n;
    return PLM_OK;
}

plm_status plm_own_shares_create(plm_own_shares **out, uint64_t n_records)
{
    plm_own_shares *s = (plm_own_shares *)calloc(1, sizeof *s);
    *out = s;
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    randombytes_buf(s->hash_key, sizeof s->hash_key);
    s->step = (n_records + PLM_OWN_SHARES_SAMPLE - 1) / PLM_OWN_SHARES_SAMPLE;
    s->step = s->step == 0 ? 1 : s->step;
    plm_status status = grow(s);
    if (status != PLM_OK) {
        plm_own_shares_destroy(s);
        *out = NULL;
    }
    return status;
}

void plm_own_shares_destroy(plm_own_shares *shares)
{
    if (shares != NULL) {
        free(shares->slots);
        free(shares);
    }
}

bool plm_own_shares_wants(const plm_own_shares *shares, uint64_t i)
{
    return i % shares->step == 0;
}

static uint64_t key_of(const plm_own_shares *s, const plm_feature *f)
{
    uint8_t hash[crypto_shorthash_BYTES];
    uint64_t key;
    (void)crypto_shorthash(hash, f->text.p, f->text.n, s->hash_key);
    memcpy(&key, hash, sizeof key);
    return (key + ((uint64_t)f->kind << 8 | f->type) * 0x9e3779b97f4a7c15U) | 1U;
}

plm_status plm_own_shares_add(plm_own_shares *s, uint64_t i, const plm_features *features)
{
    bool has[PLM_IDENT_TYPE_COUNT] = {false};
    const uint32_t number = (uint32_t)(i / s->step) + 1;
    plm_status status = PLM_OK;
    for (size_t j = 0; status == PLM_OK && j < features->n; j++) {
        const plm_feature *f = &features->items[j];
        const uint64_t key = key_of(s, f);
        slot *found = find(s->slots, s->n_slots, key);
        if (found->last == number) {
            continue;
        }
        has[f->type] = true;
        s->n_taken += found->key == 0;
        *found = (slot){key, found->count + 1, number};
        if (2 * s->n_taken >= s->n_slots) {
            status = grow(s);
        }
    }
    for (size_t type = 0; type < PLM_IDENT_TYPE_COUNT; type++) {
        s->n_of_type[type] += has[type];
    }
    return status;
}

void plm_own_shares_lower(const plm_own_shares *s, uint64_t i, plm_features *features)
{
    const uint32_t self = plm_own_shares_wants(s, i);
    for (size_t j = 0; j < features->n; j++) {
        plm_feature *f = &features->items[j];
        const slot *found = find(s->slots, s->n_slots, key_of(s, f));
        if (found->count <= self) {
            continue; /* nobody else has it */
        }
        const double table = exp2(-plm_bits_value(f->bits));
        const double others = s->n_of_type[f->type] - self;
        const double share =
            (found->count - self + TABLE_RECORDS * table) / (others + TABLE_RECORDS);
        if (share > table) {
            f->bits = (plm_bits)lround(-log2(share) * PLM_BIT);
        }
    }
}
