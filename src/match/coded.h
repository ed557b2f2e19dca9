/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coded.h - the sender's outputs on the wire: sorted, and each told by what it is more than the one
 * before. The order then says nothing of the set, and about log2(n) - 1.6 bits a value are saved.
 *
 * A value is an integer of 8 value_bytes bits, kept in the upper end of a block. Of n values spread
 * evenly, the upper part differs little from one to the next:
 *
 *     | upper part: H bits | low_bytes bytes |         8 low_bytes + rice = 8 value_bytes -
 * ceil(log2 n)
 *
 *     chunk of k values:   | k times low_bytes bytes | bits of k differences of upper parts |
 *     a difference d:      d >> rice times bit 1, bit 0, then the low `rice` bits of d, lowest
 * first
 *
 * Bits fill bytes from the lowest up; the last byte's rest is zero. (Rice, 1979; the split is that
 * of Elias and Fano, so that the bulk is copied as bytes.)
 */
#ifndef PLM_MATCH_CODED_H
#define PLM_MATCH_CODED_H

#include "base/bytes.h"
#include "crypto/block.h"

typedef struct plm_coding {
    unsigned value_bytes; /* 1 to 16 */
    unsigned low_bytes;
    unsigned rice;
} plm_coding;

/* For n values (the padded number) of value_bytes. */
plm_coding plm_coding_of(size_t n, unsigned value_bytes);

/* One bits that the differences of all values of a run can have before their zero, at most. */
static inline uint64_t plm_coding_ones_max(const plm_coding *c)
{
    unsigned upper_bits = 8 * (c->value_bytes - c->low_bytes);
    return upper_bits == 0 ? 0 : UINT64_MAX >> (64 - upper_bits) >> c->rice;
}

/* The low value_bytes of an output, moved to the upper end of the block. */
static inline plm_block plm_coding_value(plm_block output, unsigned value_bytes)
{
    uint64_t low = output[0];
    uint64_t high = output[1];
    unsigned shift = 8 * (16 - value_bytes);
    if (shift >= 64) {
        return plm_block_of(0, shift == 64 ? low : low << (shift - 64));
    }
    if (shift == 0) {
        return output;
    }
    return plm_block_of(low << shift, high << shift | low >> (64 - shift));
}

/* a < b, as integers. */
static inline int plm_value_less(plm_block a, plm_block b)
{
    return a[1] < b[1] || (a[1] == b[1] && a[0] < b[0]);
}

/* Room that writing a chunk of these k values behind `previous` needs: more than its bytes. */
size_t plm_coding_bytes_max(const plm_coding *c, const plm_block *values, size_t k,
                            plm_block previous);

/*
 * Writes k ascending values; *previous is the value before (zero at first) and becomes the last.
 * Gives the number of bytes. out has plm_coding_bytes_max, all of which may be overwritten.
 */
size_t plm_coding_write(const plm_coding *c, const plm_block *values, size_t k, plm_block *previous,
                        uint8_t *out);
/*
 * Reads k values, and takes exactly their bytes off r. is_first: there is none before.
 * PLM_E_PROTOCOL: too short, not ascending strictly, beyond the largest value, or bits left over in
 * the last byte; r and values are of no use then, *previous is unchanged.
 */
plm_status plm_coding_read(const plm_coding *c, plm_reader *r, size_t k, plm_block *previous,
                           bool is_first, plm_block *values) PLM_MUST_CHECK;

#endif
