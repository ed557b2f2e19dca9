/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident_name.c - names: NFC (Unicode UAX #15), runs of blanks made one, at least one letter.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

static bool is_ascii(plm_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

static plm_status normalise(plm_span value, plm_ident *out)
{
    UChar wide[PLM_IDENT_CANONICAL_MAX];
    UChar composed[PLM_IDENT_CANONICAL_MAX];
    int32_t n = 0;
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
    (void)u_strFromUTF8(wide, PLM_IDENT_CANONICAL_MAX, &n, (const char *)value.p, (int32_t)value.n,
                        &error);
    n = unorm2_normalize(nfc, wide, n, composed, PLM_IDENT_CANONICAL_MAX, &error);
    (void)u_strToUTF8(out->canonical, PLM_IDENT_CANONICAL_MAX - 1, &n, composed, n, &error);
    if (U_FAILURE(error)) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "too long when composed");
    }
    out->canonical[n] = '\0';
    return PLM_OK;
}

/* In place; any white space of Unicode counts. The number of letters. */
static size_t collapse(char *text)
{
    const plm_span s = plm_span_str(text);
    size_t n = 0;
    size_t n_letters = 0;
    bool gap = false;
    for (size_t at = 0; at < s.n;) {
        size_t start = at;
        uint32_t c = plm_utf8_next(s, &at);
        if (u_isUWhiteSpace((UChar32)c)) {
            gap = n > 0;
            continue;
        }
        n_letters += u_isalpha((UChar32)c) ? 1 : 0;
        if (gap) {
            text[n++] = ' ';
            gap = false;
        }
        memmove(text + n, text + start, at - start);
        n += at - start;
    }
    text[n] = '\0';
    return n_letters;
}

plm_status plm_ident_name(const char *country, plm_span value, plm_ident *out)
{
    (void)country;
    plm_status status = PLM_OK;
    if (is_ascii(value)) {
        memcpy(out->canonical, value.p, value.n);
        out->canonical[value.n] = '\0';
    } else {
        status = normalise(value, out);
    }
    if (status == PLM_OK && collapse(out->canonical) == 0) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "a name has at least one letter");
    }
    return status;
}
