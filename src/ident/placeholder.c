/* SPDX-License-Identifier: Apache-2.0 */
/*
 * placeholder.c - what stands in registers where nothing is known.
 *
 * A value is compared by its letters and digits alone, in lower case: "N/A", "n.a." and "[na]" are
 * one. Refused are the words below, any row of x, any row of zeros, and a value with neither letter
 * nor digit. Words in the UN's six languages and some others; no word that is only likely to be a
 * placeholder, since "Test" and "Anon" are names.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>

enum {
    COMPACT_MAX = 64
};

/* In the order of their bytes. */
const char *const plm_placeholder_words[] = {
    "anonymous",
    "bilinmiyor",
    "desconhecida",
    "desconhecido",
    "desconocida",
    "desconocido",
    "fnu",
    "fnulnu",
    "ignoto",
    "inconnu",
    "inconnue",
    "janedoe",
    "johndoe",
    "keineangabe",
    "lnu",
    "missing",
    "na",
    "nan",
    "neant",
    "nil",
    "ninguno",
    "noconsta",
    "nodata",
    "noname",
    "none",
    "nonrenseigne",
    "nonrenseigné",
    "notapplicable",
    "notavailable",
    "notgiven",
    "notknown",
    "notprovided",
    "notrecorded",
    "notspecified",
    "notstated",
    "null",
    "néant",
    "ohneangabe",
    "sansnom",
    "sconosciuto",
    "sindatos",
    "sinnombre",
    "tba",
    "tbc",
    "tbd",
    "unbekannt",
    "undefined",
    "undetermined",
    "undisclosed",
    "unidentified",
    "unk",
    "unknown",
    "unknownunknown",
    "unnamed",
    "unspecified",
    "безимени",
    "невідомо",
    "неизвестен",
    "неизвестна",
    "неизвестно",
    "неизвестный",
    "нет",
    "нетданных",
    "неуказано",
    "отсутствует",
    "غيرمعروف",
    "غيرمعروفة",
    "لايوجد",
    "مجهول",
    "مجهولة",
    "نامشخص",
    "نامعلوم",
    "不明",
    "不详",
    "无",
    "未知",
};

const size_t plm_placeholder_n_words = sizeof plm_placeholder_words / sizeof *plm_placeholder_words;

static int compare(const void *a, const void *b)
{
    return strcmp((const char *)a, *(const char *const *)b);
}

/* Letters and digits in lower case; false if there are more than COMPACT_MAX bytes of them. */
static bool compact(char out[COMPACT_MAX + 4], plm_span value)
{
    size_t n = 0;
    for (size_t at = 0; at < value.n;) {
        uint32_t c = plm_utf8_next(value, &at);
        if (c < 0x80) {
            if (!plm_is_digit((int)c) && !plm_is_letter((int)c)) {
                continue;
            }
            out[n++] = (char)plm_to_lower((int)c);
        } else if (u_isalnum((UChar32)c)) {
            n += plm_utf8_encode((uint8_t *)out + n, (uint32_t)u_tolower((UChar32)c));
        }
        if (n > COMPACT_MAX) {
            return false;
        }
    }
    out[n] = '\0';
    return true;
}

bool plm_ident_is_placeholder(plm_span value)
{
    char folded[COMPACT_MAX + 5];
    if (!compact(folded, value)) {
        return false;
    }
    /* A country before a plate is no part of a word: "DE:SCONOCIDA". */
    if (folded[0] != '\0' && memchr(value.p, ':', value.n) != NULL) {
        return false;
    }
    if (folded[0] == '\0' ||
        ((folded[0] == 'x' || folded[0] == '0') && plm_ident_is_monotone(folded))) {
        return true;
    }
    return bsearch(folded, plm_placeholder_words, plm_placeholder_n_words,
                   sizeof *plm_placeholder_words, compare) != NULL;
}
