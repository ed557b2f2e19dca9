/* SPDX-License-Identifier: Apache-2.0 */
#include "match/order.h"

#include "base/big.h"
#include "match/coded.h"

#include <stdlib.h>

enum {
    BUCKETS_MAX = 1 << 10, /* each end of one is a line of a cache that is written to */
    BUCKET_VALUES = 1 << 12,
    SLOT_VALUES_MAX = 24 /* more of them are no accident */
};

/* One piece of memory: starts, and the index; and another: work, its index, slots. */
static size_t table_bytes(const plm_buckets *b)
{
    return (b->n_buckets + 1 + (b->with_index ? b->n : 0)) * sizeof(uint32_t);
}

static size_t work_bytes(const plm_buckets *b)
{
    return b->capacity * (sizeof(plm_block) + sizeof(uint32_t)) +
           (b->n_slots + 1) * sizeof(uint32_t);
}

void plm_buckets_wipe(plm_buckets *b)
{
    if (!b->is_borrowed) {
        plm_big_destroy(b->values, b->n * sizeof *b->values);
    }
    plm_big_destroy(b->starts, table_bytes(b));
    plm_big_destroy(b->work, work_bytes(b));
    *b = (plm_buckets){0};
}

static plm_status allocate(plm_buckets *b, bool with_index, plm_block *memory)
{
    b->with_index = with_index;
    b->is_borrowed = memory != NULL;
    b->values = memory != NULL ? memory : (plm_block *)plm_big_create(b->n * sizeof *b->values);
    b->starts = (uint32_t *)plm_big_create(table_bytes(b));
    if (b->values == NULL || b->starts == NULL) {
        plm_buckets_wipe(b);
        return PLM_E_NOMEM;
    }
    b->index = with_index ? b->starts + b->n_buckets + 1 : NULL;
    return PLM_OK;
}

static plm_status allocate_work(plm_buckets *b)
{
    b->n_slots = 1;
    b->slot_shift = b->shift;
    while (b->n_slots < b->n / b->n_buckets) {
        b->n_slots *= 2;
        b->slot_shift--;
    }
    b->slot_shift %= 64; /* of 64, with one slot, no bit is taken */
    for (size_t k = 0; k < b->n_buckets; k++) {
        size_t n = b->starts[k + 1] - b->starts[k];
        b->capacity = n > b->capacity ? n : b->capacity;
    }
    b->work = (plm_block *)plm_big_create(work_bytes(b));
    if (b->work == NULL) {
        plm_buckets_wipe(b);
        return PLM_E_NOMEM;
    }
    b->work_index = (uint32_t *)(b->work + b->capacity);
    b->slots = b->work_index + b->capacity;
    b->current = b->n_buckets;
    return PLM_OK;
}

static inline size_t bucket_of(const plm_buckets *b, plm_block value)
{
    return b->shift == 64 ? 0 : (size_t)(value[1] >> b->shift);
}

/* Numbers of what is counted in next[0 .. n), which become where each begins. */
static void add_up(uint32_t *next, size_t n)
{
    uint32_t at = 0;
    for (size_t k = 0; k < n; k++) {
        uint32_t count = next[k];
        next[k] = at;
        at += count;
    }
}

plm_status plm_buckets_init(plm_buckets *b, const plm_block *values, const uint32_t *index,
                            size_t n, plm_block *memory)
{
    *b = (plm_buckets){.n = n, .n_buckets = 1, .shift = 64};
    while (b->n_buckets < BUCKETS_MAX && b->n_buckets * BUCKET_VALUES < n) {
        b->n_buckets *= 2;
        b->shift--;
    }
    plm_status status = allocate(b, index != NULL, memory);
    if (status != PLM_OK) {
        return status;
    }
    /* starts[k + 1] counts bucket k, then runs from its start to its end. */
    uint32_t *next = b->starts + 1;
    for (size_t i = 0; i < n; i++) {
        next[bucket_of(b, values[i])]++;
    }
    add_up(next, b->n_buckets);
    for (size_t i = 0; i < n; i++) {
        uint32_t to = next[bucket_of(b, values[i])]++;
        b->values[to] = values[i];
        if (index != NULL) {
            b->index[to] = index[i];
        }
    }
    return allocate_work(b);
}

