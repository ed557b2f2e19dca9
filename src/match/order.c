/* SPDX-License-Identifier: Apache-2.0 */
#include "match/order.h"

#include "base/big.h"
#include "match/coded.h"

#include <stdlib.h>

enum {
    BUCKETS_MAX = 1 << 24,
    INSERTION_MAX = 24, /* values; more are parted once more */
    PARTS = 256
};

void plm_buckets_wipe(plm_buckets *b)
{
    if (!b->is_borrowed) {
        plm_big_destroy(b->values, b->n * sizeof *b->values);
    }
    plm_big_destroy(b->index, b->n * sizeof *b->index);
    plm_big_destroy(b->starts, (b->n_buckets + 1) * sizeof *b->starts);
    *b = (plm_buckets){0};
}

static plm_status allocate(plm_buckets *b, bool with_index, plm_block *memory)
{
    b->is_borrowed = memory != NULL;
    b->values = memory != NULL ? memory : (plm_block *)plm_big_create(b->n * sizeof *b->values);
    b->starts = (uint32_t *)plm_big_create((b->n_buckets + 1) * sizeof *b->starts);
    b->index = with_index ? (uint32_t *)plm_big_create(b->n * sizeof *b->index) : NULL;
    if (b->values == NULL || b->starts == NULL || (with_index && b->index == NULL)) {
        plm_buckets_wipe(b);
        return PLM_E_NOMEM;
    }
    return PLM_OK;
}

plm_status plm_buckets_init(plm_buckets *b, const plm_block *values, const uint32_t *index,
                            size_t n, size_t each, plm_block *memory)
{
    *b = (plm_buckets){.n = n, .n_buckets = 1, .shift = 64};
    while (b->n_buckets < BUCKETS_MAX && b->n_buckets * each < n) {
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
        next[plm_buckets_of(b, values[i])]++;
    }
    uint32_t at = 0;
    for (size_t k = 0; k < b->n_buckets; k++) {
        uint32_t count = next[k];
        next[k] = at;
        at += count;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t to = next[plm_buckets_of(b, values[i])]++;
        b->values[to] = values[i];
        if (index != NULL) {
            b->index[to] = index[i];
        }
    }
    return PLM_OK;
}

/* By insertion: for ranges that are short, or nearly sorted. */
static void insert_all(plm_block *v, uint32_t *index, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        plm_block value = v[i];
        uint32_t belongs = index != NULL ? index[i] : 0;
        size_t k = i;
        for (; k > 0 && plm_value_less(value, v[k - 1]); k--) {
            v[k] = v[k - 1];
            if (index != NULL) {
                index[k] = index[k - 1];
            }
        }
        v[k] = value;
        if (index != NULL) {
            index[k] = belongs;
        }
    }
}

typedef struct scratch {
    plm_block values[1024];
    uint32_t index[1024];
    uint16_t next[PARTS + 1];
} scratch;

/* Parts by the eight bits below the bucket's own, into about one value each. */
static void part_again(plm_block *v, uint32_t *index, size_t n, unsigned shift)
{
    scratch s;
    memset(s.next, 0, sizeof s.next);
    for (size_t i = 0; i < n; i++) {
        s.next[((v[i][1] >> shift) & (PARTS - 1)) + 1]++;
    }
    for (size_t k = 0; k < PARTS; k++) {
        s.next[k + 1] = (uint16_t)(s.next[k + 1] + s.next[k]);
    }
    for (size_t i = 0; i < n; i++) {
        uint16_t to = s.next[(v[i][1] >> shift) & (PARTS - 1)]++;
        s.values[to] = v[i];
        s.index[to] = index != NULL ? index[i] : 0;
    }
    memcpy(v, s.values, n * sizeof *v);
    if (index != NULL) {
        memcpy(index, s.index, n * sizeof *index);
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
        pairs[i] = (pair){v[i], index != NULL ? index[i] : 0};
    }
    qsort(pairs, n, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < n; i++) {
        v[i] = pairs[i].value;
        if (index != NULL) {
            index[i] = pairs[i].index;
        }
    }
    plm_big_destroy(pairs, n * sizeof *pairs);
    return PLM_OK;
}

plm_status plm_buckets_sort(plm_buckets *b, size_t bucket)
{
    size_t first = b->starts[bucket];
    size_t n = b->starts[bucket + 1] - first;
    plm_block *v = b->values + first;
    uint32_t *index = b->index != NULL ? b->index + first : NULL;
    if (n > sizeof((scratch *)0)->values / sizeof *v || (n > INSERTION_MAX && b->shift < 8)) {
        plm_status status = sort_many(v, index, n);
        if (status != PLM_OK) {
            return status;
        }
    } else {
        if (n > INSERTION_MAX) {
            part_again(v, index, n, b->shift - 8);
        }
        insert_all(v, index, n);
    }
    for (size_t i = 1; i < n; i++) {
        if (plm_block_equal(v[i - 1], v[i])) {
            return PLM_E_EXISTS;
        }
    }
    return PLM_OK;
}

size_t plm_buckets_find(const plm_buckets *b, plm_block value)
{
    size_t k = plm_buckets_of(b, value);
    for (size_t i = b->starts[k]; i < b->starts[k + 1]; i++) {
        if (b->values[i][1] == value[1] && b->values[i][0] == value[0]) {
            return i;
        }
    }
    return SIZE_MAX;
}
