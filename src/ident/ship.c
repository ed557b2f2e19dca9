/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ship.c - what else is known of ships: the number of a company or registered owner (IMO Resolution
 * MSC.160(78)), whose check is not the ships' own; and the identity of a radio station (ITU-R
 * M.585).
 */
#include "ident/family.h"

#include <string.h>

enum {
    COMPANY_DIGITS = 7,
    MMSI_DIGITS = 9
};

plm_status plm_ident_imo_company(const char *country, plm_span value, plm_ident *out)
{
    static const uint8_t weights[COMPANY_DIGITS - 1] = {8, 6, 4, 2, 9, 7};
    char digits[16];
    unsigned sum = 0;
    (void)country;
    if (plm_ident_skip(&value, "IMO")) {
        (void)(plm_ident_skip(&value, "company") || plm_ident_skip(&value, "number"));
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_digits(digits, sizeof digits, value, "-.", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != COMPANY_DIGITS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, a company's number has %d", n,
                                COMPANY_DIGITS);
    }
    if (plm_ident_is_monotone(digits) || plm_ident_is_counting(digits, COMPANY_DIGITS)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    for (size_t i = 0; i < COMPANY_DIGITS - 1; i++) {
        sum += weights[i] * (unsigned)(digits[i] - '0');
    }
    memcpy(out->canonical, digits, n + 1);
    plm_ident_check(out, "weights 8 6 4 2 9 7 modulo 11", (char)('0' + (11 - sum % 11) % 10),
                    digits[n - 1]);
    return PLM_OK;
}

/* ITU-R M.585-9 annex 1: what the first digits say; NULL if nothing begins so. */
static const char *station_of(const char *mmsi)
{
    static const struct {
        const char *prefix;
        const char *words;
    } others[] = {
        {"00", "a coast station"},       {"0", "a group of ships"},
        {"111", "a search aircraft"},    {"8", "a radio carried by hand"},
        {"970", "a rescue transmitter"}, {"972", "a man-overboard device"},
        {"974", "an emergency beacon"},  {"98", "a craft of a ship"},
        {"99", "an aid to navigation"},
    };
    if (strchr("234567", mmsi[0]) != NULL) {
        return "a ship";
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strncmp(mmsi, others[i].prefix, strlen(others[i].prefix)) == 0) {
            return others[i].words;
        }
    }
    return NULL;
}

plm_status plm_ident_mmsi(const char *country, plm_span value, plm_ident *out)
{
    char digits[16];
    (void)country;
    if (plm_ident_skip(&value, "MMSI")) {
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_digits(digits, sizeof digits, value, "-.", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != MMSI_DIGITS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, an MMSI has %d", n,
                                MMSI_DIGITS);
    }
    if (plm_ident_is_monotone(digits) || plm_ident_is_counting(digits, MMSI_DIGITS)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    const char *station = station_of(digits);
    if (station == NULL) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "no station's number begins with %.3s",
                                digits);
    }
    memcpy(out->canonical, digits, n + 1);
    plm_ident_step(out, "its first digits name %s", station);
    return PLM_OK;
}
