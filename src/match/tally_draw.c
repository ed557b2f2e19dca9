/* SPDX-License-Identifier: Apache-2.0 */
#include "match/tally_draw.h"

#include "base/ct.h"
#include "crypto/sign.h"

static uint32_t next_word(plm_draw *draw)
{
    if (draw->left == 0) {
        plm_random(draw->words, sizeof draw->words);
        draw->left = PLM_DRAW_WORDS;
    }
    uint32_t *word = &draw->words[--draw->left];
    const uint32_t value = *word;
    plm_wipe(word, sizeof *word);
    return value;
}

uint32_t plm_draw_below(plm_draw *draw, uint32_t bound)
{
    const uint32_t reject = -bound % bound; /* 2^32 mod bound */
    uint64_t product;
    do {
        product = (uint64_t)next_word(draw) * bound;
    } while ((uint32_t)product < reject);
    return (uint32_t)(product >> 32);
}
