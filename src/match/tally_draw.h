/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_draw.h - uniform numbers below a bound, from the system's generator: for shuffles and
 * noise.
 */
#ifndef PLM_MATCH_TALLY_DRAW_H
#define PLM_MATCH_TALLY_DRAW_H

#include <stdint.h>

enum {
    PLM_DRAW_WORDS = 128
};

/* Random words drawn ahead. Zeroed before its first use; wiped with plm_wipe after the last. */
typedef struct plm_draw {
    uint32_t words[PLM_DRAW_WORDS]; /* SECRET */
    uint32_t left;
} plm_draw;

/*
 * A number from 0 to bound - 1, exactly uniform (Lemire, Fast random integer generation in an
 * interval, ACM TOMACS 29(1), 2019, algorithm 5). bound: not 0; not secret.
 */
uint32_t plm_draw_below(plm_draw *draw, uint32_t bound);

#endif
