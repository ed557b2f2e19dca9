/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/name_keys.h"

#include <string.h>

static int compare(plm_span a, plm_span b)
{
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

/* By bytes. Insertion: names have few words. */
static void sort(plm_span *words, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        plm_span word = words[i];
        size_t at = i;
        for (; at > 0 && compare(words[at - 1], word) > 0; at--) {
            words[at] = words[at - 1];
        }
        words[at] = word;
    }
}

static size_t join(uint8_t *out, plm_span *words, size_t n)
{
    size_t used = 0;
    sort(words, n);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) {
            out[used++] = ' ';
        }
        memcpy(out + used, words[i].p, words[i].n);
        used += words[i].n;
    }
    return used;
}

/* The next combination, the last part's skeleton moving fastest. False after the last. */
static bool next_reading(uint8_t *reading, const plm_name_part *const *parts, size_t n)
{
    for (size_t i = n; i-- > 0;) {
        if (++reading[i] < parts[i]->n_skeletons) {
            return true;
        }
        reading[i] = 0;
    }
    return false;
}

static void make_sounds(plm_name_keys *out, const plm_name_part *const *parts, size_t n)
{
    uint8_t reading[PLM_NAME_PARTS_MAX] = {0};
    do {
        plm_span words[PLM_NAME_PARTS_MAX];
        for (size_t i = 0; i < n; i++) {
            words[i] = parts[i]->skeletons[reading[i]];
        }
        uint8_t *key = out->sound[out->n_sounds];
        const size_t bytes = join(key, words, n);
        out->sound_bytes[out->n_sounds++] = bytes;
        for (size_t j = 0; j + 1 < out->n_sounds; j++) {
            if (plm_span_equal(plm_span_of(key, bytes),
                               plm_span_of(out->sound[j], out->sound_bytes[j]))) {
                out->n_sounds--;
            }
        }
    } while (next_reading(reading, parts, n) && out->n_sounds < PLM_NAME_SOUNDS_MAX);
}

plm_status plm_name_keys_of(plm_name_keys *out, plm_span name)
{
    plm_name_parts all;
    const plm_name_part *parts[PLM_NAME_PARTS_MAX];
    plm_span folded[PLM_NAME_PARTS_MAX];
    size_t n = 0;
    size_t n_bytes = 0;
    out->folded_bytes = 0;
    out->n_sounds = 0;
    plm_status status = plm_name_parts_of(&all, name);
    if (status != PLM_OK) {
        return status == PLM_E_LIMIT ? PLM_OK : status;
    }
    for (size_t i = 0; i < all.n; i++) {
        if ((all.parts[i].flags & PLM_NAME_INITIAL) == 0) {
            parts[n] = &all.parts[i];
            folded[n] = parts[n]->folded[0];
            n_bytes += parts[n]->skeletons[0].n;
            n++;
        }
    }
    if (n >= 2 && n_bytes >= PLM_NAME_KEY_MIN) {
        make_sounds(out, parts, n);
        out->folded_bytes = join(out->folded, folded, n);
    }
    return PLM_OK;
}
