/* SPDX-License-Identifier: Apache-2.0 */
#include "match/sorter.h"

#include <stdlib.h>
#include <string.h>

enum {
    SMALL = 4096, /* a range that qsort sorts at once */
    N_BITS = 8 * PLM_VALUE_BYTES
};

void plm_sorter_init(plm_sorter *sorter, void *base, size_t n, size_t element_bytes)
{
    sorter->base = (uint8_t *)base;
    sorter->element_bytes = element_bytes;
    sorter->n_ranges = n > 1 ? 1 : 0;
    sorter->ranges[0].first = 0;
    sorter->ranges[0].n = n;
    sorter->ranges[0].bit = 0;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, PLM_VALUE_BYTES);
}

static void swap(uint8_t *a, uint8_t *b, size_t n)
{
    uint8_t t[PLM_SORTER_ELEMENT_MAX];
    memcpy(t, a, n);
    memcpy(a, b, n);
    memcpy(b, t, n);
}

/* Elements with a 0 at `bit` to the front; how many they are. */
static size_t part(uint8_t *p, size_t n, size_t element_bytes, unsigned bit)
{
    const size_t byte = bit / 8;
    const uint8_t mask = (uint8_t)(0x80U >> (bit % 8));
    size_t n_zeroes = 0;
    size_t end = n; /* from here on all have a 1 */
    while (n_zeroes < end) {
        uint8_t *at = p + n_zeroes * element_bytes;
        if ((at[byte] & mask) == 0) {
            n_zeroes++;
        } else {
            end--;
            swap(at, p + end * element_bytes, element_bytes);
        }
    }
    return n_zeroes;
}

static void push(plm_sorter *sorter, size_t first, size_t n, unsigned bit)
{
    if (n > 1) {
        sorter->ranges[sorter->n_ranges].first = first;
        sorter->ranges[sorter->n_ranges].n = n;
        sorter->ranges[sorter->n_ranges].bit = bit;
        sorter->n_ranges++;
    }
}

bool plm_sorter_step(plm_sorter *sorter, size_t budget)
{
    while (sorter->n_ranges > 0 && budget > 0) {
        sorter->n_ranges--;
        size_t first = sorter->ranges[sorter->n_ranges].first;
        size_t n = sorter->ranges[sorter->n_ranges].n;
        unsigned bit = sorter->ranges[sorter->n_ranges].bit;
        uint8_t *p = sorter->base + first * sorter->element_bytes;
        if (n <= SMALL) {
            qsort(p, n, sorter->element_bytes, compare);
        } else if (bit < N_BITS) {
            size_t n_zeroes = part(p, n, sorter->element_bytes, bit);
            push(sorter, first + n_zeroes, n - n_zeroes, bit + 1);
            push(sorter, first, n_zeroes, bit + 1);
        }
        /* else: more than SMALL times the same value */
        budget -= n < budget ? n : budget;
    }
    return sorter->n_ranges == 0;
}
