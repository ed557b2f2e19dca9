/* SPDX-License-Identifier: Apache-2.0 */
/*
 * squeeze.c - text by its letters and digits alone, for what no standard gives a form.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum {
    WIDE_MAX = PLM_IDENT_CANONICAL_MAX
};

/* One round; letters that stand together now may compose (Hangul), so there is a second. */
static size_t round_of(char *out, size_t size, plm_span value)
{
    UChar a[WIDE_MAX];
    UChar b[WIDE_MAX];
    uint8_t folded[PLM_IDENT_CANONICAL_MAX];
    int32_t n = 0;
    size_t n_out = 0;
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&error);
    (void)u_strFromUTF8(a, WIDE_MAX, &n, (const char *)value.p, (int32_t)value.n, &error);
    n = unorm2_normalize(nfkc, a, n, b, WIDE_MAX, &error);
    n = u_strToUpper(a, WIDE_MAX, b, n, "", &error);
    n = unorm2_normalize(nfkc, a, n, b, WIDE_MAX, &error);
    (void)u_strToUTF8((char *)folded, sizeof folded, &n, b, n, &error);
    if (U_FAILURE(error)) {
        return SIZE_MAX;
    }
    const plm_span text = plm_span_of(folded, (size_t)n);
    for (size_t at = 0; at < text.n;) {
        uint32_t c = plm_utf8_next(text, &at);
        char twin = plm_ident_latin_twin(c);
        int32_t digit = u_charDigitValue((UChar32)c);
        c = twin != 0 ? (uint32_t)twin : digit >= 0 ? '0' + (uint32_t)digit : c;
        c = c == 0xD7 ? 'X' : c; /* 9×19 */
        if (u_isalnum((UChar32)c)) {
            if (n_out + 4 >= size) {
                return SIZE_MAX;
            }
            n_out += plm_utf8_encode((uint8_t *)out + n_out, c);
        }
    }
    out[n_out] = '\0';
    return n_out;
}

size_t plm_ident_squeeze(char *out, size_t size, plm_span value)
{
    uint8_t copy[PLM_IDENT_CANONICAL_MAX];
    size_t n = 0;
    if (plm_ident_is_ascii(value)) {
        for (size_t i = 0; i < value.n; i++) {
            int c = plm_to_upper(value.p[i]);
            if (plm_is_upper(c) || plm_is_digit(c)) {
                if (n + 1 >= size) {
                    return SIZE_MAX;
                }
                out[n++] = (char)c;
            }
        }
        out[n] = '\0';
        return n;
    }
    n = round_of(out, size, value);
    if (n == SIZE_MAX || n >= sizeof copy) {
        return SIZE_MAX;
    }
    memcpy(copy, out, n);
    return round_of(out, size, plm_span_of(copy, n));
}
