/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mobile.c - what names a subscriber, a SIM card or a network card: IMSI (ITU-T E.212), ICCID
 * (ITU-T E.118), MAC address (IEEE Std 802, EUI-48).
 */
#include "ident/family.h"

#include <string.h>

enum {
    IMSI_MIN = 14,
    IMSI_MAX = 15,
    ICCID_DIGITS = 19, /* E.118 section 4: Luhn's digit is the last */
    ICCID_LONG = 20,   /* some issuers' own, without a rule */
    MAC_DIGITS = 12,
    MAC_GROUP = 1, /* of the first byte: an address of several */
    MAC_LOCAL = 2  /* of the first byte: chosen by the device */
};

plm_status plm_ident_imsi(const char *country, plm_span value, plm_ident *out)
{
    char digits[33];
    (void)country;
    if (plm_ident_skip(&value, "IMSI")) {
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_digits(digits, sizeof digits, value, "-./", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n < IMSI_MIN || n > IMSI_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, an IMSI has %d or %d", n,
                                IMSI_MIN, IMSI_MAX);
    }
    if (plm_ident_is_monotone(digits) || plm_ident_is_counting(digits, IMSI_MIN)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    bool is_test = memcmp(digits, "001", 3) == 0;
    if (!is_test && strchr("234567", digits[0]) == NULL && memcmp(digits, "90", 2) != 0) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "%.3s is no mobile country code", digits);
    }
    memcpy(out->canonical, digits, n + 1);
    plm_ident_step(out, "mobile country code %.3s", digits);
    out->flags |= is_test ? (unsigned)PLM_IDENT_TEST : 0U;
    return PLM_OK;
}

plm_status plm_ident_iccid(const char *country, plm_span value, plm_ident *out)
{
    char digits[33];
    (void)country;
    if (plm_ident_skip(&value, "ICCID")) {
        (void)plm_ident_skip(&value, ":");
    }
    /* 3GPP TS 31.102 section 4.2.1 fills the card's ten bytes up with F. */
    if (value.n > 1 && plm_to_upper(value.p[value.n - 1]) == 'F') {
        value.n--;
        plm_ident_step(out, "F at its end fills the card's bytes up");
    }
    size_t n = plm_ident_digits(digits, sizeof digits, value, "-./", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != ICCID_DIGITS && n != ICCID_LONG) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, an ICCID has %d or %d", n,
                                ICCID_DIGITS, ICCID_LONG);
    }
    if (memcmp(digits, "89", 2) != 0) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "it does not begin with 89 as all do");
    }
    if (plm_ident_is_monotone(digits + 2) || plm_ident_is_counting(digits + 2, 10)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    memcpy(out->canonical, digits, n + 1);
    if (!plm_ident_luhn(digits, out)) {
        out->flags |= n == ICCID_DIGITS ? PLM_IDENT_CHECK_FAILED : PLM_IDENT_UNCHECKED;
    }
    if (n != ICCID_DIGITS) {
        plm_ident_step(out, "of 20 digits: the issuer's own last digit need not be Luhn's");
    }
    return PLM_OK;
}

plm_status plm_ident_mac(const char *country, plm_span value, plm_ident *out)
{
    char text[33];
    uint8_t first;
    (void)country;
    if (plm_ident_skip(&value, "MAC")) {
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_compact(text, sizeof text, value, ":-.", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != MAC_DIGITS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu hexadecimal digits, an address has %d",
                                n, MAC_DIGITS);
    }
    for (size_t i = 0; i < value.n; i++) {
        if (plm_is_letter(value.p[i]) && plm_to_lower(value.p[i]) > 'f') {
            return plm_ident_reject_character(out, value, i);
        }
    }
    for (size_t i = 0; i < n; i++) {
        text[i] = (char)plm_to_lower(text[i]);
    }
    if (plm_ident_is_monotone(text) || strcmp(text, "0123456789ab") == 0 ||
        strcmp(text, "123456789abc") == 0) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", text);
    }
    const char head[3] = {text[0], text[1], '\0'};
    if (plm_hex_decode(&first, 1, head) < 0) {
        return plm_ident_reject_character(out, plm_span_str(text), 0);
    }
    if ((first & MAC_GROUP) != 0) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "an address of a group of devices");
    }
    memcpy(out->canonical, text, n + 1);
    plm_ident_step(out, "%s",
                   (first & MAC_LOCAL) != 0
                       ? "locally administered: the device may have made it up, and change it"
                       : "given by the manufacturer");
    return PLM_OK;
}
