/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imo.c - ship identification numbers (IMO Resolution A.1117(30)): seven digits, the last one the
 * last digit of the sum of the others times 7 to 2. A company's IMO number is another scheme.
 */
#include "ident/family.h"

#include <string.h>

enum {
    IMO_DIGITS = 7
};

plm_status plm_ident_imo(const char *country, plm_span value, plm_ident *out)
{
    char digits[16];
    (void)country;
    if (plm_ident_skip(&value, "IMO")) {
        (void)(plm_ident_skip(&value, "number") || plm_ident_skip(&value, "no."));
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_digits(digits, sizeof digits, value, "-.", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != IMO_DIGITS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, a ship's number has %d", n,
                                IMO_DIGITS);
    }
    if (plm_ident_is_monotone(digits) || plm_ident_is_counting(digits, IMO_DIGITS)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    if (digits[0] == '0') {
        return plm_ident_reject(out, PLM_REASON_RANGE, "ships' numbers begin at 1000000");
    }
    unsigned sum = 0;
    for (unsigned i = 0; i < IMO_DIGITS - 1; i++) {
        sum += (IMO_DIGITS - i) * (unsigned)(digits[i] - '0');
    }
    memcpy(out->canonical, digits, IMO_DIGITS + 1);
    plm_ident_check(out, "weights 7 to 2 modulo 10", (char)('0' + sum % 10),
                    digits[IMO_DIGITS - 1]);
    return PLM_OK;
}