/* Of a value of the bucket in work, by the bits below the bucket's own. */
static inline size_t slot_of(const plm_buckets *b, plm_block value)
{
    return (size_t)(value[1] >> b->slot_shift) & (b->n_slots - 1);
}

/* A bucket into work, slot by slot; gives how many the fullest slot has. */
static uint32_t part(plm_buckets *b, size_t bucket)
{
    const size_t first = b->starts[bucket];
    const size_t n = b->starts[bucket + 1] - first;
    const plm_block *values = b->values + first;
    const uint32_t *index = b->index != NULL ? b->index + first : NULL;
    plm_block *work = b->work;
    uint32_t *work_index = b->work_index;
    uint32_t *next = b->slots + 1;
    uint32_t most = 0;
    memset(b->slots, 0, (b->n_slots + 1) * sizeof *b->slots);
    for (size_t i = 0; i < n; i++) {
        uint32_t count = ++next[slot_of(b, values[i])];
        most = count > most ? count : most;
    }
    add_up(next, b->n_slots);
    for (size_t i = 0; i < n; i++) {
        uint32_t to = next[slot_of(b, values[i])]++;
        work[to] = values[i];
        work_index[to] = index != NULL ? index[i] : 0;
    }
    b->current = bucket;
    return most;
}

/* By insertion: values are nearly sorted. */
static void insert_all(plm_block *v, uint32_t *index, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        plm_block value = v[i];
        uint32_t belongs = index[i];
        size_t k = i;
        for (; k > 0 && plm_value_less(value, v[k - 1]); k--) {
            v[k] = v[k - 1];
            index[k] = index[k - 1];
        }
        v[k] = value;
        index[k] = belongs;
    }
}

typedef struct pair {
    plm_block value;
    uint32_t index;
} pair;

static int compare_pairs(const void *a, const void *b)
{
    const pair *x = (const pair *)a;
    const pair *y = (const pair *)b;
    return plm_value_less(x->value, y->value) ? -1 : plm_value_less(y->value, x->value);
}

/* Values that are not spread evenly: any order at all, in n log n. */
static plm_status sort_many(plm_block *v, uint32_t *index, size_t n)
{
    pair *pairs = (pair *)plm_big_create(n * sizeof *pairs);
    if (pairs == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        pairs[i] = (pair){v[i], index[i]};
    }
    qsort(pairs, n, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < n; i++) {
        v[i] = pairs[i].value;
        index[i] = pairs[i].index;
    }
    plm_big_destroy(pairs, n * sizeof *pairs);
    return PLM_OK;
}

plm_status plm_buckets_sort(plm_buckets *b, size_t bucket, plm_sorted *out)
{
    size_t n = b->starts[bucket + 1] - b->starts[bucket];
    bool is_uneven = part(b, bucket) > SLOT_VALUES_MAX;
    b->current = b->n_buckets; /* work is no more in slots */
    if (is_uneven) {
        plm_status status = sort_many(b->work, b->work_index, n);
        if (status != PLM_OK) {
            return status;
        }
    } else {
        insert_all(b->work, b->work_index, n);
    }
    uint64_t n_equal = 0;
    for (size_t i = 1; i < n; i++) {
        n_equal += plm_block_equal(b->work[i - 1], b->work[i]);
    }
    *out = (plm_sorted){b->work, b->work_index, n};
    return n_equal > 0 ? PLM_E_EXISTS : PLM_OK;
}

size_t plm_buckets_find(plm_buckets *b, const plm_block *values, size_t n, plm_found *out)
{
    const plm_block *work = b->work;
    const uint32_t *slots = b->slots;
    size_t n_found = 0;
    for (size_t i = 0; i < n; i++) {
        plm_block value = values[i];
        size_t bucket = bucket_of(b, value);
        if (bucket != b->current) {
            (void)part(b, bucket);
        }
        size_t slot = slot_of(b, value);
        for (size_t k = slots[slot]; k < slots[slot + 1]; k++) {
            if (work[k][1] == value[1] && work[k][0] == value[0]) {
                out[n_found++] = (plm_found){(uint32_t)i, b->work_index[k]};
                break;
            }
        }
    }
    return n_found;
}
