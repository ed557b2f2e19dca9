/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident_name.c - names: NFC (Unicode UAX #15), runs of blanks made one, at least one letter.
 *
 * The script, the case and the order of the parts stay as the source has them: the keys that match
 * names (spec/tokens.md) are derived from this form.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

static plm_status compose(plm_span value, plm_ident *out)
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
        return plm_ident_reject(out, PLM_REASON_LENGTH, "more than %d bytes when composed",
                                PLM_IDENT_CANONICAL_MAX - 1);
    }
    out->canonical[n] = '\0';
    return PLM_OK;
}

/* Makes each run of blanks one, in place, none at the ends. True if there is a letter. */
static bool collapse(char *text)
{
    size_t n = 0;
    bool has_letter = false;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] != ' ' || (n > 0 && text[n - 1] != ' ')) {
            has_letter = has_letter || plm_is_letter(text[i]);
            text[n++] = text[i];
        }
    }
    n -= n > 0 && text[n - 1] == ' ';
    text[n] = '\0';
    const plm_span s = plm_span_str(text);
    for (size_t at = 0; !has_letter && at < s.n;) {
        has_letter = u_isalpha((UChar32)plm_utf8_next(s, &at));
    }
    return has_letter;
}

plm_status plm_ident_name(const char *country, plm_span value, plm_ident *out)
{
    (void)country;
    if (plm_ident_is_ascii(value)) {
        memcpy(out->canonical, value.p, value.n);
        out->canonical[value.n] = '\0';
    } else {
        plm_status status = compose(value, out);
        if (status != PLM_OK) {
            return status;
        }
        /* Composing can turn what was no placeholder into one. */
        if (plm_ident_is_placeholder(plm_span_str(out->canonical))) {
            return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "\"%.60s\"", out->canonical);
        }
    }
    return collapse(out->canonical)
               ? PLM_OK
               : plm_ident_reject(out, PLM_REASON_FORMAT, "a name has at least one letter");
}
