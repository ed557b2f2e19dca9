/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imei.c - mobile equipment (3GPP TS 23.003 section 6.2): type allocation code of 8 digits, serial
 * number of 6; then a Luhn digit that is not transmitted, or in an IMEISV the software's version.
 */
#include "ident/family.h"

#include <string.h>

enum {
    IMEI_DIGITS = 14,
    IMEI_WITH_CHECK = 15,
    IMEISV_DIGITS = 16,
    TAC_DIGITS = 8
};

plm_status plm_ident_imei(const char *country, plm_span value, plm_ident *out)
{
    char digits[33];
    char head[IMEI_DIGITS + 1] = "";
    (void)country;
    if (plm_ident_skip(&value, "IMEI")) {
        (void)plm_ident_skip(&value, "SV");
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_digits(digits, sizeof digits, value, "-./", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n < IMEI_DIGITS || n > IMEISV_DIGITS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, an IMEI has %d to %d", n,
                                IMEI_DIGITS, IMEISV_DIGITS);
    }
    memcpy(head, digits, IMEI_DIGITS);
    if (plm_ident_is_monotone(head) || plm_ident_is_counting(head, IMEI_DIGITS) ||
        strspn(head, "0") >= TAC_DIGITS) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    memcpy(out->canonical, head, sizeof head);
    plm_ident_step(out, "%zu digits, cut to the %d that name the device", n, IMEI_DIGITS);
    if (n != IMEI_WITH_CHECK) {
        plm_ident_step(out, "its check digit is not there");
        out->flags |= PLM_IDENT_UNCHECKED;
    } else if (!plm_ident_luhn(digits, out)) {
        out->flags |= PLM_IDENT_CHECK_FAILED;
    }
    return PLM_OK;
}
