/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cas.c - chemicals (CAS Registry Number): two to seven digits, two, and a check digit, the sum of
 * the others times their place counted from the right, modulo 10.
 */
#include "ident/family.h"

#include <string.h>

enum {
    CAS_MIN = 5,
    CAS_MAX = 10
};

plm_status plm_ident_cas(const char *country, plm_span value, plm_ident *out)
{
    char digits[33];
    unsigned sum = 0;
    (void)country;
    if (plm_ident_skip(&value, "CAS")) {
        (void)(plm_ident_skip(&value, "RN") || plm_ident_skip(&value, "no."));
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_digits(digits, sizeof digits, value, "-", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n < CAS_MIN || n > CAS_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, a CAS number has %d to %d", n,
                                CAS_MIN, CAS_MAX);
    }
    bool has_hyphens = memchr(value.p, '-', value.n) != NULL;
    if (has_hyphens &&
        (value.n != n + 2 || value.p[value.n - 2] != '-' || value.p[value.n - 5] != '-')) {
        return plm_ident_reject(out, PLM_REASON_FORMAT,
                                "hyphens stand before the last three digits and before the last");
    }
    if (plm_ident_is_monotone(digits) || plm_ident_is_counting(digits, CAS_MIN)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    if (digits[0] == '0') {
        return plm_ident_reject(out, PLM_REASON_RANGE, "no CAS number begins with 0");
    }
    for (size_t i = 0; i + 1 < n; i++) {
        sum += (unsigned)(digits[i] - '0') * (unsigned)(n - 1 - i);
    }
    memcpy(out->canonical, digits, n + 1);
    plm_ident_check(out, "weights by place modulo 10", (char)('0' + sum % 10), digits[n - 1]);
    return PLM_OK;
}
