/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/name_keys.h"

#include <string.h>

/* All readings of all words; out of the functions' frames because of its size. */
typedef struct skeleton_table {
    plm_skeleton words[PLM_NAME_WORDS_MAX][PLM_SOUND_READINGS_MAX];
    size_t n_readings[PLM_NAME_WORDS_MAX];
    uint8_t pool[PLM_SOUND_POOL];
} skeleton_table;

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

static size_t count_characters(plm_span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += (s.p[i] & 0xc0) != 0x80;
    }
    return n;
}

/* The key of one reading of each word, thin or thick; 0 bytes if it carries too little. */
static size_t join_sounds(uint8_t *out, const skeleton_table *table, const uint8_t *reading,
                          size_t n_words, bool is_thick)
{
    plm_span words[PLM_NAME_WORDS_MAX];
    size_t n = 0;
    size_t n_sounds = 0;
    for (size_t i = 0; i < n_words; i++) {
        const plm_skeleton *s = &table->words[i][reading[i]];
        plm_span word = is_thick ? s->thick : s->thin;
        if (word.n > 0) {
            words[n++] = word;
            n_sounds += count_characters(word);
        }
    }
    if (n < 2 || n_sounds < PLM_NAME_KEY_MIN) {
        return 0;
    }
    out[0] = '+';
    return is_thick ? 1 + join(out + 1, words, n) : join(out, words, n);
}

/* The next combination, the last word's reading moving fastest. False after the last. */
static bool next_reading(uint8_t *reading, const size_t *n_readings, size_t n_words)
{
    for (size_t i = n_words; i-- > 0;) {
        if (++reading[i] < n_readings[i]) {
            return true;
        }
        reading[i] = 0;
    }
    return false;
}

static void make_sounds(plm_name_keys *out, const plm_name_words *words, skeleton_table *table)
{
    uint8_t reading[PLM_NAME_WORDS_MAX] = {0};
    size_t used = 0;
    for (size_t i = 0; i < words->n; i++) {
        table->n_readings[i] =
            plm_skeletons_of(table->words[i], table->pool, &used, &words->words[i]);
    }
    for (size_t i = 0; i < PLM_NAME_SOUNDS_MAX; i++) {
        uint8_t *key = out->sound[out->n_sounds];
        size_t n = join_sounds(key, table, reading, words->n, false);
        if (n == 0) {
            n = join_sounds(key, table, reading, words->n, true);
        }
        bool is_new = n > 0;
        for (size_t j = 0; j < out->n_sounds; j++) {
            is_new &= !plm_span_equal(plm_span_of(key, n),
                                      plm_span_of(out->sound[j], out->sound_bytes[j]));
        }
        if (is_new) {
            out->sound_bytes[out->n_sounds++] = n;
        }
        if (!next_reading(reading, table->n_readings, words->n)) {
            break;
        }
    }
}

static void make_folded(plm_name_keys *out, const plm_name_words *words)
{
    uint8_t text[4 * PLM_NAME_POOL];
    plm_span folded[PLM_NAME_WORDS_MAX];
    size_t used = 0;
    for (size_t i = 0; i < words->n; i++) {
        size_t begin = used;
        for (size_t j = 0; j < words->words[i].n; j++) {
            used += plm_code_fold(text + used, words->words[i].codes[j]);
        }
        folded[i] = plm_span_of(text + begin, used - begin);
    }
    out->folded_bytes = join(out->folded, folded, words->n);
}

plm_status plm_name_keys_of(plm_name_keys *out, plm_span name)
{
    plm_code raw[PLM_NAME_RAW_MAX];
    plm_name_words words;
    skeleton_table table;
    size_t n;
    out->folded_bytes = 0;
    out->n_sounds = 0;
    plm_status status = plm_name_letters_of(name, raw, &n);
    if (status != PLM_OK) {
        return status;
    }
    plm_name_words_of(&words, raw, n);
    if (words.n >= 2) {
        make_sounds(out, &words, &table);
        if (out->n_sounds > 0) {
            make_folded(out, &words);
        }
    }
    return PLM_OK;
}
