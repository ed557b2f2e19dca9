/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/name_parts.h"

#include "base/utf8.h"
#include "ident/name_sound.h"

#include <string.h>

static bool is_among(const plm_span *values, size_t n, plm_span value)
{
    for (size_t i = 0; i < n; i++) {
        if (plm_span_equal(values[i], value)) {
            return true;
        }
    }
    return false;
}

static void fold(plm_name_parts *out, plm_name_part *part, const plm_name_word *word)
{
    uint8_t *begin = out->pool + out->n_pool;
    size_t n = 0;
    for (size_t i = 0; i < word->n; i++) {
        n += plm_code_fold(begin + n, word->codes[i]);
    }
    part->folded[0] = plm_span_of(begin, n);
    part->n_folded = n > 0;
    out->n_pool += n;
}

/* The thin skeleton if it has two sounds, else the thick one behind a '+'. */
static void add_skeletons(plm_name_parts *out, plm_name_part *part, const plm_name_word *word)
{
    uint8_t pool[PLM_SOUND_POOL];
    plm_skeleton readings[PLM_SOUND_READINGS_MAX];
    size_t used = 0;
    size_t n = plm_skeletons_of(readings, pool, &used, word);
    for (size_t i = 0; i < n; i++) {
        const bool is_thick = readings[i].thin.n < 2;
        const plm_span from = is_thick ? readings[i].thick : readings[i].thin;
        uint8_t *begin = out->pool + out->n_pool;
        begin[0] = '+';
        memcpy(begin + is_thick, from.p, from.n);
        const plm_span made = plm_span_of(begin, from.n + is_thick);
        if (from.n > 0 && !is_among(part->skeletons, part->n_skeletons, made)) {
            part->skeletons[part->n_skeletons++] = made;
            out->n_pool += made.n;
        }
    }
}

plm_status plm_name_parts_of(plm_name_parts *out, plm_span name)
{
    plm_code raw[PLM_NAME_RAW_MAX];
    plm_name_words words;
    size_t n;
    out->n = 0;
    out->n_cut = 0;
    out->n_pool = 0;
    if (name.n > PLM_NAME_BYTES_MAX) {
        return PLM_E_LIMIT;
    }
    if (plm_utf8_valid_prefix(name) != name.n) {
        return PLM_E_SYNTAX;
    }
    plm_status status = plm_name_letters_of(name, raw, &n);
    if (status != PLM_OK) {
        return status;
    }
    plm_name_words_of(&words, raw, n);
    for (size_t i = 0; i < words.n; i++) {
        if (out->n == PLM_NAME_PARTS_MAX) {
            out->n_cut++;
            continue;
        }
        plm_name_part *part = &out->parts[out->n];
        memset(part, 0, sizeof *part);
        fold(out, part, &words.words[i]);
        add_skeletons(out, part, &words.words[i]);
        out->n += part->n_folded;
    }
    return PLM_OK;
}
