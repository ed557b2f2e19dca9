/* SPDX-License-Identifier: Apache-2.0 */
/*
 * place.c - lines of addresses, places, postcodes: letters and digits alone, since registers agree
 * on nothing else of them.
 *
 *     "12, Rue  de l'Église"   12 rue de l église
 *
 * Folded by NFKC_Casefold (Unicode 15, section 3.13).
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum {
    WIDE_MAX = 2 * PLM_IDENT_CANONICAL_MAX
};

/* Copies letters, digits and marks; what stands between them becomes one blank. */
static size_t compact(char *out, plm_span text)
{
    size_t used = 0;
    bool is_apart = false;
    for (size_t at = 0; at < text.n;) {
        const uint32_t c = plm_utf8_next(text, &at);
        if (!u_isalnum((UChar32)c) && (U_GET_GC_MASK((UChar32)c) & U_GC_M_MASK) == 0) {
            is_apart = used > 0;
            continue;
        }
        if (used + 5 >= PLM_IDENT_CANONICAL_MAX) {
            return SIZE_MAX;
        }
        if (is_apart) {
            out[used++] = ' ';
            is_apart = false;
        }
        used += plm_utf8_encode((uint8_t *)out + used, c);
    }
    out[used] = '\0';
    return used;
}

/* What is a placeholder once blanks and punctuation are gone is one from the start. */
static plm_status refuse_placeholder(plm_ident *out)
{
    char text[PLM_IDENT_CANONICAL_MAX];
    memcpy(text, out->canonical, sizeof text);
    return plm_ident_is_placeholder(plm_span_str(text))
               ? plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "\"%.100s\"", text)
               : PLM_OK;
}

plm_status plm_ident_place(const char *country, plm_span value, plm_ident *out)
{
    UChar wide[WIDE_MAX];
    UChar folded[WIDE_MAX];
    char text[3 * WIDE_MAX];
    int32_t n = 0;
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *casefold = unorm2_getNFKCCasefoldInstance(&error);
    (void)country;
    (void)u_strFromUTF8(wide, WIDE_MAX, &n, (const char *)value.p, (int32_t)value.n, &error);
    n = unorm2_normalize(casefold, wide, n, folded, WIDE_MAX, &error);
    (void)u_strToUTF8(text, sizeof text, &n, folded, n, &error);
    const size_t used =
        U_FAILURE(error) ? SIZE_MAX : compact(out->canonical, plm_span_of(text, (size_t)n));
    if (used == SIZE_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "more than %d bytes when folded",
                                PLM_IDENT_CANONICAL_MAX - 1);
    }
    if (used == 0) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "neither a letter nor a digit");
    }
    return refuse_placeholder(out);
}

plm_status plm_ident_postcode(const char *country, plm_span value, plm_ident *out)
{
    (void)country;
    const size_t n = plm_ident_compact(out->canonical, 17, value, " -", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n < 3) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, a postcode has 3 to 16",
                                n);
    }
    return refuse_placeholder(out);
}
