/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vin.c - vehicle identification numbers (ISO 3779, ISO 3780): 17 characters without I, O and Q.
 * The check digit in position 9 is a rule of North America (49 CFR 565.15(c)), whose numbers begin
 * with 1 to 5; it is held against those only.
 */
#include "ident/family.h"

#include <string.h>

enum {
    VIN_LENGTH = 17,
    CHECK_AT = 8
};

/* 49 CFR 565.15(c) table III; 0 for I, O and Q, which are not used. */
static unsigned value_of(char c)
{
    static const char letters[] = "12345678012345070923456789"; /* A to Z */
    return plm_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(letters[c - 'A'] - '0');
}

/* Table IV: the sum of values times weights, modulo 11; 10 is written X. */
static char check_digit(const char *vin)
{
    static const uint8_t weights[VIN_LENGTH] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    unsigned sum = 0;
    for (size_t i = 0; i < VIN_LENGTH; i++) {
        sum += weights[i] * value_of(vin[i]);
    }
    return sum % 11 == 10 ? 'X' : (char)('0' + sum % 11);
}

plm_status plm_ident_vin(const char *country, plm_span value, plm_ident *out)
{
    char vin[33];
    (void)country;
    if (plm_ident_skip(&value, "VIN")) { /* no number begins so: it has no I */
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_compact(vin, sizeof vin, value, "-.*", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != VIN_LENGTH) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, a VIN has %d", n,
                                VIN_LENGTH);
    }
    const char *confusable = strpbrk(vin, "IOQ");
    if (confusable != NULL) {
        return plm_ident_reject(out, PLM_REASON_CHARACTER, "%c: a VIN has no I, O or Q",
                                *confusable);
    }
    if (plm_ident_is_monotone(vin) || plm_ident_is_counting(vin, VIN_LENGTH)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", vin);
    }
    memcpy(out->canonical, vin, VIN_LENGTH + 1);
    if (vin[0] >= '1' && vin[0] <= '5') {
        plm_ident_check(out, "49 CFR 565.15", check_digit(vin), vin[CHECK_AT]);
    } else {
        plm_ident_step(out, "not of North America: position 9 is no check digit");
    }
    return PLM_OK;
}
