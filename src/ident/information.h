/* SPDX-License-Identifier: Apache-2.0 */
/*
 * information.h - information content in fixed point, so that two parties get the same bits.
 *
 * A value that a share f of the persons have carries -log2(f) bits. Both sides decide by it which
 * combinations become tokens: a rounding that differs between machines would lose matches without a
 * word. So nothing here is floating point. Unit: 1/256 bit.
 */
#ifndef PLM_IDENT_INFORMATION_H
#define PLM_IDENT_INFORMATION_H

#include <stdint.h>

typedef int32_t plm_bits; /* in 1/256 bit */

enum {
    PLM_BIT = 256 /* one bit */
};

/* floor(256 * log2(v)); 0 for v = 0. The binary digits of the logarithm by repeated squaring. */
plm_bits plm_bits_log2(uint64_t v);

static inline double plm_bits_value(plm_bits bits)
{
    return (double)bits / PLM_BIT;
}

#endif
