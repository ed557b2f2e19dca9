/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cargo.c - freight containers (ISO 6346) and air waybills (IATA Resolution 600a).
 */
#include "ident/family.h"

#include <string.h>

enum {
    CONTAINER_LENGTH = 11,
    OWNER_LETTERS = 3,
    CATEGORY_AT = 3,
    CHECK_AT = 10,
    WAYBILL_DIGITS = 11,
    AIRLINE_DIGITS = 3,
    SERIAL_DIGITS = 7
};

/* ISO 6346 annex A: letters count from 10 and leave out the multiples of 11; weights are powers of
 * two; the sum modulo 11, of which 10 is written 0. */
static char container_check(const char *text)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < CHECK_AT; i++) {
        unsigned v = (unsigned)(text[i] - '0');
        if (plm_is_upper(text[i])) {
            unsigned letter = (unsigned)(text[i] - 'A');
            v = 10 + letter + (letter + 9) / 10;
        }
        sum += v << i;
    }
    return (char)('0' + sum % 11 % 10);
}

plm_status plm_ident_container(const char *country, plm_span value, plm_ident *out)
{
    char text[33];
    (void)country;
    size_t n = plm_ident_compact(text, sizeof text, value, "-./", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != CONTAINER_LENGTH) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, a container has %d", n,
                                CONTAINER_LENGTH);
    }
    if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != OWNER_LETTERS + 1 ||
        strspn(text + OWNER_LETTERS + 1, "0123456789") != CONTAINER_LENGTH - OWNER_LETTERS - 1) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "it is four letters and seven digits");
    }
    if (strchr("UJZ", text[CATEGORY_AT]) == NULL) {
        return plm_ident_reject(out, PLM_REASON_FORMAT,
                                "%c: the fourth letter is U, J or Z, for what kind it is",
                                text[CATEGORY_AT]);
    }
    const char *serial = text + CATEGORY_AT + 1;
    if (plm_ident_is_monotone(serial) || plm_ident_is_counting(serial, 7)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", text);
    }
    memcpy(out->canonical, text, n + 1);
    plm_ident_check(out, "ISO 6346 modulo 11", container_check(text), text[CHECK_AT]);
    return PLM_OK;
}

plm_status plm_ident_air_waybill(const char *country, plm_span value, plm_ident *out)
{
    char digits[33];
    char serial[SERIAL_DIGITS + 1] = "";
    unsigned rest = 0;
    (void)country;
    if (plm_ident_skip(&value, "AWB")) {
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_digits(digits, sizeof digits, value, "-./", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != WAYBILL_DIGITS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, an air waybill has %d", n,
                                WAYBILL_DIGITS);
    }
    memcpy(serial, digits + AIRLINE_DIGITS, SERIAL_DIGITS);
    if (plm_ident_is_monotone(serial) || plm_ident_is_counting(serial, SERIAL_DIGITS)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    if (memcmp(digits, "000", AIRLINE_DIGITS) == 0) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "000 is no airline");
    }
    for (size_t i = AIRLINE_DIGITS; i + 1 < WAYBILL_DIGITS; i++) {
        rest = (rest * 10 + (unsigned)(digits[i] - '0')) % 7;
    }
    memcpy(out->canonical, digits, n + 1);
    plm_ident_check(out, "the serial number modulo 7", (char)('0' + rest), digits[n - 1]);
    return PLM_OK;
}
