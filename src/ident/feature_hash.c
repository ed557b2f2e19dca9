/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/feature_hash.h"

#include "crypto/kernel.h"

#include <string.h>

_Static_assert(PLM_FEATURE_TEXT_MAX <= UINT16_MAX, "a text's length has two bytes");

/* What a feature's chain begins with. Its length is in front, so no text continues another. */
static plm_block start_of(const plm_feature *f)
{
    uint8_t bytes[PLM_BLOCK_BYTES] = {f->kind, f->type, 0,   0,   'p', 'a', 'l', 'e',
                                      'r',     'm',     'o', ' ', 'f', 'e', 'a', 't'};
    plm_store_u16(bytes + 2, (uint16_t)f->text.n);
    return plm_block_load(bytes);
}

/* Bytes at ... at + 15 of the text, zeros behind its end. */
static plm_block part_of(plm_span text, size_t at)
{
    uint8_t bytes[PLM_BLOCK_BYTES] = {0};
    const size_t n = text.n - at < sizeof bytes ? text.n - at : sizeof bytes;
    if (n > 0) {
        memcpy(bytes, text.p + at, n);
    }
    return plm_block_load(bytes);
}

void plm_feature_hashes(plm_block *out, plm_block *keys, const plm_features *features)
{
    const plm_kernels *kernels = plm_kernels_best();
    for (size_t i = 0; i < features->n; i++) {
        out[i] = start_of(&features->items[i]);
        keys[i] = part_of(features->items[i].text, 0);
    }
    kernels->davies_meyer(out, keys, out, features->n);
    for (size_t i = 0; i < features->n; i++) {
        const plm_span text = features->items[i].text;
        for (size_t at = PLM_BLOCK_BYTES; at < text.n; at += PLM_BLOCK_BYTES) {
            const plm_block part = part_of(text, at);
            kernels->davies_meyer(&out[i], &part, &out[i], 1);
        }
    }
}

void plm_feature_chains(plm_block *chains, const plm_block *hashes, size_t n)
{
    plm_kernels_best()->davies_meyer(chains, hashes, chains, n);
}
