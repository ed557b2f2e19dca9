/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorter.h - sorts an array by the 128-bit value at the head of each element, in bounded pieces and
 * in place, so that a machine stays responsive with any number of tokens.
 *
 * Radix exchange: a range is parted by one bit, then both halves by the next one, until a range is
 * small enough for qsort. The values are outputs of a pseudorandom function, so that the halves are
 * about equal; with any other values it is still right, and at most 128 passes deep.
 *
 *   bit 0:  0 0 0 0 0 0 0 0 | 1 1 1 1 1 1 1 1       waiting: one range of each depth at most,
 *   bit 1:  0 0 0 0 | 1 1 1 1                        and the one that is parted next
 *   bit 2:  ....
 */
#ifndef PLM_MATCH_SORTER_H
#define PLM_MATCH_SORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PLM_VALUE_BYTES = 16, /* of an output: kappa = 128 bits */
    PLM_SORTER_ELEMENT_MAX = 32
};

typedef struct plm_sorter {
    uint8_t *base;
    size_t element_bytes;
    size_t n_ranges;
    struct {
        size_t first;
        size_t n;
        unsigned bit; /* all values of the range agree in the bits before it */
    } ranges[8 * PLM_VALUE_BYTES + 2];
} plm_sorter;

/*
 * base: n elements of element_bytes (PLM_VALUE_BYTES to PLM_SORTER_ELEMENT_MAX), borrowed until
 * the sorter is no longer used; NULL if n is 0.
 */
void plm_sorter_init(plm_sorter *sorter, void *base, size_t n, size_t element_bytes);
/* Moves about `budget` elements; true once the array is ascending, as bytes. */
bool plm_sorter_step(plm_sorter *sorter, size_t budget);

#endif
