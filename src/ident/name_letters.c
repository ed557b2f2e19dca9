/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_letters.c - each character by itself: NFKC, case folding, NFKC (Unicode UAX #15; CaseFolding
 * C and F), then the table; what is not in it is decomposed (NFD) and loses its marks.
 *
 * What becomes of the code points below CACHED is worked out once, by the same code that handles
 * the others, so that ordinary names never call ICU.
 */
#include "ident/name_letters.h"

#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum {
    CACHED = 0x1100,   /* Latin to Arabic, and Georgian */
    CACHED_LENGTH = 3, /* codes of a code point that fit the cache */
    UNCACHED = 0xff,
    EXPANSION_MAX = 64 /* UTF-16 units; the longest expansion is that of U+FDFA, 18 */
};

typedef struct cached {
    plm_code codes[CACHED_LENGTH];
    uint8_t n;
} cached;

static cached cache[CACHED];
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;
static const UNormalizer2 *nfkc;
static const UNormalizer2 *nfd;

/* The code point at *at of n UTF-16 units without lone surrogates; *at moves past it. */
static uint32_t next_of(const UChar *text, int32_t n, int32_t *at)
{
    uint32_t high = text[(*at)++];
    if (!U16_IS_LEAD(high) || *at == n) {
        return high;
    }
    return 0x10000 + ((high - 0xd800) << 10) + (text[(*at)++] - 0xdc00U);
}

/* Index in the table, or its length. */
static size_t find_letter(uint32_t code_point)
{
    size_t low = 0;
    size_t high = plm_name_n_letters;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (plm_name_letters[middle].code_point < code_point) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < plm_name_n_letters && plm_name_letters[low].code_point == code_point;
    return found ? low : plm_name_n_letters;
}

plm_code plm_code_find(uint32_t code_point)
{
    size_t at = find_letter(code_point);
    return at < plm_name_n_letters ? PLM_CODE_TABLE + (plm_code)at : PLM_CODE_OTHER | code_point;
}

/* It has neither a form nor a sound. */
static bool is_dropped(const plm_name_letter *row)
{
    return row->form_bytes[0] == 0 && !row->is_varied && row->readings.n == 1 &&
           row->readings.sounds[0][0] == '\0';
}

static bool is_mark(uint32_t code_point)
{
    for (size_t i = 0; i < plm_name_n_marks; i++) {
        if (plm_name_marks[i] == code_point) {
            return true;
        }
    }
    return false;
}

/* Codes of a code point of which the table has nothing and that decomposes no further. */
static size_t code_other(uint32_t code_point, plm_code *out)
{
    uint32_t category = U_GET_GC_MASK((UChar32)code_point);
    if ((category & (U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK)) != 0) {
        return 0;
    }
    bool is_letter = (category & (U_GC_L_MASK | U_GC_N_MASK | U_GC_MC_MASK)) != 0;
    *out = is_letter ? PLM_CODE_OTHER | code_point : PLM_CODE_SEPARATOR;
    return 1;
}

/* Codes of a code point out of a normalised and folded text. */
static size_t code_folded(uint32_t code_point, plm_code *out)
{
    UChar wide[EXPANSION_MAX];
    UErrorCode error = U_ZERO_ERROR;
    size_t at = find_letter(code_point);
    if (is_mark(code_point) || (at < plm_name_n_letters && is_dropped(&plm_name_letters[at]))) {
        return 0;
    }
    if (at < plm_name_n_letters) {
        *out = PLM_CODE_TABLE + (plm_code)at;
        return 1;
    }
    int32_t n = unorm2_getDecomposition(nfd, (UChar32)code_point, wide, EXPANSION_MAX, &error);
    if (n < 0) {
        return code_other(code_point, out);
    }
    size_t n_out = 0;
    for (int32_t i = 0; i < n;) {
        uint32_t c = next_of(wide, n, &i);
        at = find_letter(c);
        if (at == plm_name_n_letters) {
            n_out += code_other(c, out + n_out);
        } else if (!is_dropped(&plm_name_letters[at])) {
            out[n_out++] = PLM_CODE_TABLE + (plm_code)at;
        }
    }
    return n_out;
}

/* All codes of a code point of a name; out has room for EXPANSION_MAX of them. */
static size_t code_all(uint32_t code_point, plm_code *out)
{
    UChar one[EXPANSION_MAX];
    UChar two[EXPANSION_MAX];
    UErrorCode error = U_ZERO_ERROR;
    int32_t n = 0;
    if (is_mark(code_point)) {
        return 0;
    }
    U16_APPEND_UNSAFE(one, n, (UChar32)code_point);
    n = unorm2_normalize(nfkc, one, n, two, EXPANSION_MAX, &error);
    n = u_strFoldCase(one, EXPANSION_MAX, two, n, U_FOLD_CASE_DEFAULT, &error);
    n = unorm2_normalize(nfkc, one, n, two, EXPANSION_MAX, &error);
    if (U_FAILURE(error)) {
        *out = PLM_CODE_SEPARATOR;
        return 1;
    }
    size_t n_out = 0;
    for (int32_t i = 0; i < n && n_out + 4 <= EXPANSION_MAX;) {
        n_out += code_folded(next_of(two, n, &i), out + n_out);
    }
    return n_out;
}

static void fill_cache(void)
{
    UErrorCode error = U_ZERO_ERROR;
    nfd = unorm2_getNFDInstance(&error);
    nfkc = unorm2_getNFKCInstance(&error);
    if (U_FAILURE(error)) {
        nfkc = NULL;
        return;
    }
    for (uint32_t c = 0; c < CACHED; c++) {
        plm_code codes[EXPANSION_MAX];
        size_t n = code_all(c, codes);
        cache[c].n = n <= CACHED_LENGTH ? (uint8_t)n : UNCACHED;
        memcpy(cache[c].codes, codes, (n <= CACHED_LENGTH ? n : 0) * sizeof *codes);
    }
}

plm_status plm_name_letters_of(plm_span name, plm_code out[static PLM_NAME_RAW_MAX], size_t *n)
{
    (void)pthread_once(&cache_once, fill_cache);
    *n = 0;
    if (nfkc == NULL) {
        return PLM_E_NOMEM;
    }
    size_t n_out = 0;
    size_t n_letters = 0;
    for (size_t at = 0; at < name.n;) {
        plm_code expanded[EXPANSION_MAX];
        const plm_code *codes = expanded;
        uint32_t c = name.p[at] < 0x80 ? name.p[at++] : plm_utf8_next(name, &at);
        size_t n_codes;
        if (c < CACHED && cache[c].n != UNCACHED) {
            codes = cache[c].codes;
            n_codes = cache[c].n;
        } else {
            n_codes = code_all(c, expanded);
        }
        for (size_t i = 0; i < n_codes; i++) {
            bool is_letter = codes[i] != PLM_CODE_SEPARATOR;
            if (is_letter && ++n_letters > PLM_NAME_LETTERS_MAX) {
                return PLM_E_LIMIT;
            }
            if (is_letter || (n_out > 0 && out[n_out - 1] != PLM_CODE_SEPARATOR)) {
                out[n_out++] = codes[i];
            }
        }
    }
    *n = n_out;
    return PLM_OK;
}
