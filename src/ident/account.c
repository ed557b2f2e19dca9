/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account.c - bank accounts without IBAN: COUNTRY:BANK:ACCOUNT. The bank's code is the country's
 * own (routing number, BIK, IFSC, sort code), since account numbers are unique in a bank only.
 *
 * Two countries' checks are computed: the bank code of the United States (ABA, weights 3 7 1 modulo
 * 10), and the key of Russian accounts (Bank of Russia, order 515 of 8 September 1997: three
 * digits of the bank and the account, weights 7 1 3 modulo 10).
 */
#include "ident/family.h"

#include <stdio.h>
#include <string.h>

enum {
    BANK_MIN = 2,
    BANK_MAX = 15,
    ACCOUNT_MIN = 3,
    ACCOUNT_MAX = 34,
    ABA_DIGITS = 9,
    BIK_DIGITS = 9,
    RU_ACCOUNT_DIGITS = 20
};

static bool is_number(const char *text, size_t n)
{
    return strlen(text) == n && strspn(text, "0123456789") == n;
}

static unsigned weigh(const char *digits, const uint8_t weights[3])
{
    unsigned sum = 0;
    for (size_t i = 0; digits[i] != '\0'; i++) {
        sum += (unsigned)(digits[i] - '0') * weights[i % 3];
    }
    return sum % 10;
}

static void check(const char *code, const char *bank, const char *account, plm_ident *out)
{
    if (strcmp(code, "US") == 0 && is_number(bank, ABA_DIGITS)) {
        static const uint8_t weights[3] = {3, 7, 1};
        unsigned rest = weigh(bank, weights);
        plm_ident_step(out, "check of the routing number: expected remainder 0, found %u", rest);
        out->flags |= rest != 0 ? (unsigned)PLM_IDENT_CHECK_FAILED : 0U;
    } else if (strcmp(code, "RU") == 0 && is_number(bank, BIK_DIGITS) &&
               is_number(account, RU_ACCOUNT_DIGITS)) {
        static const uint8_t weights[3] = {7, 1, 3};
        char text[RU_ACCOUNT_DIGITS + 4];
        /* Correspondent accounts are kept by the Bank of Russia's own offices. */
        bool is_of_bank = memcmp(account, "301", 3) == 0;
        (void)snprintf(text, sizeof text, "%s%.*s%s", is_of_bank ? "0" : "", is_of_bank ? 2 : 3,
                       bank + (is_of_bank ? 4 : 6), account);
        unsigned rest = weigh(text, weights);
        plm_ident_step(out, "check of the account's key: expected remainder 0, found %u", rest);
        out->flags |= rest != 0 ? (unsigned)PLM_IDENT_CHECK_FAILED : 0U;
    } else {
        plm_ident_step(out, "no check is known for accounts of %s", code);
    }
}

plm_status plm_ident_account(const char *country, plm_span value, plm_ident *out)
{
    char code[3] = "";
    char bank[BANK_MAX + 1];
    char account[ACCOUNT_MAX + 1];
    plm_span field;
    const bool is_named = plm_ident_take_country(&value, code);
    if (!is_named && plm_country_find(code, plm_span_str(country)) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "the country of the bank is missing");
    }
    plm_ident_country_step(out, code, is_named ? "before the colon" : "given beside it");
    if (!plm_ident_take_field(&value, ":/;|", &field) || value.n == 0) {
        return plm_ident_reject(out, PLM_REASON_FORMAT,
                                "write the bank's code, a colon and the account");
    }
    size_t n_bank = plm_ident_compact(bank, sizeof bank, field, "-.", out);
    size_t n = n_bank == SIZE_MAX ? SIZE_MAX
                                  : plm_ident_compact(account, sizeof account, value, "-./", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n_bank < BANK_MIN || n < ACCOUNT_MIN) {
        return plm_ident_reject(out, PLM_REASON_LENGTH,
                                "%zu and %zu characters, bank and account have %d and %d or more",
                                n_bank, n, BANK_MIN, ACCOUNT_MIN);
    }
    if (strpbrk(account, "0123456789") == NULL) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "no digit in the account");
    }
    if (plm_ident_is_monotone(account) || plm_ident_is_counting(account, ACCOUNT_MIN) ||
        plm_ident_is_monotone(bank)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s:%s", bank, account);
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "%s:%s:%s", code, bank, account);
    check(code, bank, account, out);
    return PLM_OK;
}
