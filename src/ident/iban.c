/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iban.c - international bank account numbers (ISO 13616-1): check digits by ISO/IEC 7064 MOD
 * 97-10, length by country as in the registry that ISO 13616-2 provides for (kept by SWIFT).
 */
#include "ident/family.h"

#include <stdlib.h>
#include <string.h>

enum {
    IBAN_MAX = 34,
    CHECK_AT = 2, /* two digits behind the country */
    HEAD = 4
};

typedef struct country_length {
    char country[3];
    uint8_t length;
} country_length;

static const country_length lengths[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30},
};

static int compare(const void *key, const void *entry)
{
    return memcmp(key, ((const country_length *)entry)->country, 2);
}

plm_status plm_ident_iban(const char *country, plm_span value, plm_ident *out)
{
    char iban[IBAN_MAX + 1];
    (void)country;
    if (plm_ident_skip(&value, "IBAN")) {
        (void)plm_ident_skip(&value, ":");
    }
    size_t n = plm_ident_compact(iban, sizeof iban, value, "-./", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    if (n <= HEAD || !plm_is_upper(iban[0]) || !plm_is_upper(iban[1]) || !plm_is_digit(iban[2]) ||
        !plm_is_digit(iban[3])) {
        return plm_ident_reject(out, PLM_REASON_FORMAT,
                                "an IBAN begins with a country's letters and two digits");
    }
    const country_length *found = (const country_length *)bsearch(
        iban, lengths, sizeof lengths / sizeof *lengths, sizeof *lengths, compare);
    if (found == NULL) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "%.2s is not in the registry of IBANs",
                                iban);
    }
    if (n != found->length) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, one of %s has %u", n,
                                found->country, found->length);
    }
    if (plm_ident_is_monotone(iban + HEAD)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", iban);
    }
    memcpy(out->canonical, iban, n + 1);
    plm_ident_step(out, "%zu characters, as many as an IBAN of %s has", n, found->country);
    if (!plm_ident_mod97_fits(iban, HEAD, CHECK_AT, out)) {
        out->flags |= PLM_IDENT_CHECK_FAILED;
    }
    return PLM_OK;
}
