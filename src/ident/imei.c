/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imei.c - mobile equipment (3GPP TS 23.003 section 6.2): the first 14 digits; the 15th is a Luhn
 * digit that is not transmitted; an IMEISV has two digits of software version instead.
 */
#include "ident/family.h"

#include <string.h>

plm_status plm_ident_imei(const char *country, plm_span value, plm_ident *out)
{
    char digits[32];
    (void)country;
    size_t n = plm_ident_compact(digits, sizeof digits, value, "-./");
    if (n == SIZE_MAX || strspn(digits, "0123456789") != n) {
        return plm_ident_reject(out, PLM_REASON_CHARACTER, "an IMEI has digits only");
    }
    if (n < 14 || n > 16) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, an IMEI has 14 to 16", n);
    }
    if (plm_ident_is_monotone(digits) || strncmp(digits, "00000000", 8) == 0) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    if (n != 15) {
        out->flags |= PLM_IDENT_UNCHECKED;
    } else if (!plm_luhn_is_valid(digits)) {
        out->flags |= PLM_IDENT_CHECK_FAILED;
    }
    memcpy(out->canonical, digits, 14);
    out->canonical[14] = '\0';
    return PLM_OK;
}
