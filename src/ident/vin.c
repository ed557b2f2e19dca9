/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vin.c - vehicle identification numbers (ISO 3779, 3780): 17 characters without I, O and Q. The
 * check digit in position 9 is a rule of North America (49 CFR 565.15(c)) and checked only there.
 */
#include "ident/family.h"

#include <string.h>

enum {
    VIN_LENGTH = 17
};

/* 49 CFR 565.15 tables III and IV. */
static unsigned value_of(char c)
{
    static const char letters[] = "ABCDEFGH.JKLMN.P.R.STUVWXYZ";
    static const uint8_t values[] = {1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5,
                                     0, 7, 0, 9, 0, 2, 3, 4, 5, 6, 7, 8, 9};
    const char *found = strchr(letters, c);
    return plm_is_digit(c) ? (unsigned)(c - '0') : found != NULL ? values[found - letters] : 0;
}

static bool check_fits(const char *vin)
{
    static const uint8_t weights[VIN_LENGTH] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    unsigned sum = 0;
    for (size_t i = 0; i < VIN_LENGTH; i++) {
        sum += weights[i] * value_of(vin[i]);
    }
    return vin[8] == (sum % 11 == 10 ? 'X' : (char)('0' + sum % 11));
}

plm_status plm_ident_vin(const char *country, plm_span value, plm_ident *out)
{
    char vin[32];
    (void)country;
    size_t n = plm_ident_compact(vin, sizeof vin, value, "-.*");
    if (n != VIN_LENGTH) {
        return plm_ident_reject(out, n == SIZE_MAX ? PLM_REASON_CHARACTER : PLM_REASON_LENGTH,
                                "a VIN has 17 letters and digits");
    }
    if (strpbrk(vin, "IOQ") != NULL) {
        return plm_ident_reject(out, PLM_REASON_CHARACTER, "a VIN has no I, O or Q");
    }
    if (plm_ident_is_monotone(vin)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", vin);
    }
    memcpy(out->canonical, vin, sizeof "12345678901234567");
    if (vin[0] >= '1' && vin[0] <= '5' && !check_fits(vin)) {
        out->flags |= PLM_IDENT_CHECK_FAILED;
    }
    return PLM_OK;
}
