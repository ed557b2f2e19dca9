/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imo.c - ship identification numbers (IMO Resolution A.1117(30)): seven digits, the last one the
 * sum of the others times 7 to 2, modulo 10.
 */
#include "ident/family.h"

#include <string.h>

plm_status plm_ident_imo(const char *country, plm_span value, plm_ident *out)
{
    char text[32];
    (void)country;
    size_t n = plm_ident_compact(text, sizeof text, value, "-.:");
    const char *digits = n != SIZE_MAX && strncmp(text, "IMO", 3) == 0 ? text + 3 : text;
    if (n == SIZE_MAX || strspn(digits, "0123456789") != strlen(digits)) {
        return plm_ident_reject(out, PLM_REASON_CHARACTER, "a ship's number has digits only");
    }
    if (strlen(digits) != 7) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, a ship's number has 7",
                                strlen(digits));
    }
    if (plm_ident_is_monotone(digits)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    unsigned sum = 0;
    for (unsigned i = 0; i < 6; i++) {
        sum += (7 - i) * (unsigned)(digits[i] - '0');
    }
    if (sum % 10 != (unsigned)(digits[6] - '0')) {
        out->flags |= PLM_IDENT_CHECK_FAILED;
    }
    memcpy(out->canonical, digits, 8);
    return PLM_OK;
}
