/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment.c - payment cards (ISO/IEC 7812-1), legal entities (ISO 17442), banks (ISO 9362).
 */
#include "ident/family.h"

#include <string.h>

enum {
    PAN_MIN = 12,
    PAN_MAX = 19,
    LEI_LENGTH = 20,
    BIC_SHORT = 8,
    BIC_LONG = 11
};

/* Numbers that Adyen, PayPal and Stripe publish for tests: they stand in registers, and are
 * nobody's. */
static bool is_test_card(const char *pan)
{
    static const char *const cards[] = {
        "4111111111111111", "4242424242424242", "4000056655665556", "4012888888881881",
        "4222222222222",    "5555555555554444", "5105105105105100", "2223003122003222",
        "378282246310005",  "371449635398431",  "378734493671000",  "6011111111111117",
        "6011000990139424", "30569309025904",   "38520000023237",   "3530111333300000",
        "3566002020360505",
    };
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
        if (strcmp(cards[i], pan) == 0) {
            return true;
        }
    }
    return false;
}

plm_status plm_ident_pan(const char *country, plm_span value, plm_ident *out)
{
    char digits[33];
    (void)country;
    size_t n = plm_ident_digits(digits, sizeof digits, value, "-./", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n < PAN_MIN || n > PAN_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, a card has %d to %d", n,
                                PAN_MIN, PAN_MAX);
    }
    if (plm_ident_is_monotone(digits) || plm_ident_is_counting(digits, PAN_MIN)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", digits);
    }
    if (digits[0] == '0') {
        return plm_ident_reject(out, PLM_REASON_RANGE, "no card's number begins with 0");
    }
    memcpy(out->canonical, digits, n + 1);
    if (!plm_ident_luhn(digits, out)) {
        out->flags |= PLM_IDENT_CHECK_FAILED;
    }
    if (is_test_card(digits)) {
        out->flags |= PLM_IDENT_TEST;
        plm_ident_step(out, "a number published for tests: no card has it");
    }
    return PLM_OK;
}

plm_status plm_ident_lei(const char *country, plm_span value, plm_ident *out)
{
    char lei[33];
    (void)country;
    (void)plm_ident_skip(&value, "LEI:");
    size_t n = plm_ident_compact(lei, sizeof lei, value, "-.", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != LEI_LENGTH) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, an LEI has %d", n,
                                LEI_LENGTH);
    }
    if (!plm_is_digit(lei[LEI_LENGTH - 2]) || !plm_is_digit(lei[LEI_LENGTH - 1])) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "the last two characters are digits");
    }
    if (plm_ident_is_monotone(lei) || plm_ident_is_counting(lei, LEI_LENGTH)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", lei);
    }
    memcpy(out->canonical, lei, n + 1);
    if (!plm_ident_mod97_fits(lei, 0, LEI_LENGTH - 2, out)) {
        out->flags |= PLM_IDENT_CHECK_FAILED;
    }
    return PLM_OK;
}

plm_status plm_ident_bic(const char *country, plm_span value, plm_ident *out)
{
    char bic[33];
    char code[3];
    (void)country;
    (void)(plm_ident_skip(&value, "BIC:") || plm_ident_skip(&value, "SWIFT:"));
    size_t n = plm_ident_compact(bic, sizeof bic, value, "-.", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n != BIC_SHORT && n != BIC_LONG) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, a BIC has %d or %d", n,
                                BIC_SHORT, BIC_LONG);
    }
    if (!plm_is_upper(bic[4]) || !plm_is_upper(bic[5]) ||
        plm_country_find(code, plm_span_of(bic + 4, 2)) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "\"%.2s\" in its middle is no country",
                                bic + 4);
    }
    if (strspn(bic, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < 6) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "it begins with six letters");
    }
    if (strspn(bic, "X") >= 4) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", bic);
    }
    if (n == BIC_LONG && strcmp(bic + BIC_SHORT, "XXX") == 0) {
        bic[BIC_SHORT] = '\0';
        plm_ident_step(out, "XXX stands for the head office and is left out");
    }
    memcpy(out->canonical, bic, strlen(bic) + 1);
    plm_ident_step(out, "the country in its middle: %.2s", bic + 4);
    if (bic[7] == '0') { /* ISO 9362: SWIFT's test and training codes */
        out->flags |= PLM_IDENT_TEST;
        plm_ident_step(out, "0 in its eighth place: a code for tests");
    }
    return PLM_OK;
}
